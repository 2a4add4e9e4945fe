"""The figures of the market report in long form: what the page shows, and what other tools can read instead of it.

Every figure carries the vacancies and employers behind it and the months they are from. Cells with too few ads or
employers are not shown; how many were left out is a figure itself.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from salary_assets.market import fill_rates, refused_pay
from salary_assets.reports.association import associations
from salary_assets.reports.distribution import pay_quantiles, usual_width
from salary_assets.reports.frame import Kinds, report_frame
from salary_assets.reports.selection import disclosure
from salary_assets.storage.schemas import MarketReport

REPORT_VERSION = "5"
"""Bump when the same vacancies would give other figures or another page."""

LEAST_VACANCIES, LEAST_EMPLOYERS = 20, 5
"""A cell of pay needs as many, or it is not shown. An ad that names no employer counts as one of its own."""

PAY_CELLS = [
    [],
    ["position"],
    ["grade"],
    ["where"],
    ["federal_district"],
    ["region"],
    ["work_format"],
    ["experience"],
    ["source"],
    ["month"],
    ["position", "grade"],
    ["position", "experience"],
    ["position", "where"],
    ["position", "work_format"],
    ["grade", "experience"],
    ["source", "month"],
    ["position", "month"],
    ["position", "year"],
    ["position", "family"],
    ["position", "grade", "where", "work_format"],
]
DISCLOSURE_CELLS = [[], ["position"], ["grade"], ["source"], ["where"], ["work_format"], ["experience"], ["month"]]
LISTED = ("grade", "work_format")


@dataclass
class _Sheet:
    """Rows of the table as they are made."""

    rows: list[dict[str, Any]] = field(default_factory=list)

    def add(self, section: str, cell: Mapping[str, Any], ads: pd.DataFrame, **figures: float) -> None:
        behind = {
            "vacancies": len(ads),
            "employers": int(ads["employer_key"].nunique()),
            "first_month": ads["month"].min() if len(ads) else None,
            "last_month": ads["month"].max() if len(ads) else None,
        }
        name = json.dumps(dict(sorted(cell.items())), ensure_ascii=False)
        for measure, value in figures.items():
            self.rows.append({"section": section, "dimensions": name, "measure": measure, "value": value} | behind)


def market_figures(
    vacancies: pd.DataFrame,
    counts: Mapping[str, int] | None = None,
    mapped: pd.DataFrame | None = None,
    kinds: Kinds | None = None,
) -> pd.DataFrame:
    """A frame of the MarketReport contract.

    vacancies: the Vacancies table. counts: rows by step as `build_vacancies` gives them, for the section on what was
    left out. mapped: MappedSkills; without it skills are taken as ads spell them. kinds: kinds of job; without them
    pay is not told by line of work.
    """
    frame = report_frame(vacancies, kinds)
    disclosed = disclosure(frame)
    frame["chance"] = disclosed.chance
    sheet = _Sheet()
    _excluded(sheet, vacancies, frame, counts or {})
    _refused(sheet, frame)
    _volume(sheet, frame)
    _filled(sheet, vacancies[vacancies["vacancy_id"].isin(frame["vacancy_id"])])
    _pay(sheet, frame)
    _composition(sheet, frame)
    _disclosure(sheet, frame, disclosed.standardised)
    _abroad(sheet, vacancies)
    _associations(sheet, frame, skill_names(frame, mapped))
    return MarketReport.checked(MarketReport.frame(sheet.rows))


def skill_names(frame: pd.DataFrame, mapped: pd.DataFrame | None) -> pd.Series[list[str]]:
    """Skills of each vacancy: canonical IT skills where they are mapped, else spellings in lower case."""
    if mapped is None:
        named = [sorted({spelling.strip().lower() for spelling in one}) for one in frame["skills"]]
        return pd.Series(named, index=frame.index, dtype=object)
    it_skills = mapped[mapped["is_it"].fillna(False).astype(bool)]
    lists = it_skills.groupby("vacancy_id")["canon"].agg(list)
    found = frame["vacancy_id"].map(lists)
    return pd.Series([one if isinstance(one, list) else [] for one in found], index=frame.index, dtype=object)


def _excluded(sheet: _Sheet, vacancies: pd.DataFrame, frame: pd.DataFrame, counts: Mapping[str, int]) -> None:
    for place, (step, rows) in enumerate(counts.items()):
        sheet.add("excluded", {"step": step, "order": place}, vacancies, rows=rows)
    order = len(counts)
    known_country = vacancies["country"].notna() & (vacancies["country"] != "RU")
    not_it = ~vacancies["is_it"].fillna(False).astype(bool)
    groups = {
        "not work in IT": vacancies[not_it],
        "work in IT, another country": vacancies[~not_it & known_country],
        "in the report": frame,
    }
    for status in sorted(frame["pay_status"].unique()):
        groups[f"in the report, pay {status}"] = frame[frame["pay_status"] == status]
    for place, (step, ads) in enumerate(groups.items(), start=order):
        sheet.add("excluded", {"step": step, "order": place}, ads, rows=len(ads))


def _refused(sheet: _Sheet, frame: pd.DataFrame) -> None:
    """Pay that is stated and not comparable, by cause; shares are of all stated pay."""
    causes = frame.join(refused_pay(frame), how="inner")
    for (status, reason), ads in causes.groupby(["status", "reason"], sort=True):
        share = len(ads) / int(frame["disclosed"].sum())
        sheet.add("refused", {"status": status, "reason": reason}, ads, rows=len(ads), share=share)


def _volume(sheet: _Sheet, frame: pd.DataFrame) -> None:
    for dimensions in ([], ["source"], ["month"], ["source", "month"]):
        for cell, ads in _cells(frame, dimensions):
            sheet.add(
                "volume",
                cell,
                ads,
                postings=float(ads["n_postings"].sum()),
                share_disclosed=float(ads["disclosed"].mean()),
                share_comparable=float(ads["comparable"].mean()),
            )


def _filled(sheet: _Sheet, vacancies: pd.DataFrame) -> None:
    """Which fields the ads of each source fill."""
    rates = fill_rates(vacancies)
    for source, ads in vacancies.groupby("source", sort=True):
        of_source = rates[rates["source"] == source]
        filled = dict(zip(map(str, of_source["field"]), of_source["share"].tolist(), strict=True))
        sheet.add("filled", {"source": source}, ads, **filled)


def _pay(sheet: _Sheet, frame: pd.DataFrame) -> None:
    paid = frame[frame["comparable"]]
    width = usual_width(paid["pay_lower"], paid["pay_upper"])
    sheet.add("method", {}, paid, usual_width=width)
    ones = pd.Series(1.0, index=frame.index)
    for dimensions in PAY_CELLS:
        everyone = dict(_sizes(frame, dimensions))
        hidden = 0
        for cell, ads in _cells(paid, dimensions):
            employers = ads["employer_key"].nunique() + ads["employer_key"].isna().sum()
            if len(ads) < LEAST_VACANCIES or employers < LEAST_EMPLOYERS:
                hidden += 1
                continue
            bounds = ads["pay_lower"], ads["pay_upper"]
            plain = pay_quantiles(*bounds, ones[ads.index], ads["employer_key"], width)
            spoken_for = pay_quantiles(*bounds, 1 / ads["chance"], ads["employer_key"], width)
            sheet.add(
                "pay",
                cell,
                ads,
                p25=plain.p25,
                p50=plain.p50,
                p75=plain.p75,
                p50_low=plain.low,
                p50_high=plain.high,
                p50_weighted=spoken_for.p50,
                lower_p50=float(ads["pay_lower"].median()),
                upper_p50=float(ads["pay_upper"].median()),
                share_comparable=len(ads) / everyone[tuple(cell.values())],
            )
        sheet.add("method", {"cells": ", ".join(dimensions) or "all"}, paid, hidden_cells=hidden)


def _composition(sheet: _Sheet, frame: pd.DataFrame) -> None:
    """Which sources and which experience a month's comparable pay is from: months may differ by this alone."""
    paid = frame[frame["comparable"]]
    of_month = paid["month"].value_counts()
    for dimension in ("source", "experience"):
        for cell, ads in _cells(paid, ["month", dimension]):
            if of_month[cell["month"]] >= LEAST_VACANCIES:
                sheet.add("composition", cell, ads, share=len(ads) / of_month[cell["month"]])


