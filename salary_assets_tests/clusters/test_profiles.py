"""Profiles of kinds of job and the skills of professions: counts, quartiles, names, and what is too rare to be told."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from salary_assets.clusters import cluster_vacancies, guess_positions, skills_by_position
from salary_assets.clusters.profiles import profiles
from salary_assets.storage.vocabulary import NOT_IT, OTHER_IT
from salary_assets_tests.clusters.test_clusters import DEVELOPER, TESTER, market

NOTHING_MAPPED = pd.DataFrame(columns=["vacancy_id", "canon_id", "canon"], dtype="str")


def ads(*rows: dict[str, Any]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Vacancies and the kinds of job that they have: all of kind `job-a` without pay, unless said otherwise."""
    usual = {"title": "Тестировщик", "employer_key": "one", "grades": [], "pay_lower": None, "pay_upper": None}
    usual |= {"job_cluster_id": "job-a", "position": TESTER, "family_id": None}
    frame = pd.DataFrame([{"vacancy_id": f"hh/{number}"} | usual | row for number, row in enumerate(rows)])
    frame = frame.astype({"pay_lower": "float64", "pay_upper": "float64", "family_id": "str", "employer_key": "str"})
    kinds = ["vacancy_id", "job_cluster_id", "position", "family_id"]
    return frame.drop(columns=kinds[1:]), frame[kinds]


def of_kind(table: pd.DataFrame, kind: str = "job-a") -> dict[str, Any]:
    return table.set_index("job_cluster_id").loc[kind].to_dict()


def test_employers_are_counted_once_and_pay_is_of_those_who_state_it() -> None:
    vacancies, kinds = ads(
        {"pay_lower": 100_000.0, "pay_upper": 140_000.0},
        {"pay_lower": 200_000.0},
        {"pay_upper": 300_000.0, "employer_key": "two"},
        {"employer_key": "two"},
        {"employer_key": None},
    )

    found = of_kind(profiles(vacancies, NOTHING_MAPPED, kinds))

    assert (found["vacancies"], found["employers"], found["paid"]) == (5, 2, 3)
    assert (found["pay_p25"], found["pay_p50"], found["pay_p75"]) == (160_000, 200_000, 250_000)


def test_a_kind_is_called_by_the_title_that_most_employers_use() -> None:
    loud = [{"title": "Нажиматель кнопок"}] * 5
    vacancies, kinds = ads(*loud, *({"title": "Тестировщик", "employer_key": name} for name in ("two", "three")))

    found = of_kind(profiles(vacancies, NOTHING_MAPPED, kinds))

    assert (found["name"], found["titles"]) == ("Тестировщик", ["Тестировщик", "Нажиматель кнопок"])


def test_a_family_is_called_by_its_kind_with_most_employers() -> None:
    one_employer = [{"title": "Тестировщик Ромашки", "family_id": "family-1"}] * 4
    several = [
        {"title": "Инженер качества", "family_id": "family-1", "job_cluster_id": "job-b", "employer_key": name}
        for name in ("two", "three")
    ]
    alone = {"title": "Тестировщик игр", "job_cluster_id": "job-c"}

    table = profiles(*_with(NOTHING_MAPPED, *one_employer, *several, alone))

    assert of_kind(table)["family"] == of_kind(table, "job-b")["family"] == "Инженер качества"
    assert pd.isna(of_kind(table, "job-c")["family"])


def _with(mapped: pd.DataFrame, *rows: dict[str, Any]) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    vacancies, kinds = ads(*rows)
    return vacancies, mapped, kinds


def test_skills_of_a_profile_are_named_by_a_tenth_of_it_and_first_those_that_others_lack() -> None:
    rows = [{}] * 20 + [{"job_cluster_id": "job-b"}] * 20
    named = [(number, "Git") for number in range(40)] + [(number, "Selenium") for number in range(12)]
    named += [(number, "Postman") for number in range(2)] + [(3, "Ромашка")]
    mapped = pd.DataFrame([(f"hh/{number}", skill) for number, skill in named], columns=["vacancy_id", "canon"])

    table = profiles(*_with(mapped, *rows))

    assert of_kind(table)["top_skills"] == ["Git", "Selenium", "Postman"]
    assert of_kind(table, "job-b")["top_skills"] == ["Git"]
    fewer = profiles(*_with(mapped[mapped["vacancy_id"] != "hh/1"], *rows))
    assert "Postman" not in of_kind(fewer)["top_skills"]


