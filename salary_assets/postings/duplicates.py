"""Near-duplicates among ads, within and across sources and time: one group for one job however often it is advertised.

Ads are equal by employer, title and words, or alike enough by their word pairs: how alike is enough depends on what
employer and title already say, and titles that name different grades, professions or technologies keep ads apart.
Pay plays no part: amounts are not read, and digits of title and text are not compared. The thresholds were set on
real pairs judged by reading: docs/decisions/050-near-duplicates.md.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from salary_assets.postings.duplicates_pairs import SIGNATURE, candidate_pairs
from salary_assets.postings.duplicates_text import Fingerprints, fingerprints, overlap
from salary_assets.postings.duplicates_titles import (
    bare_titles,
    one_sided,
    other_brackets,
    title_keys,
    title_sets,
    title_terms,
)
from salary_assets.postings.employers import employer_keys

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]

DUPLICATES_VERSION = "2"
"""Bump when the same ads would fall into other groups."""

REQUIRED_COLUMNS = [
    "posting_id",
    "source",
    "published_at",
    "title",
    "text",
    "skills_raw",
    "employer_id",
    "employer_name",
]

DESCRIBING_COLUMNS = ["source", "published_at", "employer_key", "titled", "words", "words_hash"]

TINY, SHORT = 25, 80
"""Words. A text below TINY (a list of tags) cannot tell jobs apart; one below SHORT is a search result's snippet."""

NEVER = 9.0

_SNIPPET = {"same": (0.36, 0.45, 0.45, 0.62), "other": (0.70, 0.70, 0.80, 0.90), "unknown": (0.55, 0.65, 0.70, 0.80)}
_FULL = {"same": (0.56, 0.85, 0.90, 0.93), "other": (0.65, 0.70, 0.80, 0.90), "unknown": (0.50, 0.70, 0.65, 0.70)}
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
_NEAR_CENTRE = 0.6
"""Part of the similarity asked of a pair that an ad must have to the centre of its group: links alone make chains, in
which the ends are other jobs."""
_CONTAINED = ((0.70, 0.50), (0.25, 0.80), (0.0, 0.87))
"""A snippet inside a full text: least title likeness, least share of it found. The first asks for one employer."""
_HEAD = 250
"""Characters at the start of a text without title that stand for it."""
_ONLY_OF_TITLES = ("role", "analyst")
"""Dimensions whose words are ordinary ones in running text, so that they tell nothing outside a title."""


def near_duplicates(postings: pd.DataFrame) -> pd.DataFrame:
    """Groups of ads for one job.

    `postings` has REQUIRED_COLUMNS (of the Postings contract; a title read from the text may be filled in). An ad
    without text is compared by the skills that it lists. Returns a row per posting, in the given order: posting_id,
    cluster_id (the least posting id of the group, so that it stays when ads join), representative and kind (see
    `repeats_of`), and what these rest on: source, published_at, employer_key, titled, words (number), words_hash.
    """
    ads = postings[REQUIRED_COLUMNS].reset_index(drop=True)
    ads["employer_key"] = employer_keys(ads["employer_name"], ads["employer_id"])
    ads["title_key"] = title_keys(ads["title"])
    order = ads.sort_values(["title_key", "employer_key", "posting_id"], kind="stable").index.to_numpy()
    ads = ads.loc[order].reset_index(drop=True)
    ads["text"] = _compared_text(ads["text"], ads["skills_raw"])
    prints = fingerprints(ads["text"], SIGNATURE)
    ads["group"] = _groups(ads, prints)
    ads["cluster_id"] = ads.groupby("group")["posting_id"].transform("min")
    ads = ads.assign(titled=ads["title"].notna(), words=prints.words, words_hash=prints.whole)
    found = ads[["posting_id", "cluster_id", *DESCRIBING_COLUMNS]].join(repeats_of(ads, ads["cluster_id"]))
    return found.iloc[np.argsort(order, kind="stable")].reset_index(drop=True)


