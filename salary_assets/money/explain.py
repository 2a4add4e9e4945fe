"""The steps of an ad's pay as sentences: from what the ad states to net roubles a month, or to why there are none."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

ORIGINS = {
    "cbr_daily": "the Bank of Russia's daily rate",
    "monthly_file": "the Bank of Russia's rate on the first day of the month, bundled with the project",
    "operator_file": "the operator's file of rates",
}


def explain_steps(steps: Sequence[dict[str, Any]]) -> list[str]:
    """A sentence for each step of `pay_steps` (decoded JSON); one sentence where the ad states no pay."""
    if not steps:
        return ["The ad states no pay."]
    return [_SENTENCES[step["step"]](step) for step in steps]


def _found_in(step: dict[str, Any]) -> str:
    return f"Taken from {step['posting_id']}, another ad of the same vacancy."


def _stated(step: dict[str, Any]) -> str:
    bounds = _bounds(step["from"], step["to"], step["currency"] or "an unstated currency")
    raw = f"“{step['raw']}” reads as " if step["raw"] else ""
    tax = {"net": "after tax", "gross": "before tax"}.get(step["tax"] or "", "tax not mentioned")
    return f"Stated: {raw}{bounds} for {step['period'] or 'an unstated period'}, {tax}."


def _order(step: dict[str, Any]) -> str:
    return f"Order: {step['note']}."


def _rate(step: dict[str, Any]) -> str:
    stands_in = f", which stands in for this currency ({step['stands_in']})" if step["stands_in"] else ""
    late = "" if step["effective_on"] == step["asked_for"] else f", the last one set by {step['asked_for']}"
    return (
        f"Rate: {step['rub_per_unit']:g} RUB for one unit on {step['effective_on']}{late}"
        f" ({ORIGINS.get(step['origin'], step['origin'])}){stands_in}: {_bounds(step['from'], step['to'])}."
    )


def _period(step: dict[str, Any]) -> str:
    return f"Month: x {step['per_month']:g} ({step['basis']}): {_bounds(step['from'], step['to'])}."


def _tax(step: dict[str, Any]) -> str:
    return f"Tax: {step['note']}." if "note" in step else f"Tax: {step['scale']}, on twelve such months."


def _result(step: dict[str, Any]) -> str:
    if step["status"] == "comparable":
        return f"Comparable: {_bounds(step['lower'], step['upper'])} a month, net."
    return f"Not comparable ({step['status']}): {step['reason']}."


_SENTENCES = {
    "found_in": _found_in,
    "stated": _stated,
    "order": _order,
    "rate": _rate,
    "period": _period,
    "tax": _tax,
    "result": _result,
}


def _bounds(low: float | None, high: float | None, unit: str = "RUB") -> str:
    amounts = [
        f"{word} {amount:,.2f}".removesuffix(".00").replace(",", " ")
        for word, amount in (("from", low), ("to", high))
        if amount is not None
    ]
    return f"{' '.join(amounts)} {unit}"
