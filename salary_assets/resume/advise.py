"""Advice to the owner of a resume, by rules: each piece rests on a quote of the resume or on counted ads.

No figure passes through a language model, and where the ads are too few the advice says so instead of guessing.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from importlib import resources
from typing import Any

import yaml

from salary_assets.resume.jobs import JobEntry, without_industries
from salary_assets.resume.market import LEAST_NEIGHBOURS, Market, Neighbourhood, covered, neighbourhood
from salary_assets.resume.model import Quote, Resume

ADVICE_VERSION = "rules-1"
DEMANDED = 0.2
"""A skill is in demand when this share of the nearest vacancies names it."""

MOST_DEMANDED = 5
MOST_OF_A_KIND = 3
FEW_SKILLS = 5
LONGEST_QUOTE = 200


@dataclass(frozen=True)
class Evidence:
    """source `resume`: `quote` holds the same words in both languages, at `start`..`end` of the redacted text.
    source `market`: `quote` says the count in each language, `figures` holds its numbers."""

    source: str
    quote: dict[str, str]
    start: int | None = None
    end: int | None = None
    figures: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Advice:
    """One piece of advice in Russian and English. `kind` is a key of advice.yaml, `subject` what it is about."""

    kind: str
    text: dict[str, str]
    evidence: tuple[Evidence, ...]
    subject: str | None = None

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True)
class PayRange:
    """Net RUB/month."""

    p10: float
    p50: float
    p90: float


def advise(resume: Resume, market: Market | None = None, pay: PayRange | None = None) -> list[Advice]:
    """What to improve, most useful first. Without a market or a range, only what the document itself shows."""
    found = [*_document(resume), *_gaps(resume)]
    if pay is not None:
        found += _expectation(resume, pay)
    if market is not None:
        found += _market(resume, market)
    found += _results(resume)
    return found


def _document(resume: Resume) -> Iterator[Advice]:
    for hidden in resume.extraction.hidden[:1]:
        yield _advice("hidden_text", [Evidence("resume", {"ru": hidden, "en": hidden})])
    if "two_columns" in resume.extraction.warnings:
        yield _advice("two_columns", [_top_of(resume)])


def _gaps(resume: Resume) -> Iterator[Advice]:
    """What the resume does not say although the estimate needs it."""
    if resume.desired_position.value is None:
        yield _advice("no_position", [_top_of(resume)])
    if not resume.jobs:
        yield _advice("no_dates", [_top_of(resume)])
    elif any(not job.span.exact for job in resume.jobs):
        vague = next(job for job in resume.jobs if not job.span.exact)
        yield _advice("years_only", [_quoted(resume, *vague.dates_at)])
    if resume.grade.source == "inferred" and resume.desired_position.evidence:
        months = int(resume.experience_months.value or 0)
        yield _advice(
            "grade_unsaid",
            [_from(quote) for quote in resume.desired_position.evidence[:1]],
            resume.grade.value,
            {
                language: {"grade": _wording()["grades"][language][resume.grade.value], "experience": words}
                for language, words in _length(months).items()
            },
        )
    listed = [skill for skill in resume.skills if "skills" in skill.places]
    if len(listed) < FEW_SKILLS and "skills" not in resume.section_names:
        yield _advice("no_skills_section", [_top_of(resume)])


def _expectation(resume: Resume, pay: PayRange) -> Iterator[Advice]:
    asked = resume.expected_pay
    amounts = [amount for amount in (asked.amount_from, asked.amount_to) if amount is not None]
    if not amounts or asked.quote is None:
        return
    at = resume.text.find(asked.quote)
    quote = _quoted(resume, at, at + len(asked.quote)) if at >= 0 else _top_of(resume)
    if asked.currency not in ("RUB", None) or asked.period not in ("month", None) or asked.tax == "gross":
        words = {"ru": asked.currency or "", "en": asked.currency or ""}
        if asked.tax != "gross":
            yield _advice(
                "not_comparable_pay", [quote], None, {key: {"currency": value} for key, value in words.items()}
            )
        return
    middle = sum(amounts) / len(amounts)
    kind = (
        "expectation_below" if middle < pay.p10 else "expectation_above" if middle > pay.p90 else "expectation_within"
    )
    amounts_said = {"p10": _money(pay.p10), "p50": _money(pay.p50), "p90": _money(pay.p90)}
    said = {"ru": amounts_said, "en": amounts_said}
    range_evidence = Evidence("market", _said("range", said), figures=asdict(pay))
    yield _advice(kind, [quote, range_evidence], None, said)


def _market(resume: Resume, market: Market) -> Iterator[Advice]:
    own = [skill.canon_id for skill in resume.skills if skill.canon_id in market.names]
    near = neighbourhood(market, resume.position.value, [skill for skill in own if skill])
    if near is None:
        said = {language: {"least": str(LEAST_NEIGHBOURS)} for language in ("ru", "en")}
        few = Evidence("market", _said("few", said), figures={"least": LEAST_NEIGHBOURS})
        yield _advice("not_enough_data", [few], None, said)
        return
    demanded = near.shares[(near.shares >= DEMANDED) & near.shares.index.isin(list(market.names))]
    missing = [str(skill) for skill in demanded.index if skill not in own][:MOST_DEMANDED]
    wanted = [_in_demand(near, market, skill, set(filter(None, own))) for skill in missing]
    yield from sorted(wanted, key=lambda one: -one.evidence[0].figures["after"])
    yield from _pay(resume, market, missing)
    yield from _placement(resume, near, market)


def _in_demand(near: Neighbourhood, market: Market, skill: str, own: set[str]) -> Advice:
    figures = {
        "before": covered(near.ads, own),
        "after": covered(near.ads, own | {skill}),
        "total": len(near.ads),
    }
    facts = {"skill": market.names[skill], "share": _percent(near.shares[skill])} | {
        name: str(number) for name, number in figures.items()
    }
    evidence = _nearest(near, skill, figures)
    return _advice("in_demand", [evidence], market.names[skill], {"ru": facts, "en": facts})


def _pay(resume: Resume, market: Market, missing: list[str]) -> Iterator[Advice]:
    """Clear differences of pay for skills that are missing; one honest line for the rest of them."""
    table = market.associations
    rows = table[(table["position"] == resume.position.value) & table["canon_id"].isin(missing)].set_index("canon_id")
    unclear = []
    for skill, row in rows.reindex([skill for skill in missing if skill in rows.index]).iterrows():
        said = {"low": _percent(row["low"]), "high": _percent(row["high"])}
        facts = {language: said | {"skill": market.names[str(skill)]} for language in ("ru", "en")}
        if row["clear"] and row["low"] > 0:
            yield _advice("pay_with_skill", [_association(row)], market.names[str(skill)], facts)
        else:
            unclear.append((market.names[str(skill)], _association(row)))
    if unclear:
        names = ", ".join(name for name, _ in unclear)
        facts = {language: {"skills": names} for language in ("ru", "en")}
        yield _advice("no_pay_difference", [evidence for _, evidence in unclear], names, facts)


def _placement(resume: Resume, near: Neighbourhood, market: Market) -> Iterator[Advice]:
    """Demanded skills that the resume names in one place only: in the list or in a job's story."""
    has_list = "skills" in resume.section_names
    counts = {"skill_without_story": 0, "skill_unlisted": 0}
    wanted = [skill for skill in resume.skills if near.shares.get(skill.canon_id, 0.0) >= DEMANDED]
    for skill in wanted:
        in_list, in_story = "skills" in skill.places, "work" in skill.places
        kind = "skill_without_story" if in_list and not in_story and resume.jobs else None
        kind = "skill_unlisted" if has_list and in_story and not in_list else kind
        if kind is None or counts[kind] >= MOST_OF_A_KIND or skill.canon_id is None:
            continue
        counts[kind] += 1
        facts = {"skill": skill.name, "share": _percent(near.shares[skill.canon_id])}
        evidence = [_line_of(resume, skill.evidence[0]), _nearest(near, skill.canon_id, {})]
        yield _advice(kind, evidence, market.names[skill.canon_id], {"ru": facts, "en": facts})


