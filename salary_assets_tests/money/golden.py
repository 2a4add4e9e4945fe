"""The golden lines of the pay parser: how they are written down, and how a reading is held against one."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from salary_assets.money import PayReading

FILE = Path(__file__).parent / "data" / "pay_golden.tsv"
_TAXES = ("net", "gross")
_PERIODS = ("hour", "shift", "day", "week", "month", "project", "year")

Offer = tuple[float | None, float | None, str, str, str]
"""Lower bound, upper bound, currency, tax, period."""


@dataclass(frozen=True)
class GoldenLine:
    """`number` is the line of the file; `reason` is what a refusal gives, "" where pay is read."""

    number: int
    text: str
    offers: tuple[Offer, ...]
    reason: str


def golden_lines() -> list[GoldenLine]:
    lines = []
    for number, line in enumerate(FILE.read_text("utf-8").split("\n"), start=1):
        if line and not line.startswith("#"):
            text, expected = line.split("\t")
            refused = expected.startswith("!")
            offers = () if refused else tuple(_offer(words) for words in expected.split(" ; "))
            lines.append(GoldenLine(number, text.replace("\\n", "\n"), offers, expected[1:] if refused else ""))
    return lines


def offers_of(reading: PayReading) -> tuple[Offer, ...]:
    return tuple(
        (one.amount_from, one.amount_to, one.currency or "", one.tax, one.period) for one in reading.statements
    )


def _offer(words: str) -> Offer:
    bounds, currency, *rest = words.split(" ")
    low, _, high = bounds.partition("..") if ".." in bounds else (bounds, "", bounds)
    tax = next((word for word in rest if word in _TAXES), "unknown")
    period = next((word for word in rest if word in _PERIODS), "month")
    return (float(low) if low else None, float(high) if high else None, currency, tax, period)
