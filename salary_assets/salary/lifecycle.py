"""From a study to a served bundle: the best parameters, the candidate's files, the release.

A candidate is both fitted variants as files, named by a list with their hashes that is written last. A release turns
it into a bundle whose version comes from its content, so releasing the same candidate twice changes nothing.
"""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pandas as pd

from salary_assets.salary.bundle import DamagedBundle, load_bundle, write_bundle
from salary_assets.salary.card import model_card
from salary_assets.salary.drift import retraining_reasons
from salary_assets.salary.gate import Verdict, compare
from salary_assets.salary.ledger import touch, touched
from salary_assets.salary.model import MODEL_VERSION, VARIANTS, Model, fit
from salary_assets.salary.persist import from_files, to_files
from salary_assets.salary.promotion import load_served, promote, served
from salary_assets.salary.settings import Hyperparameters
from salary_assets.salary.tuning import STUDIES_SETTING
from salary_assets.storage import Settings, write_bytes, write_text

LISTING = "candidate.json"
PREDICTIONS = "predictions.parquet"
ENOUGH_NEW, ENOUGH_NEW_SHARE = 500, 0.1
"""New ads with pay that are a reason to train by themselves: at least so many, and this share of the model's own."""

DECIDING = "ours"
"""The model whose answers decide: the variant that reads the whole ad."""


@dataclass(frozen=True)
class Release:
    """folder: the bundle; promoted: whether it is served now; reason: what the gate said."""

    version: str
    folder: Path
    promoted: bool
    reason: str


def study_url(settings: Settings) -> str:
    """Where trials are kept: SALARY_ASSETS_OPTUNA_URL (PostgreSQL for parallel workers), else SQLite in the home."""
    url = settings.env.get(STUDIES_SETTING)
    if url:
        return url
    settings.models.mkdir(parents=True, exist_ok=True)
    return f"sqlite:///{settings.models / 'studies.sqlite'}"


def candidate_folder(settings: Settings) -> Path:
    return settings.models / "candidate"


def write_candidate(folder: Path, training_set: pd.DataFrame, parameters: Hyperparameters) -> dict[str, int]:
    """Fit both variants and write them down. Returns bytes per file.

    What another candidate answered in its tests goes first: the gate must not judge this one by it. The same one again
    keeps its answers.
    """
    files = {
        f"{name}/{file}": content
        for name, variant in VARIANTS.items()
        for file, content in to_files(fit(training_set, parameters, variant)).items()
    }
    listing = {name: hashlib.sha256(content).hexdigest() for name, content in sorted(files.items())}
    if not _is_candidate(folder, listing):
        (folder / PREDICTIONS).unlink(missing_ok=True)
    for name, content in files.items():
        write_bytes(folder / name, content)
    write_text(folder / LISTING, json.dumps(listing, indent=1) + "\n")
    return {name: len(content) for name, content in files.items()}


def read_candidate(folder: Path) -> dict[str, Model]:
    """The fitted variants. Raises DamagedBundle when they are not what was written."""
    listing = _listing(folder)
    try:
        files = {name: (folder / name).read_bytes() for name in listing}
    except OSError as error:
        raise DamagedBundle(f"{folder} lacks a file ({error}); materialise salary_model again") from error
    if any(hashlib.sha256(files[name]).hexdigest() != digest for name, digest in listing.items()):
        raise DamagedBundle(f"files of {folder} do not match {LISTING}; materialise salary_model again")
    return {
        variant: from_files(
            {name.split("/", 1)[1]: content for name, content in files.items() if name.startswith(f"{variant}/")}
        )
        for variant in VARIANTS
    }


def candidate_version(folder: Path, training_set: pd.DataFrame) -> str:
    """Newest month of its data and a hash of its files. Raises DamagedBundle when there is no whole candidate."""
    return f"{training_set['month'].max()}-{_digest(_listing(folder))[:12]}"


def record_looks(settings: Settings, training_set: pd.DataFrame, folds: int, now: datetime) -> list[dict[str, Any]]:
    """Write down that the candidate's tests are looked at; the same candidate again is the same look."""
    version = candidate_version(candidate_folder(settings), training_set)
    known = [entry for entry in touched(settings.models) if entry["release"] == version]
    return known or touch(settings.models, version, training_set, folds, now)


def write_test_predictions(folder: Path, predictions: pd.DataFrame) -> None:
    """Keep beside the candidate what it answered in its tests; the gate compares them with the served model's."""
    kept = predictions[predictions["model"] == DECIDING].reset_index(drop=True)
    buffer = io.BytesIO()
    kept.to_parquet(buffer, index=False)
    write_bytes(folder / PREDICTIONS, buffer.getvalue())


