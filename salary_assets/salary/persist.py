"""A fitted model as plain files and back: JSON, NumPy arrays without pickle, CatBoost's own format.

Bytes in, bytes out: whoever stores them also checks their hashes before anything here parses them.
"""

from __future__ import annotations

import hashlib
import io
import json
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from salary_assets.salary.arrays import Floats
from salary_assets.salary.effects import EmployerEffect
from salary_assets.salary.features import Encoder
from salary_assets.salary.intervals import Calibration
from salary_assets.salary.linear import LinearScore
from salary_assets.salary.model import Model
from salary_assets.salary.settings import Hyperparameters
from salary_assets.salary.terms import Terms
from salary_assets.salary.trees import Trees

Files = dict[str, bytes]

_OF_ONE_FIT = ("model_guid", "train_finish_time")


def to_files(model: Model) -> Files:
    """File name -> content."""
    encoder = model.encoder
    arrays: dict[str, Floats] = {
        f"coefficients/{name}": values.astype(np.float32) for name, values in encoder.linear.coefficients.items()
    }
    arrays["intercepts"] = encoder.linear.intercepts
    if encoder.joint is not None:
        arrays |= {f"joint/{name}": values.astype(np.float32) for name, values in encoder.joint.coefficients.items()}
        arrays["joint_intercepts"] = encoder.joint.intercepts
    arrays |= {f"components/{name}": values.astype(np.float32) for name, values in encoder.components.items()}
    arrays |= {f"idf/{name}": terms.idf for name, terms in encoder.terms.items()}
    employer = encoder.employer
    described = {
        "variant": model.variant,
        "parameters": model.parameters.to_dict(),
        "blocks": {name: {"unit": terms.unit, "terms": terms.vocabulary} for name, terms in encoder.terms.items()},
        "linear": list(encoder.linear.names),
        "joint": None if encoder.joint is None else list(encoder.joint.names),
        "components": list(encoder.components),
        "employer": None
        if employer is None
        else {"sums": employer.sums, "groups": employer.groups, "smoothing": employer.smoothing},
        "width_scale": model.width_scale,
        "features": list(encoder.names),
        "features_sha256": features_hash(encoder),
    }
    heads = {"middle.cbm": model.middle, "width.cbm": model.width, "tilt.cbm": model.tilt, "spread.cbm": model.spread}
    return {
        "encoder.json": _json(described),
        "arrays.npz": _arrays(arrays),
        "calibration.json": _json(model.calibration.to_dict()),
        **{name: _trees_to_bytes(trees) for name, trees in heads.items()},
    }


def from_files(files: Mapping[str, bytes]) -> Model:
    """The inverse of `to_files`. Raises ValueError when features and heads do not belong together."""
    described = json.loads(files["encoder.json"])
    with np.load(io.BytesIO(files["arrays.npz"]), allow_pickle=False) as stored:
        arrays = {name: stored[name] for name in stored.files}
    terms = {
        name: Terms(tuple(block["terms"]), arrays[f"idf/{name}"], block["unit"])
        for name, block in described["blocks"].items()
    }
    linear = _score(described["linear"], arrays, "coefficients", "intercepts")
    joint = described["joint"] and _score(described["joint"], arrays, "joint", "joint_intercepts")
    components = {name: arrays[f"components/{name}"] for name in described["components"]}
    employer = described["employer"] and EmployerEffect(**described["employer"])
    encoder = Encoder(terms, linear, components, employer, joint)
    if features_hash(encoder) != described["features_sha256"]:
        raise ValueError("the features of this code are not those that the model was trained on; train it again")
    return Model(
        described["variant"],
        Hyperparameters(**described["parameters"]),
        encoder,
        _trees_from_bytes(files["middle.cbm"]),
        _trees_from_bytes(files["width.cbm"]),
        described["width_scale"],
        _trees_from_bytes(files["tilt.cbm"]),
        _trees_from_bytes(files["spread.cbm"]),
        Calibration.from_dict(json.loads(files["calibration.json"])),
    )


def features_hash(encoder: Encoder) -> str:
    """Names and order of the dense features: CatBoost would predict quietly from swapped columns."""
    return hashlib.sha256("\n".join(encoder.names).encode()).hexdigest()


def _score(names: list[str], arrays: Mapping[str, Floats], coefficients: str, intercepts: str) -> LinearScore:
    return LinearScore(tuple(names), {name: arrays[f"{coefficients}/{name}"] for name in names}, arrays[intercepts])


def _trees_to_bytes(trees: Trees) -> bytes:
    """Without what catboost draws or dates anew at each fit: the same rows give the same bytes."""
    about = trees.get_metadata()
    for name in list(about.keys()):
        if name.rpartition(":")[2] in _OF_ONE_FIT:
            about[name] = ""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "head.cbm"
        trees.save_model(str(path))
        return path.read_bytes()


def _trees_from_bytes(content: bytes) -> Trees:
    from catboost import CatBoostRegressor

    return CatBoostRegressor().load_model(blob=content)


def _json(value: Any) -> bytes:
    return (json.dumps(value, ensure_ascii=False, sort_keys=True) + "\n").encode()


def _arrays(arrays: Mapping[str, Any]) -> bytes:
    buffer = io.BytesIO()
    np.savez(buffer, **arrays)
    return buffer.getvalue()
