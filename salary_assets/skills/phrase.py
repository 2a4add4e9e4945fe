"""Reads one spelling: is it one skill, a list of several, or something that the canon does not know.

The idea: find known skills in the phrase; it means them only if nothing of substance is left over. A cut at
"and" or between bare words is made only where every piece is known; at a comma or slash, where one is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from salary_assets.skills.backbone import slug
from salary_assets.skills.index import AliasIndex, is_noise, phrase_key
from salary_assets.skills.lexicon import lexicon
from salary_assets.skills.text import (
    COMMA,
    CONJ,
    PAREN,
    SLASH,
    SOFT,
    Token,
    camel_pieces,
    clean,
    latin_twin,
    lemma,
    tokenise,
)

TECHNOLOGIES = frozenset({"language", "framework", "database", "tool", "platform", "protocol"})
"""Kinds whose names are proper names: two of them side by side are a list even without a separator."""

FOREIGN_LANGUAGES = slug("Иностранные языки")

LEADING = frozenset(["в", "на", "с", "со", "in", "on", "with", "using", "через", "для", "for"])
"""A preposition between a doing and the tool it is done with: "анализ данных в Excel" names both."""

EXACT, KEYED, GLUED, ACTION, TYPO = 1.0, 0.97, 0.95, 0.92, 0.85
"""Confidence by how a skill was found; the order, not the figure, is what the rules know."""


@dataclass(frozen=True)
class Part:
    """One piece of a spelling. `canon_id` is None where the canon does not know it; `key` then groups its like."""

    text: str
    key: str
    canon_id: str | None
    confidence: float
    method: str


@dataclass(frozen=True)
class SkillFacts:
    """What the reader needs to know of a canonical skill."""

    kind: str
    is_it: bool
    ancestors: frozenset[str]


@dataclass(frozen=True)
class _Found:
    canon_id: str
    start: int
    stop: int
    confidence: float


class PhraseReader:
    """Reads spellings against an alias index. Holds no state that a reading changes."""

    def __init__(self, index: AliasIndex, facts: Mapping[str, SkillFacts]) -> None:
        self.index = index
        self.facts = facts
        self._yielding = {slug(name) for name in lexicon().yielding}

    def read(self, spelling: str) -> tuple[Part, ...]:
        """The parts of a spelling, in order, each skill once; one unknown part where nothing is recognised."""
        tokens = tokenise(spelling)
        if not tokens:
            text = clean(spelling)
            return (Part(text, text, None, 0.0, "unknown"),)
        groups = _cut(tokens, COMMA)
        read = [self._group(group) for group in groups]
        if len(groups) == 1:
            return _each_once(read[0])
        shared = self._shared_head(groups, read)
        if any(part.canon_id for parts in shared for part in parts) or all(map(_is_short_latin, groups)):
            return _each_once([replace(part, method=_split(part)) for parts in shared for part in parts])
        return (_unknown(tokens),)

    def _group(self, tokens: Sequence[Token]) -> list[Part]:
        """A piece between commas."""
        whole = self._resolve(tokens)
        if whole is not None:
            return whole
        for mark, every in ((PAREN, False), (SLASH, False), (CONJ, True)):
            pieces = _cut(tokens, mark)
            if len(pieces) < 2:
                continue
            resolved = self._coordinated(pieces, [self._resolve(piece) for piece in pieces])
            known = [found for found in resolved if found is not None]
            if mark == PAREN and resolved[0] is not None and len(known) < len(pieces):
                return [part for found in known for part in found]
            if len(known) == len(pieces) or (known and not every and mark == SLASH):
                parts = [
                    part
                    for piece, found in zip(pieces, resolved, strict=True)
                    for part in (found if found is not None else self._deeper(piece))
                ]
                return [replace(part, method=_split(part)) for part in parts] if len(parts) > 1 else parts
        return [_unknown(tokens)]

    def _deeper(self, tokens: Sequence[Token]) -> list[Part]:
        return self._group(tokens) if any(token.before == CONJ for token in tokens[1:]) else [_unknown(tokens)]

    def _resolve(self, tokens: Sequence[Token]) -> list[Part] | None:
        """The skills of a phrase if it holds nothing else, else None."""
        whole = self.index.whole(tokens)
        if whole is None and len(tokens) == 1 and (twin := latin_twin(tokens[0].word)):
            whole = self.index.word(twin)
        if whole is not None:
            exact = len(tokens) == 1 or phrase_key(tokens) == " ".join(sorted({token.lemma for token in tokens}))
            return [Part(_text(tokens), phrase_key(tokens), whole, EXACT if exact else KEYED, "alias")]
        return self._segments(tokens, False) or self._segments(tokens, True)

    def _segments(self, tokens: Sequence[Token], corrected: bool) -> list[Part] | None:
        found, left = self._scan(tokens, corrected)
        if not found or not self._only_noise(tokens, left, found):
            return None
        found = self._without_yielding(tokens, found)
        if not all(self._may_stand_together(tokens, one, other) for one, other in pairwise(found)):
            return None
        words = lexicon()
        weak = any(tokens[position].lemma in words.actions | words.surroundings for position in left)
        cap = ACTION if weak else KEYED
        distinct = {one.canon_id: one for one in reversed(found)}
        return [
            Part(_text(tokens[one.start : one.stop]), canon_id, canon_id, min(one.confidence, cap), "key")
            for canon_id, one in reversed(distinct.items())
        ]

    def _scan(self, tokens: Sequence[Token], corrected: bool) -> tuple[list[_Found], list[int]]:
        """The cover of the phrase by known skills that leaves the least over and then needs the fewest of them."""
        count = len(tokens)
        best: list[tuple[tuple[float, ...], int, tuple[_Found, ...]]] = [((0.0, 0, 0.0), count, ())] * (count + 1)
        for start in range(count - 1, -1, -1):
            rest = best[start + 1][0]
            options: list[tuple[tuple[float, ...], int, tuple[_Found, ...]]] = [
                ((rest[0] + self._weight(tokens, start), rest[1], rest[2]), start + 1, ())
            ]
            for stop, canon_id in self.index.starting_at(tokens, start):
                rest = best[stop][0]
                options.append(((rest[0], rest[1] + 1, rest[2]), stop, (_Found(canon_id, start, stop, EXACT),)))
            if len(options) == 1 and (named := self._one_word(tokens[start], corrected)):
                seen_through = tuple(_Found(canon_id, start, start + 1, sure) for canon_id, sure in named)
                rest = best[start + 1][0]
                options.append(((rest[0], rest[1] + len(named), rest[2] + 1), start + 1, seen_through))
            best[start] = min(options, key=lambda option: (option[0], -option[1]))
        found: list[_Found] = []
        left: list[int] = []
        position = 0
        while position < count:
            _, stop, named_here = best[position]
            found.extend(named_here)
            if not named_here:
                left.append(position)
            position = stop
        return found, left

    def _weight(self, tokens: Sequence[Token], position: int) -> float:
        """How much is lost when a word is left over: nothing for noise, little for what surrounds a skill."""
        words = lexicon()
        form = tokens[position].lemma
        if is_noise(tokens, position):
            return 0.0
        if form in words.head_nouns or form in words.vendors or form in words.language_levels:
            return 0.01
        return 0.1 if form in words.actions or form in words.surroundings else 1.0

    def _one_word(self, token: Token, corrected: bool) -> list[tuple[str, float]]:
        """Skills that a word names once its digits, capitals, script or (asked for) a typo are seen through."""
        bare = token.word.rstrip("0123456789")
        if len(bare) >= 2 and bare != token.word and (known := self.index.word(lemma(bare)) or self.index.word(bare)):
            return [(known, KEYED)]
        if (twin := latin_twin(token.word)) and len(twin) > 1 and (known := self.index.word(twin)):
            return [(known, GLUED)]
        pieces = tokenise(" ".join(camel_pieces(token.raw)))
        if len(pieces) > 1:
            found, left = self._scan(pieces, False)
            if found and all(pieces[position].lemma in lexicon().vendors for position in left):
                return [(one.canon_id, GLUED) for one in found]
        if corrected and (word := self.index.corrected(token.lemma)) and (known := self.index.word(word)):
            return [(known, TYPO)]
        return []

    def _only_noise(self, tokens: Sequence[Token], left: Sequence[int], found: Sequence[_Found]) -> bool:
        words = lexicon()
        kinds = {self.facts[one.canon_id].kind for one in found}
        technologies = kinds <= TECHNOLOGIES
        languages = any(FOREIGN_LANGUAGES in self.facts[one.canon_id].ancestors for one in found)
        every_it = all(self.facts[one.canon_id].is_it for one in found)
        for position in left:
            form = tokens[position].lemma
            if is_noise(tokens, position) or form in words.head_nouns or form in words.vendors:
                continue
            if every_it and form in words.actions:
                continue
            if technologies and form in words.surroundings:
                continue
            if languages and form in words.language_levels:
                continue
            return False
        return True

    def _without_yielding(self, tokens: Sequence[Token], found: list[_Found]) -> list[_Found]:
        """Drop a category that stands right before its member: "CRM Битрикс24", "IaC Terraform + Ansible"."""
        kept = []
        for index, one in enumerate(found):
            beside = [other for other in found[max(index - 1, 0) : index + 2] if other is not one]
            yields = one.canon_id in self._yielding and any(
                one.canon_id in self.facts[other.canon_id].ancestors
                and tokens[max(one.start, other.start)].before == SOFT
                for other in beside
            )
            if not yields:
                kept.append(one)
        return kept

    def _may_stand_together(self, tokens: Sequence[Token], one: _Found, other: _Found) -> bool:
        """Whether two neighbours are a list: kept apart by a mark, or two proper names, or a doing and its tool."""
        if one.canon_id == other.canon_id or any(
            tokens[position].before != SOFT for position in range(one.stop, other.start + 1)
        ):
            return True
        kinds = (self.facts[one.canon_id].kind, self.facts[other.canon_id].kind)
        if all(kind in TECHNOLOGIES for kind in kinds):
            return True
        if kinds[1] in TECHNOLOGIES and any(tokens[at].word in LEADING for at in range(one.stop, other.start)):
            return True
        latin = all(tokens[at].word.isascii() for at in (*range(one.start, one.stop), *range(other.start, other.stop)))
        return latin and one.start + 1 == one.stop and other.start + 1 == other.stop

    def _coordinated(
        self, pieces: Sequence[Sequence[Token]], resolved: list[list[Part] | None]
    ) -> list[list[Part] | None]:
        """Give a piece the words it shares with its neighbour: "адаптивная и кроссбраузерная вёрстка"."""
        done = list(resolved)
        for index, piece in enumerate(pieces):
            if done[index] is not None:
                continue
            following = pieces[index + 1] if index + 1 < len(pieces) else ()
            preceding = pieces[index - 1] if index else ()
            tails = [[*piece, *following[cut:]] for cut in range(1, len(following))]
            heads = [[*preceding[:cut], *piece] for cut in range(len(preceding) - 1, 0, -1)]
            for attempt in (*tails, *heads):
                known = self.index.whole([replace(token, before=SOFT) for token in attempt])
                if known is not None:
                    done[index] = [Part(_text(piece), phrase_key(attempt), known, ACTION, "split")]
                    break
        return done

    def _shared_head(self, groups: Sequence[Sequence[Token]], read: list[list[Part]]) -> list[list[Part]]:
        """Parts of a comma list, where "анализ рынка, требований" hands its first words on."""
        shared = list(read)
        for index, parts in enumerate(read):
            if index and len(parts) == 1 and parts[0].canon_id is None:
                done = self._coordinated([groups[0], groups[index]], [read[0], None])[1]
                shared[index] = done if done is not None else parts
        return shared


def _cut(tokens: Sequence[Token], mark: str) -> list[list[Token]]:
    pieces: list[list[Token]] = []
    for token in tokens:
        if not pieces or token.before == mark:
            pieces.append([])
        pieces[-1].append(token)
    return [[replace(piece[0], before=SOFT), *piece[1:]] for piece in pieces]


def _each_once(parts: Sequence[Part]) -> tuple[Part, ...]:
    seen: dict[str, Part] = {}
    for part in parts:
        seen.setdefault(part.canon_id or f"?{part.key}", part)
    return tuple(seen.values())


def _split(part: Part) -> str:
    return "split" if part.canon_id is not None else part.method


def _unknown(tokens: Sequence[Token]) -> Part:
    return Part(_text(tokens), phrase_key(tokens), None, 0.0, "unknown")


def _text(tokens: Sequence[Token]) -> str:
    return " ".join(token.raw for token in tokens)


def _is_short_latin(tokens: Sequence[Token]) -> bool:
    return len(tokens) <= 2 and all(token.word.isascii() for token in tokens)
