"""Pairs that may be one skill: high recall, a bounded number for each key, never all pairs.

Character n-grams see spelling, co-occurrence and an embedding server see meaning, HDBSCAN sees groups of the
unmapped tail. None of them decides anything.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Protocol

import numpy as np
import pandas as pd

from salary_assets.skills.guard import form_of
from salary_assets.skills.spellings import Tail, unknown_tail
from salary_assets.skills.vocabulary import Vocabulary, backbone_vocabulary
from salary_assets.storage.schemas.skills import SkillCandidates

SIMILAR = 0.45
"""Least cosine of character n-grams for a candidate: above it lie nine in ten of the synonyms they can see."""
PER_KEY = 8
LEAST_WEIGHT = 2
"""Keys seen in fewer vacancies are not worth a judge's time; they are mapped by rules and neighbours alone."""
MOST_KEYS = 20_000
GROUP_DIMENSIONS = 20
SMALLEST_GROUP = 3
CHUNK = 2_000

Pair = tuple[str, str, float, str]


class Embedder(Protocol):
    """Turns texts into vectors: a model server or a local model. Rows in the order of the texts."""

    def embed(self, texts: Sequence[str]) -> np.ndarray:
        """Vectors (len(texts) x d), not necessarily of unit length."""
        ...


def find_candidates(
    raw: pd.DataFrame,
    vocabulary: Vocabulary | None = None,
    vacancies: pd.DataFrame | None = None,
    embedder: Embedder | None = None,
) -> pd.DataFrame:
    """Counted spellings -> the table skill_candidates: unmapped keys (left) with keys they may mean (right).

    vocabulary: what is known already, the packaged backbone by default. vacancies: adds pairs asked for in the same
    company of other skills. embedder: adds nearest neighbours by meaning.
    """
    known = backbone_vocabulary() if vocabulary is None else vocabulary
    tail = unknown_tail(raw, known)
    asked = _asked(tail)
    if not asked:
        return SkillCandidates.no_rows()
    heads = sorted({*known.index.bags, *asked})
    matrix, head_matrix = _ngrams(asked, heads)
    pairs = [
        *_similar(asked, heads, *top_similar(matrix, head_matrix, PER_KEY + 1, SIMILAR), "ngrams"),
        *_grouped(asked, matrix, tail),
        *_in_other_forms(tail),
    ]
    if vacancies is not None:
        from salary_assets.skills.cooccurrence import companions

        pairs.extend(companions(vacancies, known, set(asked)))
    if embedder is not None:
        pairs.extend(_embedded(asked, heads, embedder))
    return _table(pairs)


def top_similar(queries: Any, heads: Any, count: int, least: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """For each row of `queries` (sparse, unit rows) up to `count` rows of `heads` with cosine >= least.

    Returns row numbers, column numbers and cosines, by row, then cosine falling, then column: exact, not sampled.
    """
    found: list[tuple[np.ndarray, np.ndarray, np.ndarray]] = []
    transposed = heads.T.tocsr()
    for start in range(0, queries.shape[0], CHUNK):
        product = (queries[start : start + CHUNK] @ transposed).tocsr()
        product.data[product.data < least] = 0
        product.eliminate_zeros()
        rows = np.repeat(np.arange(product.shape[0]), np.diff(product.indptr))
        order = np.lexsort((product.indices, -np.round(product.data, 6), rows))
        rows, columns, scores = rows[order], product.indices[order], product.data[order]
        rank = np.arange(len(rows)) - product.indptr[rows]
        kept = rank < count
        found.append((rows[kept] + start, columns[kept], scores[kept]))
    if not found:
        return np.empty(0, dtype=int), np.empty(0, dtype=int), np.empty(0)
    return tuple(np.concatenate(part) for part in zip(*found, strict=True))  # type: ignore[return-value]


def _asked(tail: Tail) -> list[str]:
    """Unmapped keys worth asking about, the heaviest if there are too many, in order of the alphabet."""
    heavy = [key for key, weight in tail.weight.items() if weight >= LEAST_WEIGHT]
    return sorted(sorted(heavy, key=lambda key: (-tail.weight[key], key))[:MOST_KEYS])


def _ngrams(asked: Sequence[str], heads: Sequence[str]) -> tuple[Any, Any]:
    from sklearn.feature_extraction.text import TfidfVectorizer

    vectoriser = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 4), dtype=np.float32, sublinear_tf=True)
    head_matrix = vectoriser.fit_transform(heads or asked)
    return vectoriser.transform(asked), head_matrix


