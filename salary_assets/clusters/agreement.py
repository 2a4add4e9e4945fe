"""Titles that leave the job open: one kind of job only where their skills do not speak against it.

"Специалист по автоматизации" is said of control systems in a factory and of servers in a data centre. Where no skill
that the ads of one wording name is named by those of another, the wordings are kinds of job of their own.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd


@dataclass
class _Wording:
    skills: set[str] = field(default_factory=set)
    rows: list[Any] = field(default_factory=list)


def apart_by_skills(titles: pd.DataFrame, skills: pd.Series) -> pd.Series:
    """titles (vacancy_id, title, position, group, is_open, says) -> the group of each, by their index.

    skills: canon ids by vacancy id. Of a group that comes apart, the part with most vacancies keeps the name; wordings
    without skills stay in it. Groups that name a technology or a role that is no open one stay whole.
    """
    named = skills.to_dict()
    whole: set[tuple[str, str]] = set()
    said: dict[tuple[str, str], dict[str, _Wording]] = defaultdict(lambda: defaultdict(_Wording))
    columns = ["vacancy_id", "title", "position", "group", "is_open", "says"]
    for row, vacancy_id, title, position, group, is_open, says in titles[columns].itertuples():
        if says.technologies or not is_open:
            whole.add((position, group))
        wording = said[position, group][" ".join(title.lower().split())]
        wording.skills |= set(named.get(vacancy_id, ()))
        wording.rows.append(row)
    groups = titles["group"].copy()
    for key, wordings in said.items():
        if key not in whole and len(wordings) > 1:
            for part in _smaller_parts(wordings):
                groups[[row for wording in part for row in wordings[wording].rows]] = f"{key[1]} | {part[0]}"
    return groups


def _smaller_parts(wordings: Mapping[str, _Wording]) -> list[list[str]]:
    """Wordings that share no skill with those of the largest part, as parts; each sorted."""
    parts: list[tuple[list[str], set[str]]] = []
    for name in sorted(wordings):
        skills = wordings[name].skills
        if skills:
            alike = [part for part in parts if part[1] & skills]
            parts = [part for part in parts if not part[1] & skills]
            names = sorted([name, *(one for part in alike for one in part[0])])
            parts.append((names, skills.union(*(part[1] for part in alike))))
    ranked = sorted(
        (names for names, _ in parts), key=lambda names: (-sum(len(wordings[one].rows) for one in names), names)
    )
    return ranked[1:]
