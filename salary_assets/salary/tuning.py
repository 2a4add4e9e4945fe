"""Hyperparameters by Optuna: a study that survives a kill, takes several workers, and gives the same result twice.

Each trial is judged on the three questions of the protocol, asked inside the rows it is given: unseen groups,
unseen employers, the latest period. The best one is taken when it beats the defaults on other ads of these rows too
(docs/decisions/083-a-trial-must-win-twice.md). Test rows never come near it.
"""

from __future__ import annotations

import json
import time
import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from salary_assets.salary.arrays import Floats
from salary_assets.salary.features import fit_encoder, forget_some
from salary_assets.salary.inputs import from_frame
from salary_assets.salary.metrics import Figure, paired_difference
from salary_assets.salary.model import AD, Variant, member_folds, row_weights
from salary_assets.salary.settings import Hyperparameters
from salary_assets.salary.splits import Split, employer_or_group, hash_fold, inner_splits, outer_splits
from salary_assets.salary.target import log_pay
from salary_assets.salary.trees import fit_trees, settings_of
from salary_assets.storage.database import database_of
from salary_assets.storage.schemas import TuningTrials
from salary_assets.storage.vocabulary import TESTS

STUDY = "salary"
STUDIES_SETTING = "SALARY_ASSETS_OPTUNA_URL"
SEARCH = "2"
"""Of what a trial may change and what it is asked: trials of another version are not compared with these."""

HEARTBEAT = 30
"""Seconds; a trial whose worker is silent for twice as long is written off and its place given to another."""

OPENINGS = 4
"""Attempts to open a storage that another worker may be making at the same moment, a growing pause between them."""

STARTUP_TRIALS = 8
MOST_ROWS = 8_000
"""Ads that a trial learns from: whole near-duplicate groups drawn by hash, to keep a trial well under a minute."""


@dataclass(frozen=True)
class Tuned:
    """parameters: what a model is to take. trials: table `tuned_hyperparameters`. importance: parameter -> share.

    gain: error of the best trial minus that of the defaults on ads that no trial was asked about, log units (negative:
    better); None where nothing but the defaults was tried.
    """

    parameters: Hyperparameters
    trials: pd.DataFrame
    importance: dict[str, float]
    gain: Figure | None

    @property
    def said(self) -> str:
        """The choice in words."""
        if self.gain is None:
            return "the defaults: no trial had a smaller error"
        taken = "the best trial" if confirmed(self.gain) else "the defaults"
        return (
            f"{taken}: on ads that no trial was asked about the best trial's error is {self.gain.value:+.4f} log units "
            f"beside the defaults, 95 % interval {self.gain.low:+.4f} to {self.gain.high:+.4f}"
        )


def tune(
    frame: pd.DataFrame,
    trials: int,
    storage: str | None = None,
    study: str = STUDY,
    seed: int = 0,
    threads: int = 2,
    most_rows: int = MOST_ROWS,
    variant: Variant = AD,
) -> Tuned:
    """Search until the study has `trials` finished trials, counting those of earlier or parallel runs; 0: the defaults.

    frame: rows of table `training_set` that no test holds (`development_rows`). storage: sqlite:///path or
    postgresql://..., None for memory. The study's name gets a fingerprint of the rows and the search, so a study is
    never continued on other data. Raises ValueError when the rows are too few to split.
    """
    import optuna

    optuna.logging.set_verbosity(optuna.logging.WARNING)
    rows = _sample(frame, most_rows)
    splits = inner_splits(rows)
    if not splits or not inner_splits(rows, part=1):
        raise ValueError(f"{len(frame)} ads are too few to tune on; use the defaults")
    name = f"{study}-{_fingerprint(rows, seed, variant)}"
    kept = open_storage(storage) if storage else None
    search = optuna.create_study(storage=kept, study_name=name, load_if_exists=True, direction="minimize")
    if not search.get_trials(deepcopy=False):
        search.enqueue_trial(Hyperparameters().to_dict() | {"components": Hyperparameters().components})
    while (done := _finished(search)) < trials:
        search.sampler = optuna.samplers.TPESampler(seed=seed + done, n_startup_trials=STARTUP_TRIALS)
        search.pruner = optuna.pruners.MedianPruner(n_startup_trials=STARTUP_TRIALS)
        search.optimize(lambda trial: _judge(trial, rows, splits, variant, seed, threads), n_trials=1)
    found = trials_table(search)
    gain, best = None, best_trial(found)
    if best is not None and parameters_of(best) != Hyperparameters():
        gain = gain_over(rows, parameters_of(best), Hyperparameters(), variant, seed, threads)
    if best is not None and (gain is None or confirmed(gain)):
        found["chosen"] = found["trial"] == best["trial"]
    return Tuned(chosen_parameters(found), found, _importance(search), gain)


