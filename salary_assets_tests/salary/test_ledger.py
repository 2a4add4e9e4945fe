"""The record of touched tests: written before the look, once a release."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pandas as pd
import pytest

from salary_assets.salary.ledger import AlreadyTouched, touch, touched

AT = datetime(2025, 11, 1, tzinfo=UTC)


def test_a_look_is_written_down_for_every_test(tmp_path: Path, ads: pd.DataFrame) -> None:
    entries = touch(tmp_path, "r1", ads, folds=1, at=AT)
    assert [entry["test"] for entry in entries] == ["random", "employer", "time"]
    assert all(entry["rows"] > 0 and entry["looks_before"] == 0 for entry in entries)
    assert touched(tmp_path) == entries


def test_a_release_looks_once(tmp_path: Path, ads: pd.DataFrame) -> None:
    touch(tmp_path, "r1", ads, folds=1, at=AT)
    with pytest.raises(AlreadyTouched, match="r1 has seen its test rows already"):
        touch(tmp_path, "r1", ads, folds=1, at=AT)


def test_the_next_release_sees_how_often_these_rows_were_looked_at(tmp_path: Path, ads: pd.DataFrame) -> None:
    touch(tmp_path, "r1", ads, folds=1, at=AT)
    again = touch(tmp_path, "r2", ads, folds=1, at=AT)
    other = touch(tmp_path, "r3", ads, folds=2, at=AT)
    assert {entry["looks_before"] for entry in again} == {1}
    assert {entry["test"]: entry["looks_before"] for entry in other} == {"random": 0, "employer": 0, "time": 2}