def _results(resume: Resume) -> Iterator[Advice]:
    """Recent jobs with a story but no figure in it: their owner is asked for one."""
    for job in _recent(resume.jobs):
        story = [line for line in without_industries(job.summary).split("\n") if len(line.strip()) > 30]
        if len(story) >= 2 and not re.search(
            r"\d+\s*(?:%|процент|раз|тыс|млн|час|дн|мин|сек|x\b|х\b|\+)|\d{3,}", job.summary
        ):
            at = resume.text.find(story[0], job.start)
            if at >= 0:
                yield _advice("no_results", [_quoted(resume, at, at + len(story[0]))])


def _recent(jobs: tuple[JobEntry, ...]) -> list[JobEntry]:
    return sorted(jobs, key=lambda job: job.span.start, reverse=True)[:2]


def _nearest(near: Neighbourhood, skill: str, figures: dict[str, int]) -> Evidence:
    named = round(float(near.shares.get(skill, 0.0)) * len(near.ads))
    facts = {
        "named": str(named),
        "total": str(len(near.ads)),
        "employers": str(near.employers),
        "first": near.first_month,
        "last": near.last_month,
    }
    numbers = {"named": named, "total": len(near.ads), "employers": near.employers} | figures
    return Evidence(
        "market", _said("nearest", {"ru": facts, "en": facts}), figures={k: float(v) for k, v in numbers.items()}
    )


