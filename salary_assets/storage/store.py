"""The table store: Parquet parts with an explicit schema, each published by a manifest.

A part is one month of one source (or the whole of an unpartitioned table):

    <root>/<table>/month=2021-10/source=hh/{manifest.json, <sha256>.parquet}

A write puts the data file down under a name made from its content, then replaces the manifest. So a
reader sees the old part or the new one, a killed write leaves the old one, and a file that no manifest
names does not exist. Roots may be paths or fsspec URLs (s3://, gs://, memory://).
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import fsspec
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from filelock import FileLock
from fsspec.implementations.local import LocalFileSystem

from salary_assets.storage.arrow import from_arrow
from salary_assets.storage.atomic import write_bytes
from salary_assets.storage.contract import Contract
from salary_assets.storage.settings import BadSetting

MANIFEST = "manifest.json"
LOCK = ".lock"


class MissingPart(LookupError):
    """A table or part that has not been made yet; the message says what to materialise."""


class DamagedPart(RuntimeError):
    """A part whose files do not match its manifest; materialising it again repairs it."""


@dataclass(frozen=True, order=True)
class Part:
    """One source and publication month (`YYYY-MM`, Europe/Moscow). Names come from the registry, never from ads."""

    month: str
    source: str

    @property
    def folder(self) -> str:
        return f"month={self.month}/source={self.source}"

    def __str__(self) -> str:
        return f"{self.month}|{self.source}"


@dataclass(frozen=True)
class DataFile:
    name: str
    rows: int
    bytes: int
    sha256: str


@dataclass(frozen=True)
class Manifest:
    """What a published part consists of. `code_version` is the version of the code that made it."""

    table: str
    part: str
    schema_hash: str
    code_version: str
    files: tuple[DataFile, ...]

    @property
    def rows(self) -> int:
        return sum(file.rows for file in self.files)

    @property
    def bytes(self) -> int:
        return sum(file.bytes for file in self.files)

    @property
    def data_version(self) -> str:
        """Hash of the content: equal for equal rows, whenever and wherever they were made."""
        return hashlib.sha256("".join(file.sha256 for file in self.files).encode()).hexdigest()

    def to_json(self) -> str:
        return json.dumps(asdict(self), ensure_ascii=False, indent=1, sort_keys=True) + "\n"

    @staticmethod
    def from_json(text: str) -> Manifest:
        raw = json.loads(text)
        files = tuple(DataFile(**file) for file in raw.pop("files"))
        return Manifest(files=files, **raw)


class TableStore:
    """Reads and writes the tables under one root. Holds no state but the root; safe to share."""

    def __init__(self, root: str | Path) -> None:
        """Raises BadSetting for an address of a kind that is unknown or whose package is not installed."""
        self.root = str(root)
        try:
            self._fs, self._base = fsspec.core.url_to_fs(self.root)
        except (ValueError, ImportError) as error:
            raise BadSetting(
                f"SALARY_ASSETS_TABLES_URL={self.root}: {error}; write a folder or an fsspec address whose package is"
                " installed, or unset it"
            ) from error
        self._local = isinstance(self._fs, LocalFileSystem)

    def write(
        self, contract: type[Contract], frame: pd.DataFrame, part: Part | None = None, code_version: str = ""
    ) -> Manifest:
        """Publish `frame` as the whole content of the part.

        Raises ContractError when the frame breaks the contract, OSError when the disk does; the part that
        was there before then stays as it was.
        """
        with self._writing(contract, part):
            file = self._put(contract, frame, part)
            return self._publish(contract, part, (file,), code_version)

    def append(
        self, contract: type[Contract], frame: pd.DataFrame, part: Part | None = None, code_version: str = ""
    ) -> Manifest:
        """Add rows to the part as one more file; what is there is never rewritten. No rows: nothing changes."""
        with self._writing(contract, part):
            current = self.manifest(contract, part)
            if len(frame) == 0 and current is not None:
                return current
            file = self._put(contract, frame, part)
            files = current.files if current else ()
            return self._publish(contract, part, files if file in files else (*files, file), code_version)

    def update(
        self,
        contract: type[Contract],
        change: Callable[[pd.DataFrame], pd.DataFrame],
        part: Part | None = None,
        code_version: str = "",
    ) -> Manifest:
        """Publish `change(rows of the part)` as its whole content; writers of one part take turns.

        An unpublished part counts as one without rows. Raises what `read` and `write` raise.
        """
        with self._writing(contract, part):
            current = contract.no_rows() if self.manifest(contract, part) is None else self.read(contract, part)
            file = self._put(contract, change(current), part)
            return self._publish(contract, part, (file,), code_version)

    def read(
        self,
        contract: type[Contract],
        part: Part | None = None,
        columns: Sequence[str] | None = None,
        parts: Sequence[Part] | None = None,
    ) -> pd.DataFrame:
        """Rows of one part, of the listed parts, or (neither given) of the whole table, in part order.

        Columns that an older file lacks come back as nulls. Raises MissingPart when nothing was ever
        published, DamagedPart when a file does not match its manifest.
        """
        wanted: list[Part | None] = [part] if part else list(parts) if parts is not None else self._all(contract)
        names = list(columns) if columns is not None else contract.column_names()
        tables = [table for one in wanted for table in self._read_files(contract, one, names)]
        return from_arrow(pa.concat_tables(tables)) if tables else contract.no_rows()[names]

    def manifest(self, contract: type[Contract], part: Part | None = None) -> Manifest | None:
        """The manifest of a published part, or None."""
        try:
            with self._fs.open(f"{self._folder(contract, part)}/{MANIFEST}", "rb") as file:
                return Manifest.from_json(file.read().decode("utf-8"))
        except FileNotFoundError:
            return None

    def parts(self, contract: type[Contract], source: str | None = None) -> list[Part]:
        """Published parts of a table (of one source), by month, then source."""
        base = self._table_folder(contract)
        found = self._fs.glob(f"{base}/month=*/source={source or '*'}/{MANIFEST}")
        names = [str(path).split("/")[-3:-1] for path in found]
        return sorted(Part(month.removeprefix("month="), feed.removeprefix("source=")) for month, feed in names)

    def location(self, contract: type[Contract], part: Part | None = None) -> str:
        """Where a part lives: a path or URL for people and for metadata."""
        folder = self._folder(contract, part)
        return folder if self._local else self._fs.unstrip_protocol(folder)

    def _all(self, contract: type[Contract]) -> list[Part | None]:
        if self.manifest(contract) is not None:
            return [None]
        parts = self.parts(contract)
        if not parts:
            name = contract.table_name()
            raise MissingPart(f"table {name} is empty at {self.root}: materialise the asset {name} first")
        return list(parts)

    def _require(self, contract: type[Contract], part: Part | None) -> Manifest:
        manifest = self.manifest(contract, part)
        if manifest is None:
            raise MissingPart(
                f"{contract.table_name()} has no published part {part or 'at all'} under {self.root}:"
                f" materialise the asset {contract.table_name()} for it first"
            )
        return manifest

    def _read_files(self, contract: type[Contract], part: Part | None, names: list[str]) -> list[pa.Table]:
        try:
            return self._read_manifest(contract, part, self._require(contract, part), names)
        except FileNotFoundError:
            # The part was replaced between reading its manifest and its files: the new manifest is there.
            return self._read_manifest(contract, part, self._require(contract, part), names)

    def _read_manifest(
        self, contract: type[Contract], part: Part | None, manifest: Manifest, names: list[str]
    ) -> list[pa.Table]:
        schema = contract.arrow_schema(names)
        tables = []
        for file in manifest.files:
            reader = pq.ParquetFile(io.BytesIO(self._verified(contract, part, file)))
            present = [name for name in names if name in reader.schema_arrow.names]
            tables.append(_conform(reader.read(columns=present), schema))
        return tables

    def _verified(self, contract: type[Contract], part: Part | None, file: DataFile) -> bytes:
        with self._fs.open(f"{self._folder(contract, part)}/{file.name}", "rb") as handle:
            data: bytes = handle.read()
        if hashlib.sha256(data).hexdigest() != file.sha256:
            raise DamagedPart(
                f"{self.location(contract, part)}/{file.name} does not match its manifest:"
                f" materialise {contract.table_name()} {part or ''} again"
            )
        return data

    def _put(self, contract: type[Contract], frame: pd.DataFrame, part: Part | None) -> DataFile:
        buffer = io.BytesIO()
        pq.write_table(contract.to_arrow(frame), buffer, compression="zstd", row_group_size=20_000)
        data = buffer.getvalue()
        digest = hashlib.sha256(data).hexdigest()
        name = f"{digest[:20]}.parquet"
        self._write(f"{self._folder(contract, part)}/{name}", data)
        return DataFile(name, len(frame), len(data), digest)

    def _publish(
        self, contract: type[Contract], part: Part | None, files: tuple[DataFile, ...], code_version: str
    ) -> Manifest:
        folder = self._folder(contract, part)
        manifest = Manifest(contract.table_name(), str(part or ""), contract.schema_hash(), code_version, files)
        self._write(f"{folder}/{MANIFEST}", manifest.to_json().encode("utf-8"))
        kept = {file.name for file in files} | {MANIFEST}
        for path in self._fs.ls(folder, detail=False, refresh=True):
            name = str(path).rsplit("/", 1)[-1]
            if name not in kept and name != LOCK:
                with contextlib.suppress(FileNotFoundError):
                    self._fs.rm_file(path)
        return manifest

    @contextlib.contextmanager
    def _writing(self, contract: type[Contract], part: Part | None) -> Iterator[None]:
        """One writer per part at a time, so that whatever no manifest names is a dead writer's and may go.

        Object stores have no such lock: there the orchestrator's limit of one run per source keeps writers apart.
        """
        if not self._local:
            yield
            return
        folder = Path(self._folder(contract, part))
        folder.mkdir(parents=True, exist_ok=True)
        with FileLock(folder / LOCK):
            yield

    def _write(self, path: str, data: bytes) -> None:
        if self._local:
            write_bytes(Path(path), data)
            return
        with self._fs.open(path, "wb") as handle:
            handle.write(data)

    def _folder(self, contract: type[Contract], part: Part | None) -> str:
        base = self._table_folder(contract)
        return f"{base}/{part.folder}" if part else base

    def _table_folder(self, contract: type[Contract]) -> str:
        return f"{self._base}/{contract.folder_name()}"


def _conform(table: pa.Table, schema: pa.Schema) -> pa.Table:
    columns = [
        table.column(field.name).cast(field.type)
        if field.name in table.column_names
        else pa.nulls(table.num_rows, field.type)
        for field in schema
    ]
    return pa.table(columns, schema=schema)
