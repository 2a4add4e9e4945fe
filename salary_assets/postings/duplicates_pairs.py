"""Which pairs of ads are worth comparing: those of one employer and title, and those whose MinHash bands agree.

A band is a few MinHash values together. With 32 bands of 3, two texts that share half of their word pairs meet with
odds of 99 %, those that share a fifth with 23 %.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from salary_assets.postings.duplicates_text import distinct

Ints = npt.NDArray[np.int64]
U64 = np.uint64

BANDS = 32
BAND_ROWS = 3
SIGNATURE = BANDS * BAND_ROWS

BANDS_AT_A_TIME = 5
"""Bands find the same pairs over and over: they are thinned before more are added, or they would fill the memory."""

ALL_PAIRS_UP_TO = 40
NEIGHBOURS = 8
"""In a larger bucket each ad is compared with its next 8 only. Rows come sorted by title, so that those are the
likeliest; ads of one bucket that are not neighbours are joined through those between them."""


def candidate_pairs(signatures: npt.NDArray[np.uint32], enough_words: npt.NDArray[np.bool_], blocks: Ints) -> Ints:
    """Pairs of row numbers, (m, 2), each once, the smaller first.

    signatures: (n, SIGNATURE). enough_words: rows with text enough to be found by text. blocks: (n,) number of the
    row's employer and title, -1 where it has no such block.
    """
    n = len(blocks)
    rows = np.flatnonzero(enough_words)
    found = [_within(blocks[blocks >= 0], np.flatnonzero(blocks >= 0), n)]
    for band in range(BANDS):
        values = signatures[rows, band * BAND_ROWS : (band + 1) * BAND_ROWS].astype(U64)
        keys = (values[:, 0] << U64(32) | values[:, 1]) * U64(0x9E3779B97F4A7C15) + values[:, 2]
        found.append(_within(keys, rows, n))
        if len(found) == BANDS_AT_A_TIME:
            found = [distinct(np.concatenate(found))]
    pairs = distinct(np.concatenate(found))
    return np.column_stack([pairs // n, pairs % n]) if len(pairs) else np.zeros((0, 2), np.int64)


def _within(keys: npt.NDArray[np.generic], rows: Ints, n: int) -> Ints:
    """Pairs (as left * n + right) of rows with equal keys: all of a small bucket, neighbours of a large one."""
    order = np.argsort(keys, kind="stable")
    sorted_keys, sorted_rows = keys[order], rows[order]
    starts = np.flatnonzero(np.concatenate([[True], sorted_keys[1:] != sorted_keys[:-1]])) if len(rows) else rows
    sizes = np.diff(np.append(starts, len(rows)))
    reach = np.repeat(np.where(sizes <= ALL_PAIRS_UP_TO, sizes - 1, NEIGHBOURS), sizes)
    left_in_bucket = np.repeat(starts + sizes, sizes) - np.arange(len(rows)) - 1
    steps = np.minimum(reach, left_in_bucket)
    found = []
    active = np.flatnonzero(steps >= 1)
    distance = 1
    while len(active):
        one, other = sorted_rows[active], sorted_rows[active + distance]
        found.append(np.minimum(one, other) * n + np.maximum(one, other))
        distance += 1
        active = active[steps[active] >= distance]
    return np.concatenate(found) if found else np.zeros(0, np.int64)
