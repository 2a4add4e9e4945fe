"""The gate: a worse model is not served, a better one is, and too little evidence is not evidence."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd

from salary_assets.salary.gate import LEAST_ADS, TOLERANCE, compare
from salary_assets.salary.lifecycle import judge

ADS = 600


def _answers(error: float, count: int = ADS, reach: float = 0.4, seed: int = 1) -> pd.DataFrame:
    """Answers whose log error has this standard deviation, with a range of `reach` log units to either side."""
    random = np.random.default_rng(0)
    y = np.exp(random.normal(11.5, 0.4, ADS))[:count]
    y_hat = y * np.exp(np.random.default_rng(seed).normal(0, error, ADS))[:count]
    ids = [f"hh/{number}" for number in range(count)]
    return pd.DataFrame(
        {
            "test": "employer",
            "vacancy_id": ids,
            "y": y,
            "y_hat": y_hat,
            "lower": y_hat * np.exp(-reach),
            "upper": y_hat * np.exp(reach),
        }
    )


GROUPS = pd.Series([f"group{number // 2}" for number in range(ADS)], index=[f"hh/{number}" for number in range(ADS)])


def test_the_first_model_is_served() -> None:
    assert compare(_answers(0.3), None, GROUPS).promote


def test_a_better_model_is_served_and_the_interval_says_so() -> None:
    verdict = compare(_answers(0.25, reach=0.32), _answers(0.35), GROUPS)
    assert verdict.promote
    assert verdict.high is not None and verdict.high < 0
    assert "not worse" in verdict.reason


def test_a_worse_model_is_refused_and_the_reason_has_the_difference() -> None:
    verdict = compare(_answers(0.35, reach=0.45), _answers(0.25), GROUPS)
    assert not verdict.promote
    assert verdict.difference is not None and verdict.difference > 0
    assert f"{verdict.difference:+.4f}" in verdict.reason


def test_the_same_answers_are_not_worse() -> None:
    verdict = compare(_answers(0.3), _answers(0.3), GROUPS)
    assert verdict.promote
    assert verdict.difference == 0


def test_ranges_that_do_not_hold_are_refused_whatever_the_error() -> None:
    verdict = compare(_answers(0.2, reach=0.1), _answers(0.35), GROUPS)
    assert not verdict.promote
    assert "80 % range holds" in verdict.reason


def test_few_common_ads_are_not_enough_to_take_over() -> None:
    verdict = compare(_answers(0.25, reach=0.32), _answers(0.35, count=LEAST_ADS - 1), GROUPS)
    assert not verdict.promote
    assert f"only {LEAST_ADS - 1} ads" in verdict.reason


def test_a_model_that_is_better_on_one_employers_copies_only_is_not_trusted() -> None:
    challenger, champion = _answers(0.3), _answers(0.3)
    one = np.arange(ADS) < 100
    challenger["y_hat"] = challenger["y_hat"].where(~one, challenger["y"])
    worse = np.where(one, 1.0, np.exp(0.02 * np.sign(np.log(challenger["y_hat"] / challenger["y"]))))
    challenger["y_hat"] *= worse
    copies = GROUPS.where(np.arange(ADS) >= 100, "one group")
    assert compare(challenger, champion, copies).high > compare(challenger, champion, GROUPS).high  # type: ignore[operator]


def test_a_champion_that_cannot_be_loaded_is_named_in_the_reason(tmp_path: Path) -> None:
    (tmp_path / "lost").mkdir()
    (tmp_path / "lost" / "manifest.json").write_text("{}")
    pointer = {"bundle": "lost", "history": [], "promoted_at": "2025-10-01T00:00:00+00:00", "reason": ""}
    (tmp_path / "current.json").write_text(json.dumps(pointer))
    training_set = pd.DataFrame({"vacancy_id": GROUPS.index, "group": GROUPS.to_numpy(), "source": "hh"})
    verdict = judge(tmp_path, training_set, _answers(0.3))
    assert verdict.promote
    assert "cannot be loaded" in verdict.reason and "lost" in verdict.reason


def test_an_ad_that_was_merged_away_since_the_tests_is_not_compared() -> None:
    verdict = compare(_answers(0.3), _answers(0.3), GROUPS.drop("hh/0"))
    assert verdict.ads == ADS - 1
    assert verdict.promote


def test_ranges_that_hold_nearly_everything_are_refused_too() -> None:
    verdict = compare(_answers(0.2, reach=0.5), _answers(0.35), GROUPS)
    assert not verdict.promote
    assert "80 % range holds" in verdict.reason


def test_a_model_that_may_be_worse_is_refused_though_it_is_better_on_these_ads() -> None:
    verdict = compare(_answers(0.3, seed=7), _answers(0.3), GROUPS)
    assert verdict.difference is not None and verdict.high is not None
    assert verdict.difference < 0 and verdict.high > TOLERANCE
    assert not verdict.promote
    assert "may be worse" in verdict.reason


def test_a_model_that_is_a_hundredth_worse_for_sure_is_refused() -> None:
    champion = _answers(0.3)
    error = np.log(champion["y_hat"] / champion["y"])
    challenger = champion.assign(y_hat=champion["y_hat"] * np.exp(0.01 * np.sign(error)))
    assert not compare(challenger, champion, GROUPS).promote


def test_an_ad_is_compared_with_itself_in_the_same_test() -> None:
    champion, other = _answers(0.3), _answers(0.1, seed=2).assign(test="random")
    verdict = compare(champion, pd.concat([champion, other], ignore_index=True), GROUPS)
    assert (verdict.ads, verdict.difference) == (ADS, 0)
