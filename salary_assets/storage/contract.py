"""Column contracts: one Pandera model per table says what each column is, in which unit, and what may be in it.

The same model checks frames on write, gives the exact Arrow schema of the Parquet file, fills the column
table in the Dagster UI and is printed as docs/data-dictionary.md.
"""

from __future__ import annotations

import hashlib
from typing import Annotated, Any

import pandas as pd
import pandera.pandas as pandera
import pyarrow as pa
from pandera.errors import SchemaErrors

from salary_assets.storage.arrow import from_arrow

UTC_TIMESTAMP = pa.timestamp("us", "UTC")
STRINGS = pa.list_(pa.string())

Text = str
Int = pd.Int64Dtype
Float = float
Bool = pd.BooleanDtype
Time = Annotated[pd.DatetimeTZDtype, "us", "UTC"]
Nested = object
"""Annotations of contract columns. `Nested` (lists, structs, bytes) needs its Arrow type given to `column`."""

_PANDAS_TYPES: dict[pa.DataType, Any] = {
    pa.string(): "str",
    pa.int64(): pd.Int64Dtype(),
    pa.bool_(): pd.BooleanDtype(),
    pa.float64(): "float64",
    UTC_TIMESTAMP: pd.DatetimeTZDtype("us", "UTC"),
}
_ARROW_TYPES = {
    "str": pa.string(),
    "string[pyarrow]": pa.string(),
    "Int64": pa.int64(),
    "float64": pa.float64(),
    "boolean": pa.bool_(),
    "datetime64[us, UTC]": UTC_TIMESTAMP,
}


class ContractError(ValueError):
    """A frame does not keep its table's contract; the message names the table, columns and first bad rows."""


def column(description: str, unit: str | None = None, arrow: pa.DataType | None = None, **checks: Any) -> Any:
    """A column of a contract: what it means, its unit, its Arrow type if Nested, and Pandera checks (`ge`, `isin`).

    Columns may hold nulls unless `nullable=False` is given.
    """
    checks.setdefault("nullable", True)
    return pandera.Field(description=description, metadata={"arrow": arrow, "unit": unit}, **checks)


