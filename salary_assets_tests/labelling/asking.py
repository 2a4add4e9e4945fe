"""What the tests of the Mistral path share: ads of our own writing and a labeller that asks an emulator."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from salary_assets.labelling import Ad
from salary_assets.labelling.mistral import MistralLabeller, mistral_labeller
from salary_assets.storage import load_settings
from salary_assets_tests.emulators.mistral import MistralEmulator

JOBS = (
    ("Python-разработчик", "senior", "FastAPI, PostgreSQL, Kafka"),
    ("Системный аналитик", "middle", "BPMN, SQL, REST"),
    ("DevOps-инженер", "middle", "Kubernetes, Terraform, Ansible"),
    ("Тестировщик", "junior", "Postman, SQL, Selenium"),
)


def ads(number: int) -> list[Ad]:
    """So many different posts, the jobs in turn."""
    return [Ad(text=post(place)) for place in range(number)]


def post(place: int) -> str:
    job, grade, skills = JOBS[place % len(JOBS)]
    return (
        f"#вакансия {job} ({grade}) в команду № {place}\n"
        f"Зарплата: 250 000 - 300 000 руб. на руки\nФормат: удалённо\nОпыт: от 3 лет\nСтек: {skills}\n"
        "Пишите: @hr_person"
    )


@contextmanager
def asking(server: MistralEmulator, home: Path, model: str = "", **limits: str) -> Iterator[MistralLabeller]:
    """A labeller with a cache in `home` that asks the emulator. `limits`: settings without SALARY_ASSETS_LLM_."""
    limits = {"POLL_SECONDS": "0.05", "RETRY_SECONDS": "1", "TIMEOUT_SECONDS": "20", "RUB_PER_USD": "80", **limits}
    env = {f"SALARY_ASSETS_LLM_{name}": value for name, value in limits.items()}
    env |= {"MISTRAL_SERVER_URL": server.url, "SALARY_ASSETS_MISTRAL_MODEL": model}
    labeller = mistral_labeller(load_settings(home, env))
    try:
        yield labeller
    finally:
        labeller.close()
