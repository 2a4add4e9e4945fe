"""Where tables, files and settings live. Knows nothing of vacancies, labels or Dagster."""

from salary_assets.storage.atomic import write_bytes, write_text
from salary_assets.storage.contract import Contract, column
from salary_assets.storage.settings import Settings, load_settings
from salary_assets.storage.store import Manifest, Part, TableStore

__all__ = [
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
