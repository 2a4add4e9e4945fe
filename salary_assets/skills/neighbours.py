"""The nearest known spelling of a phrase that no alias names, accepted only where what differs says nothing.

Character n-grams find the neighbour; the token-difference guard decides: on real spellings similarity alone is
wrong in one case of five at cosine .6, with the guard in one of fifty.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any

from salary_assets.skills.guard import differ_in_nothing
from salary_assets.skills.index import phrase_key
from salary_assets.skills.phrase import Part
from salary_assets.skills.text import tokenise
from salary_assets.skills.vocabulary import Vocabulary

SIMILAR = 0.8
"""Least cosine of character n-grams for a neighbour; at .8 to .9 truly new skills stay new (decision 041)."""
TRIED = 5


class Neighbours:
    """Finds for unknown phrases the alias that differs from them in nothing that tells skills apart."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary

    def nearest(self, texts: Sequence[str]) -> dict[str, Part]:
        """Phrases that have such a neighbour -> the part that names its skill, confidence = similarity."""
        keys = {text: phrase_key(tokenise(text)) for text in texts}
        asked = sorted({key for key in keys.values() if len(key) >= 5})
        if not asked or not self._keys:
            return {}
        found = dict(zip(asked, self._lookup(asked), strict=True))
        return {
            text: Part(text, key, near[0], near[1], "neighbour")
            for text, key in keys.items()
            if (near := found.get(key)) is not None
        }

    def _lookup(self, asked: Sequence[str]) -> list[tuple[str, float] | None]:
        from salary_assets.skills.candidates import top_similar

        vectoriser, matrix = self._fitted
        rows, columns, scores = top_similar(vectoriser.transform(asked), matrix, TRIED, SIMILAR)
        best: list[tuple[str, float] | None] = [None] * len(asked)
        for row, column, score in zip(rows, columns, scores, strict=True):
            if best[row] is None and differ_in_nothing(asked[row], self._keys[column], self._words):
                skill = self._vocabulary.skill_of_key(self._keys[column])
                best[row] = (skill, round(min(float(score), 0.95), 4)) if skill else None
        return best

    @cached_property
    def _keys(self) -> list[str]:
        return sorted(key for key in self._vocabulary.index.bags if len(key) >= 5)

    @cached_property
    def _words(self) -> frozenset[str]:
        return frozenset(word for key in self._vocabulary.index.bags for word in key.split())

    @cached_property
    def _fitted(self) -> tuple[Any, Any]:
        from sklearn.feature_extraction.text import TfidfVectorizer

        vectoriser = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 4), sublinear_tf=True)
        return vectoriser, vectoriser.fit_transform(self._keys)
