"""Where tables, files and settings live. Knows nothing of vacancies, labels or Dagster.

Contracts and tables are imported when they are first asked for: what they need takes longer to import than a service
may take to load its bundle, and a service reads no table.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from salary_assets.storage.atomic import write_bytes, write_text
from salary_assets.storage.settings import BadSetting, Settings, load_settings

if TYPE_CHECKING:
    from salary_assets.storage.contract import Contract, column
    from salary_assets.storage.store import Manifest, Part, TableStore

_MODULES = {
    "Contract": "contract",
    "column": "contract",
    "Manifest": "store",
    "Part": "store",
    "TableStore": "store",
}

__all__ = [
    "BadSetting",
    "Contract",
    "Manifest",
    "Part",
    "Settings",
    "TableStore",
    "column",
    "load_settings",
    "write_bytes",
    "write_text",
]


def __getattr__(name: str) -> Any:
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)
