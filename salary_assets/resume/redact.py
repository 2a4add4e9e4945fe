"""Who the person is goes out of the text before anything else reads it: none of it is needed to value the work.

Offsets of evidence count in the redacted text, so quotes never bring a name back.
"""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass
from typing import Any

from salary_assets.postings import redact_contacts
from salary_assets.resume.wording import fold, load_wording

NAME, PERSONAL, LINK = "[name]", "[personal]", "[link]"
_URL = re.compile(
    r"(?:https?://|www\.)\S+|\b(?:[\w-]+\.)+(?:ru|com|io|dev|me|net|org|app|tech|site|page)/\S+", re.IGNORECASE
)
_PERSONAL_LINE = re.compile(
    r"^[^\S\n]*(?:(?:мужчина|женщина|male|female)\b[^\n]*"
    r"|(?:дата рождения|возраст|пол|гражданство|семейное положение|национальность|date of birth|birthday|age|gender|"
    r"citizenship|nationality|marital status|паспорт|снилс|инн)\s*[:—–-][^\n]*)",
    re.IGNORECASE | re.MULTILINE,
)
_BORN = re.compile(r"\b(?:родил(?:ся|ась)|born)\s+(?:on\s+)?\d{1,2}\s+\w+\s+\d{4}", re.IGNORECASE)
_LABELLED_NAME = re.compile(
    r"^([^\S\n]*(?:фио|ф\.\s?и\.\s?о\.|имя|фамилия|name|full name)\s*[:—–-]\s*)([^\n]+)", re.IGNORECASE | re.MULTILINE
)
_SAID_NAME = re.compile(r"(?i:\b(?:меня зовут|мо[её] имя|my name is|i am|i'm)\s+)((?:[A-ZА-ЯЁ][\w-]+\s?){1,3})")
_CAPITALISED = re.compile(r"[A-ZА-ЯЁ][a-zа-яё'-]+|[A-ZА-ЯЁ'-]{2,}|[A-ZА-ЯЁ]\.")
TOP_LINES = 6


@dataclass(frozen=True)
class Redacted:
    """Text without contacts and names, and how many of each were taken out."""

    text: str
    counts: dict[str, int]


def redact(text: str) -> Redacted:
    """E-mails, phones, handles, links, names, birth dates and citizenship -> words in brackets."""
    names = _names(text)
    text = _URL.sub(LINK, redact_contacts(text))
    text = _LABELLED_NAME.sub(lambda found: found[1] + NAME, text)
    text = _SAID_NAME.sub(lambda found: found[0].replace(found[1].rstrip(), NAME), text)
    for name in sorted(names, key=len, reverse=True):
        text = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", NAME, text)
    text = re.sub(rf"{re.escape(NAME)}(?:\s+{re.escape(NAME)})+", NAME, text)
    text = _BORN.sub(PERSONAL, _PERSONAL_LINE.sub(PERSONAL, text))
    kinds = ("email", "phone", "handle", "link", "name", "personal")
    return Redacted(text, {kind: text.count(f"[{kind}]") for kind in kinds})


def _names(text: str) -> set[str]:
    """Words of the person's name: a short line at the top of nothing but capitalised words, one a known name."""
    for line in [line for line in text.split("\n") if line.strip()][:TOP_LINES]:
        words = re.split(r"[\s,]+", line.strip())
        if 2 <= len(words) <= 4 and all(_CAPITALISED.fullmatch(word) for word in words):
            if load_wording().role.search(fold(line)):
                continue
            if any(_is_name(word) for word in words):
                return {word for word in words if len(word) > 2}
    return set()


def _is_name(word: str) -> bool:
    """A given name or patronymic by the Russian dictionary; for Latin letters, by its likely spelling."""
    if word.isascii():
        return _latin_looks_russian(word)
    return any({"Name", "Patr"} & set(parse.tag.grammemes) for parse in _analyzer().parse(word))


def _latin_looks_russian(word: str) -> bool:
    wording = load_wording()
    return word.lower() in wording.latin_names or word.lower().endswith(wording.latin_surname_endings)


@functools.cache
def _analyzer() -> Any:
    import pymorphy3

    return pymorphy3.MorphAnalyzer()
