"""Kinds of job -> families: kinds of one profession that share roles, technologies and skills.

A profession is too wide to compare pay in and most kinds of job are too narrow; what people ask for is between them:
Java, data engineering. Frequent kinds form families; each rarer one joins the family that it is most like, or none. A
kind whose titles name no narrow role and no technology (a specialist, an engineer) has no family.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from salary_assets.clusters.ids import made_id
from salary_assets.clusters.titles import wide_roles

LEAST_VACANCIES = 5
"""A kind with fewer founds no family: too few ads tell its skills."""
APART = 0.75
"""Mean cosine distance from which two families stay two: .85 joins Python with Go (docs/decisions/056-families.md)."""
LIKE = 0.4
"""Least cosine to the middle of a family for a rare kind to belong to it."""


def families(titles: pd.DataFrame, mapped: pd.DataFrame, previous: pd.DataFrame | None) -> pd.Series:
    """job_cluster_id -> family_id of every kind of job that has a family.

    titles: vacancy_id, position, job_cluster_id, says (the title as read). previous: the last vacancy_clusters; a
    family keeps the id that most of its vacancies had.
    """
    wide = wide_roles()
    says = [[*(set(one.roles) - wide), *one.technologies] for one in titles["says"]]
    terms = pd.Series(says, titles.index, dtype=object)
    told = titles[["vacancy_id", "job_cluster_id"]].assign(term=terms).explode("term").dropna()
    if told.empty:
        return pd.Series(dtype="str")
    telling = titles[titles["job_cluster_id"].isin(told["job_cluster_id"])]
    kinds = telling.groupby("job_cluster_id", sort=True).agg(
        position=("position", "first"), vacancies=("vacancy_id", "size")
    )
    vectors = _vectors(telling, told, mapped, kinds)
    heads = [
        found
        for _, rows in sorted(kinds.reset_index().groupby("position").indices.items())
        for found in _of_profession(kinds["vacancies"].to_numpy()[rows], vectors[rows], kinds.index.to_numpy()[rows])
    ]
    head = pd.Series(dict(heads), dtype="str")
    return head.map(_ids(titles, head, previous))


def _vectors(titles: pd.DataFrame, told: pd.DataFrame, mapped: pd.DataFrame, kinds: pd.DataFrame) -> Any:
    """Unit rows (kinds x features): terms of the titles, and as much weight for the skills that the vacancies name."""
    from scipy.sparse import hstack
    from sklearn.preprocessing import normalize

    named = mapped[["vacancy_id", "canon_id"]].rename(columns={"canon_id": "term"}).drop_duplicates()
    named = named.merge(titles[["vacancy_id", "job_cluster_id"]], on="vacancy_id")
    return normalize(hstack([_block(one, kinds, len(titles)) for one in (told, named) if len(one)]).tocsr())


def _block(terms: pd.DataFrame, kinds: pd.DataFrame, vacancies: int) -> Any:
    """Unit rows: the share of a kind's vacancies that names a term, times how rare the term is."""
    from scipy.sparse import csr_matrix
    from sklearn.preprocessing import normalize

    counted = terms.groupby(["job_cluster_id", "term"], sort=True)["vacancy_id"].nunique().rename("n").reset_index()
    frequency = terms.groupby("term")["vacancy_id"].nunique()
    kind = pd.Categorical(counted["job_cluster_id"], kinds.index)
    term = pd.Categorical(counted["term"], frequency.index)
    share = counted["n"].to_numpy() / kinds["vacancies"].to_numpy()[kind.codes]
    weight = share * np.log(vacancies / frequency.to_numpy())[term.codes]
    return normalize(csr_matrix((weight, (kind.codes, term.codes)), shape=(len(kinds), len(frequency))))


def _of_profession(vacancies: np.ndarray, vectors: Any, names: np.ndarray) -> list[tuple[str, str]]:
    """Kinds of one profession with a family -> (kind, the family's largest kind)."""
    from sklearn.cluster import AgglomerativeClustering

    founding = np.flatnonzero(vacancies >= LEAST_VACANCIES)
    if not len(founding):
        return []
    labels = np.zeros(len(founding), dtype=int)
    if len(founding) > 1:
        likeness = np.round((vectors[founding] @ vectors[founding].T).toarray(), 6)
        clustering = AgglomerativeClustering(
            n_clusters=None, distance_threshold=APART, metric="precomputed", linkage="average"
        )
        labels = clustering.fit_predict(1 - likeness)
    heads, middles = [], []
    for label in range(labels.max() + 1):
        members = founding[labels == label]
        heads.append(min(members.tolist(), key=lambda row: (-int(vacancies[row]), str(names[row]))))
        middle = np.asarray(vectors[members].multiply(vacancies[members][:, None]).sum(axis=0)).ravel()
        middles.append(middle / max(float(np.linalg.norm(middle)), 1e-12))
    likeness = vectors @ np.array(middles).T
    nearest = likeness.argmax(axis=1)
    belongs = likeness.max(axis=1) >= LIKE
    nearest[founding], belongs[founding] = labels, True
    return [(str(names[row]), str(names[heads[nearest[row]]])) for row in np.flatnonzero(belongs).tolist()]


def _ids(titles: pd.DataFrame, head: pd.Series, previous: pd.DataFrame | None) -> dict[str, str]:
    """Largest kind of a family -> the family's id."""
    ids: dict[str, str] = {}
    if previous is not None and previous["family_id"].notna().any():
        now = titles[["vacancy_id"]].assign(head=titles["job_cluster_id"].map(head))
        votes = now.merge(previous[["vacancy_id", "family_id"]], on="vacancy_id").dropna()
        counted = votes.groupby(["head", "family_id"]).size().rename("votes").reset_index()
        ranked = counted.sort_values(["votes", "head", "family_id"], ascending=[False, True, True])
        kept = ranked.drop_duplicates("head").drop_duplicates("family_id")
        ids = dict(zip(kept["head"], kept["family_id"], strict=True))
    taken = set(ids.values())
    return ids | {kind: made_id("family-", kind, taken) for kind in sorted(set(head) - set(ids))}
