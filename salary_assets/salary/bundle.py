"""The bundle that a service loads: both variants, the market behind answers, and a manifest with every hash.

Nothing in it can run code, and nothing in it is parsed before its hash was checked.
"""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from scipy import sparse

from salary_assets import __version__
from salary_assets.salary.estimate import Estimate, answer
from salary_assets.salary.explain import Reference, reference_of
from salary_assets.salary.inputs import Inputs, from_frame, months_since_epoch
from salary_assets.salary.market import Market, build_market, cells_from_json, cells_of, cells_to_json
from salary_assets.salary.model import MODEL_VERSION, Estimates, Model
from salary_assets.salary.persist import from_files, to_files
from salary_assets.salary.requests import Gazetteer, Place, Request, fold_name, to_inputs
from salary_assets.salary.splits import PROTOCOL
from salary_assets.storage import write_bytes
from salary_assets.storage.arrow import from_arrow

FORMAT = "1"
MANIFEST = "manifest.json"
CELLS = "market/cells.json"
"""Absent from bundles of earlier code, which are counted on loading."""

PREDICTIONS = "evaluation/predictions.parquet"
GOLDEN = "golden.json"
NEEDED = ("version", "made_by", "source", "data", "metrics")
"""What answers read of a manifest, beside its files."""

GOLDEN_ROWS = 20
GOLDEN_TOLERANCE = 1e-6
"""Relative; the same file on another processor may differ in the last bits."""


class DamagedBundle(RuntimeError):
    """A bundle whose files are missing, changed, or answer differently from when it was written."""


@dataclass(frozen=True)
class Bundle:
    """A loaded bundle. ad: variant with employer and body; profile: without, for requests and resumes."""

    folder: Path
    manifest: dict[str, Any]
    ad: Model
    profile: Model
    market: Market
    gazetteer: Gazetteer
    reference: Reference

    @property
    def version(self) -> str:
        return str(self.manifest["version"])

    def predict(
        self, requests: Sequence[Request | Mapping[str, Any]], comparable: int = 10, explain: bool = False
    ) -> list[Estimate]:
        """Answers to requests, from the employer-free variant, as of the newest ads.

        comparable: how many nearest ads to show; with 0 nothing is compared, which is faster, and the profession of a
        title that comes without one stays unknown to `basis`. explain: with contributions, which cost tens of
        milliseconds. Raises BadRequest.
        """
        asked = [one if isinstance(one, Request) else Request.from_dict(one) for one in requests]
        inputs = to_inputs(asked, self.gazetteer, self.manifest["source"], self.manifest["data"]["months"])
        return answer(self, asked, inputs, comparable, explain)

    def test_predictions(self) -> pd.DataFrame | None:
        """What the model answered in its tests (`evaluation.predict_test`), the champion's side of a gate, if kept."""
        if PREDICTIONS not in self.manifest["files"]:
            return None
        content = _verified(self.folder, PREDICTIONS, self.manifest["files"][PREDICTIONS]["sha256"])
        return from_arrow(pq.read_table(io.BytesIO(content)))

    def predict_ads(self, frame: pd.DataFrame) -> Estimates:
        """Estimates of ads with employer and body (columns of table `training_set`; pay is not read)."""
        return self.ad.predict(from_frame(frame))


