"""How good labels are: against posts labelled by careful reading, and one labeller against another.

Fields that two readers could differ on (`ambiguous` of a gold row) are left out of that row's score. Every figure
comes with a bootstrap interval over posts.
"""

from __future__ import annotations

import functools
import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from typing import Any

import numpy as np
import pandas as pd

from salary_assets.labelling.ad import Ad
from salary_assets.labelling.frames import Labeller
from salary_assets.labelling.mentions import skill_lexicon
from salary_assets.labelling.rules import RulesLabeller
from salary_assets.labelling.schema import Label
from salary_assets.money.pay_text import flatten

_DRAWS = 1000
_SEED = 20_251_101
_WITHIN_YEARS = 0.5

GATES: Mapping[str, float] = {
    "kind": 0.97,
    "position": 0.90,
    "grades": 0.88,
    "pay": 0.95,
    "tax_and_period": 0.95,
    "work_formats": 0.90,
    "experience": 0.90,
    "skills": 0.75,
}
"""Least figure of each field for labels to be released: macro F1 for kind, micro F1 for skills, else share right."""


@dataclass(frozen=True)
class GoldPost:
    """A post labelled by careful reading. `labels` has the fields of the command `label`."""

    channel: str
    text: str
    labels: Mapping[str, Any]
    ambiguous: frozenset[str]


@dataclass(frozen=True)
class Score:
    """A figure with its 95 % bootstrap interval and the posts behind it."""

    value: float
    low: float
    high: float
    posts: int


def bundled_gold() -> list[GoldPost]:
    """The small set of our own writing that comes with the package."""
    file = resources.files("salary_assets.labelling").joinpath("data/gold.jsonl")
    return gold_posts(json.loads(line) for line in file.read_text("utf-8").splitlines() if line)


def gold_posts(rows: Iterable[Mapping[str, Any]], texts: Mapping[tuple[str, str], str] | None = None) -> list[GoldPost]:
    """Gold rows -> posts; the text is the row's own, else `texts[channel, id]`. Rows without text are left out."""
    posts = []
    for row in rows:
        channel = str(row.get("channel", ""))
        text = row.get("text") or (texts or {}).get((channel, str(row.get("id"))))
        if text is not None:
            posts.append(GoldPost(channel, text, row, frozenset(row.get("ambiguous") or ())))
    return posts


def gold_of_label(label: Label) -> dict[str, Any]:
    """A label in the fields of the gold file, so that one labeller can be scored against another."""
    pay = label.pay
    return {
        "kind": label.kind,
        "is_it": label.is_it,
        "position": label.position,
        "grades": list(label.grades),
        "salary_from": pay.amount_from if pay else None,
        "salary_to": pay.amount_to if pay else None,
        "currency": {"RUB": "RUR"}.get(pay.currency, pay.currency) if pay and pay.currency else None,
        "tax": pay.tax if pay and pay.tax != "unknown" else None,
        "period": pay.period if pay else None,
        "work_format": list(label.work_formats),
        "city": label.city,
        "experience_years_min": label.experience_min,
        "employment": label.employment,
        "skills": [skill.spelling for skill in label.skills],
    }


@dataclass(frozen=True)
class GoldReport:
    """How one labeller does on gold posts. `below`: fields whose figure is under its gate, with figure and gate."""

    scores: Mapping[str, Score]
    channels: Mapping[str, Mapping[str, Score]]
    confusion: pd.DataFrame
    below: Mapping[str, tuple[float, float]]

    @property
    def passed(self) -> bool:
        return not self.below


def evaluate_gold(
    labeller: Labeller | None = None,
    gold: Sequence[GoldPost] | None = None,
    gates: Mapping[str, float] = GATES,
) -> GoldReport:
    """Label gold posts (the bundled ones by default) by a labeller (rules by default) and hold the figures to gates."""
    posts = bundled_gold() if gold is None else gold
    labels = (labeller or RulesLabeller()).label([Ad(text=post.text) for post in posts])
    scores = evaluate(labels, posts)
    below = {
        field: (scores[field].value, gate)
        for field, gate in gates.items()
        if scores[field].posts and scores[field].value < gate
    }
    return GoldReport(scores, by_channel(labels, posts), confusion(labels, posts), below)


def evaluate(labels: Sequence[Label], gold: Sequence[GoldPost]) -> dict[str, Score]:
    """Figure per field: kind (macro F1), skills (micro F1), other fields (share of posts that are right).

    labels: one for each gold post, in order. Raises ValueError when their numbers differ.
    """
    if len(labels) != len(gold):
        raise ValueError(f"{len(labels)} labels for {len(gold)} gold posts")
    said = [gold_of_label(label) for label in labels]
    scores = {}
    for field, (needs, right) in _FIELDS.items():
        marks = [
            right(got, post.labels) for got, post in zip(said, gold, strict=True) if not post.ambiguous & set(needs)
        ]
        scores[field] = _interval(np.array(marks, dtype=float), lambda drawn: float(drawn.mean()))
    kinds = np.array([(post.labels["kind"], got["kind"]) for got, post in zip(said, gold, strict=True)], dtype=object)
    scores["kind"] = _interval(kinds, _macro_f1)
    counts = [
        _overlap(got["skills"], post.labels.get("skills") or [])
        for got, post in zip(said, gold, strict=True)
        if "skills" not in post.ambiguous and post.labels["kind"] != "other"
    ]
    scores["skills"] = _interval(np.array(counts, dtype=float).reshape(-1, 3), _micro_f1)
    return scores


