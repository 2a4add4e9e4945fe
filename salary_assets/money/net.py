"""Stated pay -> net roubles a month at the ad's date, step by step, so that every number can be explained.

Order of the steps: swap crossed bounds, roubles at the day's rate, plausibility for the period, a full month by the
production calendar, income tax by the year's scale. A bound that the ad does not state stays null. Whatever cannot be
made comparable keeps its reason in `pay_status`; nothing is trimmed or guessed.
"""

from __future__ import annotations

import json
import math
from typing import Any

import numpy as np
import pandas as pd

from salary_assets.money.rates import Rates
from salary_assets.money.tables import data_table
from salary_assets.money.tax import net_of_gross, scale_name
from salary_assets.storage.clock import MOSCOW

WEEKS_PER_MONTH = 365.2425 / 7 / 12
HOME = "RU"
"""Only this country's income tax is known here."""

STATED_COLUMNS = ["pay_raw", "pay_from", "pay_to", "currency", "tax", "period", "published_at", "country"]


def net_monthly_frame(stated: pd.DataFrame, rates: Rates) -> pd.DataFrame:
    """Comparable pay of many ads.

    `stated` has STATED_COLUMNS: bounds as stated (NaN where not), ISO currency or USDT, tax (net, gross, unknown),
    period, publication time (UTC), country (ISO 3166-1 alpha-2 or null). Returns, on the same index, pay_lower and
    pay_upper (RUB/month net, null where not stated or not comparable), pay_status, pay_steps (JSON list).

    Unknown tax is taken as net and the steps say so: see docs/decisions/031-unknown-tax.md.
    """
    work = _ordered(stated)
    paid = work["low"].notna() | work["high"].notna()
    result = pd.DataFrame(
        {"pay_lower": np.nan, "pay_upper": np.nan, "pay_status": "not_stated", "pay_steps": "[]"}, index=stated.index
    ).astype({"pay_status": "str", "pay_steps": "str"})
    if not paid.any():
        return result
    work = work[paid].copy()
    _to_roubles(work, rates)
    _to_months(work)
    _after_tax(work)
    work["status"] = _status(work)
    comparable = work["status"] == "comparable"
    result.loc[paid, "pay_status"] = work["status"]
    result.loc[paid, "pay_lower"] = work["net_low"].where(comparable)
    result.loc[paid, "pay_upper"] = work["net_high"].where(comparable)
    result.loc[paid, "pay_steps"] = [
        json.dumps(_steps(row), ensure_ascii=False, separators=(",", ":"))
        for row in work.itertuples(index=False, name="Ad")
    ]
    return result


def _ordered(stated: pd.DataFrame) -> pd.DataFrame:
    """Bounds in order; a zero bound is a form field left empty, not an offer of nothing."""
    work = stated[STATED_COLUMNS].copy()
    low, high = work["pay_from"].where(work["pay_from"] > 0), work["pay_to"].where(work["pay_to"] > 0)
    work["swapped"] = low > high
    work["low"], work["high"] = low.mask(work["swapped"], high), high.mask(work["swapped"], low)
    work["day"] = work["published_at"].dt.tz_convert(MOSCOW).dt.tz_localize(None).dt.normalize()
    return work


def _to_roubles(work: pd.DataFrame, rates: Rates) -> None:
    found = rates.lookup(work["currency"], work["day"])
    for name in found.columns:
        work[name] = found[name]
    work["rub_low"], work["rub_high"] = work["low"] * work["rub_per_unit"], work["high"] * work["rub_per_unit"]


def _to_months(work: pd.DataFrame) -> None:
    """How many of the stated periods make a full month: by the year's production calendar, its nearest known year."""
    calendar = data_table("working_time.csv").set_index("year")
    year = work["day"].dt.year
    work["year"] = year
    of_calendar = year.clip(calendar.index.min(), calendar.index.max())
    days, hours = of_calendar.map(calendar["days"]) / 12, of_calendar.map(calendar["hours"]) / 12
    by_period = {"month": 1.0, "year": 1 / 12, "week": WEEKS_PER_MONTH}
    per_month = work["period"].map(by_period).astype("float64")
    work["per_month"] = per_month.mask(work["period"] == "day", days).mask(work["period"] == "hour", hours)
    work["calendar_year"] = of_calendar


