"""History files: lines of plain or gzipped files, with what breaks them reported instead of raised.

A file is told by its content, not by its name. `origin` names file and line and stays the same wherever the file is
moved, because it carries the beginning of the file's SHA-256.
"""

from __future__ import annotations

import contextlib
import hashlib
import itertools
import json
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from salary_assets.sources.base import BadRecord, Refused

CHUNK = 1 << 20
MAX_LINE = 256 << 20
"""Bytes; a longer line is not an ad. The longest real one holds a few hundred kB."""

HEAD = 1 << 18
GZIP = b"\x1f\x8b"
_DECODER = json.JSONDecoder(strict=False, parse_constant=lambda _name: None)
"""Reads what careless writers write: control characters inside strings, NaN (as null)."""


class BrokenStream(Exception):
    """A gzip stream that ends early or is damaged. `rest` is the begun line that it left."""

    rest = b""


@dataclass(frozen=True)
class ArchiveFile:
    """A history file at `path`. sha256, size (bytes) and mtime_ns are as found when it was opened for indexing."""

    path: Path
    sha256: str
    size: int
    mtime_ns: int

    @staticmethod
    def of(path: Path) -> ArchiveFile:
        """Raises OSError when the file cannot be read."""
        status = path.stat()
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        return ArchiveFile(path.resolve(), digest, status.st_size, status.st_mtime_ns)

    @property
    def written_at(self) -> datetime:
        """Modification time, to the second: when what it holds was fetched, as far as one can know."""
        return datetime.fromtimestamp(self.mtime_ns // 10**9, UTC)

    @cached_property
    def name(self) -> str:
        return f"{self.path.name}@{self.sha256[:8]}"

    def origin(self, line: int) -> str:
        return f"{self.name}:{line}"

    def chunks(self) -> Iterator[bytes]:
        """Decompressed content. Raises BrokenStream after the last good byte of a damaged gzip file."""
        with self.path.open("rb") as file:
            pieces = iter(lambda: file.read(CHUNK), b"")
            first = next(pieces, b"")
            if first.startswith(GZIP):
                yield from _gunzip(first, pieces)
            elif first:
                yield first
                yield from pieces

    def raw_lines(self) -> Iterator[bytes]:
        """All lines with their ends. Raises BrokenStream, with the begun line, after the last whole one."""
        begun: list[bytes] = []
        size = 0
        try:
            for chunk in self.chunks():
                if b"\n" in chunk:
                    *whole, rest = b"".join((*begun, chunk)).split(b"\n")
                    for line in whole:
                        yield line + b"\n"
                    begun, size = [rest], len(rest)
                else:
                    begun.append(chunk)
                    size += len(chunk)
                if size > MAX_LINE:
                    yield b"".join(begun)
                    begun, size = [], 0
        except BrokenStream as error:
            error.rest = b"".join(begun)
            raise
        if size:
            yield b"".join(begun)

    def lines(self) -> Iterator[tuple[int, bytes] | BadRecord]:
        """Numbered lines that are not blank, without their ends. A break comes last, as a bad record."""
        number = 1
        try:
            for line in self.raw_lines():
                if len(line) > MAX_LINE:
                    reason = f"the line has more than {MAX_LINE} bytes: not an ad"
                    yield BadRecord(self.origin(number), reason, line[:HEAD])
                elif line.strip():
                    yield number, line.rstrip(b"\r\n")
                number += line.endswith(b"\n")
        except BrokenStream as error:
            yield self.break_at(number, error)

    def break_at(self, line: int, error: BrokenStream) -> BadRecord:
        reason = f"{error} after line {line - 1}: the lines before it are kept, get the file again for the rest"
        return BadRecord(self.origin(line), reason, error.rest)

    @cached_property
    def head(self) -> bytes:
        """The first quarter of a megabyte, as far as it can be read."""
        held = b""
        try:
            for chunk in self.chunks():
                held += chunk
                if len(held) >= HEAD:
                    break
        except BrokenStream:
            pass
        return held[:HEAD]

    @cached_property
    def first_objects(self) -> list[dict[str, Any]]:
        """JSON objects among the first 40 lines: what the file is told by."""
        found = []
        for entry in itertools.islice(self.lines(), 40):
            with contextlib.suppress(Refused):
                if not isinstance(entry, BadRecord):
                    found.append(json_object(entry[1]))
        return found

    def text(self) -> str:
        """The whole content as text. Raises Refused when it is not UTF-8 or the gzip stream is broken."""
        try:
            return b"".join(self.chunks()).decode("utf-8-sig")
        except BrokenStream as error:
            raise Refused(f"{self.path}: {error}; get the file again") from None
        except UnicodeDecodeError as error:
            raise Refused(f"{self.path}: not UTF-8 at byte {error.start}; convert it to UTF-8 first") from None


def json_value(text: bytes) -> Any:
    """Any JSON value. Raises Refused saying what is wrong with it."""
    try:
        return _DECODER.decode(text.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise Refused(f"not UTF-8 at byte {error.start}") from None
    except json.JSONDecodeError as error:
        raise Refused(f"not JSON: {error.msg} at character {error.pos}") from None
    except ValueError as error:
        raise Refused(f"JSON that cannot be read: {error}") from None
    except RecursionError:
        raise Refused("not an ad: JSON nested too deeply") from None


def json_object(line: bytes) -> dict[str, Any]:
    """One JSON object. Raises Refused saying what it is instead."""
    value = json_value(line)
    if not isinstance(value, dict):
        raise Refused(f"expected a JSON object, found {type(value).__name__}")
    return value


def _gunzip(piece: bytes, pieces: Iterator[bytes]) -> Iterator[bytes]:
    member, end = zlib.decompressobj(wbits=31), b""
    while True:
        before = member.copy()
        try:
            plain = member.decompress(piece, CHUNK)
        except zlib.error as error:
            yield from _up_to_damage(before, piece)
            raise BrokenStream(f"the gzip stream is damaged ({error}), what it held so far is suspect too,") from None
        if plain:
            yield plain
        if member.eof:
            piece = (member.unused_data or next(pieces, end)).lstrip(b"\0")
            if not piece:
                return
            member = zlib.decompressobj(wbits=31)
        elif member.unconsumed_tail or len(plain) == CHUNK:
            piece = member.unconsumed_tail
        else:
            piece = next(pieces, end)
            if not piece:
                raise BrokenStream("the gzip stream ends early")


def _up_to_damage(member: Any, piece: bytes) -> Iterator[bytes]:
    """What can still be read of a damaged piece: zlib gives nothing at all of an input that holds an error."""
    for step in (4096, 1):
        at = 0
        while at < len(piece):
            before = member.copy()
            try:
                plain = member.decompress(piece[at : at + step])
            except zlib.error:
                member, piece = before, piece[at : at + step]
                break
            if plain:
                yield plain
            at += step
