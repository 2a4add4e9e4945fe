"""The vocabulary that de-duplication rests on: data files beside this module, each with its source line."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from io import StringIO

import pandas as pd


@cache
def data_table(name: str) -> pd.DataFrame:
    """A packaged CSV file (its first lines, `# ...`, say where it is from). Not to be changed in place."""
    text = (files("salary_assets.postings") / "data" / name).read_text(encoding="utf-8")
    table = "".join(line for line in text.splitlines(keepends=True) if not line.startswith("#"))
    return pd.read_csv(StringIO(table), dtype="str", keep_default_na=False)
