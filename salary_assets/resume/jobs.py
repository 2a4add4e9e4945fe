"""Sections and jobs of a resume's text, by headings and dates; every part keeps its place in the text."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, replace
from datetime import date

from salary_assets.resume.dates import Span, find_length, find_span
from salary_assets.resume.hints import names_a_job
from salary_assets.resume.lines import TextLine
from salary_assets.resume.redact import NAME
from salary_assets.resume.wording import fold, key_of, load_wording

_BULLET = re.compile(r"^\s*(?:[-–—•·*▪◦●○■✔✅►>]|\d{1,2}[.)])\s*")
_SITE = re.compile(r"(?:https?://|www\.)|\b[\w-]+\.(?:ru|com|рф|org|net|io|dev|tech)\b|\[link\]", re.IGNORECASE)
_NO_HEADER = re.compile(
    r"показать еще|show more|информационные технологии, системная интеграция|место работы скрыто|employer is hidden"
)
_LABELLED_DATES = re.compile(
    r"\b(?:дата|даты|период|сроки?|date|dates|period|duration)\b[^:]{0,20}:\s*$", re.IGNORECASE
)
HEADER_LINES = 5
LONGEST_HEADER = 110


@dataclass(frozen=True)
class Section:
    """Lines under one heading; `name` is a key of wording.yaml's sections, `top` before the first heading."""

    name: str
    lines: tuple[TextLine, ...]

    @property
    def text(self) -> str:
        return "\n".join(line.text for line in self.lines)


@dataclass(frozen=True)
class JobEntry:
    """One job. `start`, `end` are offsets of the whole entry in the text; `dates_at` of its dates."""

    span: Span
    position: TextLine | None
    company: str | None
    summary: str
    start: int
    end: int
    dates_at: tuple[int, int]


def without_industries(text: str) -> str:
    """The text with hh.ru's lines of an employer's industries blanked: they are nobody's skills. Offsets hold."""
    lines = text.split("\n")
    return "\n".join(" " * len(line) if _NO_HEADER.search(fold(line)) else line for line in lines)


def split_sections(lines: list[TextLine]) -> list[Section]:
    """The text cut at headings. A heading may carry its content on its own line: `Навыки: Python, SQL`.

    Such a line of skills that comes again (`Стек: ...` under every job or project) is that job's own and no heading.
    The person's name opens the top: in two columns it stands below the first one's sections.
    """
    repeated = _repeated_labels(lines)
    name_at = next((line.start for line in lines if line.text.strip() == NAME), None)
    sections: list[tuple[str, list[TextLine]]] = [("top", [])]
    for line in lines:
        if line.start == name_at:
            sections.append(("top", []))
        name, rest = _heading(line)
        if name == "skills" and _label(line) in repeated:
            name, rest = None, line
        if name is not None:
            sections.append((name, []))
        if rest.text.strip():
            sections[-1][1].append(rest)
    return [Section(name, tuple(content)) for name, content in sections if content or name != "top"]


def lists_skills(line: TextLine) -> bool:
    """Whether the line is a list of skills under its own label: `Стек: Go, Redis`."""
    return _label(line) is not None and _heading(line)[0] == "skills"


def _repeated_labels(lines: list[TextLine]) -> set[str | None]:
    labels = Counter(_label(line) for line in lines if lists_skills(line))
    return {label for label, times in labels.items() if times > 1}


def _label(line: TextLine) -> str | None:
    """The words before the colon of a line that goes on after it, as a heading."""
    before, colon, after = line.text.partition(":")
    return key_of(before) if colon and after.strip() else None


def _heading(line: TextLine) -> tuple[str | None, TextLine]:
    sections = load_wording().sections
    text = _BULLET.sub("", line.text)
    if len(text) > 200 or not text.strip():
        return None, line
    key = key_of(text)
    if key in sections and len(text) <= 60:
        return sections[key], TextLine("", line.end)
    before, colon, after = line.text.partition(":")
    if colon and after.strip() and key_of(before) in sections and len(before) <= 40:
        return sections[key_of(before)], TextLine(after, line.start + len(before) + 1)
    length = find_length(text)
    if length is not None and length[2] >= len(text.rstrip()) - 1 and key_of(text[: length[1]]) in sections:
        return sections[key_of(text[: length[1]])], line
    return None, line


def find_jobs(sections: list[Section], today: date) -> list[JobEntry]:
    """Jobs of the work sections, or of the whole text but education where no section is called work."""
    work = _work_region(sections, today)
    if not any(find_span(line.text, today) for section in work for line in section.lines):
        work = [section for section in sections if section.name in ("top", "about", "projects", "work", "desired")]
    jobs: list[JobEntry] = []
    for section in work:
        jobs += _jobs_of(list(section.lines), today)
    return _told_once(jobs)


def _told_once(jobs: list[JobEntry]) -> list[JobEntry]:
    """Jobs without those told again, e.g. in a letter below: the same company in the same months."""
    first: dict[tuple[Span, str], JobEntry] = {}
    for job in jobs:
        months = replace(job.span, start_at=0, end_at=0)
        key = (months, fold(job.company or f"unnamed at {job.start}"))
        told = first.get(key)
        if told is None:
            first[key] = job
            continue
        goes_on = told.end + 1 == job.start
        summary = "\n".join(part for part in (told.summary, job.summary) if part)
        position = told.position or job.position
        first[key] = replace(told, position=position, summary=summary, end=job.end if goes_on else told.end)
    return list(first.values())