def agreement(one: Sequence[Label], other: Sequence[Label]) -> dict[str, Score]:
    """How far two labellers say the same of the same ads, field by field: `evaluate` with the second as gold."""
    return evaluate(one, [GoldPost("", "", gold_of_label(label), frozenset()) for label in other])


def confusion(labels: Sequence[Label], gold: Sequence[GoldPost]) -> pd.DataFrame:
    """Professions confused: columns `gold`, `said`, `posts`; the most frequent first, right answers left out."""
    pairs = Counter(
        (str(post.labels["position"]), str(label.position))
        for label, post in zip(labels, gold, strict=True)
        if "position" not in post.ambiguous and post.labels["position"] != label.position
    )
    rows = [(wanted, said, posts) for (wanted, said), posts in pairs.most_common()]
    return pd.DataFrame(rows, columns=["gold", "said", "posts"])


def by_channel(labels: Sequence[Label], gold: Sequence[GoldPost]) -> dict[str, dict[str, Score]]:
    """`evaluate` for each channel alone: how far figures move from one channel to another."""
    figures = {}
    for channel in sorted({post.channel for post in gold}):
        chosen = [place for place, post in enumerate(gold) if post.channel == channel]
        figures[channel] = evaluate([labels[place] for place in chosen], [gold[place] for place in chosen])
    return figures


@functools.lru_cache(maxsize=50_000)
def canonical(spelling: str) -> str:
    """The lexicon's name of a skill, in lower case; the spelling itself where the lexicon does not know it."""
    plain = flatten(spelling).text.strip()
    known = skill_lexicon().exactly(plain)
    return (known or plain).lower()


def _overlap(said: Iterable[str], wanted: Iterable[str]) -> tuple[int, int, int]:
    got, gold = {canonical(one) for one in said}, {canonical(one) for one in wanted}
    return len(got & gold), len(got), len(gold)


def _micro_f1(counts: Any) -> float:
    right, said, wanted = counts.sum(axis=0)
    return float(2 * right / (said + wanted)) if said + wanted else 1.0


def _macro_f1(pairs: Any) -> float:
    gold, said = np.asarray(pairs[:, 0], dtype=str), np.asarray(pairs[:, 1], dtype=str)
    figures = []
    for kind in sorted(set(gold.tolist())):
        right = int(((gold == kind) & (said == kind)).sum())
        figures.append(2 * right / int((gold == kind).sum() + (said == kind).sum()))
    return float(np.mean(figures))


def _interval(marks: Any, figure: Callable[[Any], float]) -> Score:
    """The figure over all posts and its percentile bootstrap interval."""
    if not len(marks):
        return Score(float("nan"), float("nan"), float("nan"), 0)
    draws = np.random.default_rng(_SEED).integers(0, len(marks), (_DRAWS, len(marks)))
    drawn = [figure(marks[draw]) for draw in draws]
    low, high = np.quantile(drawn, [0.025, 0.975])
    return Score(figure(marks), float(low), float(high), len(marks))


def _same(*names: str) -> Callable[[Mapping[str, Any], Mapping[str, Any]], bool]:
    return lambda got, gold: all(got[name] == gold.get(name) for name in names)


def _same_set(name: str) -> Callable[[Mapping[str, Any], Mapping[str, Any]], bool]:
    return lambda got, gold: set(got[name]) == set(gold.get(name) or ())


def _near(got: Mapping[str, Any], gold: Mapping[str, Any]) -> bool:
    one, other = got["experience_years_min"], gold.get("experience_years_min")
    if one is None or other is None:
        return one is other
    return bool(abs(one - other) <= _WITHIN_YEARS)


_Right = Callable[[Mapping[str, Any], Mapping[str, Any]], bool]
_FIELDS: dict[str, tuple[tuple[str, ...], _Right]] = {
    "is_it": (("is_it",), _same("is_it")),
    "position": (("position",), _same("position")),
    "grades": (("grades",), _same_set("grades")),
    "pay": (("salary_from", "salary_to", "currency"), _same("salary_from", "salary_to", "currency")),
    "tax_and_period": (("tax", "period"), _same("tax", "period")),
    "work_formats": (("work_format",), _same_set("work_format")),
    "experience": (("experience_years_min",), _near),
    "employment": (("employment",), _same("employment")),
    "city": (("city",), _same("city")),
}
"""Field -> the gold fields that must not be ambiguous, and when a label is right."""
