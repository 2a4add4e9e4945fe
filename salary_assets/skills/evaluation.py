"""How right a mapper is: figures on spellings judged by reading, and pairs that must never be one skill.

Every function takes frames and a mapper and returns frames; the checks of the graph, the command line and the
benchmark show the same figures beside the same bounds.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib import resources

import pandas as pd

from salary_assets.skills.mapper import UNKNOWN, SkillMapper
from salary_assets.skills.overrides import must_not_merge

SINGLE, COMPOUND = "single", "compound"
"""Kinds of a gold row: one skill, several in one spelling. Rows of any other kind are judged for is_it alone."""

BOUNDS = {
    "pair precision": 0.97,
    "pair recall": 0.85,
    "B-cubed F1": 0.93,
    "list precision": 0.92,
    "list recall": 0.90,
    "is-IT F1": 0.93,
    "mentions covered": 0.93,
    "unseen accuracy": 0.97,
    "unseen coverage": 0.88,
    "new rejected": 0.95,
}
"""Least value of each figure; two more are at most: see CEILINGS."""

CEILINGS = {"mentions unknown": 0.05, "pairs merged that must not": 0.0}


@dataclass(frozen=True)
class PairScores:
    """Clustering against gold: pairs of spellings that share a skill, and B-cubed. Values 0 to 1; `pairs` in gold."""

    precision: float
    recall: float
    b_cubed_f1: float
    pairs: int


def packaged_gold() -> pd.DataFrame:
    """Spellings written and judged by the project -> raw, canon (parts of a compound joined by +), kind, is_it."""
    text = resources.files("salary_assets.skills").joinpath("data/gold.csv").read_text(encoding="utf-8")
    rows = list(csv.DictReader(line for line in io.StringIO(text) if not line.startswith("# ")))
    gold = pd.DataFrame(rows, columns=["raw", "canon", "kind", "is_it"]).astype("str")
    return gold.assign(is_it=gold["is_it"] == "true")


def gold_figures(mapper: SkillMapper, gold: pd.DataFrame) -> pd.DataFrame:
    """The mapper on judged spellings (raw, canon, kind and maybe is_it) -> figure, value, bound, n, passed.

    A figure that the gold does not judge is left out.
    """
    read = assigned(mapper, gold["raw"])
    rows: list[tuple[str, float, int]] = []
    single = gold[gold["kind"] == SINGLE]
    if len(single):
        scores = pair_scores(dict(zip(single["raw"], single["canon"], strict=True)), clusters_of(read, single["raw"]))
        rows += [
            ("pair precision", scores.precision, scores.pairs),
            ("pair recall", scores.recall, scores.pairs),
            ("B-cubed F1", scores.b_cubed_f1, len(single)),
        ]
    listed = gold[gold["kind"].isin([SINGLE, COMPOUND])]
    if (listed["kind"] == COMPOUND).any():
        precision, recall, _ = _scores(
            [len(read[raw]) > 1 for raw in listed["raw"]], (listed["kind"] == COMPOUND).tolist()
        )
        lists = int((listed["kind"] == COMPOUND).sum())
        rows += [("list precision", precision, lists), ("list recall", recall, lists)]
    if "is_it" in gold:
        flags = mapper.map(gold["raw"].drop_duplicates()).groupby("spelling")["is_it"].any()
        said = gold["raw"].map(flags).fillna(False).astype(bool).tolist()
        rows.append(("is-IT F1", _scores(said, gold["is_it"].tolist())[2], len(gold)))
    return figures(rows)


def merge_figures(mapper: SkillMapper) -> tuple[pd.DataFrame, pd.DataFrame]:
    """(figures, merged pairs: left, right, canon_id, reason) for all pairs that must stay apart.

    The pairs are the packaged ones and the cannot_link entries of the mapper's overrides.
    """
    reasons = {(left, right): reason for left, right, reason in must_not_merge()}
    decided = mapper.vocabulary.overrides
    for left, right in decided.cannot_link:
        reasons.setdefault((left, right), decided.reasons.get(f"{left} | {right}", ""))
    read = assigned(mapper, [spelling for pair in reasons for spelling in pair])
    merged = [
        (left, right, canon_id, reason)
        for (left, right), reason in reasons.items()
        for canon_id in sorted(set(read[left]) & set(read[right]) - {UNKNOWN})
    ]
    table = pd.DataFrame(merged, columns=["left", "right", "canon_id", "reason"]).astype("str")
    return figures([("pairs merged that must not", float(len(table)), len(reasons))]), table


def coverage_figures(aliases: pd.DataFrame, most: int = 2500) -> pd.DataFrame:
    """The table skill_aliases -> share of mentions that the `most` used skills cover, and share that stays unknown.

    A mention is a vacancy naming a spelling. It is covered when every part of the spelling is among those skills,
    unknown when no part is known.
    """
    mentions = aliases.groupby("spelling")["vacancies"].first()
    known = aliases[aliases["canon_id"] != UNKNOWN]
    used = known.groupby("canon_id")["vacancies"].sum().sort_values(ascending=False, kind="stable")
    top = set(used.index[:most])
    inside = aliases["canon_id"].isin(top).groupby(aliases["spelling"]).all()
    unknown = (aliases["canon_id"] == UNKNOWN).groupby(aliases["spelling"]).all()
    total = int(mentions.sum())
    if total == 0:
        return figures([])
    return figures(
        [
            ("mentions covered", float(mentions[inside[inside].index].sum()) / total, total),
            ("mentions unknown", float(mentions[unknown[unknown].index].sum()) / total, total),
        ]
    )


def figures(rows: Iterable[tuple[str, float, int]]) -> pd.DataFrame:
    """(figure, value, n) -> figure, value, bound, n, passed; the bound is a least or, for CEILINGS, a most."""
    table = pd.DataFrame(
        [
            (
                name,
                value,
                CEILINGS.get(name, BOUNDS.get(name)),
                count,
                value <= CEILINGS[name] if name in CEILINGS else value >= BOUNDS[name],
            )
            for name, value, count in rows
        ],
        columns=["figure", "value", "bound", "n", "passed"],
    )
    return table.astype({"figure": "str", "value": "float64", "bound": "float64", "n": "int64", "passed": "bool"})


def assigned(mapper: SkillMapper, spellings: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Spelling -> ids of its parts, in order; `unknown` for a part that the canon lacks."""
    mapped = mapper.map(list(dict.fromkeys(spellings)))
    return {str(spelling): tuple(ids) for spelling, ids in mapped.groupby("spelling")["canon_id"]}


