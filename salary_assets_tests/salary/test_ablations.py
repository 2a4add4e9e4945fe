"""Hiding an input costs what the market's law says it is worth; the earlier protocol flatters, and says so."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from salary_assets.salary import ablations, earlier
from salary_assets.salary.card import model_card
from salary_assets.salary.evaluation import evaluate
from salary_assets.salary.model import PROFILE
from salary_assets.salary.partial import without
from salary_assets.salary.target import stated_pay
from salary_assets_tests.salary.conftest import QUICK


@pytest.fixture(scope="module")
def table(ads: pd.DataFrame) -> pd.DataFrame:
    some = ads.head(900)
    spelt = some.set_index("vacancy_id")["skills"]
    frames = ablations.ablated(some, spelt)
    tried = {
        ablations.FULL: frames[ablations.FULL],
        "no place": without(some, ("city", "region")),
        "raw skills": frames["raw skills"],
    }
    return ablations.ablate(tried, "random", QUICK, folds=1)


def test_a_city_that_pays_more_is_missed(table: pd.DataFrame) -> None:
    lost = table.set_index("ablation").loc["no place"]
    assert 0 < lost["loss_low"] < lost["loss"] < lost["loss_high"]


def test_nothing_is_lost_against_itself_nor_by_another_spelling_of_the_same(table: pd.DataFrame) -> None:
    losses = table.set_index("ablation")["loss"]
    assert losses[ablations.FULL] == 0
    assert losses["raw skills"] == pytest.approx(0, abs=1e-9)


def test_ads_that_only_train_are_learned_from_and_never_tested(ads: pd.DataFrame) -> None:
    some, few = ads.head(900), np.arange(900) < 300
    (alone,) = ablations.ablate({ablations.FULL: some[few]}, "random", QUICK, folds=1).to_dict("records")
    (more,) = ablations.ablate({ablations.FULL: some}, "random", QUICK, folds=1, tested=few).to_dict("records")
    assert more["rows"] == alone["rows"]
    assert more["log_mae"] < alone["log_mae"]


def test_a_model_for_resumes_misses_no_text_that_it_never_saw(ads: pd.DataFrame) -> None:
    some = ads.head(900)
    frames = {ablations.FULL: some, "no text": without(some, ("text",))}
    tried = ablations.ablate(frames, "random", QUICK, folds=1, variant=PROFILE)
    assert tried["loss"].tolist() == [0, 0]


def test_every_input_has_a_frame_of_its_own(ads: pd.DataFrame) -> None:
    frames = ablations.ablated(ads)
    assert {"everything", "no employer", "no skills", "no text", "no clusters", "no time"} <= set(frames)
    assert all((frame["vacancy_id"] == ads["vacancy_id"]).all() for frame in frames.values())


def test_copied_bounds_leave_what_is_measured_as_it_was(ads: pd.DataFrame) -> None:
    copied = ablations.copied_bounds(ads)
    assert copied[["pay_lower", "pay_upper"]].notna().all(axis=None)
    np.testing.assert_allclose(stated_pay(copied), stated_pay(ads))


def test_trimming_drops_outliers_of_a_profession_and_professions_out_of_scope(ads: pd.DataFrame) -> None:
    absurd = ads.copy()
    admin = absurd.index[absurd["position"] == "Системный администратор"][0]
    absurd.loc[admin, ["pay_lower", "pay_upper"]] = 9_000_000.0
    kept = earlier.trimmed(absurd)
    assert absurd["vacancy_id"][admin] not in set(kept["vacancy_id"])
    assert set(kept["position"]) == {"Системный администратор", "Специалист технической поддержки"}


def test_the_leak_gives_grades_by_pay_only_to_ads_that_name_none(ads: pd.DataFrame) -> None:
    silent = ads.assign(grades=pd.Series([[]] * (len(ads) - 1) + [["lead"]], index=ads.index))
    grades = earlier.grades_from_pay(silent)
    assert grades[-1] == ["lead"]
    testers = (silent["position"] == "Тестировщик").to_numpy()
    pay = stated_pay(silent)
    junior, senior = (
        [value for value, named, inside in zip(pay, grades, testers, strict=True) if inside and named == [grade]]
        for grade in ("junior", "senior")
    )
    assert max(junior) < min(senior)


def test_the_card_says_what_the_run_found(ads: pd.DataFrame, table: pd.DataFrame) -> None:
    _, figures = evaluate(ads.head(900), ("median", "cells"), ("employer",), folds=1)
    look = {"test": "employer", "rows": 180, "test_rows": "abc123", "looks_before": 2}
    card = model_card("v7", ads, figures, QUICK, [look], table)
    value = figures[(figures["slice"] == "all") & (figures["model"] == "cells") & (figures["metric"] == "log_mae")]
    assert "# Model card of v7" in card
    assert f"{value['value'].iloc[0]:.3f}" in card
    assert "| employer | 180 | abc123 | 2 |" in card
    assert "| raw skills |" in card
    assert "2025-01 to 2025-10" in card
    assert "ours |" not in card.split("## Limits")[0]
