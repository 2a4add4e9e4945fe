"""Is an unlisted skill an IT skill: a logistic regression on character n-grams of the canon's own aliases.

It is fitted from the canon when first needed (half a second), so no fitted object is ever stored or shipped.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import Any

from salary_assets.skills.index import content_words
from salary_assets.skills.text import tokenise
from salary_assets.skills.vocabulary import SkillRow

REGULARISATION = 1e-5
EPOCHS = 20
"""Chosen on spellings judged by reading, apart from the canon (docs/decisions/041)."""


class ItGate:
    """Probability that a spelling names an IT skill, learned from skills whose flag people set."""

    def __init__(self, rows: Iterable[SkillRow]) -> None:
        self._examples = sorted({(alias, row.is_it) for row in rows if row.origin != "data" for alias in row.aliases})

    def probability(self, spellings: Sequence[str]) -> list[float]:
        """One value in 0..1 for each spelling."""
        if not spellings:
            return []
        return [float(value) for value in self._model.predict_proba([_words(text) for text in spellings])[:, 1]]

    @cached_property
    def _model(self) -> Any:
        from sklearn.feature_extraction.text import TfidfVectorizer
        from sklearn.linear_model import SGDClassifier
        from sklearn.pipeline import make_pipeline, make_union

        model = make_pipeline(
            make_union(
                TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 4), min_df=2, sublinear_tf=True),
                TfidfVectorizer(token_pattern=r"\S+", min_df=2, sublinear_tf=True),
            ),
            SGDClassifier(
                loss="log_loss",
                alpha=REGULARISATION,
                max_iter=EPOCHS,
                tol=None,
                class_weight="balanced",
                random_state=0,
            ),
        )
        return model.fit([_words(text) for text, _ in self._examples], [flag for _, flag in self._examples])


def _words(spelling: str) -> str:
    return " ".join(content_words(tokenise(spelling))) or spelling