def repeats_of(ads: pd.DataFrame, group: pd.Series[str]) -> pd.DataFrame:
    """Which ad represents each group, and how the others repeat it.

    `ads` has posting_id and DESCRIBING_COLUMNS. Returns, on its index: representative (posting id: the fullest ad,
    then the earliest) and kind: itself; agency_copy (another employer); cross_post (another source); repeat (the same
    words); updated (others).
    """
    rank = ads.assign(group=group, words=-ads["words"], untitled=~ads["titled"])
    rank = rank.sort_values(["group", "untitled", "words", "published_at", "posting_id"], kind="stable")
    chosen = rank.drop_duplicates("group").set_index("group")
    first = {name: group.map(chosen[name]) for name in ("posting_id", "source", "employer_key", "words_hash")}
    employers_known = ads["employer_key"].notna() & first["employer_key"].notna()
    kinds = [
        (ads["posting_id"] == first["posting_id"], "itself"),
        (employers_known & (ads["employer_key"] != first["employer_key"]), "agency_copy"),
        (ads["source"] != first["source"], "cross_post"),
        (ads["words_hash"] == first["words_hash"], "repeat"),
    ]
    kind = np.select([rows.to_numpy(bool) for rows, _ in kinds], [name for _, name in kinds], "updated")
    return pd.DataFrame({"representative": first["posting_id"], "kind": kind}, index=ads.index).astype("str")


def _compared_text(texts: pd.Series[str], skills: pd.Series[list[str]]) -> pd.Series[str]:
    texts = texts.fillna("")
    return texts.where(texts.str.strip().ne(""), skills.map("\n".join, na_action="ignore").fillna("")).astype("str")


