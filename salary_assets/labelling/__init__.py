"""Posting -> label: rules, Mistral, cache, audit."""

from salary_assets.labelling.ad import Ad
from salary_assets.labelling.audit import audit
from salary_assets.labelling.choice import UnusableLabeller, labeller_from, uses_mistral
from salary_assets.labelling.evaluation import (
    GATES,
    GoldPost,
    GoldReport,
    Score,
    bundled_gold,
    evaluate_gold,
    gold_posts,
)
from salary_assets.labelling.frames import Labeller, label_postings
from salary_assets.labelling.rules import RULES_VERSION, RulesLabeller, label_text
from salary_assets.labelling.schema import Label

__all__ = [
    "GATES",
    "RULES_VERSION",
    "Ad",
    "GoldPost",
    "GoldReport",
    "Label",
    "Labeller",
    "RulesLabeller",
    "Score",
    "UnusableLabeller",
    "audit",
    "bundled_gold",
    "evaluate_gold",
    "gold_posts",
    "label_postings",
    "label_text",
    "labeller_from",
    "uses_mistral",
]
