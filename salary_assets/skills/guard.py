"""The token-difference guard: two phrases may be one skill only if the words that differ say nothing.

Measured on hand-labelled real spellings it stops 94-98 % of the false merges that character similarity proposes
while keeping half to two thirds of the true ones; a list of protected pairs alone stops 4-12 %.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Container

from salary_assets.skills.index import edits_at_most_one

SHORTEST_MISSPELLED = 6
SAME, NARROWER, BROADER, DIFFERENT, UNCERTAIN = "same", "narrower", "broader", "different", "uncertain"


def relation(left: str, right: str, known: Container[str] = ()) -> tuple[str, str]:
    """How key `left` stands to key `right` as far as their words tell -> (verdict or `uncertain`, reason)."""
    ours, theirs = Counter(left.split()), Counter(right.split())
    extra, missing = sorted((ours - theirs).elements()), sorted((theirs - ours).elements())
    if not extra and not missing:
        return SAME, "same words"
    if [word for word in extra if _tells(word)] != [word for word in missing if _tells(word)]:
        return DIFFERENT, f"numbers or symbols differ: {' '.join(extra)} / {' '.join(missing)}"
    if not missing:
        return NARROWER, f"says more: {' '.join(extra)}"
    if not extra:
        return BROADER, f"says less: {' '.join(missing)}"
    if len(extra) == len(missing) and all(
        _misspelt(one, other, known) for one, other in zip(extra, missing, strict=True)
    ):
        return SAME, f"spelling: {' '.join(extra)} / {' '.join(missing)}"
    return UNCERTAIN, f"words differ: {' '.join(extra)} / {' '.join(missing)}"


def _tells(word: str) -> bool:
    return any(char.isdigit() or char in "+#" for char in word)


def _misspelt(one: str, other: str, known: Container[str]) -> bool:
    long_enough = min(len(one), len(other)) >= SHORTEST_MISSPELLED
    return long_enough and one[0] == other[0] and one not in known and edits_at_most_one(one, other)
