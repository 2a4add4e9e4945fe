"""Where an ad's markup and its text disagree: per field, profession and month.

Markup fills labels, so its quality has to be known; the text is read as if there were no markup and compared.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

import pandas as pd

from salary_assets.labelling import stated
from salary_assets.labelling.ad import Ad, ads_of
from salary_assets.labelling.rules import label_ad
from salary_assets.labelling.schema import Label
from salary_assets.storage.clock import month_of
from salary_assets.storage.schemas import LabelAudit

ALL = "all"
UNKNOWN = "unknown"


def audit(postings: pd.DataFrame, labels: pd.DataFrame) -> pd.DataFrame:
    """Postings and their labels (same posting_id) -> a frame of `label_audit`, one row per cell and field.

    A field counts as disagreeing when both markup and text give it and neither holds the other: ranges of experience
    and of pay that overlap agree, sets of formats that share a member agree.
    """
    positions = dict(
        zip(labels["posting_id"], labels["position"].where(labels["position"].notna(), UNKNOWN), strict=True)
    )
    counts: dict[tuple[str, str, str, str], list[int]] = {}
    rows = zip(ads_of(postings), postings["source"], postings["published_at"], strict=True)
    for ad, source, published in rows:
        month = month_of(published)
        text = label_ad(replace(ad, **_NO_MARKUP))
        for field, compare in _FIELDS.items():
            markup, said = compare(ad, text)
            for position in (ALL, positions.get(ad.posting_id, UNKNOWN)):
                cell = counts.setdefault((source, month, position, field), [0] * 5)
                both = bool(markup) and bool(said)
                for place, yes in enumerate((True, bool(markup), bool(said), both, both and not _agree(markup, said))):
                    cell[place] += yes
    return LabelAudit.frame(
        [dict(zip((*_KEY, *_COUNTS), (*key, *cell), strict=True)) for key, cell in sorted(counts.items())]
    )


_KEY = ("source", "month", "position", "field")
_COUNTS = ("postings", "stated", "in_text", "both", "disagree")
_NO_MARKUP: dict[str, Any] = {
    "area_name": None,
    "country": None,
    "pay_raw": None,
    "pay_from": None,
    "pay_to": None,
    "currency": None,
    "tax": None,
    "period": None,
    "experience_raw": None,
    "schedule_raw": None,
    "employment_raw": None,
    "work_formats_raw": (),
    "grades_raw": (),
    "roles_raw": (),
    "specializations_raw": (),
    "skills_raw": (),
}

_Span = tuple[float, float]


def _agree(markup: Iterable[Any] | _Span, said: Iterable[Any] | _Span) -> bool:
    if isinstance(markup, tuple) and isinstance(said, tuple):
        return bool(markup[0] <= said[1] and said[0] <= markup[1])
    return bool(set(markup) & set(said))


def _span(least: float | None, most: float | None) -> _Span | None:
    if least is None and most is None:
        return None
    return (least if least is not None else 0.0, most if most is not None else float("inf"))


def _position(ad: Ad, text: Label) -> tuple[Any, Any]:
    markup = stated.stated_position(ad)
    return {markup} if markup else None, {text.position} if text.position else None


def _grades(ad: Ad, text: Label) -> tuple[Any, Any]:
    return set(stated.stated_grades(ad)), set(text.grades)


def _experience(ad: Ad, text: Label) -> tuple[Any, Any]:
    years = stated.stated_experience(ad)
    least = text.experience_min
    return _span(*years) if years else None, (least, least) if least is not None else None


def _formats(ad: Ad, text: Label) -> tuple[Any, Any]:
    return set(stated.stated_formats(ad)), set(text.work_formats)


def _employment(ad: Ad, text: Label) -> tuple[Any, Any]:
    markup = stated.stated_employment_of(ad)
    return {markup} if markup else None, {text.employment} if text.employment else None


def _city(ad: Ad, text: Label) -> tuple[Any, Any]:
    place = stated.stated_place(ad)
    return {place.city} if place and place.city else None, {text.city} if text.city else None


def _pay(ad: Ad, text: Label) -> tuple[Any, Any]:
    markup = stated.stated_pay(ad)
    if markup is None or text.pay is None or text.pay.currency != markup.currency or text.pay.period != markup.period:
        return (
            _span(markup.amount_from, markup.amount_to) if markup else None,
            _span(text.pay.amount_from, text.pay.amount_to) if text.pay else None,
        )
    return _span(markup.amount_from, markup.amount_to), _span(text.pay.amount_from, text.pay.amount_to)


_FIELDS: dict[str, Callable[[Ad, Label], tuple[Any, Any]]] = {
    "position": _position,
    "grades": _grades,
    "experience": _experience,
    "work_formats": _formats,
    "employment": _employment,
    "city": _city,
    "pay": _pay,
}
