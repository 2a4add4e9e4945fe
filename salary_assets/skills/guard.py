"""The token-difference guard: two phrases may be one skill only if the words that differ say nothing.

Measured on hand-labelled real spellings it stops 94-98 % of the false merges that character similarity proposes
while keeping half to two thirds of the true ones; a list of protected pairs alone stops 4-12 %.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Sequence
from itertools import permutations

from salary_assets.skills.index import edits_at_most_one
from salary_assets.skills.lexicon import lexicon
from salary_assets.skills.neighbours import root, sound
from salary_assets.skills.text import is_dictionary_word

SHORTEST_MISSPELLED, SHORTEST_ALONE = 6, 5
MOST_GLUED = 3
SAME, NARROWER, BROADER, DIFFERENT, UNCERTAIN = "same", "narrower", "broader", "different", "uncertain"


def relation(left: str, right: str, known: Container[str] = (), loose: bool = True) -> tuple[str, str]:
    """How key `left` stands to key `right` as far as their words tell -> (verdict or `uncertain`, reason).

    known: words of known skills, which are never misspelt others. loose: words in another script or part of speech may
    be the same; not so beside a known skill ("тестирование функционала" is no "функциональное тестирование").
    """
    ours, theirs = (Counter(_telling(key.split()) if loose else key.split()) for key in (left, right))
    extra, missing = sorted((ours - theirs).elements()), sorted((theirs - ours).elements())
    if not extra and not missing:
        return SAME, "same words"
    alone = max(ours.total(), theirs.total()) == 1
    if loose and (_other_forms(extra, missing, alone) or _glued(extra, missing)):
        return SAME, f"other forms: {' '.join(extra)} / {' '.join(missing)}"
    if [word for word in extra if _tells(word)] != [word for word in missing if _tells(word)]:
        return DIFFERENT, f"numbers or symbols differ: {' '.join(extra)} / {' '.join(missing)}"
    if not missing:
        return NARROWER, f"says more: {' '.join(extra)}"
    if not extra:
        return BROADER, f"says less: {' '.join(missing)}"
    if len(extra) == len(missing) and all(
        _misspelt(one, other, known) for one, other in zip(extra, missing, strict=True)
    ):
        return SAME, f"spelling: {' '.join(extra)} / {' '.join(missing)}"
    return UNCERTAIN, f"words differ: {' '.join(extra)} / {' '.join(missing)}"


def form_of(key: str) -> str:
    """What keys that are one in other forms have in common: the sounds of the roots of their words, sorted."""
    return " ".join(sorted(sound(root(word)) for word in _telling(key.split())))


def _telling(words: Sequence[str]) -> list[str]:
    """The words but those of mere doing ("обеспечение режима секретности"); all where one word would be left."""
    said = [word for word in words if word not in lexicon().light_actions]
    return said if len(said) > 1 else list(words)


def _other_forms(extra: Sequence[str], missing: Sequence[str], alone: bool) -> bool:
    """Whether the words that differ are the same in another script, or one of them in another part of speech.

    alone: they are all that is said, where too little is left to be sure: only a long word in another script counts.
    """
    ours, theirs = ({sound(word if alone else root(word)): word for word in words} for words in (extra, missing))
    if len(extra) != len(missing) or ours.keys() != theirs.keys():
        return False
    pairs = [(word, theirs[form]) for form, word in ours.items()]
    if alone:
        names = not any(map(is_dictionary_word, (*extra, *missing)))
        return names and all(one.isascii() != other.isascii() and len(one) >= SHORTEST_ALONE for one, other in pairs)
    derived = sum(not one.isascii() and not other.isascii() for one, other in pairs)
    return derived <= 1 and not any(one.isascii() and other.isascii() for one, other in pairs)


def _glued(extra: Sequence[str], missing: Sequence[str]) -> bool:
    """Whether one side writes as one word what the other writes as several."""
    fewer, more = sorted((len(extra), len(missing)))
    if fewer == more or fewer == 0 or more > MOST_GLUED:
        return False
    written = {"".join(words) for words in permutations(extra)}
    return any("".join(words) in written for words in permutations(missing))


def _tells(word: str) -> bool:
    return any(char.isdigit() or char in "+#" for char in word)


def _misspelt(one: str, other: str, known: Container[str]) -> bool:
    long_enough = min(len(one), len(other)) >= SHORTEST_MISSPELLED
    return long_enough and one[0] == other[0] and one not in known and edits_at_most_one(one, other)
