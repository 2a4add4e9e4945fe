"""The canon: canonical skills with stable ids, from the backbone, the last canon and what new data brings.

Ids never move: a skill keeps its id while any spelling of it is known, new skills get ids made from their own
key, and a skill that no vacancy names any more stays with zero vacancies.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping

import pandas as pd

from salary_assets.skills.backbone import slug
from salary_assets.skills.gate import ItGate
from salary_assets.skills.guard import BROADER, DIFFERENT, NARROWER, SAME, relation
from salary_assets.skills.mapper import UNKNOWN, SkillMapper, aliases_frame, rows_of
from salary_assets.skills.overrides import Overrides, packaged_overrides
from salary_assets.skills.spellings import Tail, key_of, unknown_tail
from salary_assets.skills.vocabulary import SkillRow, Vocabulary, backbone_rows, backbone_vocabulary, with_decisions
from salary_assets.storage.schemas.skills import SkillAliases, SkillCanon

LEAST_SUPPORT = 3
"""Vacancies that must name a phrase before it becomes a skill of its own."""
LONGEST_NAME = 6
"""Words; longer phrases are sentences of one ad, not skills."""
LARGEST_GROUP = 40
NEVER_ONE = (DIFFERENT, NARROWER, BROADER)
"""How no two members of a group may stand to each other, whoever called the chain between them the same."""


def build_canon(
    raw: pd.DataFrame,
    verdicts: pd.DataFrame,
    previous: pd.DataFrame | None = None,
    overrides: Overrides | None = None,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Counted spellings and verdicts -> (skill_canon, skill_aliases).

    previous: the last skill_canon; its ids are kept. overrides: decisions of people, which win over everything.
    """
    decided = packaged_overrides() if overrides is None else overrides
    rows = _known_rows(previous, decided)
    untouched = previous is None and decided is packaged_overrides()
    vocabulary = backbone_vocabulary() if untouched else Vocabulary(rows.values(), decided)
    tail = unknown_tail(raw, vocabulary)
    groups = linked_groups(verdicts, vocabulary, tail)
    linked = {tail.names[key]: skill for key, skill in groups.skills.items() if key in tail.names}
    gate = ItGate(rows.values())
    for row in _new_rows(groups.members, tail, rows, decided, gate, _judged_flags(verdicts)):
        rows[row.canon_id] = row
    mapper = SkillMapper(Vocabulary(rows.values(), decided, linked), gate)
    aliases = _aliases(raw, mapper)
    return _canon(rows.values(), aliases), aliases


class LinkedGroups:
    """Complete-link groups of unmapped keys: every two members may stand together, no cannot-link between them.

    members: groups of keys that name no known skill, by their first key. skills: known skills by the keys that were
    linked to them; such keys are in no group.
    """

    def __init__(self, keys: Iterable[str]) -> None:
        self.members: dict[str, list[str]] = {key: [key] for key in keys}
        self.skills: dict[str, str] = {}
        self.group: dict[str, str] = {key: key for key in self.members}

    def link(self, key: str, skill: str) -> None:
        """Tie a key, with all that it was merged with, to a known skill; the first tie holds."""
        group = self.group.get(key, key)
        if key not in self.skills:
            self.skills.update(dict.fromkeys(self.members.pop(group, [key]), skill))

    def merge(self, left: str, right: str) -> None:
        """Join the groups of two keys under the smaller name."""
        first, second = sorted((self.group[left], self.group[right]))
        if first == second:
            return
        for key in self.members[second]:
            self.group[key] = first
        self.members[first] = sorted([*self.members[first], *self.members.pop(second)])


def linked_groups(verdicts: pd.DataFrame, vocabulary: Vocabulary, tail: Tail) -> LinkedGroups:
    """Merge keys by their `same` verdicts, surest first; any other verdict between two groups keeps them apart."""
    groups = LinkedGroups(sorted(tail.weight))
    pairs = list(zip(verdicts["left"], verdicts["right"], verdicts["verdict"], verdicts["confidence"], strict=True))
    apart = {frozenset((left, right)) for left, right, verdict, _ in pairs if verdict != SAME}
    forbidden = _forbidden(vocabulary)
    refused = _refused(verdicts, vocabulary)
    apart |= {frozenset((left, right)) for left, others in forbidden.items() for right in others}
    words = {word for key in vocabulary.index.bags for word in key.split()}
    yes = sorted((-sure, left, right) for left, right, verdict, sure in pairs if verdict == SAME)
    for _, left, right in yes:
        if frozenset((left, right)) in apart or left not in groups.group:
            continue
        skill = vocabulary.skill_of_key(right)
        if skill is not None:
            together = groups.members.get(groups.group[left], [left])
            if not any(skill in forbidden.get(key, ()) or (key, skill) in refused for key in together):
                groups.link(left, skill)
        elif right in groups.group and left not in groups.skills and right not in groups.skills:
            ours, theirs = groups.members[groups.group[left]], groups.members[groups.group[right]]
            beside = [(one, other) for one in ours for other in theirs if (one, other) != (left, right)]
            crossed = any(frozenset(pair) in apart or relation(*pair, words)[0] in NEVER_ONE for pair in beside)
            if not crossed and len(ours) + len(theirs) <= LARGEST_GROUP:
                groups.merge(left, right)
    return groups


