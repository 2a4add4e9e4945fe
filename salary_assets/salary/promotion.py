"""Which bundle is served: one small pointer file that is replaced whole, and the way back.

<models>/<version>/...     bundles, never changed once written; a damaged one may be written again
<models>/current.json      {"bundle": version, "history": [versions served before, newest first], ...}
"""

from __future__ import annotations

import json
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path
from typing import Any

from salary_assets.salary.bundle import Bundle, DamagedBundle, load_bundle
from salary_assets.storage import write_text

POINTER = "current.json"
REMEMBERED = 20
LOCK = "current.lock"
"""Held while the pointer is read and replaced: of two promotions at once none loses what the other served."""


class NothingToRollBackTo(RuntimeError):
    """No bundle was served before the current one, or none of those is left."""


def promote(models: Path, version: str, at: datetime, reason: str) -> dict[str, Any]:
    """Serve <models>/<version> from now on. The bundle is loaded first: a damaged one is never pointed at.

    at: aware time; reason: why, for the record. A pointer that cannot be read is replaced, and its history with it.
    Returns the pointer. Raises FileNotFoundError, DamagedBundle.
    """
    if not _is_name(version):
        raise FileNotFoundError(f"{version!r} is not the name of a bundle; give that of a folder of {models}, no path")
    load_bundle(models / version)
    with _held(models):
        try:
            current = served(models)
        except DamagedBundle:
            current = None
        history = [] if current is None else [current["bundle"], *current["history"]]
        return _point(models, version, [one for one in history if one != version], at, reason)


def rollback(models: Path, at: datetime) -> dict[str, Any]:
    """Serve the newest earlier bundle that still loads; those that do not are passed over and named in the reason.

    Raises NothingToRollBackTo.
    """
    with _held(models):
        current = served(models)
        if current is None:
            raise NothingToRollBackTo(
                f"{models / POINTER} does not exist: no model was ever promoted; train and promote one"
            )
        passed: list[str] = []
        for place, version in enumerate(current["history"]):
            try:
                load_bundle(models / version)
            except (FileNotFoundError, DamagedBundle) as error:
                passed.append(f"{version}: {error}")
                continue
            reason = f"rolled back from {current['bundle']}" + "".join(f"; passed over {one}" for one in passed)
            return _point(models, version, current["history"][place + 1 :], at, reason)
        said = "; ".join(passed) or "it is the first that was served"
        raise NothingToRollBackTo(f"nothing to go back to from {current['bundle']}: {said}")


def served(models: Path) -> dict[str, Any] | None:
    """The pointer, or None when nothing was promoted yet. Raises DamagedBundle when it cannot be read."""
    path = models / POINTER
    try:
        pointer: dict[str, Any] = json.loads(path.read_text("utf-8"))
        named = [pointer["bundle"], *pointer["history"]]
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise DamagedBundle(f"{path} cannot be read: {error}; promote a bundle again") from error
    if not all(map(_is_name, named)):
        raise DamagedBundle(f"{path} names a bundle outside {models}; promote a bundle again")
    return pointer


def load_served(models: Path) -> Bundle:
    """The bundle that is served now. Raises FileNotFoundError when none is, DamagedBundle when it is not whole."""
    pointer = served(models)
    if pointer is None:
        raise FileNotFoundError(f"no model is served yet ({models / POINTER} is missing); run: salary-assets refresh")
    return load_bundle(models / pointer["bundle"])


def _held(models: Path) -> AbstractContextManager[Any]:
    """The pointer to oneself."""
    # Imported here: a service, which reads the pointer and never moves it, has no use for it.
    from filelock import FileLock

    return FileLock(models / LOCK)


def _is_name(version: Any) -> bool:
    """Whether it names a folder of its own inside the one that it is looked for in."""
    return isinstance(version, str) and version not in ("", "..") and Path(version).name == version


def _point(models: Path, version: str, history: list[str], at: datetime, reason: str) -> dict[str, Any]:
    pointer = {"bundle": version, "history": history[:REMEMBERED], "promoted_at": at.isoformat(), "reason": reason}
    write_text(models / POINTER, json.dumps(pointer, ensure_ascii=False, indent=1, sort_keys=True) + "\n")
    return pointer
