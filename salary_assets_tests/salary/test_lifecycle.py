"""From a candidate to a served bundle: what was not tested is not released, what is worse is not served, and what was
damaged is written again."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from salary_assets.salary import lifecycle
from salary_assets.salary.bundle import DamagedBundle
from salary_assets.salary.ledger import touched
from salary_assets.salary.promotion import POINTER, load_served
from salary_assets.salary.target import stated_pay
from salary_assets.storage import Settings, load_settings
from salary_assets.storage.schemas import ModelEvaluation
from salary_assets_tests.salary.conftest import QUICK, aliases, market

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


@pytest.fixture(scope="module")
def few() -> pd.DataFrame:
    return market(300)


def _answers(ads: pd.DataFrame, error: float, model: str = "ours", seed: int = 0) -> pd.DataFrame:
    """Answers to the ads, whose log error has this standard deviation and whose range holds four in five of them."""
    y, off = stated_pay(ads), np.random.default_rng(seed).normal(0, error, len(ads))
    about = {"vacancy_id": ads["vacancy_id"], "test": "employer", "fold": 0, "model": model, "y": y}
    ends = {"lower": y * np.exp(off - 1.28 * error), "upper": y * np.exp(off + 1.28 * error)}
    return pd.DataFrame(about | {"y_hat": y * np.exp(off)} | ends)


@pytest.fixture(scope="module")
def released(tmp_path_factory: pytest.TempPathFactory, few: pd.DataFrame) -> Path:
    """A home that serves its first model, whose candidate is there and whose tests were looked at."""
    settings = load_settings(tmp_path_factory.mktemp("released"))
    folder = lifecycle.candidate_folder(settings)
    lifecycle.write_candidate(folder, few, QUICK)
    lifecycle.record_looks(settings, few, 1, AT)
    both = [_answers(few, 0.2), _answers(few, 0.9, "ours_profile")]
    lifecycle.write_test_predictions(folder, pd.concat(both, ignore_index=True))
    _release(settings, few)
    return settings.home


@pytest.fixture
def served(released: Path, tmp_path: Path) -> Settings:
    return load_settings(shutil.copytree(released, tmp_path / "home"))


def test_a_worse_model_is_written_and_not_served(served: Settings, few: pd.DataFrame) -> None:
    first, folder = load_served(served.models).version, lifecycle.candidate_folder(served)
    lifecycle.write_candidate(folder, few, replace(QUICK, iterations=20))
    lifecycle.write_test_predictions(folder, _answers(few, 0.5, seed=1))
    made = _release(served, few)
    assert not made.promoted
    assert "may be worse" in made.reason
    assert made.version != first
    assert (made.folder / "MODEL_CARD.md").is_file()
    assert load_served(served.models).version == first


def test_the_gate_reads_the_answers_of_the_whole_ad_only(served: Settings) -> None:
    kept = load_served(served.models).test_predictions()
    assert kept is not None
    assert kept["model"].unique().tolist() == ["ours"]


def test_a_model_of_other_sources_is_no_champion(served: Settings, few: pd.DataFrame) -> None:
    worse = _answers(few, 0.5, seed=1)
    assert not lifecycle.judge(served.models, few, worse).promote
    verdict = lifecycle.judge(served.models, few.assign(source="tg_work"), worse)
    assert verdict.promote
    assert verdict.reason == "the served bundle learned from other sources"


def test_the_card_says_what_was_looked_at_and_on_how_many_parts(served: Settings) -> None:
    card = (load_served(served.models).folder / "MODEL_CARD.md").read_text("utf-8")
    (look,) = [entry for entry in touched(served.models) if entry["test"] == "employer"]
    assert f"| employer | {look['rows']} | {look['test_rows']} | 0 |" in card
    assert "Figures of test `employer` are of 1 of its 5 parts." in card
    assert "Figures of test `random`" not in card


@pytest.mark.parametrize("name", ["ad/middle.cbm", "profile/calibration.json"])
def test_a_changed_candidate_is_not_released(served: Settings, few: pd.DataFrame, name: str) -> None:
    path = lifecycle.candidate_folder(served) / name
    path.write_bytes(path.read_bytes() + b" ")
    with pytest.raises(DamagedBundle, match="materialise salary_model again"):
        _release(served, few)


def test_a_candidate_looks_once_and_the_next_one_is_said_to_look_again(served: Settings, few: pd.DataFrame) -> None:
    first = touched(served.models)
    assert [entry["test"] for entry in first] == ["random", "employer", "time"]
    assert lifecycle.record_looks(served, few, 1, AT) == first
    assert touched(served.models) == first
    listing = lifecycle.candidate_folder(served) / lifecycle.LISTING
    listing.write_text(json.dumps(json.loads(listing.read_text()) | {"ad/middle.cbm": "0" * 64}))
    again = lifecycle.record_looks(served, few, 1, AT)
    assert [entry["looks_before"] for entry in again] == [1, 1, 1]
    assert touched(served.models) == [*first, *again]


def test_new_ads_since_the_models_data_are_a_reason_to_train_and_late_found_old_ones_are_not(
    served: Settings, few: pd.DataFrame
) -> None:
    more = pd.concat([few] * 2, ignore_index=True).assign(vacancy_id=[f"hh/new{number}" for number in range(600)])
    reasons = {
        month: lifecycle.why_retrain(served.models, pd.concat([few, more.assign(month=month)], ignore_index=True))
        for month in (few["month"].max(), few["month"].min())
    }
    assert "600 new ads with pay since the model's data" in reasons[few["month"].max()]
    assert reasons[few["month"].min()] == []