def _groups(ads: pd.DataFrame, prints: Fingerprints) -> Ints:
    """Group number of each ad: equal ads first, then near ones among one of each."""
    equal = _equal_ads(ads, prints)
    firsts = np.unique(equal, return_index=True)[1]
    some = ads.loc[firsts].reset_index(drop=True)
    few = Fingerprints(prints.shingles[firsts], prints.words[firsts], prints.whole[firsts], prints.signatures[firsts])
    named = some["employer_key"].notna() & some["title_key"].notna()
    blocks = some.groupby(["employer_key", "title_key"], sort=False, dropna=False).ngroup().where(named, -1)
    pairs = candidate_pairs(few.signatures, few.words >= TINY // 5, np.asarray(blocks, np.int64))
    component = _components(some, few, pairs[_alike(some, few, pairs)])
    return component[equal]


def _components(ads: pd.DataFrame, prints: Fingerprints, links: Ints) -> Ints:
    """Connected ads, without those that are not like the best connected ad of the group, or whose title conflicts.

    Junior and senior ads, say, may both be like one that names no grade. Those that must go form groups among
    themselves by the links that they have, which are judged in the same way.
    """
    from scipy import sparse
    from scipy.sparse.csgraph import connected_components

    n = len(ads)
    degree = np.bincount(links.ravel(), minlength=n)
    result, base = np.full(n, -1, np.int64), 0
    while (result < 0).any():
        rows = np.flatnonzero(result < 0)
        links = links[(result[links[:, 0]] < 0) & (result[links[:, 1]] < 0)]
        edges = sparse.coo_matrix((np.ones(len(links), np.int8), (links[:, 0], links[:, 1])), (n, n))
        number = connected_components(edges, directed=False)[1].astype(np.int64)
        best_last = rows[np.lexsort((-rows, degree[rows], number[rows]))]
        centre = np.zeros(n, np.int64)
        centre[number[best_last]] = best_last
        to_centre = np.column_stack([rows, centre[number[rows]]])
        fits = to_centre[:, 0] == to_centre[:, 1]
        fits[~fits] = _alike(ads, prints, to_centre[~fits], _NEAR_CENTRE)
        result[rows[fits]] = base + number[rows[fits]]
        base += n
    return result


def _equal_ads(ads: pd.DataFrame, prints: Fingerprints) -> Ints:
    """Numbers of ads with equal employer, title and words; an ad that says next to nothing equals only itself."""
    says_something = (prints.words >= TINY // 5) | (ads["employer_key"].notna() & ads["title_key"].notna()).to_numpy()
    own = np.where(says_something, -1, np.arange(len(ads)))
    keys = pd.DataFrame({"title": ads["title_key"], "employer": ads["employer_key"], "words": prints.whole, "own": own})
    return np.asarray(keys.groupby(list(keys.columns), sort=False, dropna=False).ngroup(), np.int64)


def _alike(ads: pd.DataFrame, prints: Fingerprints, pairs: Ints, part: float = 1.0) -> Bools:
    """Whether the two ads of each pair are for one job; part: of the similarity that is needed."""
    left, right = pairs[:, 0], pairs[:, 1]
    shared, left_size, right_size = overlap(prints.shingles, left, right)
    similarity = shared / np.maximum(left_size + right_size - shared, 1)
    contained = shared / np.maximum(np.minimum(left_size, right_size), 1)
    least, most = (pick(prints.words[left], prints.words[right]) for pick in (np.minimum, np.maximum))

    terms = title_terms()
    bits = terms.bits(ads["title"].fillna(ads["text"].str.slice(0, _HEAD)))
    titles = title_sets(ads["title"])
    common, left_words, right_words = overlap(titles, left, right)
    likeness = common / np.maximum(left_words + right_words - common, 1)
    untitled = (left_words == 0) | (right_words == 0)
    likeness = np.where(ads["title_key"].to_numpy()[left] == ads["title_key"].to_numpy()[right], 1.0, likeness)

    employer = ads["employer_key"]
    number = pd.factorize(employer)[0]
    relation = np.where(number[left] == number[right], "same", "other")
    relation = np.where((number[left] < 0) | (number[right] < 0), "unknown", relation)

    needed = _needed(least, relation, likeness)
    source = ads["source"].to_numpy()
    cross = source[left] != source[right]
    prose = (relation == "unknown") & (least >= TINY)
    needed = np.where(prose & cross, np.minimum(needed, _CROSS_SOURCE), np.where(prose & untitled, _NO_TITLE, needed))
    snippets = (relation == "same") & (least >= TINY) & (least < SHORT)
    needed = np.where(snippets & _each_names_more(ads["title"], left, right), np.maximum(needed, _OTHER_WORK), needed)
    strict = one_sided(bits[left], bits[right], terms.dimensions["grade"]) & (relation != "unknown")
    strict |= one_sided(bits[left], bits[right], terms.values["grade", "lead"]) & ~untitled
    strict |= other_brackets(ads["title"], left, right) & ((least >= SHORT) | (bits[left] & terms.technology != 0))
    needed = np.where(strict, np.maximum(needed, _STRICT), needed)

    enough = similarity >= part * needed
    snippet_in_full = (least >= TINY - TINY // 5) & (least < SHORT) & (most >= 2 * least)
    snippet_in_full &= ~strict | (relation == "other")
    for (title, share), fits in zip(_CONTAINED, (relation == "same", True, True), strict=True):
        enough |= snippet_in_full & (likeness >= title) & (contained >= part * share) & fits
    conflict = terms.conflict(bits[left], bits[right], but=_ONLY_OF_TITLES)
    conflict |= ~untitled & terms.conflict(bits[left], bits[right])
    alike: Bools = enough & ~conflict
    return alike


def _each_names_more(titles: pd.Series[str], left: Ints, right: Ints) -> Bools:
    """True where each of the two titles has a word that the other lacks, what stands in brackets aside."""
    shared, left_size, right_size = overlap(title_sets(bare_titles(titles)), left, right)
    more: Bools = (shared < left_size) & (shared < right_size)
    return more


def _needed(words: Ints, relation: npt.NDArray[np.str_], likeness: Floats) -> Floats:
    """Least similarity for each pair: by length of the shorter text, employers and titles."""
    step = np.select([likeness >= step for step in _TITLE_STEPS], range(len(_TITLE_STEPS)), len(_TITLE_STEPS))
    needed = np.full(len(words), NEVER)
    for rows, table in ((words < TINY, _TAGS), ((words >= TINY) & (words < SHORT), _SNIPPET), (words >= SHORT, _FULL)):
        for name, thresholds in table.items():
            here = rows & (relation == name)
            needed[here] = np.array(thresholds)[step[here]]
    return needed
