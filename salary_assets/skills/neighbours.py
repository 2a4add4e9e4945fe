"""Nearest known skill of a phrase that no alias spells: the same words in another script, language, form or order.

Words are compared by how they sound in Latin letters and by translations that are learned from the aliases, where a
skill is named in both languages. A neighbour counts only if every word has its like and no other skill is as near.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from functools import cached_property, lru_cache
from itertools import islice, product

from salary_assets.skills.index import content_words, is_adjective
from salary_assets.skills.lexicon import lexicon
from salary_assets.skills.text import JOINED, KEPT, SOFT, Token, is_noun

FEWEST_LETTERS, FEWEST_LETTERS_OF_ONE = 4, 5
LONGEST = 5
"""Words of a phrase that is compared; longer ones are sentences."""
MOST_VARIANTS = 64
"""Choices of sounds and translations tried for one phrase: all of them for three words of four meanings."""
LEAST_AGREEMENT = 0.6
"""Dice coefficient, over skills named in both languages, from which two words are translations of each other."""
SHORTEST_STEM, SHORTEST_ROOT = 8, 4

_SOUNDS = {
    "а": "a", "б": "b", "в": "v", "г": "g", "д": "d", "е": "e", "ж": "zh", "з": "z", "и": "i", "й": "i", "к": "k",
    "л": "l", "м": "m", "н": "n", "о": "o", "п": "p", "р": "r", "с": "s", "т": "t", "у": "u", "ф": "f", "х": "h",
    "ц": "ts", "ч": "ch", "ш": "sh", "щ": "sh", "ъ": "", "ы": "i", "ь": "", "э": "e", "ю": "u", "я": "ia",
}  # fmt: skip
_SPELT = (("ph", "f"), ("th", "t"), ("ck", "k"), ("qu", "kv"), ("oo", "u"), ("ee", "i"), ("x", "ks"))
_ADJECTIVE = re.compile(r"(?:ическ|ационн|ьн|н|ск|ов|ев)?(?:ый|ий|ой)$")
_VERB = re.compile(r"(?:ировать|овать|ать|ять|ить|еть)(?:ся)?$")
_NOUN = re.compile(r"(?:ация|ирование|ование|ание|ение|ие|ия|а|я|о|е|ь|ы|и)$")


class Neighbours:
    """Known aliases by what they sound like and mean."""

    def __init__(self, aliases: Iterable[tuple[tuple[Token, ...], str]], trades: Container[str]) -> None:
        """aliases: tokens of each alias with the skill that it names. trades: skills that are methods or fields of IT.

        Only these are meant by an adjective: a "серверное решение" is no server.
        """
        self._trades = trades
        self._aliases = [(tokens, skill) for tokens, skill in aliases if 0 < len(tokens) <= LONGEST]

    def whole(self, tokens: Sequence[Token]) -> str | None:
        """The one skill that the phrase is nearest to, or None where there is none or several."""
        if any(token.before not in (SOFT, JOINED) for token in tokens[1:]):
            return None
        words = content_words(tokens)
        specific = [word for word in words if word not in lexicon().head_nouns]
        for said in (words, specific) if 1 < len(specific) < len(words) else (words,):
            least = FEWEST_LETTERS if len(said) > 1 else FEWEST_LETTERS_OF_ONE
            bare = len(said) == 1 and is_adjective(said[0])
            if not bare and len(said) <= LONGEST and sum(map(len, said)) >= least:
                for key in (*self._keys(said, False), *_glued(said, False)):
                    if (found := self._names.get(key)) is not None:
                        return _only(found)
        return self._shortened(specific or words) or self._derived(specific, words)

    def numbered(self, tokens: Sequence[Token]) -> str | None:
        """The skill whose name has the phrase's number in it: "Битрикс 24" is no version of "Битрикс"."""
        if not any(token.version for token in tokens):
            return None
        words = [token.lemma for token in tokens if not token.silent]
        if not 1 < len(words) <= LONGEST:
            return None
        found = next((skills for key in _glued(words, False) if (skills := self._numbers.get(key))), None)
        return _only(found) if found else None

    def _shortened(self, words: Sequence[str]) -> str | None:
        """The skill whose name is cut short to one word."""
        found = self._short_names.get(words[0].rstrip("0123456789")) if len(words) == 1 else None
        return _only(found) if found else None

    def _derived(self, specific: Sequence[str], words: Sequence[str]) -> str | None:
        """The trade that an adjective of a common noun was made from: "микросервисная модель"."""
        if len(specific) != 1 or len(words) == 1 or not is_adjective(specific[0]):
            return None
        found = self._stems.get(_stem(specific[0]))
        return _only(found) if found else None

    @cached_property
    def _names(self) -> dict[str, set[str]]:
        names: dict[str, set[str]] = {}
        for tokens, skill in self._aliases:
            # A number in a name is part of it, in a phrase it is a version: "IDEF" is not IDEF0.
            words = [token.lemma for token in tokens if not token.silent] or content_words(tokens)
            for key in (*self._keys(words, True), *_glued(words, True)):
                names.setdefault(key, set()).add(skill)
        return names

    @cached_property
    def _numbers(self) -> dict[str, set[str]]:
        numbers: dict[str, set[str]] = {}
        for tokens, skill in self._aliases:
            words = [token.lemma for token in tokens if not token.silent]
            if any(char.isdigit() for word in words for char in word):
                for key in _glued(words, True):
                    numbers.setdefault(key, set()).add(skill)
        return numbers

    @cached_property
    def _short_names(self) -> dict[str, set[str]]:
        """Names without their maker ("Apache Tomcat"), their .js or their -db, by the one word that is left.

        A word that names of other skills have too is short for none: "Angular" is not AngularJS, "test" no Google Test.
        """
        users: dict[str, set[str]] = defaultdict(set)
        for tokens, skill in self._aliases:
            for token in tokens:
                users[token.lemma].add(skill)
        short: dict[str, set[str]] = {}
        for tokens, skill in self._aliases:
            words = [token.lemma for token in tokens]
            left = ""
            if len(words) == 2 and words[0] in lexicon().vendors:
                left = words[1]
            elif len(words) == 2 and words[1] == "js" and tokens[1].before == JOINED:
                left = words[0]
            elif len(words) == 1 and words[0].endswith("db"):
                left = words[0].removesuffix("db")
            own = users[left] <= {skill} and left not in lexicon().head_nouns
            if len(left) >= FEWEST_LETTERS and left.isalpha() and own:
                short.setdefault(left, set()).add(skill)
        return short

    @cached_property
    def _stems(self) -> dict[str, set[str]]:
        stems: dict[str, set[str]] = {}
        for tokens, skill in self._aliases:
            if skill not in self._trades or len(tokens) != 1 or not is_noun(tokens[0].lemma):
                continue
            if len(stem := _stem(tokens[0].lemma)) >= SHORTEST_STEM:
                stems.setdefault(stem, set()).add(skill)
        return stems

    def _keys(self, words: Sequence[str], of_alias: bool) -> Iterator[str]:
        """The bags that the words make with every choice of their sounds and translations."""
        if len(words) == 1:
            # A word by itself has too many translations.
            choices = [self._meanings(words[0], of_alias)[:2]]
        else:
            choices = [self._meanings(word, of_alias) for word in words]
        for chosen in islice(product(*choices), MOST_VARIANTS):
            yield " ".join(sorted(chosen))

    def _meanings(self, word: str, of_alias: bool) -> Sequence[str]:
        """The word, how it would look in the other script, and its translations.

        Sounds are marked with the script they are compared with, so that two Latin words are never one by sound
        alone (VLAN, WLAN).
        """
        if word.isascii():
            return word, f"{'<' if of_alias else '>'}{sound(word)}"
        return word, f"{'>' if of_alias else '<'}{sound(word)}", *self._translations.get(word, ())

    @cached_property
    def _translations(self) -> Mapping[str, tuple[str, ...]]:
        products = {
            tokens[0].lemma for tokens, skill in self._aliases if len(tokens) == 1 and skill not in self._trades
        }
        return translations(self._aliases, products)


