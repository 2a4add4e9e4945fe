"""Calibration: ranges hold four times in five, in every large group, and small groups do not run wild."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from salary_assets.salary.features import FORGOTTEN, RECORD, forget_some
from salary_assets.salary.intervals import COVERAGE, DIMENSIONS, Calibration, calibrate, weighted_quantiles
from salary_assets.salary.metrics import figures, paired_difference
from salary_assets.salary.model import Model

COUNT = 4_000


def _groups(labels: np.ndarray, dimension: str = "position") -> dict[str, list[str]]:
    return {name: labels.tolist() if name == dimension else ["all"] * len(labels) for name in DIMENSIONS}


def _residuals(noisy: float, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Residuals of two professions, the second `noisy` times wider."""
    random = np.random.default_rng(seed)
    second = random.random(COUNT) < 0.3
    return random.normal(0, 0.2, COUNT) * np.where(second, noisy, 1.0), np.where(second, "architect", "support")


@pytest.mark.parametrize("dimension", ["position", "grade", "experience", "region", "source", "employer"])
def test_every_large_group_is_covered_though_the_spread_does_not_know_them_apart(dimension: str) -> None:
    learned, positions = _residuals(3.0, seed=1)
    calibration = calibrate(learned, np.ones(COUNT), _groups(positions, dimension), np.ones(COUNT))
    fresh, positions = _residuals(3.0, seed=2)
    factor = calibration.factor(_groups(positions, dimension))
    tail = (1 - COVERAGE) / 2
    inside = (fresh >= factor * calibration.at(tail)) & (fresh <= factor * calibration.at(1 - tail))
    for name in ("architect", "support"):
        assert inside[positions == name].mean() == pytest.approx(COVERAGE, abs=0.035)


def test_three_odd_ads_hardly_move_their_group() -> None:
    learned, positions = _residuals(1.0, seed=1)
    positions[:3], learned[:3] = "rare", 5.0
    calibration = calibrate(learned, np.ones(COUNT), _groups(positions), np.ones(COUNT))
    assert calibration.factors["position"]["rare"] < 1.3


def test_a_group_never_seen_changes_nothing() -> None:
    learned, positions = _residuals(1.0, seed=1)
    calibration = calibrate(learned, np.ones(COUNT), _groups(positions), np.ones(COUNT))
    unknown = {name: ["unheard of"] for name in DIMENSIONS}
    np.testing.assert_array_equal(calibration.factor(unknown), [1.0])


def test_calibration_survives_json() -> None:
    learned, positions = _residuals(2.0, seed=1)
    calibration = calibrate(learned, np.ones(COUNT), _groups(positions), np.ones(COUNT))
    again = Calibration.from_dict(calibration.to_dict())
    np.testing.assert_array_equal(again.factor(_groups(positions)), calibration.factor(_groups(positions)))
    assert again.at(0.1) == calibration.at(0.1)


def test_a_weight_counts_like_repeats() -> None:
    values = np.array([1.0, 2.0, 3.0])
    weighted = weighted_quantiles(values, np.array([1.0, 8.0, 1.0]), (0.5,))
    repeated = weighted_quantiles(np.repeat(values, [1, 8, 1]), np.ones(10), (0.5,))
    np.testing.assert_allclose(weighted, repeated)


def test_figures_of_known_answers() -> None:
    answers = pd.DataFrame({"y": [100.0, 200.0, 400.0], "y_hat": [110.0, 200.0, 300.0]})
    answers = answers.assign(lower=[90.0, 150.0, 250.0], upper=[120.0, 250.0, 350.0])
    found = figures(answers, ["a", "b", "c"])
    assert found["mae"].value == pytest.approx(110 / 3)
    assert found["mape"].value == pytest.approx((0.1 + 0 + 0.25) / 3)
    assert found["median_ape"].value == pytest.approx(0.1)
    assert found["within_20"].value == pytest.approx(2 / 3)
    assert found["coverage_80"].value == pytest.approx(2 / 3)
    assert found["log_mae"].value == pytest.approx((np.log(1.1) + np.log(4 / 3)) / 3)
    assert found["r2_log"].value == pytest.approx(1 - (np.log(1.1) ** 2 + np.log(4 / 3) ** 2) / (2 * np.log(2) ** 2))


