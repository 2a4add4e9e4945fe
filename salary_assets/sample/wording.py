"""Words of an ad: the sections that hh.ru, Telegram and the board then lay out each in its own way.

A cross-post is the same `Body` laid out by another source, which is what makes it a near-duplicate.
"""

from __future__ import annotations

import dataclasses
import random
from dataclasses import dataclass
from typing import Any

from salary_assets.sample.grammar import Grammar
from salary_assets.sample.law import StatedPay
from salary_assets.sample.market import LEAST_YEARS, Job

SIGNS = {"RUB": "₽", "USD": "$", "EUR": "€", "KZT": "₸"}


@dataclass(frozen=True)
class Body:
    """An ad's text by sections. `years` is the experience that it names, in years; None where it names none."""

    intro: str
    headings: dict[str, str]
    duties: tuple[str, ...]
    asks: tuple[str, ...]
    plus: tuple[str, ...]
    offers: tuple[str, ...]
    hiring: str
    years: int | None


def write_body(grammar: Grammar, job: Job, rng: random.Random) -> Body:
    """The words of one job; the same job and stream give the same words."""
    if job.not_it is not None:
        return _not_it_body(grammar, job, rng)
    return _english_body(grammar, job, rng) if job.english else _russian_body(grammar, job, rng)


def edited(body: Body, grammar: Grammar, job: Job, rng: random.Random) -> Body:
    """The same ad after small edits: one duty and one benefit replaced."""
    fresh = write_body(grammar, job, rng)
    return dataclasses.replace(
        body, duties=(*body.duties[:-1], fresh.duties[0]), offers=(*body.offers[:-1], fresh.offers[0]), years=body.years
    )


def plain(body: Body) -> str:
    """The body as plain text with dashes, as boards and channels print it."""
    parts = [body.intro]
    for name, lines in sections(body):
        parts.append(f"{name}:\n" + "\n".join(f"- {line}" for line in lines))
    return "\n\n".join([*parts, body.hiring]).strip()


def named_years(body: Body) -> tuple[int, ...]:
    """Years of experience that the text names: one or none."""
    return () if body.years is None else (body.years,)


def sections(body: Body) -> list[tuple[str, tuple[str, ...]]]:
    """Heading and lines of each section that the ad has."""
    named = (("duties", body.duties), ("asks", body.asks), ("plus", body.plus), ("offers", body.offers))
    return [(body.headings[key], lines) for key, lines in named if lines]


def amount_words(amount: int, currency: str, short: bool) -> str:
    """`250 000 ₽`, `250к`, `$3000`."""
    if currency == "USD":
        return f"${amount}"
    if short and currency == "RUB" and amount % 1000 == 0:
        return f"{amount // 1000}к"
    return f"{amount:,}".replace(",", " ") + f" {SIGNS[currency]}"


def pay_words(pay: StatedPay, rng: random.Random) -> str:
    """Stated pay as people write it in running text."""
    short = rng.random() < 0.3
    low = None if pay.amount_from is None else amount_words(pay.amount_from, pay.currency, short)
    high = None if pay.amount_to is None else amount_words(pay.amount_to, pay.currency, short)
    if low and high:
        text = f"от {low} до {high}" if rng.random() < 0.5 else f"{low} – {high}"
    else:
        text = f"от {low}" if low else f"до {high}"
    if pay.period == "hour":
        text += rng.choice([" в час", "/час"])
    words = {"net": [" на руки", " net", " чистыми"], "gross": [" gross", " до вычета налогов", " до вычета НДФЛ"]}
    return text + (rng.choice(words[pay.tax]) if pay.tax in words else "")


def _duties(verbs: list[str], objects: list[str], contexts: list[str], rng: random.Random) -> tuple[str, ...]:
    chosen = rng.sample(objects, k=min(len(objects), rng.randint(3, 5)))
    return tuple(
        f"{rng.choice(verbs)} {thing}".strip() + (f" {rng.choice(contexts)}" if contexts and rng.random() < 0.5 else "")
        for thing in chosen
    )


def _skill_lines(job: Job, rng: random.Random, templates: list[str], required: bool) -> list[str]:
    aliases = [use.alias for use in job.skills if use.required == required]
    if not aliases:
        return []
    rng.shuffle(aliases)
    cut = len(aliases) if len(aliases) < 5 else rng.randint(2, len(aliases) - 1)
    mark = rng.choice([", ", ", ", " / ", "; "])
    return [rng.choice(templates).format(skills=mark.join(part)) for part in (aliases[:cut], aliases[cut:]) if part]


