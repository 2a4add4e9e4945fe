"""The quarantine book: records that a step refused, each with its reason.

Steps write to one table. Each replaces only the rows that it wrote before (by stage, and by origin where a step
works through several files), so running anything again gives the same rows.
"""

from __future__ import annotations

import hashlib
from typing import Any

import pandas as pd

from salary_assets.storage.schemas import Quarantine
from salary_assets.storage.store import Manifest, Part, TableStore

UNKNOWN_MONTH = "unknown"
"""Part of records whose publication month could not be read."""

MAX_RECORD = 10_000


def row(part: Part, stage: str, origin: str, reason: str, record: str, whole: bytes | None = None) -> dict[str, Any]:
    """One quarantined record. `record` is what people see of it, `whole` the bytes it is known by (default: record).

    Half surrogates, which no table can hold, become `?`.
    """
    data = record.encode("utf-8", "replace")
    return {
        "source": part.source,
        "month": part.month,
        "stage": stage,
        "origin": origin,
        "reason": reason,
        "record": data.decode("utf-8")[:MAX_RECORD],
        "record_hash": hashlib.sha256(data if whole is None else whole).hexdigest(),
    }


def replace(
    store: TableStore, part: Part, stage: str, rows: pd.DataFrame, code_version: str = "", within: str | None = None
) -> Manifest | None:
    """Make `rows` all that `stage` has in quarantine for this part; rows of other stages stay.

    within: replace only the stage's rows whose origin is `within` or starts with `within:` (one file of several).
    Returns None when there was nothing and is nothing to write. Equal rows are kept once. Raises what
    `TableStore.write` raises, ValueError when `rows` belong to another stage or part.
    """
    _check(part, stage, rows)
    if len(rows) == 0 and store.manifest(Quarantine, part) is None:
        return None

    def change(current: pd.DataFrame) -> pd.DataFrame:
        mine = current["stage"] == stage
        if within is not None:
            mine &= (current["origin"] == within) | current["origin"].str.startswith(f"{within}:")
        kept = pd.concat([current[~mine], rows[current.columns]], ignore_index=True)
        return kept.drop_duplicates(Quarantine.row_key(), ignore_index=True)

    return store.update(Quarantine, change, part, code_version)


def add(store: TableStore, part: Part, stage: str, rows: pd.DataFrame, code_version: str = "") -> Manifest | None:
    """Put `rows` beside what quarantine has; a record that is there already is not added twice.

    For what comes but once, like answers of a site. Raises what `replace` raises.
    """
    _check(part, stage, rows)
    if len(rows) == 0:
        return store.manifest(Quarantine, part)

    def change(current: pd.DataFrame) -> pd.DataFrame:
        both = pd.concat([current, rows[current.columns]], ignore_index=True)
        return both.drop_duplicates(Quarantine.row_key(), ignore_index=True)

    return store.update(Quarantine, change, part, code_version)


def _check(part: Part, stage: str, rows: pd.DataFrame) -> None:
    strangers = rows[(rows["stage"] != stage) | (rows["source"] != part.source) | (rows["month"] != part.month)]
    if len(strangers):
        found = strangers.iloc[0][["stage", "source", "month"]].tolist()
        raise ValueError(f"quarantine of {part} for stage {stage}: got a row of {found}")
