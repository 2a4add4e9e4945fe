"""A vocabulary of skills: the canon's rows with everything needed to read spellings against them.

Order of trust where two skills claim one spelling: people's overrides, the backbone, a company's own list, data.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache

from salary_assets.skills.backbone import backbone, slug
from salary_assets.skills.index import Alias, AliasIndex, ancestors
from salary_assets.skills.overrides import OverrideError, Overrides, fold, packaged_overrides
from salary_assets.skills.phrase import PhraseReader
from salary_assets.skills.pieces import EXACT, Part
from salary_assets.skills.side_by_side import SkillFacts
from salary_assets.skills.text import KEPT, tokenise

ORIGINS = ("backbone", "company", "data")


@dataclass(frozen=True)
class SkillRow:
    """One canonical skill. `origin` says who vouches for it; skills from data are only matched as whole phrases."""

    canon_id: str
    canon: str
    kind: str
    is_it: bool
    parent_id: str | None
    origin: str
    aliases: tuple[str, ...]


class Vocabulary:
    """Reads spellings: what people decided first, then the phrase rules over the aliases of all skills."""

    def __init__(
        self,
        rows: Iterable[SkillRow],
        overrides: Overrides | None = None,
        linked: Mapping[str, str] | None = None,
    ) -> None:
        """linked: spellings that verdicts tied to a skill (canon id), found only as whole phrases.

        Raises OverrideError when an override names a skill that is not among the rows.
        """
        self.overrides = packaged_overrides() if overrides is None else overrides
        ranked = sorted(rows, key=lambda row: (ORIGINS.index(row.origin), row.canon_id))
        self.rows: dict[str, SkillRow] = {row.canon_id: row for row in ranked}
        self.index = AliasIndex()
        for row in ranked:
            self.index.add(Alias(row.canon, row.canon_id, row.origin != "data"))
        for row in ranked:
            for alias in row.aliases:
                self.index.add(Alias(alias, row.canon_id, row.origin != "data"))
        self.linked = dict(sorted((linked or {}).items()))
        own = set(self.index.bags)
        for spelling, canon_id in self.linked.items():
            self.index.add(Alias(spelling, canon_id, False))
        self._linked_keys = set(self.index.bags) - own
        chains = ancestors({row.canon_id: row.parent_id for row in ranked})
        facts = {
            row.canon_id: SkillFacts(row.kind, row.is_it, chains[row.canon_id], _name(row.canon)) for row in ranked
        }
        self._phrases = PhraseReader(self.index, facts)
        self._read_once = lru_cache(KEPT)(self._phrases.read)
        self._names = {row.canon: row.canon_id for row in ranked}
        self._linked: dict[str, tuple[str, ...]] = {
            spelling: (self._named(skill),) for spelling, skill in self.overrides.must_link.items()
        }
        self._linked |= {spelling: tuple(map(self._named, skills)) for spelling, skills in self.overrides.split.items()}
        self._context = {key: self._named(skill) for key, skill in self.overrides.context.items()}

    def read(self, spelling: str, position: str | None = None) -> tuple[Part, ...]:
        """The parts of a spelling, each with the skill it names or None. `position` picks among its meanings."""
        folded = fold(spelling)
        if position is not None and (skill := self._context.get((folded, position))):
            return (Part(spelling, folded, skill, EXACT, "override"),)
        if folded in self._linked:
            return tuple(Part(spelling, folded, skill, EXACT, "override") for skill in self._linked[folded])
        return tuple(
            part._replace(method="link") if part.key in self._linked_keys and part.method == "alias" else part
            for part in self._read_once(spelling)
        )

    def skill_of_key(self, key: str) -> str | None:
        """The skill whose alias has this normalised key."""
        entry = self.index.bags.get(key)
        return entry.canon_id if entry is not None else None

    def single(self, spelling: str) -> str | None:
        """The one skill that a spelling names, or None where it names several or none."""
        parts = self.read(spelling)
        return parts[0].canon_id if len(parts) == 1 else None

    def _named(self, skill: str) -> str:
        found = self._names.get(skill) or (skill if skill in self.rows else None)
        if found is None and (parts := self._phrases.read(skill)) and len(parts) == 1:
            found = parts[0].canon_id
        if found is None:
            raise OverrideError(
                f"an override names {skill!r}, which is no canonical skill: write one of `skills canon`"
            )
        return found


def _name(canon: str) -> str:
    return " ".join(token.lemma for token in tokenise(canon))


def backbone_rows(overrides: Overrides | None = None) -> list[SkillRow]:
    """The curated backbone as rows, with people's names and is-IT flags applied."""
    decided = packaged_overrides() if overrides is None else overrides
    return [
        with_decisions(
            SkillRow(
                skill.canon_id,
                skill.canon,
                skill.kind,
                skill.is_it,
                slug(skill.parent) if skill.parent else None,
                "backbone",
                skill.aliases,
            ),
            decided.names,
            decided.is_it,
        )
        for skill in backbone()
    ]


def with_decisions(row: SkillRow, names: Mapping[str, str], flags: Mapping[str, bool]) -> SkillRow:
    """The row under the name and is-IT flag that people chose, if they did."""
    flag = flags.get(row.canon_id, flags.get(row.canon, row.is_it))
    name = names.get(row.canon_id, row.canon)
    return SkillRow(row.canon_id, name, row.kind, flag, row.parent_id, row.origin, row.aliases)


@cache
def backbone_vocabulary() -> Vocabulary:
    """The packaged backbone under the packaged overrides: what works on day one, with no data and no key."""
    return Vocabulary(backbone_rows())
