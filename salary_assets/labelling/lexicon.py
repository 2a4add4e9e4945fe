"""Finds the words and phrases of a data file in a text, all at once (Aho-Corasick), with their places.

Notation of the data files: `*` is the ending of an inflected word ("микросервис*"), a space also matches a hyphen,
an underline or nothing ("spring boot" finds Spring-Boot and #springboot), `=` asks for its capital
letters ("=Go", "=REST"), `!` marks a word that counts only where the reader expects it ("!владимир").
"""

from __future__ import annotations

import csv
import functools
import re
from collections import defaultdict
from collections.abc import Hashable, Iterable
from importlib import resources
from operator import itemgetter
from typing import Any, Generic, NamedTuple, TypeVar

import ahocorasick
import yaml

Meaning = TypeVar("Meaning", bound=Hashable)
_ALNUM = re.compile(r"[^\W_]")
_PLACE = itemgetter(0, 1, 2)
_SHORTEST_JOINED = 6
"""Phrases with fewer letters are not looked for in one word: "по си" is not "поси"."""


class Hit(NamedTuple, Generic[Meaning]):
    """A phrase found: half-open span in the plain text, what it means, whether it was marked `!`."""

    start: int
    end: int
    meaning: Meaning
    marked: bool


class _Entry(NamedTuple):
    length: int
    order: int
    meaning: Any
    capitals: tuple[int, ...]
    marked: bool
    pattern: re.Pattern[str] | None


class Lexicon(Generic[Meaning]):
    """Phrases with their meanings. `ending` is the most letters that `*` stands for."""

    def __init__(self, phrases: Iterable[tuple[str, Meaning]], ending: int = 5) -> None:
        keys: dict[str, list[_Entry]] = defaultdict(list)
        for order, (phrase, meaning) in enumerate(phrases):
            for key, entry in _entries(phrase.strip(), meaning, ending, order):
                keys[key].append(entry)
        self._automaton = ahocorasick.Automaton()
        for key, entries in keys.items():
            self._automaton.add_word(key, tuple(entries))
        if keys:
            self._automaton.make_automaton()
        self._empty = not keys

    def find(self, text: str, cased: str | None = None) -> list[Hit[Meaning]]:
        """Leftmost longest hits in plain lower-case `text`; `cased` is the same text before lower-casing."""
        found = self.find_all(text, cased)
        kept: list[Hit[Meaning]] = []
        end = 0
        for hit in found:
            if hit.start >= end:
                kept.append(hit)
                end = hit.end
        return kept

    def find_all(self, text: str, cased: str | None = None) -> list[Hit[Meaning]]:
        """Every hit, overlapping ones too, by place, then longest first, then in the order of the data file."""
        if self._empty:
            return []
        found: list[tuple[int, int, int, Hit[Meaning]]] = []
        length = len(text)
        for last, entries in self._automaton.iter(text):
            for entry in entries:
                start = last + 1 - entry.length
                if start and text[start - 1].isalnum() and text[start].isalnum():
                    continue
                if entry.pattern is None:
                    end = _end_of_word(text, last + 1, length, entry.length)
                else:
                    matched = entry.pattern.match(text, start)
                    end = matched.end() if matched else 0
                if not end or (
                    entry.capitals and cased is not None and not _has_capitals(cased, start, entry.capitals)
                ):
                    continue
                found.append((start, -end, entry.order, Hit(start, end, entry.meaning, entry.marked)))
        found.sort(key=_PLACE)
        return [hit for _, _, _, hit in found]

    def exactly(self, text: str) -> Meaning | None:
        """The meaning of `text` as a whole, or None."""
        return next((hit.meaning for hit in self.find_all(text) if hit.start == 0 and hit.end == len(text)), None)


def _has_capitals(cased: str, start: int, capitals: tuple[int, ...]) -> bool:
    return all(cased[start + place].isupper() for place in capitals)


def _end_of_word(text: str, end: int, length: int, key_length: int) -> int:
    """The end of a key's mention that ends before `end`, or 0 when the word goes on.

    A version glued to a longer Latin word belongs to it: "vue3", "okhttp4".
    """
    if end == length or not text[end - 1].isalnum():
        return end
    following = text[end]
    if following.isdigit() and key_length > 2 and text[end - 1].isascii() and text[end - 1].isalpha():
        after = end + 1
        while after < length and text[after].isdigit():
            after += 1
        return after if after == length or not text[after].isalpha() else 0
    if following.isalnum():
        return 0
    if key_length == 1 and following in "&'’":
        return 0
    return 0 if key_length < 3 and following in "+#" else end


def _entries(phrase: str, meaning: Hashable, ending: int, order: int) -> Iterable[tuple[str, _Entry]]:
    marked = phrase.startswith("!")
    written = phrase.lstrip("!=")
    capitals = tuple(place for place, char in enumerate(written) if char.isupper()) if phrase.startswith("=") else ()
    words = written.lower()
    if "*" not in words:
        for key in _spellings(words):
            yield key, _Entry(len(key), order, meaning, capitals, marked, None)
        return
    key = re.split(r"[*\s-]", words, maxsplit=1)[0]
    pattern = re.sub(r"\\[ -]", r"[ _-]{0,2}", re.escape(words)).replace(r"\*", f"[а-яёa-z]{{0,{ending}}}")
    yield key, _Entry(len(key), order, meaning, capitals, marked, re.compile(pattern + r"(?![^\W_])"))


def _spellings(words: str) -> set[str]:
    """The phrase with each way of joining its words."""
    spellings = {words}
    for separator in (" ", "-"):
        if separator in words:
            spellings |= {words.replace(separator, other) for other in (" ", "-", "_")}
            if len(_ALNUM.findall(words)) >= _SHORTEST_JOINED:
                spellings.add(words.replace(separator, ""))
    return spellings


def read_table(name: str) -> list[dict[str, str]]:
    """Rows of a CSV of labelling/data; lines that begin with `#` are its source notes."""
    file = resources.files("salary_assets.labelling").joinpath("data", name)
    lines = [line for line in file.read_text("utf-8").splitlines() if line and not line.startswith("#")]
    return list(csv.DictReader(lines))


def phrases_of(cell: str) -> list[str]:
    """The phrases of a cell, written with `;` between them."""
    return [phrase.strip() for phrase in cell.split(";") if phrase.strip()]


@functools.cache
def wording(subject: str, name: str) -> re.Pattern[str]:
    """The turns of phrase of wordings.yaml under a subject, as one pattern."""
    return re.compile("|".join(f"(?:{pattern})" for pattern in _wordings()[subject][name]))


@functools.cache
def _wordings() -> dict[str, dict[str, list[str]]]:
    file = resources.files("salary_assets.labelling").joinpath("data/wordings.yaml")
    loaded: dict[str, dict[str, list[str]]] = yaml.safe_load(file.read_text("utf-8"))
    return loaded
