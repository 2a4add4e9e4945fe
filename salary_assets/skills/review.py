"""What a person should look at: how much of the market is covered, what changed, and where the rules are least sure.

All frames are for reading; the tables of the graph are made elsewhere.
"""

from __future__ import annotations

import pandas as pd

from salary_assets.skills.mapper import UNKNOWN
from salary_assets.skills.spellings import key_of, preferred_name

EXAMPLES = 5
SURE = 0.9
"""Confidence from which a decision needs no look: names, their forms and words of doing around them are above it,
misspelt words, neighbours and names inside a sentence are below."""


def sizes(canon: pd.DataFrame, aliases: pd.DataFrame) -> pd.DataFrame:
    """Canonical skills by size -> canon_id, canon, kind, is_it, vacancies, spellings, examples (most used first)."""
    known = aliases[aliases["canon_id"] != UNKNOWN]
    ordered = known.sort_values(["canon_id", "vacancies", "spelling"], ascending=[True, False, True], kind="stable")
    grouped = ordered.groupby("canon_id")["spelling"]
    table = canon[["canon_id", "canon", "kind", "is_it", "vacancies"]].assign(
        spellings=canon["canon_id"].map(grouped.size()).fillna(0).astype("int64"),
        examples=canon["canon_id"].map(grouped.agg(lambda found: ", ".join(found.head(EXAMPLES)))),
    )
    return _by(table, ["vacancies", "spellings"], "canon_id")


def least_sure(aliases: pd.DataFrame) -> pd.DataFrame:
    """Mapped spellings, the doubtful ones first, among them the most used -> vacancies, confidence, method, canon,
    canon_id, spelling."""
    known = aliases[aliases["canon_id"] != UNKNOWN]
    columns = ["vacancies", "confidence", "method", "canon", "canon_id", "spelling"]
    return _doubtful_first(known, ["spelling", "canon_id"])[columns]


def least_sure_verdicts(verdicts: pd.DataFrame, raw: pd.DataFrame) -> pd.DataFrame:
    """Decided pairs, the doubtful ones first, among them the most used -> vacancies, confidence, verdict, by, reason,
    left, right. vacancies: how many name the left key in any spelling."""
    named = raw.groupby(raw["spelling"].map(key_of))["vacancies"].sum()
    counted = verdicts.assign(vacancies=verdicts["left"].map(named).fillna(0).astype("int64"))
    columns = ["vacancies", "confidence", "verdict", "by", "reason", "left", "right"]
    return _doubtful_first(counted, ["left", "right"])[columns]


def unmapped(aliases: pd.DataFrame) -> pd.DataFrame:
    """Spellings that name nothing known, grouped by normalised key -> key, name, is_it, vacancies, spellings."""
    whole = (aliases["canon_id"] == UNKNOWN).groupby(aliases["spelling"]).transform("all")
    tail = aliases[whole].assign(key=lambda rows: rows["spelling"].map(key_of))
    rows = []
    for key, group in tail.groupby("key", sort=True):
        forms = dict(zip(group["spelling"], group["vacancies"].astype(int), strict=True))
        rows.append((key, preferred_name(forms), bool(group["is_it"].any()), sum(forms.values()), len(forms)))
    table = pd.DataFrame(rows, columns=["key", "name", "is_it", "vacancies", "spellings"])
    types = {"key": "str", "name": "str", "is_it": "bool", "vacancies": "int64", "spellings": "int64"}
    return _by(table.astype(types), ["vacancies", "spellings"], "key")


def changes(before: tuple[pd.DataFrame, pd.DataFrame] | None, after: tuple[pd.DataFrame, pd.DataFrame]) -> pd.DataFrame:
    """What differs between two canons (skill_canon, skill_aliases) -> change, what, was, now, vacancies.

    change: `new skill`, `lost skill` (must never happen), `renamed`, `flag`, `moved spelling`, `new spelling`.
    """
    if before is None:
        before = (after[0].iloc[:0], after[1].iloc[:0])
    skills = before[0].merge(after[0], on="canon_id", how="outer", suffixes=("_was", "_now"), indicator=True)
    rows = [
        _changed(skills[skills["_merge"] == "right_only"], "new skill", "canon_id", None, "canon_now"),
        _changed(skills[skills["_merge"] == "left_only"], "lost skill", "canon_id", "canon_was", None),
    ]
    both = skills[skills["_merge"] == "both"]
    rows.append(_changed(both[both["canon_was"] != both["canon_now"]], "renamed", "canon_id", "canon_was", "canon_now"))
    rows.append(_changed(both[both["is_it_was"] != both["is_it_now"]], "flag", "canon_id", "is_it_was", "is_it_now"))
    spellings = _meanings(before[1]).merge(
        _meanings(after[1]), on="spelling", how="outer", suffixes=("_was", "_now"), indicator=True
    )
    moved = (spellings["_merge"] == "both") & (spellings["canon_id_was"] != spellings["canon_id_now"])
    rows.append(_changed(spellings[moved], "moved spelling", "spelling", "canon_id_was", "canon_id_now"))
    added = spellings["_merge"] == "right_only"
    rows.append(_changed(spellings[added], "new spelling", "spelling", None, "canon_id_now"))
    table = pd.concat(rows, ignore_index=True)
    return table.sort_values(["change", "vacancies", "what"], ascending=[True, False, True], kind="stable").reset_index(
        drop=True
    )


def _meanings(aliases: pd.DataFrame) -> pd.DataFrame:
    """Spelling -> its canon ids as one text, and vacancies."""
    ordered = aliases.sort_values(["spelling", "canon_id"], kind="stable")
    table = ordered.groupby("spelling", sort=True).agg(
        canon_id=("canon_id", " + ".join), vacancies=("vacancies", "max")
    )
    return table.reset_index().astype({"spelling": "str", "canon_id": "str", "vacancies": "int64"})


def _changed(rows: pd.DataFrame, change: str, what: str, was: str | None, now: str | None) -> pd.DataFrame:
    vacancies = rows["vacancies_now"].astype("float64").fillna(rows["vacancies_was"].astype("float64"))
    return pd.DataFrame(
        {
            "change": change,
            "what": rows[what],
            "was": rows[was].astype("str") if was else "",
            "now": rows[now].astype("str") if now else "",
            "vacancies": vacancies.fillna(0).astype("int64"),
        }
    ).astype({"change": "str", "what": "str", "was": "str", "now": "str"})


def _doubtful_first(table: pd.DataFrame, names: list[str]) -> pd.DataFrame:
    """Rows below SURE, then the others, each by vacancies falling: what is asked for most is worth a look first."""
    order = ["sure", "vacancies", "confidence", *names]
    rising = [True, False, True, *(True for _ in names)]
    return (
        table.assign(sure=table["confidence"] >= SURE)
        .sort_values(order, ascending=rising, kind="stable")
        .reset_index(drop=True)
    )


def _by(table: pd.DataFrame, falling: list[str], rising: str) -> pd.DataFrame:
    order = [False] * len(falling) + [True]
    return table.sort_values([*falling, rising], ascending=order, kind="stable").reset_index(drop=True)
