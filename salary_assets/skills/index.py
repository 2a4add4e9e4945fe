"""The alias index: which canonical skill a run of tokens names.

An alias is found as a run of dictionary forms, as one glued word, or (for a whole phrase) as a bag of content words.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from salary_assets.skills.lexicon import lexicon
from salary_assets.skills.text import (
    COMMA,
    CONJ,
    JOINED,
    PAREN,
    SLASH,
    SOFT,
    Token,
    is_noun,
    lemma,
    may_be_object,
    tokenise,
)

REACH = {JOINED: 0, SOFT: 0, CONJ: 1, SLASH: 2, PAREN: 3, COMMA: 4}
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


class Entry(NamedTuple):
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
    beginnings: dict[str, set[str]] = field(default_factory=dict)
    named: list[tuple[tuple[Token, ...], str]] = field(default_factory=list)
    known_words: set[str] = field(default_factory=set)
    _corrections: dict[str, str | None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Words that surround names are put right like the names' own."""
        words = lexicon()
        for word in sorted(words.plain):
            self._learn_word(word)

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
        for stop in range(1, len(tokens)):
            self.beginnings.setdefault(_run(tokens[:stop]), set()).add(alias.canon_id)
        if len(tokens) <= LONGEST_GLUED:
            for glued in (_glue(token.word for token in tokens), _glue(token.lemma for token in tokens)):
                if len(glued) >= 3:
                    self.glued.setdefault(glued, entry)
        if (said := content_words(tokens)) and not _says_too_little(tokens, said):
            self.bags.setdefault(" ".join(sorted(said)), entry)
        if not alias.free:
            self.bags.setdefault(phrase_key(tokens), entry)
        if alias.free:
            self.named.append((tokens, alias.canon_id))
            for token in tokens:
                self._learn_word(token.lemma)

    def whole(self, tokens: Sequence[Token]) -> str | None:
        """The skill that the whole phrase names, qualifiers aside."""
        reach = _reach(tokens)
        run = self.runs.get(_run(tokens))
        glued = self.glued.get(_glue(token.word for token in tokens)) if len(tokens) <= LONGEST_GLUED else None
        said = self.bags.get(" ".join(sorted(content_words(tokens))))
        for entry in (run, glued, said, self._meant(tokens)):
            if entry is not None and reach <= entry.reach:
                return entry.canon_id
        return None

    def _meant(self, tokens: Sequence[Token]) -> Entry | None:
        """What the phrase names once words that only classify are dropped: "система Git" is Git.

        One word that is left must be an alias by itself, and nothing it has for an object may have been dropped:
        "исследование технологий" is no "исследование".
        """
        places = [position for position in range(len(tokens)) if not is_noise(tokens, position)]
        said = [tokens[position] for position in places]
        left = [
            tokens[position]
            for position in places
            if tokens[position].lemma not in lexicon().head_nouns or _is_half(tokens, position)
        ]
        if len(left) != 1 or len(said) == 1:
            return self.bags.get(" ".join(sorted(token.lemma for token in left or said)))
        after = said[said.index(left[0]) + 1 :]
        if after and takes_object(left[0], after[0]):
            return None
        return self.runs.get(left[0].lemma)

    def starting_at(self, tokens: Sequence[Token], start: int) -> list[tuple[int, str]]:
        """Every alias that begins at `start` -> (where it ends, skill), longest first."""
        reach = 0
        run = glued = ""
        found: list[tuple[int, str]] = []
        for stop in range(start + 1, min(len(tokens), start + LONGEST_ALIAS) + 1):
            last = tokens[stop - 1]
            if run:
                reach = max(reach, REACH[last.before])
            before, run = run, f"{run} {last.lemma}" if run else last.lemma
            glued += last.word
            entry = self.runs.get(run)
            if entry is None and last.word[-1].isdigit():
                bare = _versionless(last)
                entry = self.runs.get(f"{before} {bare}" if before else bare)
            if entry is None and last.word == "js" and last.before == JOINED:
                entry = self.runs.get(run.removesuffix(" js"))
            short = reach == 0 and stop - start <= LONGEST_GLUED
            if entry is None and short:
                entry = self.glued.get(glued)
            if entry is not None and entry.free and reach <= entry.reach:
                found.append((stop, entry.canon_id))
            if run not in self.beginnings and not short:
                break
        return found[::-1]

    def word(self, word: str) -> str | None:
        """The skill that one word names by itself."""
        entry = self.glued.get(word) or self.runs.get(word)
        return entry.canon_id if entry is not None and entry.free else None

    def corrected(self, word: str) -> str | None:
        """The word of the aliases that is an edit away from `word`, its first letter kept; None if skills differ."""
        if len(word) < SHORTEST_TYPO or not word.isalpha() or word in self.known_words:
            return None
        if word not in self._corrections:
            self._corrections[word] = self._nearest_word(word)
        return self._corrections[word]

    def _nearest_word(self, word: str) -> str | None:
        near = {known for form in _deletions(word) for known in self.words.get(form, []) if known[0] == word[0]}
        close = sorted(known for known in near if len(known) >= SHORTEST_TYPO - 1 and edits_at_most_one(word, known))
        named = {self.word(known) for known in close}
        return close[0] if len(close) == 1 or (len(named) == 1 and None not in named) else None

    def _learn_word(self, word: str) -> None:
        self.known_words.add(word)
        if len(word) < SHORTEST_TYPO - 1 or not word.isalpha():
            return
        for form in _deletions(word):
            known = self.words.setdefault(form, [])
            if word not in known:
                known.append(word)


