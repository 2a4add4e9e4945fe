"""Small postings and labels for the tests of the market tables: a helper per table, everything else by its contract."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pandas as pd

from salary_assets.money import bundled_rates
from salary_assets.storage.schemas import LabelledPostings, Postings

TEXT = """Предстоит развивать сервис расчёта налогов, проектировать схемы данных, покрывать код проверками, разбирать
узкие места запросов и переводить старые модули на очереди сообщений. Ждём уверенного опыта с реляционными базами."""


def posting(number: int, day: str = "2021-10-05", source: str = "hh", **given: Any) -> dict[str, Any]:
    """An ad of Ромашка for a Java developer; `given` are fields of the Postings contract."""
    moment = datetime.fromisoformat(f"{day}T09:00:00").replace(tzinfo=UTC)
    return {
        "posting_id": f"{source}/{number}",
        "source": source,
        "native_id": str(number),
        "version": 1,
        "published_at": moment,
        "published_raw": day,
        "published_precision": "day",
        "fetched_at": moment,
        "title": "Java-разработчик",
        "text": TEXT,
        "language": "ru",
        "employer_name": "ООО Ромашка",
        "transport": "archive",
        "content_hash": f"hash-{number}",
        "origin": f"ads.jsonl:{number}",
        **{name: [] for name in LISTS},
        **given,
    }


LISTS = ("work_formats_raw", "grades_raw", "roles_raw", "specializations_raw", "skills_raw")


def label(of: dict[str, Any], **given: Any) -> dict[str, Any]:
    """The label of a posting: a vacancy in Moscow for a middle developer; `given` are fields of the contract."""
    return {
        "posting_id": of["posting_id"],
        "source": of["source"],
        "published_at": of["published_at"],
        "content_hash": of["content_hash"],
        "kind": "vacancy",
        "is_it": True,
        "title": of["title"],
        "position": "Программист, разработчик",
        "position_by": "rules",
        "grades": ["middle"],
        "work_formats": ["office"],
        "city": "Москва",
        "region": "Москва",
        "country": "RU",
        "skills": [{"spelling": "Java", "start": -1, "end": -1, "by": "stated"}],
        "evidence": [],
        "labeller": "rules",
        "labeller_version": "1",
        **given,
    }


def pay(low: float | None, high: float | None, **given: Any) -> dict[str, Any]:
    """Stated pay as labels carry it: net roubles a month, unless said otherwise."""
    return {"pay_raw": f"{low}-{high}", "pay_from": low, "pay_to": high, "currency": "RUB"} | (
        {"tax": "net", "period": "month"} | given
    )


def tables(*ads: tuple[dict[str, Any], dict[str, Any]]) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Frames of postings, labels and rates from pairs of a posting and what its label says."""
    postings = Postings.frame([one for one, _ in ads])
    labels = LabelledPostings.frame([label(one, **said) for one, said in ads])
    return postings, labels, bundled_rates()
