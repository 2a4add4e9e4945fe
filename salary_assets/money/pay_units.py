"""Turns an amount with its surroundings into bounds, currency and period, or refuses with the reason.

Ads leave units out ("зп 200-300"): what one reading alone makes sensible is filled in, anything else is refused.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from salary_assets.money.pay_amounts import Amount, Candidate, number
from salary_assets.money.pay_grammar import grammar

_SALARY_PERIODS = (None, "month", "year")
_LEAST_ROUBLES = 15_000
"""A monthly amount from here on, in a Russian text that names no currency, is in roubles."""


@dataclass(frozen=True)
class Units:
    """A complete statement; amounts in `currency` per `period`, currency None where nothing settles it."""

    amount_from: float | None
    amount_to: float | None
    currency: str | None
    tax: Literal["net", "gross", "unknown"]
    period: Literal["month", "hour", "day", "shift", "week", "year", "project"]
    bonus: bool


@dataclass(frozen=True)
class Refusal:
    """Why an amount that is pay cannot be read."""

    reason: Literal["unclear_unit", "implausible_amount", "bounds_reversed"]


def read_units(candidate: Candidate) -> Units | Refusal:
    """Bounds, currency and period of a candidate that is pay."""
    currency = _stated_currency(candidate)
    amounts = _common_multiplier(candidate.first, candidate.second, currency)
    values = [_value(amount, currency) for amount in amounts]
    implied = _implied_thousands(candidate, values, currency)
    if implied is None:
        return Refusal("unclear_unit")
    values = [round(value * implied, 2) for value in values]
    if currency is None:
        currency = _implied_currency(candidate, values, implied)
    if len(values) == 2 and values[0] > values[1]:
        return Refusal("bounds_reversed")
    if not _plausible(values, currency, candidate.period or "month"):
        return Refusal("unclear_unit" if _may_be_yearly(values, currency, candidate) else "implausible_amount")
    low, high = _bounds(candidate, values)
    tax, period = candidate.tax or "unknown", candidate.period or "month"
    return Units(low, high, currency, tax, period, candidate.bonus)  # type: ignore[arg-type]


def _stated_currency(candidate: Candidate) -> str | None:
    if candidate.currency_after == "USDT":
        return "USDT"
    second = candidate.second.currency if candidate.second else None
    return second or candidate.first.currency or candidate.currency_after


def _common_multiplier(first: Amount, second: Amount | None, currency: str | None) -> list[Amount]:
    """A multiplier written once speaks for both ends: "250-350к", "3к-5", "180-250 000"."""
    if second is None:
        return [first]
    low, high = number(first.digits), number(second.digits)
    if first.multiplier == 1 and second.multiplier > 1 and low < 1000:
        first = replace(first, multiplier=second.multiplier)
    elif second.multiplier == 1 and first.multiplier > 1 and high < 1000:
        second = replace(second, multiplier=first.multiplier)
    elif first.multiplier == second.multiplier == 1 and low < 1000 <= high and low * 1000 <= high and high >= 100 * low:
        first = replace(first, multiplier=1000)
    return [first, second]


def _value(amount: Amount, currency: str | None) -> float:
    """The number times its multiplier; "200 000 тыс" is a slip of the pen for "200 000"."""
    plain = number(amount.digits)
    if amount.multiplier == 1000 and plain >= (10_000 if currency in (None, "RUB") else 1000):
        return plain
    if amount.multiplier == 1_000_000 and plain >= 1000:
        return plain
    return plain * amount.multiplier


def _implied_thousands(candidate: Candidate, values: list[float], currency: str | None) -> int | None:
    """1, or 1000 where the thousands were left out; None where both readings are open."""
    most = max(values)
    if most >= 1000 or candidate.period not in _SALARY_PERIODS or (most != int(most) and currency is None):
        return 1
    if candidate.first.multiplier > 1:
        return 1
    clearly = candidate.cue is not None and (candidate.tight or candidate.tax is not None)
    if currency is None:
        return 1000 if clearly and min(values) >= 20 else None
    if currency == "RUB":
        monthly = candidate.tax is not None or candidate.period == "month" or len(values) == 2
        return 1000 if clearly and monthly and min(values) >= 40 else None
    if currency in ("USD", "EUR", "USDT", "GBP"):
        if len(values) == 2 and clearly and 1 <= values[0] < values[1] <= 20 and candidate.period is None:
            return 1000
        return 1 if most >= 200 or candidate.period == "month" else None
    return 1


def _implied_currency(candidate: Candidate, values: list[float], implied: int) -> str | None:
    if implied == 1000:
        return "RUB" if candidate.russian else None
    if not candidate.russian:
        return None
    least = {"hour": 150, "day": 1500, "shift": 1000, "week": 5000, "project": 5000}.get(
        candidate.period or "month", _LEAST_ROUBLES
    )
    return "RUB" if max(values) >= least else None


def _bounds(candidate: Candidate, values: list[float]) -> tuple[float | None, float | None]:
    if len(values) == 2:
        return values[0], values[1]
    value = values[0]
    if candidate.upper and not candidate.lower:
        return None, value
    if candidate.lower and candidate.upper:
        return None, value
    if candidate.lower or candidate.open_ended:
        return value, None
    return value, value


def _plausible(values: list[float], currency: str | None, period: str) -> bool:
    bounds = grammar().plausible
    if currency is None:
        least, most = bounds["USD"][period][0], bounds["RUB"][period][1]
    elif currency in ("USD", "EUR", "GBP", "USDT", "CHF", "CAD"):
        least, most = bounds["USD"][period]
    else:
        least, most = bounds.get(currency, bounds["others"])[period]
    return all(least <= value <= most for value in values)


def _may_be_yearly(values: list[float], currency: str | None, candidate: Candidate) -> bool:
    return candidate.period is None and currency is not None and _plausible(values, currency, "year")
