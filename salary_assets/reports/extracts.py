"""Small extracts of the report for the Dagster UI: a summary as Markdown and two plots, each far below 100 kB."""

from __future__ import annotations

import pandas as pd

from salary_assets.reports import plots
from salary_assets.reports.tables import Table, cells, number, pay_table, share
from salary_assets.reports.words import Said, value, word

ROWS = 12


def overview_markdown(figures: pd.DataFrame) -> str:
    """What the market looks like in a few lines and a table of pay by profession, in English."""
    total = cells(figures, "volume", [])
    if total.empty:
        return word("page", "empty").en
    row = total.iloc[0]
    counted = {"vacancies": number(row["vacancies"]), "employers": number(row["employers"]), "period": row["period"]}
    disclosed = cells(figures, "disclosure", [])
    lines = [word("page", "behind").en.format(**counted)]
    if len(disclosed):
        lines.append(word("page", "selection").en.format(share=share(disclosed.iloc[0]["share_comparable"])))
    found = cells(figures, "pay", ["position"])
    if len(found):
        found = found.sort_values("vacancies", ascending=False, kind="stable").head(ROWS)
        lines += [f"{word('page', 'sections', 'position').en}, {word('page', 'thousand').en}"]
        lines += [_markdown(pay_table(found, ["position"]))]
    return "\n\n".join(lines)


def overview_plots(figures: pd.DataFrame) -> dict[str, bytes]:
    """PNG images by name: pay by profession and by grade. Empty where there is nothing to show."""
    images = {}
    for dimension in ("position", "grade"):
        found = cells(figures, "pay", [dimension])
        if found.empty:
            continue
        if dimension == "position":
            found = found.sort_values("vacancies", ascending=False, kind="stable").head(ROWS)
            found = found.sort_values("p50", ascending=False, kind="stable")
        rows = [
            plots.Range(
                value(dimension, row[dimension]).en,
                row["p25"] / 1000,
                row["p50"] / 1000,
                row["p75"] / 1000,
                f"n={number(row['vacancies'])}",
            )
            for row in found.to_dict("records")
        ]
        images[f"pay_by_{dimension}"] = plots.png(plots.ranges(rows, word("page", "thousand").en, narrow=False))
    return images


def _markdown(table: Table) -> str:
    """A Markdown table in English; cells are escaped, for they may hold words from ads."""
    lines = [_row(table.heads), "|" + "|".join("---:" if numeric else "---" for numeric in table.numeric) + "|"]
    return "\n".join([*lines, *map(_row, table.rows)])


def _row(cells_of_row: list[Said]) -> str:
    return "| " + " | ".join(cell.en.replace("|", "\\|").replace("<", "&lt;") for cell in cells_of_row) + " |"
