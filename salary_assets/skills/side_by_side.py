"""Skills found side by side in a phrase: a list, one skill with its category, or the name of something else.

Words without a mark between them are a list only where nothing else is likely: a maker's or product's name before
another word may well begin the name of a product that the canon lacks ("Spring Boot" is not Spring and Boot).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from salary_assets.skills.backbone import slug
from salary_assets.skills.index import AliasIndex, is_adjective, is_noise, takes_object
from salary_assets.skills.lexicon import lexicon
from salary_assets.skills.text import JOINED, SOFT, Token

TECHNOLOGIES = frozenset({"language", "framework", "database", "tool", "platform", "protocol"})
"""Kinds whose names are proper names: two of them side by side may be a list even without a separator."""

LANGUAGE, METHOD = "language", "method"
WARES = TECHNOLOGIES - {LANGUAGE}

LEADING = frozenset(["в", "на", "с", "со", "in", "on", "with", "using", "через", "для", "for"])
"""A preposition between a doing and the tool it is done with: "анализ данных в Excel" names both."""

VERBAL = ("ирование", "инг", "тест")
"""Ends of a Russian noun by which one word is a doing: автотест, прототипирование, парсинг."""

LEAST_DESCRIPTION = 2
"""Words from a sort of software to a name, so that something is said of what it is for."""

FAMILY = 2
"""Names of other technologies that begin with a name, from which on it is likely to begin one more."""


@dataclass(frozen=True)
class SkillFacts:
    """What the reader needs to know of a canonical skill. name: dictionary forms of its name, joined by spaces."""

    kind: str
    is_it: bool
    ancestors: frozenset[str]
    name: str

    @property
    def is_common_noun(self) -> bool:
        """Whether the name is Russian; products are named in Latin letters."""
        return re.fullmatch(r"[а-я ]{3,}", self.name) is not None


@dataclass(frozen=True)
class Found:
    """A skill found in tokens[start:stop] of a phrase."""

    canon_id: str
    start: int
    stop: int
    confidence: float


class SideBySide:
    """Judges skills that stand side by side in a phrase."""

    def __init__(self, index: AliasIndex, facts: Mapping[str, SkillFacts]) -> None:
        self.index = index
        self.facts = facts
        categories = {slug(name) for name in lexicon().yielding} & facts.keys()
        self._yielding = {one: facts[one].ancestors & categories for one in categories}

    def without_categories(self, tokens: Sequence[Token], found: Sequence[Found]) -> list[Found]:
        """Drop a category that stands right beside its member: "CRM Битрикс24", "IaC Terraform + Ansible"."""
        return [
            one
            for at, one in enumerate(found)
            if not any(self._yields(tokens, one, other) for other in found[max(at - 1, 0) : at + 2] if other is not one)
        ]

    def may_be_a_list(self, tokens: Sequence[Token], one: Found, other: Found) -> bool:
        """Whether two neighbours are a list: kept apart by a mark, or two proper names, or a doing and its tool."""
        between = {tokens[position].before for position in range(one.stop, other.start + 1)}
        if one.canon_id == other.canon_id or between - {SOFT, JOINED}:
            return True
        if between == {JOINED}:
            return False
        kinds = (self.facts[one.canon_id].kind, self.facts[other.canon_id].kind)
        if kinds[1] in TECHNOLOGIES and any(tokens[at].word in LEADING for at in range(one.stop, other.start)):
            return True
        if kinds[0] == METHOD and kinds[1] in TECHNOLOGIES and self._is_done_with(tokens, one, other):
            return True
        return all(kind in TECHNOLOGIES for kind in kinds) and not self._begins_a_name(tokens, one, other)

    def _begins_a_name(self, tokens: Sequence[Token], one: Found, other: Found) -> bool:
        """Whether the first may begin the name of a product that is not known, rather than an item of a list."""
        if self.facts[one.canon_id].kind == LANGUAGE or one.canon_id in self.facts[other.canon_id].ancestors:
            return False
        if tokens[one.start].lemma in lexicon().brands:
            return True
        if _run(tokens, other) == self.facts[other.canon_id].name:
            return False
        family = self.index.beginnings.get(_run(tokens, one), set())
        named = {skill for skill in family & self.facts.keys() if self.facts[skill].kind in TECHNOLOGIES}
        return len(named - {one.canon_id, other.canon_id}) >= FAMILY

    def _is_done_with(self, tokens: Sequence[Token], one: Found, other: Found) -> bool:
        """Whether a doing named in Russian is right before the name of its tool: "нагрузочное тестирование JMeter"."""
        doing, tool = tokens[one.start : one.stop], tokens[other.start : other.stop]
        russian = not any(token.word.isascii() for token in doing)
        latin = all(token.word.isascii() for token in tool)
        verbal = len(doing) > 1 or doing[0].lemma.endswith(VERBAL)
        return russian and latin and verbal and one.stop == other.start

    def _yields(self, tokens: Sequence[Token], one: Found, other: Found) -> bool:
        """Whether `one` only says what sort of thing its neighbour is."""
        if tokens[max(one.start, other.start)].before not in (SOFT, JOINED):
            return False
        if one.canon_id in self._yielding:
            own = {one.canon_id, *self._yielding[one.canon_id]}
            if not own.isdisjoint(self.facts[other.canon_id].ancestors):
                return True
        # A Russian common noun before a name: "коммутаторы Eltex".
        common, name = self.facts[one.canon_id], self.facts[other.canon_id]
        technologies = common.kind in TECHNOLOGIES and name.kind in TECHNOLOGIES
        russian = not any(token.word.isascii() for token in tokens[one.start : one.stop])
        kinds = russian and common.is_common_noun and not name.is_common_noun
        return one.stop == other.start and technologies and kinds


def _run(tokens: Sequence[Token], found: Found) -> str:
    return " ".join(token.lemma for token in tokens[found.start : found.stop])


def is_object(tokens: Sequence[Token], position: int, found: Sequence[Found]) -> bool:
    """Whether a word right after a skill of one word is what that is done to: "исследование технологий"."""
    previous = next((at for at in range(position - 1, -1, -1) if not is_noise(tokens, at)), None)
    before = next((one for one in found if one.start == previous and one.stop == one.start + 1), None)
    return before is not None and takes_object(tokens[before.start], tokens[position])


def end_of_description(tokens: Sequence[Token]) -> int | None:
    """Where a Latin name begins that ends a phrase which first says in Russian what sort of software it is."""
    start = next((at for at, token in enumerate(tokens) if token.word.isascii()), len(tokens))
    before, named = tokens[:start], tokens[start:]
    said = [at for at in range(start) if not is_noise(tokens, at) and tokens[at].lemma not in lexicon().actions]
    sort = next((at for at in said if not is_adjective(tokens[at].lemma)), None)
    if not named or sort is None or before[sort].lemma not in lexicon().wares or start - sort < LEAST_DESCRIPTION:
        return None
    if len(named) == 1 and named[0].lemma in lexicon().vendors | lexicon().brands:
        return None
    apart = [token.before for token in before[1:]] + [named[0].before]
    plain = set(apart) == {SOFT} and not any(token.silent for token in before[sort:])
    return start if plain and all(token.before in (SOFT, JOINED) for token in named[1:]) else None
