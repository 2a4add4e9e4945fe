"""Tests A, B and C by the frozen protocol: predictions of rows that training did not see, and their figures."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import numpy as np
import pandas as pd

from salary_assets.salary.baselines import LADDER, with_range
from salary_assets.salary.inputs import from_frame
from salary_assets.salary.intervals import groups_of
from salary_assets.salary.metrics import DRAWS, figures
from salary_assets.salary.model import AD, PROFILE, fit
from salary_assets.salary.settings import Hyperparameters
from salary_assets.salary.splits import FOLDS, employer_or_group, outer_splits
from salary_assets.salary.target import stated_pay
from salary_assets.salary.tuning import tune
from salary_assets.storage.schemas import ModelEvaluation
from salary_assets.storage.vocabulary import TESTS

OURS = {"ours": AD, "ours_profile": PROFILE}
"""Our model, and its variant without employer and body that answers for resumes."""

MODELS = (*LADDER, *OURS)
SLICE_LEAST = 30
EVERY_POST = "every post of the last period, repeats counted, as figures from elsewhere are counted"
"""Slice of the row beside test C that is not the protocol's: it asks about reposts of ads that training has."""

PREDICTION_COLUMNS = ["vacancy_id", "test", "fold", "model", "y", "y_hat", "lower", "upper"]


def predict_test(
    frame: pd.DataFrame,
    test_name: str,
    model: str,
    parameters: Hyperparameters = Hyperparameters(),  # noqa: B008 - frozen
    folds: int = FOLDS,
    seed: int = 0,
    threads: int = 2,
    also: pd.DataFrame | None = None,
    trials: int = 0,
) -> pd.DataFrame:
    """Train on each split's training rows, predict its test rows: PREDICTION_COLUMNS, pay in RUB/month net.

    frame: rows of table `training_set`; folds: how many of the five parts of tests A and B to test on; also: more
    training rows, never tested. Rows of `also` that share a near-duplicate group with a test, or in test B an
    employer, or in test C its period, are left out. trials: tune our model on each split's own training rows first.
    Raises ValueError for an unknown model or too few ads.
    """
    if model not in MODELS:
        raise ValueError(f"unknown model {model!r}; the ladder has {', '.join(MODELS)}")
    parts = []
    for split in outer_splits(frame, test_name, folds):
        train, test = frame.iloc[split.train], frame.iloc[split.test]
        if also is not None:
            train = pd.concat([train, allowed(also, test, test_name)], ignore_index=True)
        if trials and model in OURS:
            parameters = tune(train, trials, seed=seed, threads=threads, variant=OURS[model]).parameters
        part = pd.DataFrame({"vacancy_id": test["vacancy_id"], "test": test_name, "fold": split.fold, "model": model})
        part["y"] = stated_pay(test)
        answers = _answers(model, train, test, parameters, seed, threads)
        # To the kopeck: a forest's threads add up in any order, which moves the tenth digit from run to run.
        part["y_hat"], part["lower"], part["upper"] = (values.round(2) for values in answers)
        parts.append(part)
    return pd.concat(parts, ignore_index=True)[PREDICTION_COLUMNS]


