"""Words of an ad as a sparse TF-IDF matrix: terms with counts in, weights out, saved as a list and an array.

Our own sixty lines and not scikit-learn's vectorizer, because a served bundle must load without it: importing
scikit-learn costs more than the whole cold load may.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any

import numpy as np
from scipy import sparse

from salary_assets.salary.arrays import Floats, Sparse

BEGINNING = 6
"""Letters of a word that are its beginning: endings tell cases apart, not jobs (docs/decisions/082-beginnings.md)."""

WORD = re.compile(r"[a-zа-яё0-9+#]+(?:[.\-][a-zа-яё0-9+#]+)*")


def words(text: str) -> list[str]:
    """Lower-case words; `c++`, `c#`, `.net`'s `net`, `node.js`, `ci-cd` stay whole."""
    return WORD.findall(text.lower().replace("ё", "е"))


def words_and_pairs(text: str) -> list[str]:
    """Words and pairs of neighbouring words."""
    found = words(text)
    return found + [f"{left} {right}" for left, right in pairwise(found)]


def words_and_beginnings(text: str) -> list[str]:
    """Words, pairs of neighbouring words, and how each word begins, marked by `~`."""
    return words_and_pairs(text) + [f"~{word[:BEGINNING]}" for word in words(text)]


def char_grams(text: str, sizes: Sequence[int] = (3, 4, 5)) -> list[str]:
    """Runs of 3, 4 and 5 characters inside each word, its ends marked by a space."""
    grams: list[str] = []
    for word in words(text):
        padded = f" {word} "
        for size in sizes:
            if len(padded) <= size:
                grams.append(padded)
                break
            grams += [padded[start : start + size] for start in range(len(padded) - size + 1)]
    return grams


@dataclass(frozen=True)
class Terms:
    """A fitted vocabulary. vocabulary: terms in column order; idf: weight per term.

    unit: rows get Euclidean length 1 (texts); otherwise a term present weighs its idf (codes).
    """

    vocabulary: tuple[str, ...]
    idf: Floats
    unit: bool

    @cached_property
    def index(self) -> dict[str, int]:
        return dict(zip(self.vocabulary, range(self.size), strict=True))

    @property
    def size(self) -> int:
        return len(self.vocabulary)

    def transform(self, documents: Iterable[Sequence[str]]) -> Sparse:
        """Documents as lists of terms -> CSR matrix (documents, terms), float32; unknown terms are dropped."""
        columns, values, ends = self._counted(documents)
        indices, indptr = np.array(columns, dtype=np.int32), np.array(ends, dtype=np.int32)
        weights = self.idf[indices]
        if self.unit and len(weights):
            weights = weights * (1 + np.log(np.array(values, dtype=np.float32)))
            owner = np.repeat(np.arange(len(ends) - 1), np.diff(indptr))
            length = np.sqrt(np.bincount(owner, weights**2, minlength=len(ends) - 1))
            weights = weights / length[owner]
        return sparse.csr_matrix((weights.astype(np.float32), indices, indptr), shape=(len(ends) - 1, self.size))

    def _counted(self, documents: Iterable[Sequence[str]]) -> tuple[list[int], list[int], list[int]]:
        """Column and count of every term of every document, and where each document ends. Equal ones are counted once:
        a third of ads repeat a title, and codes have few values."""
        find = self.index.get
        known: dict[tuple[str, ...], Counter[int | None]] = {}
        columns: list[Any] = []
        values: list[int] = []
        ends = [0]
        for document in documents:
            key = tuple(document)
            row = known.get(key)
            if row is None:
                row = known[key] = Counter(map(find, key))
                del row[None]
            columns += row.keys()
            values += row.values()
            ends.append(len(columns))
        return columns, values, ends


def fit_terms(documents: Sequence[Sequence[str]], unit: bool, least: int, most: int) -> Terms:
    """Learn a vocabulary: terms of at least `least` documents, of those the `most` most frequent, sorted by name.

    idf of texts is smoothed, ln((1 + n) / (1 + df)) + 1; codes weigh 1.
    """
    frequency: Counter[str] = Counter()
    for document in documents:
        frequency.update(set(document))
    kept = sorted(
        (term for term, count in frequency.items() if count >= least), key=lambda term: (-frequency[term], term)
    )
    vocabulary = tuple(sorted(kept[:most]))
    counts = np.array([frequency[term] for term in vocabulary], dtype=float)
    idf = np.log((1 + len(documents)) / (1 + counts)) + 1 if unit else np.ones(len(vocabulary))
    return Terms(vocabulary, idf, unit)
