"""Frames of postings -> frames of labels, by whichever labeller is chosen."""

from __future__ import annotations

from itertools import islice
from typing import Any, Protocol

import pandas as pd

from salary_assets.labelling.ad import Ad, ads_of
from salary_assets.labelling.rules import RulesLabeller
from salary_assets.labelling.schema import Account, Label
from salary_assets.storage.schemas import LabelledPostings

_BATCH = 2_000
"""Ads labelled at a time: memory stays flat whatever the size of the frame."""


class Labeller(Protocol):
    """What gives labels: rules, Mistral, or anything with these."""

    @property
    def name(self) -> str:
        """`rules` or `mistral:<model>`."""

    @property
    def version(self) -> str:
        """Version of the rules or of the prompt."""

    def label(self, ads: list[Ad]) -> list[Label]:
        """A label for each ad, in order."""

    def account(self) -> Account:
        """What labelling came to since this was last called; empty where nothing is paid."""


def label_postings(postings: pd.DataFrame, labeller: Labeller | None = None) -> pd.DataFrame:
    """Postings of the `postings` contract -> a frame of `labelled_postings`, row for row.

    labeller: rules by default. Deterministic with rules; one core.
    """
    chosen = labeller or RulesLabeller()
    frames = []
    ads = ads_of(postings)
    whens = zip(
        postings["posting_id"], postings["source"], postings["published_at"], postings["content_hash"], strict=True
    )
    while batch := list(islice(ads, _BATCH)):
        labels = chosen.label(batch)
        frames.append(
            LabelledPostings.frame(
                [_row(label, *when) for label, when in zip(labels, islice(whens, len(batch)), strict=True)]
            )
        )
    return pd.concat(frames, ignore_index=True) if frames else LabelledPostings.no_rows()


def _row(label: Label, posting_id: str, source: str, published_at: pd.Timestamp, content_hash: str) -> dict[str, Any]:
    pay, by = label.pay, label.by
    return {
        "posting_id": posting_id,
        "source": source,
        "published_at": published_at,
        "content_hash": content_hash,
        "kind": label.kind,
        "is_it": label.is_it,
        "title": label.title,
        "position": label.position,
        "position_by": by.get("position"),
        "position_confidence": label.position_confidence,
        "grades": label.grades,
        "grades_by": by.get("grades"),
        "experience_min": label.experience_min,
        "experience_max": label.experience_max,
        "experience_by": by.get("experience"),
        "work_formats": label.work_formats,
        "work_formats_by": by.get("work_formats"),
        "employment": label.employment,
        "employment_by": by.get("employment"),
        "city": label.city,
        "region": label.region,
        "country": label.country,
        "area_by": by.get("place"),
        "pay_raw": pay.raw if pay else None,
        "pay_from": pay.amount_from if pay else None,
        "pay_to": pay.amount_to if pay else None,
        "currency": pay.currency if pay else None,
        "tax": pay.tax if pay else None,
        "period": pay.period if pay else None,
        "pay_bonus": pay.bonus if pay else None,
        "pay_by": by.get("pay"),
        "pay_reason": label.pay_reason,
        "skills": [
            {"spelling": skill.spelling, "start": skill.start, "end": skill.end, "by": skill.by}
            for skill in label.skills
        ],
        "evidence": [
            {"field": one.field, "start": one.start, "end": one.end, "quote": one.quote} for one in label.evidence
        ],
        "labeller": label.labeller,
        "labeller_version": label.labeller_version,
    }