def best_trial(trials: pd.DataFrame) -> pd.Series | None:
    """The complete trial with the least error, the first one among equals; None where no trial is complete."""
    complete = trials[trials["state"] == "COMPLETE"].sort_values(["log_mae", "trial"], kind="stable")
    return complete.iloc[0] if len(complete) else None


def chosen_parameters(trials: pd.DataFrame) -> Hyperparameters:
    """What a model is to take by table `tuned_hyperparameters`: the chosen trial, else the defaults."""
    chosen = trials[trials["chosen"].fillna(False)]
    return parameters_of(chosen.iloc[0]) if len(chosen) else Hyperparameters()


def parameters_of(trial: pd.Series) -> Hyperparameters:
    """Of one row of table `tuned_hyperparameters`."""
    return Hyperparameters(**json.loads(trial["params"]))


def gain_over(
    rows: pd.DataFrame,
    challenger: Hyperparameters,
    defaults: Hyperparameters,
    variant: Variant = AD,
    seed: int = 0,
    threads: int = 2,
) -> Figure:
    """What the challenger's absolute error of log pay has above that of the defaults, with its 95 % interval.

    Both are asked the three questions about ads that no trial was asked about; an employer's ads are drawn together.
    """
    lost: list[Floats] = []
    drawn: list[str] = []
    for split in inner_splits(rows, part=1):
        lost.append(
            _errors(rows, split, challenger, variant, seed, threads)
            - _errors(rows, split, defaults, variant, seed, threads)
        )
        drawn += employer_or_group(rows.iloc[split.test]).tolist()
    return paired_difference(np.concatenate(lost), drawn, seed)


def confirmed(gain: Figure) -> bool:
    """Whether a trial is better than the defaults for certain."""
    return gain.high < 0


def open_storage(url: str) -> Any:
    """The studies kept at `url`, their tables made where there are none yet.

    Optuna looks for its tables and then makes them, so of two workers that open a new storage together one is refused
    by the database; what it asks for is there when it asks again. Raises BadSetting for a database that cannot be had.
    """
    import optuna
    from sqlalchemy.exc import DBAPIError

    with database_of(STUDIES_SETTING), warnings.catch_warnings():
        # Optuna calls the heartbeat experimental; without it a killed worker's trial would stay unfinished for ever.
        warnings.simplefilter("ignore", optuna.exceptions.ExperimentalWarning)
        for attempt in range(OPENINGS):
            try:
                return optuna.storages.RDBStorage(url, heartbeat_interval=HEARTBEAT)
            except (DBAPIError, optuna.exceptions.StorageInternalError):
                if attempt + 1 == OPENINGS:
                    raise
                time.sleep(attempt + 1)
    raise AssertionError("unreachable")


def development_rows(frame: pd.DataFrame, folds: int) -> pd.DataFrame:
    """The rows that none of the tests holds: what may be tuned on when `folds` parts of A and B are tested.

    A test that the ads cannot give (all of one date, one employer) holds none.
    """
    tested: set[int] = set()
    for test_name in TESTS:
        for split in _outer(frame, test_name, folds):
            tested |= set(split.test.tolist())
    groups = frame["group"].iloc[sorted(tested)]
    return frame[~frame["group"].isin(groups)].reset_index(drop=True)


def trials_table(search: Any) -> pd.DataFrame:
    """An Optuna study -> rows of table `tuned_hyperparameters`; trials without an end are left out."""
    rows = [
        {
            "trial": trial.number,
            "state": trial.state.name,
            "log_mae": trial.value if trial.state.name == "COMPLETE" else None,
            "params": json.dumps(trial.params, sort_keys=True),
            "seconds": trial.duration.total_seconds() if trial.duration else None,
            "chosen": False,
        }
        for trial in search.get_trials(deepcopy=False)
        if trial.state.is_finished()
    ]
    return TuningTrials.checked(TuningTrials.frame(rows))