@lru_cache(maxsize=4)
def neighbours_of(aliases: tuple[tuple[tuple[Token, ...], str], ...], trades: frozenset[str]) -> Neighbours:
    """The neighbours of these aliases, made once: skills that data adds to a canon are never anyone's neighbours."""
    return Neighbours(aliases, trades)


def translations(
    aliases: Iterable[tuple[Sequence[Token], str]], products: Container[str] = ()
) -> dict[str, tuple[str, ...]]:
    """Russian words -> English ones that stand for them where a skill has names of equal length in both languages.

    products: words that are names by themselves, and so translate nothing.

    Words that agree over several skills come first; where such words explain all but one word of two names, the two
    that are left are translations too ("машинное зрение", "machine vision").
    """
    named: dict[str, dict[tuple[bool, int], set[frozenset[str]]]] = defaultdict(lambda: defaultdict(set))
    for tokens, skill in aliases:
        words = content_words(tokens)
        if any(token.before not in (SOFT, JOINED) for token in tokens[1:]):
            continue
        latin = all(word.isascii() for word in words)
        if all(map(str.isalpha, words)) and (latin or not any(word.isascii() for word in words)):
            named[skill][latin, len(words)].add(frozenset(words))
    pairs = [
        (skill, russian, english)
        for skill, names in named.items()
        for (latin, length), group in names.items()
        if not latin
        for russian in group
        for english in names.get((True, length), ())
    ]
    agreed = _agreeing(pairs, least=2)
    left = []
    for skill, russian, english in pairs:
        rest = {word for word in russian if not english.intersection(agreed.get(word, ()))}
        explained = {other for word in russian - rest for other in agreed[word]}
        if len(rest) == 1 and len(english - explained) == 1 and len(russian) > 1:
            left.append((skill, frozenset(rest), english - explained))
    alone = {word: others for word, others in _agreeing(left, least=1).items() if len(others) == 1}
    found = alone | agreed
    kept = {word: tuple(other for other in others if other not in products) for word, others in found.items()}
    return {word: others for word, others in kept.items() if others}


