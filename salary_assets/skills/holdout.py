"""Spellings and skills hidden from the canon, to measure what it does with those it never saw.

Of every judged skill some spellings are hidden with all aliases of the same key; some skills are hidden whole.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace

import pandas as pd

from salary_assets.skills.evaluation import SINGLE, figures
from salary_assets.skills.mapper import UNKNOWN, SkillMapper
from salary_assets.skills.overrides import Overrides, fold
from salary_assets.skills.spellings import key_of
from salary_assets.skills.vocabulary import SkillRow, Vocabulary, backbone_rows, backbone_vocabulary

HIDDEN_SPELLINGS = 0.3
HIDDEN_SKILLS = 0.5
"""Share of judged skills with a single spelling that is hidden whole, as a skill that is truly new."""
NO_OVERRIDES = Overrides({}, (), {}, {}, {}, {}, {})


@dataclass(frozen=True)
class Holdout:
    """rows: what the canon still knows. unseen: hidden spelling -> its skill. new: spellings of hidden skills."""

    rows: list[SkillRow]
    unseen: dict[str, str]
    new: list[str]


def unseen_figures(gold: pd.DataFrame, splits: int = 5, seed: int = 0) -> pd.DataFrame:
    """Judged spellings (raw, canon, kind) -> accuracy and coverage of unseen spellings, share of new ones rejected."""
    right = answered = asked = rejected = new = 0
    for split in range(splits):
        hidden = hold_out(gold, random.Random(f"{seed}/{split}"))
        mapped = SkillMapper(Vocabulary(hidden.rows, NO_OVERRIDES)).map([*hidden.unseen, *hidden.new])
        read = {str(spelling): list(ids) for spelling, ids in mapped.groupby("spelling")["canon_id"]}
        known = {spelling: ids for spelling in hidden.unseen if set(ids := read[spelling]) != {UNKNOWN}}
        asked += len(hidden.unseen)
        answered += len(known)
        right += sum(ids == [hidden.unseen[spelling]] for spelling, ids in known.items())
        new += len(hidden.new)
        rejected += sum(set(read[spelling]) == {UNKNOWN} for spelling in hidden.new)
    return figures(
        [
            ("unseen accuracy", right / answered if answered else 1.0, answered),
            ("unseen coverage", answered / asked if asked else 1.0, asked),
            ("new rejected", rejected / new if new else 1.0, new),
        ]
    )


def hold_out(gold: pd.DataFrame, chance: random.Random) -> Holdout:
    """Hide some spellings and some skills of the backbone, as `chance` says."""
    single = gold[gold["kind"] == SINGLE]
    whole: dict[str, list[str]] = {}
    for _, group in single.groupby("canon", sort=True)["raw"]:
        skill = _skill_of(sorted(group))
        if skill is not None:
            whole.setdefault(skill, []).extend(sorted(group))
    unseen: dict[str, str] = {}
    gone: set[str] = set()
    for skill, spellings in sorted(whole.items()):
        if len(spellings) == 1:
            if chance.random() < HIDDEN_SKILLS:
                gone.add(skill)
            continue
        count = max(1, round(HIDDEN_SPELLINGS * len(spellings)))
        unseen.update(dict.fromkeys(chance.sample(spellings, count), skill))
    shown = {spelling for spellings in whole.values() for spelling in spellings} - unseen.keys()
    hidden_keys = {key_of(spelling) for spelling in unseen} - {key_of(spelling) for spelling in shown}
    texts = {fold(spelling) for spelling in unseen}
    rows = [_without(row, hidden_keys, texts, gone) for row in backbone_rows(NO_OVERRIDES) if row.canon_id not in gone]
    return Holdout(rows, unseen, [whole[skill][0] for skill in sorted(gone)])


def _skill_of(spellings: Sequence[str]) -> str | None:
    """The skill that most spellings of a judged group are read as."""
    named = [skill for spelling in spellings if (skill := backbone_vocabulary().single(spelling))]
    return max(sorted(set(named)), key=named.count) if named else None


def _without(row: SkillRow, keys: set[str], texts: set[str], gone: set[str]) -> SkillRow:
    aliases = tuple(
        alias for alias in row.aliases if alias == row.canon or (key_of(alias) not in keys and fold(alias) not in texts)
    )
    return replace(row, aliases=aliases, parent_id=None if row.parent_id in gone else row.parent_id)
