"""One question in people's words -> inputs of the model, and what of it could not be understood."""

from __future__ import annotations

import functools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from salary_assets.salary.inputs import Inputs
from salary_assets.salary.target import EXPERIENCE_STEPS
from salary_assets.storage.vocabulary import GRADES, POSITIONS, WORK_FORMATS


class BadRequest(ValueError):
    """A question that cannot be answered; the message names the field and what it may hold."""


@dataclass(frozen=True)
class Request:
    """What is asked. position: profession of the catalogue; grade, work_format: of the vocabularies; skills in any
    spelling; region: city or region. At least a title or a position is needed."""

    title: str = ""
    position: str | None = None
    skills: tuple[str, ...] = ()
    grade: str | None = None
    experience_years: float | None = None
    region: str | None = None
    work_format: str | None = None

    @staticmethod
    def from_dict(raw: Mapping[str, Any]) -> Request:
        """Check a JSON object. Raises BadRequest."""
        known = set(Request.__dataclass_fields__)
        unknown = sorted(set(raw) - known)
        if unknown:
            raise BadRequest(f"unknown fields {', '.join(unknown)}; a request has {', '.join(sorted(known))}")
        given = {name: value for name, value in raw.items() if value not in (None, "")}
        for name in ("title", "position", "grade", "region", "work_format"):
            if name in given and not isinstance(given[name], str):
                raise BadRequest(f"{name} must be text")
        _one_of("position", given.get("position"), POSITIONS)
        _one_of("grade", given.get("grade"), GRADES)
        _one_of("work_format", given.get("work_format"), WORK_FORMATS)
        request = Request(**{**given, "skills": _skills(given), "experience_years": _years(given)})
        if not request.title.strip() and request.position is None:
            raise BadRequest("give a title or a position: nothing else says what the work is")
        return request

    @property
    def silent(self) -> bool:
        """Whether there is something to read from the title that is not given."""
        return bool(self.title) and (self.position is None or self.grade is None)

    def to_dict(self) -> dict[str, Any]:
        return {**vars(self), "skills": list(self.skills)}


@dataclass(frozen=True)
class Place:
    """Where a city or region lies; fields are "" where it has none."""

    city: str
    region: str
    federal_district: str
    country: str


@dataclass(frozen=True)
class Gazetteer:
    """places: lower-case names of cities and regions as training ads have them. skills: spelling -> canonical id."""

    places: Mapping[str, Place]
    skills: Mapping[str, str]

    def place(self, name: str | None) -> Place | None:
        """The place of that name, or None. `СПб` and `Moscow` are the cities they mean; a town that no ad names is
        its region."""
        if not name:
            return None
        found = self.places.get(fold_name(name))
        if found is not None:
            return found
        # Imported here: it reads a gazetteer, which names that ads use do not need.
        from salary_assets.labelling.places import place_of

        meant = place_of(name)
        names = (meant.city, meant.region) if meant else ()
        return next((self.places[key] for key in map(fold_name, filter(None, names)) if key in self.places), None)

    def skill_ids(self, spellings: Sequence[str]) -> tuple[list[str], list[str]]:
        """Canonical ids in order without repeats, and the spellings that nobody knows."""
        ids = {spelling: self.skills.get(fold_name(spelling)) for spelling in spellings}
        known = dict.fromkeys(found for found in ids.values() if found is not None)
        return list(known), [spelling for spelling, found in ids.items() if found is None]


def fold_name(name: str) -> str:
    """Case, outer spaces and the letter yo do not tell names apart."""
    return " ".join(name.lower().replace("ё", "е").split())


def to_inputs(requests: Sequence[Request], gazetteer: Gazetteer, source: str, months: float) -> Inputs:
    """Requests as the model reads them: as if each were an ad of `source` published at `months`.

    Profession and grades that are not given are read from the title, by the rules that read the titles of ads: to the
    model an ad for a senior without a grade is one that names none.
    """
    titles = _masked([request.title for request in requests])
    read = [named_in(title) if request.silent else _NOTHING for request, title in zip(requests, titles, strict=True)]
    places = [gazetteer.place(request.region) for request in requests]
    steps = [experience_step(request.experience_years) for request in requests]
    count = len(requests)
    empty: list[list[str]] = [[]] * count
    return Inputs(
        title=titles,
        text=[""] * count,
        skills=[gazetteer.skill_ids(request.skills)[0] for request in requests],
        position=[request.position or named.position for request, named in zip(requests, read, strict=True)],
        job_cluster_id=[""] * count,
        grades=[
            [request.grade] if request.grade else [*named.grades] for request, named in zip(requests, read, strict=True)
        ],
        roles=empty,
        specializations=empty,
        work_formats=[[request.work_format] if request.work_format else [] for request in requests],
        employment=[""] * count,
        schedule=[""] * count,
        city=[place.city if place else "" for place in places],
        region=[place.region if place else "" for place in places],
        country=[place.country if place else "RU" for place in places],
        source=[source] * count,
        employer_key=[""] * count,
        employer_ads=np.full(count, np.nan),
        experience_min=np.array([step[0] for step in steps], dtype=float),
        experience_max=np.array([step[1] for step in steps], dtype=float),
        months=np.full(count, months),
    )


class Named(NamedTuple):
    """position: profession of the catalogue, or "". grades: lowest first."""

    position: str
    grades: list[str]


_NOTHING = Named("", [])


@functools.lru_cache(maxsize=20_000)
def named_in(title: str) -> Named:
    """Profession and grades that a title names. The first call reads the rules of labels, half a second."""
    # Imported here: loading a bundle needs no rules of labels.
    from salary_assets.labelling.grades import grade_hits
    from salary_assets.labelling.professions import NAMES_A_JOB
    from salary_assets.labelling.reading import read
    from salary_assets.labelling.titles import title_of

    reading = read(title)
    found = title_of(reading)
    named = {hit.meaning.grade for hit in grade_hits(reading.text)}
    position = found.position if found.position and found.weight >= NAMES_A_JOB else ""
    return Named(position, [grade for grade in GRADES if grade in named])


def experience_step(years: float | None) -> tuple[float, float]:
    """Years of a person -> the span that ads ask of such a person: (least, most), NaN where open."""
    if years is None:
        return math.nan, math.nan
    return next(step for step in EXPERIENCE_STEPS if years >= step[0])


def _masked(titles: Sequence[str]) -> list[str]:
    """Titles as training reads them, without amounts of money: what a person hopes for is no input either."""
    if not any(character.isdigit() for title in titles for character in title):
        return list(titles)
    # Imported here: with it come the contracts of tables, which neither loading nor a title without a number needs.
    from salary_assets.salary.training import masked_title

    return [masked_title(title.encode("utf-8", "replace").decode()) for title in titles]


def _one_of(name: str, value: str | None, allowed: Sequence[str]) -> None:
    if value is not None and value not in allowed:
        raise BadRequest(f"{name}={value!r} is not known; it may be {', '.join(allowed)}")


def _skills(given: Mapping[str, Any]) -> tuple[str, ...]:
    skills = given.get("skills", ())
    if not isinstance(skills, list | tuple) or not all(isinstance(skill, str) for skill in skills):
        raise BadRequest("skills must be a list of texts")
    return tuple(skill.strip() for skill in skills if skill.strip())


def _years(given: Mapping[str, Any]) -> float | None:
    years = given.get("experience_years")
    if years is None:
        return None
    if isinstance(years, bool) or not isinstance(years, int | float) or not 0 <= years <= 60:
        raise BadRequest("experience_years must be a number from 0 to 60")
    return float(years)
