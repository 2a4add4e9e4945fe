"""Posts of the channel `sample_jobs` as a Telethon dump holds them: vacancies, resumes, and everything else."""

from __future__ import annotations

import random
from datetime import UTC, datetime
from typing import Any

from salary_assets.sample.grammar import Grammar
from salary_assets.sample.law import StatedPay
from salary_assets.sample.market import Job
from salary_assets.sample.wording import Body, pay_words, sections

CHANNEL = "sample_jobs"


def post(native_id: int, published: datetime, text: str, media_type: str | None = None) -> dict[str, Any]:
    """One line of the dump; dates in UTC as Telethon gives them."""
    moment = published.astimezone(UTC).isoformat(timespec="seconds")
    return {"channel": CHANNEL, "id": native_id, "date": moment, "text": text, "media_type": media_type}


def vacancy_text(grammar: Grammar, job: Job, body: Body, rng: random.Random) -> str:
    """A vacancy in the Markdown of a channel, pay in words, contacts at the end."""
    words = grammar.phrases["telegram"]
    tags = [rng.choice(words["vacancy_tags"]), rng.choice(words["tags"][job.format])]
    place = job.place.city + (", удалённо" if job.format == "remote" and rng.random() < 0.4 else "")
    lines = [
        " ".join(tags),
        rng.choice(words["heads"]).format(title=job.title, employer=job.employer.name),
        rng.choice(words["companies"]).format(employer=job.employer.name),
        rng.choice(words["places"]).format(place=place),
        _pay_line(words, job.stated, rng),
        "",
        body.intro,
    ]
    for name, items in sections(body):
        bullet = rng.choice(["—", "•", "✔️"])
        lines += ["", f"**{name}:**", *(f"{bullet} {item}" for item in items if not _says_pay(job, item))]
    lines += ["", _contact(words, rng)]
    return "\n".join(line for line in lines if line is not None)


def resume_text(grammar: Grammar, job: Job, body: Body, rng: random.Random) -> str:
    """A person who looks for such a job; the pay asked is not a vacancy's pay."""
    words = grammar.phrases["telegram"]["resumes"]
    years = rng.randint(1, 9)
    named = f"{years} {grammar.phrases['years'].get(years, 'лет')}"
    format_words = {"remote": "удалёнку", "hybrid": "гибрид", "office": "офис"}[job.format]
    facts = {
        "years": named,
        "about": job.employer.industry["about"],
        "skills": ", ".join(use.alias for use in job.skills),
        "duty": body.duties[0][0].lower() + body.duties[0][1:],
        "format": format_words,
        "pay": pay_words(job.stated, rng) if job.stated else "по рынку",
    }
    head = rng.choice(words["heads"]).format(title=job.title, years=named)
    lines = rng.sample(words["lines"], k=rng.randint(4, len(words["lines"])))
    return "\n".join([head, "", *(line.format(**facts) for line in lines), "", rng.choice(words["ends"])])


def other_text(grammar: Grammar, titles: list[str], rng: random.Random) -> str:
    """Rules, warnings, digests, small talk: what a labeller must not take for a vacancy."""
    template = rng.choice(grammar.phrases["telegram"]["others"])
    digest = "\n".join(f"{number}. {title}" for number, title in enumerate(titles, start=1))
    return str(template.format(digest=digest, day=rng.randint(5, 28)))


def _says_pay(job: Job, line: str) -> bool:
    return job.stated_in == "text" and line.startswith(("Доход ", "Salary: "))


def _pay_line(words: dict[str, Any], pay: StatedPay | None, rng: random.Random) -> str:
    if pay is None:
        return str(rng.choice(words["no_pays"]))
    return str(rng.choice(words["pays"]).format(pay=pay_words(pay, rng)))


def _contact(words: dict[str, Any], rng: random.Random) -> str:
    return str(rng.choice(words["contacts"]).format(n=rng.randint(1, 40), a=rng.randint(0, 99), b=rng.randint(0, 99)))
