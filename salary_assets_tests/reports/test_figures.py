"""The report's figures: they find the law that a market was made with, and each says what stands behind it."""

from __future__ import annotations

import json
from math import log
from typing import Any

import numpy as np
import pandas as pd
import pytest

from salary_assets.reports import Kinds, market_figures, overview_markdown, overview_plots, render_market_report
from salary_assets.reports.distribution import pay_quantiles
from salary_assets.reports.figures import LEAST_EMPLOYERS, LEAST_VACANCIES
from salary_assets.storage import TableStore
from salary_assets.storage.schemas import MarketReport
from salary_assets_tests.reports.conftest import GOLANG_RAISES, MIDDLE_PAY, SILENT


def cell(figures: pd.DataFrame, section: str, **dimensions: Any) -> dict[str, Any]:
    """Measures of one cell, and the vacancies and employers behind them."""
    name = json.dumps(dict(sorted(dimensions.items())), ensure_ascii=False)
    rows = figures[(figures["section"] == section) & (figures["dimensions"] == name)]
    behind = rows[["vacancies", "employers", "first_month", "last_month"]].iloc[0].to_dict()
    return dict(zip(rows["measure"], rows["value"], strict=True)) | behind


@pytest.mark.parametrize("grade", MIDDLE_PAY)
def test_medians_by_grade_are_found_from_ranges_and_single_bounds_alike(figures: pd.DataFrame, grade: str) -> None:
    found = cell(figures, "pay", grade=grade)

    assert found["p50"] == pytest.approx(MIDDLE_PAY[grade] * 1.06, rel=0.08)
    assert found["p50_low"] < found["p50"] < found["p50_high"]
    assert found["p25"] < found["p50"] < found["p75"]


def test_a_skill_goes_with_the_pay_that_it_was_given_and_others_with_none(figures: pd.DataFrame) -> None:
    golang, git = cell(figures, "skill_difference", skill="golang"), cell(figures, "skill_difference", skill="git")

    assert golang["low"] < log(GOLANG_RAISES) < golang["high"]
    assert golang["low"] > 0.1
    assert git["low"] < 0 < git["high"]


@pytest.mark.parametrize("source", SILENT)
def test_who_discloses_pay_is_told_by_source(figures: pd.DataFrame, source: str) -> None:
    found = cell(figures, "disclosure", source=source)

    assert found["share_comparable"] == pytest.approx(1 - SILENT[source], abs=0.06)
    assert found["standardised_share"] == pytest.approx(1 - SILENT[source], abs=0.08)


def test_every_figure_of_pay_has_its_share_of_all_ads_beside_it(figures: pd.DataFrame) -> None:
    pay = figures[figures["section"] == "pay"]
    measures = pay.groupby("dimensions")["measure"].agg(set)

    assert all({"share_comparable", "p50_weighted"} <= one for one in measures)
    assert (pay["vacancies"] >= LEAST_VACANCIES).all()
    assert pay["first_month"].notna().all()


def test_cells_of_few_employers_are_hidden_and_counted() -> None:
    from salary_assets_tests.reports.conftest import vacancies_of_known_law

    market = vacancies_of_known_law(400)
    market["employer_key"] = [f"employer {number % (LEAST_EMPLOYERS - 1)}" for number in range(len(market))]

    figures = market_figures(market)

    assert figures[figures["section"] == "pay"].empty
    assert cell(figures, "method", cells="grade")["hidden_cells"] == 3


def test_a_month_says_which_sources_and_experience_it_is_made_of(figures: pd.DataFrame) -> None:
    rows = figures[figures["section"] == "composition"]
    parts = pd.DataFrame([json.loads(name) for name in rows["dimensions"]])
    shares = rows["value"].to_numpy()

    by_source = pd.Series(shares[parts["source"].notna()]).groupby(
        parts["month"].dropna().to_numpy()[parts["source"].notna()]
    )
    assert by_source.sum().to_numpy() == pytest.approx(1.0)
    assert set(parts["experience"].dropna()) == {"0", "1-3", "3-6"}


def test_what_is_left_out_adds_up(market: pd.DataFrame, figures: pd.DataFrame) -> None:
    rows = figures[figures["section"] == "excluded"]
    counted = {json.loads(name)["step"]: value for name, value in zip(rows["dimensions"], rows["value"], strict=True)}

    left = counted["not work in IT"] + counted["work in IT, another country"]
    assert counted["vacancies"] == len(market) == left + counted["in the report"]
    assert (
        counted["in the report"] == counted["in the report, pay comparable"] + counted["in the report, pay not_stated"]
    )


def test_pay_that_is_refused_says_why_and_for_how_many(market: pd.DataFrame) -> None:
    steps = [{"step": "result", "status": "not_monthly", "reason": "pay for shift does not say what a month brings"}]
    silent = market.index[market["pay_status"] == "not_stated"][:40]
    refused = market.copy()
    refused.loc[silent, "pay_status"] = "not_monthly"
    refused.loc[silent, "pay_steps"] = json.dumps(steps)

    figures = market_figures(refused)

    found = cell(figures, "refused", status="not_monthly", reason=steps[0]["reason"])
    stated = cell(figures, "volume")["vacancies"] * cell(figures, "volume")["share_disclosed"]
    assert found["rows"] == found["vacancies"] <= 40
    assert found["share"] == pytest.approx(found["rows"] / stated)
    page = render_market_report(figures)
    assert "из оплаты за смену не следует, сколько выходит в месяц" in page
    assert "pay for shift does not say what a month brings" in page