def write_bundle(
    folder: Path,
    version: str,
    created: datetime,
    ad: Model,
    profile: Model,
    training_set: pd.DataFrame,
    aliases: pd.DataFrame,
    evaluation: pd.DataFrame,
    card: str,
    predictions: pd.DataFrame | None = None,
) -> dict[str, Any]:
    """Write a bundle into `folder` (new or empty); the manifest goes last, so half a bundle is none. Returns it.

    aliases: table `skill_aliases`; evaluation: table `model_evaluation`; card: Markdown; created: aware;
    predictions: our model's of the tests (`evaluation.predict_test`), which the gate needs of the next champion.
    """
    files = {f"{model.variant}/{name}": content for model in (ad, profile) for name, content in to_files(model).items()}
    market = build_market(training_set, profile.encoder)
    gazetteer = gazetteer_of(training_set, aliases)
    files["market/ads.parquet"] = _parquet(market.ads)
    vectors = market.vectors
    files["market/vectors.npz"] = _npz(
        data=vectors.data.astype(np.float16), indices=vectors.indices, indptr=vectors.indptr, shape=vectors.shape
    )
    files[CELLS] = _json(cells_to_json(market.cells))
    files["catalogue.json"] = _json(
        {"places": {name: vars(place) for name, place in gazetteer.places.items()}, "skills": dict(gazetteer.skills)}
    )
    files["reference.json"] = _json(reference_of(profile, from_frame(training_set)).to_dict())
    if predictions is not None:
        files[PREDICTIONS] = _parquet(predictions)
    files["MODEL_CARD.md"] = card.encode()
    manifest = _manifest(version, created, training_set, evaluation, ad)
    files[GOLDEN] = _json(_golden(training_set, ad, profile))
    manifest["files"] = {
        name: {"sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content)} for name, content in files.items()
    }
    for name, content in sorted(files.items()):
        write_bytes(folder / name, content)
    write_bytes(folder / MANIFEST, _json(manifest, indent=1))
    return manifest


def load_bundle(folder: Path) -> Bundle:
    """Read and verify a bundle: every hash, the names of the features, the golden answers.

    Raises FileNotFoundError when there is none, DamagedBundle when it is not what was written.
    """
    path = folder / MANIFEST
    if not path.is_file():
        raise FileNotFoundError(f"{folder} holds no bundle ({MANIFEST} is missing); train a model, or promote another")
    try:
        manifest = json.loads(path.read_bytes())
        hashes = {name: entry["sha256"] for name, entry in manifest["files"].items()}
    except (ValueError, KeyError, AttributeError, TypeError) as error:
        raise DamagedBundle(f"{path} is not a manifest: {error}; write the bundle again") from error
    if manifest.get("format") != FORMAT:
        raise DamagedBundle(f"{path} has format {manifest.get('format')!r}, this code reads {FORMAT!r}; train again")
    # Disks and hashes do not hold the interpreter's lock: the largest file is read while the others are.
    with ThreadPoolExecutor() as readers:
        read = {name: readers.submit(_verified, folder, name, sha256) for name, sha256 in hashes.items()}
    files = {name: one.result() for name, one in read.items()}
    missing = sorted({*NEEDED} - {*manifest}) + ([] if GOLDEN in files else [GOLDEN])
    if missing:
        raise DamagedBundle(f"{path} says nothing of {', '.join(missing)}; write the bundle again or roll back")
    bundle = _assemble(folder, manifest, files)
    _check_golden(bundle, json.loads(files[GOLDEN]))
    return bundle


def gazetteer_of(training_set: pd.DataFrame, aliases: pd.DataFrame) -> Gazetteer:
    """Places named by the training ads and spellings of canonical skills, as lookups."""
    columns = ["city", "region", "federal_district", "country"]
    counted = training_set[columns].fillna("").value_counts().reset_index()
    places: dict[str, Place] = {}
    for row in counted.itertuples(index=False):
        place = Place(str(row.city), str(row.region), str(row.federal_district), str(row.country))
        for name in (place.city, place.region):
            if name:
                places.setdefault(
                    fold_name(name), place if name == place.city else Place("", *list(vars(place).values())[1:])
                )
    known = aliases[aliases["canon_id"] != "unknown"].sort_values(["confidence", "spelling"], ascending=[False, True])
    skills: dict[str, str] = {}
    for spelling, canon_id in zip(known["spelling"], known["canon_id"], strict=True):
        skills.setdefault(fold_name(str(spelling)), str(canon_id))
    return Gazetteer(places, skills)


def _assemble(folder: Path, manifest: dict[str, Any], files: Mapping[str, bytes]) -> Bundle:
    try:
        ad, profile = (from_files(_inside(files, f"{variant}/")) for variant in ("ad", "profile"))
        ads = from_arrow(pq.ParquetFile(io.BytesIO(files["market/ads.parquet"])).read())
        with np.load(io.BytesIO(files["market/vectors.npz"]), allow_pickle=False) as stored:
            parts = (stored["data"].astype(np.float32), stored["indices"], stored["indptr"])
            vectors = sparse.csr_matrix(parts, shape=tuple(stored["shape"]))
        catalogue = json.loads(files["catalogue.json"])
        places = {name: Place(**place) for name, place in catalogue["places"].items()}
        reference = Reference.from_dict(json.loads(files["reference.json"]))
        cells = cells_from_json(json.loads(files[CELLS])) if CELLS in files else cells_of(ads)
    except (KeyError, ValueError, TypeError, pa.ArrowException) as error:
        raise DamagedBundle(f"{folder} cannot be assembled: {error}; write the bundle again") from error
    return Bundle(
        folder, manifest, ad, profile, Market(ads, vectors, cells), Gazetteer(places, catalogue["skills"]), reference
    )


def _manifest(
    version: str, created: datetime, training_set: pd.DataFrame, evaluation: pd.DataFrame, ad: Model
) -> dict[str, Any]:
    import catboost

    from salary_assets.storage.schemas import TrainingSet

    newest = training_set["published_at"].max()
    overall = evaluation[evaluation["slice"] == "all"]
    return {
        "format": FORMAT,
        "version": version,
        "created": created.isoformat(),
        "made_by": {
            "salary_assets": __version__,
            "catboost": catboost.__version__,
            "protocol": PROTOCOL,
            "model": MODEL_VERSION,
        },
        "training_schema": TrainingSet.schema_hash(),
        "source": str(training_set["source"].value_counts().index[0]),
        "data": {
            "first_month": str(training_set["month"].min()),
            "last_month": str(training_set["month"].max()),
            "months": months_since_epoch(newest),
            "vacancies": len(training_set),
            "employers": int(training_set["employer_key"].nunique()),
            "sources": sorted(training_set["source"].unique()),
        },
        "parameters": ad.parameters.to_dict(),
        "metrics": overall.drop(columns="slice").to_dict("records"),
    }


def _golden(training_set: pd.DataFrame, ad: Model, profile: Model) -> dict[str, Any]:
    """Inputs of a few ads, written out in full, with what both variants answer."""
    rows = training_set.sort_values("vacancy_id").iloc[:: max(1, len(training_set) // GOLDEN_ROWS)].head(GOLDEN_ROWS)
    inputs = from_frame(rows)
    named = {
        name: values.tolist() if isinstance(values, np.ndarray) else values for name, values in vars(inputs).items()
    }
    expected = {model.variant: model.predict(inputs).percentiles.tolist() for model in (ad, profile)}
    return {"inputs": named, "percentiles": expected}


def _check_golden(bundle: Bundle, golden: Mapping[str, Any]) -> None:
    values: dict[str, Any] = {
        name: np.array(values, dtype=float) if name in _NUMBERS else values for name, values in golden["inputs"].items()
    }
    inputs = Inputs(**values)
    for model in (bundle.ad, bundle.profile):
        expected = np.array(golden["percentiles"][model.variant])
        answered = model.predict(inputs).percentiles
        if not np.allclose(answered, expected, rtol=GOLDEN_TOLERANCE, atol=0):
            worst = float(np.max(np.abs(answered / expected - 1)))
            raise DamagedBundle(
                f"{bundle.folder}: variant {model.variant} answers its golden inputs otherwise, by up to {worst:.1%}; "
                "keep the served bundle and train this one again"
            )


_NUMBERS = {"employer_ads", "experience_min", "experience_max", "months"}


def _verified(folder: Path, name: str, sha256: str) -> bytes:
    path = folder / name
    if not path.resolve().is_relative_to(folder.resolve()):
        raise DamagedBundle(f"{folder}: the manifest names {name!r}, which is outside the bundle")
    try:
        content = path.read_bytes()
    except OSError as error:
        raise DamagedBundle(f"{path} cannot be read: {error}; write the bundle again or roll back") from error
    if hashlib.sha256(content).hexdigest() != sha256:
        raise DamagedBundle(f"{path} does not match its hash in {MANIFEST}; write the bundle again or roll back")
    return content


def _inside(files: Mapping[str, bytes], prefix: str) -> dict[str, bytes]:
    return {name.removeprefix(prefix): content for name, content in files.items() if name.startswith(prefix)}


def _parquet(frame: pd.DataFrame) -> bytes:
    buffer = io.BytesIO()
    pq.write_table(pa.Table.from_pandas(frame, preserve_index=False), buffer, compression="zstd")
    return buffer.getvalue()


def _npz(**arrays: Any) -> bytes:
    buffer = io.BytesIO()
    np.savez(buffer, allow_pickle=False, **arrays)
    return buffer.getvalue()


def _json(value: Any, indent: int | None = None) -> bytes:
    return (json.dumps(value, ensure_ascii=False, sort_keys=True, indent=indent) + "\n").encode()
