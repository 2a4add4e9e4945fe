"""Skill mentions: where a text names a technology, method or notation of the lexicon, in the text's own spelling."""

from __future__ import annotations

import functools
from typing import NamedTuple

from salary_assets.labelling.lexicon import Lexicon, phrases_of, read_table
from salary_assets.labelling.reading import Reading


class FoundSkill(NamedTuple):
    """A skill of the lexicon and its half-open span in the plain text."""

    skill: str
    start: int
    end: int


def find_skills(reading: Reading) -> list[FoundSkill]:
    """The first mention of each skill, in the order of the text."""
    expected = [(field.start, field.end) for field in reading.of("skills")]
    first: dict[str, FoundSkill] = {}
    for hit in skill_lexicon().find(reading.text, reading.cased):
        if hit.marked and not any(start <= hit.start < end for start, end in expected):
            continue
        start = hit.start + reading.text.startswith("#", hit.start)
        first.setdefault(hit.meaning, FoundSkill(hit.meaning, start, hit.end))
    return list(first.values())


@functools.cache
def skill_lexicon() -> Lexicon[str]:
    phrases = []
    for row in read_table("skills.csv"):
        aliases = phrases_of(row["aliases"])
        named = {alias.lstrip("!=").lower() for alias in aliases}
        if row["skill"].lower() not in named and not any(alias.startswith("!") for alias in aliases):
            aliases.append(row["skill"])
        phrases += [(alias, row["skill"]) for alias in aliases]
    return Lexicon(phrases)
