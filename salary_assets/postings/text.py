"""Plain text from whatever an ad was written in, and its language.

Most texts are short and hold no markup, so markup is parsed (by lxml) only where there is some. Lines are kept:
labelling reads headings and list items by them.
"""

from __future__ import annotations

import html
import re
import unicodedata

TEXT_VERSION = "1"
"""Bump on any change of what `plain_text`, `redact_contacts` or `content_hash` return: postings are then re-made."""

MAX_TEXT = 50_000
"""Longest text kept, in characters: twelve times a full Telegram post, three times the longest real hh description.
The raw payload keeps the whole."""

MAX_MARKUP = 1_000_000
"""Longest markup parsed, in characters."""

_TAG = re.compile(r"</?[a-zA-Z][a-zA-Z0-9:-]*(?:\s[^<>]*)?/?>|<!--")
_BLOCKS = frozenset(("p", "div", "ul", "ol", "li", "br", "tr", "table", "h1", "h2", "h3", "h4", "h5", "h6", "section"))
_BLOCKS |= {"article", "header", "footer", "blockquote", "pre", "hr", "dd", "dt", "dl"}
_HIDDEN = frozenset(("script", "style", "head", "template", "noscript", "title"))
_DROPPED: dict[int, int | None] = dict.fromkeys((0xAD, *range(0x200B, 0x2010), 0x2060, 0xFE0E, 0xFE0F, 0xFEFF))
_DROPPED |= {code: None for code in range(32) if chr(code) not in "\t\n\r"}
_DROPPED |= dict.fromkeys(range(0xD800, 0xE000), 0xFFFD)
_ODD = re.compile("[\u00ad\u200b-\u200f\u2060\ufe0e\ufe0f\ufeff\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]")
_BLANKS = re.compile(r"[^\S\n]+")
_BREAK = "\x00"
"""Edge of a block: any number of them end one line, while each <br> ends one (cleaned text holds no \\x00)."""
_BREAKS = re.compile(r" *(?:\x00 *)+")
_EMPTY_LINES = re.compile(r"\n{3,}")


def plain_text(markup: str) -> str:
    """HTML or plain text -> plain text: NFC, single blanks, a line per block, `- ` before list items.

    Longer texts than MAX_TEXT are cut, and their last line says so.
    """
    if _TAG.search(markup):
        text = _strip_markup(markup[:MAX_MARKUP])
    else:
        text = markup if len(markup) <= MAX_MARKUP else markup[:MAX_MARKUP]
        if "&" in text:
            text = html.unescape(text)
    return _cut(_squeeze(clean(text)), whole=len(markup))


def tidy_text(text: str) -> str:
    """Text that is not markup (`List<String>` stays) -> clean, with single blanks, cut like `plain_text`."""
    return _cut(_squeeze(clean(text[:MAX_MARKUP])), whole=len(text))


def clean(text: str) -> str:
    """NFC without control, zero-width and soft-hyphen characters; a lone surrogate becomes U+FFFD."""
    if _ODD.search(text):
        text = text.translate(_DROPPED)
    return text if unicodedata.is_normalized("NFC", text) else unicodedata.normalize("NFC", text)


def one_line(text: str) -> str:
    """Clean text in one line with single blanks: for titles, names and other short fields."""
    return " ".join(clean(html.unescape(text) if "&" in text else text).split())


def _cut(text: str, whole: int) -> str:
    if len(text) <= MAX_TEXT and whole <= MAX_MARKUP:
        return text
    return f"{text[:MAX_TEXT].rstrip()}\n[cut: {whole} characters as received]"


def _squeeze(text: str) -> str:
    text = _BLANKS.sub(" ", text.replace("\r\n", "\n").replace("\r", "\n"))
    if "\n" in text:
        text = _EMPTY_LINES.sub("\n\n", text.replace(" \n", "\n").replace("\n ", "\n"))
    return text.strip()


def _strip_markup(markup: str) -> str:
    import lxml.html
    from lxml.etree import ParserError

    try:
        root = lxml.html.fragment_fromstring(clean(markup), create_parent="div")
    except (ParserError, ValueError):
        return ""
    pieces: list[str] = []
    _collect(root, pieces)
    return _BREAKS.sub("\n", "".join(pieces))


def _collect(root: object, pieces: list[str]) -> None:
    """Text of a tree in document order. An explicit stack: nesting in ads has no limit that we set."""
    stack: list[tuple[object, bool]] = [(root, False)]
    while stack:
        node, closing = stack.pop()
        tag = getattr(node, "tag", None)
        if closing:
            if tag in _BLOCKS and tag != "br":
                pieces.append(_BREAK)
            pieces.append(_in_flow(getattr(node, "tail", None)))
            continue
        stack.append((node, True))
        if not isinstance(tag, str) or tag in _HIDDEN:
            continue
        if tag in _BLOCKS:
            pieces.append("\n" if tag == "br" else _BREAK + "- " if tag == "li" else _BREAK)
        pieces.append(_in_flow(getattr(node, "text", None)))
        stack.extend((child, False) for child in reversed(list(node)))  # type: ignore[call-overload]


def _in_flow(text: str | None) -> str:
    """Line ends inside markup are blanks."""
    return text.replace("\n", " ").replace("\r", " ") if text else ""


_CYRILLIC = re.compile("[а-яёА-ЯЁ]+")
_LATIN = re.compile("[a-zA-Z]+")
_NEIGHBOURS = re.compile("[іїєґәғқңөұүһўІЇЄҐӘҒҚҢӨҰҮҺЎ]")
_LETTERS = re.compile(r"[^\W\d_]+")
_ENGLISH = {"the", "and", "of", "to", "in", "for", "with", "we", "you", "our", "is", "are", "or", "be", "on", "a"}


def language_of(text: str) -> str:
    """`ru`, `en` or `other`, by the letters of the first 2 000 characters.

    Russian ads are full of English terms, so a fifth of Cyrillic letters makes an ad Russian; letters of the
    neighbouring Cyrillic alphabets make it `other`. Long Latin text without one common English word is `other`.
    """
    head = text[:2000]
    cyrillic = sum(map(len, _CYRILLIC.findall(head)))
    words = _LATIN.findall(head)
    latin = sum(map(len, words))
    if cyrillic + latin == 0:
        return "other"
    if cyrillic >= 0.2 * (cyrillic + latin):
        return "other" if len(_NEIGHBOURS.findall(head)) > 0.03 * cyrillic else "ru"
    letters = sum(map(len, _LETTERS.findall(head)))
    if latin < 0.5 * letters:
        return "other"
    english = len(words) < 12 or any(word.lower() in _ENGLISH for word in words)
    return "en" if english else "other"
