"""A small market with a known law of pay, so that a test can tell what a model should have found."""

from __future__ import annotations

import math
import random
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pandas as pd
import pytest

from salary_assets.salary.bundle import Bundle, load_bundle, write_bundle
from salary_assets.salary.evaluation import predict_test
from salary_assets.salary.model import AD, PROFILE, Model, fit
from salary_assets.salary.settings import Hyperparameters
from salary_assets.storage.schemas import ModelEvaluation, SkillAliases, TrainingSet

QUICK = Hyperparameters(iterations=80, depth=4, components=4, rsm=0.8, learning_rate=0.1)
ROLES = {
    "Python разработчик": ("Программист, разработчик", 0.35, ["python", "postgresql"]),
    "Java разработчик": ("Программист, разработчик", 0.45, ["java", "postgresql"]),
    "Тестировщик ПО": ("Тестировщик", 0.05, ["selenium"]),
    "Системный администратор": ("Системный администратор", -0.25, ["linux"]),
    "Специалист поддержки": ("Специалист технической поддержки", -0.5, ["linux"]),
}
GRADES = {"junior": (-0.45, 0.0), "middle": (0.0, 1.0), "senior": (0.4, 3.0)}
CITIES = {"Москва": 0.2, "Казань": -0.05, "Омск": -0.25}
NOISE = 0.15
AT = datetime(2025, 11, 1, tzinfo=UTC)
"""When bundles of the tests are written and promoted."""


def market(count: int, seed: int = 0, employers: int = 60, noise: float = NOISE) -> pd.DataFrame:
    """`count` ads with pay: log pay = role + grade + city + employer + noise; a tenth of the ads are reposts."""
    rng = random.Random(seed)
    effects = {f"employer{number}": rng.gauss(0, 0.15) for number in range(employers)}
    rows: list[dict[str, object]] = []
    for number in range(count):
        if rows and rng.random() < 0.1:
            repost = dict(rows[-1], vacancy_id=f"hh/{number:05d}", published_at=_day(number, count))
            rows.append(repost)
            continue
        title, grade = rng.choice(list(ROLES)), rng.choice(list(GRADES))
        city, employer = rng.choice(list(CITIES)), rng.choice(list(effects))
        position, by_role, skills = ROLES[title]
        by_grade, least_years = GRADES[grade]
        middle = 11.5 + by_role + by_grade + CITIES[city] + effects[employer] + rng.gauss(0, noise)
        stated = rng.choice(["both", "both", "from", "to"])
        rows.append(
            {
                "vacancy_id": f"hh/{number:05d}",
                "group": f"group{number}",
                "employer_key": employer,
                "employer_name": employer.upper(),
                "employer_ads": 10,
                "published_at": _day(number, count),
                "source": "hh",
                "title": f"{title} {grade}",
                "text": f"Ищем: {title.lower()}. Офис рядом с метро, проект {_spelt(number)}, {_spelt(employer)}.",
                "position": position,
                "job_cluster_id": title.split()[0],
                "grades": [grade],
                "experience_min": least_years,
                "experience_max": least_years + 2,
                "work_formats": [rng.choice(["office", "remote"])],
                "city": city,
                "region": city,
                "country": "RU",
                "roles_raw": [],
                "specializations_raw": ["1.221"] if position.startswith("Прог") else ["1.211"],
                "skills": skills,
                "pay_lower": None if stated == "to" else math.exp(middle - 0.15),
                "pay_upper": None if stated == "from" else math.exp(middle + 0.15),
            }
        )
    for row in rows:
        row["month"] = row["published_at"].strftime("%Y-%m")  # type: ignore[attr-defined]
    return TrainingSet.checked(TrainingSet.frame(rows))


def _spelt(name: object) -> str:
    """Digits as letters: texts of a training set have none."""
    return str(name).translate(str.maketrans("0123456789", "абвгдежзик"))


def _day(number: int, count: int) -> datetime:
    return datetime(2025, 1, 1, 12, tzinfo=UTC) + timedelta(days=300 * number / count)


def aliases() -> pd.DataFrame:
    """Spellings of the market's skills."""
    spellings = {"Python": "python", "питон": "python", "Java": "java", "PostgreSQL": "postgresql", "Linux": "linux"}
    rows = [
        {"spelling": spelling, "canon_id": canon, "canon": canon, "is_it": True, "confidence": 1.0, "method": "key"}
        for spelling, canon in spellings.items()
    ]
    return SkillAliases.frame(rows)


@pytest.fixture(scope="session")
def ads() -> pd.DataFrame:
    return market(1500)


@pytest.fixture(scope="session")
def ad_model(ads: pd.DataFrame) -> Model:
    return fit(ads, QUICK, AD)


@pytest.fixture(scope="session")
def profile_model(ads: pd.DataFrame) -> Model:
    return fit(ads, QUICK, PROFILE)


@pytest.fixture(scope="session")
def unseen_employers(ads: pd.DataFrame) -> pd.DataFrame:
    """Our model's predictions of test B. All five parts: two of them ask about two dozen employers only."""
    return predict_test(ads, "employer", "ours", QUICK)


@pytest.fixture(scope="session")
def written(
    tmp_path_factory: pytest.TempPathFactory,
    ads: pd.DataFrame,
    ad_model: Model,
    profile_model: Model,
    unseen_employers: pd.DataFrame,
) -> Path:
    folder = tmp_path_factory.mktemp("bundle") / "v1"
    no_figures = ModelEvaluation.no_rows()
    write_bundle(folder, "v1", AT, ad_model, profile_model, ads, aliases(), no_figures, "card", unseen_employers)
    return folder


@pytest.fixture(scope="session")
def bundle(written: Path) -> Bundle:
    return load_bundle(written)


@pytest.fixture
def copy(written: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(written, tmp_path / "v1"))