def test_grades_of_a_profile_are_first_those_that_most_employers_seek() -> None:
    rows = [{"grades": ["junior"]}] * 3
    rows += [{"grades": ["senior", "middle"], "employer_key": "two"}, {"grades": ["senior"], "employer_key": "three"}]

    assert of_kind(profiles(*_with(NOTHING_MAPPED, *rows)))["grades"] == ["senior", "junior", "middle"]


def demanded(positions: list[str | None], skills: list[list[str]], grades: list[list[str]]) -> pd.DataFrame:
    ids = [f"hh/{number}" for number in range(len(positions))]
    vacancies = pd.DataFrame({"vacancy_id": ids, "position": positions, "grades": grades})
    rows = [(one, skill, skill) for one, named in zip(ids, skills, strict=True) for skill in named]
    mapped = pd.DataFrame(rows, columns=["vacancy_id", "canon_id", "canon"])
    return skills_by_position(mapped, vacancies.astype({"position": "str"}))


def test_a_skill_is_demanded_from_three_vacancies_on_and_its_share_is_of_those_with_skills() -> None:
    positions = [TESTER] * 5 + [DEVELOPER] * 3 + [None] * 4
    skills = [["sql", "git"], ["sql", "git"], ["sql"], ["jira"], [], *[["sql"]] * 3, *[["git"]] * 4]

    table = demanded(positions, skills, [[]] * 12).set_index(["position", "grade", "canon_id"])

    assert sorted(table.index) == sorted([(DEVELOPER, "any", "sql"), (TESTER, "any", "sql")])
    assert table.loc[(TESTER, "any", "sql"), ["vacancies", "share"]].tolist() == [3, 3 / 4]
    assert table.loc[(TESTER, "any", "sql"), "lift"] == pytest.approx((3 / 4) / (6 / 7))


def test_a_vacancy_of_two_grades_counts_for_each_and_once_for_all() -> None:
    table = demanded([TESTER] * 4, [["sql"]] * 3 + [["git"]], [["middle", "senior"]] * 3 + [[]])

    counted = table.set_index(["grade", "canon_id"])[["vacancies", "share"]]
    assert counted.loc[("any", "sql")].tolist() == [3, 3 / 4]
    assert counted.loc[("middle", "sql")].tolist() == counted.loc[("senior", "sql")].tolist() == [3, 1.0]


def test_nobody_is_guessed_to_be_of_a_profession_of_last_resort_or_from_two_skills() -> None:
    testing, control, selling = ["postman", "selenium", "jmeter"], ["scada", "plc", "opc"], ["crm", "excel", "b2b"]
    positions = [TESTER] * 20 + [OTHER_IT] * 20 + [NOT_IT] * 20
    usual = demanded(positions, [testing] * 20 + [control] * 20 + [selling] * 20, [[]] * 60)
    silent = {"hh/t": testing, "hh/two": testing[:2], "hh/o": control, "hh/n": selling}
    rows = [(one, skill) for one, skills in silent.items() for skill in [*skills, skills[0]]]

    guessed = guess_positions(pd.DataFrame(rows, columns=["vacancy_id", "canon_id"]), usual)

    assert guessed[["vacancy_id", "position"]].values.tolist() == [["hh/t", TESTER]]


def test_work_that_is_not_in_it_has_kinds_of_job_and_no_family() -> None:
    vacancies, mapped = market([("Верстальщик", DEVELOPER)] * 6 + [("Верстальщик", NOT_IT)] * 6)

    assigned, _ = cluster_vacancies(vacancies, mapped)

    assert assigned["job_cluster_id"].notna().all()
    assert assigned["family_id"].isna().tolist() == [False] * 6 + [True] * 6


def test_a_profession_that_nobody_read_is_other_it_or_not_it_as_the_ad_is() -> None:
    vacancies, mapped = market([("Смотритель маяка", TESTER)] * 3)
    vacancies["position"] = pd.Series([None] * 3, dtype="str")
    vacancies["is_it"] = pd.array([True, False, None], dtype="boolean")

    assigned, _ = cluster_vacancies(vacancies, mapped)

    assert assigned.sort_values("vacancy_id")["position"].tolist() == [OTHER_IT, NOT_IT, OTHER_IT]
