"""The words of a Telegram post, the same whichever way it came: Markdown of a dump, parts of a Desktop export, HTML.

A post's text is what a reader sees: bold and the like leave nothing, a link leaves the words it hangs on.
"""

from __future__ import annotations

import re
from typing import Any

from salary_assets.postings import tidy_text

_LINK = re.compile(r"\[([^\[\]]*)\]\((?:https?|tg|mailto|ftp|ton):(?:[^()\s]|\([^()\s]*\))*\)")
_ITALIC = re.compile(r"(?<![^\W_])__|__(?![^\W_])")
_CODE = re.compile(r"`([^`\n]+)`")
_LINE_END = "\ue000"
"""Stands for <br> while blanks are squeezed: a private-use character, which no post holds."""


def from_markdown(text: str) -> str:
    """Text as Telethon's `.text` writes it (its own Markdown: ** __ ~~ ` ``` and [words](address)) -> plain."""
    if "](" in text:
        text = _LINK.sub(r"\1", text)
    if "**" in text:
        text = text.replace("**", "")
    if "__" in text:
        text = _ITALIC.sub("", text)
    if "~~" in text:
        text = text.replace("~~", "")
    if "`" in text:
        text = _CODE.sub(r"\1", text.replace("```", ""))
    return tidy_text(text)


def from_parts(message: dict[str, Any]) -> str:
    """Text of a Desktop export's message: `text_entities` cover it all, older exports have only `text`."""
    parts = message.get("text_entities") or message.get("text") or ""
    if isinstance(parts, str):
        return tidy_text(parts)
    if not isinstance(parts, list):
        return ""
    words = (part if isinstance(part, str) else part.get("text") for part in parts if isinstance(part, str | dict))
    return tidy_text("".join(word for word in words if isinstance(word, str)))


def from_html(element: Any) -> str:
    """Text of an lxml element of Telegram's pages, where <br> ends a line and nothing else does."""
    for end in element.iter("br"):
        end.tail = _LINE_END + (end.tail or "")
    flow = re.sub(r"[\r\n\t ]+", " ", "".join(element.itertext()))
    return tidy_text(flow.replace(_LINE_END, "\n"))
