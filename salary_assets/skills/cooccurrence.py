"""Which skills keep the same company: unmapped keys whose neighbours in vacancies are those of a known skill.

On real vacancies such pairs are related far more often than synonymous (recall of synonyms .09), so they are
shown to a judge and never merged by rule.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from salary_assets.skills.vocabulary import Vocabulary

LEAST_VACANCIES = 5
DIMENSIONS = 50
PER_KEY = 3
SIMILAR = 0.5


def companions(vacancies: pd.DataFrame, known: Vocabulary, asked: set[str]) -> Iterator[tuple[str, str, float, str]]:
    """Unmapped keys with the keys of most alike company: (left, right, cosine, `cooccurrence`)."""
    mentions = _mentions(vacancies, known)
    frequent = mentions.groupby("key")["vacancy"].transform("size") >= LEAST_VACANCIES
    mentions = mentions[frequent]
    keys = sorted(mentions["key"].unique())
    rows = [row for row, key in enumerate(keys) if key in asked]
    if not rows or len(keys) <= DIMENSIONS + 1:
        return
    vectors = _company(mentions, keys)
    scores = vectors[rows] @ vectors.T
    for row, similar in zip(rows, scores, strict=True):
        for column in np.argsort(-similar, kind="stable")[: PER_KEY + 1].tolist():
            if column != row and similar[column] >= SIMILAR:
                yield keys[row], keys[column], float(min(similar[column], 1.0)), "cooccurrence"


def _mentions(vacancies: pd.DataFrame, known: Vocabulary) -> pd.DataFrame:
    named = vacancies[["vacancy_id", "skills"]].explode("skills").dropna(subset=["skills"])
    read = {spelling: [_label(part, known) for part in known.read(spelling)] for spelling in named["skills"].unique()}
    pairs = named.assign(key=named["skills"].map(read)).explode("key").rename(columns={"vacancy_id": "vacancy"})
    return pairs[["vacancy", "key"]].drop_duplicates()


def _label(part: object, known: Vocabulary) -> str:
    from salary_assets.skills.spellings import key_of

    canon_id = getattr(part, "canon_id", None)
    return key_of(known.rows[canon_id].canon) if canon_id else str(getattr(part, "key", ""))


def _company(mentions: pd.DataFrame, keys: list[str]) -> np.ndarray:
    """Unit vectors of keys from the positive pointwise mutual information of their being named together."""
    from scipy.sparse import csr_matrix
    from sklearn.decomposition import TruncatedSVD

    row = mentions["vacancy"].astype("category").cat.codes.to_numpy()
    column = pd.Categorical(mentions["key"], categories=keys).codes
    names = csr_matrix((np.ones(len(mentions)), (row, column)))
    together = (names.T @ names).tocoo()
    off = together.row != together.col
    left, right, count = together.row[off], together.col[off], together.data[off]
    total = np.asarray(names.sum(axis=0)).ravel()
    information = np.log(count * names.shape[0] / (total[left] * total[right]))
    positive = csr_matrix((np.maximum(information, 0), (left, right)), shape=(len(keys), len(keys)))
    vectors = TruncatedSVD(DIMENSIONS, algorithm="arpack", random_state=0).fit_transform(positive)
    norms = np.linalg.norm(vectors, axis=1, keepdims=True)
    unit: np.ndarray = np.round(vectors / np.where(norms == 0, 1, norms), 6)
    return unit
