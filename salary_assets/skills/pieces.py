"""A spelling in pieces: where it is cut, what one piece is read as, and pieces that are no items of a list."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from salary_assets.skills.index import is_noise
from salary_assets.skills.lexicon import lexicon
from salary_assets.skills.text import PAREN, Token

EXACT, KEYED, GLUED, ACTION, TYPO, NEAR = 1.0, 0.97, 0.95, 0.92, 0.85, 0.8
"""Confidence by how a skill was found; the order, not the figure, is what the rules know."""

SHORTEST_ITEM = 2
"""Letters up to which a piece without a space around it is part of a name rather than an item: PySpark, PL/pgSQL."""

_LEVEL = re.compile(r"[abcавс][12]$")


class Part(NamedTuple):
    """One piece of a spelling. `canon_id` is None where the canon does not know it; `key` then groups its like."""

    text: str
    key: str
    canon_id: str | None
    confidence: float
    method: str


def cut_at(tokens: Sequence[Token], mark: str) -> list[list[Token]]:
    pieces: list[list[Token]] = []
    for token in tokens:
        if not pieces or token.before == mark:
            pieces.append([])
        pieces[-1].append(token)
    return [[piece[0].first(), *piece[1:]] for piece in pieces] if len(pieces) > 1 else pieces


def says_nothing(tokens: Sequence[Token]) -> bool:
    """Whether an item of a list is but silent words, versions or levels of a language: "или аналоги", "C1"."""
    return all(is_noise(tokens, at) or _LEVEL.match(token.word) for at, token in enumerate(tokens))


def is_number(tokens: Sequence[Token]) -> bool:
    """Whether a piece is but versions of what stands before it, or levels of a language: "2012/2016/2019"."""
    return says_nothing(tokens) and not any(token.silent for token in tokens)


def text_of(tokens: Sequence[Token]) -> str:
    return " ".join(token.raw for token in tokens)


def is_bare_action(tokens: Sequence[Token]) -> bool:
    """In a list, a word of doing belongs to what its neighbours name: "установка, настройка сетей"."""
    said = [token for position, token in enumerate(tokens) if not is_noise(tokens, position)]
    return bool(said) and all(token.lemma in lexicon().actions for token in said)


def may_be_one_name(pieces: Sequence[Sequence[Token]], resolved: Sequence[list[Part] | None]) -> bool:
    """Whether an unknown piece beside a slash is no item: two letters ("PL/pgSQL"), or words before a bracket."""
    unknown = [piece for piece, found in zip(pieces, resolved, strict=True) if found is None]
    return any(
        (len(pieces) == 2 and len(piece) == 1 and len(piece[0].word) <= SHORTEST_ITEM)
        or any(token.before == PAREN for token in piece[1:])
        for piece in unknown
    )


def is_short_latin(tokens: Sequence[Token]) -> bool:
    return len(tokens) <= 2 and all(token.word.isascii() for token in tokens)
