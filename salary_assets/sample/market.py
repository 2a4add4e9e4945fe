"""The latent market: who hires whom, where, on what terms and for what pay, before any ad is written.

Each job draws from its own random stream, so a job does not change when others are added or worded anew.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Any

from salary_assets.sample.grammar import Grammar, Place, Profession, SkillEntry, Specialty
from salary_assets.sample.law import Law, StatedPay, choose, state_pay

MOSCOW_OFFSET = timezone(timedelta(hours=3))
FIRST_DAY = datetime(2025, 11, 1, tzinfo=MOSCOW_OFFSET)
DAYS = 365
"""The sample covers November 2025 to October 2026."""

LEAST_YEARS = {"noExperience": 0, "between1And3": 1, "between3And6": 3, "moreThan6": 6}


@dataclass(frozen=True)
class Employer:
    """An invented employer; `effect` is what it adds to log pay."""

    id: str
    name: str
    industry: dict[str, Any]
    size: int
    effect: float
    english: bool
    states_pay: float


@dataclass(frozen=True)
class SkillUse:
    """A skill of an ad: its spelling there, whether the pay depends on it, whether it is only `a plus`."""

    skill: SkillEntry
    alias: str
    required: bool


@dataclass(frozen=True)
class Job:
    """One vacancy behind any number of ads."""

    key: str
    is_it: bool
    profession: Profession | None
    specialty: Specialty | None
    not_it: dict[str, Any] | None
    role: tuple[str, str]
    title: str
    grade: str | None
    grades_shown: tuple[str, ...]
    grade_line: str | None
    experience: str
    place: Place
    format: str
    employer: Employer
    english: bool
    published: datetime
    skills: tuple[SkillUse, ...]
    log_pay_mean: float
    noise: float
    fork: float
    stated: StatedPay | None
    stated_in: str

    @property
    def log_pay(self) -> float:
        return self.log_pay_mean + self.employer.effect + self.noise

    @property
    def position(self) -> str:
        return self.profession.name if self.profession else "Не IT вакансия"


def stream(seed: int, *names: object) -> random.Random:
    """The random stream of one thing: the same names give the same numbers, whatever else is drawn."""
    return random.Random("/".join(map(str, (seed, *names))))


def draw_employers(grammar: Grammar, law: Law, seed: int, count: int) -> list[Employer]:
    """Invented employers, the first the largest."""
    words = grammar.phrases["employer"]
    pairs = [f"{adjective} {noun}" for adjective in words["adjectives"] for noun in words["nouns"]]
    stream(seed, "employer names").shuffle(pairs)
    names = words["english"] + pairs
    employers = []
    for number in range(count):
        rng = stream(seed, "employer", number)
        english = number % 40 == 7 or (number >= 20 and number % 45 == 0)
        name = words["english"][number // 40 % len(words["english"])] if english else names[10 + number % len(pairs)]
        employers.append(
            Employer(
                id=str(7_700_000 + number),
                name=name if english else rng.choice(words["forms"]).format(name=name),
                industry=rng.choice(grammar.phrases["industries"]),
                size=rng.choice([30, 60, 120, 200, 350, 700, 1500, 4000]),
                effect=rng.gauss(0, law.employer_sd),
                english=english,
                states_pay=rng.betavariate(2, 3),
            )
        )
    return employers


def draw_job(
    grammar: Grammar, law: Law, employers: list[Employer], seed: int, source: str, number: int, not_it: bool = False
) -> Job:
    """The `number`-th job of a source (hh, telegram, board)."""
    rng = stream(seed, source, number)
    employer = rng.choices(employers, [1 / (rank + 12) for rank in range(len(employers))])[0]
    published = FIRST_DAY + timedelta(
        days=int(DAYS * rng.random() ** 0.93),
        hours=rng.randint(8, 20),
        minutes=rng.randint(0, 59),
        seconds=rng.randint(0, 59),
    )
    place = rng.choices(grammar.places, [place.weight for place in grammar.places])[0]
    key = f"{source}-{number:05d}"
    fork = min(max(rng.gauss(law.fork["mean"], law.fork["sd"]), law.fork["least"]), law.fork["most"])
    if not_it:
        return _not_it_job(grammar, law, rng, key, source, employer, place, published, fork)

    profession = rng.choices(grammar.professions, [one.share for one in grammar.professions])[0]
    specialty = rng.choices(profession.specialties, [one.weight for one in profession.specialties])[0]
    grade = choose(rng, profession.grades)
    experience = choose(rng, law.experience_by_grade[grade])
    job_format = choose(rng, law.formats)
    english = employer.english
    skills = _skills(grammar, rng, profession, specialty)
    title, shown, line = _title(grammar, rng, profession, specialty, grade, english)
    months = (published.year - FIRST_DAY.year) * 12 + published.month - FIRST_DAY.month
    mean = law.mean_log_pay(
        profession,
        specialty,
        grade,
        experience,
        place,
        job_format == "remote",
        english,
        months,
        [use.skill for use in skills if use.required],
    )
    noise = rng.gauss(0, law.noise_sd)
    stated, where = _stated(law, rng, source, employer, place, mean + employer.effect + noise, fork)
    return Job(
        key=key,
        is_it=True,
        profession=profession,
        specialty=specialty,
        not_it=None,
        role=_stated_role(grammar, rng, profession, specialty),
        title=title,
        grade=grade,
        grades_shown=shown,
        grade_line=line,
        experience=experience,
        place=place,
        format=job_format,
        employer=employer,
        english=english,
        published=published,
        skills=skills,
        log_pay_mean=mean,
        noise=noise,
        fork=fork,
        stated=stated,
        stated_in=where,
    )


def _not_it_job(
    grammar: Grammar,
    law: Law,
    rng: random.Random,
    key: str,
    source: str,
    employer: Employer,
    place: Place,
    published: datetime,
    fork: float,
) -> Job:
    trade = rng.choice(grammar.phrases["not_it"])
    mean = trade["pay"] + place.pay
    noise = rng.gauss(0, law.not_it_sd)
    stated, where = _stated(law, rng, source, employer, place, mean + employer.effect + noise, fork)
    return Job(
        key=key,
        is_it=False,
        profession=None,
        specialty=None,
        not_it=trade,
        role=(trade["role"][0], trade["role"][1]),
        title=trade["title"],
        grade=None,
        grades_shown=(),
        grade_line=None,
        experience=rng.choice(["noExperience", "between1And3"]),
        place=place,
        format="office",
        employer=employer,
        english=False,
        published=published,
        skills=(),
        log_pay_mean=mean,
        noise=noise,
        fork=fork,
        stated=stated,
        stated_in=where,
    )


def _skills(grammar: Grammar, rng: random.Random, profession: Profession, specialty: Specialty) -> tuple[SkillUse, ...]:
    uses = []
    for name, chance in {**profession.skills, **specialty.skills}.items():
        if rng.random() < chance:
            skill = grammar.skills[name]
            alias = rng.choice(skill.aliases) if skill.aliases and rng.random() < 0.35 else skill.name
            uses.append(SkillUse(skill, alias, required=rng.random() < 0.85))
    if not any(use.required for use in uses):
        skill = grammar.skills[next(iter(specialty.skills))]
        uses = [use for use in uses if use.skill != skill] + [SkillUse(skill, skill.name, required=True)]
    return tuple(uses)


def _title(
    grammar: Grammar, rng: random.Random, profession: Profession, specialty: Specialty, grade: str, english: bool
) -> tuple[str, tuple[str, ...], str | None]:
    """The headline, the grades that the ad shows anywhere, and the words of a separate grade line if there is one."""
    base = specialty.title_en if english else rng.choice(specialty.titles)
    if profession.grade_in_title:
        return base, (grade,), None
    words = grammar.phrases["grade_words"][grade]
    draw = rng.random()
    if draw < 0.40:
        word = rng.choice(words["en"])
        return (f"{base} ({word})" if rng.random() < 0.35 and "(" not in base else f"{word} {base}"), (grade,), None
    if draw < 0.55 and words["ru"] and not english:
        lowered = base if base.isascii() or base[:2].isupper() or "-" in base[:8] else base[0].lower() + base[1:]
        return f"{rng.choice(words['ru'])} {lowered}", (grade,), None
    if draw < 0.75:
        return base, (grade,), rng.choice(words["text"][:1] if english else words["text"])
    return base, (), None


def _stated_role(grammar: Grammar, rng: random.Random, profession: Profession, specialty: Specialty) -> tuple[str, str]:
    """The role an employer ticks on hh.ru: usually the true one, sometimes a neighbour's."""
    if specialty.role is not None:
        return specialty.role
    if rng.random() < 0.03:
        neighbours = [one for one in grammar.professions if one.family == profession.family and one is not profession]
        if neighbours:
            other = rng.choice(neighbours)
            return other.role_id, other.name
    return profession.role_id, profession.name


def _stated(
    law: Law, rng: random.Random, source: str, employer: Employer, place: Place, log_pay: float, fork: float
) -> tuple[StatedPay | None, str]:
    chance = law.pay_stated[source] * (0.5 + employer.states_pay / 0.8)
    if rng.random() >= chance:
        return None, "nowhere"
    where = "text" if source == "telegram" or (source == "hh" and rng.random() < 0.06) else "markup"
    return state_pay(law, rng, log_pay, fork, source, place.country), where
