"""The data dictionary: what the contracts say, as Markdown."""

from __future__ import annotations

import inspect
from collections.abc import Iterable

from salary_assets.storage.contract import Contract


def markdown(tables: Iterable[type[Contract]]) -> str:
    """One section per table: key, then a row per column with type, unit, nulls and meaning."""
    parts = ["# Data dictionary\n\nMade from the column contracts by `make docs`; do not edit by hand.\n"]
    for table in tables:
        spec = table.to_schema().columns
        rows = [
            f"| `{field.name}` | {field.type} | {spec[field.name].metadata['unit'] or ''} "
            f"| {'yes' if spec[field.name].nullable else 'no'} | {spec[field.name].description} |"
            for field in table.arrow_schema()
        ]
        key = ", ".join(f"`{name}`" for name in table.row_key())
        parts.append(
            f"\n## {table.table_name()}\n\n{inspect.getdoc(table)}\n\nKey: {key}.\n\n"
            "| column | type | unit | null | meaning |\n|---|---|---|---|---|\n" + "\n".join(rows) + "\n"
        )
    return "".join(parts)
