"""The words resumes are built of, from `data/wording.yaml`, ready for matching."""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass
from importlib import resources

import yaml


@dataclass(frozen=True)
class Wording:
    """months: word -> 1..12. sections: heading (as `key_of` gives it) -> section. Patterns match folded text."""

    months: dict[str, int]
    sections: dict[str, str]
    present: str
    month_names: str
    role: re.Pattern[str]
    company: re.Pattern[str]
    year_units: str
    month_units: str
    latin_names: frozenset[str]
    latin_surname_endings: tuple[str, ...]
    grade_by_months: tuple[tuple[str, int], ...]
    grade_of_position: dict[str, str]


@functools.cache
def load_wording() -> Wording:
    """The packaged wording."""
    raw = yaml.safe_load(resources.files("salary_assets.resume").joinpath("data", "wording.yaml").read_text("utf-8"))
    months = {name: number for number, names in raw["months"].items() for name in names}
    return Wording(
        months=months,
        sections={key_of(name): section for section, names in raw["sections"].items() for name in names},
        present=_any_of(raw["present"]),
        month_names=_any_of(list(months)),
        role=re.compile(rf"(?<!\w)(?:{_any_of(raw['role_words'])})"),
        company=re.compile(rf"(?<!\w)(?:{_any_of(raw['company_marks'])})(?!\w)|[«\"“]"),
        year_units=_any_of(raw["duration_units"]["years"]),
        month_units=_any_of(raw["duration_units"]["months"]),
        latin_names=frozenset(raw["latin_names"]),
        latin_surname_endings=tuple(raw["latin_surname_endings"]),
        grade_by_months=tuple((str(grade), int(below)) for grade, below in raw["grade_by_months"]),
        grade_of_position=raw["grade_of_position"],
    )


def fold(text: str) -> str:
    """Lower case with ё as е: same length as the text, so that offsets hold."""
    return text.lower().replace("ё", "е")


def key_of(heading: str) -> str:
    """A heading as its words only. Letter-spaced ones (`О П Ы Т`) are joined."""
    words = re.findall(r"[\w+#.-]*\w", fold(heading))
    if len(words) > 2 and sum(len(word) == 1 for word in words) >= 0.7 * len(words):
        return "".join(words)
    return " ".join(words)


def _any_of(words: list[str]) -> str:
    return "|".join(re.escape(fold(word)) for word in sorted(words, key=len, reverse=True))
