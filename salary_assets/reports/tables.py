"""Figures in long form -> what the page shows: tables of text cells and rows of plots, for both languages."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from salary_assets.reports.frame import NOT_STATED
from salary_assets.reports.words import NON_BREAKING_HYPHEN, Said, reason, value, word

ORDER = {
    "grade": ["intern", "junior", "middle", "senior", "lead", "chief", "not_stated"],
    "experience": ["0", "1-3", "3-6", "6+", "not_stated"],
    "where": ["moscow", "petersburg", "regions", "not_stated"],
    "work_format": ["remote", "hybrid", "office", "not_stated"],
}
SOURCES_NAMED = 3
THIN = "\u202f"
DASH = "–"


@dataclass(frozen=True)
class Table:
    """A table of the page: column heads, rows of cells; numeric: which columns are numbers."""

    heads: list[Said]
    numeric: list[bool]
    rows: list[list[Said]]


def cells(figures: pd.DataFrame, section: str, dimensions: Sequence[str]) -> pd.DataFrame:
    """A row per cell of a section with exactly these dimensions.

    Columns: the dimensions, every measure, vacancies, employers, period. Sorted by the dimensions' own order.
    """
    rows = figures[figures["section"] == section]
    names = rows["dimensions"].map(json.loads)
    rows = rows[[set(one) == set(dimensions) for one in names]]
    if rows.empty:
        return pd.DataFrame(columns=[*dimensions, "vacancies", "employers", "period"])
    wide = rows.pivot_table(index="dimensions", columns="measure", values="value", dropna=False)
    behind = rows.drop_duplicates("dimensions").set_index("dimensions")
    wide["vacancies"] = behind["vacancies"]
    wide["employers"] = behind["employers"]
    wide["period"] = [period(*span) for span in zip(behind["first_month"], behind["last_month"], strict=True)]
    parts = pd.DataFrame([json.loads(name) for name in wide.index], index=wide.index, columns=list(dimensions))
    table = parts.join(wide).reset_index(drop=True)
    return table.sort_values(list(dimensions), key=_placed, kind="stable", ignore_index=True) if dimensions else table


def pay_table(found: pd.DataFrame, dimensions: Sequence[str]) -> Table:
    """Cells of pay with everything that belongs beside them."""
    heads = [*(word("dimensions", name) for name in dimensions)]
    heads += [word("columns", name) for name in ("p25", "p50", "p75", "interval", "p50_weighted")]
    heads += [word("columns", name) for name in ("share_comparable", "paid", "employers", "period")]
    rows = []
    for row in found.to_dict("records"):
        line = [value(name, str(row[name])) for name in dimensions]
        interval = f"{thousands(row['p50_low'])}{DASH}{thousands(row['p50_high'])}"
        line += plain(thousands(row["p25"]), thousands(row["p50"]), thousands(row["p75"]))
        line += plain(interval if pd.notna(row["p50_low"]) else DASH, thousands(row["p50_weighted"]))
        line += plain(share(row["share_comparable"]), number(row["vacancies"]), known(row["employers"]), row["period"])
        rows.append(line)
    return Table(heads, [False] * len(dimensions) + [True] * 9, rows)


def share_table(found: pd.DataFrame, dimensions: Sequence[str], measures: Sequence[str]) -> Table:
    """Cells of shares (or counts) with the vacancies and employers behind them."""
    heads = [word("dimensions", name) for name in dimensions] + [word("columns", name) for name in measures]
    heads += [word("columns", name) for name in ("vacancies", "employers", "period")]
    rows = []
    for row in found.to_dict("records"):
        line = [value(name, str(row[name])) for name in dimensions]
        line += plain(*(number(row[name]) if name == "postings" else share(row[name]) for name in measures))
        rows.append(line + plain(number(row["vacancies"]), known(row["employers"]), row["period"]))
    return Table(heads, [False] * len(dimensions) + [True] * (len(measures) + 3), rows)


def refused_table(found: pd.DataFrame) -> Table:
    """Causes for which stated pay is not comparable, most frequent first."""
    heads = [word("columns", name) for name in ("reason", "vacancies", "share_stated", "employers", "period")]
    rows = []
    for row in found.sort_values(["rows", "reason"], ascending=[False, True], kind="stable").to_dict("records"):
        line = [reason(row["reason"]), *plain(number(row["vacancies"])), exact(row["share"])]
        rows.append(line + plain(known(row["employers"]), row["period"]))
    return Table(heads, [False] + [True] * 4, rows)


def difference_table(found: pd.DataFrame, dimension: str) -> Table:
    """Differences of pay as per cent with their intervals."""
    heads = [word("dimensions", dimension), word("columns", "difference"), Said("95 %", "95 %")]
    heads += [word("columns", "vacancies"), word("columns", "employers"), word("columns", "period")]
    rows = []
    for row in found.to_dict("records"):
        interval = f"{percent(row['low'])} … {percent(row['high'])}"
        line = [value(dimension, str(row[dimension])), *plain(percent(row["difference"]), interval)]
        rows.append(line + plain(number(row["vacancies"]), known(row["employers"]), row["period"]))
    return Table(heads, [False] + [True] * 5, rows)


def composition_table(figures: pd.DataFrame) -> Table:
    """What each month's comparable pay is made of: the largest sources, and experience asked by band."""
    by_source = cells(figures, "composition", ["month", "source"])
    by_experience = cells(figures, "composition", ["month", "experience"])
    bands = [band for band in ORDER["experience"] if band in set(by_experience["experience"])]
    heads = [word("dimensions", "month"), word("dimensions", "source")]
    heads += [value("experience", band) for band in bands] + [word("columns", "paid")]
    cell_shares = by_experience.set_index(["month", "experience"])["share"].to_dict()
    rows = []
    for month, sources in by_source.sort_values("share", ascending=False, kind="stable").groupby("month", sort=True):
        largest = [f"{source} {share(part)}" for source, part in zip(sources["source"], sources["share"], strict=True)]
        line = [value("month", str(month)), *plain(", ".join(largest[:SOURCES_NAMED]))]
        line += plain(
            *(share(cell_shares.get((month, band), 0.0)) for band in bands), number(sources["vacancies"].sum())
        )
        rows.append(line)
    return Table(heads, [False, False] + [True] * (len(bands) + 1), rows)


