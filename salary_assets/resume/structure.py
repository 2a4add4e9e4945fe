"""A document's text -> a `Resume`: sections and jobs by this package's rules, their meaning by the labeller's.

Only the redacted text is read, and every value carries the words that it came from.
"""

from __future__ import annotations

import bisect
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date

import numpy as np

from salary_assets.labelling.places import Place
from salary_assets.money.tax import net_of_gross
from salary_assets.resume.dates import find_length, total_months
from salary_assets.resume.documents.types import Document
from salary_assets.resume.hints import formats_in, grades_in, names_a_job, pay_in, place_in, profession_of, skills_in
from salary_assets.resume.jobs import (
    JobEntry,
    Section,
    find_jobs,
    lists_skills,
    split_sections,
    without_industries,
)
from salary_assets.resume.lines import Quote, TextLine, split_lines
from salary_assets.resume.model import ExpectedPay, Extraction, Found, Resume, SkillFound
from salary_assets.resume.redact import redact
from salary_assets.resume.wording import fold, load_wording
from salary_assets.storage.vocabulary import NOT_IT

SkillIds = Callable[[Sequence[str]], Mapping[str, str | None]]
"""Spellings -> the canonical id of each, None where no canonical skill is known."""

_SCHOOL = re.compile(r"универс|институт|академи|колледж|училищ|техникум|universit|institute|college|academy", re.I)
_LANGUAGE = re.compile(
    r"\b(?:английск|немецк|французск|китайск|испанск|english|german|french|chinese)[^\n,;]{0,40}", re.I
)
_ELSEWHERE = re.compile(r"переезд|командировк|reloc|travel", re.I)
_REDACTED = r"\[(?:name|personal|link|email|phone|handle)\]"
_ORNAMENT = re.compile(rf"^(?:{_REDACTED}|[^\w(.<#«\"])+")
"""Bullets, emoji and what was taken out in front of a position; `.NET` keeps its dot."""

_TAKEN_OUT = re.compile(rf"[^\w)]*{_REDACTED}.*$")

_DIRECT = ("top", "desired", "contacts")
MOST_SUMMARY = 600


def structure(document: Document, today: date, skill_ids: SkillIds | None = None) -> Resume:
    """The resume in a document. `today` closes jobs that go on; `skill_ids` names skills canonically."""
    redacted = redact(document.text)
    text = redacted.text
    sections = split_sections(split_lines(text))
    jobs = find_jobs(sections, today)
    direct = [line for section in sections if section.name in _DIRECT for line in section.lines]
    direct = _before_jobs(direct, jobs)
    desired = _desired_position(sections, direct, jobs)
    position, surety = profession_of(desired.value) if desired.value else (None, 0.0)
    experience = _experience(sections, jobs, today)
    it_experience = _it_experience(position, jobs, experience, today)
    place = place_in([line for line in direct if not _ELSEWHERE.search(line.text)])
    formats = formats_in(direct)
    return Resume(
        text=text,
        desired_position=desired,
        position=Found(position, "inferred", surety, desired.evidence) if position else Found(),
        grade=_grade(desired, position, jobs, it_experience),
        experience_months=experience,
        it_experience_months=it_experience,
        expected_pay=_expected_pay(direct, today),
        city=Found(place[0].city, "stated", 0.9, (place[1],)) if place and place[0].city else Found(),
        region=_region(*place) if place else None,
        country=place[0].country if place else None,
        work_formats=Found([name for name, _ in formats], "stated", 0.9, tuple(quote for _, quote in formats))
        if formats
        else Found([]),
        skills=tuple(_skills(text, sections, jobs, skill_ids)),
        jobs=tuple(jobs),
        education=tuple(_education(sections)),
        languages=tuple(_languages(text)),
        summary=_summary(sections),
        section_names=tuple(_own_sections(sections, jobs)),
        extraction=Extraction(
            kind=document.kind,
            engine=document.engine,
            pages=document.pages,
            columns=document.columns,
            warnings=document.warnings,
            hidden=tuple(redact(passage).text for passage in document.hidden),
            redacted=redacted.counts,
        ),
    )


def _region(place: Place, words: Quote) -> str | None:
    """The region; of a country abroad its name as written, so that whoever is asked can say what it knows of it."""
    return words.quote if place.city is None and place.country != "RU" else place.region