def _russian_body(grammar: Grammar, job: Job, rng: random.Random) -> Body:
    assert job.profession is not None
    words, family = grammar.phrases, grammar.families[job.profession.family]
    intro = _russian_intro(words, job, rng)
    years, experience = _experience_line(words, job, rng)
    asks = _skill_lines(job, rng, words["skill_lines"], required=True)
    asks += rng.sample(family["asks"], k=rng.randint(1, 3))
    asks += [experience] if experience else []
    rng.shuffle(asks)
    offers = [rng.choice(words["format_lines"][job.format]), *rng.sample(words["offers"], k=rng.randint(2, 4))]
    if job.grade_line:
        asks.insert(0, rng.choice(words["grade_lines"]).format(grade=job.grade_line))
    if job.stated is not None and job.stated_in == "text":
        offers.insert(1, f"Доход {pay_words(job.stated, rng)}")
    return Body(
        intro=intro,
        headings={key: rng.choice(names) for key, names in words["headings"].items()},
        duties=_duties(family["verbs"], family["objects"], job.employer.industry["context"], rng),
        asks=tuple(asks),
        plus=tuple(_skill_lines(job, rng, words["plus_lines"], required=False)),
        offers=tuple(offers),
        hiring=rng.choice(words["hiring"]),
        years=years,
    )


def _russian_intro(words: dict[str, Any], job: Job, rng: random.Random) -> str:
    near = max(10, int(job.employer.size * rng.uniform(0.85, 1.2)))
    size = rng.choice(words["sizes"]).format(n=near)
    return str(
        rng.choice(words["intros"]).format(
            employer=job.employer.name,
            about=job.employer.industry["about"],
            size=size,
            title=job.title,
            need=rng.choice(words["needs"]).format(k=rng.randint(3, 14)),
            reason=rng.choice(words["reasons"]),
        )
    )


def _experience_line(words: dict[str, Any], job: Job, rng: random.Random) -> tuple[int | None, str | None]:
    """Years that the text names (a source's own markup names the band anyway), and the line."""
    if rng.random() < 0.35:
        return None, None
    years = LEAST_YEARS[job.experience] + (
        rng.randint(0, 1) if job.experience in ("between1And3", "between3And6") else 0
    )
    line = rng.choice(words["experience_lines"][job.experience])
    return years, line.format(years=f"{years} {words['years'].get(years, 'лет')}", n=max(years, 1))


def _english_body(grammar: Grammar, job: Job, rng: random.Random) -> Body:
    assert job.profession is not None
    words, family = grammar.phrases["english"], grammar.families[job.profession.family]
    intro = rng.choice(words["intros"]).format(
        employer=job.employer.name, title=job.title, k=rng.randint(3, 14), n=job.employer.size
    )
    years: int | None = None
    asks = _skill_lines(job, rng, words["skill_lines"], required=True)
    asks += rng.sample(family["asks_en"], k=1)
    if rng.random() < 0.7:
        years = LEAST_YEARS[job.experience]
        asks.append(rng.choice(words["experience_lines"][job.experience]).format(n=years))
    if job.grade_line:
        asks.insert(0, f"Level: {job.grade_line}")
    offers = [rng.choice(words["format_lines"][job.format]), *rng.sample(words["offers"], k=3)]
    if job.stated is not None and job.stated_in == "text":
        offers.insert(1, f"Salary: {_english_pay(job.stated)}")
    return Body(
        intro=intro,
        headings={key: rng.choice(names) for key, names in words["headings"].items()},
        duties=_duties(family["verbs_en"], family["objects_en"], [], rng),
        asks=tuple(asks),
        plus=tuple(_skill_lines(job, rng, ["{skills}"], required=False)),
        offers=tuple(offers),
        hiring="",
        years=years,
    )


def _english_pay(pay: StatedPay) -> str:
    ends = [None if end is None else amount_words(end, pay.currency, False) for end in (pay.amount_from, pay.amount_to)]
    text = f"{ends[0]} - {ends[1]}" if all(ends) else f"from {ends[0]}" if ends[0] else f"up to {ends[1]}"
    return text + {"net": " net", "gross": " gross"}.get(pay.tax, "") + (" per hour" if pay.period == "hour" else "")


def _not_it_body(grammar: Grammar, job: Job, rng: random.Random) -> Body:
    assert job.not_it is not None
    words = grammar.phrases
    offers = rng.sample(words["offers"], k=rng.randint(2, 4))
    if job.stated is not None and job.stated_in == "text":
        offers.insert(0, f"Доход {pay_words(job.stated, rng)}")
    return Body(
        intro=_russian_intro(words, job, rng),
        headings={key: rng.choice(names) for key, names in words["headings"].items()},
        duties=_duties([""], job.not_it["duties"], job.employer.industry["context"], rng),
        asks=tuple(rng.sample(job.not_it["asks"], k=3)),
        plus=(),
        offers=tuple(offers),
        hiring=rng.choice(words["hiring"]),
        years=None,
    )