def _judge(trial: Any, rows: pd.DataFrame, splits: list[Split], variant: Variant, seed: int, threads: int) -> float:
    """Mean absolute error of log pay over the splits; a trial that is behind others half-way is pruned."""
    import optuna

    parameters = suggest(trial)
    errors: list[float] = []
    for step, split in enumerate(splits):
        errors.append(float(np.mean(_errors(rows, split, parameters, variant, seed, threads))))
        trial.report(float(np.mean(errors)), step)
        if step + 1 < len(splits) and trial.should_prune():
            raise optuna.TrialPruned
    return float(np.mean(errors))


def suggest(trial: Any) -> Hyperparameters:
    """The search space."""
    return Hyperparameters(
        alpha=trial.suggest_float("alpha", 1.0, 12.0, log=True),
        text_weight=trial.suggest_float("text_weight", 0.5, 2.5),
        char_weight=trial.suggest_float("char_weight", 0.3, 1.6),
        code_weight=trial.suggest_float("code_weight", 0.3, 1.3),
        components=trial.suggest_categorical("components", [16, 32, 48]),
        smoothing=trial.suggest_float("smoothing", 0.5, 6.0, log=True),
        half_life=trial.suggest_float("half_life", 0.5, 8.0, log=True),
        iterations=trial.suggest_int("iterations", 200, 900, step=50),
        depth=trial.suggest_int("depth", 4, 7),
        learning_rate=trial.suggest_float("learning_rate", 0.02, 0.12, log=True),
        l2_leaf_reg=trial.suggest_float("l2_leaf_reg", 1.0, 20.0, log=True),
        rsm=trial.suggest_float("rsm", 0.1, 0.6),
    )


def _errors(
    rows: pd.DataFrame, split: Split, parameters: Hyperparameters, variant: Variant, seed: int, threads: int
) -> Floats:
    """Absolute errors of log pay on the test rows, of one tree head on the stacked features: the part of a model that
    these parameters decide."""
    train, test = rows.iloc[split.train], rows.iloc[split.test]
    target, weights = log_pay(train), row_weights(train, parameters.half_life)
    encoder, features = fit_encoder(
        variant.visible(from_frame(train)),
        train["group"].tolist(),
        target,
        weights,
        member_folds(train),
        parameters,
        variant.blocks,
        variant.employer,
    )
    shown = forget_some(encoder, features, seed)
    trees = fit_trees(shown, target - encoder.start(shown), weights, seed, threads, **settings_of(parameters))
    asked = encoder.transform(variant.visible(from_frame(test)))
    return np.asarray(np.abs(encoder.start(asked) + trees.predict(asked) - log_pay(test)))


def _outer(rows: pd.DataFrame, test: str, folds: int) -> list[Split]:
    try:
        return outer_splits(rows, test, folds)
    except ValueError:
        return []


def _sample(frame: pd.DataFrame, most: int) -> pd.DataFrame:
    parts = 1_000
    kept = hash_fold(frame["group"], parts, "tuning") < parts * most / max(len(frame), 1)
    return frame[kept].sort_values("vacancy_id").reset_index(drop=True)


def _finished(search: Any) -> int:
    return sum(trial.state.name in ("COMPLETE", "PRUNED") for trial in search.get_trials(deepcopy=False))


def _importance(search: Any) -> dict[str, float]:
    import optuna

    complete = [trial for trial in search.get_trials(deepcopy=False) if trial.state.name == "COMPLETE"]
    if len({trial.value for trial in complete}) < 2:
        return {}
    found = optuna.importance.get_param_importances(search, evaluator=optuna.importance.PedAnovaImportanceEvaluator())
    return {name: round(float(share), 4) for name, share in found.items()}


def _fingerprint(rows: pd.DataFrame, seed: int, variant: Variant) -> str:
    import hashlib

    digest = hashlib.sha256(f"{variant.name}/{seed}/{SEARCH}".encode())
    for name in ("vacancy_id", "group", "title"):
        digest.update("\n".join(rows[name].astype("str")).encode())
    digest.update(log_pay(rows).tobytes())
    return digest.hexdigest()[:12]
