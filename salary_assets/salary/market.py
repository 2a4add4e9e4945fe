"""The ads behind an answer: how many like it there are, from how many employers, and which are nearest.

A cell that is too small is widened field by field, and the answer says which fields were dropped.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any, TypeAlias

import numpy as np
import pandas as pd
import pyarrow as pa
from scipy import sparse

from salary_assets.salary.arrays import Bools, Floats, Ints, Sparse
from salary_assets.salary.blocks import bracket
from salary_assets.salary.features import Encoder
from salary_assets.salary.inputs import Inputs, from_frame
from salary_assets.salary.target import stated_pay

LEAST_CELL = 30
LEAST_WIDEST = 10
"""Fewer ads than this at the widest cell are no basis for comparison."""

WIDENING = (
    ("position", "grade", "region"),
    ("position", "experience", "region"),
    ("position", "grade"),
    ("position", "experience"),
    ("position",),
)
CELL_FIELDS = ("position", "grade", "experience", "region")
COLUMNS = [
    "vacancy_id",
    "title",
    "employer_name",
    "city",
    "month",
    "position",
    "grade",
    "experience",
    "region",
    "employer_key",
    "pay_lower",
    "pay_upper",
    "stated",
]
SKILLS_WEIGHT = 0.7
LEAST_NEARNESS = 0.5
SAME_PLACE, SAME_EXPERIENCE = 0.15, 0.15
"""What an equal region or step of experience adds to the nearness of a title (cosine, 0 to 1)."""

NEWER = 1e-4
"""What the newest ad is nearer by than the oldest: of those with one title, the newest say what it pays now."""

Cell: TypeAlias = tuple[tuple[str, str], ...]
"""Field and value pairs that ads have in common."""


@dataclass(frozen=True)
class Basis:
    """kind: direct (all that was asked), widened, or model_only (nothing to compare with).

    cell: field and value pairs; dropped: fields given up; vacancies with pay, employers and months behind it;
    median: of the pay they state, RUB/month net.
    """

    kind: str
    cell: Cell
    dropped: tuple[str, ...]
    vacancies: int
    employers: int
    first_month: str | None
    last_month: str | None
    median: float | None

    def to_dict(self) -> dict[str, Any]:
        cell = [{"field": field, "value": value} for field, value in self.cell]
        return {**asdict(self), "cell": cell, "dropped": list(self.dropped)}


@dataclass(frozen=True)
class Market:
    """ads: COLUMNS of the training ads. vectors: sparse (ads, terms), float32, of title and skills. cells: by key."""

    ads: pd.DataFrame
    vectors: Sparse
    cells: Mapping[Cell, Basis]

    def basis(self, fields: Mapping[str, str]) -> Basis:
        """fields: position, grade, experience step, region as asked, absent where nothing was asked."""
        asked = [name for name in CELL_FIELDS if fields.get(name)]
        for wanted in WIDENING:
            if not set(wanted) <= set(asked):
                continue
            cell = tuple((name, fields[name]) for name in wanted)
            found = self.cells.get(cell)
            least = LEAST_WIDEST if wanted == ("position",) else LEAST_CELL
            if found is None or found.vacancies < least:
                continue
            seniority = {"grade", "experience"} & set(wanted)
            dropped = tuple(
                name for name in asked if name not in wanted and not (seniority and name in ("grade", "experience"))
            )
            return Basis(
                "widened" if dropped else "direct",
                cell,
                dropped,
                found.vacancies,
                found.employers,
                found.first_month,
                found.last_month,
                found.median,
            )
        return Basis("model_only", (), tuple(asked), 0, 0, None, None, None)

    def nearest(self, vector: Sparse, fields: Mapping[str, str], count: int) -> list[dict[str, Any]]:
        """The ads nearest to a request: dicts of COLUMNS and `nearness`, nearest first, each employer's title once.

        They share a word of the title or a skill with it. Where a request has neither that any ad knows, its
        profession's ads are all as near; without a profession none are.
        """
        if not len(self.ads) or not count:
            return []
        nearness = (vector @ self._ads_of_term).toarray()[0]
        alike = np.flatnonzero(nearness > 0 if vector.nnz else self._equal("position", fields.get("position", "")))
        if not len(alike):
            return []
        nearness = nearness[alike]
        for name, bonus in (("region", SAME_PLACE), ("experience", SAME_EXPERIENCE)):
            if fields.get(name):
                nearness += np.float32(bonus) * self._equal(name, fields[name])[alike]
        rank = -nearness - self._newness[alike]
        pool = min(len(alike), 8 * count)
        best = np.argpartition(rank, pool - 1)[:pool]
        found: dict[tuple[str, str], dict[str, Any]] = {}
        for place in best[np.lexsort((best, rank[best]))]:
            ad = self._records[alike[place]]
            found.setdefault((ad["employer_name"], ad["title"]), {**ad, "nearness": float(nearness[place])})
            if len(found) == count:
                break
        return list(found.values())

    @cached_property
    def _ads_of_term(self) -> Sparse:
        """(terms, ads): a request reads the ads of its own few terms, not the terms of every ad."""
        return self.vectors.T.tocsr()

    @cached_property
    def _records(self) -> list[dict[str, Any]]:
        columns = [pa.array(self.ads[name], from_pandas=True).to_pylist() for name in COLUMNS]
        return [dict(zip(COLUMNS, values, strict=True)) for values in zip(*columns, strict=True)]

    @cached_property
    def _codes(self) -> dict[str, tuple[dict[str, int], Ints]]:
        """Per field: number of each value, and the numbers of the ads."""
        coded = {}
        for name in ("position", "region", "experience"):
            codes, values = pd.factorize(self.ads[name])
            coded[name] = ({str(value): number for number, value in enumerate(values)}, codes)
        return coded

    @cached_property
    def _newness(self) -> Floats:
        """What each ad is nearer by for its month: nothing for the oldest, NEWER for the newest."""
        codes, months = pd.factorize(self.ads["month"], sort=True)
        return np.asarray(NEWER * codes / max(len(months) - 1, 1), dtype=np.float32)

    def _equal(self, name: str, value: str) -> Bools:
        numbers, codes = self._codes[name]
        return np.asarray(codes == numbers.get(value, len(numbers)))


def build_market(frame: pd.DataFrame, encoder: Encoder) -> Market:
    """Training rows and the employer-free encoder -> the ads that answers are compared with."""
    inputs = from_frame(frame)
    ads = frame[
        ["vacancy_id", "title", "employer_name", "city", "month", "position", "employer_key", "pay_lower", "pay_upper"]
    ].copy()
    ads["grade"] = pd.Series([grades[0] if grades else None for grades in inputs.grades], index=ads.index, dtype="str")
    ads["experience"] = [bracket(years) for years in inputs.experience_min]
    ads["region"] = frame["region"].where(frame["region"].notna(), frame["city"])
    ads["stated"] = stated_pay(frame)
    return Market(ads[COLUMNS].reset_index(drop=True), vectors_of(encoder.matrices(inputs)), cells_of(ads))


def cells_of(ads: pd.DataFrame) -> dict[Cell, Basis]:
    """Every cell of every widening that has ads, with its counts."""
    cells = {}
    for names in WIDENING:
        counted = (
            ads.dropna(subset=list(names))
            .groupby(list(names), sort=True)
            .agg(
                rows=("vacancy_id", "size"),
                employers=("employer_key", "nunique"),
                first=("month", "min"),
                last=("month", "max"),
                median=("stated", "median"),
            )
            .reset_index()
        )
        for row in counted.to_dict("records"):
            cell = tuple((name, str(row[name])) for name in names)
            counts = (row["rows"], row["employers"], row["first"], row["last"], row["median"])
            cells[cell] = Basis("direct", cell, (), *counts)
    return cells


def cells_to_json(cells: Mapping[Cell, Basis]) -> list[list[Any]]:
    """Cells as a bundle keeps them, so that a service does not count them again while people wait for it."""
    return [
        [one.cell, one.vacancies, one.employers, one.first_month, one.last_month, one.median] for one in cells.values()
    ]


def cells_from_json(stored: Sequence[Sequence[Any]]) -> dict[Cell, Basis]:
    """The inverse of `cells_to_json`."""
    cells = {}
    for fields, *counts in stored:
        cell = tuple((name, value) for name, value in fields)
        cells[cell] = Basis("direct", cell, (), *counts)
    return cells


def vectors_of(matrices: Mapping[str, Sparse]) -> Sparse:
    """Sparse blocks of n ads or requests -> (n, terms): words of the title, and skills at SKILLS_WEIGHT."""
    return sparse.hstack([matrices["title_words"], SKILLS_WEIGHT * matrices["skills"]], format="csr", dtype=np.float32)


def fields_of(inputs: Inputs, row: int) -> dict[str, str]:
    """The fields of one request that a cell is made of."""
    fields: dict[str, str] = {"position": inputs.position[row], "region": inputs.region[row] or inputs.city[row]}
    if inputs.grades[row]:
        fields["grade"] = inputs.grades[row][0]
    if not np.isnan(inputs.experience_min[row]):
        fields["experience"] = bracket(float(inputs.experience_min[row]))
    return {name: value for name, value in fields.items() if value}


def usual_position(nearest: Sequence[Mapping[str, Any]]) -> str | None:
    """The profession that most of the nearest ads have, or None when there is none or they are far."""
    close = Counter(ad["position"] for ad in nearest if ad["nearness"] > LEAST_NEARNESS and ad["position"] is not None)
    return str(close.most_common(1)[0][0]) if close else None
