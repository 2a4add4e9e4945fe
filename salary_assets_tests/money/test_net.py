"""Stated pay as net roubles a month: what bounds, periods, limits and countries make of it; how long a rate holds."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from salary_assets.money import Rates, bundled_rates, net_monthly_frame, net_of_gross
from salary_assets.storage.schemas import ExchangeRates

UNSTATED = float("nan")
THRESHOLDS = st.builds(
    lambda millions, over: millions * 1_000_000 / 12 + over, st.sampled_from([2.4, 5, 20, 50]), st.integers(-1, 1)
)
"""Monthly pay about the thresholds of the scales."""


def net(*ads: dict[str, Any]) -> pd.DataFrame:
    """What we make of ads that state net roubles a month in 2021, unless said otherwise."""
    usual = {"pay_raw": None, "pay_from": UNSTATED, "pay_to": UNSTATED, "currency": "RUB", "tax": "net"}
    usual |= {"period": "month", "published_at": "2021-10-05T09:00Z", "country": "RU"}
    frame = pd.DataFrame([usual | ad for ad in ads])
    frame["published_at"] = pd.to_datetime(frame["published_at"], utc=True)
    return net_monthly_frame(
        frame.astype({"pay_raw": "str", "period": "str", "country": "str"}), Rates.from_frame(bundled_rates())
    )


def outcome(**ad: Any) -> tuple[str, float | None, float | None]:
    found = net(ad).astype(object).iloc[0]
    return found["pay_status"], *(None if pd.isna(found[name]) else found[name] for name in ("pay_lower", "pay_upper"))


def test_a_bound_of_zero_is_a_field_left_empty() -> None:
    assert outcome(pay_from=0.0, pay_to=100_000.0) == ("comparable", None, 100_000)
    assert outcome(pay_from=100_000.0, pay_to=0.0) == ("comparable", 100_000, None)
    assert outcome(pay_from=0.0, pay_to=0.0) == ("not_stated", None, None)


def test_a_week_is_a_part_of_an_average_month() -> None:
    assert outcome(pay_from=28_000.0, period="week") == ("comparable", round(28_000 * 365.2425 / 84), None)


@pytest.mark.parametrize(("day", "hours"), [("2016-05-05", 1973), ("2030-05-05", 1972)])
def test_hours_of_a_year_without_a_known_calendar_are_those_of_the_nearest(day: str, hours: int) -> None:
    assert outcome(pay_from=600.0, period="hour", published_at=day) == ("comparable", round(600 * hours / 12), None)


@pytest.mark.parametrize(("low", "high", "status"), [(50_000, 500_000, "comparable"), (50_000, 500_001, "implausible")])
def test_a_range_of_more_than_ten_times_is_a_slip_of_units(low: float, high: float, status: str) -> None:
    found = net({"pay_from": low, "pay_to": high})

    assert found["pay_status"].tolist() == [status]
    assert ("more than 10 times the lower one" in found["pay_steps"].iloc[0]) is (status == "implausible")


@pytest.mark.parametrize(("bound", "other"), [("pay_from", "pay_to"), ("pay_to", "pay_from")])
def test_the_limits_of_plausible_pay_are_plausible_and_hold_for_either_bound(bound: str, other: str) -> None:
    found = net(*({bound: amount} for amount in (9_999.0, 10_000.0, 2_000_000.0, 2_000_001.0)))

    assert found["pay_status"].tolist() == ["implausible", "comparable", "comparable", "implausible"]
    assert "less than 10 000 RUB" in found["pay_steps"].iloc[0]
    assert "more than 2 000 000 RUB" in found["pay_steps"].iloc[3]


def test_only_gross_pay_abroad_is_under_a_tax_that_is_not_known() -> None:
    assert outcome(pay_from=100_000.0, country="BY") == ("comparable", 100_000, None)
    assert outcome(pay_from=100_000.0, country="BY", tax="unknown") == ("comparable", 100_000, None)
    assert outcome(pay_from=100_000.0, country="BY", tax="gross") == ("foreign_tax", None, None)


def test_the_country_that_an_ad_names_taxes_it_whatever_the_currency() -> None:
    in_tenge = {"pay_from": 700_000.0, "currency": "KZT", "tax": "gross"}

    assert outcome(**in_tenge, country="RU") == ("comparable", round(700_000 * 0.170653 * 0.87), None)
    assert outcome(**in_tenge, country="KZ") == outcome(**in_tenge, country=None) == ("foreign_tax", None, None)


def test_pay_beyond_the_limits_is_implausible_whatever_else_it_lacks() -> None:
    assert outcome(pay_from=25.0, tax="gross", country="BY")[0] == "implausible"
    assert outcome(pay_from=90_000_000.0, period="shift")[0] == "implausible"
    assert outcome(pay_from=25.0, currency="GEL")[0] == "unknown_rate"
    assert outcome(pay_from=100_000.0, period=None)[0] == "not_monthly"


def test_what_is_made_of_an_ad_stays_on_its_row() -> None:
    ads = pd.DataFrame(
        {
            "pay_raw": None,
            "pay_from": [UNSTATED, 200_000.0, 90_000.0],
            "pay_to": [UNSTATED, 300_000.0, UNSTATED],
            "currency": "RUB",
            "tax": ["net", "gross", "net"],
            "period": "month",
            "published_at": pd.Timestamp("2021-10-05", tz="UTC"),
            "country": "RU",
        },
        index=[7, 3, 5],
    ).astype({"pay_raw": "str"})

    found = net_monthly_frame(ads, Rates.from_frame(bundled_rates()))

    assert found["pay_lower"].fillna(0).to_dict() == {7: 0, 3: 174_000, 5: 90_000}
    assert found["pay_upper"].fillna(0).to_dict() == {7: 0, 3: 261_000, 5: 0}


@settings(deadline=None, max_examples=40)
@given(
    st.integers(10_000, 2_000_000),
    st.integers(10_000, 2_000_000),
    st.sampled_from(["net", "gross", "unknown"]),
    st.integers(2015, 2030),
)
def test_comparable_bounds_are_whole_roubles_in_order_and_tax_takes_its_share(
    one: int, other: int, tax: str, year: int
) -> None:
    low, high = sorted((one, min(other, 10 * one)))

    found = net({"pay_from": float(high), "pay_to": float(low), "tax": tax, "published_at": f"{year}-06-01"}).iloc[0]

    assert found["pay_status"] == ("comparable" if high <= 10 * low else "implausible")
    if found["pay_status"] == "comparable":
        kept = (found["pay_lower"] / low, found["pay_upper"] / high)
        assert float(found["pay_lower"]).is_integer() and found["pay_lower"] <= found["pay_upper"]
        assert all(0.82 < part < 0.871 for part in kept) if tax == "gross" else kept == (1.0, 1.0)
        assert json.loads(found["pay_steps"])[-1]["lower"] == found["pay_lower"]


@settings(deadline=None)
@given(st.lists(st.one_of(st.floats(0, 10_000_000), THRESHOLDS), min_size=2, max_size=8), st.integers(2001, 2030))
def test_who_earns_more_before_tax_keeps_more_but_a_smaller_part(gross: list[float], year: int) -> None:
    rising = np.sort(np.array(gross))

    kept = net_of_gross(rising, [year] * len(rising))

    assert (np.diff(kept) >= 0).all()
    assert (np.diff(kept) <= 0.87 * np.diff(rising) + 0.01).all()


def set_on(*rates: tuple[str, float, str]) -> Rates:
    rows = [
        {"effective_on": day, "currency": "USD", "rub_per_unit": rate, "origin": origin} for day, rate, origin in rates
    ]
    return Rates.from_frame(pd.DataFrame(rows, columns=ExchangeRates.column_names()))


@pytest.mark.parametrize(
    ("origin", "holds"), [("cbr_daily", "2024-01-15"), ("monthly_file", "2024-01-31"), ("operator_file", "2024-01-31")]
)
def test_a_rate_holds_for_its_days_and_not_one_more(origin: str, holds: str) -> None:
    known, last = set_on(("2024-01-01", 90.0, origin)), date.fromisoformat(holds)

    assert known.on("USD", date(2023, 12, 31)) is None
    assert [known.on("USD", day) is not None for day in (date(2024, 1, 1), last)] == [True, True]
    assert known.on("USD", last.replace(day=last.day + 1) if last.day < 31 else date(2024, 2, 1)) is None


def test_the_last_rate_set_counts_and_of_one_day_the_operator_s_before_the_feed_s() -> None:
    known = set_on(
        ("2024-01-10", 3.0, "operator_file"),
        ("2024-01-10", 2.0, "cbr_daily"),
        ("2024-01-10", 1.0, "monthly_file"),
        ("2024-01-12", 4.0, "cbr_daily"),
        ("2024-01-12", 5.0, "monthly_file"),
    )

    found = [known.on("USD", date(2024, 1, day)) for day in (10, 11, 12, 13)]

    assert [(rate.rub_per_unit, rate.effective_on.day) for rate in found if rate] == [
        (3, 10),
        (3, 10),
        (4, 12),
        (4, 12),
    ]


def test_a_token_is_taken_at_the_rate_that_stands_in_for_it_and_roubles_are_roubles() -> None:
    known = set_on(("2024-01-10", 90.0, "cbr_daily"))

    token, rouble = known.on("USDT", date(2024, 1, 11)), known.on("RUB", date(1999, 1, 1))

    assert token and (token.rub_per_unit, token.stands_in, token.origin) == (90.0, "USD", "cbr_daily")
    assert rouble and (rouble.rub_per_unit, rouble.stands_in, rouble.origin) == (1.0, None, "rouble")
