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
def asking(server: MistralEmulator, home: Path, **env: str) -> Iterator[MistralLabeller]:
    """A labeller with a cache in `home` that asks the emulator. `env`: settings without SALARY_ASSETS_LLM_."""
    values = {"POLL_SECONDS": "0.05", "RETRY_SECONDS": "1", "TIMEOUT_SECONDS": "20", "RUB_PER_USD": "80", **env}
    prefixed = {f"SALARY_ASSETS_LLM_{name}": value for name, value in values.items() if name.isupper()}
    labeller = mistral_labeller(load_settings(home, {"MISTRAL_SERVER_URL": server.url, **prefixed}))
    try:
        yield labeller
    finally:
        labeller.close()
