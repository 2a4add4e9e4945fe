"""Cutting a search of hh.ru into slices that it lists to the end: it never shows more than 2 000 ads of one search.

By time first, because the slices of a period are known beforehand and never overlap by more than their edges; a five
minutes' slice that is still too big is cut by role, then by area, then by experience.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import pairwise

from salary_assets.storage.clock import MOSCOW

DEPTH = 2000
"""`page` times `per_page` may not pass this (hh.ru OpenAPI, GET /vacancies)."""

PER_PAGE = 100
AIM = 1500
"""Ads per slice when one is cut: slices fill unevenly, and one above DEPTH costs a request to find out."""

STEP = timedelta(minutes=5)
"""hh.ru rounds date_from and date_to to this."""

EXPERIENCES = ("noExperience", "between1And3", "between3And6", "moreThan6")
"""hh.ru's dictionary `experience`."""


@dataclass(frozen=True)
class Search:
    """One search: publication times (aware), role ids, and perhaps one area and one experience."""

    first: datetime
    last: datetime
    roles: tuple[str, ...]
    area: str | None = None
    experience: str | None = None

    def params(self, page: int) -> list[tuple[str, str]]:
        """Query parameters; lists are repeated parameters, times carry Moscow's offset without a colon."""
        fixed = [
            ("page", str(page)),
            ("per_page", str(PER_PAGE)),
            ("order_by", "publication_time"),
            ("no_magic", "true"),
        ]
        times = [("date_from", _written(self.first)), ("date_to", _written(self.last))]
        narrow = [("area", self.area), ("experience", self.experience)]
        roles = [("professional_role", role) for role in self.roles]
        return fixed + times + roles + [(name, value) for name, value in narrow if value is not None]

    def cut(self, found: int, areas: Callable[[], Sequence[str]]) -> Iterator[Search]:
        """Searches that together list what this one finds; none when it cannot be cut further.

        areas: ids that together cover the world, asked for only when needed.
        """
        steps = int((self.last - self.first) / STEP)
        if steps > 1:
            count = min(steps, max(2, math.ceil(found / AIM)))
            edges = [self.first + STEP * (steps * at // count) for at in range(count)] + [self.last]
            for first, last in pairwise(edges):
                yield replace(self, first=first, last=last)
        elif len(self.roles) > 1:
            for role in self.roles:
                yield replace(self, roles=(role,))
        elif self.area is None:
            for area in areas():
                yield replace(self, area=area)
        elif self.experience is None:
            for experience in EXPERIENCES:
                yield replace(self, experience=experience)

    def __str__(self) -> str:
        narrow = [f"role {self.roles[0]}"] if len(self.roles) == 1 else []
        narrow += [f"area {self.area}"] * bool(self.area) + [f"experience {self.experience}"] * bool(self.experience)
        return ", ".join([f"{_written(self.first)}..{_written(self.last)}", *narrow])


def _written(moment: datetime) -> str:
    return moment.astimezone(MOSCOW).strftime("%Y-%m-%dT%H:%M:%S%z")
