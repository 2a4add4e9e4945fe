"""Whether two ads are for one job, by their texts, titles and employers: the rules and thresholds of near-duplicates.

The thresholds were set on real pairs judged by reading: docs/decisions/050-near-duplicates.md.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from salary_assets.postings.duplicates_text import Fingerprints, overlap
from salary_assets.postings.duplicates_titles import bare_titles, bracket_sets, one_sided, title_sets, title_terms

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]

PAIRS_AT_A_TIME = 500_000
"""Bounds the memory of judging, which is some hundred bytes a pair."""

TINY, SHORT = 25, 80
"""Words. A text below TINY (a list of tags) cannot tell jobs apart; one below SHORT is a search result's snippet."""

NEVER = 9.0

_SNIPPET = {"same": (0.36, 0.45, 0.45, 0.62), "other": (0.70, 0.70, 0.80, 0.90), "unknown": (0.55, 0.65, 0.70, 0.80)}
_FULL = {"same": (0.56, 0.85, 0.90, 0.93), "other": (0.65, 0.70, 0.80, 0.90), "unknown": (0.43, 0.70, 0.65, 0.70)}
_TAGS = {"same": (0.55, 0.97, NEVER, NEVER), "other": (NEVER,) * 4, "unknown": (NEVER,) * 4}
"""Least Jaccard similarity of word pairs, by relation of the employers and by likeness of the titles:
the same or nearly (0.7), alike (0.5), related (0.25), less."""

_TITLE_STEPS = (0.7, 0.5, 0.25)
_CROSS_SOURCE = 0.43
_NO_TITLE = 0.58
"""Where employers are unknown, as in posts. Across sources the template of a company or channel is not shared, so less
is enough whatever the titles; within a source an ad without a title needs this."""
_OTHER_WORK = 0.60
"""Where snippets of one employer have titles of which each names what the other does not, brackets aside: brackets hold
a shop, a metro station or a town."""
_STRICT = 0.95
"""Where one title names a grade and the other none (of unknown employers: where one leads), or the titles of full
texts or of developers differ by what stands in brackets (a team, a product): companies write such ads from one text
and change the job."""
_CONTAINED = ((0.70, 0.50), (0.25, 0.80), (0.0, 0.87))
"""A snippet inside a full text: least title likeness, least share of it found. The first asks for one employer."""
HEAD = 250
"""Characters at the start of a text that stand for a title or go with it."""
_ONLY_OF_TITLES = ("role", "analyst")
"""Dimensions whose words are ordinary ones in running text, so that they tell nothing outside a title."""


