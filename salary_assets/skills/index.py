"""The alias index: which canonical skill a run of tokens names.

An alias is found as a run of dictionary forms, as one glued word, or (for a whole phrase) as a bag of content words.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from salary_assets.skills.lexicon import lexicon
from salary_assets.skills.text import COMMA, CONJ, PAREN, SLASH, SOFT, Token, lemma, tokenise

REACH = {SOFT: 0, CONJ: 1, SLASH: 2, PAREN: 3, COMMA: 4}
LONGEST_ALIAS = 8
LONGEST_GLUED = 4
SHORTEST_TYPO = 7
"""Words shorter than this are never corrected: too many are one letter from another skill (spring, string)."""


@dataclass(frozen=True)
class Alias:
    """One way to say a canonical skill.

    free: may be found inside a longer phrase; a skill learned from data is only ever a whole phrase or list part.
    """

    text: str
    canon_id: str
    free: bool = True


@dataclass(frozen=True)
class Entry:
    canon_id: str
    free: bool
    reach: int


@dataclass
class AliasIndex:
    """Lookups over aliases; the first alias to claim a form keeps it, so hand them over in order of trust."""

    runs: dict[str, Entry] = field(default_factory=dict)
    glued: dict[str, Entry] = field(default_factory=dict)
    bags: dict[str, Entry] = field(default_factory=dict)
    words: dict[str, list[str]] = field(default_factory=dict)

    @staticmethod
    def of(aliases: Iterable[Alias]) -> AliasIndex:
        index = AliasIndex()
        for alias in aliases:
            index.add(alias)
        return index

    def add(self, alias: Alias) -> None:
        tokens = tokenise(alias.text)
        if not tokens:
            return
        reach = _reach(tokens)
        entry = Entry(alias.canon_id, alias.free, reach)
        self.runs.setdefault(_run(tokens), entry)
        if len(tokens) <= LONGEST_GLUED:
            for glued in (_glue(token.word for token in tokens), _glue(token.lemma for token in tokens)):
                if len(glued) >= 3:
                    self.glued.setdefault(glued, entry)
        self.bags.setdefault(phrase_key(tokens), entry)
        if alias.free:
            for token in tokens:
                self._learn_word(token.lemma)

    def whole(self, tokens: Sequence[Token]) -> str | None:
        """The skill that the whole phrase names, qualifiers aside."""
        reach = _reach(tokens)
        found = [self.runs.get(_run(tokens)), self.bags.get(phrase_key(tokens))]
        if len(tokens) <= LONGEST_GLUED:
            found.insert(1, self.glued.get(_glue(token.word for token in tokens)))
        return next((entry.canon_id for entry in found if entry is not None and reach <= entry.reach), None)

    def starting_at(self, tokens: Sequence[Token], start: int) -> list[tuple[int, str]]:
        """Every alias that begins at `start` -> (where it ends, skill), longest first."""
        reach = 0
        found: list[tuple[int, str]] = []
        for stop in range(start + 1, min(len(tokens), start + LONGEST_ALIAS) + 1):
            if stop - start > 1:
                reach = max(reach, REACH[tokens[stop - 1].before])
            span = tokens[start:stop]
            entry = self.runs.get(_run(span)) or self.runs.get(_versionless_run(span))
            if entry is None and stop - start <= LONGEST_GLUED and reach == 0:
                entry = self.glued.get(_glue(token.word for token in span))
            if entry is not None and entry.free and reach <= entry.reach:
                found.append((stop, entry.canon_id))
        return found[::-1]

    def word(self, word: str) -> str | None:
        """The skill that one word names by itself."""
        entry = self.glued.get(word) or self.runs.get(word)
        return entry.canon_id if entry is not None and entry.free else None

    def corrected(self, word: str) -> str | None:
        """The one word of the aliases that is an edit away from `word`, its first letter kept; else None."""
        if len(word) < SHORTEST_TYPO or not word.isalpha() or word in self.words:
            return None
        near = {known for form in _deletions(word) for known in self.words.get(form, []) if known[0] == word[0]}
        close = sorted(known for known in near if len(known) >= SHORTEST_TYPO - 1 and edits_at_most_one(word, known))
        return close[0] if len(close) == 1 else None

    def _learn_word(self, word: str) -> None:
        if len(word) < SHORTEST_TYPO - 1 or not word.isalpha():
            return
        for form in _deletions(word):
            known = self.words.setdefault(form, [])
            if word not in known:
                known.append(word)


def content_words(tokens: Sequence[Token]) -> list[str]:
    """Dictionary forms without stopwords, qualifiers, versions and (where anything is left) head nouns."""
    kept = [token.lemma for position, token in enumerate(tokens) if not is_noise(tokens, position)]
    specific = [word for word in kept if word not in lexicon().head_nouns]
    return specific or kept or [token.lemma for token in tokens]


def is_noise(tokens: Sequence[Token], position: int) -> bool:
    """Whether a word says nothing by itself: stopword, qualifier, or a version that no norm marker stands beside."""
    words = lexicon()
    token = tokens[position]
    silent = words.stopwords | words.qualifiers
    if token.lemma in silent or token.word in silent:
        return True
    if not token.is_version:
        return False
    beside = [*tokens[max(position - 3, 0) : position], *tokens[position + 1 : position + 2]]
    return not any(other.lemma in words.norm_markers for other in beside)


def phrase_key(tokens: Sequence[Token]) -> str:
    """What a phrase is grouped by when no alias names it: its content words, sorted."""
    return " ".join(sorted(content_words(tokens)))


def ancestors(parents: Mapping[str, str | None]) -> dict[str, frozenset[str]]:
    """Every broader skill of each skill."""
    found: dict[str, frozenset[str]] = {}
    for skill in parents:
        chain: list[str] = []
        above = parents.get(skill)
        while above is not None and above not in chain:
            chain.append(above)
            above = parents.get(above)
        found[skill] = frozenset(chain)
    return found


def edits_at_most_one(left: str, right: str) -> bool:
    """Whether one insertion, deletion, substitution or swap of neighbours turns one word into the other."""
    if abs(len(left) - len(right)) > 1:
        return False
    short, long = sorted((left, right), key=len)
    at = next((index for index, char in enumerate(short) if char != long[index]), len(short))
    if len(short) != len(long):
        return short[at:] == long[at + 1 :]
    swapped = long[:at] + long[at : at + 2][::-1] + long[at + 2 :]
    return short[at + 1 :] == long[at + 1 :] or short == swapped


def _deletions(word: str) -> set[str]:
    return {word, *(word[:index] + word[index + 1 :] for index in range(len(word)))}


def _reach(tokens: Sequence[Token]) -> int:
    return max((REACH[token.before] for token in tokens[1:]), default=0)


def _versionless_run(tokens: Sequence[Token]) -> str:
    """`asp net mvc5` -> `asp net mvc`: a version glued to the last word is not part of the name."""
    last = tokens[-1].word.rstrip("0123456789")
    return " ".join([*(token.lemma for token in tokens[:-1]), lemma(last)]) if len(last) >= 2 else ""


def _run(tokens: Sequence[Token]) -> str:
    return " ".join(token.lemma for token in tokens)


def _glue(words: Iterable[str]) -> str:
    return "".join(words)
