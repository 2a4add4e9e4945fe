"""Tax and currency from 2019 to 2026: cases worked out by hand with their source, in data/worked_cases.csv."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from salary_assets.money import Rates, annual_tax, bundled_rates, net_monthly_frame

CASES = pd.read_csv(Path(__file__).parent / "data" / "worked_cases.csv", comment="#")


@pytest.fixture(scope="module")
def worked() -> pd.DataFrame:
    """The cases with what we make of them."""
    stated = pd.DataFrame(
        {
            "pay_raw": CASES["amount"].astype("str"),
            "pay_from": CASES["amount"].astype("float64"),
            "pay_to": CASES["amount"].astype("float64"),
            "currency": CASES["currency"],
            "tax": CASES["tax"],
            "period": CASES["period"],
            "published_at": pd.to_datetime(CASES["day"] + "T09:00:00Z"),
            "country": "RU",
        }
    )
    return CASES.join(net_monthly_frame(stated, Rates.from_frame(bundled_rates())))


@pytest.mark.parametrize(
    "place", CASES.index, ids=[f"{case.day}-{case.amount}-{case.currency}" for case in CASES.itertuples()]
)
def test_a_worked_case_comes_out_as_by_hand(worked: pd.DataFrame, place: int) -> None:
    case = worked.loc[place]

    if pd.isna(case["net_rub_month"]):
        assert case["pay_status"] == "unknown_rate"
        assert pd.isna(case["pay_lower"])
    else:
        assert case["pay_status"] == "comparable"
        assert case["pay_lower"] == case["pay_upper"] == pytest.approx(case["net_rub_month"], abs=1)


def test_there_are_cases_of_every_year_and_scale() -> None:
    years = CASES["day"].str[:4].astype(int)

    assert len(CASES) >= 60
    assert set(years) == set(range(2019, 2027))
    assert CASES["source"].notna().all()


@pytest.mark.parametrize(
    ("year", "income", "tax"),
    [
        (2020, 5_000_000, 650_000), (2021, 5_000_000, 650_000), (2021, 6_000_000, 800_000),
        (2024, 10_000_000, 1_400_000),
        (2025, 2_400_000, 312_000), (2025, 5_000_000, 702_000), (2025, 20_000_000, 3_402_000),
        (2025, 50_000_000, 9_402_000), (2026, 60_000_000, 11_602_000),
    ],
)  # fmt: skip
def test_the_tax_of_a_year_s_income_at_the_thresholds(year: int, income: int, tax: int) -> None:
    """Sums at the thresholds as the press printed them with 176-FZ; 372-FZ gives 650 000 at five million."""
    assert annual_tax(np.array([float(income)]), year)[0] == pytest.approx(tax)


def test_gross_pay_in_the_currency_of_another_country_is_not_taxed_by_ours_where_the_ad_names_none() -> None:
    stated = pd.DataFrame(
        {
            "pay_raw": "-",
            "pay_from": [700_000.0, 2_000.0],
            "pay_to": float("nan"),
            "currency": ["KZT", "USD"],
            "tax": "gross",
            "period": "month",
            "published_at": pd.Timestamp("2021-10-01", tz="UTC"),
            "country": None,
        }
    ).astype({"country": "str"})
    found = net_monthly_frame(stated, Rates.from_frame(bundled_rates()))

    assert found["pay_status"].tolist() == ["foreign_tax", "comparable"]
    assert "the income tax of KZ" in found["pay_steps"].iloc[0]
