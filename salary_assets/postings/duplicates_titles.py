"""What job titles say: their words, and the professions, grades and technologies by which two jobs differ.

Two ads with nearly the same text are still two vacancies when one seeks a junior and the other a senior, or one Java
and the other Go: companies write all their ads from one template.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd

from salary_assets.postings.tables import data_table

if TYPE_CHECKING:
    from scipy import sparse

Ints = npt.NDArray[np.int64]
Bits = npt.NDArray[np.uint64]
_WORD = re.compile(r"[a-zа-я0-9][a-zа-я0-9+#.]*|\.net")
_BRACKETS = re.compile(r"[(\[]([^()\[\]]+)[)\]]")
_FROM_BRACKET = r"[(\[][^()\[\]]*(?:[)\]]|$)"
_NUMBER = re.compile(r"[\d.]+$")
_TECHNOLOGY = ("language", "framework", "platform")
_STEM = 5
"""Letters of a word that count: Russian endings vary, stems of this length seldom coincide within a title."""


def title_keys(titles: pd.Series[str]) -> pd.Series[str]:
    """Letters of each title in lower case, null where there are none: equal for titles that differ in signs only.

    Bare numbers are dropped: they are pay, quarters of a city, or internal codes.
    """
    keys = {title: " ".join(_words(title)) for title in titles.dropna().unique()}
    found = titles.map(keys).astype("str")
    return found.where(found.ne(""))


def title_sets(titles: pd.Series[str]) -> sparse.csr_matrix:
    """A row per title, a one for each of its stems (known terms by their value, so that languages do not matter)."""
    from scipy import sparse

    terms = title_terms()
    vocabulary: dict[str, int] = {}
    rows = {
        title: sorted({vocabulary.setdefault(stem, len(vocabulary)) for stem in terms.stems(_words(title))})
        for title in titles.dropna().unique()
    }
    columns = [rows.get(title, ()) if isinstance(title, str) else () for title in titles]
    indptr = np.cumsum([0, *(len(one) for one in columns)])
    indices = np.fromiter((column for one in columns for column in one), np.int32, indptr[-1])
    return sparse.csr_matrix((np.ones(len(indices), np.int8), indices, indptr), (len(titles), len(vocabulary) + 1))


def bare_titles(titles: pd.Series[str]) -> pd.Series[str]:
    """Titles without what stands in brackets, also in brackets left open."""
    return titles.str.replace(_FROM_BRACKET, " ", regex=True)


def one_sided(left: Bits, right: Bits, dimension: int) -> npt.NDArray[np.bool_]:
    """True where one title names a value of the dimension and the other none."""
    mask = np.uint64(dimension)
    found: npt.NDArray[np.bool_] = ((left & mask) == 0) != ((right & mask) == 0)
    return found


def bracket_sets(titles: pd.Series[str]) -> sparse.csr_matrix:
    """`title_sets` of what stands in the brackets of each title."""
    return title_sets(titles.map(lambda title: " ".join(_BRACKETS.findall(title)), na_action="ignore").astype("str"))


class TitleTerms:
    """Which values of which dimension (grade, role, language, ...) the words of a title stand for, as bits."""

    def __init__(self, table: pd.DataFrame) -> None:
        self.dimensions: dict[str, int] = {}
        self.values: dict[tuple[str, str], int] = {}
        self._stems: list[tuple[str, int]] = []
        self._whole: dict[str, int] = {}
        self._seen: dict[str, int] = {}
        self._fillers: frozenset[str] = frozenset()
        named = zip(table["dimension"], table["value"], table["stems"], strict=True)
        for bit, (dimension, value, stems) in enumerate(named):
            if dimension == "filler":
                self._fillers |= frozenset(stems.split())
                continue
            mask = 1 << bit
            self.values[dimension, value] = mask
            self.dimensions[dimension] = self.dimensions.get(dimension, 0) | mask
            for stem in stems.split():
                if stem.startswith("="):
                    self._whole[stem[1:]] = self._whole.get(stem[1:], 0) | mask
                else:
                    self._stems.append((stem, mask))

    @property
    def technology(self) -> np.uint64:
        """The bits of titles that name what the work is written in or for."""
        return np.uint64(sum(self.dimensions[name] for name in _TECHNOLOGY))

    def bits(self, titles: pd.Series[str]) -> Bits:
        """The terms of each title (no nulls), one bit for a value; 0 where a title names none."""
        known = {title: self._of_words(_words(title.replace("_", " "))) for title in titles.unique()}
        return titles.map(known).to_numpy(np.uint64)

    def conflict(self, left: Bits, right: Bits, but: Iterable[str] = ()) -> npt.NDArray[np.bool_]:
        """True where, in some dimension not among `but`, both titles name values and share none."""
        found = np.zeros(len(left), dtype=bool)
        for dimension in (bits for name, bits in self.dimensions.items() if name not in but):
            here, there = left & np.uint64(dimension), right & np.uint64(dimension)
            found |= (here != 0) & (there != 0) & (here & there == 0)
        return found

    def stems(self, words: Iterable[str]) -> Iterable[str]:
        """A known term by its bits, another word by its first letters; fillers and grades say nothing of the job."""
        grade = self.dimensions["grade"]
        for word in words:
            bits = self._of_word(word)
            if bits and not bits & grade:
                yield f"#{bits}"
            elif not bits and word not in self._fillers:
                yield word[:_STEM]

    def _of_words(self, words: Iterable[str]) -> int:
        bits = 0
        for word in words:
            bits |= self._of_word(word)
        return bits

    def _of_word(self, word: str) -> int:
        bits = self._seen.get(word)
        if bits is None:
            bits = self._whole.get(word, 0)
            for stem, mask in self._stems:
                if word.startswith(stem):
                    bits |= mask
            self._seen[word] = bits
        return bits


@cache
def title_terms() -> TitleTerms:
    """The packaged terms."""
    return TitleTerms(data_table("title_terms.csv"))


def _words(title: str) -> list[str]:
    words = (word.rstrip(".") for word in _WORD.findall(title.lower().replace("ё", "е")))
    return [word for word in words if not _NUMBER.match(word)]
