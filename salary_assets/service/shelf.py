"""The bundle that answers: loaded again when the pointer file changes, the last good one kept when loading fails.

An answer takes the bundle once at its start, so it is wholly of one version; the old one goes with its last answer.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

from salary_assets.service.metrics import Metrics

Bundle = TypeVar("Bundle")
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class ShelfState:
    """loaded: a bundle answers. failure: why the newest pointer could not be followed, None when it could."""

    loaded: bool
    failure: str | None


class Shelf(Generic[Bundle]):
    """Watches a pointer file, and others that belong to it. `load` reads what they name and raises when that is
    damaged or missing."""

    def __init__(self, pointer: Path, load: Callable[[], Bundle], metrics: Metrics, *others: Path) -> None:
        self._pointer, self._others, self._load, self._metrics = pointer, others, load, metrics
        self._bundle: Bundle | None = None
        self._seen: list[bytes | None] | None = None
        self._failure: str | None = None
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    def current(self) -> Bundle | None:
        """The bundle that answers now, or None before the first one."""
        return self._bundle

    def state(self) -> ShelfState:
        return ShelfState(self._bundle is not None, self._failure)

    def refresh(self) -> None:
        """Follow the pointer if it changed. Never raises: a failure is logged, counted and shown by `state`."""
        try:
            seen = [_content(path) for path in (self._pointer, *self._others)]
        except OSError as error:
            self._failure = f"{self._pointer} cannot be read: {error}"
            return
        if seen[0] is None or seen == self._seen:
            return
        self._seen = seen
        try:
            self._bundle = self._load()
        except Exception as error:  # a broken bundle of any sort must not take the good one down
            self._failure = f"{type(error).__name__}: {error}"
            self._metrics.model_load_failures.inc()
            log.error(
                "the bundle named by %s was not loaded, the previous one keeps answering: %s", self._pointer, error
            )
            return
        self._failure = None
        self._metrics.model_loads.inc()
        self._metrics.model_loaded.set(1)
        log.info("serving the bundle named by %s", self._pointer)

    def watch(self, every_seconds: float) -> None:
        """Refresh in the background until `close`."""
        self._thread = threading.Thread(target=self._loop, args=(every_seconds,), name="bundle-shelf", daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._stop.set()
        if self._thread is not None:
            self._thread.join(timeout=10)

    def _loop(self, every_seconds: float) -> None:
        while not self._stop.wait(every_seconds):
            self.refresh()


def _content(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None
