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
from salary_assets.resume.lines import Quote
from salary_assets.resume.market import LEAST_NEIGHBOURS, Market, Neighbourhood, covered, neighbourhood
from salary_assets.resume.model import ExpectedPay, Resume

ADVICE_VERSION = "rules-3"
DEMANDED = 0.2
"""A skill is in demand when this share of the nearest vacancies names it."""

MOST_DEMANDED = 5
MOST_OF_A_KIND = 3
FEW_SKILLS = 5
LONGEST_QUOTE = 200
_RESULT = re.compile(
    r"\d\s*(?:%|процент|раз|тыс|млн|млрд|час|дн|мин|сек|мс|чел|x\b|х\b|\+|percent|times|hours|days|people)|\d{3,}", re.I
)


@dataclass(frozen=True)
class Evidence:
    """source `resume`: `quote` holds the same words in both languages, at `start`..`end` of the redacted text.
    source `market` (counted on ads) or `tax` (by the tax scale): `quote` says it in each language, `figures` holds
    its numbers."""

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
    if not resume.jobs and resume.experience_months.evidence:
        yield _advice("length_only", [_from(resume.experience_months.evidence[0])])
    elif not resume.jobs:
        yield _advice("no_dates", [_top_of(resume)])
    elif any(not job.span.exact for job in resume.jobs):
        vague = next(job for job in resume.jobs if not job.span.exact)
        yield _advice("years_only", [_quoted(resume, *vague.dates_at)])
    if resume.grade.source == "inferred" and resume.desired_position.evidence:
        months = int(resume.it_experience_months.value or 0)
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
    if asked.quote is None:
        return
    at = resume.text.find(asked.quote)
    quote = _quoted(resume, at, at + len(asked.quote)) if at >= 0 else _top_of(resume)
    net = asked.net_month
    if net is None:
        yield _advice("not_comparable_pay", [quote], None, _unit(asked))
        return
    wish, low, high = (_to_thousands(amount) for amount in (net, pay.p10, pay.p90))
    kind = "expectation_below" if wish < low else "expectation_above" if wish > high else "expectation_within"
    amounts_said = {"p10": said_money(pay.p10), "p50": said_money(pay.p50), "p90": said_money(pay.p90)}
    said = {"ru": amounts_said, "en": amounts_said}
    range_evidence = Evidence("market", _said("range", said), figures=asdict(pay))
    evidence = [quote, range_evidence]
    if asked.tax == "gross":
        after_tax = {language: {"net": said_money(net)} for language in ("ru", "en")}
        evidence.insert(1, Evidence("tax", _said("after_tax", after_tax), figures={"net": net}))
    yield _advice(kind, evidence, None, said)


def _unit(asked: ExpectedPay) -> dict[str, dict[str, str]]:
    """What makes a wish incomparable with net roubles a month, in words: `в USD за час`."""
    foreign = asked.currency if asked.currency not in ("RUB", None) else None
    words = {}
    for language, periods in _wording()["periods"].items():
        currency = f"{_wording()['in'][language]} {foreign}" if foreign else None
        words[language] = {"unit": " ".join(filter(None, (currency, periods.get(asked.period))))}
    return words


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
    kind = "in_demand" if figures["after"] > figures["before"] else "in_demand_alone"
    return _advice(kind, [evidence], market.names[skill], {"ru": facts, "en": facts})


def _pay(resume: Resume, market: Market, missing: list[str]) -> Iterator[Advice]:
    """Clear differences of pay for skills that are missing; one honest line for the rest of them."""
    table = market.associations
    rows = table[(table["position"] == resume.position.value) & table["canon_id"].isin(missing)].set_index("canon_id")
    unclear = []
    for skill, row in rows.reindex([skill for skill in missing if skill in rows.index]).iterrows():
        name = market.names[str(skill)]
        said = {"low": _percent(row["low"]), "high": _percent(row["high"])}
        facts = {language: said | {"skill": name} for language in ("ru", "en")}
        if row["clear"] and row["low"] > 0:
            yield _advice("pay_with_skill", [_association(name, row)], name, facts)
        else:
            unclear.append((name, _association(name, row)))
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
        mention = skill.evidence[skill.places.index("work" if kind == "skill_unlisted" else "skills")]
        evidence = [_line_of(resume, mention), _nearest(near, skill.canon_id, {})]
        yield _advice(kind, evidence, market.names[skill.canon_id], {"ru": facts, "en": facts})


def _results(resume: Resume) -> Iterator[Advice]:
    """Recent jobs with a story but no figure of a result in it: their owner is asked for one."""
    for job in _recent(resume.jobs):
        story = [line for line in without_industries(job.summary).split("\n") if len(line.strip()) > 30]
        if len(story) >= 2 and not _RESULT.search(job.summary):
            at = resume.text.find(story[0], job.start)
            if at >= 0:
                yield _advice("no_results", [_quoted(resume, *job.dates_at), _quoted(resume, at, at + len(story[0]))])


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


def _association(skill: str, row: Any) -> Evidence:
    facts = {
        "skill": skill,
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
    """What the resume does say of what is missing: the position, else its first line that names nothing private."""
    if resume.desired_position.evidence:
        return _from(resume.desired_position.evidence[0])
    lines = [line for line in resume.text.split("\n") if re.sub(r"\[\w+\]|\W", "", line)]
    line = next((line for line in lines if not re.search(r"\[\w+\]", line)), "")
    at = resume.text.find(line)
    return _quoted(resume, at, at + len(line))


def _length(months: int) -> dict[str, str]:
    """`1 год 9 месяцев` and `1 year 9 months`; the part that is nought is left out, unless both are."""
    years, rest = divmod(months, 12)
    parts = [(years, "years")] * bool(years) + [(rest, "months")] * bool(rest or not years)
    forms = _wording()["lengths"]
    return {
        "ru": " ".join(f"{number} {forms['ru'][unit][_russian_form(number)]}" for number, unit in parts),
        "en": " ".join(f"{number} {forms['en'][unit][number != 1]}" for number, unit in parts),
    }


def _russian_form(number: int) -> int:
    """Which of `год, года, лет` goes with the number."""
    if number % 10 == 1 and number % 100 != 11:
        return 0
    return 1 if number % 10 in (2, 3, 4) and number % 100 not in (12, 13, 14) else 2


def said_money(roubles: float) -> str:
    """`116 000`: as the page rounds, to the thousand, a half up."""
    return f"{_to_thousands(roubles):,}".replace(",", " ")


def _to_thousands(roubles: float) -> int:
    return int(roubles / 1000 + 0.5) * 1000


def _percent(share: float, signed: bool = False) -> str:
    number = round(share * 100)
    return f"{number:+d} %" if signed and number else f"{number} %"


@functools.cache
def _wording() -> dict[str, Any]:
    text = resources.files("salary_assets.resume").joinpath("data", "advice.yaml").read_text("utf-8")
    loaded: dict[str, Any] = yaml.safe_load(text)
    return loaded
