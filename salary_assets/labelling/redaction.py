"""What leaves for an LLM: the words of an ad without contacts, links, people's names and amounts of money.

Contacts and names are nobody's business, pay must not decide a profession or a grade.
"""

from __future__ import annotations

import functools
import re
from typing import Any

from salary_assets.labelling.lexicon import wording
from salary_assets.money.pay import mask_pay
from salary_assets.postings import redact_contacts

NAME = "[name]"
_LINK = re.compile(r"(?:https?://|www\.)[^\s)\]>]+", re.IGNORECASE)
_CAPITALISED = re.compile(r"(?<![\w@#.-])[А-ЯЁ][а-яё]{1,20}(?:-[А-ЯЁ][а-яё]+)?(?![\w-])")
_SURNAME = r"(?P<surname>[А-ЯЁ][а-яё]{1,20}(?:-[А-ЯЁ][а-яё]+)?)"
_NAMED_AFTER = r"(?<!\bим\. )(?<!\bим\.)(?<!\bимени )"
_INITIALLED = (
    re.compile(rf"(?<![\w.]){_NAMED_AFTER}{_SURNAME}[ \t][А-ЯЁ]\.[ \t]?[А-ЯЁ]\."),
    re.compile(rf"(?<![\w.]){_NAMED_AFTER}(?P<initials>[А-ЯЁ]\.[ \t]?(?:[А-ЯЁ]\.[ \t]?)?){_SURNAME}(?!\w)"),
)
"""`Петров И.И.`, then `И. И. Петров`; what a university is named after stays."""

_APART = re.compile(r"[ \t]{1,2}")
_LIKELY = 0.1
"""Least probability of a reading as a given name; "Роман" is one at .28, "Москва" at none."""
_REPEATED = re.compile(rf"{re.escape(NAME)}(?:[ \t]+{re.escape(NAME)})+")


def outgoing(text: str) -> str:
    """`text` as it may be sent: [email] [phone] [handle] [link] [name] [amount] in place of what stays here."""
    return mask_pay(redact_names(_LINK.sub("[link]", redact_contacts(text))))


def redact_names(text: str) -> str:
    """Given names, and the surnames and patronymics beside them, -> [name]; also what follows "меня зовут"."""
    text = wording("people", "introduced").sub(lambda found: f"{found[1]}{NAME}", text)
    text = wording("people", "latin_names").sub(NAME, text)
    text, _ = redact_initialled(text)
    words = list(_CAPITALISED.finditer(text))
    named = {place for place, word in enumerate(words) if _is_given_name(word.group())}
    for place in sorted(named):
        for beside in (place - 1, place + 1, place + 2):
            if (
                0 <= beside < len(words)
                and _adjacent(text, words, place, beside)
                and _may_be_surname(words[beside].group())
            ):
                named.add(beside)
    for place in sorted(named, reverse=True):
        text = text[: words[place].start()] + NAME + text[words[place].end() :]
    return _REPEATED.sub(NAME, text)


def redact_initialled(text: str) -> tuple[str, set[str]]:
    """Surnames with initials -> [name], and which surnames they were."""
    surnames: set[str] = set()

    def hide(found: re.Match[str]) -> str:
        initials = found.groupdict().get("initials", "..")
        if not _is_surname(found["surname"], lone_initial=initials.count(".") == 1):
            return found[0]
        surnames.add(found["surname"])
        return NAME

    for form in _INITIALLED:
        text = form.sub(hide, text)
    return text, surnames


def _is_surname(word: str, *, lone_initial: bool) -> bool:
    """By the dictionary; a word that it does not know, after two initials: not `М. Видео`, not `Белая З.П.`."""
    readings = _analyzer().parse(word)
    return any("Surn" in reading.tag for reading in readings) or not (lone_initial or readings[0].is_known)


def _adjacent(text: str, words: list[re.Match[str]], one: int, other: int) -> bool:
    first, last = sorted((one, other))
    return all(
        _APART.fullmatch(text, words[place].end(), words[place + 1].start()) is not None for place in range(first, last)
    )


@functools.lru_cache(maxsize=20_000)
def _is_given_name(word: str) -> bool:
    return any("Name" in reading.tag and reading.score >= _LIKELY for reading in _analyzer().parse(word))


@functools.lru_cache(maxsize=20_000)
def _may_be_surname(word: str) -> bool:
    """A surname or patronymic of the dictionary, or a word that it does not know at all."""
    readings = _analyzer().parse(word)
    return not readings[0].is_known or any(
        {"Surn", "Patr", "Name"} & set(reading.tag.grammemes) for reading in readings
    )


@functools.cache
def _analyzer() -> Any:
    import pymorphy3

    return pymorphy3.MorphAnalyzer(lang="ru")