def content_words(tokens: Sequence[Token]) -> list[str]:
    """Dictionary forms without stopwords, qualifiers and versions; all of them where nothing else is said."""
    kept = [
        token.lemma
        for position, token in enumerate(tokens)
        if not (token.silent or token.version) or not is_noise(tokens, position)
    ]
    return kept or [token.lemma for token in tokens]


def is_noise(tokens: Sequence[Token], position: int) -> bool:
    """Whether a word says nothing by itself: stopword, qualifier, or a version that no norm marker stands beside."""
    token = tokens[position]
    if token.silent:
        return not _is_meant(tokens, position)
    if not token.version:
        return False
    beside = [*tokens[max(position - 3, 0) : position], *tokens[position + 1 : position + 2]]
    return lexicon().norm_markers.isdisjoint(other.lemma for other in beside)


def _is_meant(tokens: Sequence[Token], position: int) -> bool:
    """Whether a qualifier belongs to a name: the object of a noun ("метрики качества"), "deep" before no knowledge."""
    token = tokens[position]
    if token.lemma in lexicon().only_of_qualifiers:
        following = tokens[position + 1] if position + 1 < len(tokens) else None
        return following is not None and not following.silent and following.before in (SOFT, JOINED)
    before = tokens[position - 1] if position else None
    return (
        before is not None
        and not before.silent
        and before.lemma not in lexicon().head_nouns
        and before.lemma not in lexicon().actions
        and token.before == SOFT
        and may_be_object(token.word)
        and is_noun(before.lemma)
    )


def _says_too_little(tokens: Sequence[Token], said: Sequence[str]) -> bool:
    """Whether an alias without silent words is one bare adjective ("клиентский опыт") or lost its number ("Web 3")."""
    if len(said) == len(tokens):
        return False
    bare = len(said) == 1 and is_adjective(said[0])
    return bare or any(token.version and token.lemma not in said for token in tokens)


def is_adjective(form: str) -> bool:
    """Whether a Russian dictionary form looks like an adjective."""
    return form.endswith(("ий", "ый", "ой"))


def takes_object(word: Token, following: Token) -> bool:
    """Whether a Russian noun has the next word for its object ("адаптация систем") or other half ("бизнес-процесс")."""
    russian = not word.word.isascii() and not following.word.isascii()
    return russian and following.before in (SOFT, JOINED) and not is_adjective(word.lemma)


def phrase_key(tokens: Sequence[Token]) -> str:
    """What a phrase is grouped by when no alias names it: its content words but head nouns, sorted."""
    words = content_words(tokens)
    specific = [word for word in words if word not in lexicon().head_nouns]
    return " ".join(sorted(specific or words))


def _is_half(tokens: Sequence[Token], position: int) -> bool:
    """Whether a Russian word is the second half of a joined one: "процесс" of "бизнес-процесс"."""
    if not position or tokens[position].before != JOINED:
        return False
    return not tokens[position].word.isascii() and not tokens[position - 1].word.isascii()


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
    """Whether one insertion, deletion, swap of neighbours or inner substitution turns one word into the other.

    A last letter substituted, or a Latin one added or lost, makes another name (Activity, Activiti; Vertica, Vertical).
    """
    if abs(len(left) - len(right)) > 1:
        return False
    short, long = sorted((left, right), key=len)
    at = next((index for index, char in enumerate(short) if char != long[index]), len(short))
    if len(short) != len(long):
        return (at < len(short) or not left.isascii()) and short[at:] == long[at + 1 :]
    swapped = long[:at] + long[at : at + 2][::-1] + long[at + 2 :]
    return short == swapped or (short[at + 1 :] == long[at + 1 :] and at < len(short) - 1)


def _deletions(word: str) -> set[str]:
    return {word, *(word[:index] + word[index + 1 :] for index in range(len(word)))}


def _reach(tokens: Sequence[Token]) -> int:
    return max((REACH[token.before] for token in tokens[1:]), default=0)


def _versionless(token: Token) -> str:
    """`mvc5` -> `mvc`: a version glued to a word is not part of the name."""
    bare = token.word.rstrip("0123456789") if token.word[-1].isdigit() else token.word
    return lemma(bare) if len(bare) >= 2 and bare != token.word else token.lemma


def _run(tokens: Sequence[Token]) -> str:
    return " ".join(token.lemma for token in tokens)


def _glue(words: Iterable[str]) -> str:
    return "".join(words)
