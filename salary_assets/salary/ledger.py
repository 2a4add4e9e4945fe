"""The record of touched tests: each release looks at each set of test rows once, and the look is written down."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pandas as pd

from salary_assets.salary.splits import PROTOCOL, outer_splits, split_hash
from salary_assets.storage import write_text
from salary_assets.storage.vocabulary import TESTS

LEDGER = "touched_tests.jsonl"


class AlreadyTouched(RuntimeError):
    """A release that looks at test rows for a second time."""


def touch(models: Path, release: str, frame: pd.DataFrame, folds: int, at: datetime) -> list[dict[str, Any]]:
    """Write down that `release` now looks at the tests of these rows; call it before evaluating.

    Raises AlreadyTouched when it did before: tune on inner folds, and evaluate the next release.
    """
    known = touched(models)
    if any(entry["release"] == release for entry in known):
        raise AlreadyTouched(
            f"release {release} has seen its test rows already ({models / LEDGER}); make a new release"
        )
    entries = []
    for test_name in TESTS:
        try:
            splits = outer_splits(frame, test_name, folds)
        except ValueError:
            continue
        rows = sum(len(split.test) for split in splits)
        digest = split_hash(frame, splits)
        before = sum(entry["test_rows"] == digest for entry in known)
        entries.append(
            {
                "release": release,
                "at": at.isoformat(),
                "protocol": PROTOCOL,
                "test": test_name,
                "rows": rows,
                "test_rows": digest,
                "looks_before": before,
            }
        )
    lines = "".join(json.dumps(entry, ensure_ascii=False) + "\n" for entry in [*known, *entries])
    write_text(models / LEDGER, lines)
    return entries


def touched(models: Path) -> list[dict[str, Any]]:
    """All looks so far, oldest first."""
    path = models / LEDGER
    if not path.is_file():
        return []
    return [json.loads(line) for line in path.read_text("utf-8").splitlines() if line]
