"""The market report as one self-contained page: no script or style from elsewhere, two languages, phone to desktop."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

import jinja2
import numpy as np
import pandas as pd

from salary_assets.market import FIELDS
from salary_assets.reports import plots
from salary_assets.reports.figures import LEAST_EMPLOYERS, LEAST_VACANCIES
from salary_assets.reports.tables import (
    Table,
    cells,
    composition_table,
    difference_table,
    number,
    pay_table,
    percent,
    plain,
    refused_table,
    share,
    share_table,
    thousands,
)
from salary_assets.reports.words import LANGUAGES, Said, step, value, word

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Draw = Callable[[str, bool], "Figure"]
"""A plot by language and whether it is for a narrow screen."""

SKILLS_SHOWN = 15
FAMILIES_SHOWN = 30


@dataclass(frozen=True)
class Picture:
    """A plot in every language and width, as data addresses."""

    language: str
    wide: str
    narrow: str


@dataclass
class Section:
    """A section of the page: what it is called, how to read it, plots, tables (open or folded)."""

    key: str
    title: Said
    notes: list[Said]
    pictures: list[Picture] = field(default_factory=list)
    open_tables: list[Table] = field(default_factory=list)
    folded_tables: list[tuple[Said, Table]] = field(default_factory=list)


def render_market_report(figures: pd.DataFrame) -> str:
    """The page (HTML) from a frame of the MarketReport contract. Everything from ads is escaped."""
    total = cells(figures, "volume", [])
    sections = [] if total.empty else list(_sections(figures))
    return _template().render(
        title=word("page", "title"),
        lead=word("page", "lead"),
        behind=_behind(total),
        selection=_selection(figures),
        empty=word("page", "empty"),
        nothing=word("page", "none"),
        unit=word("page", "thousand"),
        data=word("page", "data"),
        sections=sections,
        languages=LANGUAGES,
    )


@cache
def _template() -> jinja2.Template:
    text = (files("salary_assets.reports") / "data" / "market.html").read_text(encoding="utf-8")
    environment = jinja2.Environment(autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True)
    environment.globals["zip"] = zip
    return environment.from_string(text)


def _behind(total: pd.DataFrame, words: str = "behind") -> Said | None:
    """The vacancies, employers and months that a section is about, from its cell of everything."""
    if total.empty:
        return None
    row = total.iloc[0]
    counted = {"vacancies": number(row["vacancies"]), "employers": number(row["employers"]), "period": row["period"]}
    return word("page", words).filled(**counted)


def _selection(figures: pd.DataFrame) -> list[Said]:
    """What to know before any figure of pay: how many state it, and that they may be of one time."""
    total, by_month = cells(figures, "disclosure", []), _paid_by_month(figures)
    said = []
    if len(total):
        said.append(word("page", "selection").filled(share=share(total.iloc[0]["share_comparable"])))
    if len(by_month):
        part, most = by_month.max() / cells(figures, "method", [])["vacancies"].iloc[0], str(by_month.idxmax())
        said.append(word("page", "of_its_time").filled(share=share(part), month=value("month", most).en))
    return said


def _paid_by_month(figures: pd.DataFrame) -> pd.Series[int]:
    """Vacancies with comparable pay of each month that has enough of them."""
    counted: pd.Series[int] = cells(figures, "composition", ["month", "source"]).groupby("month")["vacancies"].sum()
    return counted


def _sections(figures: pd.DataFrame) -> Iterable[Section]:
    yield _volume(figures)
    by_position = [["position", "year"], ["position", "grade"], ["position", "experience"]]
    yield _pay(figures, "position", [["position"]], by_position)
    yield _lines_of_work(figures)
    yield _pay(figures, "grade", [["grade"], ["experience"]], [["grade", "experience"]])
    by_place = [["where"], ["work_format"], ["federal_district"]]
    yield _pay(figures, "place", by_place, [["region"], ["position", "where"], ["position", "work_format"]])
    yield _combinations(figures)
    yield _skills(figures)
    yield _trends(figures)
    yield _disclosure(figures)
    yield _excluded(figures)
    width = cells(figures, "method", [])["usual_width"].iloc[0]
    said = word("page", "notes", "method")
    method = Said(said.ru.format(width=f"{width:.1f}".replace(".", ",")), said.en.format(width=f"{width:.1f}"))
    yield Section("method", word("page", "sections", "method"), [method])


def _said(key: str, **values: object) -> tuple[Said, list[Said]]:
    return word("page", "sections", key), [word("page", "notes", key).filled(**values)]


def _about_pay(figures: pd.DataFrame, key: str, **values: object) -> Section:
    """A section of figures of pay, with what stands behind all of them."""
    section = Section(key, *_said(key, **values))
    behind = _behind(cells(figures, "pay", []), "behind_pay")
    section.notes += [behind] if behind else []
    return section


def _volume(figures: pd.DataFrame) -> Section:
    section = Section("volume", *_said("volume"))
    by_month = cells(figures, "volume", ["month"])

    def draw(language: str, narrow: bool) -> Figure:
        rows = [
            plots.Count(row["month"], int(row["vacancies"]), round(row["vacancies"] * row["share_disclosed"]))
            for row in by_month.to_dict("records")
        ]
        disclosed, vacancies = word("columns", "share_disclosed"), word("columns", "vacancies")
        axis = f"● {getattr(vacancies, language)}   ○ {getattr(disclosed, language)}"
        return plots.counts(rows, axis, narrow)

    section.pictures += _pictures(draw)
    measures = ["postings", "share_disclosed", "share_comparable"]
    section.open_tables.append(share_table(cells(figures, "volume", ["source"]), ["source"], measures))
    both = cells(figures, "volume", ["source", "month"])
    section.folded_tables.append((_folded(["source", "month"]), share_table(both, ["source", "month"], measures)))
    filled = share_table(cells(figures, "filled", ["source"]), ["source"], FIELDS)
    section.folded_tables.append((word("page", "filled"), filled))
    abroad = cells(figures, "abroad", ["country"])
    if len(abroad):
        section.folded_tables.append((_folded(["country"]), share_table(abroad, ["country"], ["share_disclosed"])))
    return section


def _pay(figures: pd.DataFrame, key: str, plotted: list[list[str]], tabled: list[list[str]]) -> Section:
    section = _about_pay(figures, key)
    for dimensions in plotted:
        found = cells(figures, "pay", dimensions)
        if len(found):
            if dimensions == ["position"]:
                found = found.sort_values("p50", ascending=False, kind="stable")
            _add_pay_plot(section, found, dimensions[0])
            section.folded_tables.append((_folded(dimensions), pay_table(found, dimensions)))
    for dimensions in tabled:
        section.folded_tables.append((_folded(dimensions), pay_table(cells(figures, "pay", dimensions), dimensions)))
    return section


def _lines_of_work(figures: pd.DataFrame) -> Section:
    dimensions = ["position", "family"]
    section = _about_pay(figures, "family", shown=number(FAMILIES_SHOWN))
    found = cells(figures, "pay", dimensions)
    if len(found):
        largest = found.sort_values("vacancies", ascending=False, kind="stable").head(FAMILIES_SHOWN)
        _add_pay_plot(section, largest.sort_values("p50", ascending=False, kind="stable"), "family")
    section.folded_tables.append((_folded(dimensions), pay_table(found, dimensions)))
    return section


def _add_pay_plot(section: Section, found: pd.DataFrame, dimension: str) -> None:
    section.pictures += _pictures(_pay_plot(found, dimension))
    prevails = word("page", "hollow")
    if found["p50_low"].isna().any() and prevails not in section.notes:
        section.notes.append(prevails)


def _pay_plot(found: pd.DataFrame, dimension: str) -> Draw:
    def draw(language: str, narrow: bool) -> Figure:
        rows = [
            plots.Range(
                getattr(value(dimension, row[dimension]), language),
                row["p25"] / 1000,
                row["p50"] / 1000,
                row["p75"] / 1000,
                f"{thousands(row['p50'])} · n={number(row['vacancies'])} · {share(row['share_comparable'])}",
                hollow=bool(pd.isna(row["p50_low"])),
            )
            for row in found.to_dict("records")
        ]
        return plots.ranges(rows, getattr(word("page", "thousand"), language), narrow)

    return draw


def _combinations(figures: pd.DataFrame) -> Section:
    dimensions = ["position", "grade", "where", "work_format"]
    hidden = cells(figures, "method", ["cells"]).set_index("cells")["hidden_cells"].get(", ".join(dimensions), 0)
    limits = {"vacancies": LEAST_VACANCIES, "employers": LEAST_EMPLOYERS, "hidden": number(hidden)}
    section = Section("cells", *_said("cells", **limits))
    section.folded_tables.append((_folded(dimensions), pay_table(cells(figures, "pay", dimensions), dimensions)))
    return section


def _skills(figures: pd.DataFrame) -> Section:
    found = cells(figures, "skill_difference", ["skill"])
    telling = found.iloc[:0]
    if len(found):
        telling = found[(found["low"] > 0) | (found["high"] < 0)].sort_values("difference", ascending=False)
    counted = {
        "compared": len(found),
        "telling": len(telling),
        "chance": round(len(found) * 0.05),
        "shown": SKILLS_SHOWN,
    }
    section = _about_pay(figures, "skills", **{name: number(count) for name, count in counted.items()})
    if found.empty:
        return section
    up, down = telling[telling["difference"] > 0], telling[telling["difference"] < 0]
    shown = pd.concat([up.head(SKILLS_SHOWN), down.tail(SKILLS_SHOWN)])

    def draw(language: str, narrow: bool) -> Figure:
        rows = [
            plots.Range(
                row["skill"],
                100 * np.expm1(row["low"]),
                100 * np.expm1(row["difference"]),
                100 * np.expm1(row["high"]),
                f"{percent(row['difference'])} · n={number(row['vacancies'])}",
            )
            for row in shown.to_dict("records")
        ]
        axis = f"{getattr(word('columns', 'difference'), language)}, %"
        return plots.ranges(rows, axis, narrow, zero=True)

    if len(shown):
        section.pictures += _pictures(draw)
    everything = found.sort_values("difference", ascending=False, kind="stable")
    section.folded_tables.append((_folded(["skill"]), difference_table(everything, "skill")))
    return section


def _trends(figures: pd.DataFrame) -> Section:
    section = Section("trends", *_said("trends"))
    found = cells(figures, "pay", ["source", "month"])
    if len(found):
        thin = found.fillna({"p50_low": found["p50"], "p50_high": found["p50"]})

        def draw(language: str, narrow: bool) -> Figure:
            series = [
                plots.Series(
                    str(source),
                    rows["month"].tolist(),
                    [
                        plots.Range("", low / 1000, middle / 1000, high / 1000, "")
                        for low, middle, high in rows[["p50_low", "p50", "p50_high"]].itertuples(index=False)
                    ],
                )
                for source, rows in thin.groupby("source", sort=True)
            ]
            return plots.months(series, getattr(word("page", "thousand"), language), narrow)

        section.pictures += _pictures(draw)
        section.folded_tables.append((word("page", "composition"), composition_table(figures)))
    equal = cells(figures, "month_difference", ["month"])
    tables = [(["source", "month"], pay_table(found, ["source", "month"]))]
    for dimensions in (["month"], ["position", "month"]):
        tables.append((dimensions, pay_table(cells(figures, "pay", dimensions), dimensions)))
    if len(equal):
        usual = str(_paid_by_month(figures).drop(equal["month"], errors="ignore").idxmax())
        caption = word("page", "equal").filled(month=value("month", usual).en)
        section.folded_tables.append((caption, difference_table(equal, "month")))
    section.folded_tables += [(_folded(dimensions), table) for dimensions, table in tables]
    return section


def _disclosure(figures: pd.DataFrame) -> Section:
    section = Section("disclosure", *_said("disclosure"))
    measures = ["share_comparable", "standardised_share"]
    for dimension in ("position", "source", "grade", "where", "work_format", "experience", "month"):
        found = cells(figures, "disclosure", [dimension])
        if found.empty:
            continue
        if dimension == "position":
            found = found.sort_values("share_comparable", ascending=False, kind="stable")
            section.pictures += _pictures(_share_plot(found, dimension))
        section.folded_tables.append((_folded([dimension]), share_table(found, [dimension], measures)))
    return section


def _share_plot(found: pd.DataFrame, dimension: str) -> Draw:
    def draw(language: str, narrow: bool) -> Figure:
        rows = [
            plots.Share(
                getattr(value(dimension, row[dimension]), language),
                row["share_comparable"],
                row["standardised_share"],
                f"{share(row['share_comparable'])} · n={number(row['vacancies'])}",
            )
            for row in found.to_dict("records")
        ]
        return plots.shares(rows, getattr(word("columns", "share_comparable"), language), narrow)

    return draw


def _excluded(figures: pd.DataFrame) -> Section:
    section = Section("excluded", *_said("excluded"))
    found = cells(figures, "excluded", ["step", "order"]).sort_values("order")
    rows = [[step(row["step"]), *plain(number(row["rows"]))] for row in found.to_dict("records")]
    section.open_tables.append(Table([word("columns", "step"), word("columns", "rows")], [False, True], rows))
    refused = cells(figures, "refused", ["status", "reason"])
    if len(refused):
        section.folded_tables.append((word("page", "refused"), refused_table(refused)))
    return section


def _folded(dimensions: list[str]) -> Said:
    named = [word("dimensions", name) for name in dimensions]
    data = word("page", "data")
    return Said(
        f"{data.ru}: {' × '.join(one.ru for one in named)}", f"{data.en}: {' × '.join(one.en for one in named)}"
    )


def _pictures(draw: Draw) -> list[Picture]:
    return [
        Picture(language, *(_address(plots.svg(draw(language, narrow))) for narrow in (False, True)))
        for language in LANGUAGES
    ]


def _address(image: bytes) -> str:
    return f"data:image/svg+xml;base64,{base64.b64encode(image).decode()}"
