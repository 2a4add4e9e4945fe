"""Grades: from first job to head of a function, as the ad names them.

A grade counts in a title, a hashtag or a field; in running text only right beside the job that is looked for.
"""

from __future__ import annotations

import functools
import re
from typing import TYPE_CHECKING, NamedTuple, get_args

from salary_assets.labelling.lexicon import Hit, Lexicon, phrases_of, read_table, wording
from salary_assets.labelling.reading import Reading, line_of
from salary_assets.storage.vocabulary import Grade

if TYPE_CHECKING:
    from salary_assets.labelling.titles import Title


_SHORT_LINE = 30
_WORD = re.compile(r"(?!(?:и|или|or|level)(?![а-яa-z]))(?<![а-яa-z])[а-яa-z]+")


class _Grade(NamedTuple):
    grade: str
    weak: bool


class GradeMention(NamedTuple):
    """A grade and its half-open span in the plain text it was found in."""

    grade: str
    start: int
    end: int


def grade_hits(text: str, weak: bool = True) -> list[Hit[_Grade]]:
    """Grade words of a plain text; `weak` adds those that name a grade only beside a job title."""
    return [hit for hit in _grades().find(text) if weak or not hit.meaning.weak]


def in_order(mentions: list[GradeMention]) -> list[Grade]:
    """The grades once each, lowest first."""
    named = {mention.grade for mention in mentions}
    return [grade for grade in get_args(Grade) if grade in named]


@functools.cache
def _grades() -> Lexicon[_Grade]:
    return Lexicon(
        [
            (phrase, _Grade(row["grade"], column == "weak"))
            for row in read_table("grades.csv")
            for column in ("aliases", "weak")
            for phrase in phrases_of(row[column])
        ]
    )


def find_grades(
    body: Reading, heading: Reading | None, title: Title | None
) -> tuple[list[GradeMention], list[GradeMention]]:
    """Grades of an ad: those in its stated title, and those in its text (spans of the body's plain text).

    In text: the words of the title found there, level and experience fields, hashtags, and the words right beside
    the job after "ищем".
    """
    in_title = [_mention(hit) for hit in grade_hits(heading.text)] if heading else []
    in_text: list[GradeMention] = []
    if heading is None:
        spans = [(title.start, title.end)] if title else []
        spans += [(field.start, field.end) for field in body.of("title", "level")]
        in_text += [_mention(hit, start) for start, end in spans for hit in grade_hits(body.text[start:end])]
        in_text += _on_lines_of_their_own(body.text)
        for field in body.of("experience"):
            if field.below:
                continue
            in_text += [
                _mention(hit, field.start) for hit in grade_hits(body.text[field.start : field.end], weak=False)
            ]
    for hashtag in body.hashtags:
        in_text += [_mention(hit, hashtag.start) for hit in grade_hits(hashtag.word, weak=False)]
    if not in_title:
        in_text += [_mention(hit) for hit in grade_hits(body.text, weak=False) if _is_asked_for(body.text, hit)]
    return in_title, in_text


def _on_lines_of_their_own(text: str) -> list[GradeMention]:
    """Grades that fill a short line: "Middle / Senior"."""
    found = []
    for hit in grade_hits(text, weak=False):
        start, end = line_of(text, hit.start, hit.end)
        if end - start <= _SHORT_LINE:
            line = text[start:end]
            for other in reversed(grade_hits(line)):
                line = line[: other.start] + line[other.end :]
            if not _WORD.search(line):
                found.append(_mention(hit))
    return found


def _mention(hit: Hit[_Grade], offset: int = 0) -> GradeMention:
    return GradeMention(hit.meaning.grade, hit.start + offset, hit.end + offset)


def _is_asked_for(text: str, hit: Hit[_Grade]) -> bool:
    return bool(wording("grades", "asked_for").search(text[max(0, hit.start - 60) : hit.start]))
