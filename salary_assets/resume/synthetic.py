"""Resumes of invented people with known truth, for measuring the reader and for examples of advice.

People come from the sample market's jobs, so their skills, grades and pay belong together.
"""

from __future__ import annotations

import functools
import random
from dataclasses import dataclass
from importlib import resources
from math import exp
from typing import Any

import yaml

from salary_assets.sample.grammar import Grammar, load_grammar
from salary_assets.sample.law import Law, load_law
from salary_assets.sample.market import LEAST_YEARS, Employer, Job, draw_employers, draw_job, stream

PEOPLE_FROM = 70_000
"""Job numbers of the Telegram stream from here on stand behind these people; no ad of the sample uses them."""

LAST_MONTH = 2026 * 12 + 9
"""October 2026, the sample's last month, counted in months."""


@dataclass(frozen=True)
class SyntheticResume:
    """text as a person would write it; the rest is what is true of him. months: calendar months worked."""

    text: str
    position: str
    title: str
    grade: str | None
    grade_named: bool
    months: int
    jobs: int
    city: str
    skills: tuple[str, ...]
    spellings: tuple[str, ...]
    expected_pay: int | None
    secrets: tuple[str, ...]


def synthetic_resume(number: int, seed: int = 20261031) -> SyntheticResume:
    """The `number`-th invented resume; the same number and seed give the same words."""
    grammar, law = load_grammar(), load_law()
    job = draw_job(grammar, law, _employers(seed), seed, "telegram", PEOPLE_FROM + number)
    rng = stream(seed, "resume", number)
    words = _words()
    name = rng.choice(words["names"])
    contacts = [contact.format(a=rng.randint(0, 99), b=rng.randint(0, 99)) for contact in words["contacts"]]
    title = job.title
    entries, months = _history(grammar, law, job, rng, seed)
    listed = [use.alias for use in job.skills if rng.random() < 0.8] or [job.skills[0].alias]
    expected = round(exp(job.log_pay + rng.uniform(-0.25, 0.25)) / 5_000) * 5_000 if rng.random() < 0.6 else None
    lines = [name, *contacts, ""]
    hh_like = rng.random() < 0.5
    if hh_like:
        lines += ["Желаемая должность и зарплата", title]
    else:
        lines += [title]
    if expected is not None:
        lines.append(f"{expected:,} ₽ на руки".replace(",", " "))
    lines += [f"Проживает: {job.place.city}" if hh_like else job.place.city, ""]
    lines += ["Опыт работы", *entries, "Образование", f"{rng.randint(2005, 2018)}", rng.choice(words["schools"]), ""]
    if rng.random() < 0.7:
        lines += ["Ключевые навыки" if hh_like else "Навыки", ", ".join(listed), ""]
    lines += ["Знание языков", rng.choice(words["languages"]), "", "О себе", rng.choice(words["about"])]
    text = "\n".join(lines)
    used = [use for use in job.skills if use.alias in text]
    return SyntheticResume(
        text=text,
        position=job.position,
        title=title,
        grade=job.grade,
        grade_named=bool(job.grades_shown) and job.grade_line is None,
        months=months,
        jobs=sum(line.startswith("Задачи") for line in entries),
        city=job.place.city,
        skills=tuple(use.skill.name for use in used),
        spellings=tuple(use.alias for use in used),
        expected_pay=expected,
        secrets=(*name.split(), *contacts),
    )


def _history(grammar: Grammar, law: Law, job: Job, rng: random.Random, seed: int) -> tuple[list[str], int]:
    """Lines of the jobs, newest first, and the calendar months they cover together."""
    assert job.profession is not None and job.specialty is not None
    words, family = _words(), grammar.families[job.profession.family]
    months = max(3, LEAST_YEARS[job.experience] * 12 + rng.randint(0, 24))
    lengths = _parts(months, rng)
    end, lines = LAST_MONTH, []
    employers = _employers(seed)
    named = [use.alias for use in job.skills]
    for number, length in enumerate(lengths):
        start = end - length + 1
        last = rng.choice(words["ends"]) if number == 0 else _month(words, end)
        lines += [f"{_month(words, start)} — {last}", rng.choice(employers).name]
        lines += [job.title if number == 0 else job.specialty.titles[0]]
        duties = rng.sample(family["objects"], k=2)
        told = rng.sample(named, k=min(len(named), rng.randint(1, 4)))
        lines.append(f"Задачи: {rng.choice(family['verbs']).lower()} {duties[0]}, {duties[1]}.")
        lines.append(f"Работал с: {', '.join(told)}.")
        if rng.random() < 0.5:
            lines.append(rng.choice(words["results"]).format(n=rng.randint(2, 60)))
        lines.append("")
        # One job in four overlaps the one before by two months: those months count once.
        end = start - 1 + (2 if rng.random() < 0.25 and length > 4 and number + 1 < len(lengths) else 0)
    return lines, LAST_MONTH - _start_of(lines, words) + 1


def _parts(months: int, rng: random.Random) -> list[int]:
    """Lengths of one to four jobs that add up to about these months."""
    count = min(rng.randint(1, 4), max(1, months // 8))
    cuts = sorted(rng.sample(range(3, months - 2), count - 1)) if count > 1 else []
    return [upper - lower for lower, upper in zip([0, *cuts], [*cuts, months], strict=True)]


def _month(words: dict[str, Any], month: int) -> str:
    return f"{words['months'][month % 12]} {month // 12}"


def _start_of(lines: list[str], words: dict[str, Any]) -> int:
    """First month of the earliest job; jobs follow each other without gaps."""
    starts: list[int] = []
    for line in lines:
        name, _, rest = line.partition(" ")
        if name in words["months"] and rest[:4].isdigit():
            starts.append(int(rest[:4]) * 12 + words["months"].index(name))
    return min(starts)


@functools.cache
def _employers(seed: int) -> list[Employer]:
    return draw_employers(load_grammar(), load_law(), seed, 120)


@functools.cache
def _words() -> dict[str, Any]:
    text = resources.files("salary_assets.resume").joinpath("data", "synthetic.yaml").read_text("utf-8")
    loaded: dict[str, Any] = yaml.safe_load(text)
    return loaded
