"""A market whose law of pay is known, as a table of vacancies."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import numpy as np
import pandas as pd
import pytest

from salary_assets.reports import market_figures, render_market_report
from salary_assets.storage.schemas import Vacancies

MIDDLE_PAY = {"junior": 60_000.0, "middle": 120_000.0, "senior": 240_000.0}
GOLANG_RAISES = 1.3
SILENT = {"hh": 0.3, "tg_work": 0.05, "geekjob": 0.8}
"""Share of ads that state no pay, by source."""

HOSTILE = "<img src=x onerror=\"document.title='stolen'\">"


def vacancies_of_known_law(n: int = 1_500, seed: int = 7) -> pd.DataFrame:
    """Pay is MIDDLE_PAY of the grade, times GOLANG_RAISES where Go is named, with 15 % of noise; half of the ads state
    a range around it, a quarter each only its lower or its upper end."""
    random = np.random.default_rng(seed)
    rows = []
    for number in range(n):
        grade = ["junior", "middle", "senior"][number % 3]
        source = ["hh", "hh", "tg_work", "geekjob"][number % 4]
        golang = bool(random.random() < 0.3)
        middle = MIDDLE_PAY[grade] * (GOLANG_RAISES if golang else 1.0) * np.exp(random.normal(0, 0.15))
        lower, upper = round(middle * 0.85), round(middle / 0.85)
        bounds = [(lower, upper), (lower, upper), (lower, None), (None, upper)][int(random.integers(4))]
        silent = random.random() < SILENT[source]
        published = datetime(2024, 1, 10, tzinfo=UTC) + timedelta(days=30 * int(random.integers(6)))
        rows.append(
            {
                "vacancy_id": f"{source}/{number}",
                "cluster_id": f"{source}/{number}",
                "source": source,
                "sources": [source],
                "members": [{"posting_id": f"{source}/{number}", "kind": "itself"}],
                "n_postings": 1,
                "first_seen": published,
                "last_seen": published,
                "published_at": published,
                "published_precision": "day",
                "month": f"{published:%Y-%m}",
                "title": HOSTILE,
                "text": HOSTILE,
                "employer_key": None if source == "tg_work" else f"employer {number % 200}",
                "is_it": number % 50 != 0,
                "position": ["Программист, разработчик", "Тестировщик"][number % 2],
                "grades": [grade],
                "experience_min": {"junior": 0.0, "middle": 1.0, "senior": 3.0}[grade],
                "work_formats": [["remote"], ["office"]][int(random.integers(2))],
                "region": ["Москва", "Тверская область"][number % 2],
                "federal_district": "Центральный",
                "country": "BY" if number % 60 == 7 else "RU",
                "roles_raw": [],
                "specializations_raw": [],
                "skills": [*(["Golang"] if golang else []), *(["Git"] if random.random() < 0.4 else [HOSTILE])],
                "pay_lower": None if silent else bounds[0],
                "pay_upper": None if silent else bounds[1],
                "pay_status": "not_stated" if silent else "comparable",
                "pay_steps": "[]",
            }
        )
    return Vacancies.frame(rows)


@pytest.fixture(scope="session")
def market() -> pd.DataFrame:
    return vacancies_of_known_law()


@pytest.fixture(scope="session")
def figures(market: pd.DataFrame) -> pd.DataFrame:
    return market_figures(market, {"labelled": 1_600, "left out: resume": 100, "vacancies": len(market)})


@pytest.fixture(scope="session")
def page(figures: pd.DataFrame) -> Iterator[str]:
    yield render_market_report(figures)
