"""Near-duplicates among ads, within and across sources and time: one group for one job however often it is advertised.

Ads are equal by employer, title and words, or alike enough by their word pairs: how alike is enough depends on what
employer and title already say, and titles that name different grades, professions or technologies keep ads apart.
Pay plays no part: amounts are not read, and digits of title and text are not compared.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from salary_assets.postings.duplicates_judge import HEAD, TINY, Judge
from salary_assets.postings.duplicates_pairs import SIGNATURE, candidate_pairs
from salary_assets.postings.duplicates_text import Fingerprints, fingerprints
from salary_assets.postings.duplicates_titles import title_keys
from salary_assets.postings.employers import employer_keys

Ints = npt.NDArray[np.int64]

DUPLICATES_VERSION = "5"
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

_NEAR_CENTRE = 0.75
"""Part of the similarity asked of a pair that an ad must have to the centre of its group: links alone make chains, in
which the ends are other jobs."""


def near_duplicates(postings: pd.DataFrame) -> pd.DataFrame:
    """Groups of ads for one job.

    `postings` has REQUIRED_COLUMNS (of the Postings contract; a title read from the text may be filled in). An ad
    without text is compared by the skills that it lists. Returns a row per posting, in the given order: posting_id,
    cluster_id (the least posting id of the group, so that it stays when ads join), representative and kind (see
    `repeats_of`), and what these rest on: source, published_at, employer_key, titled, words (number), words_hash.
    """
    texts = _compared_text(postings["text"], postings["skills_raw"])
    ads = postings[["posting_id", "source", "published_at", "title"]].reset_index(drop=True)
    ads["employer_key"] = employer_keys(postings["employer_name"], postings["employer_id"]).to_numpy()
    ads["employer_key"] = ads["employer_key"].astype("str")
    ads["title_key"] = title_keys(ads["title"])
    order = ads.sort_values(["title_key", "employer_key", "posting_id"], kind="stable").index.to_numpy()
    prints = fingerprints(texts, SIGNATURE, order)
    in_words = (ads["title"].isna() | ads["employer_key"].isna()).to_numpy()
    ads["head"] = texts.where(in_words, "").str.slice(0, HEAD).fillna("").to_numpy()
    ads["head"] = ads["head"].astype("str")
    ads = ads.loc[order].reset_index(drop=True)
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
    """Texts, not copied unless some are blank: they are most of the memory that a million ads take."""
    texts = texts.reset_index(drop=True)
    blank = ~texts.str.contains(r"\S", na=False)
    if not blank.any():
        return texts
    listed = skills.reset_index(drop=True)[blank].map("\n".join, na_action="ignore").fillna("")
    return texts.mask(blank, listed.reindex(texts.index)).astype("str")


def _groups(ads: pd.DataFrame, prints: Fingerprints) -> Ints:
    """Group number of each ad: equal ads first, then near ones among one of each."""
    equal = _equal_ads(ads, prints)
    firsts = np.unique(equal, return_index=True)[1]
    some = ads.loc[firsts].reset_index(drop=True)
    few = Fingerprints(prints.shingles[firsts], prints.words[firsts], prints.whole[firsts], prints.signatures[firsts])
    named = some["employer_key"].notna() & some["title_key"].notna()
    blocks = some.groupby(["employer_key", "title_key"], sort=False, dropna=False).ngroup().where(named, -1)
    pairs = candidate_pairs(few.signatures, few.words >= TINY // 5, np.asarray(blocks, np.int64))
    judge = Judge(some, few)
    component = _components(judge, len(some), pairs[judge.alike(pairs)])
    return component[equal]


def _components(judge: Judge, n: int, links: Ints) -> Ints:
    """Connected ads, without those that are not like the best connected ad of the group, or whose title conflicts.

    Junior and senior ads, say, may both be like one that names no grade. Those that must go form groups among
    themselves by the links that they have, which are judged in the same way.
    """
    from scipy import sparse
    from scipy.sparse.csgraph import connected_components

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
        fits[~fits] = judge.alike(to_centre[~fits], _NEAR_CENTRE)
        fits[fits] = ~judge.dissent(rows[fits], number[rows[fits]])
        result[rows[fits]] = base + number[rows[fits]]
        base += n
    return result


def _equal_ads(ads: pd.DataFrame, prints: Fingerprints) -> Ints:
    """Numbers of ads with equal employer, title and words; an ad that says next to nothing equals only itself."""
    says_something = (prints.words >= TINY // 5) | (ads["employer_key"].notna() & ads["title_key"].notna()).to_numpy()
    own = np.where(says_something, -1, np.arange(len(ads)))
    keys = pd.DataFrame({"title": ads["title_key"], "employer": ads["employer_key"], "words": prints.whole, "own": own})
    return np.asarray(keys.groupby(list(keys.columns), sort=False, dropna=False).ngroup(), np.int64)