class Contract(pandera.DataFrameModel):
    """Base of all table contracts: `class Postings(Contract, table="postings", key=("posting_id",))`.

    table: name of the table and of its folder.
    key: columns that identify a row; a write sorts by them and refuses duplicates.
    version: bump on a breaking change; the folder of the table then changes, old data stays beside it.
    """

    _table = ""
    _key: tuple[str, ...] = ()
    _version = 1

    class Config:
        strict = True

    def __init_subclass__(cls, table: str, key: tuple[str, ...], version: int = 1, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)  # type: ignore[no-untyped-call]
        cls._table, cls._key, cls._version = table, key, version

    @classmethod
    def table_name(cls) -> str:
        return cls._table

    @classmethod
    def folder_name(cls) -> str:
        return cls._table if cls._version == 1 else f"{cls._table}@{cls._version}"

    @classmethod
    def row_key(cls) -> list[str]:
        return list(cls._key)

    @classmethod
    def column_names(cls) -> list[str]:
        return list(cls.to_schema().columns)

    @classmethod
    def arrow_schema(cls, columns: list[str] | None = None) -> pa.Schema:
        """The Arrow schema of the table (or of some of its columns), in the contract's order."""
        spec = cls.to_schema().columns
        wanted = spec if columns is None else {name: spec[name] for name in columns}
        return pa.schema([pa.field(name, _arrow_type(entry)) for name, entry in wanted.items()])

    @classmethod
    def schema_hash(cls) -> str:
        return hashlib.sha256(str(cls.arrow_schema()).encode()).hexdigest()[:16]

    @classmethod
    def no_rows(cls) -> pd.DataFrame:
        """A frame with every column and no row."""
        return from_arrow(cls.arrow_schema().empty_table())

    @classmethod
    def frame(cls, rows: list[dict[str, Any]]) -> pd.DataFrame:
        """Rows as dicts -> a frame with the contract's columns and types; absent keys become null.

        Raises ContractError when a value does not fit its column.
        """
        schema = cls.arrow_schema()
        columns = {}
        for field in schema:
            try:
                columns[field.name] = pa.array([row.get(field.name) for row in rows], field.type)
            except (pa.ArrowInvalid, pa.ArrowTypeError, pa.ArrowNotImplementedError, OverflowError) as error:
                raise ContractError(f"{cls._table}.{field.name}: {error}") from error
        return from_arrow(pa.table(columns, schema=schema))

    @classmethod
    def records(cls, frame: pd.DataFrame) -> list[dict[str, Any]]:
        """A frame (or some columns of one) -> dicts with None for null, the inverse of `frame`."""
        names = [name for name in cls.column_names() if name in frame.columns]
        table = pa.Table.from_pandas(frame[names], schema=cls.arrow_schema(names), preserve_index=False)
        return list(table.to_pylist())

    @classmethod
    def to_arrow(cls, frame: pd.DataFrame) -> pa.Table:
        """Check the frame, put columns and rows into the contract's order, convert.

        Raises ContractError naming the table, the columns and the first bad rows.
        """
        checked = cls.checked(frame)
        try:
            return pa.Table.from_pandas(checked, schema=cls.arrow_schema(), preserve_index=False)
        except (pa.ArrowInvalid, pa.ArrowTypeError) as error:
            raise ContractError(f"{cls._table}: {error}") from error

    @classmethod
    def checked(cls, frame: pd.DataFrame) -> pd.DataFrame:
        """The frame with the contract's dtypes, columns and key order, or ContractError."""
        names = cls.column_names()
        absent, extra = set(names) - set(frame.columns), set(frame.columns) - set(names)
        if absent or extra:
            raise ContractError(f"{cls._table}: missing columns {sorted(absent)}, unknown columns {sorted(extra)}")
        typed = _with_dtypes(frame[names], cls.arrow_schema())
        key = list(cls._key)
        if key:
            repeated = typed.duplicated(key, keep=False)
            if repeated.any():
                sample = typed.loc[repeated, key].head(3).to_dict("records")
                raise ContractError(f"{cls._table}: {int(repeated.sum())} rows repeat the key {key}, e.g. {sample}")
            typed = typed.sort_values(key, kind="stable").reset_index(drop=True)
        try:
            cls.to_schema().validate(typed, lazy=True)
        except SchemaErrors as error:
            cases = error.failure_cases[["column", "check", "failure_case", "index"]].head(5)
            count, shown = len(error.failure_cases), cases.to_string(index=False)
            raise ContractError(f"{cls._table}: {count} values break the contract, e.g.\n{shown}") from error
        return typed

    @classmethod
    def split_valid(cls, frame: pd.DataFrame) -> tuple[pd.DataFrame, pd.Series]:
        """Good rows, and for each bad row (by index) the reason as text: for quarantine instead of failure."""
        typed = _with_dtypes(frame[cls.column_names()], cls.arrow_schema())
        reasons = pd.Series(dtype="str")
        try:
            cls.to_schema().validate(typed, lazy=True)
        except SchemaErrors as error:
            cases = error.failure_cases.dropna(subset=["index"])
            text = cases["column"].astype(str) + ": " + cases["check"].astype(str)
            reasons = text.groupby(cases["index"].astype(int)).agg(lambda found: "; ".join(sorted(set(found))))
        return frame.drop(index=reasons.index), reasons


def _arrow_type(entry: Any) -> pa.DataType:
    return entry.metadata["arrow"] or _ARROW_TYPES[str(entry.dtype)]


def _with_dtypes(frame: pd.DataFrame, schema: pa.Schema) -> pd.DataFrame:
    converted = {}
    for field in schema:
        values = frame[field.name]
        dtype = _PANDAS_TYPES.get(field.type)
        try:
            converted[field.name] = values if dtype is None or values.dtype == dtype else values.astype(dtype)
        except (TypeError, ValueError) as error:
            raise ContractError(f"column {field.name} does not hold {field.type}: {error}") from error
    return pd.DataFrame(converted, index=frame.index)
