"""Hands a document to a child process and takes text or a reason back. Nothing is written to disk.

A server keeps a few children started ahead: starting one costs more than reading an ordinary resume.
"""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import threading
from collections import deque
from pathlib import Path
from typing import Any

from salary_assets.resume.documents.types import MAX_BYTES, WALL_SECONDS, Document, DocumentRefused


class Reader:
    """Reads documents, each in a fresh child process. `spare` children are started ahead. Safe to share by threads."""

    def __init__(self, spare: int = 0, wall_seconds: float = WALL_SECONDS) -> None:
        self._wall_seconds = wall_seconds
        self._lock = threading.Lock()
        self._idle = deque(_start() for _ in range(spare))
        self._spare = spare

    def read(self, data: bytes) -> Document:
        """The document as text. Raises DocumentRefused with a reason and what its owner can do."""
        if len(data) > MAX_BYTES:
            raise DocumentRefused("too_large", f"The file is larger than {MAX_BYTES // 1024 // 1024} MB.")
        child = self._take()
        try:
            out, _ = child.communicate(data, timeout=self._wall_seconds)
        except subprocess.TimeoutExpired as error:
            raise DocumentRefused(
                "too_slow", "The file takes too long to open: save it again as DOCX or PDF."
            ) from error
        except BrokenPipeError:
            out = b""
        finally:
            _stop(child)
        return _document(out, child.returncode)

    def close(self) -> None:
        """End the children that wait."""
        with self._lock:
            while self._idle:
                _stop(self._idle.popleft())
            self._spare = 0

    def _take(self) -> subprocess.Popen[bytes]:
        with self._lock:
            child = self._idle.popleft() if self._idle else _start()
            while len(self._idle) < self._spare:
                self._idle.append(_start())
        return child if child.poll() is None else _start()


def read_document(path: Path) -> Document:
    """The resume in a file, as text; the format is told by content, not by name.

    Raises OSError when the file cannot be read, DocumentRefused when it is no readable document.
    """
    with path.open("rb") as file:
        data = file.read(MAX_BYTES + 1)
    return Reader().read(data)


def _start() -> subprocess.Popen[bytes]:
    # The environment is rebuilt so that no secret of the server reaches the process that opens a stranger's file.
    kept = {
        name: os.environ[name] for name in ("PATH", "LD_LIBRARY_PATH", "PYTHONPATH", "TMPDIR") if name in os.environ
    }
    return subprocess.Popen(
        [sys.executable, "-m", "salary_assets.resume.documents.child"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=kept | {"LC_ALL": "C.UTF-8", "PYTHONUTF8": "1", "OMP_NUM_THREADS": "1"},
        start_new_session=True,
    )


def _stop(child: subprocess.Popen[bytes]) -> None:
    """End a child and whatever it started."""
    if child.poll() is None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child.pid, 9)
    child.wait()
    for stream in (child.stdin, child.stdout):
        if stream is not None:
            with contextlib.suppress(OSError):
                stream.close()


def _document(out: bytes, returncode: int) -> Document:
    try:
        answer: dict[str, Any] = json.loads(out)
    except ValueError as error:
        raise DocumentRefused(
            "too_heavy",
            "The file could not be opened within the limits of memory and time"
            f" (the reader ended with {returncode}): save the resume again as DOCX or PDF.",
        ) from error
    if "refused" in answer:
        raise DocumentRefused(answer["refused"], answer["message"])
    return Document(
        text=answer["text"],
        kind=answer["kind"],
        engine=answer["engine"],
        pages=answer["pages"],
        columns=answer["columns"],
        hidden=tuple(answer["hidden"]),
        warnings=tuple(answer["warnings"]),
    )
