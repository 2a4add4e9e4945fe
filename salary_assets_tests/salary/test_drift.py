"""Drift: the same market says nothing, a moved one says what moved."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from salary_assets.salary import drift
from salary_assets.salary.model import Model
from salary_assets_tests.salary.conftest import market


@pytest.fixture(scope="module")
def newest() -> pd.DataFrame:
    return market(600, seed=0)


def test_the_same_market_gives_no_reason_to_train_again(
    ads: pd.DataFrame, newest: pd.DataFrame, profile_model: Model
) -> None:
    assert drift.retraining_reasons(profile_model, ads, newest, enough_new=10_000) == []


def test_enough_new_ads_are_a_reason(ads: pd.DataFrame, newest: pd.DataFrame, profile_model: Model) -> None:
    (reason,) = drift.retraining_reasons(profile_model, ads, newest, enough_new=500)
    assert reason == "600 new ads with pay since the model's data"


def test_another_mix_of_professions_is_named(ads: pd.DataFrame, newest: pd.DataFrame) -> None:
    testers = newest[newest["position"] == "Тестировщик"]
    shifted = {one.column for one in drift.input_drift(ads, testers) if one.shifted}
    assert "position" in shifted
    assert "region" not in shifted


def test_pay_that_doubled_is_named_and_empties_the_ranges(
    ads: pd.DataFrame, newest: pd.DataFrame, profile_model: Model
) -> None:
    dearer = newest.assign(pay_lower=newest["pay_lower"] * 2, pay_upper=newest["pay_upper"] * 2)
    reasons = " ".join(drift.retraining_reasons(profile_model, ads, dearer, enough_new=10_000))
    assert "log_pay has shifted" in reasons
    assert "the 80 % range holds" in reasons


def test_a_handful_of_ads_says_nothing(ads: pd.DataFrame, newest: pd.DataFrame, profile_model: Model) -> None:
    few = newest.head(drift.LEAST_ROWS - 1)
    assert drift.input_drift(ads, few) == []
    assert drift.coverage_drift(profile_model, few) is None


def test_stability_of_equal_samples_is_zero_and_grows_with_the_shift() -> None:
    old = pd.Series(["a"] * 50 + ["b"] * 50)
    slightly, wholly = pd.Series(["a"] * 60 + ["b"] * 40), pd.Series(["c"] * 100)
    assert drift.population_stability(old, old) == pytest.approx(0)
    # (0.6 - 0.5) ln(0.6 / 0.5) + (0.4 - 0.5) ln(0.4 / 0.5)
    assert drift.population_stability(old, slightly) == pytest.approx(0.0405, abs=1e-4)
    assert drift.population_stability(old, wholly) > drift.PSI_LIMIT


def test_distance_of_samples_that_do_not_overlap_is_one() -> None:
    assert drift.kolmogorov_smirnov(np.arange(10.0), np.arange(20.0, 30.0)) == pytest.approx(1)


def test_every_input_that_moved_is_named_and_no_other(ads: pd.DataFrame, newest: pd.DataFrame) -> None:
    moved = {
        "position": newest.assign(position="Аналитик"),
        "source": newest.assign(source="tg_work"),
        "region": newest.assign(region="Тверская область"),
        "experience": newest.assign(experience_min=6.0),
        "grade": newest.assign(grades=[["lead"]] * len(newest)),
        "work_format": newest.assign(work_formats=[["hybrid"]] * len(newest)),
        "skills_named": newest.assign(skills=[["python"] * 9] * len(newest)),
        "text_length": newest.assign(text=newest["text"] * 3),
    }
    found = {
        name: {one.column for one in drift.input_drift(ads, frame) if one.shifted} for name, frame in moved.items()
    }
    assert found == {name: {name} for name in moved}


def test_only_new_ads_count_as_enough(ads: pd.DataFrame, newest: pd.DataFrame, profile_model: Model) -> None:
    assert drift.retraining_reasons(profile_model, ads, newest, enough_new=len(newest) + 1) == []