def _agreeing(pairs: Sequence[tuple[str, frozenset[str], frozenset[str]]], least: int) -> dict[str, tuple[str, ...]]:
    """Words of two languages that the names of at least `least` skills share, the best for each; equals all count."""
    together: dict[tuple[str, str], set[str]] = defaultdict(set)
    of_word: dict[str, set[str]] = defaultdict(set)
    for skill, russian, english in pairs:
        for word in (*russian, *english):
            of_word[word].add(skill)
        for one in russian:
            for other in english:
                together[one, other].add(skill)
    ranked = sorted(
        (-2 * len(skills) / (len(of_word[one]) + len(of_word[other])), one, other)
        for (one, other), skills in together.items()
        if len(skills) >= least
    )
    found: dict[str, list[tuple[float, str]]] = defaultdict(list)
    for agreement, one, other in ranked:
        best = found[one]
        if -agreement >= LEAST_AGREEMENT and (not best or agreement == best[0][0]):
            best.append((agreement, other))
    return {word: tuple(other for _, other in best) for word, best in found.items() if best}


@lru_cache(KEPT)
def sound(word: str) -> str:
    """A word in Latin letters as it sounds in Russian and English alike: "битрикс" and "Bitrix" are both `bitriks`."""
    text = "".join(_SOUNDS.get(char, char) for char in word.replace("дж", "j"))
    if word.isascii():
        for spelt, said in _SPELT:
            text = text.replace(spelt, said)
        text = re.sub(r"c(?=[eiy])", "s", text)
        text = re.sub(r"c(?!h)", "k", text).replace("w", "v").replace("y", "i").replace("q", "k")
        text = re.sub(r"(?<=\w{4})e$", "", text)
    return re.sub(r"([a-z])\1", r"\1", text)


def root(word: str) -> str:
    """A Russian word without what makes it a noun, an adjective or a verb, where enough of it is left."""
    if word.isascii():
        return word
    bare = _VERB.sub("", word) if _VERB.search(word) else _stem(word)
    return bare if len(bare) >= SHORTEST_ROOT else word


def _glued(words: Sequence[str], of_alias: bool) -> tuple[str, ...]:
    """The words written as one: as they are, and as they sound in the other script."""
    text = "".join(words)
    said = "".join(sound(piece) for piece in re.findall(r"[a-z]+|[а-я]+|[^a-zа-я]+", text))
    if text.isascii():
        return f"={text}", f"={'<' if of_alias else '>'}{said}"
    return f"={text}", f"=<{said}", f"=>{said}"


def _stem(word: str) -> str:
    return _ADJECTIVE.sub("", word) if is_adjective(word) else _NOUN.sub("", word)


def _only(skills: set[str]) -> str | None:
    return next(iter(skills)) if len(skills) == 1 else None
