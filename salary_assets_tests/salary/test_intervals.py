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


def _groups(position: np.ndarray) -> dict[str, list[str]]:
    return {name: position.tolist() if name == "position" else ["all"] * len(position) for name in DIMENSIONS}


def _residuals(noisy: float, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Residuals of two professions, the second `noisy` times wider."""
    random = np.random.default_rng(seed)
    second = random.random(COUNT) < 0.3
    return random.normal(0, 0.2, COUNT) * np.where(second, noisy, 1.0), np.where(second, "architect", "support")


def test_every_large_group_is_covered_though_the_spread_does_not_know_them_apart() -> None:
    learned, positions = _residuals(3.0, seed=1)
    calibration = calibrate(learned, np.ones(COUNT), _groups(positions), np.ones(COUNT))
    fresh, positions = _residuals(3.0, seed=2)
    factor = calibration.factor(_groups(positions))
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
