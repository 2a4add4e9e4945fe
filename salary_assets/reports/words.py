"""The report's words in Russian and English: one data file, read once."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

import yaml

LANGUAGES = ("ru", "en")
NON_BREAKING_HYPHEN = "\u2011"


class Said(NamedTuple):
    """One thing in both languages."""

    ru: str
    en: str

    def filled(self, **values: object) -> Said:
        return Said(self.ru.format(**values), self.en.format(**values))


@cache
def _words() -> dict[str, Any]:
    text = (files("salary_assets.reports") / "data" / "words.yaml").read_text(encoding="utf-8")
    words: dict[str, Any] = yaml.safe_load(text)
    return words


def word(*path: str) -> Said:
    """The words at a path of data/words.yaml. Raises KeyError where there are none."""
    found: Any = _words()
    for step in path:
        found = found[step]
    return Said(*(str(one).strip() for one in found))


def value(dimension: str, name: str) -> Said:
    """A value of a dimension: in both languages where it has words, else as it is."""
    if dimension == "month":
        name = name.replace("-", NON_BREAKING_HYPHEN)
    known = _words()["values"].get(dimension, {}).get(name)
    return Said(*map(str, known)) if known else Said(name, name)


def step(name: str) -> Said:
    """A step of the counts: in both languages where it has words, else as it is."""
    known = _words()["steps"].get(name)
    return Said(*map(str, known)) if known else Said(name, name)


def reason(text: str) -> Said:
    """Why pay was refused, as `pay_steps` says it in English, with its Russian; an unknown reason stays as it is.

    The first pattern that fits counts: what is said of one case stands before what is said of all.
    """
    periods: dict[str, str] = _words()["periods"]
    russian = text
    for pattern, template in _words()["reasons"].items():
        if found := re.fullmatch(pattern, text):
            russian = template.format(*(periods.get(one, one) for one in found.groups()))
            break
    return Said(*(re.sub(r"(?<=\d) (?=\d)", "\u00a0", one) for one in (russian, text)))
