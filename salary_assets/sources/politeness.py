"""No host is asked more often than its limit, whichever processes ask it.

The next free moment of each host stands in a file under <home>/locks; a request takes that moment and moves it on.
"""

from __future__ import annotations

import re
import time
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock

FURTHEST = 600.0
"""Seconds. A free moment further away than this was written by a clock that has been set since."""


@dataclass(frozen=True)
class HostLimit:
    """At most `per_second` requests to one host; 0 means no limit (emulators on loopback)."""

    folder: Path
    host: str
    per_second: float

    def wait(self) -> float:
        """Sleep until it is this request's turn. Returns the seconds slept."""
        if self.per_second <= 0:
            return 0.0
        pause = self._take() - time.time()
        if pause > 0:
            time.sleep(pause)
        return max(pause, 0.0)

    def _take(self) -> float:
        """The moment that is ours (Unix seconds); the next caller, in any process, gets a later one."""
        self.folder.mkdir(parents=True, exist_ok=True)
        path = self.folder / f"host-{re.sub(r'[^A-Za-z0-9.-]', '_', self.host)}"
        with FileLock(path.with_name(f"{path.name}.lock")):
            now = time.time()
            free = self._free(path)
            moment = free if now < free < now + FURTHEST else now
            path.write_text(repr(moment + 1.0 / self.per_second), encoding="ascii")
        return moment

    @staticmethod
    def _free(path: Path) -> float:
        try:
            return float(path.read_text(encoding="ascii"))
        except (OSError, ValueError):
            return 0.0
