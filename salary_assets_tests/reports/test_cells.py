"""Cells of the report at their limits: which ads a figure is of, when they are too few, what it is a share of."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pandas as pd
import pytest

from salary_assets.reports import market_figures
from salary_assets.reports.association import LEAST_EMPLOYERS, LEAST_VACANCIES, associations
from salary_assets.reports.distribution import pay_quantiles, usual_width
from salary_assets.reports.figures import skill_names
from salary_assets.reports.frame import experience_band, report_frame
from salary_assets_tests.reports.conftest import vacancies_of_known_law
from salary_assets_tests.reports.test_figures import cell


def paid(n: int, **columns: Any) -> pd.DataFrame:
    """IT vacancies of Russia that all state 100 to 120 thousand, an employer each, unless said otherwise."""
    usual = {
        "is_it": True,
        "country": "RU",
        "pay_lower": 100_000.0,
        "pay_upper": 120_000.0,
        "pay_status": "comparable",
        "employer_key": [f"employer {number}" for number in range(n)],
    }
    market = vacancies_of_known_law(n).assign(**(usual | columns))
    return market.astype({"is_it": "boolean", "country": "str", "employer_key": "str"})


def shown(market: pd.DataFrame, section: str) -> set[str]:
    figures = market_figures(market)
    return set(figures.loc[figures["section"] == section, "dimensions"])


def test_twenty_vacancies_are_a_figure_of_pay_and_nineteen_are_none() -> None:
    assert "{}" in shown(paid(20), "pay")
    assert shown(paid(19), "pay") == set()


def test_five_employers_are_a_figure_of_pay_and_four_are_none_unless_some_ads_name_no_employer() -> None:
    def employers(count: int, unnamed: int) -> list[str | None]:
        return [None if number < unnamed else f"employer {number % count}" for number in range(30)]

    assert "{}" in shown(paid(30, employer_key=employers(5, 0)), "pay")
    assert shown(paid(30, employer_key=employers(4, 0)), "pay") == set()
    assert "{}" in shown(paid(30, employer_key=employers(4, 1)), "pay")


def test_shares_of_who_discloses_are_of_twenty_vacancies_at_least() -> None:
    status = ["comparable", "not_stated"] * 10
    silent = {"pay_lower": None, "pay_upper": None, "source": "hh"}

    assert json.dumps({"source": "hh"}) in shown(paid(20, pay_status=status, **silent), "disclosure")
    assert shown(paid(19, pay_status=status[:19], **silent), "disclosure") == set()


def test_a_cell_of_pay_says_which_part_of_its_own_ads_it_speaks_for() -> None:
    status = ["comparable"] * 30 + ["not_stated"] * 15 + ["not_monthly"] * 5
    bound = [100_000.0] * 30 + [np.nan] * 20
    steps = json.dumps([{"step": "result", "status": "not_monthly", "reason": "pay for shift"}])
    market = paid(50, pay_status=status, pay_lower=bound, pay_upper=None, pay_steps=steps, n_postings=3)
    market["region"] = ["Москва"] * 40 + ["Тверская область"] * 10

    figures = market_figures(market)

    assert cell(figures, "pay")["share_comparable"] == 30 / 50
    assert cell(figures, "pay", where="moscow")["share_comparable"] == 30 / 40
    everyone = cell(figures, "volume")
    assert (everyone["vacancies"], everyone["postings"]) == (50, 150)
    assert (everyone["share_disclosed"], everyone["share_comparable"]) == (35 / 50, 30 / 50)


def test_medians_of_bounds_are_of_the_ads_that_state_them() -> None:
    lower = [100_000.0] * 20 + [np.nan] * 20
    upper = [np.nan] * 10 + [130_000.0] * 10 + [200_000.0] * 20

    found = cell(market_figures(paid(40, pay_lower=lower, pay_upper=upper)), "pay")

    assert (found["lower_p50"], found["upper_p50"]) == (100_000, 200_000)


def test_a_figure_that_speaks_for_the_silent_leans_to_those_who_are() -> None:
    market = vacancies_of_known_law(900)
    senior = market["grades"].map(lambda grades: grades == ["senior"])
    market.loc[senior & (market.index % 4 > 0), ["pay_lower", "pay_upper"]] = np.nan
    market["pay_status"] = np.where(market[["pay_lower", "pay_upper"]].isna().all(axis=1), "not_stated", "comparable")

    found = cell(market_figures(market), "pay")

    assert found["p50_weighted"] > 1.05 * found["p50"]


def test_countries_are_counted_for_work_in_it_alone_and_one_that_is_not_named_is_none() -> None:
    abroad = paid(6, country=["BY", "BY", "BY", "KZ", None, "RU"], is_it=[True, True, False, None, True, True])
    abroad["pay_status"] = ["comparable", "not_stated", "comparable", "comparable", "comparable", "comparable"]

    figures = market_figures(abroad)

    assert set(figures.loc[figures["section"] == "abroad", "dimensions"]) == {json.dumps({"country": "BY"})}
    assert (cell(figures, "abroad", country="BY")["vacancies"], cell(figures, "volume")["vacancies"]) == (2, 2)
    assert cell(figures, "abroad", country="BY")["share_disclosed"] == 0.5


def test_where_a_vacancy_is_follows_from_its_region() -> None:
    regions = ["Москва", "Московская область", "Санкт-Петербург", "Ленинградская область", "Тверская область", None]
    market = paid(6).assign(region=regions, federal_district=None).astype({"region": "str", "federal_district": "str"})

    frame = report_frame(market)

    assert frame["where"].tolist() == ["moscow"] * 2 + ["petersburg"] * 2 + ["regions", "not_stated"]
    assert set(frame["federal_district"]) == {"not_stated"}


def test_an_ad_of_which_nobody_could_tell_whether_it_is_work_in_it_is_not_in_the_report() -> None:
    assert report_frame(paid(3, is_it=[True, None, False]))["vacancy_id"].tolist() == paid(3)["vacancy_id"].tolist()[:1]


@pytest.mark.parametrize(
    ("least", "most", "band"),
    [
        (0, 1, "0"), (0.5, None, "0"), (1, 3, "1-3"), (2.9, None, "1-3"), (3, 6, "3-6"), (5.9, None, "3-6"),
        (6, None, "6+"), (None, None, "not_stated"), (None, 1, "0"), (None, 3, "not_stated"),
    ],
)  # fmt: skip
def test_bands_of_experience_begin_where_hh_ru_s_do(least: float | None, most: float | None, band: str) -> None:
    assert experience_band(pd.Series([least], dtype="float64"), pd.Series([most], dtype="float64")).tolist() == [band]


def test_a_bound_that_is_not_stated_is_looked_for_on_its_own_side_as_far_as_two_sided_ads_reach() -> None:
    width = usual_width(pd.Series([100.0] * 9 + [100.0, np.nan]), pd.Series([150.0] * 9 + [400.0, 90.0]))
    assert width == pytest.approx(1.75)
    ones, bound = pd.Series(1.0, index=range(50)), pd.Series(100_000.0, index=range(50))
    employers = pd.Series([f"employer {number}" for number in range(50)])
    unstated = pd.Series(np.nan, index=range(50))

    above = pay_quantiles(bound, unstated, ones, employers, 1.5)
    below = pay_quantiles(unstated, bound, ones, employers, 1.5)

    assert 100_000 < above.p50 < 150_000
    assert 100_000 / 1.5 < below.p50 < 100_000
    assert below.p25 < below.p50 < below.p75


def test_ads_that_name_no_employer_are_opinions_of_their_own() -> None:
    random = np.random.default_rng(2)
    lower = pd.Series(np.exp(random.normal(11, 0.3, 100)))
    ones = pd.Series(1.0, index=lower.index)

    def margin(employers: list[str | None]) -> float:
        found = pay_quantiles(lower, lower * 1.2, ones, pd.Series(employers, dtype="str"), 1.8)
        return found.high - found.low

    assert margin([None] * 100) == pytest.approx(margin([f"employer {number}" for number in range(100)]))
    assert np.isnan(margin(["chain"] * 90 + [None] * 10))


def skills_told(named: dict[str, list[int]], employers: list[str]) -> set[str]:
    """Skills with a difference, in a market where these ads (by number) name them."""
    market = paid(len(employers), employer_key=employers)
    market["pay_lower"] = 100_000.0 + 100 * np.arange(len(market))
    skills = [[name for name, ads in named.items() if number in ads] for number in range(len(market))]
    found = associations(report_frame(market), pd.Series(skills, dtype=object))
    return {one.name for one in found if one.kind == "skill"}


def test_a_difference_of_pay_needs_its_vacancies_and_employers() -> None:
    named = {
        "enough": list(range(LEAST_VACANCIES)),
        "too few ads": list(range(LEAST_VACANCIES - 1)),
        "too few employers": list(range(200, 200 + LEAST_VACANCIES)),
    }
    employers = [f"employer {number % LEAST_EMPLOYERS}" for number in range(200)]
    employers += [f"employer {number % (LEAST_EMPLOYERS - 1)}" for number in range(120)]

    assert skills_told(named, employers) == {"enough"}
    assert skills_told(named, employers[:299]) == set()


def test_skills_of_a_vacancy_are_its_canonical_it_skills_or_its_spellings() -> None:
    frame = report_frame(paid(3)).assign(skills=[["Go ", "go", "SQL"], [], ["Excel"]])
    rows = [(frame["vacancy_id"][0], "Go", True), (frame["vacancy_id"][0], "Общение", False)]
    mapped = pd.DataFrame(rows, columns=["vacancy_id", "canon", "is_it"])

    assert skill_names(frame, None).tolist() == [["go", "sql"], [], ["excel"]]
    assert skill_names(frame, mapped).tolist() == [["Go"], [], []]
