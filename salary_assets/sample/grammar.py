"""The data files of the sample market as typed objects: professions, skills, places, wording.

Everything that the generator says or knows of the trade is in `data/`; the code only combines it.
"""

from __future__ import annotations

import csv
import functools
from dataclasses import dataclass
from importlib import resources
from typing import Any

import yaml

Weights = dict[str, float]


@dataclass(frozen=True)
class Place:
    """A city with its hh.ru area id; `pay` is its effect on log pay, `weight` its share of ads."""

    area_id: str
    city: str
    region: str | None
    country: str
    weight: float
    pay: float


@dataclass(frozen=True)
class SkillEntry:
    """A skill, its effect on log pay and the spellings that ads use for it."""

    name: str
    pay: float
    aliases: tuple[str, ...]


@dataclass(frozen=True)
class Specialty:
    """A kind of job inside a profession. `skills` maps a skill to the chance that an ad asks for it."""

    titles: tuple[str, ...]
    title_en: str
    weight: float
    pay: float
    skills: Weights
    role: tuple[str, str] | None

    @property
    def name(self) -> str:
        return self.titles[0]


@dataclass(frozen=True)
class Profession:
    """A profession of hh.ru's catalogue as the sample market knows it."""

    name: str
    role_id: str
    family: str
    share: float
    pay: float
    grades: Weights
    grade_in_title: bool
    skills: Weights
    specialties: tuple[Specialty, ...]


@dataclass(frozen=True)
class Grammar:
    """All data files at once."""

    professions: tuple[Profession, ...]
    skills: dict[str, SkillEntry]
    places: tuple[Place, ...]
    families: dict[str, dict[str, list[str]]]
    phrases: dict[str, Any]


def _text(name: str) -> str:
    return resources.files("salary_assets.sample").joinpath("data", name).read_text("utf-8")


def _table(name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(line for line in _text(name).splitlines() if not line.startswith("#")))


def read_yaml(name: str) -> Any:
    """A YAML file of this package's data folder."""
    return yaml.safe_load(_text(name))


@functools.cache
def load_grammar() -> Grammar:
    """The grammar from the packaged data files."""
    skills = {
        row["skill"]: SkillEntry(row["skill"], float(row["pay"]), tuple(filter(None, row["aliases"].split("|"))))
        for row in _table("skills.csv")
    }
    places = tuple(
        Place(
            row["area_id"], row["city"], row["region"] or None, row["country"], float(row["weight"]), float(row["pay"])
        )
        for row in _table("places.csv")
    )
    professions = tuple(_profession(entry) for entry in read_yaml("professions.yaml"))
    return Grammar(professions, skills, places, read_yaml("families.yaml"), read_yaml("phrases.yaml"))


def _profession(entry: dict[str, Any]) -> Profession:
    specialties = tuple(
        Specialty(
            titles=tuple(item["titles"]),
            title_en=item["en"],
            weight=float(item["weight"]),
            pay=float(item["pay"]),
            skills=item["skills"],
            role=(item["role"][0], item["role"][1]) if "role" in item else None,
        )
        for item in entry["specialties"]
    )
    return Profession(
        name=entry["name"],
        role_id=entry["role_id"],
        family=entry["family"],
        share=float(entry["share"]),
        pay=float(entry["pay"]),
        grades=entry["grades"],
        grade_in_title=bool(entry.get("grade_in_title", False)),
        skills=entry["skills"],
        specialties=specialties,
    )
