"""SkillMapper: spellings -> canonical skills with confidence. What the graph, the command line and the service use.

It is made from the canon's two tables or from JSON, and holds no fitted object: the is-IT gate of unlisted skills
is learned from the canon again when first asked.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

import pandas as pd

from salary_assets.skills.gate import ItGate
from salary_assets.skills.overrides import Overrides
from salary_assets.skills.pieces import Part
from salary_assets.skills.vocabulary import SkillRow, Vocabulary, backbone_vocabulary
from salary_assets.storage.schemas.skills import SkillAliases, SkillCanon

UNKNOWN = "unknown"
RULES_VERSION = 6
"""Version of the phrase rules. Readings of another version differ; assets carry it as part of their code version."""

COLUMNS = ("spelling", "canon_id", "canon", "is_it", "confidence", "method", "part")


class StaleMapper(ValueError):
    """A serialised mapper of another format; the message says how to make a new one."""


class SkillMapper:
    """Maps spellings, seen or not, to canonical skills. A spelling that lists several gives a row for each."""

    def __init__(self, vocabulary: Vocabulary, gate: ItGate | None = None) -> None:
        self.vocabulary = vocabulary
        self._gate = ItGate(vocabulary.rows.values()) if gate is None else gate
        self._read: dict[tuple[str, str | None], tuple[Part, ...]] = {}
        self._flags: dict[str, bool] = {}

    @classmethod
    def from_backbone(cls) -> SkillMapper:
        """The packaged backbone alone: works before any vacancy was collected."""
        return cls(backbone_vocabulary())

    @classmethod
    def from_frames(
        cls, canon: pd.DataFrame, aliases: pd.DataFrame | None = None, overrides: Overrides | None = None
    ) -> SkillMapper:
        """From the tables skill_canon and skill_aliases.

        aliases: links that verdicts made between spellings and skills are taken from here.
        """
        linked: dict[str, str] = {}
        if aliases is not None:
            made = aliases[aliases["method"] == "link"]
            linked = dict(zip(made["spelling"], made["canon_id"], strict=True))
        return cls(Vocabulary(rows_of(canon), overrides, linked))

    def map(self, spellings: Iterable[str], position: str | None = None) -> pd.DataFrame:
        """Spellings in order -> spelling, canon_id (or `unknown`), canon, is_it, confidence, method, part.

        position: profession that the spellings come from; decides between meanings where people said so.
        """
        wanted = list(spellings)
        self._prepare([(spelling, position) for spelling in wanted])
        return self._frame([row for spelling in wanted for row in self._rows_of(spelling, position)])

    def map_pairs(self, pairs: pd.DataFrame) -> pd.DataFrame:
        """Like `map` for a frame of (spelling, position); the result carries the column position too."""
        keys = list(zip(pairs["spelling"], pairs["position"], strict=True))
        self._prepare(keys)
        rows = [(*row, position) for spelling, position in keys for row in self._rows_of(spelling, position)]
        return self._frame(rows, (*COLUMNS, "position"))

    def to_json(self) -> str:
        """Everything that mapping needs, as JSON text (sorted, so equal canons give equal bytes)."""
        decided = self.vocabulary.overrides
        skills = [
            {
                "id": row.canon_id,
                "canon": row.canon,
                "kind": row.kind,
                "is_it": row.is_it,
                "parent": row.parent_id,
                "origin": row.origin,
                "aliases": list(row.aliases),
            }
            for row in sorted(self.vocabulary.rows.values(), key=lambda row: row.canon_id)
        ]
        document = {
            "rules_version": RULES_VERSION,
            "skills": skills,
            "linked": dict(self.vocabulary.linked),
            "must_link": dict(decided.must_link),
            "split": {spelling: list(names) for spelling, names in decided.split.items()},
            "context": [[spelling, position, skill] for (spelling, position), skill in decided.context.items()],
        }
        return json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"))

    @classmethod
    def from_json(cls, text: str) -> SkillMapper:
        """The inverse of `to_json`. Raises StaleMapper when the text was written for other phrase rules."""
        document = json.loads(text)
        if document.get("rules_version") != RULES_VERSION:
            raise StaleMapper(
                f"the skill mapper was written for phrase rules {document.get('rules_version')}, these are"
                f" {RULES_VERSION}: materialise skill_canon and salary_bundle again"
            )
        rows = [
            SkillRow(
                skill["id"],
                skill["canon"],
                skill["kind"],
                skill["is_it"],
                skill["parent"],
                skill["origin"],
                tuple(skill["aliases"]),
            )
            for skill in document["skills"]
        ]
        overrides = Overrides(
            must_link=document["must_link"],
            cannot_link=(),
            names={},
            is_it={},
            split={spelling: tuple(names) for spelling, names in document["split"].items()},
            context={(spelling, position): skill for spelling, position, skill in document["context"]},
            reasons={},
        )
        return cls(Vocabulary(rows, overrides, document["linked"]))

    def _prepare(self, keys: Sequence[tuple[str, str | None]]) -> None:
        """Read what was not read before; ask the gate once for all that stayed unknown."""
        fresh = [key for key in dict.fromkeys(keys) if key not in self._read]
        self._read.update((key, self.vocabulary.read(*key)) for key in fresh)
        named = {part.text for key in fresh for part in self._read[key] if part.canon_id is None}
        unknown = sorted(named - self._flags.keys())
        self._flags.update(zip(unknown, (value >= 0.5 for value in self._gate.probability(unknown)), strict=True))

    def _rows_of(self, spelling: str, position: str | None) -> list[tuple[Any, ...]]:
        rows: list[tuple[Any, ...]] = []
        for part in self._read[spelling, position]:
            if part.canon_id is None:
                rows.append((spelling, UNKNOWN, None, self._flags[part.text], 0.0, UNKNOWN, part.text))
            else:
                row = self.vocabulary.rows[part.canon_id]
                rows.append((spelling, row.canon_id, row.canon, row.is_it, part.confidence, part.method, part.text))
        return rows

    @staticmethod
    def _frame(rows: Sequence[tuple[Any, ...]], columns: Sequence[str] = COLUMNS) -> pd.DataFrame:
        frame = pd.DataFrame(rows, columns=list(columns))
        text = {name: "str" for name in columns if name not in ("is_it", "confidence")}
        return frame.astype({**text, "is_it": "boolean", "confidence": "float64"})


def rows_of(canon: pd.DataFrame) -> list[SkillRow]:
    """The table skill_canon as rows."""
    return [
        SkillRow(
            row["canon_id"],
            row["canon"],
            row["kind"],
            row["is_it"],
            row["parent_id"],
            row["origin"],
            tuple(row["aliases"]),
        )
        for row in SkillCanon.records(canon)
    ]


def aliases_frame(mapped: pd.DataFrame) -> pd.DataFrame:
    """Mapped spellings as the table skill_aliases: a row for each spelling and skill, the surest reading kept."""
    ordered = mapped.sort_values(["spelling", "canon_id", "confidence"], ascending=[True, True, False], kind="stable")
    return ordered.drop_duplicates(["spelling", "canon_id"])[SkillAliases.column_names()].reset_index(drop=True)
