"""What each input is worth: the model learned and tested again with the input hidden, everything else the same.

Hiding is done in the frame, so what is measured is the very model that is served, on the very same test rows.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd

from salary_assets.salary.arrays import Bools
from salary_assets.salary.evaluation import allowed
from salary_assets.salary.inputs import from_frame
from salary_assets.salary.metrics import figures, paired_difference
from salary_assets.salary.model import AD, Variant, fit
from salary_assets.salary.partial import without
from salary_assets.salary.settings import Hyperparameters
from salary_assets.salary.splits import FOLDS, employer_or_group, outer_splits
from salary_assets.salary.target import stated_pay

FULL = "everything"
PROFESSION = {
    "profession: hh's role alone": ("position", "job_cluster_id"),
    "profession: our label alone": ("roles_raw", "specializations_raw", "job_cluster_id"),
    "profession: our cluster alone": ("position", "roles_raw", "specializations_raw"),
}
"""What is hidden so that one way to name the profession is left."""

HIDDEN: Mapping[str, tuple[str, ...]] = {
    FULL: (),
    "no employer": ("employer_key", "employer_ads"),
    "no skills": ("skills",),
    "no text": ("text",),
    "no clusters": ("job_cluster_id",),
    **PROFESSION,
}
SHOWN = ("r2_log", "log_mae", "median_ape")


def ablated(frame: pd.DataFrame, raw_skills: pd.Series | None = None) -> dict[str, pd.DataFrame]:
    """The training set as it is and with each input hidden, by name.

    raw_skills: spellings (lists) by vacancy id, in place of canonical skills.
    """
    frames = {name: without(frame, columns) for name, columns in HIDDEN.items()}
    if raw_skills is not None:
        spelt = frame["vacancy_id"].map(raw_skills)
        lists = [found if isinstance(found, list) else [] for found in spelt]
        frames["raw skills"] = frame.assign(skills=pd.Series(lists, index=frame.index))
    frames["no time"] = frame.assign(published_at=frame["published_at"].max())
    frames["one-sided pay copied"] = copied_bounds(frame)
    return frames


def copied_bounds(frame: pd.DataFrame) -> pd.DataFrame:
    """Ads that state one end of their pay taken to state it as both, as if it were not censored."""
    return frame.assign(
        pay_lower=frame["pay_lower"].fillna(frame["pay_upper"]), pay_upper=frame["pay_upper"].fillna(frame["pay_lower"])
    )


def ablate(
    frames: Mapping[str, pd.DataFrame],
    test_name: str,
    parameters: Hyperparameters = Hyperparameters(),  # noqa: B008 - frozen
    folds: int = FOLDS,
    seed: int = 0,
    threads: int = 2,
    progress: Callable[[str], None] = lambda _step: None,
    tested: Bools | None = None,
    variant: Variant = AD,
) -> pd.DataFrame:
    """Test every frame on the same rows: columns ablation, rows, and of each metric of SHOWN its value, low, high.

    frames: FULL and others of the same rows. tested: whether each row may be tested; the others only train, where
    the test allows them (`evaluation.allowed`). variant: the model for ads, or the one for resumes. loss, loss_low,
    loss_high: log-MAE more than FULL's, with the paired 95 % interval over near-duplicate groups, or employers in
    test B.
    """
    asked = np.ones(len(frames[FULL]), dtype=bool) if tested is None else tested
    whole, others = frames[FULL][asked].reset_index(drop=True), frames[FULL][~asked]
    clusters = employer_or_group(whole) if test_name == "employer" else whole["group"]
    splits = outer_splits(whole, test_name, folds)
    rows_tested = np.concatenate([split.test for split in splits])
    named = clusters.iloc[rows_tested].tolist()
    stated = stated_pay(whole.iloc[rows_tested])
    errors: dict[str, np.ndarray] = {}
    rows = []
    for name, frame in frames.items():
        progress(f"{test_name}: {name}")
        own = frame[asked].reset_index(drop=True)
        answers = []
        for split in splits:
            more = frame.loc[allowed(others, whole.iloc[split.test], test_name).index]
            train = pd.concat([own.iloc[split.train], more], ignore_index=True)
            model = fit(train, parameters, variant, seed=seed, threads=threads)
            answers.append(model.predict(from_frame(own.iloc[split.test])))
        columns = {end: np.concatenate([getattr(one, end) for one in answers]) for end in ("y_hat", "lower", "upper")}
        predictions = pd.DataFrame({"y": stated, **columns})
        found = figures(predictions, named, seed)
        errors[name] = np.abs(np.log(predictions["y_hat"] / stated).to_numpy())
        row: dict[str, object] = {"ablation": name, "rows": len(rows_tested)}
        for metric in SHOWN:
            figure = found[metric]
            row |= {metric: figure.value, f"{metric}_low": figure.low, f"{metric}_high": figure.high}
        loss = paired_difference(errors[name] - errors[FULL], named, seed)
        rows.append(row | {"loss": loss.value, "loss_low": loss.low, "loss_high": loss.high})
    return pd.DataFrame(rows)
