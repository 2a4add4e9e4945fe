"""Leak tests: pay must not reach an input, and a test row must not have a twin in training. Each finding is a failure.

A figure beyond what anyone could reach is a leak until proved otherwise, so the figures are looked at too.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from salary_assets.money.pay import mask_pay
from salary_assets.salary.arrays import Floats, Ints, Sparse
from salary_assets.salary.blocks import BLOCKS, fit_blocks, sparse_blocks
from salary_assets.salary.inputs import from_frame
from salary_assets.salary.splits import Split, employer_or_group, hash_fold, outer_splits
from salary_assets.salary.target import log_pay
from salary_assets.salary.terms import fit_terms
from salary_assets.storage.vocabulary import TESTS

R2_CEILING = 0.88
"""Best share of variance of log pay that employer, specialisation and grade together explain in Russian IT ads
(measured on small groups of equal ads); a model that passes it on unseen ads knows something it should not."""

COLUMN_GAIN = 0.15
"""Share of what the rest leaves unexplained that one labelled column may explain. Grade read from the words of an ad
gains at most a few percent; grade imputed from pay gained more than half."""

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "position": ("position",),
    "job_cluster_id": ("position",),
    "grades": ("grades",),
    "experience_min": ("experience", "experience_by_title"),
    "work_formats": ("formats",),
    "employment": ("formats",),
    "region": ("place",),
}
"""Columns that labelling or clustering makes, and the blocks that read them."""

PARTS = 3
MOST_ROWS = 6_000
LEAST_OF_VALUE = 5
SHOWN = 3


@dataclass(frozen=True)
class Finding:
    """check: which test failed; message: what leaks, where, and what to do."""

    check: str
    message: str


def find_leaks(frame: pd.DataFrame) -> list[Finding]:
    """All leak tests on a training set. Empty: none found."""
    findings = pay_in_words(frame)
    for test_name in TESTS:
        try:
            splits = outer_splits(frame, test_name)
        except ValueError:
            continue
        for split in splits:
            findings += twins_across(frame, split)
    return findings + columns_made_from_pay(frame)


def pay_in_words(frame: pd.DataFrame) -> list[Finding]:
    """Amounts of money that are left in titles, and amounts or digits left in texts."""
    long_numbers = frame["title"].str.contains(r"\d[\d\s.,]{2,}\d", regex=True)
    amounts = pd.Series([mask_pay(title, "") != title for title in frame["title"]], index=frame.index)
    digits = frame["text"].str.contains(r"[1-9]", regex=True)
    findings = []
    for where, rows in (("title", long_numbers | amounts), ("text", digits)):
        if rows.any():
            findings.append(
                Finding(
                    f"pay in {where}",
                    f"{int(rows.sum())} ads still have numbers that may be pay in their {where}, e.g. "
                    f"{_some(frame.loc[rows, 'vacancy_id'])}; build the training set with training.build_training_set",
                )
            )
    return findings


def twins_across(frame: pd.DataFrame, split: Split) -> list[Finding]:
    """Test rows whose near-duplicate group, or whose very words and employer, training has too."""
    train, test = frame.iloc[split.train], frame.iloc[split.test]
    where = f"test {split.test_name}, part {split.fold}"
    same_group = test["group"].isin(train["group"])
    written = _written(train)
    same_words = _written(test).isin(written[written != ""])
    findings = []
    for check, rows, what in (
        ("group across the split", same_group, "have their near-duplicate group in training"),
        ("duplicate across the split", same_words, "have the same employer, title and text as a training ad"),
    ):
        if rows.any():
            findings.append(
                Finding(
                    check,
                    f"{where}: {int(rows.sum())} of {len(test)} test ads {what}, e.g. "
                    f"{_some(test.loc[rows, 'vacancy_id'])}; near-duplicates must share a group",
                )
            )
    if split.test_name == "employer":
        known = test["employer_key"].isin(train["employer_key"].dropna())
        if known.any():
            findings.append(Finding("employer across the split", f"{where}: {int(known.sum())} ads of known employers"))
    return findings


def columns_made_from_pay(frame: pd.DataFrame) -> list[Finding]:
    """Labelled columns that know more about pay than the ad's own words do: the mark of a column imputed from pay."""
    findings = []
    for column, gain in column_gains(frame).items():
        if gain > COLUMN_GAIN:
            findings.append(
                Finding(
                    f"{column} from pay",
                    f"column {column} explains {gain:.0%} of the pay that all other inputs leave unexplained (at most "
                    f"{COLUMN_GAIN:.0%} is credible): it seems to be made from pay; look at how it is labelled",
                )
            )
    return findings


def column_gains(frame: pd.DataFrame) -> dict[str, float]:
    """Per labelled column: share of the variance left by all other inputs that its own values explain, out of fold.

    Judged on whole near-duplicate groups drawn by hash, about MOST_ROWS ads.
    """
    rows = frame[hash_fold(frame["group"], 1_000, "leaks") < 1_000 * MOST_ROWS / max(len(frame), 1)]
    inputs, target = from_frame(rows), log_pay(rows)
    fold = hash_fold(employer_or_group(rows), PARTS, "leaks")
    matrices = sparse_blocks(inputs, BLOCKS, fit_blocks(inputs, BLOCKS))
    gains = {}
    for column, hidden in COLUMNS.items():
        others = [matrix for name, matrix in matrices.items() if name not in hidden]
        values = [[value] for value in _values(rows[column])]
        own = fit_terms(values, False, LEAST_OF_VALUE, len(values)).transform(values)
        gains[column] = 1 - _unexplained([*others, own], target, fold) / _unexplained(others, target, fold)
    return gains


def too_good(figures: pd.DataFrame) -> list[Finding]:
    """Figures past the ceiling of what is knowable, on any test."""
    rows = figures[(figures["metric"] == "r2_log") & (figures["slice"] == "all") & (figures["value"] > R2_CEILING)]
    return [
        Finding(
            "too good to be true",
            f"{row['model']} explains {row['value']:.2f} of log pay on test {row['test']}, past the ceiling of "
            f"{R2_CEILING}: look for a leak before believing it",
        )
        for row in rows.to_dict("records")
    ]


def _unexplained(matrices: Sequence[Sparse], target: Floats, fold: Ints) -> float:
    """Mean squared error of an out-of-fold ridge."""
    from scipy import sparse
    from sklearn.linear_model import Ridge

    matrix = sparse.hstack(matrices, format="csr")
    estimate = np.full(len(target), target.mean())
    for held_out in range(PARTS):
        rows = fold != held_out
        if rows.all() or not rows.any():
            continue
        ridge = Ridge(alpha=3.0, solver="sparse_cg", tol=1e-3).fit(matrix[rows], target[rows])
        estimate[~rows] = ridge.predict(matrix[~rows])
    return float(np.mean((target - estimate) ** 2))


def _values(column: pd.Series) -> list[str]:
    return ["|".join(map(str, value)) if isinstance(value, list) else str(value) for value in column.tolist()]


def _written(frame: pd.DataFrame) -> pd.Series:
    """Employer, title and text as one comparable line; "" where an ad says too little to be called the same."""
    line = frame["employer_key"].fillna("") + "\n" + frame["title"] + "\n" + frame["text"]
    line = line.str.lower().str.replace(r"\W+", " ", regex=True)
    return line.where(frame["text"].str.len() >= 40, "")


def _some(ids: pd.Series) -> str:
    return ", ".join(ids.head(SHOWN))
