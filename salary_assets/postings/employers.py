"""One key for one employer, however the sources spell its name."""

from __future__ import annotations

import re

import pandas as pd

from salary_assets.postings.tables import data_table

_BRACKETS = re.compile(r"\([^()]*\)")
_WORD = re.compile(r"[a-zа-я0-9]+")


def employer_keys(names: pd.Series[str], ids: pd.Series[str]) -> pd.Series[str]:
    """The normalised name, else the source's identifier as `id:...`, else null.

    Case, quotes, punctuation, legal forms (ООО, LLC) and what stands in brackets do not count. The name goes first
    because only it is shared by sources; two employers with one name become one, the safe error when data is split.
    """
    forms = frozenset(data_table("legal_forms.csv")["word"])
    known = names.dropna().unique()
    by_name = names.map({name: _normalised(name, forms) for name in known}).astype("str")
    return by_name.where(by_name.ne("") & by_name.notna(), "id:" + ids.astype("str"))


def _normalised(name: str, forms: frozenset[str]) -> str:
    lower = name.lower().replace("ё", "е")
    words = _WORD.findall(_BRACKETS.sub(" ", lower)) or _WORD.findall(lower)
    return " ".join([word for word in words if word not in forms] or words)