def evaluate(
    frame: pd.DataFrame,
    models: Sequence[str] = MODELS,
    tests: Iterable[str] = TESTS,
    parameters: Hyperparameters = Hyperparameters(),  # noqa: B008 - frozen
    folds: int = FOLDS,
    seed: int = 0,
    threads: int = 2,
    progress: Callable[[str], None] = lambda _step: None,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Every model on every test: (predictions, rows of table `model_evaluation`).

    A test that the ads cannot give (all of one date, too few employers) is left out of both.
    """
    predictions = []
    for test_name in tests:
        for model in models:
            progress(f"{test_name}: {model}")
            try:
                predictions.append(predict_test(frame, test_name, model, parameters, folds, seed, threads))
            except ValueError as reason:
                progress(f"{test_name}: {model} left out: {reason}")
    if not predictions:
        return pd.DataFrame(columns=PREDICTION_COLUMNS), ModelEvaluation.no_rows()
    answered = pd.concat(predictions, ignore_index=True)
    return answered, score(answered, frame, seed)


def score_every_post(
    earlier: pd.DataFrame,
    later: pd.DataFrame,
    posts: pd.Series,
    models: Sequence[str],
    parameters: Hyperparameters = Hyperparameters(),  # noqa: B008 - frozen
    seed: int = 0,
    threads: int = 2,
) -> pd.DataFrame:
    """Rows of table `model_evaluation` for test `time`, slice EVERY_POST: to compare with figures from elsewhere only.

    earlier, later: training sets of the posts before the last period and in it, merged apart; posts: how many each
    vacancy of `later` was merged from, by vacancy id: it is asked that often. Nothing is tuned on it.
    """
    asked = np.repeat(np.arange(len(later)), posts.loc[later["vacancy_id"]].to_numpy())
    groups = later["group"].iloc[asked].tolist()
    rows = []
    for model in models:
        answers = _answers(model, earlier, later, parameters, seed, threads)
        columns = dict(zip(("y", "y_hat", "lower", "upper"), (stated_pay(later), *answers), strict=True))
        predictions = pd.DataFrame({name: values[asked] for name, values in columns.items()})
        rows += _rows("time", model, EVERY_POST, predictions, groups, seed, DRAWS)
    return ModelEvaluation.checked(ModelEvaluation.frame(rows))


def run_ladder(frame: pd.DataFrame, folds: int = FOLDS, seed: int = 0, threads: int = 2) -> pd.DataFrame:
    """The baselines alone: rows of table `baselines`."""
    return evaluate(frame, tuple(LADDER), folds=folds, seed=seed, threads=threads)[1]


def score(predictions: pd.DataFrame, frame: pd.DataFrame, seed: int = 0, draws: int = DRAWS) -> pd.DataFrame:
    """Predictions -> figures with intervals, for all rows and by profession, grade, region and source.

    A slice of fewer than SLICE_LEAST rows is not reported. Clusters of the bootstrap: employers in test B,
    near-duplicate groups in A and C.
    """
    known = frame.set_index("vacancy_id", drop=False)
    rows = []
    for (test_name, model), part in predictions.groupby(["test", "model"], sort=True):
        ads = known.loc[part["vacancy_id"]]
        clusters = (employer_or_group(ads) if test_name == "employer" else ads["group"]).tolist()
        for label, chosen in _slices(ads):
            if label != "all" and chosen.sum() < SLICE_LEAST:
                continue
            names = [name for name, inside in zip(clusters, chosen, strict=True) if inside]
            rows += _rows(str(test_name), str(model), label, part[chosen], names, seed, draws)
    return ModelEvaluation.checked(ModelEvaluation.frame(rows))


def _rows(
    test_name: str, model: str, label: str, predictions: pd.DataFrame, clusters: list[str], seed: int, draws: int
) -> list[dict[str, object]]:
    about: dict[str, object] = {"test": test_name, "model": model, "slice": label, "rows": len(predictions)}
    return [
        about | {"metric": metric, "value": figure.value, "low": figure.low, "high": figure.high}
        for metric, figure in figures(predictions, clusters, seed, draws).items()
    ]


def _answers(
    model: str, train: pd.DataFrame, test: pd.DataFrame, parameters: Hyperparameters, seed: int, threads: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    if model in LADDER:
        return with_range(LADDER[model], train, test, seed, threads)
    estimates = fit(train, parameters, OURS[model], seed, threads).predict(from_frame(test))
    return estimates.y_hat, estimates.lower, estimates.upper


def allowed(also: pd.DataFrame, test: pd.DataFrame, test_name: str) -> pd.DataFrame:
    """The rows of `also` that may train a model which is asked about `test` (see `predict_test`)."""
    kept = ~also["group"].isin(test["group"]) & ~also["vacancy_id"].isin(test["vacancy_id"])
    if test_name == "employer":
        kept &= ~also["employer_key"].isin(test["employer_key"].dropna())
    if test_name == "time":
        kept &= also["published_at"] < test["published_at"].min()
    return also[kept]


def _slices(ads: pd.DataFrame) -> list[tuple[str, np.ndarray]]:
    groups = groups_of(from_frame(ads), [False] * len(ads))
    slices = [("all", np.ones(len(ads), dtype=bool))]
    for dimension, title in (
        ("position", "profession"),
        ("grade", "grade"),
        ("experience", "experience"),
        ("region", "region"),
        ("source", "source"),
    ):
        labels = np.asarray(groups[dimension], dtype=object)
        slices += [(f"{title}={label}", labels == label) for label in sorted(set(labels) - {""})]
    slices += [
        (f"specialization={code}", _named(ads["specializations_raw"], code))
        for code in sorted({code for codes in ads["specializations_raw"] for code in codes})
    ]
    return slices


def _named(values: pd.Series, code: str) -> np.ndarray:
    return np.array([code in codes for codes in values], dtype=bool)
