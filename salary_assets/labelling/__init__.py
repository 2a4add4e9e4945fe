"""Posting -> label: rules, Mistral, cache, audit."""

from salary_assets.labelling.ad import Ad
from salary_assets.labelling.audit import audit
from salary_assets.labelling.choice import UnusableLabeller, labeller_from
from salary_assets.labelling.frames import Labeller, label_postings
from salary_assets.labelling.rules import RULES_VERSION, RulesLabeller, label_text
from salary_assets.labelling.schema import Label

__all__ = [
    "RULES_VERSION",
    "Ad",
    "Label",
    "Labeller",
    "RulesLabeller",
    "UnusableLabeller",
    "audit",
    "label_postings",
    "label_text",
    "labeller_from",
]