def _disclosure(sheet: _Sheet, frame: pd.DataFrame, standardised: Mapping[str, Mapping[str, float]]) -> None:
    for dimensions in DISCLOSURE_CELLS:
        for cell, ads in _cells(frame, dimensions):
            if len(ads) >= LEAST_VACANCIES:
                factor, value = next(iter(cell.items()), ("", ""))
                equal = standardised.get(factor, {}).get(value, float("nan"))
                sheet.add("disclosure", cell, ads, share_comparable=ads["comparable"].mean(), standardised_share=equal)


def _abroad(sheet: _Sheet, vacancies: pd.DataFrame) -> None:
    """Countries other than Russia: volume only, for their pay is under other taxes."""
    abroad = vacancies[vacancies["is_it"].fillna(False).astype(bool) & ~vacancies["country"].isin(["RU"])]
    for country, ads in abroad.groupby("country", sort=True):
        sheet.add(
            "abroad", {"country": country}, ads, share_disclosed=float((ads["pay_status"] != "not_stated").mean())
        )


def _associations(sheet: _Sheet, frame: pd.DataFrame, skills: pd.Series[list[str]]) -> None:
    paid = frame[frame["comparable"]]
    named = [frozenset(one) for one in skills[frame["comparable"]]]
    for found in associations(frame, skills):
        of_skill = [found.name in one for one in named]
        ads = paid[of_skill] if found.kind == "skill" else paid[paid["month"] == found.name]
        figures = {"difference": found.difference, "low": found.low, "high": found.high}
        sheet.add(f"{found.kind}_difference", {found.kind: found.name}, ads, **figures)


def _cells(frame: pd.DataFrame, dimensions: Sequence[str]) -> Iterator[tuple[dict[str, Any], pd.DataFrame]]:
    """Cells by some dimensions. An ad that names several grades or formats is in the cell of each."""
    if not dimensions:
        if len(frame):
            yield {}, frame
        return
    for values, ads in _exploded(frame, dimensions).groupby(list(dimensions), sort=True, dropna=True):
        yield dict(zip(dimensions, values, strict=True)), ads


def _sizes(frame: pd.DataFrame, dimensions: Sequence[str]) -> Iterator[tuple[tuple[Any, ...], int]]:
    for cell, ads in _cells(frame, dimensions):
        yield tuple(cell.values()), len(ads)


def _exploded(frame: pd.DataFrame, dimensions: Sequence[str]) -> pd.DataFrame:
    for name in dimensions:
        if name in LISTED:
            frame = frame.explode(name)
    return frame
