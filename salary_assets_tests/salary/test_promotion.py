"""Which bundle is served: the way there and back, and what a damaged one or a damaged pointer does to it."""

from __future__ import annotations

import json
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pandas as pd
import pytest

from salary_assets.salary.bundle import MANIFEST, PREDICTIONS, DamagedBundle
from salary_assets.salary.lifecycle import judge, why_retrain
from salary_assets.salary.model import MODEL_VERSION
from salary_assets.salary.promotion import POINTER, NothingToRollBackTo, load_served, promote, rollback, served
from salary_assets_tests.salary.conftest import AT


def test_promote_and_roll_back(copy: Path) -> None:
    models = copy.parent
    shutil.copytree(copy, models / "v2")
    promote(models, "v1", AT, "first")
    promote(models, "v2", AT, "better")
    assert load_served(models).folder == models / "v2"
    assert rollback(models, AT)["bundle"] == "v1"
    with pytest.raises(NothingToRollBackTo, match="first that was served"):
        rollback(models, AT)


def test_the_way_back_goes_on_and_never_to_what_is_served(copy: Path) -> None:
    models = copy.parent
    for version in ("v2", "v3"):
        shutil.copytree(copy, models / version)
    for version in ("v1", "v2", "v2", "v3", "v3"):
        promote(models, version, AT, "next")
    assert [rollback(models, AT)["bundle"] for _ in range(2)] == ["v2", "v1"]
    with pytest.raises(NothingToRollBackTo):
        rollback(models, AT)


def test_promotions_at_once_lose_no_line_of_history(copy: Path) -> None:
    models, versions = copy.parent, [f"v{number}" for number in range(2, 8)]
    for version in versions:
        (models / version).symlink_to(copy, target_is_directory=True)
    promote(models, "v1", AT, "first")
    with ThreadPoolExecutor(len(versions)) as workers:
        list(workers.map(lambda version: promote(models, version, AT, "at once"), versions))
    pointer = served(models)
    assert pointer is not None
    assert sorted([pointer["bundle"], *pointer["history"]]) == ["v1", *versions]


def test_a_damaged_bundle_is_neither_promoted_nor_rolled_back_to(copy: Path) -> None:
    models = copy.parent
    for version in ("v2", "v3"):
        shutil.copytree(copy, models / version)
        promote(models, version, AT, "next")
    (copy / "catalogue.json").write_text("{}")
    with pytest.raises(DamagedBundle):
        promote(models, "v1", AT, "damaged")
    (models / "v2" / "catalogue.json").write_text("{}")
    with pytest.raises(NothingToRollBackTo, match="v2"):
        rollback(models, AT)
    pointer = served(models)
    assert pointer is not None and pointer["bundle"] == "v3"


def test_a_model_is_stale_when_its_code_is_and_not_when_nothing_changed(copy: Path, ads: pd.DataFrame) -> None:
    promote(copy.parent, "v1", AT, "first")
    assert why_retrain(copy.parent, ads) == []
    manifest = json.loads((copy / MANIFEST).read_text())
    manifest["made_by"]["model"] = "0"
    (copy / MANIFEST).write_text(json.dumps(manifest))
    assert why_retrain(copy.parent, ads) == [f"models are trained as version {MODEL_VERSION} now, not 0"]


def test_a_champion_without_answers_is_not_said_to_be_none(
    copy: Path, ads: pd.DataFrame, unseen_employers: pd.DataFrame
) -> None:
    manifest = json.loads((copy / MANIFEST).read_text())
    del manifest["files"][PREDICTIONS]
    (copy / MANIFEST).write_text(json.dumps(manifest))
    promote(copy.parent, "v1", AT, "first")
    assert judge(copy.parent, ads, unseen_employers).reason == "the served bundle kept no answers to compare with"


def test_a_pointer_out_of_the_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / POINTER).write_text('{"bundle": "../v1", "history": []}')
    with pytest.raises(DamagedBundle, match="outside"):
        served(tmp_path)


@pytest.mark.parametrize("written_so", ["v1/", "./v1", "{folder}"])
def test_a_path_is_not_promoted_and_what_is_served_stays(copy: Path, written_so: str) -> None:
    promote(copy.parent, "v1", AT, "first")
    with pytest.raises(FileNotFoundError, match="name of a bundle"):
        promote(copy.parent, written_so.format(folder=copy), AT, "by its path")
    assert load_served(copy.parent).version == "v1"


@pytest.mark.parametrize("content", ["", '{"bundle": "v1"', '{"bundle": "v1", "history": null}', '{"bundle": "v0/"}'])
def test_a_damaged_pointer_is_mended_by_promoting(copy: Path, content: str) -> None:
    (copy.parent / POINTER).write_text(content)
    with pytest.raises(DamagedBundle, match="promote a bundle again"):
        load_served(copy.parent)
    promote(copy.parent, "v1", AT, "again")
    assert load_served(copy.parent).version == "v1"
