"""Tests A, B and C: what may train beside a test, whose figures a slice has, and that no answer saw its pay."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from salary_assets.salary import evaluation
from salary_assets.salary.baselines import LADDER, with_range
from salary_assets.salary.card import large_groups
from salary_assets.salary.splits import inner_folds, outer_splits
from salary_assets.salary.target import stated_pay
from salary_assets_tests.salary.conftest import QUICK, market


def _answers(ads: pd.DataFrame, error: np.ndarray, test: str = "employer") -> pd.DataFrame:
    """Predictions of all ads, off by `error` log units, with a range of .2 to either side."""
    y = stated_pay(ads)
    about = {
        "vacancy_id": ads["vacancy_id"],
        "test": test,
        "fold": 0,
        "model": "ours",
        "y": y,
        "y_hat": y * np.exp(error),
    }
    return pd.DataFrame(about | {"lower": y * np.exp(error - 0.2), "upper": y * np.exp(error + 0.2)})


def _value(table: pd.DataFrame, part: str, metric: str) -> float:
    (value,) = table[(table["slice"] == part) & (table["metric"] == metric)]["value"]
    return float(value)


@pytest.mark.parametrize(
    ("test_name", "model"), [("random", "ours"), ("time", "ours_profile"), ("employer", "ridge"), ("random", "cells")]
)
def test_pay_of_the_ads_asked_about_moves_no_answer(test_name: str, model: str) -> None:
    ads = market(240)
    (split, *_) = outer_splits(ads, test_name, 1)
    dearer = ads.copy()
    dearer.loc[dearer.index[split.test], ["pay_lower", "pay_upper"]] *= 10
    plain, again = (evaluation.predict_test(frame, test_name, model, QUICK, folds=1) for frame in (ads, dearer))
    np.testing.assert_allclose(again["y"], 10 * plain["y"])
    columns = ["vacancy_id", "y_hat", "lower", "upper"]
    pd.testing.assert_frame_equal(again[columns], plain[columns])


def test_what_a_test_holds_does_not_train_beside_it(ads: pd.DataFrame) -> None:
    (split,) = outer_splits(ads, "time")
    asked = ads.iloc[split.test]
    also = pd.concat(
        [
            ads.iloc[split.train[:5]].assign(vacancy_id=[f"hh/old{number}" for number in range(5)]),
            asked.head(1).assign(vacancy_id="hh/copy", employer_key="nobody", published_at=ads["published_at"].min()),
            asked.head(1).assign(group="own", employer_key="nobody", published_at=ads["published_at"].min()),
            asked.head(1).assign(vacancy_id="hh/late", group="own", employer_key="nobody"),
            asked.head(1).assign(vacancy_id="hh/known", group="own", published_at=ads["published_at"].min()),
        ]
    )
    also.loc[also["vacancy_id"].str.startswith("hh/old"), "employer_key"] = ["stranger", "other", None, None, "third"]
    old = [f"hh/old{number}" for number in range(5)]
    kept = {
        name: evaluation.allowed(also, asked, name)["vacancy_id"].tolist() for name in ("random", "employer", "time")
    }
    assert kept == {"random": [*old, "hh/late", "hh/known"], "employer": [*old, "hh/late"], "time": [*old, "hh/known"]}


def test_ads_that_only_train_are_learned_from(ads: pd.DataFrame) -> None:
    some, more = ads.head(150), ads.tail(-150)
    alone, helped = (
        evaluation.predict_test(some, "random", "cells", QUICK, folds=1, also=also) for also in (None, more)
    )
    assert helped["vacancy_id"].tolist() == alone["vacancy_id"].tolist()
    errors = [np.abs(np.log(one["y_hat"] / one["y"])).mean() for one in (alone, helped)]
    assert errors[1] < errors[0]


def test_a_slice_has_the_figures_of_its_own_ads(ads: pd.DataFrame) -> None:
    testers = (ads["position"] == "Тестировщик").to_numpy()
    table = evaluation.score(_answers(ads, np.where(testers, 0.3, 0.1)), ads)
    assert _value(table, "profession=Тестировщик", "log_mae") == pytest.approx(0.3)
    assert _value(table, "profession=Тестировщик", "coverage_80") == 0
    assert _value(table, "profession=Системный администратор", "log_mae") == pytest.approx(0.1)
    assert _value(table, "profession=Системный администратор", "coverage_80") == 1
    assert _value(table, "all", "log_mae") == pytest.approx(0.1 + 0.2 * testers.mean())
    rows = table.drop_duplicates("slice").set_index("slice")["rows"]
    assert rows["profession=Тестировщик"] == testers.sum()
    assert rows["all"] == len(ads)
    assert "profession=Тестировщик" in large_groups(table)["slice"].head(1).tolist()


def test_a_slice_of_few_ads_is_not_reported(ads: pd.DataFrame) -> None:
    few = ads.assign(source=np.where(np.arange(len(ads)) < evaluation.SLICE_LEAST - 1, "rare", "hh"))
    slices = set(evaluation.score(_answers(few, np.full(len(few), 0.1)), few)["slice"])
    assert "source=hh" in slices and "source=rare" not in slices


def test_figures_of_test_b_are_as_unsure_as_employers_are_few(ads: pd.DataFrame) -> None:
    by_employer = ads["employer_key"].map(
        {name: 0.05 * place for place, name in enumerate(ads["employer_key"].unique())}
    )
    widths = {}
    for test in ("employer", "random"):
        (row,) = (
            evaluation.score(_answers(ads, by_employer.to_numpy(), test), ads)
            .query("slice == 'all' and metric == 'log_mae'")
            .to_dict("records")
        )
        widths[test] = row["high"] - row["low"]
    assert widths["employer"] > 2 * widths["random"]


def test_every_post_counts_as_often_as_it_was_posted(ads: pd.DataFrame) -> None:
    earlier, later = ads.head(300), ads.tail(40).reset_index(drop=True)
    posts = pd.Series(np.where(np.arange(40) == 0, 11, 1), index=later["vacancy_id"])
    table = evaluation.score_every_post(earlier, later, posts, ("median",))
    assert set(table["slice"]) == {evaluation.EVERY_POST}
    assert set(table["rows"]) == {50}
    error = np.abs(np.median(np.log(stated_pay(earlier))) - np.log(stated_pay(later)))
    assert _value(table, evaluation.EVERY_POST, "log_mae") == pytest.approx(np.average(error, weights=posts))


def test_the_range_of_a_rung_comes_from_employers_that_it_did_not_see(ads: pd.DataFrame) -> None:
    known = ads.head(600)
    held_out = inner_folds(known, 5) == 0
    low, high = (
        np.quantile(
            np.log(stated_pay(known[held_out]) / np.exp(LADDER["ridge"](known[~held_out], known[held_out], 0, 1))), q
        )
        for q in (0.1, 0.9)
    )
    centre, lower, upper = with_range(LADDER["ridge"], known, ads.tail(20), 0, 1)
    np.testing.assert_allclose(np.log(lower / centre), low, atol=1e-6)
    np.testing.assert_allclose(np.log(upper / centre), high, atol=1e-6)
