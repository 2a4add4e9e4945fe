"""Jobs as api.hh.ru answers them: the detail shape of 2025, with its older `salary` beside `salary_range`.

Ids and addresses are invented and lead nowhere.
"""

from __future__ import annotations

import random
from datetime import datetime
from html import escape
from typing import Any

from salary_assets.sample.law import StatedPay
from salary_assets.sample.market import Job
from salary_assets.sample.wording import Body, sections

SITE = "https://hh.sample-market.example"
EXPERIENCES = {
    "noExperience": "Нет опыта",
    "between1And3": "От 1 года до 3 лет",
    "between3And6": "От 3 до 6 лет",
    "moreThan6": "Более 6 лет",
}
FORMATS = {
    "remote": ("REMOTE", "Удалённо"),
    "hybrid": ("HYBRID", "Гибрид"),
    "office": ("ON_SITE", "На месте работодателя"),
}
SCHEDULES = {
    "remote": ("remote", "Удаленная работа"),
    "hybrid": ("flexible", "Гибкий график"),
    "office": ("fullDay", "Полный день"),
}
CURRENCIES = {"RUB": "RUR"}


def hh_item(job: Job, body: Body, native_id: int, published: datetime, rng: random.Random) -> dict[str, Any]:
    """One item of hh.ru's API, as JSON would hold it."""
    pay = job.stated if job.stated_in == "markup" else None
    moment = published.strftime("%Y-%m-%dT%H:%M:%S%z")
    format_id, format_name = FORMATS[job.format]
    schedule_id, schedule_name = SCHEDULES[job.format]
    experience = {"id": job.experience, "name": EXPERIENCES[job.experience]}
    intern = job.grade == "intern"
    return {
        "id": str(native_id),
        "premium": rng.random() < 0.05,
        "name": job.title,
        "department": None,
        "has_test": False,
        "area": {"id": job.place.area_id, "name": job.place.city, "url": f"{SITE}/areas/{job.place.area_id}"},
        "salary": _salary(pay),
        "salary_range": _salary_range(pay),
        "type": {"id": "open", "name": "Открытая"},
        "address": None,
        "published_at": moment,
        "created_at": moment,
        "archived": rng.random() < 0.3,
        "url": f"{SITE}/api/vacancies/{native_id}",
        "alternate_url": f"{SITE}/vacancy/{native_id}",
        "employer": {
            "id": job.employer.id,
            "name": job.employer.name,
            "url": f"{SITE}/api/employers/{job.employer.id}",
            "trusted": True,
        },
        "snippet": {"requirement": "; ".join(body.asks)[:120], "responsibility": None},
        "contacts": None,
        "schedule": {"id": schedule_id, "name": schedule_name},
        "work_format": [{"id": format_id, "name": format_name}],
        "professional_roles": [{"id": job.role[0], "name": job.role[1]}],
        "experience": experience,
        "employment": {"id": "probation", "name": "Стажировка"}
        if intern
        else {"id": "full", "name": "Полная занятость"},
        "key_skills": [{"name": name} for name in _key_skills(job, rng)],
        "description": _html(body),
    }


def _salary(pay: StatedPay | None) -> dict[str, Any] | None:
    if pay is None or pay.period != "month":
        return None
    return {
        "from": pay.amount_from,
        "to": pay.amount_to,
        "currency": CURRENCIES.get(pay.currency, pay.currency),
        "gross": {"gross": True, "net": False, "unknown": None}[pay.tax],
    }


def _salary_range(pay: StatedPay | None) -> dict[str, Any] | None:
    if pay is None:
        return None
    mode = {"month": ("MONTH", "За месяц"), "hour": ("HOUR", "За час")}[pay.period]
    return {
        "from": pay.amount_from,
        "to": pay.amount_to,
        "currency": CURRENCIES.get(pay.currency, pay.currency),
        "gross": {"gross": True, "net": False, "unknown": None}[pay.tax],
        "mode": {"id": mode[0], "name": mode[1]},
        "frequency": {"id": "TWICE_PER_MONTH", "name": "Два раза в месяц"},
    }


def _key_skills(job: Job, rng: random.Random) -> list[str]:
    """Skills that the employer ticked: most of the asked ones, sometimes none, sometimes two in one line."""
    if rng.random() < 0.22:
        return []
    listed = [use.alias for use in job.skills if rng.random() < (0.8 if use.required else 0.3)]
    if len(listed) > 3 and rng.random() < 0.05:
        listed[:2] = [f"{listed[0]}/{listed[1]}"]
    if rng.random() < 0.15:
        listed.append(rng.choice(["Ответственность", "Работа в команде", "Грамотная речь", "Многозадачность"]))
    return list(dict.fromkeys(listed))


def _html(body: Body) -> str:
    parts = [f"<p>{escape(body.intro, quote=False)}</p>"]
    for name, lines in sections(body):
        items = "".join(f"<li>{escape(line, quote=False)}</li>" for line in lines)
        parts.append(f"<p><strong>{escape(name, quote=False)}:</strong></p> <ul>{items}</ul>")
    if body.hiring:
        parts.append(f"<p>{escape(body.hiring, quote=False)}</p>")
    return " ".join(parts)