def _work_region(sections: list[Section], today: date) -> list[Section]:
    """Work sections with what stands between them: `Стек:` inside a job's story does not end the work history.

    From the first heading of work to the last section before education that still opens a job by months.
    """
    names = [section.name for section in sections]
    if "work" not in names:
        return []
    first = names.index("work")
    after = names.index("education", first) if "education" in names[first:] else len(names)
    last = max((index for index in range(first, after) if _opens_any(sections[index], today)), default=first)
    lines = tuple(line for section in sections[first : last + 1] for line in section.lines)
    return [Section("work", lines), *(section for section in sections[after:] if section.name == "work")]


def _opens_any(section: Section, today: date) -> bool:
    spans = ((line, find_span(line.text, today)) for line in section.lines)
    return any(span is not None and span.exact and _opens_job(line, span) for line, span in spans)


def _jobs_of(lines: list[TextLine], today: date) -> list[JobEntry]:
    spans = [find_span(line.text, today) for line in lines]
    dated = [index for index, span in enumerate(spans) if span is not None and _opens_job(lines[index], span)]
    if not dated:
        return []
    above = _heads_stand_above(lines, dated, spans)
    starts = [_first_line(lines, index, previous, above) for previous, index in zip([-1, *dated], dated, strict=False)]
    entries = []
    for number, index in enumerate(dated):
        stop = starts[number + 1] if number + 1 < len(dated) else len(lines)
        span = spans[index]
        assert span is not None
        entries.append(_entry(lines[starts[number] : stop], index - starts[number], span))
    return entries


def _opens_job(line: TextLine, span: Span) -> bool:
    """Dates inside a long sentence tell a story; those of a job stand alone or beside a short header."""
    if _LABELLED_DATES.search(line.text[: span.start_at]):
        return False
    rest = len(line.text) - (span.end_at - span.start_at)
    return rest <= LONGEST_HEADER and not (_BULLET.match(line.text) and rest > 60 and span.start_at > 40)


def _heads_stand_above(lines: list[TextLine], dated: list[int], spans: list[Span | None]) -> bool:
    """Whether this resume writes company and position above the dates: so if the dates stand alone and the first
    line under the first ones is no header."""
    first = dated[0]
    span = spans[first]
    assert span is not None
    rest = lines[first].text[: span.start_at] + lines[first].text[span.end_at :]
    if first == 0 or len(re.sub(r"\W", "", rest)) > 3:
        return False
    header = lines[first - 1].text
    role = load_wording().role
    below = next((line.text for line in lines[first + 1 : first + 4] if line.text.strip()), "")
    names_below = find_length(below) is not None or bool(role.search(fold(below)) and len(below) < LONGEST_HEADER)
    return _is_header(header) and not names_below and find_length(header) is None


def _is_header(text: str) -> bool:
    return (
        2 < len(text.strip()) <= LONGEST_HEADER and not _BULLET.match(text) and not text.rstrip().endswith((".", ";"))
    )


def _first_line(lines: list[TextLine], index: int, previous: int, above: bool) -> int:
    first = index
    while above and first - 1 > previous and index - first < 2 and _is_header(lines[first - 1].text):
        first -= 1
    return first


def _entry(lines: list[TextLine], dates: int, span: Span) -> JobEntry:
    dated = lines[dates]
    rest = [
        TextLine(dated.text[: span.start_at], dated.start),
        TextLine(dated.text[span.end_at :], dated.start + span.end_at),
    ]
    around = [*lines[:dates], *rest]
    after = lines[dates + 1 :]
    headers = [_stripped(line) for line in around] + [_stripped(line) for line in after[:HEADER_LINES]]
    headers = [line for line in headers if line.text and _is_header(line.text) and not _is_length(line.text)]
    position = _position(headers)
    company = _company(headers, position)
    header_texts = {line.text for line in (position,) if line} | ({company} if company else set())
    summary = "\n".join(
        line.text
        for line in [*around, *after]
        if line.text.strip() and _stripped(line).text not in header_texts and not _is_length(line.text)
    )
    return JobEntry(
        span=span,
        position=position,
        company=company,
        summary=summary.strip(),
        start=lines[0].start,
        end=lines[-1].end,
        dates_at=(dated.start + span.start_at, dated.start + span.end_at),
    )


def _stripped(line: TextLine) -> TextLine:
    """Without the punctuation that joined it to the dates."""
    text = line.text.lstrip(" \t,;:|()–—-•·")
    return TextLine(text.rstrip(" \t,;:|()–—-•·"), line.start + len(line.text) - len(text))


def _is_length(text: str) -> bool:
    found = find_length(text)
    return found is not None and len(text.strip(" ().·•-–—")) <= found[2] - found[1] + 2


def _position(headers: list[TextLine]) -> TextLine | None:
    """The header that names a role, else one that names any job at all (`Учитель математики`); one written
    `Company — Position` is cut to the part that does."""
    role = load_wording().role
    for line in headers:
        if role.search(fold(line.text)) and not _NO_HEADER.search(fold(line.text)):
            start = 0
            for part in re.split(r"(\s[–—|/-]\s|,\s|\s\|\s)", line.text):
                if role.search(fold(part)):
                    return _stripped(TextLine(part, line.start + start))
                start += len(part)
            return line
    return next((line for line in headers if names_a_job(line.text)), None)


def _company(headers: list[TextLine], position: TextLine | None) -> str | None:
    candidates = []
    for line in headers:
        text = line.text
        if position is not None and position.text in text:
            text = text.replace(position.text, "").strip(" ,;:|()–—-")
        heading = text.rstrip().endswith(":") or key_of(text) in load_wording().sections
        if len(text) > 1 and not heading and not _NO_HEADER.search(fold(text)) and not _SITE.search(text):
            candidates.append(text)
    marked = [text for text in candidates[:2] if load_wording().company.search(fold(text))]
    return next(iter(marked or candidates), None)
