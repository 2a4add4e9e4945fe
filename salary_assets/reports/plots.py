"""Plots of the report as SVG (for the page, in two languages and two widths) and small PNG (for the Dagster UI).

Plots take the rows they show, with every label ready; nothing is counted here.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

WIDE, NARROW = 9.0, 3.9
"""Inches: a desktop column, a phone."""

FITS_NARROW = 52
"""Letters of label and note together that fit a line on a phone."""

INK, MUTED, BAR, DOT, BAND = "#1b1f24", "#667080", "#a9c7e8", "#0b5cad", "#dbe8f6"
SERIES = [("#0b5cad", "o"), ("#c2410c", "s"), ("#15803d", "^"), ("#7e22ce", "D"), ("#854d0e", "v"), ("#be185d", "P")]
SERIES += [("#0e7490", "X"), ("#4d7c0f", "<"), ("#334155", ">"), ("#b91c1c", "p")]
"""Colour and shape of each series: told apart without colour, too."""
STYLE: Any = {
    "font.family": "DejaVu Sans",
    "font.size": 9,
    "text.color": INK,
    "axes.labelcolor": MUTED,
    "axes.edgecolor": "#c8ced6",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "xtick.color": MUTED,
    "ytick.color": INK,
    "svg.hashsalt": "salary_assets",
    "svg.fonttype": "path",
}


@dataclass(frozen=True)
class Range:
    """A line of a range plot: label, low and high end of the bar, the dot (hollow: drawn as a ring), and what stands at
    the right."""

    label: str
    low: float
    dot: float
    high: float
    note: str
    hollow: bool = False


@dataclass(frozen=True)
class Share:
    """A line of a bar plot: label, a share from 0 to 1, a second share to compare with, and a note."""

    label: str
    share: float
    beside: float
    note: str


@dataclass(frozen=True)
class Series:
    """One line of a plot over time: its name, months (`YYYY-MM`, in order) and a range for each."""

    name: str
    months: list[str]
    rows: list[Range]


@dataclass(frozen=True)
class Count:
    """A month of a count plot (`YYYY-MM`): a number, and how many of them are marked."""

    month: str
    all: int
    marked: int


@contextmanager
def _drawing(width: float, height: float) -> Iterator[tuple[Figure, Axes]]:
    import matplotlib as mpl
    from matplotlib.figure import Figure

    with mpl.rc_context(STYLE):
        figure = Figure(figsize=(width, height), layout="constrained")
        yield figure, figure.add_subplot()


def svg(figure: Figure) -> bytes:
    """The figure as SVG, the same bytes every time."""
    import matplotlib as mpl

    buffer = io.BytesIO()
    with mpl.rc_context(STYLE):
        figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None})
    return buffer.getvalue()


def png(figure: Figure, dots: int = 80) -> bytes:
    """The figure as PNG, small enough for an event log."""
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", dpi=dots, metadata={"Software": None})
    return buffer.getvalue()


def ranges(rows: Sequence[Range], axis: str, narrow: bool, zero: bool = False) -> Figure:
    """A bar from low to high with a dot for each row, top to bottom. zero: draw the line of no difference;
    without it the scale starts at nothing."""
    step = 0.52 if narrow else 0.3
    with _drawing(NARROW if narrow else WIDE, 0.7 + step * len(rows)) as (figure, axes):
        places = range(len(rows), 0, -1)
        thickness = 0.22 if narrow else 0.5
        axes.barh(places, [row.high - row.low for row in rows], thickness, [row.low for row in rows], color=BAR)
        fill = ["white" if row.hollow else DOT for row in rows]
        axes.scatter([row.dot for row in rows], places, 28, fill, edgecolors=DOT, zorder=3)
        if zero:
            axes.axvline(0, color=MUTED, linewidth=0.8)
            axes.use_sticky_edges = False
            axes.margins(x=0.03)
        else:
            axes.set_xlim(left=0)
        _label(axes, rows, places, narrow)
        axes.set_xlabel(axis)
        axes.set_ylim(0.3, len(rows) + (0.95 if narrow else 0.7))
    return figure


def shares(rows: Sequence[Share], axis: str, narrow: bool) -> Figure:
    """A bar for each share, with a mark where the share to compare with lies."""
    step = 0.52 if narrow else 0.3
    with _drawing(NARROW if narrow else WIDE, 0.7 + step * len(rows)) as (figure, axes):
        places = range(len(rows), 0, -1)
        axes.barh(places, [row.share for row in rows], 0.22 if narrow else 0.5, color=BAR)
        axes.scatter([row.beside for row in rows], places, 60, DOT, marker="|", linewidths=2, zorder=3)
        _label(axes, rows, places, narrow)
        axes.set_xlabel(axis)
        axes.xaxis.set_major_formatter("{x:.0%}")
        axes.set_xlim(0, max([0.1, *(max(row.share, row.beside) for row in rows)]) * 1.08)
        axes.set_ylim(0.3, len(rows) + (0.95 if narrow else 0.7))
    return figure


def months(series: Sequence[Series], axis: str, narrow: bool) -> Figure:
    """Months from left to right: for each series a dot a month and its interval, series of one month side by side.

    Dots are not joined: next months of one series may be of different make-up.
    """
    with _drawing(NARROW if narrow else WIDE, 3.2 if narrow else 3.4) as (figure, axes):
        for order, one in enumerate(series):
            shift = 0.5 * (order - (len(series) - 1) / 2) / len(series)
            places = [_month_number(name) + shift for name in one.months]
            color, marker = SERIES[order % len(SERIES)]
            rows = one.rows
            axes.vlines(
                places, [row.low for row in rows], [row.high for row in rows], color=color, alpha=0.35, linewidth=4
            )
            axes.plot(places, [row.dot for row in rows], marker, color=color, markersize=5, label=one.name)
        _years(axes, [name for one in series for name in one.months])
        axes.set_ylabel(axis)
        axes.set_ylim(bottom=0)
        figure.legend(loc="outside upper left", ncols=2 if narrow else 4, frameon=False, fontsize=8)
    return figure


def counts(rows: Sequence[Count], axis: str, narrow: bool) -> Figure:
    """Months from left to right on a logarithmic scale: a dot for all, a ring for those that are marked."""
    with _drawing(NARROW if narrow else WIDE, 2.8) as (figure, axes):
        places = [_month_number(row.month) for row in rows]
        axes.vlines(places, [max(row.marked, 0.8) for row in rows], [row.all for row in rows], color=BAR, linewidth=2)
        axes.scatter(places, [row.all for row in rows], 16, DOT, zorder=3)
        shown = [(place, row.marked) for place, row in zip(places, rows, strict=True) if row.marked]
        axes.scatter([one for one, _ in shown], [one for _, one in shown], 16, "white", edgecolors=DOT, zorder=3)
        axes.set_yscale("log")
        axes.yaxis.set_major_formatter(lambda count, _: f"{count:,.0f}".replace(",", "\u202f"))
        axes.set_ylim(bottom=0.8)
        _years(axes, [row.month for row in rows])
        axes.set_title(axis, loc="left", fontsize=9, color=MUTED)
    return figure


def _label(axes: Axes, rows: Sequence[Any], places: range, narrow: bool) -> None:
    """Labels: beside the bars on a wide plot, above them on a narrow one."""
    if narrow:
        axes.set_yticks([])
        axes.spines["left"].set_visible(False)
        for row, place in zip(rows, places, strict=True):
            across = axes.get_yaxis_transform()
            size = 8.5 if len(row.label) + len(row.note) < FITS_NARROW else 6.5
            # On white: a long label above its bar would otherwise be struck through by the line of no difference.
            plate = {"facecolor": "white", "edgecolor": "none", "pad": 0.6}
            axes.text(0, place + 0.2, row.label, transform=across, fontsize=size, va="bottom", bbox=plate)
            axes.text(
                1, place + 0.2, row.note, transform=across, fontsize=min(8, size), color=MUTED, ha="right", va="bottom"
            )
        return
    axes.set_yticks(list(places), [row.label for row in rows])
    axes.tick_params(axis="y", length=0)
    for row, place in zip(rows, places, strict=True):
        axes.text(1.01, place, row.note, transform=axes.get_yaxis_transform(), fontsize=8, color=MUTED, va="center")


def _years(axes: Axes, months_shown: Sequence[str]) -> None:
    years = sorted({name[:4] for name in months_shown})
    axes.set_xticks([_month_number(f"{year}-01") for year in years], years)
    axes.grid(axis="y", color="#e6e9ee", linewidth=0.6)
    axes.set_axisbelow(True)


def _month_number(month: str) -> int:
    return int(month[:4]) * 12 + int(month[5:7]) - 1
