"""Texts as sets of hashed word pairs, and their MinHash signatures: numpy over code points, no loop over words.

Letters alone count: case, punctuation, digits and so every amount of money are outside what is compared.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, TypeVar

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

if TYPE_CHECKING:
    from scipy import sparse

Hashes = npt.NDArray[np.uint64]
Ints = npt.NDArray[np.int64]
Number = TypeVar("Number", np.uint64, np.int64)

U64 = np.uint64
SHINGLE_BITS = U64(31)
"""Shingles are 31-bit hashes, so that they serve as column numbers of a sparse matrix. In two texts of 500 shingles
each, a chance collision has odds of 1 to 8 000 and moves the similarity by 0.001."""

CHUNK = 2_000_000
"""Characters worked on at a time: bounds the memory above the result."""

_BASE = U64(0x9E3779B97F4A7C15)
_BASE_INVERSE = U64(pow(int(_BASE), -1, 2**64))
_URL = r"https?://\S+"


@dataclass(frozen=True)
class Fingerprints:
    """What is compared of n texts.

    shingles: (n, 2**31) sparse matrix of ones, a row per text, sorted.
    words: (n,) number of words. whole: (n,) hash of all words in order.
    signatures: (n, k) MinHash values, in which two texts agree in the share of their common shingles.
    """

    shingles: sparse.csr_matrix
    words: Ints
    whole: Hashes
    signatures: npt.NDArray[np.uint32]


def fingerprints(texts: pd.Series[str], functions: int, order: Ints, seed: int = 1) -> Fingerprints:
    """Fingerprints of texts[order] (a null is no words), with `functions` MinHash functions.

    The order is taken chunk by chunk, so that the texts are never copied as a whole.
    """
    from scipy import sparse

    n = len(texts)
    words, whole = np.zeros(n, np.int64), np.zeros(n, U64)
    signatures = np.full((n, functions), np.iinfo(np.uint32).max, np.uint32)
    multipliers = np.random.default_rng(seed).integers(1, 2**63, functions, dtype=U64) * U64(2) + U64(1)
    columns, counts = [], np.zeros(n, np.int64)
    for first, hashes, rows in _word_hashes(texts, order):
        last = first + int(rows[-1]) + 1 if len(rows) else first
        here = slice(first, last)
        words[here] = np.bincount(rows, minlength=last - first)
        if not len(rows):
            continue
        whole[here] = _whole(hashes, rows, last - first)
        shingles, owners = _pairs(hashes, rows)
        columns.append(shingles.astype(np.int32))
        counts[here] = np.bincount(owners, minlength=last - first)
        starts = np.flatnonzero(np.diff(owners, prepend=-1))
        for position, multiplier in enumerate(multipliers):
            values = ((shingles * multiplier) >> U64(33)).astype(np.uint32)
            signatures[first + owners[starts], position] = np.minimum.reduceat(values, starts)
    indices = np.concatenate(columns) if columns else np.zeros(0, np.int32)
    indptr = np.concatenate([[0], np.cumsum(counts)])
    matrix = sparse.csr_matrix((np.ones(len(indices), np.int8), indices, indptr), shape=(n, 1 << int(SHINGLE_BITS)))
    return Fingerprints(matrix, words, whole, signatures)


def overlap(matrix: sparse.csr_matrix, left: Ints, right: Ints, chunk: int = 20_000) -> tuple[Ints, Ints, Ints]:
    """Of rows left[k] and right[k]: how many ones they share, and how many each has."""
    sizes = np.diff(matrix.indptr)
    shared = np.zeros(len(left), np.int64)
    for start in range(0, len(left), chunk):
        part = slice(start, start + chunk)
        shared[part] = np.diff(matrix[left[part]].multiply(matrix[right[part]]).tocsr().indptr)
    return shared, sizes[left].astype(np.int64), sizes[right].astype(np.int64)


def distinct(values: npt.NDArray[Number]) -> npt.NDArray[Number]:
    """Each value once, in order; `values` is sorted in place.

    numpy.unique hashes such values (since numpy 2.3), which takes fifty times as long as sorting them.
    """
    values.sort()
    first = np.ones(len(values), np.bool_)
    np.not_equal(values[1:], values[:-1], out=first[1:])
    return values[first]


def _word_hashes(texts: pd.Series[str], order: Ints) -> Iterator[tuple[int, Hashes, Ints]]:
    """Chunks of texts: the number of the first text, the hash of each word, and its text counted from the first."""
    arrow = pa.array(texts, pa.large_string())
    lengths = pc.fill_null(pc.utf8_length(arrow), 0).to_numpy(zero_copy_only=False)[order] + 1
    ends = np.cumsum(lengths)
    table, first = _letters(), 0
    while first < len(texts):
        limit = (ends[first - 1] if first else 0) + CHUNK
        last = max(first + 1, int(np.searchsorted(ends, limit, side="right")))
        part = pc.replace_substring_regex(arrow.take(order[first:last]).fill_null(""), _URL, " ").to_pylist()
        points = np.frombuffer("\n".join(part).encode("utf-32-le", "replace"), np.uint32)
        letters = table[np.minimum(points, len(table) - 1)]
        edges = np.diff(np.concatenate([[0], (letters > 0).astype(np.int8), [0]]))
        starts, stops = np.flatnonzero(edges == 1), np.flatnonzero(edges == -1)
        begins = np.cumsum([0, *(len(text) + 1 for text in part[:-1])])
        yield first, _spans(letters, starts, stops), np.searchsorted(begins, starts, side="right") - 1
        first = last


def _spans(letters: npt.NDArray[np.uint16], starts: Ints, stops: Ints) -> Hashes:
    """Polynomial hash of each span by prefix sums modulo 2**64, shifted to a common power and mixed."""
    powers = np.cumprod(np.concatenate([[U64(1)], np.full(len(letters), _BASE)]), dtype=U64)
    inverses = np.cumprod(np.concatenate([[U64(1)], np.full(len(letters), _BASE_INVERSE)]), dtype=U64)
    prefix = np.concatenate([[U64(0)], np.cumsum(letters.astype(U64) * powers[:-1], dtype=U64)])
    return _mix((prefix[stops] - prefix[starts]) * inverses[starts])


def _whole(hashes: Hashes, rows: Ints, n: int) -> Hashes:
    """Hash of all words of each row in their order; 0 for a row without words."""
    starts = np.flatnonzero(np.diff(rows, prepend=-1))
    place = np.arange(len(rows)) - np.repeat(starts, np.diff(np.append(starts, len(rows))))
    result = np.zeros(n, U64)
    result[rows[starts]] = np.add.reduceat(_mix(hashes + _mix(place.astype(U64) + U64(1))), starts)
    return result


def _pairs(hashes: Hashes, rows: Ints) -> tuple[Hashes, Ints]:
    """Shingles of two neighbouring words, an edge before the first and after the last: unique, sorted by row."""
    opens = np.diff(rows, prepend=-1) != 0
    before = np.where(opens, U64(1), np.concatenate([[U64(0)], hashes[:-1]]))
    inner = _mix(before * U64(3) + hashes * U64(1_000_003))
    closes = np.append(opens[1:], True)
    outer = _mix(hashes[closes] * U64(3) + U64(2 * 1_000_003))
    owners = np.concatenate([rows, rows[closes]]).astype(U64)
    keys = distinct((owners << SHINGLE_BITS) | (np.concatenate([inner, outer]) >> (U64(64) - SHINGLE_BITS)))
    return keys & ((U64(1) << SHINGLE_BITS) - U64(1)), (keys >> SHINGLE_BITS).astype(np.int64)


def _mix(values: Hashes) -> Hashes:
    """SplitMix64's finaliser: spreads every bit over all others."""
    values = (values ^ (values >> U64(30))) * U64(0xBF58476D1CE4E5B9)
    values = (values ^ (values >> U64(27))) * U64(0x94D049BB133111EB)
    return values ^ (values >> U64(31))


@cache
def _letters() -> npt.NDArray[np.uint16]:
    """For each code point of the basic plane its lower-case letter (ё as е), or 0 where it parts words."""
    table = np.zeros(0x10000, np.uint16)
    for point in range(0x10000):
        letter = chr(point)
        if letter.isalpha():
            table[point] = ord(letter.lower().replace("ё", "е")[0])
    return table
