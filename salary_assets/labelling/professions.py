"""Words of a job title -> profession of hh.ru's catalogue.

Several professions may meet in one title ("QA engineer (Python)"); the lexicon's weights say which one rules.
"""

from __future__ import annotations

import functools
from typing import NamedTuple

from salary_assets.labelling.grades import grade_hits
from salary_assets.labelling.lexicon import Hit, Lexicon, phrases_of, read_table
from salary_assets.storage.vocabulary import NOT_IT

_ANALYTICS_LEAD = "Руководитель отдела аналитики"
_LED_BY = {
    "Программист, разработчик": "Руководитель группы разработки",
    "Системный аналитик": _ANALYTICS_LEAD,
    "Бизнес-аналитик": _ANALYTICS_LEAD,
    "Аналитик": _ANALYTICS_LEAD,
    "BI-аналитик, аналитик данных": _ANALYTICS_LEAD,
    "Продуктовый аналитик": _ANALYTICS_LEAD,
}
"""Profession of those led -> profession of who leads them."""

NAMES_A_JOB = 70
"""Weight from which words are a job title by themselves; lighter ones ("python", "тестирование") only hint."""

NAMES_A_FIELD = 40
"""Weight from which words name a field of work ("разработка сайтов")."""

_LEADS_OUTRIGHT = 94
"""Weight from which the profession is a leader's already."""
_LED = 80


class Role(NamedTuple):
    """What a phrase of titles.csv means."""

    position: str
    weight: int


def profession_of(words: str) -> tuple[str | None, int]:
    """Profession that plain lower-case words name, and the weight of the words; (None, 0) when they name none."""
    hits = role_hits(words)
    if not hits:
        return None, 0
    best = max(hits, key=lambda hit: (hit.meaning.weight, -hit.start, hit.end - hit.start))
    position, weight = best.meaning
    if position != NOT_IT and weight < _LEADS_OUTRIGHT and _leaders().find(words) and not _ranks_below(words):
        return _LED_BY.get(position, position), max(weight, _LED)
    return position, weight


def role_hits(text: str, least: int = 0) -> list[Hit[Role]]:
    """Words of jobs in a plain text, overlapping ones too, of at least this weight."""
    return [hit for hit in _roles().find_all(text) if hit.meaning.weight >= least]


def _ranks_below(words: str) -> bool:
    """Whether "team lead" is but one of the grades that are looked for: "Middle/Senior/Team Lead PHP developer"."""
    return any(hit.meaning.grade in ("junior", "middle") for hit in grade_hits(words, weak=False))


@functools.cache
def _roles() -> Lexicon[Role]:
    return Lexicon(
        [
            (phrase, Role(row["position"], int(row["weight"])))
            for row in read_table("titles.csv")
            for phrase in phrases_of(row["aliases"])
        ]
    )


@functools.cache
def _leaders() -> Lexicon[str]:
    return Lexicon([(phrase, "leader") for row in read_table("leaders.csv") for phrase in phrases_of(row["aliases"])])
