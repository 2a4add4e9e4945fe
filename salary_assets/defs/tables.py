"""Tables as assets: options that every table asset shares, made from its column contract, and their I/O.

Partitioned assets write each part as soon as it is ready (a killed backfill keeps what it had finished);
unpartitioned ones return a frame that `TableIOManager` publishes. Both go through `TableStore`.
"""

from __future__ import annotations

import base64
import inspect
from collections.abc import Iterable, Mapping
from typing import Any

import dagster as dg
import numpy as np
import pandas as pd

from salary_assets.defs.resources import Home
from salary_assets.storage import Contract, Manifest
from salary_assets.storage.schemas import ALL_TABLES

OWNERS = ["team:data-engineering"]
LONGEST_CELL = 80
CONTRACTS = {contract.table_name(): contract for contract in ALL_TABLES}


def table_options(
    contract: type[Contract],
    group: str,
    code_version: str,
    kinds: Iterable[str] = (),
    condition: dg.AutomationCondition[Any] | None = None,
) -> dict[str, Any]:
    """Keyword arguments of `@dg.asset` for a table: name, group, description, columns, owners, kinds, version.

    condition: when it re-makes itself; None: only when somebody or a sensor asks.
    """
    return {
        "name": contract.table_name(),
        "group_name": group,
        "description": inspect.getdoc(contract),
        "code_version": f"{code_version}+{contract.schema_hash()}",
        "owners": OWNERS,
        "kinds": {"parquet", *kinds},
        "metadata": {"dagster/column_schema": column_schema(contract)},
        "automation_condition": condition,
    }


def out_options(
    contract: type[Contract],
    group: str,
    code_version: str,
    kinds: Iterable[str] = (),
    condition: dg.AutomationCondition[Any] | None = None,
) -> dict[str, Any]:
    """The same for `dg.AssetOut`, whose key is its name already."""
    options = table_options(contract, group, code_version, kinds, condition)
    del options["name"]
    return options


def column_schema(contract: type[Contract]) -> dg.TableSchema:
    """The contract as the column table of the Dagster UI: type, unit, meaning, constraints."""
    spec = contract.to_schema().columns
    columns = []
    for field in contract.arrow_schema():
        entry = spec[field.name]
        unit = entry.metadata["unit"]
        columns.append(
            dg.TableColumn(
                name=field.name,
                type=str(field.type),
                description=f"{entry.description} [{unit}]" if unit else entry.description,
                constraints=dg.TableColumnConstraints(
                    nullable=entry.nullable, unique=contract.row_key() == [field.name]
                ),
            )
        )
    return dg.TableSchema(columns=columns)


def pictures(images: Mapping[str, bytes | None]) -> dg.MetadataValue:
    """PNG images by name, shown where metadata is; those that are None are left out."""
    encoded = {name: base64.b64encode(content).decode() for name, content in images.items() if content}
    return dg.MetadataValue.md(
        "\n\n".join(f"![{name}](data:image/png;base64,{content})" for name, content in encoded.items())
    )


def published(home: Home, manifest: Manifest, contract: type[Contract]) -> dict[str, Any]:
    """Metadata of a table that was just published."""
    return {
        "dagster/row_count": manifest.rows,
        "dagster/uri": home.tables.location(contract),
        "bytes": manifest.bytes,
        "data_version": manifest.data_version[:16],
    }


def preview(frame: pd.DataFrame, columns: list[str] | None = None, rows: int = 10) -> dg.MetadataValue:
    """The first rows as a small table in the UI, missing values as a dash. columns: all of them without it.

    Cells are shortened between words: the event log keeps every one of them.
    """
    shown = frame[columns or list(frame.columns)].head(rows)
    texts = shown.astype("object").where(shown.notna(), "-")
    records = [
        dg.TableRecord({str(name): _cell(value) for name, value in row.items()}) for row in texts.to_dict("records")
    ]
    schema = dg.TableSchema(columns=[dg.TableColumn(name=str(name)) for name in shown.columns])
    return dg.MetadataValue.table(records, schema=schema)


def _cell(value: object) -> str:
    named = ", ".join(map(str, value)) if isinstance(value, (list, tuple, np.ndarray)) else str(value)
    text = " ".join(named.split())
    if len(text) <= LONGEST_CELL:
        return text
    cut = text[: LONGEST_CELL - 1]
    return (cut.rsplit(" ", 1)[0] if " " in cut else cut).rstrip(",;:") + "…"


class TableIOManager(dg.ConfigurableIOManager):
    """Publishes the frame that an unpartitioned asset returns, and hands whole tables to the assets below it.

    Refuses everything that is not a table with a contract, so that nothing is ever pickled.
    """

    home: Home

    def handle_output(self, context: dg.OutputContext, obj: Any) -> None:
        name = context.asset_key.path[-1]
        contract = CONTRACTS.get(name)
        if contract is None or not isinstance(obj, pd.DataFrame) or context.has_asset_partitions:
            raise dg.DagsterInvariantViolationError(
                f"asset {name} returned {type(obj).__name__}: return a DataFrame that keeps a contract of"
                " storage/schemas, or write the parts through home.tables and return MaterializeResult"
            )
        manifest = self.home.tables.write(contract, obj, code_version=_code_version(context))
        context.add_output_metadata(published(self.home, manifest, contract))

    def load_input(self, context: dg.InputContext) -> pd.DataFrame:
        return self.home.tables.read(CONTRACTS[context.asset_key.path[-1]])


def _code_version(context: dg.OutputContext) -> str:
    version = context.asset_spec.code_version
    return version or ""