def clusters_of(read: Mapping[str, tuple[str, ...]], spellings: Iterable[str]) -> dict[str, str]:
    """Spelling -> label of its cluster. A spelling read as unknown or as a list is alone in its own."""
    return {
        spelling: read[spelling][0]
        if len(read[spelling]) == 1 and read[spelling][0] != UNKNOWN
        else f"alone: {spelling}"
        for spelling in spellings
    }


def pair_scores(truth: Mapping[str, str], found: Mapping[str, str]) -> PairScores:
    """Two clusterings of the same spellings (spelling -> label) -> how well `found` meets `truth`."""
    of_truth, of_found = Counter(truth.values()), Counter(found[item] for item in truth)
    both = Counter((label, found[item]) for item, label in truth.items())
    right, said, wanted = (sum(map(_pairs, sizes.values())) for sizes in (both, of_found, of_truth))
    precision = sum(n * n / of_found[label] for (_, label), n in both.items()) / max(len(truth), 1)
    recall = sum(n * n / of_truth[label] for (label, _), n in both.items()) / max(len(truth), 1)
    f1 = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
    return PairScores(right / said if said else 1.0, right / wanted if wanted else 1.0, f1, wanted)


def _pairs(size: int) -> int:
    return size * (size - 1) // 2


def _scores(said: list[bool], true: list[bool]) -> tuple[float, float, float]:
    """Precision, recall and F1 of flags; 1 where nothing was said or nothing was there."""
    right = sum(one and other for one, other in zip(said, true, strict=True))
    precision = right / sum(said) if any(said) else 1.0
    recall = right / sum(true) if any(true) else 1.0
    return precision, recall, 2 * precision * recall / (precision + recall) if precision + recall else 0.0
