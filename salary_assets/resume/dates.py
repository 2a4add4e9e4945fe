"""Spans of time in a resume: `Декабрь 2017 — по настоящее время`, `03.2019–05.2021`, `7 лет 10 месяцев`.

Months are counted as hh.ru counts them: both the first and the last month of a job belong to it.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from salary_assets.resume.wording import fold, load_wording

Month = tuple[int, int]
"""(year, month)."""


@dataclass(frozen=True)
class Span:
    """A stretch of work. `end` is None for a job that goes on; `start_at`, `end_at` are offsets in the line.

    exact: both ends name a month; else a bare year was read as its middle, so that `2019 - 2022` is three years.
    """

    start: Month
    end: Month | None
    start_at: int
    end_at: int
    exact: bool


@functools.cache
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str]]:
    words = load_wording()
    year = r"(?:19|20)\d\d"
    moment = (
        rf"(?:(?:\d{{1,2}}[.\s]+)?(?P<{{0}}name>{words.month_names})\.?,?\s*(?P<{{0}}named_year>{year})(?:\s*(?:г\.?|года))?"
        rf"|(?:(?:[0-3]\d)[./])?(?P<{{0}}number>0?[1-9]|1[0-2])[./-](?P<{{0}}numbered_year>{year})(?:\s*(?:г\.?|года))?"
        rf"|(?P<{{0}}iso_year>{year})-(?P<{{0}}iso_number>0[1-9]|1[0-2])"
        rf"|(?P<{{0}}bare_year>{year})(?:\s*(?:г\.?|год[а]?))?)"
    )

    def named(prefix: str) -> str:
        return moment.replace("{0}", prefix)

    span = re.compile(
        rf"(?<![\w.])(?:с\s+|from\s+)?{named('a_')}\s*(?:[-–—−:]+|по|до|to|until)\s*(?:по\s+|до\s+)?"
        rf"(?:(?P<present>{words.present})|{named('b_')})(?!\w)"
    )
    length = re.compile(
        rf"(?<![\w.,])(?:(?P<years>\d{{1,2}})(?:[.,](?P<part>\d))?\s*(?:{words.year_units})(?!\w)\.?\s*(?:и\s+|and\s+)?)?"
        rf"(?:(?P<months>\d{{1,2}})\s*(?:{words.month_units})(?!\w))?"
    )
    return span, length


def find_span(line: str, today: date) -> Span | None:
    """The first span of work in a line, or None. Spans in the future or backwards are not spans."""
    found = _patterns()[0].search(fold(line))
    if found is None:
        return None
    start, exact_start = _moment(found, "a_", end=False)
    if found["present"]:
        end, exact_end = None, True
    else:
        end, exact_end = _moment(found, "b_", end=True)
    this_month = (today.year, today.month)
    if end is not None and end < start and start[0] == end[0] and not exact_start and not exact_end:
        start, end = (start[0], 4), (start[0], 9)
    if start > this_month or (end is not None and end < start):
        return None
    if end is not None and end > this_month:
        end = this_month
    return Span(start, end, found.start(), found.end(), exact_start and exact_end)


def find_length(text: str) -> tuple[int, int, int] | None:
    """The first stated length as (months, start, end), e.g. `3 года и 2 месяца`; None where there is none."""
    for found in _patterns()[1].finditer(fold(text)):
        if found["years"] or found["months"]:
            months = int(found["years"] or 0) * 12 + int(found["part"] or 0) * 12 // 10 + int(found["months"] or 0)
            return months, found.start(), found.end()
    return None


def total_months(spans: Iterable[tuple[Month, Month | None]], today: date) -> int:
    """Months worked, each calendar month once however many jobs overlap in it."""
    worked: set[int] = set()
    for start, end in spans:
        last = end or (today.year, today.month)
        worked.update(range(start[0] * 12 + start[1], last[0] * 12 + last[1] + 1))
    return len(worked)


def iso(month: Month) -> str:
    """`2021-03`, as JSON Resume writes dates."""
    return f"{month[0]:04d}-{month[1]:02d}"


def _moment(found: re.Match[str], prefix: str, end: bool) -> tuple[Month, bool]:
    parts = {name: found[prefix + name] for name in ("name", "named_year", "number", "numbered_year", "iso_year")}
    if parts["name"]:
        return (int(parts["named_year"]), load_wording().months[parts["name"]]), True
    if parts["number"]:
        return (int(parts["numbered_year"]), int(parts["number"])), True
    if parts["iso_year"]:
        return (int(parts["iso_year"]), int(found[f"{prefix}iso_number"])), True
    return (int(found[f"{prefix}bare_year"]), 6 if end else 7), False
