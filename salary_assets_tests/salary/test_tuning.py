"""Tuning: the same twice, pruned where behind, resumed after a kill, shared by workers."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from salary_assets.salary import tuning
from salary_assets.salary.metrics import Figure
from salary_assets.salary.splits import inner_splits, outer_splits
from salary_assets.storage.vocabulary import TESTS
from salary_assets_tests.salary.conftest import market

WORKER = """
import sys
import pandas as pd
from salary_assets.salary.tuning import tune
from salary_assets_tests.salary.conftest import market
tune(market(200), int(sys.argv[2]), storage=sys.argv[1], threads=1)
"""


def _worker(storage: str, trials: int) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-c", WORKER, storage, str(trials)])


def _trials(storage: str) -> pd.DataFrame:
    import optuna

    kept = tuning.open_storage(storage)
    names = optuna.get_all_study_names(kept)
    return tuning.trials_table(optuna.load_study(study_name=names[0], storage=kept)) if names else pd.DataFrame()


@pytest.mark.slow
def test_a_killed_study_goes_on_where_it_was(tmp_path: Path) -> None:
    storage = f"sqlite:///{tmp_path / 'studies.sqlite'}"
    worker = _worker(storage, 50)
    deadline = time.monotonic() + 240
    while len(_trials(storage) if (tmp_path / "studies.sqlite").exists() else ()) < 1:
        assert worker.poll() is None and time.monotonic() < deadline
        time.sleep(1)
    worker.send_signal(signal.SIGKILL)
    worker.wait()
    before = _trials(storage)
    resumed = tuning.tune(market(200), len(before) + 1, storage=storage, threads=1)
    finished = resumed.trials[resumed.trials["state"].isin(["COMPLETE", "PRUNED"])]
    assert len(finished) == len(before) + 1
    kept = resumed.trials.set_index("trial").loc[before["trial"]].reset_index()
    pd.testing.assert_frame_equal(kept.drop(columns="chosen"), before.drop(columns="chosen"))


OPEN = """
import sys
import time
from salary_assets.salary.tuning import open_storage
import optuna
time.sleep(max(0.0, float(sys.argv[2]) - time.time()))
open_storage(sys.argv[1])
"""


@pytest.mark.parametrize("attempt", range(2))
def test_workers_that_open_a_new_storage_together_all_get_it(tmp_path: Path, attempt: int) -> None:
    storage = f"sqlite:///{tmp_path / 'studies.sqlite'}"
    together = str(time.time() + 6)
    workers = [subprocess.Popen([sys.executable, "-c", OPEN, storage, together]) for _ in range(4)]
    assert [worker.wait(timeout=120) for worker in workers] == [0, 0, 0, 0]
    assert tuning.open_storage(storage).get_all_studies() == []


@pytest.mark.slow
def test_two_workers_share_one_study(tmp_path: Path) -> None:
    storage = f"sqlite:///{tmp_path / 'studies.sqlite'}"
    tuning.tune(market(200), 1, storage=storage, threads=1)
    workers = [_worker(storage, 4) for _ in range(2)]
    assert [worker.wait(timeout=200) for worker in workers] == [0, 0]
    trials = _trials(storage)
    assert len(trials) >= 4
    assert trials["trial"].is_unique


def test_the_same_rows_and_seed_give_the_same_study() -> None:
    rows = market(200)
    first, second = (tuning.tune(rows, 2, threads=1).trials.drop(columns="seconds") for _ in range(2))
    pd.testing.assert_frame_equal(first, second)


def test_the_first_trial_is_the_defaults_and_the_best_is_at_least_as_good() -> None:
    found = tuning.tune(market(200), 2, threads=1)
    first = json.loads(found.trials["params"].iloc[0])
    assert first == tuning.Hyperparameters().to_dict()
    best = found.trials.sort_values("log_mae").iloc[0]
    assert best["log_mae"] < found.trials["log_mae"].max()
    assert found.parameters.to_dict() == json.loads(best["params"])


def test_other_rows_start_another_study(tmp_path: Path) -> None:
    storage = f"sqlite:///{tmp_path / 'studies.sqlite'}"
    for seed in (0, 1):
        assert len(tuning.tune(market(200, seed=seed), 1, storage=storage, threads=1).trials) == 1


def test_rows_whose_pay_or_titles_are_read_otherwise_start_another_study(tmp_path: Path) -> None:
    storage, rows = f"sqlite:///{tmp_path / 'studies.sqlite'}", market(200)
    for frame in (
        rows,
        rows.sample(frac=1, random_state=1),
        rows.assign(pay_lower=rows["pay_lower"] * 1.1),
        rows.assign(title=rows["title"] + " 2"),
        rows.assign(group="other " + rows["group"]),
    ):
        tuning.tune(frame, 0, storage=storage)
    assert len(tuning.open_storage(storage).get_all_studies()) == 4


def test_tuning_never_sees_a_group_of_a_test_row(ads: pd.DataFrame) -> None:
    free = tuning.development_rows(ads, folds=1)
    assert len(free) > 100
    for test in TESTS:
        for split in outer_splits(ads, test, 1):
            assert not set(free["group"]) & set(ads["group"].iloc[split.test])


def test_each_trial_is_asked_all_three_questions_of_rows_that_no_test_holds(ads: pd.DataFrame) -> None:
    free = tuning.development_rows(ads, folds=1)
    asked = inner_splits(free)
    assert [split.test_name for split in asked] == list(TESTS)
    for split in asked:
        assert not set(free["group"].iloc[split.train]) & set(free["group"].iloc[split.test])
        assert len(split.test) > 0.1 * len(free)
    (employers,) = (split for split in asked if split.test_name == "employer")
    assert not set(free["employer_key"].iloc[employers.train]) & set(free["employer_key"].iloc[employers.test])


def test_what_trials_were_not_asked_about_is_left_to_confirm_the_best(ads: pd.DataFrame) -> None:
    first, second = inner_splits(ads), inner_splits(ads, part=1)
    assert [split.test_name for split in second] == list(TESTS)
    for trial, check in zip(first, second, strict=True):
        assert not set(trial.test.tolist()) & set(check.test.tolist())
        assert not set(check.train.tolist()) & set(check.test.tolist())
    assert ads["published_at"].iloc[second[-1].test].max() < ads["published_at"].iloc[first[-1].test].min()
    assert ads["published_at"].iloc[second[-1].train].max() < ads["published_at"].iloc[second[-1].test].min()


def test_the_best_trial_is_taken_only_where_it_is_better_on_other_ads(ads: pd.DataFrame) -> None:
    dull = replace(tuning.Hyperparameters(), alpha=5_000.0, iterations=1)
    better = tuning.gain_over(ads, tuning.Hyperparameters(), dull, threads=1)
    worse = tuning.gain_over(ads, dull, tuning.Hyperparameters(), threads=1)
    assert better.value < -0.02
    assert tuning.confirmed(better)
    assert worse.value == pytest.approx(-better.value)
    assert not tuning.confirmed(worse)
    assert not tuning.confirmed(Figure(-0.001, -0.004, 0.002))


def test_the_table_of_trials_says_which_one_is_taken() -> None:
    found = tuning.tune(market(200), 3, threads=1)
    best = found.trials.sort_values("log_mae").iloc[0]
    taken = found.trials[found.trials["chosen"]]
    if found.gain is None or tuning.confirmed(found.gain):
        assert taken["trial"].tolist() == [best["trial"]]
        assert found.parameters == tuning.parameters_of(best)
    else:
        assert taken.empty
        assert found.parameters == tuning.Hyperparameters()
        assert found.said.startswith("the defaults")
    assert tuning.chosen_parameters(found.trials) == found.parameters


def test_the_best_trial_is_the_complete_one_with_the_least_error() -> None:
    trials = pd.DataFrame(
        {
            "trial": [0, 1, 2, 3],
            "state": ["COMPLETE", "COMPLETE", "PRUNED", "COMPLETE"],
            "log_mae": [0.30, 0.28, 0.1, 0.28],
        }
    )
    best = tuning.best_trial(trials)
    assert best is not None
    assert best["trial"] == 1
    assert tuning.best_trial(trials[trials["state"] == "PRUNED"]) is None


def test_a_chosen_trial_is_what_a_model_takes_and_none_is_the_defaults() -> None:
    other = replace(tuning.Hyperparameters(), depth=4)
    trials = pd.DataFrame(
        {
            "trial": [0, 1],
            "log_mae": [0.2, 0.3],
            "params": [json.dumps(one.to_dict()) for one in (tuning.Hyperparameters(), other)],
            "chosen": pd.array([False, True], dtype="boolean"),
        }
    )
    assert tuning.chosen_parameters(trials) == other
    for nothing in (False, None):
        trials["chosen"] = pd.array([nothing, nothing], dtype="boolean")
        assert tuning.chosen_parameters(trials) == tuning.Hyperparameters()


def test_a_trial_reports_an_error_for_each_question(tmp_path: Path, ads: pd.DataFrame) -> None:
    import optuna

    storage = f"sqlite:///{tmp_path / 'studies.sqlite'}"
    tuning.tune(tuning.development_rows(ads, folds=1), 1, storage=storage, threads=1)
    kept = tuning.open_storage(storage)
    (trial,) = optuna.load_study(study_name=optuna.get_all_study_names(kept)[0], storage=kept).trials
    assert sorted(trial.intermediate_values) == [0, 1, 2]


def test_ads_of_one_day_can_be_tuned_on_without_the_test_that_they_cannot_give(ads: pd.DataFrame) -> None:
    one_day = ads.assign(published_at=ads["published_at"].max())
    assert 100 < len(tuning.development_rows(one_day, folds=1)) < len(ads)


def test_no_trials_are_the_defaults() -> None:
    found = tuning.tune(market(200), 0)
    assert found.parameters == tuning.Hyperparameters()
    assert found.trials.empty


def test_too_few_ads_are_refused_in_words() -> None:
    with pytest.raises(ValueError, match="too few to tune on"):
        tuning.tune(market(1), 1)
