"""Who the person is goes out of the text before anything else reads it: none of it is needed to value the work.

Offsets of evidence count in the redacted text, so quotes never bring a name back.
"""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass
from itertools import permutations
from typing import Any

from salary_assets.labelling.redaction import redact_initialled
from salary_assets.postings import redact_contacts
from salary_assets.resume.hints import place_in, profession_of, skills_in
from salary_assets.resume.lines import TextLine
from salary_assets.resume.wording import fold, key_of, load_wording

NAME, PERSONAL, LINK, EMAIL, PHONE = "[name]", "[personal]", "[link]", "[email]", "[phone]"
_URL = re.compile(
    r"(?:https?://|www\.)\S+|(?<![\w.-])(?:[\w-]{1,63}\.){1,6}(?:ru|com|io|dev|me|net|org|app|tech|site|page)/\S+",
    re.IGNORECASE,
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
_PICTURES = re.compile(r"^[^\w(\[«\"]+")
"""Emoji and bullets in front of a line."""

_CAPITALISED = re.compile(r"[A-ZА-ЯЁ][a-zа-яё'-]+(?:-[A-ZА-ЯЁ][a-zа-яё'-]+)?|[A-ZА-ЯЁ'-]{2,}|[A-ZА-ЯЁ]\.")
_PARTS = re.compile(r"\s*[|/(),;:•·]\s*|\s+[–—-]\s+")
"""What parts a name from the position, the age or the name in other letters on the same line."""

_EMAIL = re.compile(
    r"(?<![\w.+-])[\w.+-]{1,64}(?:@|\s?[(\[](?:at|собака|dog)[)\]]\s?)[\w-]+(?:\.[\w-]+)+", re.IGNORECASE
)
"""Also with a Cyrillic domain, and with words in place of the sign."""

_MOBILE = re.compile(r"(?<![\w.,+-])9\d\d[\s)-]{0,2}\d{3}[\s-]?\d\d[\s-]?\d\d(?![\w,])(?!\.\d)")
"""A Russian mobile number without its country code."""

_ADDRESS = re.compile(
    r"(?i:\b(?:ул|улица|пр-т|просп|проспект|пр-д|проезд|пер|переулок|б-р|бульвар|наб|набережная|шоссе|пл|площадь)\b\.?\s*)"
    r"(?:\d+[\s-])?[А-ЯЁ][^\n,]{1,40},(?i:\s*(?:д|дом)?\b\.?\s*\d+[\w/-]*(?:,?\s*(?:к|корп|корпус|стр|строение|кв|квартира)\b\.?\s*\d+\w*)*)"
)
_WORD = re.compile(r"\w+(?:[-']\w+)*")
TOP_LINES = 6


@dataclass(frozen=True)
class Redacted:
    """Text without contacts and names, and how many of each were taken out."""

    text: str
    counts: dict[str, int]


def redact(text: str) -> Redacted:
    """E-mails, phones, handles, links, names, birth dates, citizenship and street addresses -> words in brackets."""
    names = _names(text)
    text, with_initials = redact_initialled(text)
    names |= with_initials
    text = _MOBILE.sub(PHONE, _EMAIL.sub(EMAIL, _URL.sub(LINK, redact_contacts(text))))
    text = _LABELLED_NAME.sub(lambda found: found[1] + NAME, text)
    text = _SAID_NAME.sub(lambda found: found[0].replace(found[1].rstrip(), NAME), text)
    if names:
        text = _WORD.sub(lambda found: _without_names(found[0], names), text)
    text = re.sub(rf"{re.escape(NAME)}(?:\s+{re.escape(NAME)})+", NAME, text)
    text = _ADDRESS.sub(PERSONAL, _BORN.sub(PERSONAL, _PERSONAL_LINE.sub(PERSONAL, text)))
    kinds = ("email", "phone", "handle", "link", "name", "personal")
    return Redacted(text, {kind: text.count(f"[{kind}]") for kind in kinds})


def _without_names(word: str, names: set[str]) -> str:
    """The word, or `[name]` for it or for those of its hyphenated parts that are names."""
    if word in names:
        return NAME
    return "-".join(NAME if part in names else part for part in word.split("-"))


def _names(text: str) -> set[str]:
    """Words of names: lines of nothing but capitalised words, one of them a known name.

    One at the top is enough in any spelling; further down, where a second column or a referee may stand, a line must
    hold a Russian name and surname, and so must a part of a line at the top: `Иван Петров | Java`. Where none is found,
    a first line in Latin letters, or its first part, that is nothing else we know is taken for a name.
    """
    lines = [_PICTURES.sub("", line).strip() for line in text.split("\n")]
    candidates = [line for line in lines if line]
    found: set[str] = set()
    for number, line in enumerate(candidates):
        words = _words_of_a_name(line)
        top = number < TOP_LINES and not found
        if words and (any(map(_is_name, words)) if top else _is_full_name(line, words)):
            found |= _without_skills(words)
        elif number < TOP_LINES:
            for part in _PARTS.split(line):
                found |= _small_letters_name(part)
                words = _words_of_a_name(part)
                if words and (_is_full_name(part, words) or _is_full_latin_name(part, words)):
                    found |= _without_skills(words)
    if not found and candidates and NAME not in text:
        first = _PARTS.split(candidates[0])[0]
        if first.isascii() and not _is_known(first):
            found = {word for word in _words_of_a_name(first) if len(word) > 2}
    return found


def _without_skills(words: list[str]) -> set[str]:
    """Without initials, and without what stands in Latin letters beside a Russian name: `Иван Петров Java`."""
    mixed = not all(word.isascii() for word in words)
    return {word for word in words if len(word) > 2 and not (mixed and word.isascii())}


def _words_of_a_name(line: str) -> list[str]:
    """The words of a line that may be a name; none when it cannot."""
    words = re.split(r"[\s,]+", line)
    capitalised = 2 <= len(words) <= 4 and all(_CAPITALISED.fullmatch(word) for word in words)
    if not capitalised or load_wording().role.search(fold(line)) or (line.isascii() and _is_long_skill(line)):
        return []
    return words


def _is_full_name(line: str, words: list[str]) -> bool:
    if "," in line or any(word.isascii() for word in words):
        return False
    marks = [_marks(word) for word in words]
    return any({"Name", "Patr"} & one and {"Surn", "Patr"} & other for one, other in permutations(marks, 2))


def _small_letters_name(part: str) -> set[str]:
    """`иван петров`: both spellings of its words; none when it is no given name beside a surname or patronymic."""
    words = part.split()
    if not part.islower() or not 2 <= len(words) <= 3 or not _is_full_name(part, words):
        return set()
    return set(words) | {word.capitalize() for word in words}


def _is_full_latin_name(part: str, words: list[str]) -> bool:
    return part.isascii() and any(word.lower() in load_wording().latin_names for word in words)


def _is_long_skill(line: str) -> bool:
    """`Victoria Metrics` is a skill, whatever its first word; `Julia Ivanova` is none."""
    return any(" " in quote.quote for _, quote in skills_in(line, [(0, len(line))]))


def _is_known(line: str) -> bool:
    """Whether the line is a heading, a job, a place or a skill."""
    whole = TextLine(line, 0)
    return (
        key_of(line) in load_wording().sections
        or profession_of(line)[0] is not None
        or place_in([whole]) is not None
        or bool(skills_in(line, [(0, len(line))]))
    )


def _is_name(word: str) -> bool:
    """A given name or patronymic by the Russian dictionary; for Latin letters, by its likely spelling."""
    if word.isascii():
        return _latin_looks_russian(word)
    return bool({"Name", "Patr"} & _marks(word))


@functools.lru_cache(maxsize=4096)
def _marks(word: str) -> frozenset[str]:
    """Grammatical marks of every reading of a Russian word."""
    return frozenset(mark for parse in _analyzer().parse(word) for mark in parse.tag.grammemes)


def _latin_looks_russian(word: str) -> bool:
    wording = load_wording()
    return word.lower() in wording.latin_names or word.lower().endswith(wording.latin_surname_endings)


@functools.cache
def _analyzer() -> Any:
    import pymorphy3

    return pymorphy3.MorphAnalyzer()