def _association(row: Any) -> Evidence:
    facts = {
        "paid": str(int(row["paid"])),
        "employers": str(int(row["employers"])),
        "low": _percent(row["low"], signed=True),
        "high": _percent(row["high"], signed=True),
    }
    figures = {name: float(row[name]) for name in ("paid", "employers", "adjusted", "low", "high", "raw")}
    return Evidence("market", _said("association", {"ru": facts, "en": facts}), figures=figures)


def _advice(
    kind: str, evidence: list[Evidence], subject: str | None = None, facts: dict[str, dict[str, str]] | None = None
) -> Advice:
    templates = _wording()[kind]
    text = {language: templates[language].format(**(facts or {}).get(language, {})) for language in ("ru", "en")}
    return Advice(kind, text, tuple(evidence), subject)


def _said(kind: str, facts: dict[str, dict[str, str]]) -> dict[str, str]:
    templates = _wording()["evidence"][kind]
    return {language: templates[language].format(**facts[language]) for language in ("ru", "en")}


def _from(quote: Quote) -> Evidence:
    return Evidence("resume", {"ru": quote.quote, "en": quote.quote}, quote.start, quote.end)


def _line_of(resume: Resume, quote: Quote) -> Evidence:
    """The line around a word, cut to what still shows the word."""
    start = resume.text.rfind("\n", 0, quote.start) + 1
    end = resume.text.find("\n", quote.end)
    start, end = max(start, quote.start - LONGEST_QUOTE // 2), end if end >= 0 else len(resume.text)
    return _quoted(resume, start, min(end, start + LONGEST_QUOTE))


def _quoted(resume: Resume, start: int, end: int) -> Evidence:
    end = min(end, start + LONGEST_QUOTE)
    return _from(Quote(resume.text[start:end], start, end))


def _top_of(resume: Resume) -> Evidence:
    """The first line that says something: evidence of what the resume does not say is what it does."""
    line = next((line for line in resume.text.split("\n") if re.sub(r"\[\w+\]|\W", "", line)), "")
    at = resume.text.find(line)
    return _quoted(resume, at, at + len(line))


def _length(months: int) -> dict[str, str]:
    years, rest = divmod(months, 12)
    return {"ru": f"{years} л. {rest} мес.", "en": f"{years} y {rest} m"}


def _money(roubles: float) -> str:
    return f"{round(roubles, -3):,.0f}".replace(",", " ")


def _percent(share: float, signed: bool = False) -> str:
    return f"{share * 100:+.0f} %" if signed else f"{share * 100:.0f} %"


@functools.cache
def _wording() -> dict[str, Any]:
    text = resources.files("salary_assets.resume").joinpath("data", "advice.yaml").read_text("utf-8")
    loaded: dict[str, Any] = yaml.safe_load(text)
    return loaded
