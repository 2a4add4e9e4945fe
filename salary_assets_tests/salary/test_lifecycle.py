"""From a candidate to a served bundle: what was not tested is not released, and what was damaged is written again."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pandas as pd
import pytest

from salary_assets.salary import lifecycle
from salary_assets.salary.bundle import DamagedBundle
from salary_assets.salary.promotion import POINTER, load_served
from salary_assets.storage import Settings, load_settings
from salary_assets.storage.schemas import ModelEvaluation
from salary_assets_tests.salary.conftest import QUICK, aliases

AT = datetime(2025, 11, 1, tzinfo=UTC)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return load_settings(tmp_path)


def _release(settings: Settings, ads: pd.DataFrame) -> lifecycle.Release:
    return lifecycle.release(settings, ads, aliases(), ModelEvaluation.no_rows(), AT)


def test_a_candidate_is_not_judged_by_what_an_earlier_one_answered(
    settings: Settings, ads: pd.DataFrame, unseen_employers: pd.DataFrame
) -> None:
    folder = lifecycle.candidate_folder(settings)
    lifecycle.write_test_predictions(folder, unseen_employers)
    lifecycle.write_candidate(folder, ads, QUICK)
    with pytest.raises(DamagedBundle, match="not tested"):
        _release(settings, ads)
    assert not (settings.models / POINTER).exists()
    lifecycle.write_test_predictions(folder, unseen_employers)
    lifecycle.write_candidate(folder, ads, QUICK)  # the same one again keeps what it answered
    assert _release(settings, ads).promoted


def test_a_damaged_bundle_is_written_again_from_its_candidate(
    settings: Settings, ads: pd.DataFrame, unseen_employers: pd.DataFrame
) -> None:
    folder = lifecycle.candidate_folder(settings)
    lifecycle.write_candidate(folder, ads, QUICK)
    lifecycle.write_test_predictions(folder, unseen_employers)
    released = _release(settings, ads)
    (released.folder / "catalogue.json").write_text("{}")
    assert _release(settings, ads).promoted
    assert load_served(settings.models).version == released.version
    (settings.models / POINTER).write_text("{")
    assert _release(settings, ads).promoted
    assert load_served(settings.models).version == released.version
