"""The frozen protocol: which rows test a model and which may train it. Changing anything here is a new version.

Membership is a hash of the near-duplicate group or of the employer, so adding ads moves no other ad between folds.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import numpy as np
import pandas as pd

from salary_assets.salary.arrays import Bools, Ints
from salary_assets.storage.vocabulary import TESTS

PROTOCOL = "1"
FOLDS = 5
LAST_SHARE = 0.2
"""Test C: the newest fifth of the ads."""

ALIKE = {"random": "near-duplicates of one", "employer": "of one employer", "time": "of one date"}
"""What leaves a test with one side, however many the ads."""


@dataclass(frozen=True)
class Split:
    """One train/test division. `train`, `test`: row numbers of the frame, ascending, disjoint."""

    test_name: str
    fold: int
    train: Ints
    test: Ints


def outer_splits(frame: pd.DataFrame, test_name: str, folds: int = FOLDS) -> list[Split]:
    """Test A (`random`), B (`employer`) or C (`time`) of a training set.

    folds: how many of the FOLDS parts of A and B to test on, first ones first; C has one. A near-duplicate group
    never has rows on both sides. Raises ValueError for an unknown test or when a side would be empty.
    """
    if test_name not in TESTS:
        raise ValueError(f"unknown test {test_name!r}; the protocol has {', '.join(TESTS)}")
    if test_name == "time":
        splits = [_last_period(frame)]
    else:
        keys = frame["group"] if test_name == "random" else employer_or_group(frame)
        part = hash_fold(keys, FOLDS, f"{PROTOCOL}/{test_name}")
        splits = [_without_shared_groups(frame, test_name, fold, part == fold) for fold in range(min(folds, FOLDS))]
    used = _with_both_sides(splits)
    if not used:
        raise ValueError(
            f"{len(frame)} ads with pay are too few for test {test_name!r}, or all {ALIKE[test_name]}: a side of the "
            "split is empty"
        )
    return used


def inner_splits(frame: pd.DataFrame, part: int = 0) -> list[Split]:
    """The three questions asked inside rows that no test holds: one of FOLDS parts for A and for B, a period for C.

    part: 0 asks about the newest fifth, 1 about the newest fifth of what is older, and so on: another part asks each
    question about other ads. Groups and employers are drawn by another hash than the tests' own: of the parts that
    `outer_splits` tests, rows without test rows have nothing left. A question that the rows cannot give is left out.
    """
    keys = {"random": frame["group"], "employer": employer_or_group(frame)}
    asked = [
        _without_shared_groups(frame, name, part, hash_fold(keys[name], FOLDS, f"{PROTOCOL}/inner/{name}") == part)
        for name in keys
    ]
    rows = np.arange(len(frame))
    for _ in range(part):
        rows = rows[_last_period(frame.iloc[rows]).train] if len(rows) else rows
    if len(rows):
        last = _last_period(frame.iloc[rows])
        asked.append(Split("time", part, rows[last.train], rows[last.test]))
    return _with_both_sides(asked)


def inner_folds(frame: pd.DataFrame, count: int, salt: str = "inner") -> Ints:
    """Fold of each row for everything learned inside training data: by employer, else by near-duplicate group."""
    return hash_fold(employer_or_group(frame), count, f"{PROTOCOL}/{salt}")


def employer_or_group(frame: pd.DataFrame) -> pd.Series:
    """The employer, or the near-duplicate group where an ad names none."""
    return frame["employer_key"].where(frame["employer_key"].notna(), "group:" + frame["group"].astype("str"))


def hash_fold(keys: pd.Series, count: int, salt: str) -> Ints:
    """Keys -> folds 0..count-1 by SHA-256: the same on every machine, in every order, for ever."""
    unique = {key: fold_of(str(key), count, salt) for key in keys.unique()}
    return keys.map(unique).to_numpy(dtype=np.int64)


def fold_of(key: str, count: int, salt: str) -> int:
    return int.from_bytes(hashlib.sha256(f"{salt}/{key}".encode()).digest()[:8], "big") % count


def split_hash(frame: pd.DataFrame, splits: list[Split]) -> str:
    """Names the exact test rows of a protocol, for the record of what was touched."""
    digest = hashlib.sha256(PROTOCOL.encode())
    for split in splits:
        digest.update(f"{split.test_name}/{split.fold}:".encode())
        digest.update("\n".join(frame["vacancy_id"].iloc[split.test].sort_values()).encode())
    return digest.hexdigest()[:16]


def last_period_start(frame: pd.DataFrame) -> pd.Timestamp:
    """The moment from which ads are of the last period, UTC. Raises ValueError when there are no ads."""
    if frame.empty:
        raise ValueError("there is no ad with pay, so there is no last period")
    order = frame["published_at"].sort_values(kind="stable")
    cut: pd.Timestamp = order.iloc[min(int(len(order) * (1 - LAST_SHARE)), len(order) - 1)]
    return cut


def _last_period(frame: pd.DataFrame) -> Split:
    """Newest fifth against everything older. A group belongs to the day of its first ad: a repost is nothing new."""
    cut = last_period_start(frame)
    first_seen = frame.groupby("group")["published_at"].transform("min")
    older = (frame["published_at"] < cut).to_numpy()
    return Split("time", 0, np.flatnonzero(older), np.flatnonzero((first_seen >= cut).to_numpy()))


def _with_both_sides(splits: list[Split]) -> list[Split]:
    return [split for split in splits if len(split.test) and len(split.train)]


def _without_shared_groups(frame: pd.DataFrame, test_name: str, fold: int, in_test: Bools) -> Split:
    shared = frame["group"].isin(frame.loc[in_test, "group"].unique()).to_numpy()
    return Split(test_name, fold, np.flatnonzero(~in_test & ~shared), np.flatnonzero(in_test))