def _refused(verdicts: pd.DataFrame, vocabulary: Vocabulary) -> set[tuple[str, str]]:
    """Keys with the known skills that a judge told them from. Rules tell words apart, not skills: they are not here."""
    said = verdicts[(verdicts["verdict"] != SAME) & (verdicts["by"] != "rules")]
    pairs = zip(said["left"], said["right"], strict=True)
    return {(left, skill) for left, right in pairs if (skill := vocabulary.skill_of_key(right))}


def _forbidden(vocabulary: Vocabulary) -> dict[str, set[str]]:
    """Key -> keys and skills that people keep apart from it."""
    found: dict[str, set[str]] = {}
    for one, other in vocabulary.overrides.cannot_link:
        for left, right in ((one, other), (other, one)):
            found.setdefault(key_of(left), set()).update({key_of(right), vocabulary.single(right) or key_of(right)})
    return found


def _known_rows(previous: pd.DataFrame | None, decided: Overrides) -> dict[str, SkillRow]:
    """The backbone and whatever the last canon held beside it, under people's names and flags."""
    rows = {row.canon_id: row for row in backbone_rows(decided)}
    if previous is not None:
        for row in rows_of(previous):
            if row.canon_id not in rows:
                rows[row.canon_id] = with_decisions(row, decided.names, decided.is_it)
    return rows


def _new_rows(
    groups: Mapping[str, list[str]],
    tail: Tail,
    known: Mapping[str, SkillRow],
    decided: Overrides,
    gate: ItGate,
    judged: Mapping[str, bool],
) -> list[SkillRow]:
    """Groups of unmapped keys that enough vacancies name -> skills of their own.

    judged: keys whose is-IT flag a judge told; the most frequent of them speaks for its group, the gate for others.
    """
    kept: list[tuple[str, list[str]]] = []
    for name, members in sorted(groups.items()):
        weight = sum(tail.weight[key] for key in members)
        if weight >= LEAST_SUPPORT and 0 < len(name.split()) <= LONGEST_NAME and any(map(str.isalpha, name)):
            kept.append((name, sorted(members, key=lambda key: (-tail.weight[key], key))))
    names = [tail.names[members[0]] for _, members in kept]
    flags = gate.probability(names)
    rows = []
    for (key, members), name, flag in zip(kept, names, flags, strict=True):
        canon_id = _id_of(key)
        if canon_id in known:
            continue
        row = SkillRow(
            canon_id,
            name,
            "other",
            next((judged[member] for member in members if member in judged), flag >= 0.5),
            None,
            "data",
            tuple(tail.names[member] for member in members),
        )
        rows.append(with_decisions(row, decided.names, decided.is_it))
    return rows


def _judged_flags(verdicts: pd.DataFrame) -> dict[str, bool]:
    said = verdicts.dropna(subset=["is_it"])
    return {str(key): bool(flag) for key, flag in zip(said["left"], said["is_it"], strict=True)}


def _id_of(key: str) -> str:
    """An id that depends on the key alone, so that neither order nor other data can move it."""
    return f"{slug(key)[:48].strip('-')}-{hashlib.sha256(key.encode()).hexdigest()[:5]}"


def _aliases(raw: pd.DataFrame, mapper: SkillMapper) -> pd.DataFrame:
    counts = raw.groupby("spelling", sort=True)["vacancies"].sum()
    mapped = mapper.map(counts.index.tolist())
    return SkillAliases.checked(aliases_frame(mapped.assign(vacancies=mapped["spelling"].map(counts).astype("Int64"))))


def _canon(rows: Iterable[SkillRow], aliases: pd.DataFrame) -> pd.DataFrame:
    """The rows as a table. A vacancy is counted once for each spelling of the skill that it uses."""
    named = aliases[aliases["canon_id"] != UNKNOWN]
    vacancies = named.groupby("canon_id")["vacancies"].sum()
    seen = dict(zip(zip(named["spelling"], named["canon_id"], strict=True), named["vacancies"], strict=True))
    records = [
        {
            "canon_id": row.canon_id,
            "canon": row.canon,
            "is_it": row.is_it,
            "kind": row.kind,
            "parent_id": row.parent_id,
            "origin": row.origin,
            "aliases": sorted(row.aliases, key=lambda alias: (-seen.get((alias, row.canon_id), 0), alias)),
            "vacancies": int(vacancies.get(row.canon_id, 0)),
        }
        for row in rows
    ]
    return SkillCanon.checked(SkillCanon.frame(records))