def _similar(
    asked: Sequence[str], heads: Sequence[str], rows: np.ndarray, columns: np.ndarray, scores: np.ndarray, by: str
) -> Iterator[Pair]:
    for row, column, score in zip(rows.tolist(), columns.tolist(), scores.tolist(), strict=True):
        if asked[row] != heads[column]:
            yield asked[row], heads[column], score, by


def _groups(matrix: Any) -> np.ndarray:
    """Group of each row, -1 for none: HDBSCAN on a small SVD, exact and the same on every run."""
    import hdbscan
    from sklearn.decomposition import TruncatedSVD

    dimensions = min(GROUP_DIMENSIONS, matrix.shape[0] - 1, matrix.shape[1] - 1)
    vectors = TruncatedSVD(dimensions, algorithm="arpack", random_state=0).fit_transform(matrix.astype("float64"))
    norms = np.linalg.norm(vectors, axis=1, keepdims=True)
    clusterer = hdbscan.HDBSCAN(
        min_cluster_size=SMALLEST_GROUP, cluster_selection_method="leaf", core_dist_n_jobs=1, approx_min_span_tree=False
    )
    labels: np.ndarray = clusterer.fit_predict(np.round(vectors / np.where(norms == 0, 1, norms), 6))
    return labels


def _grouped(asked: Sequence[str], matrix: Any, tail: Tail) -> Iterator[Pair]:
    """Each member of a group beside the group's most frequent key: as many pairs as members, not their square."""
    if len(asked) <= SMALLEST_GROUP:
        return
    groups = pd.Series(_groups(matrix))
    for label, members in groups[groups >= 0].groupby(groups):
        del label
        rows = members.index.tolist()
        head = min(rows, key=lambda row: (-tail.weight[asked[row]], asked[row]))
        scores = (matrix[rows] @ matrix[head].T).toarray().ravel()
        for row, score in zip(rows, scores.tolist(), strict=True):
            if row != head:
                yield asked[row], asked[head], min(max(score, 0.0), 1.0), "hdbscan"


def _in_other_forms(tail: Tail) -> Iterator[Pair]:
    """Unmapped keys, however rare, beside the most frequent one with the same words in other forms."""
    groups: dict[str, list[str]] = {}
    for key in tail.weight:
        groups.setdefault(form_of(key), []).append(key)
    for members in groups.values():
        head = min(members, key=lambda key: (-tail.weight[key], key))
        for key in members:
            if key != head:
                yield key, head, 1.0, "forms"


def _embedded(asked: Sequence[str], heads: Sequence[str], embedder: Embedder) -> Iterator[Pair]:
    vectors, head_vectors = _unit(embedder.embed(asked)), _unit(embedder.embed(heads))
    for start in range(0, len(asked), CHUNK):
        scores = vectors[start : start + CHUNK] @ head_vectors.T
        best = np.argsort(-scores, axis=1, kind="stable")[:, : PER_KEY + 1]
        for row, columns in enumerate(best, start=start):
            for column in columns.tolist():
                if heads[column] != asked[row]:
                    yield asked[row], heads[column], float(np.clip(scores[row - start, column], 0, 1)), "embedding"


def _unit(vectors: np.ndarray) -> np.ndarray:
    norms = np.linalg.norm(vectors, axis=1, keepdims=True)
    return vectors / np.where(norms == 0, 1, norms)


def _table(pairs: Sequence[Pair]) -> pd.DataFrame:
    """One row for each ordered pair: its best score, and everyone who found it."""
    frame = pd.DataFrame(pairs, columns=["left", "right", "score", "found_by"])
    frame["score"] = frame["score"].clip(0, 1).round(4)
    found = frame.sort_values(["left", "right", "found_by"]).groupby(["left", "right"], sort=True)
    table = found.agg(score=("score", "max"), found_by=("found_by", lambda names: ",".join(dict.fromkeys(names))))
    return SkillCandidates.checked(table.reset_index().astype({"left": "str", "right": "str", "found_by": "str"}))