def _before_jobs(lines: list[TextLine], jobs: list[JobEntry]) -> list[TextLine]:
    """Lines about the person and not about a job, where no heading parts them."""
    first = min((job.start for job in jobs), default=None)
    inside = {job.start: job.end for job in jobs}
    return [
        line
        for line in lines
        if first is None or line.start < first or not any(start <= line.start <= end for start, end in inside.items())
    ]


def _desired_position(sections: list[Section], direct: list[TextLine], jobs: list[JobEntry]) -> Found:
    """The position asked for: under its heading, else the first line at the top with a role, else the last job's."""
    under_heading = [line for section in sections if section.name == "desired" for line in section.lines]
    for lines, sure in ((under_heading[:3], 0.95), (direct[:12], 0.85)):
        for line in lines:
            if len(line.text) <= 120 and not line.text.rstrip().endswith(".") and _names_a_role(line.text):
                return _stated(line, sure)
    if under_heading and len(under_heading[0].text) <= 80:
        return _stated(under_heading[0], 0.6)
    last = _last_job(jobs)
    if last is not None and last.position is not None:
        found = _stated(last.position, 0.6)
        return Found(found.value, "inferred", 0.6, found.evidence)
    return Found()


def _last_job(jobs: list[JobEntry]) -> JobEntry | None:
    """The job that goes on, else the one that ended last: a short project inside it began later and is not it."""
    return max(jobs, key=lambda job: (job.span.end or (9999, 12), job.span.start), default=None)


def _names_a_role(text: str) -> bool:
    return bool(load_wording().role.search(fold(text))) or names_a_job(text)


def _stated(line: TextLine, confidence: float) -> Found:
    text = _TAKEN_OUT.sub("", _ORNAMENT.sub("", line.text)).rstrip(" \t-–—:•|/")
    if not text:
        return Found()
    start = line.start + line.text.find(text)
    label, colon, value = text.partition(":")
    if colon and len(label) < 30 and value.strip():
        start += len(text) - len(value.lstrip())
        text = value.strip()
    return Found(text, "stated", confidence, (Quote(text, start, start + len(text)),))


def _experience(sections: list[Section], jobs: list[JobEntry], today: date) -> Found:
    """Calendar months worked: summed over dated jobs; else as the heading of work, or a line about it, states them."""
    stated = _stated_length(sections)
    if jobs:
        months = total_months([(job.span.start, job.span.end) for job in jobs], today)
        exact = all(job.span.exact for job in jobs)
        agree = stated is not None and abs(stated[0] - months) <= 2
        confidence = 0.98 if agree else 0.85 if exact and stated is None else 0.7
        return Found(months, "summed", confidence, tuple(_dates(sections, job) for job in jobs))
    if stated is not None:
        return Found(stated[0], "stated", 0.7, (stated[1],))
    return Found()


def _stated_length(sections: list[Section]) -> tuple[int, Quote] | None:
    for section in sections:
        for line in section.lines[:1] if section.name == "work" else section.lines:
            found = find_length(line.text)
            if found and (section.name == "work" or re.search(r"опыт|стаж|experience", fold(line.text))):
                months, start, end = found
                return months, Quote(line.text[start:end], line.start + start, line.start + end)
    return None


def _dates(sections: list[Section], job: JobEntry) -> Quote:
    start, end = job.dates_at
    for section in sections:
        for line in section.lines:
            if line.start <= start < line.end:
                return Quote(line.text[start - line.start : end - line.start], start, end)
    return Quote("", start, end)


def _it_experience(position: str | None, jobs: list[JobEntry], experience: Found, today: date) -> Found:
    """Months in jobs that are not plainly of another trade: what the market of IT pays for. Who asks for work outside
    IT is asked about all of them."""
    if not jobs or position == NOT_IT:
        return experience
    work = [job for job in jobs if not (job.position and profession_of(job.position.text)[0] == NOT_IT)]
    months = total_months([(job.span.start, job.span.end) for job in work], today)
    return Found(months, "summed", min(experience.confidence, 0.8), experience.evidence)