def release(
    settings: Settings, training_set: pd.DataFrame, aliases: pd.DataFrame, evaluation: pd.DataFrame, now: datetime
) -> Release:
    """Write the candidate as a bundle, and serve it if the gate lets it through. A damaged one is written again.

    evaluation: table `model_evaluation` of this candidate. Raises DamagedBundle when there is no whole candidate, or it
    was not tested.
    """
    candidate = candidate_folder(settings)
    models = read_candidate(candidate)
    if not (candidate / PREDICTIONS).is_file():
        raise DamagedBundle(f"{candidate} was not tested since it was trained; materialise model_evaluation first")
    predictions = pd.read_parquet(candidate / PREDICTIONS)
    version = candidate_version(candidate, training_set)
    folder = settings.models / version
    if not _is_whole(folder):
        ad, profile = models["ad"], models["profile"]
        looks = [entry for entry in touched(settings.models) if entry["release"] == version]
        parts = {str(test): int(part["fold"].nunique()) for test, part in predictions.groupby("test")}
        card = model_card(version, training_set, evaluation, ad.parameters, looks, parts=parts)
        write_bundle(folder, version, now, ad, profile, training_set, aliases, evaluation, card, predictions)
    if _served_version(settings.models) == version:
        return Release(version, folder, True, "it is the one that is served")
    verdict = judge(settings.models, training_set, predictions)
    if verdict.promote:
        promote(settings.models, version, now, verdict.reason)
    return Release(version, folder, verdict.promote, verdict.reason)


def judge(models: Path, training_set: pd.DataFrame, predictions: pd.DataFrame) -> Verdict:
    """What the gate says of a candidate with these test predictions against the served bundle.

    A served bundle that cannot be loaded, or that learned from other sources only (the sample market, before the first
    real ads came), is no champion.
    """
    champion, why_none = None, ""
    try:
        bundle = load_served(models)
        if set(bundle.manifest["data"]["sources"]) & set(training_set["source"]):
            champion = bundle.test_predictions()
            why_none = "the served bundle kept no answers to compare with" if champion is None else ""
        else:
            why_none = "the served bundle learned from other sources"
    except FileNotFoundError:
        pass
    except DamagedBundle as damage:
        why_none = f"the served bundle cannot be loaded: {damage}"
    verdict = compare(predictions, champion, training_set.set_index("vacancy_id")["group"])
    return replace(verdict, reason=why_none) if verdict.promote and why_none else verdict


def why_retrain(models: Path, training_set: pd.DataFrame) -> list[str]:
    """Reasons to train again, in words, with the training set as it is now; empty when there is none."""
    try:
        bundle = load_served(models)
    except (FileNotFoundError, DamagedBundle) as error:
        return [str(error)]
    known = training_set["vacancy_id"].isin(bundle.market.ads["vacancy_id"])
    newer = training_set["month"] >= bundle.manifest["data"]["last_month"]
    enough = max(ENOUGH_NEW, int(len(bundle.market.ads) * ENOUGH_NEW_SHARE))
    reference, newest = (training_set[rows].reset_index(drop=True) for rows in (known, ~known & newer))
    made_by = bundle.manifest["made_by"].get("model")
    changed = [] if made_by == MODEL_VERSION else [f"models are trained as version {MODEL_VERSION} now, not {made_by}"]
    return changed + retraining_reasons(bundle.ad, reference, newest, enough)


def _is_whole(folder: Path) -> bool:
    try:
        load_bundle(folder)
    except (FileNotFoundError, DamagedBundle):
        return False
    return True


def _is_candidate(folder: Path, listing: dict[str, str]) -> bool:
    try:
        return _listing(folder) == listing
    except DamagedBundle:
        return False


def _served_version(models: Path) -> str | None:
    """None also where the pointer cannot be read: promoting mends it."""
    try:
        pointer = served(models)
    except DamagedBundle:
        return None
    return None if pointer is None else str(pointer["bundle"])


def _listing(folder: Path) -> dict[str, str]:
    try:
        listing: dict[str, str] = json.loads((folder / LISTING).read_bytes())
    except (OSError, ValueError) as error:
        raise DamagedBundle(f"{folder} holds no whole candidate ({error}); materialise salary_model again") from error
    return listing


def _digest(listing: Mapping[str, str]) -> str:
    return hashlib.sha256(json.dumps(listing, sort_keys=True).encode()).hexdigest()