def test_copies_of_one_ad_do_not_make_a_figure_sure() -> None:
    random = np.random.default_rng(0)
    y = np.exp(random.normal(11, 0.5, 100))
    answers = pd.DataFrame({"y": y, "y_hat": y * np.exp(random.normal(0, 0.3, 100)), "lower": np.nan, "upper": np.nan})
    copied = pd.concat([answers] * 5, ignore_index=True)
    ids = [str(number % 100) for number in range(500)]
    together, apart = (figures(copied, labels)["log_mae"] for labels in (ids, [str(number) for number in range(500)]))
    assert together.high - together.low > 1.5 * (apart.high - apart.low)


def test_the_paired_interval_holds_the_difference() -> None:
    differences = np.random.default_rng(0).normal(-0.01, 0.05, 2_000)
    found = paired_difference(differences, [str(number) for number in range(2_000)])
    assert found.low < -0.01 < found.high < 0
    assert found.value == pytest.approx(differences.mean())


def test_a_third_of_the_rows_forget_their_employers_record_and_nothing_else(
    ad_model: Model, profile_model: Model
) -> None:
    features = np.ones((1_000, len(ad_model.encoder.names)))
    shown = forget_some(ad_model.encoder, features, seed=1)
    forgotten = (shown[:, RECORD] == 0).all(axis=1)
    assert forgotten.mean() == pytest.approx(FORGOTTEN, abs=0.05)
    assert (shown[~forgotten] == 1).all()
    assert (shown[:, :-3] == 1).all()
    assert forget_some(profile_model.encoder, features, seed=1) is features


def test_a_share_of_ads_stays_below_the_score_of_that_share() -> None:
    learned, positions = _residuals(1.0, seed=1)
    calibration = calibrate(learned, np.ones(COUNT), _groups(positions), np.ones(COUNT))
    for level in (0.1, 0.25, 0.5, 0.75, 0.9):
        assert calibration.at(level) == pytest.approx(np.quantile(learned, level), abs=0.003)


def test_ads_that_weigh_nothing_decide_nothing() -> None:
    learned, positions = _residuals(1.0, seed=1)
    old = np.arange(COUNT) % 2 == 0
    spoilt = np.where(old, 10 * learned + 3, learned)
    counted = calibrate(spoilt, np.ones(COUNT), _groups(positions), np.where(old, 1e-9, 1.0))
    alone = calibrate(learned[~old], np.ones(COUNT // 2), _groups(positions[~old]), np.ones(COUNT // 2))
    np.testing.assert_allclose(counted.quantiles, alone.quantiles, atol=0.01)
    assert counted.factors["position"] == pytest.approx(alone.factors["position"], abs=0.01)


def test_a_range_is_measured_by_half_its_width() -> None:
    answers = pd.DataFrame({"y": [100.0], "y_hat": [100.0], "lower": [80.0], "upper": [140.0]})
    assert figures(answers, ["a"])["width_80"].value == pytest.approx(0.3)


@pytest.mark.parametrize(("y_hat", "within"), [(81.0, 1), (119.0, 1), (78.0, 0), (122.0, 0)])
def test_within_a_fifth_is_within_a_fifth_of_what_is_stated(y_hat: float, within: int) -> None:
    answers = pd.DataFrame({"y": [100.0], "y_hat": [y_hat], "lower": [80.0], "upper": [140.0]})
    assert figures(answers, ["a"])["within_20"].value == within


def test_the_same_predictions_have_the_same_intervals() -> None:
    answers = pd.DataFrame({"y": np.arange(100.0, 200.0), "y_hat": 150.0, "lower": 110.0, "upper": 190.0})
    ids = [str(number) for number in range(100)]
    assert figures(answers, ids, seed=4) == figures(answers, ids, seed=4)
    assert figures(answers, ids, seed=4)["mae"].low != figures(answers, ids, seed=5)["mae"].low