def _grade(desired: Found, position: str | None, jobs: list[JobEntry], it_experience: Found) -> Found:
    """As the desired position names it or is it (a CTO), or the last job's title; else by months of work in IT, which
    say nothing of who asks for another trade."""
    by_position = load_wording().grade_of_position.get(position or "")
    if by_position is not None:
        return Found(by_position, "stated", 0.8, desired.evidence)
    for evidence, sure in [
        *((quote, 0.95) for quote in desired.evidence),
        *((job.position, 0.7) for job in filter(None, [_last_job(jobs)])),
    ]:
        if evidence is None:
            continue
        line = evidence if isinstance(evidence, TextLine) else TextLine(evidence.quote, evidence.start)
        named = grades_in(line)
        if named:
            return Found(named[-1][0], "stated", sure, (named[-1][1],))
    if it_experience.value is None or position == NOT_IT:
        return Found()
    months = int(it_experience.value)
    grade = next(name for name, below in load_wording().grade_by_months if months < below)
    return Found(grade, "inferred", 0.5, it_experience.evidence)


def _expected_pay(direct: list[TextLine], today: date) -> ExpectedPay:
    found = pay_in(direct)
    if found is None:
        return ExpectedPay()
    pay, quote = found
    amounts = [amount for amount in (pay.amount_from, pay.amount_to) if amount is not None]
    net = None
    if amounts and pay.currency in ("RUB", None) and pay.period in ("month", None):
        middle = np.array([sum(amounts) / len(amounts)], dtype=float)
        net = float((net_of_gross(middle, [today.year]) if pay.tax == "gross" else middle)[0])
    return ExpectedPay(pay.amount_from, pay.amount_to, pay.currency, pay.tax, pay.period, quote.quote, net)


def _skills(
    text: str, sections: list[Section], jobs: list[JobEntry], skill_ids: SkillIds | None
) -> Iterator[SkillFound]:
    """Skills in the order of their first mention, with the sections that name them."""
    lists = [(line.start, line.end) for section in sections if section.name == "skills" for line in section.lines]
    lists += [(line.start, line.end) for line in split_lines(text) if lists_skills(line)]
    mentions: dict[str, list[Quote]] = {}
    for name, quote in skills_in(without_industries(text), lists):
        mentions.setdefault(name, []).append(quote)
    spellings = list(dict.fromkeys([*mentions, *(quote.quote for quotes in mentions.values() for quote in quotes)]))
    ids = skill_ids(spellings) if skill_ids is not None else {}
    named = [(line.start, section.name) for section in sections for line in section.lines]
    known = {
        name: next((key for key in (name, *(one.quote for one in quotes)) if ids.get(key)), name)
        for name, quotes in mentions.items()
    }
    # `REST` in a job's story is the `REST API` of the list: one skill, however it is spelled where.
    same: dict[str, list[str]] = {}
    for name, spelling in known.items():
        same.setdefault(ids.get(spelling) or f"unknown {name}", []).append(name)
    for names in same.values():
        first: dict[str, Quote] = {}
        for quote in sorted((quote for name in names for quote in mentions[name]), key=lambda one: one.start):
            first.setdefault(_place_of(quote.start, named, jobs), quote)
        spelling = known[names[0]]
        yield SkillFound(names[0], ids.get(spelling), spelling, tuple(first.values()), tuple(first))


def _own_sections(sections: list[Section], jobs: list[JobEntry]) -> list[str]:
    """Sections of the resume itself: a heading inside a job's story makes none."""
    names = [
        section.name
        for section in sections
        if section.name == "work"
        or not any(job.start < line.start < job.end for line in section.lines[:1] for job in jobs)
    ]
    return list(dict.fromkeys(names))


def _place_of(start: int, named: list[tuple[int, str]], jobs: list[JobEntry]) -> str:
    """Section of a place in the text. `named`: where each line starts and its section, in the text's order."""
    if any(job.start <= start <= job.end for job in jobs):
        return "work"
    before = bisect.bisect_right(named, start, key=lambda line: line[0])
    return named[before - 1][1] if before else "top"


def _education(sections: list[Section]) -> Iterator[Quote]:
    lines = [line for section in sections if section.name == "education" for line in section.lines]
    schools = [line for line in lines if _SCHOOL.search(line.text)]
    for line in (schools or [line for line in lines if not re.fullmatch(r"[\d\s–—-]+", line.text)])[:5]:
        yield Quote(line.text.strip(), line.start, line.end)


def _languages(text: str) -> Iterator[Quote]:
    seen: set[str] = set()
    for found in _LANGUAGE.finditer(text):
        key = fold(found[0])[:6]
        if key not in seen:
            seen.add(key)
            yield Quote(found[0].strip(" -–—:"), found.start(), found.end())


def _summary(sections: list[Section]) -> str | None:
    about = "\n".join(section.text for section in sections if section.name == "about").strip()
    return about[:MOST_SUMMARY] or None
