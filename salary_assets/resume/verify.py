"""Checks advice against what it claims to rest on, whoever wrote it: rules today, a language model tomorrow.

Nothing is taken on trust: quotes are looked up in the resume, counts are counted again, numbers in the text must
stand in the evidence.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from salary_assets.postings import redact_contacts
from salary_assets.resume.advise import Advice, Evidence
from salary_assets.resume.market import Market, neighbourhood
from salary_assets.resume.model import Resume

_NUMBER = re.compile(r"\d[\d ]*(?:[.,]\d+)?")
FREE_NUMBERS = {"1", "95"}
"""Numbers of the wording itself: `95 % interval`."""


def problems(advice: Advice, resume: Resume, market: Market | None) -> list[str]:
    """What is wrong with a piece of advice, as codes; empty when everything in it can be traced.

    no_evidence, quote_not_in_resume, count_differs, number_without_source, contact, unknown_skill.
    """
    found = [] if advice.evidence else ["no_evidence"]
    for evidence in advice.evidence:
        found += _quote_problems(evidence, resume) if evidence.source == "resume" else []
        found += _count_problems(advice, evidence, resume, market)
    for language, text in advice.text.items():
        sources = " ".join(evidence.quote[language] for evidence in advice.evidence)
        allowed = _numbers(sources) | _figures(advice.evidence) | FREE_NUMBERS | _numbers(advice.subject or "")
        if advice.kind == "grade_unsaid" and resume.it_experience_months.value is not None:
            allowed |= {str(part) for part in divmod(int(resume.it_experience_months.value), 12)}
        found += ["number_without_source"] * bool(_numbers(text) - allowed)
        found += ["contact"] * (redact_contacts(text) != text)
    if (
        market is not None
        and advice.kind in ("in_demand", "in_demand_alone", "pay_with_skill")
        and advice.subject not in market.names.values()
    ):
        found.append("unknown_skill")
    return list(dict.fromkeys(found))


def _quote_problems(evidence: Evidence, resume: Resume) -> list[str]:
    quote = evidence.quote["ru"]
    if evidence.start is None or evidence.end is None:
        return [] if quote in resume.extraction.hidden else ["quote_not_in_resume"]
    return [] if resume.text[evidence.start : evidence.end] == quote else ["quote_not_in_resume"]


def _count_problems(advice: Advice, evidence: Evidence, resume: Resume, market: Market | None) -> list[str]:
    """Counts of the nearest ads and figures of an association, taken again from the market."""
    if market is None or evidence.source != "market":
        return []
    if "named" in evidence.figures:
        own = [skill.canon_id for skill in resume.skills if skill.canon_id in market.names]
        near = neighbourhood(market, resume.position.value, [skill for skill in own if skill])
        ids = [key for key, name in market.names.items() if name == advice.subject]
        if near is None or not ids:
            return ["count_differs"]
        named = sum(any(key in asked for key in ids) for asked in near.ads["skills"])
        return (
            []
            if (named, len(near.ads)) == (evidence.figures["named"], evidence.figures["total"])
            else ["count_differs"]
        )
    if "adjusted" in evidence.figures:
        table = market.associations
        same = (table["paid"] == evidence.figures["paid"]) & (table["adjusted"] == evidence.figures["adjusted"])
        return [] if (same & (table["position"] == resume.position.value)).any() else ["count_differs"]
    return []


def _numbers(text: str) -> set[str]:
    return {found.replace(" ", "").rstrip(".,") for found in _NUMBER.findall(text)}


def _figures(evidence: Iterable[Evidence]) -> set[str]:
    """Figures as the wording may print them: whole, as a percentage, rounded to thousands."""
    said = set()
    for one in evidence:
        for value in one.figures.values():
            said |= {f"{value:.0f}", f"{value * 100:.0f}", f"{round(value, -3):.0f}"}
        total = one.figures.get("total")
        if total:
            said |= {f"{value / total * 100:.0f}" for value in one.figures.values()}
    return {number.lstrip("-") for number in said}