class Judge:
    """What is compared of ads, made once for all pairs.

    `ads`: title, head (the start of the text where there is no title or no employer, else empty), title_key,
    employer_key, source.
    `prints`: of their texts, in the same order.
    """

    def __init__(self, ads: pd.DataFrame, prints: Fingerprints) -> None:
        self._prints = prints
        self._bits = _terms_of(ads["title"], ads["head"])
        self._titles = title_sets(ads["title"])
        self._bare = title_sets(bare_titles(ads["title"]))
        self._brackets = bracket_sets(ads["title"])
        self._title, self._employer, self._source = (
            pd.factorize(ads[name])[0] for name in ("title_key", "employer_key", "source")
        )

    def alike(self, pairs: Ints, part: float = 1.0) -> Bools:
        """Whether the two ads of each pair (m, 2) are for one job; part: of the similarity that is needed."""
        found = np.zeros(len(pairs), dtype=bool)
        for start in range(0, len(pairs), PAIRS_AT_A_TIME):
            here = slice(start, start + PAIRS_AT_A_TIME)
            found[here] = self._alike(pairs[here, 0], pairs[here, 1], part)
        return found

    def dissent(self, rows: Ints, groups: Ints) -> Bools:
        """Which of the ads (rows) name a grade or technology other than most of their group do.

        Words of professions vary within one job (an operator of support, a manager without sales): pairs decide there.
        """
        terms, found = title_terms(), np.zeros(len(rows), dtype=bool)
        for dimension in (bits for name, bits in terms.dimensions.items() if name not in _ONLY_OF_TITLES):
            named = self._bits[rows] & np.uint64(dimension)
            said = pd.DataFrame({"group": groups, "value": named})[named != 0]
            counted = said.value_counts().rename("ads").reset_index()
            usual = counted.sort_values(["ads", "value"], ascending=[False, True]).drop_duplicates("group")
            most = pd.Series(groups).map(usual.set_index("group")["value"]).fillna(0).to_numpy(np.uint64)
            found |= (named != 0) & (most != 0) & (named & most == 0)
        return found

    def _alike(self, left: Ints, right: Ints, part: float) -> Bools:
        words = self._prints.words
        shared, left_size, right_size = overlap(self._prints.shingles, left, right)
        similarity = shared / np.maximum(left_size + right_size - shared, 1)
        contained = shared / np.maximum(np.minimum(left_size, right_size), 1)
        least, most = np.minimum(words[left], words[right]), np.maximum(words[left], words[right])

        likeness, untitled = self._likeness(left, right)
        relation = self._relation(left, right)
        strict = self._strict(left, right, relation, least, untitled)
        needed = _needed(least, relation, likeness)
        cross = self._source[left] != self._source[right]
        prose = (relation == "unknown") & (least >= TINY)
        needed = np.where(
            prose & cross, np.minimum(needed, _CROSS_SOURCE), np.where(prose & untitled, _NO_TITLE, needed)
        )
        snippets = (relation == "same") & (least >= TINY) & (least < SHORT)
        needed = np.where(snippets & self._each_names_more(left, right), np.maximum(needed, _OTHER_WORK), needed)
        # What is strict stays so at the centre, or a chain of looser links would bring in the other grade or team.
        needed = np.where(strict, (1 + part) / 2 * np.maximum(needed, _STRICT), part * needed)
        needed = np.where(strict & (least < TINY), NEVER, needed)

        enough = similarity >= needed
        snippet_in_full = (least >= TINY - TINY // 5) & (least < SHORT) & (most >= 2 * least)
        snippet_in_full &= ~strict | (relation == "other")
        for (title, share), fits in zip(_CONTAINED, (relation == "same", True, True), strict=True):
            enough |= snippet_in_full & (likeness >= title) & (contained >= part * share) & fits
        found: Bools = enough & ~self._conflict(left, right, untitled)
        return found

    def _likeness(self, left: Ints, right: Ints) -> tuple[Floats, Bools]:
        """Jaccard similarity of the titles' words, and whether one of the two has no title."""
        common, left_words, right_words = overlap(self._titles, left, right)
        likeness = common / np.maximum(left_words + right_words - common, 1)
        same = self._title[left] == self._title[right]
        return np.where(same, 1.0, likeness), (left_words == 0) | (right_words == 0)

    def _relation(self, left: Ints, right: Ints) -> npt.NDArray[np.str_]:
        here, there = self._employer[left], self._employer[right]
        known = np.where(here == there, "same", "other")
        return np.where((here < 0) | (there < 0), "unknown", known)

    def _strict(self, left: Ints, right: Ints, relation: npt.NDArray[np.str_], least: Ints, untitled: Bools) -> Bools:
        """Where only nearly equal texts will do: see _STRICT."""
        terms, here, there = title_terms(), self._bits[left], self._bits[right]
        strict = one_sided(here, there, terms.dimensions["grade"]) & (relation != "unknown")
        strict |= one_sided(here, there, terms.values["grade", "lead"]) & ~untitled
        common, left_words, right_words = overlap(self._brackets, left, right)
        other_brackets = (left_words > 0) & (right_words > 0) & (common == 0)
        asked: Bools = strict | other_brackets & ((least >= SHORT) | (here & terms.technology != 0))
        return asked

    def _each_names_more(self, left: Ints, right: Ints) -> Bools:
        """True where each of the two titles has a word that the other lacks, what stands in brackets aside."""
        shared, left_size, right_size = overlap(self._bare, left, right)
        more: Bools = (shared < left_size) & (shared < right_size)
        return more

    def _conflict(self, left: Ints, right: Ints, untitled: Bools) -> Bools:
        """Where the titles name different professions, grades or technologies."""
        terms, here, there = title_terms(), self._bits[left], self._bits[right]
        conflict: Bools = terms.conflict(here, there, but=_ONLY_OF_TITLES)
        return conflict | (~untitled & terms.conflict(here, there))


def _terms_of(titles: pd.Series[str], heads: pd.Series[str]) -> npt.NDArray[np.uint64]:
    """Terms of titles, or of heads where there is no title. Posts say in their first lines what a title leaves out."""
    terms = title_terms()
    named, said = terms.bits(titles.fillna(heads)), terms.bits(heads)
    open_to_all = named & terms.technology == 0
    return np.where(open_to_all, named | (said & terms.technology), named)


def _needed(words: Ints, relation: npt.NDArray[np.str_], likeness: Floats) -> Floats:
    """Least similarity for each pair: by length of the shorter text, employers and titles."""
    step = np.select([likeness >= step for step in _TITLE_STEPS], range(len(_TITLE_STEPS)), len(_TITLE_STEPS))
    needed = np.full(len(words), NEVER)
    for rows, table in ((words < TINY, _TAGS), ((words >= TINY) & (words < SHORT), _SNIPPET), (words >= SHORT, _FULL)):
        for name, thresholds in table.items():
            here = rows & (relation == name)
            needed[here] = np.array(thresholds)[step[here]]
    return needed
