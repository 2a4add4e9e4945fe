"""The artefact that advice is given from: the market's ads, associations of pay, and which rules were judged on it.

Written like a salary bundle: a folder per version with a manifest of hashes, then a pointer to the served one.
"""

from __future__ import annotations

import hashlib
import io
import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from salary_assets.resume.advise import ADVICE_VERSION
from salary_assets.resume.associations import skill_associations
from salary_assets.resume.market import Market, market_ads
from salary_assets.storage import write_bytes
from salary_assets.storage.arrow import from_arrow

MANIFEST, POINTER = "manifest.json", "current.json"
ADS, ASSOCIATIONS, NAMES = "ads.parquet", "associations.parquet", "names.json"


class DamagedAdviceModel(RuntimeError):
    """An advice model whose files do not match its manifest; materialise `advice_model` again."""


@dataclass(frozen=True)
class AdviceModel:
    """manifest: version, rules, data window, evaluation, hashes."""

    manifest: dict[str, Any]
    market: Market

    @property
    def version(self) -> str:
        return str(self.manifest["version"])


def advice_folder(models: Path) -> Path:
    """Where advice models live inside the folder of models."""
    return models / "advice"


def build_advice_market(
    vacancies: pd.DataFrame, mapped: pd.DataFrame, canon: pd.DataFrame, clusters: pd.DataFrame | None = None
) -> Market:
    """The tables `vacancies`, `mapped_skills`, `skill_canon` and `vacancy_clusters` -> what advice is measured on."""
    it_canon = canon[canon["is_it"].fillna(False).astype(bool) & (canon["kind"] != "soft")]
    names = dict(zip(it_canon["canon_id"].astype(str), it_canon["canon"].astype(str), strict=True))
    ads = market_ads(vacancies, mapped[mapped["canon_id"].isin(list(names))], clusters)
    return Market(ads, names, skill_associations(ads))


def write_advice_model(models: Path, market: Market, created: datetime, evaluation: dict[str, Any]) -> dict[str, Any]:
    """Write the model and point to it; half-written versions are never pointed to. Returns the manifest.

    created: aware. evaluation: `evaluate.evaluate_advice`. Equal content gets an equal version.
    """
    files = {ADS: _parquet(market.ads), ASSOCIATIONS: _parquet(market.associations), NAMES: _json(market.names)}
    hashes = {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
    version = f"{ADVICE_VERSION}-{hashlib.sha256(''.join(hashes.values()).encode()).hexdigest()[:12]}"
    folder = advice_folder(models) / version
    for name, content in files.items():
        write_bytes(folder / name, content)
    months = market.ads["month"].dropna()
    manifest = {
        "version": version,
        "rules": ADVICE_VERSION,
        "created": created.isoformat(),
        "data": {
            "vacancies": len(market.ads),
            "first_month": str(months.min()) if len(months) else None,
            "last_month": str(months.max()) if len(months) else None,
        },
        "evaluation": evaluation,
        "files": hashes,
    }
    write_bytes(folder / MANIFEST, _json(manifest))
    write_bytes(advice_folder(models) / POINTER, _json({"version": version}))
    return manifest


def load_advice_model(models: Path) -> AdviceModel | None:
    """The served advice model, or None where none was ever made. Raises DamagedAdviceModel."""
    pointer = advice_folder(models) / POINTER
    if not pointer.is_file():
        return None
    try:
        version = str(json.loads(pointer.read_bytes())["version"])
        folder = advice_folder(models) / version
        if folder.resolve().parent != advice_folder(models).resolve():
            raise DamagedAdviceModel(f"{pointer} names {version!r}, which is no folder beside it")
        manifest = json.loads((folder / MANIFEST).read_bytes())
        files = {name: _verified(folder / name, digest) for name, digest in manifest["files"].items()}
        ads = from_arrow(pq.read_table(io.BytesIO(files[ADS])))
        associations = from_arrow(pq.read_table(io.BytesIO(files[ASSOCIATIONS])))
        names = json.loads(files[NAMES])
    except (OSError, ValueError, KeyError, TypeError, pa.ArrowException) as error:
        raise DamagedAdviceModel(
            f"{pointer}: the advice model cannot be read: {error}; materialise it again"
        ) from error
    return AdviceModel(manifest, Market(ads, names, associations))


def _verified(path: Path, digest: str) -> bytes:
    content = path.read_bytes()
    if hashlib.sha256(content).hexdigest() != digest:
        raise DamagedAdviceModel(f"{path} does not match its hash in {MANIFEST}: materialise advice_model again")
    return content


def _parquet(frame: pd.DataFrame) -> bytes:
    buffer = io.BytesIO()
    pq.write_table(pa.Table.from_pandas(frame, preserve_index=False), buffer, compression="zstd")
    return buffer.getvalue()


def _json(value: Any) -> bytes:
    return (json.dumps(value, ensure_ascii=False, sort_keys=True, indent=1) + "\n").encode()
