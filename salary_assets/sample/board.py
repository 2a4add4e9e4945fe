"""Ads of another job site as a table, with the columns such exports have."""

from __future__ import annotations

import csv
import io
from datetime import datetime
from typing import Any

from salary_assets.sample.grammar import Grammar
from salary_assets.sample.market import Job
from salary_assets.sample.wording import SIGNS, Body, plain

SITE = "https://board.sample-market.example"
COLUMNS = (
    "vacancy",
    "company",
    "city",
    "country",
    "employment",
    "schedule",
    "salary from",
    "salary to",
    "period of pay",
    "currency",
    "skills",
    "text",
    "url",
    "date",
    "level",
    "requirements",
    "responsibilities",
    "education",
    "benefits",
)
COUNTRIES = {"RU": "Россия", "BY": "Беларусь", "KZ": "Казахстан"}


def board_row(grammar: Grammar, job: Job, body: Body, native_id: str, published: datetime) -> dict[str, Any]:
    """One row of the export."""
    words = grammar.phrases["board"]
    pay = job.stated
    return {
        "vacancy": job.title,
        "company": job.employer.name,
        "city": job.place.city,
        "country": COUNTRIES[job.place.country],
        "employment": words["employments"][job.format],
        "schedule": words["schedules"][job.format],
        "salary from": "" if pay is None or pay.amount_from is None else f"{pay.amount_from}.0",
        "salary to": "" if pay is None or pay.amount_to is None else f"{pay.amount_to}.0",
        "period of pay": "",
        "currency": "" if pay is None else SIGNS[pay.currency],
        "skills": str([use.alias for use in job.skills]),
        "text": plain(body),
        "url": f"{SITE}/vacancy/{native_id}",
        "date": published.strftime("%Y-%m-%d"),
        "level": words["levels"][job.grade] if job.grade in job.grades_shown and job.grade else "",
        "requirements": str(list(body.asks)),
        "responsibilities": str(list(body.duties)),
        "education": "",
        "benefits": "",
    }


def to_csv(rows: list[dict[str, Any]]) -> str:
    """The rows as CSV with a header."""
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()