def _after_tax(work: pd.DataFrame) -> None:
    gross = (work["tax"] == "gross").to_numpy()
    for rub, net in (("rub_low", "net_low"), ("rub_high", "net_high")):
        monthly = (work[rub] * work["per_month"]).to_numpy(float)
        taxed = net_of_gross(np.where(gross, monthly, np.nan), work["year"].to_numpy())
        work[net] = np.round(np.where(gross, taxed, monthly))


def _status(work: pd.DataFrame) -> pd.Series[str]:
    limits = data_table("plausible_pay.csv").set_index("period")
    for name in limits.columns:
        work[name] = work["period"].map(limits[name])
    lowest, highest = work["rub_low"].fillna(work["rub_high"]), work["rub_high"].fillna(work["rub_low"])
    too_wide = (work["rub_high"] / work["rub_low"]) > work["most_to_from"]
    implausible = (lowest < work["least"]) | (highest > work["most"]) | too_wide
    taxed_by = work["currency"].map(data_table("currencies.csv").set_index("currency")["taxed_by"])
    work["taxed_by"] = work["country"].fillna(taxed_by)
    foreign = (work["tax"] == "gross") & work["taxed_by"].notna() & (work["taxed_by"] != HOME)
    return pd.Series(
        np.select(
            [work["rub_per_unit"].isna(), implausible, work["per_month"].isna(), foreign],
            ["unknown_rate", "implausible", "not_monthly", "foreign_tax"],
            "comparable",
        ),
        index=work.index,
        dtype="str",
    )


def _steps(ad: Any) -> list[dict[str, Any]]:
    """The steps of one ad. Amounts are rounded to kopecks for reading; the arithmetic above is not."""
    steps: list[dict[str, Any]] = [
        {"step": "stated", "raw": _text(ad.pay_raw), "from": _amount(ad.pay_from), "to": _amount(ad.pay_to)}
        | {"currency": _text(ad.currency), "tax": _text(ad.tax), "period": _text(ad.period)}
    ]
    if ad.swapped:
        steps.append({"step": "order", "note": "the bounds were crossed and are swapped"})
    if ad.status != "unknown_rate" and ad.currency != "RUB":
        steps.append(
            {"step": "rate", "rub_per_unit": ad.rub_per_unit, "effective_on": f"{ad.effective_on:%Y-%m-%d}"}
            | {"asked_for": f"{ad.day:%Y-%m-%d}", "origin": ad.origin, "stands_in": _text(ad.stands_in)}
            | {"from": _amount(ad.rub_low), "to": _amount(ad.rub_high)}
        )
    if ad.status != "comparable":
        return [*steps, {"step": "result", "status": ad.status, "reason": _reason(ad)}]
    if ad.period != "month":
        steps.append(
            {"step": "period", "per_month": round(ad.per_month, 4), "basis": _basis(ad.period, int(ad.calendar_year))}
            | {"from": _amount(ad.rub_low * ad.per_month), "to": _amount(ad.rub_high * ad.per_month)}
        )
    if ad.tax == "gross":
        steps.append({"step": "tax", "scale": scale_name(int(ad.year))})
    elif ad.tax != "net":
        steps.append({"step": "tax", "note": "the ad does not say whether tax is off; taken as net"})
    return [
        *steps,
        {"step": "result", "status": "comparable", "lower": _amount(ad.net_low), "upper": _amount(ad.net_high)},
    ]


def _reason(ad: Any) -> str:
    period = _text(ad.period) or "an unstated period"
    if ad.status == "unknown_rate":
        currency = _text(ad.currency) or "an unstated currency"
        return f"no official rate of {currency} is known for {ad.day:%Y-%m-%d}"
    if ad.status == "not_monthly":
        return f"pay for {period} does not say what a month brings"
    if ad.status == "foreign_tax":
        return f"gross pay under the income tax of {ad.taxed_by}: that country's scale is not known here"
    least, most = _roubles(ad.least), _roubles(ad.most)
    if ad.rub_low < ad.least or ad.rub_high < ad.least:
        return f"less than {least} for {period} is no offer of full pay"
    if ad.rub_low > ad.most or ad.rub_high > ad.most:
        return f"more than {most} for {period} is beyond any known offer"
    return f"the upper bound is more than {ad.most_to_from:.0f} times the lower one"


def _basis(period: str, year: int) -> str:
    if period == "year":
        return "a twelfth of the year"
    if period == "week":
        return "weeks of an average month"
    return f"working {period}s of an average month, production calendar {year}"


def _roubles(value: float) -> str:
    return f"{value:,.0f} RUB".replace(",", " ")


def _amount(value: float) -> float | None:
    return None if math.isnan(value) else round(float(value), 2)


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None