def plain(*texts: str) -> list[Said]:
    """Cells that read the same in both languages."""
    return [Said(text, text) for text in texts]


def thousands(roubles: float) -> str:
    return DASH if pd.isna(roubles) else f"{roubles / 1000:.0f}"


def number(count: float) -> str:
    return DASH if pd.isna(count) else f"{count:,.0f}".replace(",", THIN)


def known(employers: float) -> str:
    """A count of employers; a dash where the ads name none."""
    return number(employers) if employers else DASH


def share(part: float) -> str:
    return DASH if pd.isna(part) else f"{part:.0%}".replace("%", f"{THIN}%")


def exact(part: float) -> Said:
    """A small share with two decimals, parted as each language parts them."""
    shown = f"{part:.2%}".replace("%", f"{THIN}%")
    return Said(shown.replace(".", ","), shown)


def percent(log_difference: float) -> str:
    """A difference of logs as signed per cent."""
    from math import expm1

    shown = f"{expm1(log_difference):+.0%}".replace("%", f"{THIN}%").replace("-", "−")
    return shown[1:] if shown[1:] == f"0{THIN}%" else shown


def period(first: object, last: object) -> str:
    if not isinstance(first, str) or not isinstance(last, str):
        return DASH
    shown = first if first == last else f"{first}{THIN}{DASH}{THIN}{last}"
    return shown.replace("-", NON_BREAKING_HYPHEN)


def _placed(column: pd.Series[str]) -> pd.Series[str]:
    order = ORDER.get(str(column.name))
    if order is None:
        return column.where(column != NOT_STATED, "\uffff")
    return column.map({name: f"{place:02d}" for place, name in enumerate(order)})
