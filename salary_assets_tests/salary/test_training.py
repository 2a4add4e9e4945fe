"""The training set: who is in it, with which pay, and what becomes of the words."""

from __future__ import annotations

import pandas as pd
import pytest

from salary_assets.market import build_vacancies
from salary_assets.salary.training import build_training_set, inputs_of
from salary_assets.storage.schemas import MappedSkills, VacancyClusters
from salary_assets_tests.market.frames import TEXT, pay, posting, tables

OTHER = "Ищем администратора Linux: серверы, сети, резервные копии, дежурства по графику и разбор обращений в офисе."
THIRD = "Нужен тестировщик: проверки вручную и автоматические, отчёты об ошибках, разговоры с разработчиками продукта."
FOURTH = "Требуется аналитик данных: отчёты, витрины, выборки, проверка догадок о поведении покупателей магазина."


@pytest.fixture(scope="module")
def vacancies() -> pd.DataFrame:
    return build_vacancies(
        *tables(
            (posting(1, title="Java-разработчик до 250к"), pay(200_000, 250_000)),
            (posting(2, text=OTHER, title="Администратор 8.3"), pay(90_000, None)),
            (posting(3, text=THIRD), {}),
            (posting(4, text=FOURTH + " Оклад от 120 000 рублей, 5 дней."), pay(800, 900, period="project")),
            (posting(5), pay(200_000, 250_000) | {"city": "Тверь", "region": "Тверская область"}),
        )
    ).vacancies


def _skills(*pairs: tuple[str, str]) -> pd.DataFrame:
    about = {"is_it": True, "confidence": 1.0}
    rows = [{"vacancy_id": of, "canon_id": one, "canon": one, "spelling": one} | about for of, one in pairs]
    return MappedSkills.frame(rows)


@pytest.fixture(scope="module")
def inputs(vacancies: pd.DataFrame) -> pd.DataFrame:
    about = {"position": "Программист, разработчик", "title_key": "java", "confidence": 1.0}
    clusters = VacancyClusters.frame([{"vacancy_id": "hh/1", "job_cluster_id": "java-1"} | about])
    mapped = _skills(("hh/1", "sql"), ("hh/1", "java"), ("hh/2", "linux"))
    return inputs_of(vacancies, mapped, clusters).set_index("vacancy_id", drop=False)


def test_only_ads_with_comparable_pay_are_learned_from_and_one_end_is_enough(vacancies: pd.DataFrame) -> None:
    rows = build_training_set(vacancies, _skills(), VacancyClusters.no_rows())
    assert rows["vacancy_id"].tolist() == ["hh/1", "hh/2", "hh/5"]
    assert rows["pay_upper"].isna().tolist() == [False, True, False]
    assert rows["pay_lower"].tolist() == [200_000, 90_000, 200_000]


def test_pay_that_cannot_be_compared_is_null_and_not_zero(inputs: pd.DataFrame, vacancies: pd.DataFrame) -> None:
    assert vacancies.set_index("vacancy_id").loc["hh/4", "pay_status"] != "comparable"
    assert inputs.loc[["hh/3", "hh/4"], ["pay_lower", "pay_upper"]].isna().all(axis=None)


def test_an_employer_is_as_large_as_its_ads_are_many_paid_or_not(inputs: pd.DataFrame) -> None:
    assert inputs["employer_ads"].tolist() == [5] * 5


def test_one_text_in_two_cities_is_one_group(inputs: pd.DataFrame) -> None:
    assert inputs.loc["hh/1", "group"] == inputs.loc["hh/5", "group"]
    assert inputs["group"].nunique() == 4


def test_skills_and_kinds_of_job_are_those_of_the_vacancy(inputs: pd.DataFrame) -> None:
    assert inputs["skills"].tolist() == [["java", "sql"], ["linux"], [], [], []]
    assert inputs["job_cluster_id"].tolist()[0] == "java-1"
    assert inputs["job_cluster_id"].isna().tolist() == [False, True, True, True, True]


def test_words_lose_their_amounts(inputs: pd.DataFrame) -> None:
    assert inputs["title"].tolist()[:2] == ["Java-разработчик", "Администратор 8.3"]
    assert inputs.loc["hh/1", "text"] == TEXT
    assert "рублей" not in inputs.loc["hh/4", "text"] and "0 дней" in inputs.loc["hh/4", "text"]
