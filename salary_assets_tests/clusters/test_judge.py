"""Borderline merges of kinds of job: a judge on loopback decides those, and only those, whatever else it says."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from salary_assets.clusters import cluster_vacancies, judge_from, skills_by_position
from salary_assets.defs.clusters.assets import clusters_and_profiles
from salary_assets.defs.resources import Home
from salary_assets.storage import load_settings
from salary_assets_tests.clusters.test_clusters import DEVELOPER, market
from salary_assets_tests.emulators.mistral import MistralEmulator, kind_of

AERO, HYDRO = "Смотритель установки аэропоники", "Смотритель установки гидропоники"
NEAR = "Пасечник станков и ульев дома"
TITLES = [
    *["Пасечник станка ульев"] * 5,
    *[AERO] * 5,
    NEAR,
    HYDRO,
    *["Лесничий", "Бортник", "Кузнец", "Гончар", "Шорник", "Бондарь", "Стеклодув"],
]
"""HYDRO is a little nearer to AERO than the threshold asks; NEAR is nearer to its kind than any doubt, the rest far."""


def choosing(choice: str | None) -> Callable[[dict[str, Any]], dict[str, Any]]:
    return lambda question: kind_of(question, choice)


def environment(server: MistralEmulator) -> dict[str, str]:
    return {
        "SALARY_ASSETS_LABELLER": "mistral",
        "MISTRAL_SERVER_URL": server.url,
        "SALARY_ASSETS_LLM_POLL_SECONDS": "0.05",
        "SALARY_ASSETS_LLM_RETRY_SECONDS": "1",
    }


def kinds(server: MistralEmulator | None, home: Path, titles: list[str] = TITLES) -> pd.Series[str]:
    """Title -> its kind of job, as judged by the server, or by rules alone."""
    vacancies, mapped = market([(title, DEVELOPER) for title in titles])
    settings = load_settings(home, environment(server) if server else {})
    with judge_from(settings) as judge:
        assigned, _ = cluster_vacancies(vacancies, mapped.head(0), judge=judge)
    return assigned.assign(title=titles).drop_duplicates("title").set_index("title")["job_cluster_id"]


def test_without_a_judge_the_threshold_decides(tmp_path: Path) -> None:
    found = kinds(None, tmp_path)
    assert found[HYDRO] == found[AERO]
    assert found[NEAR] == found[TITLES[0]]


def test_a_judge_keeps_a_doubtful_title_apart_and_is_asked_about_no_other(tmp_path: Path) -> None:
    with MistralEmulator() as server:
        found = kinds(server, tmp_path)
    assert list(server.paid) == [HYDRO]
    assert found[HYDRO] != found[AERO]
    assert found[NEAR] == found[TITLES[0]]


def test_a_judge_lets_a_doubtful_title_join_what_it_chooses(tmp_path: Path) -> None:
    with MistralEmulator(kinds=choosing(AERO)) as server:
        found = kinds(server, tmp_path)
    assert found[HYDRO] == found[AERO]


@pytest.mark.parametrize("trouble", ["refused", "prose", "truncated"])
def test_without_a_usable_answer_the_threshold_decides(tmp_path: Path, trouble: str) -> None:
    with MistralEmulator(troubles=[trouble] * 10) as server:
        found = kinds(server, tmp_path)
    assert found[HYDRO] == found[AERO]


def test_a_choice_that_was_not_offered_decides_nothing(tmp_path: Path) -> None:
    with MistralEmulator(kinds=choosing("Кузнец")) as server:
        found = kinds(server, tmp_path)
    assert found[HYDRO] == found[AERO] != found["Кузнец"]


def test_a_title_with_a_contact_or_an_amount_is_not_sent(tmp_path: Path) -> None:
    titles = [f"{HYDRO} hr@example.com" if title == HYDRO else title for title in TITLES]
    with MistralEmulator() as server:
        kinds(server, tmp_path, titles)
    assert not server.paid


def test_a_second_night_asks_nothing_and_says_the_same(tmp_path: Path) -> None:
    with MistralEmulator() as server:
        first, second = kinds(server, tmp_path), kinds(server, tmp_path)
    assert first.equals(second)
    assert server.paid[HYDRO] == 1


def test_the_asset_asks_as_the_settings_of_the_home_say(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    vacancies, mapped = market([(title, DEVELOPER) for title in TITLES])
    mapped = mapped.head(0)
    with MistralEmulator() as server:
        for name, value in environment(server).items():
            monkeypatch.setenv(name, value)
        clusters, _ = clusters_and_profiles(
            home=Home(path=str(tmp_path)),
            vacancies=vacancies,
            mapped_skills=mapped,
            position_skills=skills_by_position(mapped, vacancies),
        )
    assert '"questions": 1' in str(clusters.metadata["account"])
