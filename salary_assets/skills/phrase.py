"""Reads one spelling: is it one skill, a list of several, or something that the canon does not know.

The idea: find known skills in the phrase; it means them only if nothing of substance is left over. A cut at
"and" or between bare words is made only where every piece is known; at a comma or slash, where one is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

from salary_assets.skills.backbone import slug
from salary_assets.skills.index import AliasIndex, is_noise, phrase_key
from salary_assets.skills.lexicon import lexicon
from salary_assets.skills.neighbours import neighbours_of
from salary_assets.skills.pieces import (
    ACTION,
    EXACT,
    GLUED,
    KEYED,
    NEAR,
    SHORTEST_ITEM,
    TYPO,
    Part,
    cut_at,
    is_bare_action,
    is_number,
    is_short_latin,
    may_be_one_name,
    says_nothing,
    text_of,
)
from salary_assets.skills.sentence import (
    before_circumstance,
    end_of_names,
    end_of_words,
    gives_examples,
    has_heading,
    named_tool,
    without_asides,
)
from salary_assets.skills.shared_words import coordinated, shared_head, shared_noun, shared_tail
from salary_assets.skills.side_by_side import (
    TECHNOLOGIES,
    WARES,
    Found,
    SideBySide,
    SkillFacts,
    end_of_description,
    is_object,
)
from salary_assets.skills.text import (
    COMMA,
    CONJ,
    JOINED,
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

FOREIGN_LANGUAGES = slug("Иностранные языки")

FEWEST_TITLED = 2
"""Items from which on short Latin names are a list although what is before them is none: "МЭК: ST, LD, FBD"."""


class PhraseReader:
    """Reads spellings against an alias index. Holds no state that a reading changes."""

    def __init__(self, index: AliasIndex, facts: Mapping[str, SkillFacts]) -> None:
        self.index = index
        self.facts = facts
        self._beside = SideBySide(index, facts)
        trades = {skill for skill, fact in facts.items() if fact.is_it and fact.kind in ("method", "domain")}
        self._near = neighbours_of(tuple(index.named), frozenset(trades))

    def read(self, spelling: str) -> tuple[Part, ...]:
        """The parts of a spelling, in order, each skill once; one unknown part where nothing is recognised."""
        if not (tokens := tokenise(without_asides(spelling))):
            text = clean(spelling)
            return (Part(text, text, None, 0.0, "unknown"),)
        groups = cut_at(tokens, COMMA)
        if len(groups) == 1:
            return _each_once(self._group(groups[0], gives_examples(spelling)))
        read = [self._group(group, True) for group in groups]
        read = shared_tail(groups, shared_head(groups, read, self._whole), self._whole)
        items = groups[1:] if len(groups) > FEWEST_TITLED else groups
        if any(part.canon_id for parts in read for part in parts) or all(map(is_short_latin, items)):
            heading = 0 if has_heading(spelling) else None
            said = [
                parts
                for at, (group, parts) in enumerate(zip(groups, read, strict=True))
                if parts[0].canon_id or not (at == heading or says_nothing(group) or is_bare_action(group))
            ]
            return _each_once(_split([part for parts in said or read for part in parts]))
        return (_unknown(tokens),)

    def _group(self, tokens: Sequence[Token], listed: bool) -> list[Part]:
        """A piece between commas. `listed`: there are others, so a head and its first item may stand together."""
        for mark in (None, PAREN, SLASH, CONJ):
            pieces = [list(tokens)] if mark is None else cut_at(tokens, mark)
            if mark is None or len(pieces) > 1:
                parts = self._pieces(pieces, mark, listed)
                if parts is not None:
                    return parts
        return shared_noun(tokens, self._whole) or self._in_a_sentence(tokens, listed) or [_unknown(tokens)]

    def _in_a_sentence(self, tokens: Sequence[Token], listed: bool) -> list[Part] | None:
        """Skills that a phrase names among words that are none, if they are all that can be meant."""
        plain = [token for token in tokens if token.lemma not in lexicon().modifiers]
        if len(plain) < len(tokens) and tokens[-1] in plain[-1:]:
            parts = self._group([plain[0]._replace(before=tokens[0].before), *plain[1:]], listed)
            return [part._replace(confidence=min(part.confidence, ACTION)) for part in parts] if _known(parts) else None
        if (end := before_circumstance(tokens)) is not None and (named := self._named(tokens[:end], None)):
            return named
        if (start := named_tool(tokens)) is not None and (named := self._named(tokens[start:], TECHNOLOGIES)):
            return named
        if (start := end_of_words(tokens)) is not None and (named := self._named(tokens[start:], TECHNOLOGIES)):
            return named if listed or len(named) > 1 else None
        if listed and (end := end_of_names(tokens)) is not None:
            return self._named(tokens[:end], TECHNOLOGIES)
        return None

    def _named(self, tokens: Sequence[Token], kinds: frozenset[str] | None) -> list[Part] | None:
        """The parts of a piece of a phrase where all are known and of these kinds (any of IT), else None."""
        parts = self._group([tokens[0].first(), *tokens[1:]], False)
        for part in parts:
            fact = self.facts.get(part.canon_id) if part.canon_id and part.method != "neighbour" else None
            if fact is None or not (fact.is_it if kinds is None else fact.kind in kinds):
                return None
        return [part._replace(confidence=min(part.confidence, NEAR)) for part in parts]

    def _pieces(self, pieces: Sequence[Sequence[Token]], mark: str | None, listed: bool) -> list[Part] | None:
        """The parts of pieces cut at one kind of mark, or None where the cut makes no sense."""
        listed = listed or mark == SLASH
        resolved = [
            None if (listed or mark is not None) and is_bare_action(piece) else self._resolve(piece, listed)
            for piece in pieces
        ]
        if mark is None:
            return resolved[0]
        resolved = coordinated(pieces, resolved, mark, self._whole)
        kept = [at for at, found in enumerate(resolved) if at == 0 or found is not None or not is_number(pieces[at])]
        pieces, resolved = [pieces[at] for at in kept], [resolved[at] for at in kept]
        known = [found for found in resolved if found is not None]
        if mark == PAREN and resolved[0] is not None and len(known) < len(pieces):
            return [part for found in known for part in found]
        names = len(pieces) > FEWEST_TITLED and all(map(is_short_latin, pieces))
        listed_names = mark == SLASH and (names or known) and not may_be_one_name(pieces, resolved)
        if len(known) < len(pieces) and not listed_names:
            return None
        parts = [
            part
            for piece, found in zip(pieces, resolved, strict=True)
            for part in (found if found is not None else self._inner(piece))
        ]
        return _split(parts) if len(parts) > 1 else parts

    def _inner(self, tokens: Sequence[Token]) -> list[Part]:
        """An unknown piece between slashes: itself a list, or unknown."""
        return self._group(tokens, True) if any(token.before == CONJ for token in tokens[1:]) else [_unknown(tokens)]

    def _resolve(self, tokens: Sequence[Token], listed: bool) -> list[Part] | None:
        """The skills of a phrase if it holds nothing else, else None."""
        near = self._near.numbered(tokens)
        whole = near or self.index.whole(tokens)
        if whole is None and len(tokens) == 1 and (twin := latin_twin(tokens[0])):
            whole = self.index.word(twin)
        if whole is not None:
            exact = len(tokens) == 1 or phrase_key(tokens) == " ".join(sorted({token.lemma for token in tokens}))
            return [Part(text_of(tokens), phrase_key(tokens), whole, EXACT if exact else KEYED, "alias")]
        if near := self._near.whole(tokens):
            return [Part(text_of(tokens), near, near, NEAR, "neighbour")]
        if named := self._named_at_the_end(tokens):
            return named
        attempts = [(False, False)]
        if any(token.lemma in lexicon().actions for token in tokens):
            attempts.append((False, True))
        if any(self.index.corrected(token.lemma) for token in tokens):
            attempts.append((True, True))
        for corrected, plain in attempts:
            found = self._segments(tokens, listed, corrected, plain)
            if found is not None:
                return found
        return self._respelt(tokens)

    def _named_at_the_end(self, tokens: Sequence[Token]) -> list[Part] | None:
        """The product whose sort is described before its name: "инструменты управления инфраструктурой Terraform"."""
        start = end_of_description(tokens)
        known = self._whole(tokens[start:]) if start is not None else None
        if known is None or self.facts[known].kind not in WARES:
            return None
        return [Part(text_of(tokens[start:]), known, known, ACTION, "key")]

    def _respelt(self, tokens: Sequence[Token]) -> list[Part] | None:
        """The skill whose alias the phrase would be with its misspelt words put right."""
        right = [self.index.corrected(token.lemma) for token in tokens]
        if not any(right):
            return None
        known = self.index.whole(
            [
                token._replace(lemma=word, word=word) if word else token
                for token, word in zip(tokens, right, strict=True)
            ]
        )
        return [Part(text_of(tokens), known, known, TYPO, "neighbour")] if known else None

    def _segments(self, tokens: Sequence[Token], listed: bool, corrected: bool, plain: bool) -> list[Part] | None:
        """plain: words of doing are only that, never the beginning of a skill's name."""
        if corrected:
            tokens = [self._with_common_word_right(token) for token in tokens]
        found, left = self._scan(tokens, corrected, plain)
        if not found and left:
            found, left = self._lone(tokens, left)
        kept = self._beside.without_categories(tokens, found)
        if not kept or not self._only_noise(tokens, left, kept):
            return None
        if not listed and not all(self._beside.may_be_a_list(tokens, one, other) for one, other in pairwise(kept)):
            return None
        words = lexicon()
        weak = any(
            tokens[position].lemma in words.actions or tokens[position].lemma in words.surroundings for position in left
        )
        cap = ACTION if weak else KEYED
        distinct = {one.canon_id: one for one in reversed(kept)}
        return [
            Part(
                text_of(tokens[one.start : one.stop]),
                canon_id,
                canon_id,
                min(one.confidence, cap),
                "neighbour" if one.confidence == TYPO else "key",
            )
            for canon_id, one in reversed(distinct.items())
        ]

    def _scan(self, tokens: Sequence[Token], corrected: bool, plain: bool) -> tuple[list[Found], list[int]]:
        """The cover of the phrase by known skills that leaves the least over and needs the fewest of them."""
        count = len(tokens)
        best: list[tuple[float, int, tuple[Found, ...]]] = [(0.0, count, ())] * (count + 1)
        for start in range(count - 1, -1, -1):
            options: list[tuple[float, int, tuple[Found, ...]]] = [
                (best[start + 1][0] + self._weight(tokens, start), start + 1, ())
            ]
            if not (plain and tokens[start].lemma in lexicon().actions):
                options.extend(
                    (best[stop][0] + 1, stop, (Found(canon_id, start, stop, EXACT),))
                    for stop, canon_id in self.index.starting_at(tokens, start)
                )
            if len(options) == 1 and (named := self._one_word(tokens[start], corrected)):
                seen_through = tuple(Found(canon_id, start, start + 1, sure) for canon_id, sure in named)
                options.append((best[start + 1][0] + len(named) + 0.1, start + 1, seen_through))
            best[start] = min(options, key=lambda option: (round(option[0], 6), -option[1]))
        found: list[Found] = []
        left: list[int] = []
        position = 0
        while position < count:
            _, stop, named_here = best[position]
            found.extend(named_here)
            if not named_here:
                left.append(position)
            position = stop
        return found, left

    def _lone(self, tokens: Sequence[Token], left: Sequence[int]) -> tuple[list[Found], list[int]]:
        """The one word that is a skill among words of doing and surroundings: "написание скриптов", "принципы СУБД"."""
        words = lexicon()
        said = [at for at in left if not is_noise(tokens, at)]
        plain = all(tokens[at].lemma in words.plain for at in said)
        fields = [at for at in said if tokens[at].lemma in words.fields]
        sorts = any(tokens[at].lemma in words.sorts for at in said)
        named = [(at, skill) for at in (fields if sorts else said) if (skill := self.index.word(tokens[at].lemma))]
        if not plain or len(named) != 1:
            return [], list(left)
        (place, skill), *_ = named
        return [Found(skill, place, place + 1, EXACT)], [at for at in left if at != place]

    def _with_common_word_right(self, token: Token) -> Token:
        """A misspelt word of doing or surroundings put right: "дэшборды Grafana"."""
        words = lexicon()
        right = self.index.corrected(token.lemma)
        common = right in words.plain
        return token._replace(lemma=right, word=right) if right and common else token

    def _weight(self, tokens: Sequence[Token], position: int) -> float:
        """What leaving a word over costs, where a skill costs 1: nothing for noise, much for a word of substance."""
        words = lexicon()
        form = tokens[position].lemma
        if is_noise(tokens, position):
            return 0.0
        if form in words.language_levels or self._classifies(tokens, position):
            return 0.05
        return 0.3 if form in words.actions or form in words.surroundings else 10.0

    def _classifies(self, tokens: Sequence[Token], position: int) -> bool:
        """Whether a head noun or maker only says what its neighbour is, rather than being an item of a list."""
        words = lexicon()
        token = tokens[position]
        after = tokens[position + 1].before if position + 1 < len(tokens) else None
        if token.lemma in words.vendors:
            return after in (SOFT, JOINED)
        if token.lemma not in words.head_nouns:
            return False
        apart = token.before not in (SOFT, JOINED) or (
            token.lemma in words.fields and all(is_noise(tokens, at) for at in range(position))
        )
        item = position > 0 and apart and after not in (SOFT, JOINED)
        return not (item and self.index.word(token.lemma)) and not self._is_an_item(tokens, position)

    def _is_an_item(self, tokens: Sequence[Token], position: int) -> bool:
        """Whether a head noun is of a run that is a skill and ends an item: "операционных систем и приложений"."""
        nouns = lexicon().head_nouns
        start, stop = position, position + 1
        while start > 0 and tokens[start].before == SOFT and tokens[start - 1].lemma in nouns:
            start -= 1
        while stop < len(tokens) and tokens[stop].before == SOFT and tokens[stop].lemma in nouns:
            stop += 1
        if stop - start == 1 or stop == len(tokens) or tokens[stop].before != CONJ:
            return False
        return any(reached == stop for reached, _ in self.index.starting_at(tokens, start))

    def _one_word(self, token: Token, corrected: bool) -> list[tuple[str, float]]:
        """Skills that a word names once its digits, capitals, script or (asked for) a typo are seen through."""
        bare = token.word.rstrip("0123456789")
        if len(bare) >= 2 and bare != token.word and (known := self.index.word(lemma(bare)) or self.index.word(bare)):
            return [(known, KEYED)]
        if (twin := latin_twin(token)) and len(twin) > 1 and (known := self.index.word(twin)):
            return [(known, GLUED)]
        pieces = tokenise(" ".join(camel_pieces(token.raw)))
        if len(pieces) > 1 and all(len(piece.word) > SHORTEST_ITEM for piece in pieces):
            found, left = self._scan(pieces, False, False)
            if found and not left and all(self.facts[one.canon_id].kind in TECHNOLOGIES for one in found):
                return [(one.canon_id, GLUED) for one in found]
        if corrected and (word := self.index.corrected(token.lemma)) and (known := self.index.word(word)):
            return [(known, TYPO)]
        return []

    def _only_noise(self, tokens: Sequence[Token], left: Sequence[int], found: Sequence[Found]) -> bool:
        words = lexicon()
        technologies = all(self.facts[one.canon_id].kind in TECHNOLOGIES for one in found)
        terms = all(token.word.isascii() for one in found for token in tokens[one.start : one.stop])
        languages = any(FOREIGN_LANGUAGES in self.facts[one.canon_id].ancestors for one in found)
        every_it = all(self.facts[one.canon_id].is_it for one in found)
        for position in left:
            form = tokens[position].lemma
            if is_noise(tokens, position):
                continue
            if self._classifies(tokens, position):
                if technologies or not (form in words.vendors or is_object(tokens, position, found)):
                    continue
                return False
            if every_it and form in words.actions:
                continue
            if (technologies or (terms and every_it)) and form in words.surroundings:
                continue
            if languages and form in words.language_levels:
                continue
            return False
        return True

    def _whole(self, tokens: Sequence[Token]) -> str | None:
        return self.index.whole([token.first() for token in tokens])


def _known(parts: Sequence[Part]) -> bool:
    return all(part.canon_id is not None for part in parts)


def _each_once(parts: Sequence[Part]) -> tuple[Part, ...]:
    seen: dict[str, Part] = {}
    for part in parts:
        seen.setdefault(part.canon_id or f"?{part.key}", part)
    return tuple(seen.values())


def _split(parts: Sequence[Part]) -> list[Part]:
    return [part._replace(method="split") if part.canon_id else part for part in parts]


def _unknown(tokens: Sequence[Token]) -> Part:
    return Part(text_of(tokens), phrase_key(tokens), None, 0.0, "unknown")