def test_pay_in_no_named_currency_is_told_so_and_russian_shares_have_a_comma(market: pd.DataFrame) -> None:
    reason = "no official rate of an unstated currency is known for 2024-01-10"
    silent = market.index[market["pay_status"] == "not_stated"][:40]
    refused = market.copy()
    refused.loc[silent, "pay_status"] = "unknown_rate"
    refused.loc[silent, "pay_steps"] = json.dumps([{"step": "result", "status": "unknown_rate", "reason": reason}])

    figures = market_figures(refused)

    found = cell(figures, "refused", status="unknown_rate", reason=reason.replace("2024-01-10", "the ad's day"))
    share = f"{found['share']:.2%}".replace("%", "\u202f%")
    page = render_market_report(figures)
    assert "валюта не названа" in page
    assert "курса an unstated currency" not in page
    assert f'<span lang="ru">{share.replace(".", ",")}</span><span lang="en">{share}</span>' in page


def test_pay_is_told_by_line_of_work_and_an_unread_profession_is_the_guessed_one(market: pd.DataFrame) -> None:
    tester = market["position"] == "Тестировщик"
    clusters = pd.DataFrame({"vacancy_id": market["vacancy_id"], "family_id": "family-dev"})
    clusters["family_id"] = clusters["family_id"].mask(tester)
    clusters["position_guessed"] = pd.Series("Тестировщик", market.index).where(tester)
    profiles = pd.DataFrame({"family_id": ["family-dev", None], "family": ["Go developer", None]})

    figures = market_figures(market.assign(position=market["position"].mask(tester)), kinds=Kinds(clusters, profiles))

    family = cell(figures, "pay", position="Программист, разработчик", family="Go developer")
    assert family["vacancies"] == cell(figures, "pay", position="Программист, разработчик")["vacancies"]
    told = figures.loc[figures["section"] == "pay", "dimensions"].map(json.loads)
    assert {one.get("position") for one in told} == {None, "Программист, разработчик", "Тестировщик"}
    assert {one["family"] for one in told if "family" in one} == {"Go developer"}


def test_fields_filled_are_told_by_source(figures: pd.DataFrame) -> None:
    found = cell(figures, "filled", source="tg_work")

    assert (found["title"], found["grades"], found["employer_key"]) == (1.0, 1.0, 0.0)


def test_other_countries_are_counted_apart(figures: pd.DataFrame) -> None:
    assert cell(figures, "abroad", country="BY")["vacancies"] == 25
    assert cell(figures, "volume")["vacancies"] == 1_500 - 30 - 25


def test_figures_are_the_same_whatever_the_order_of_rows(market: pd.DataFrame, figures: pd.DataFrame) -> None:
    counts = {"labelled": 1_600, "left out: resume": 100, "vacancies": len(market)}

    again = market_figures(market.sample(frac=1, random_state=3).reset_index(drop=True), counts)

    keys = ["section", "dimensions", "measure"]
    pd.testing.assert_frame_equal(
        again.sort_values(keys, ignore_index=True), figures.sort_values(keys, ignore_index=True), rtol=1e-6
    )


def test_figures_go_to_parquet_and_back(figures: pd.DataFrame, store: TableStore) -> None:
    store.write(MarketReport, figures)

    pd.testing.assert_frame_equal(store.read(MarketReport), figures)


def test_no_vacancies_make_a_report_without_figures_of_pay(market: pd.DataFrame) -> None:
    figures = market_figures(market.head(0))

    assert figures[figures["section"] == "pay"].empty
    assert "no rows" in overview_markdown(figures)
    assert overview_plots(figures) == {}


def test_the_overview_is_small_enough_for_an_event_log(figures: pd.DataFrame) -> None:
    images = overview_plots(figures)

    assert set(images) == {"pay_by_position", "pay_by_grade"}
    assert all(image.startswith(b"\x89PNG") and len(image) < 100_000 for image in images.values())
    assert "| Software tester |" in overview_markdown(figures)


def test_one_employer_that_repeats_itself_widens_the_interval() -> None:
    random = np.random.default_rng(1)
    lower = pd.Series(np.exp(random.normal(11, 0.3, 200)))
    weights = pd.Series(1.0, index=lower.index)

    def margin(employers: list[str]) -> float:
        found = pay_quantiles(lower, lower * 1.2, weights, pd.Series(employers, dtype="str"), 1.8)
        return found.high - found.low

    alone = [f"employer {number}" for number in range(200)]
    chained = ["chain" if number < 60 else name for number, name in enumerate(alone)]
    assert margin(chained) > 3 * margin(alone)
