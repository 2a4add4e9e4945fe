"""Work formats and employment: words that count anywhere, and shorter ones that count only where they are expected."""

from __future__ import annotations

import functools
from typing import NamedTuple

from salary_assets.labelling.lexicon import Hit, Lexicon, phrases_of, read_table, wording
from salary_assets.labelling.places import place_hits
from salary_assets.labelling.reading import Reading, line_of
from salary_assets.storage.vocabulary import EMPLOYMENT, WORK_FORMATS

_SHORT_LINE = 45
_FIELDS = ("format", "employment", "location")


class _Term(NamedTuple):
    value: str
    weak: bool


class TermMention(NamedTuple):
    """A format or kind of employment with its half-open span in the plain text."""

    value: str
    start: int
    end: int


def find_formats(reading: Reading) -> list[TermMention]:
    """Every work format the post offers, in the order remote, hybrid, office; the first mention of each."""
    text = reading.text
    expected = _expected(reading, _FIELDS)
    first: dict[str, TermMention] = {}
    for hit in _formats().find(text):
        if hit.meaning.weak and not _inside(hit, expected) and not _fills_line(text, hit):
            continue
        if _spoken_of_else(text, hit):
            continue
        first.setdefault(hit.meaning.value, TermMention(hit.meaning.value, hit.start, hit.end))
    return [first[value] for value in WORK_FORMATS if value in first]


def find_employment(reading: Reading) -> TermMention | None:
    """The fullest kind of employment that the post names."""
    text = reading.text
    expected = _expected(reading, ("employment", "format"))
    refused = wording("formats", "refused_before")
    first: dict[str, TermMention] = {}
    for hit in _employment().find(text):
        if hit.meaning.weak and not _inside(hit, expected):
            continue
        if refused.search(text[max(0, hit.start - 16) : hit.start]):
            continue
        first.setdefault(hit.meaning.value, TermMention(hit.meaning.value, hit.start, hit.end))
    return next((first[value] for value in EMPLOYMENT if value in first), None)


@functools.cache
def stated_employment() -> dict[str, str]:
    """A source's id or words for employment, in lower case -> our value."""
    return {phrase: row["employment"] for row in read_table("employment.csv") for phrase in phrases_of(row["stated"])}


def _spoken_of_else(text: str, hit: Hit[_Term]) -> bool:
    before, after = text[max(0, hit.start - 20) : hit.start], text[hit.end : hit.end + 40]
    if wording("formats", "refused_before").search(before) or wording("formats", "refused_after").match(after):
        return True
    if hit.meaning.value == "office" and wording("formats", "office_of_something_else").search(before):
        return True
    return wording("formats", "of_something_else").match(after) is not None


def _expected(reading: Reading, names: tuple[str, ...]) -> list[tuple[int, int]]:
    """Spans where a single word is enough: fields and hashtags."""
    return [(field.start, field.end) for field in reading.of(*names)] + [
        (hashtag.start, hashtag.end) for hashtag in reading.hashtags
    ]


def _fills_line(text: str, hit: Hit[_Term]) -> bool:
    """Whether the line is about how and where one works: "Remote / Hybrid", "г. Пермь, офис", "Офис, 5/2"."""
    start, end = line_of(text, hit.start, hit.end)
    line = text[start:end]
    if len(line) > _SHORT_LINE:
        return False
    others = len(_formats().find(line)) + len(_employment().find(line)) + len(place_hits(line, expected=True))
    return (
        others > 1 or wording("formats", "schedule").search(line) is not None or len(line) - (hit.end - hit.start) < 4
    )


def _inside(hit: Hit[_Term], spans: list[tuple[int, int]]) -> bool:
    return any(start <= hit.start < end for start, end in spans)


@functools.cache
def _formats() -> Lexicon[_Term]:
    return _lexicon("formats.csv", "format")


@functools.cache
def _employment() -> Lexicon[_Term]:
    return _lexicon("employment.csv", "employment")


def _lexicon(file: str, key: str) -> Lexicon[_Term]:
    return Lexicon(
        [
            (phrase, _Term(row[key], column == "weak"))
            for row in read_table(file)
            for column in ("aliases", "weak")
            for phrase in phrases_of(row[column])
        ]
    )
