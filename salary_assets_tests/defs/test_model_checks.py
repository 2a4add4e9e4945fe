"""The checks of the model's figures: what was not measured does not hold, and what is wrong is named."""

from __future__ import annotations

import dagster as dg
import pandas as pd
import pytest

from salary_assets.defs.resources import Home
from salary_assets.defs.salary.checks import (
    figures_credible,
    groups_covered,
    ladder_beaten,
    pay_reaches_no_input,
    ranges_hold,
    served_bundle_answers,
)
from salary_assets.storage import Settings
from salary_assets.storage.schemas import ModelEvaluation
from salary_assets_tests.salary.conftest import market

FIGURE = {"test": "random", "slice": "all", "rows": 40, "low": 0.1, "high": 0.9}
UNTESTED = ModelEvaluation.frame([FIGURE | {"model": "ridge", "metric": "log_mae", "value": 0.3}])


def _figures(*rows: tuple[str, str, str, float], rows_of: int = 40, slice_of: str = "all") -> pd.DataFrame:
    """Rows (test, model, metric, value) of table `model_evaluation`."""
    about = FIGURE | {"rows": rows_of, "slice": slice_of}
    named = ("test", "model", "metric", "value")
    return ModelEvaluation.frame([about | dict(zip(named, row, strict=True)) for row in rows])


def _said(result: object) -> tuple[bool, str]:
    assert isinstance(result, dg.AssetCheckResult)
    return result.passed, str(result.description)


@pytest.mark.parametrize("check", [ranges_hold, ladder_beaten])
@pytest.mark.parametrize("figures", [UNTESTED, ModelEvaluation.no_rows()])
def test_a_model_that_was_not_tested_does_not_pass(check: dg.AssetChecksDefinition, figures: pd.DataFrame) -> None:
    passed, said = _said(check(model_evaluation=figures))
    assert not passed
    assert "not tested" in said


@pytest.mark.parametrize(("covered", "holds"), [(0.8, True), (0.6, False), (0.95, False)])
def test_ranges_hold_where_they_cover_about_what_they_promise(covered: float, holds: bool) -> None:
    figures = _figures(
        ("random", "ours", "coverage_80", 0.81),
        ("time", "ours", "coverage_80", covered),
        ("time", "ours_profile", "coverage_80", 0.5),
        ("time", "ours", "width_80", 0.4),
    )
    passed, said = _said(ranges_hold(model_evaluation=figures))
    assert passed == holds
    assert ("random" in said) == holds
    assert f"time {covered:.1%}" in said


@pytest.mark.parametrize(("error", "beaten"), [(0.25, True), (0.28, False), (0.31, False)])
def test_the_ladder_is_beaten_when_its_best_rung_is(error: float, beaten: bool) -> None:
    figures = _figures(
        ("random", "ridge", "log_mae", 0.28),
        ("random", "median", "log_mae", 0.45),
        ("random", "ours_profile", "log_mae", 0.2),
        ("random", "ours", "log_mae", error),
        ("time", "ours", "log_mae", 0.3),
        ("time", "median", "log_mae", 0.5),
    )
    passed, said = _said(ladder_beaten(model_evaluation=figures))
    assert passed == beaten
    assert ("random: ridge 0.2800" in said) != beaten


@pytest.mark.parametrize(("covered", "holds"), [(0.78, True), (0.6, False)])
def test_a_large_group_outside_its_ranges_is_named(covered: float, holds: bool) -> None:
    metrics = (("time", "ours", "coverage_80", covered), ("time", "ours", "width_80", 0.4))
    figures = _figures(*metrics, rows_of=500, slice_of="grade=lead")
    passed, said = _said(groups_covered(model_evaluation=figures))
    assert passed == holds
    assert ("time grade=lead 60.0%" in said) != holds


def test_a_figure_that_nobody_could_reach_stops_the_line() -> None:
    passed, said = _said(figures_credible(model_evaluation=_figures(("time", "ours", "r2_log", 0.97))))
    assert not passed
    assert "0.97" in said
    assert _said(figures_credible(model_evaluation=_figures(("time", "ours", "r2_log", 0.7))))[0]


def test_pay_in_the_words_of_a_training_set_stops_the_line() -> None:
    ads = market(60)
    passed, said = _said(pay_reaches_no_input(training_set=ads.assign(text=ads["text"] + " Оклад 120000")))
    assert not passed
    assert "pay in text" in said


def test_a_served_bundle_that_does_not_load_is_said_to_be_so(home: Settings) -> None:
    (home.models / "v1").mkdir(parents=True)
    (home.models / "v1" / "manifest.json").write_text("{}")
    (home.models / "current.json").write_text('{"bundle": "v1", "history": []}')
    passed, said = _said(served_bundle_answers(home=Home(path=str(home.home))))
    assert not passed
    assert "v1" in said
