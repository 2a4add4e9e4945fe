"""Kinds of job: titles grouped within a profession, stable ids, profiles; and the skills of professions."""

from __future__ import annotations

import pandas as pd

from salary_assets.clusters import cluster_vacancies, guess_positions, skills_by_position
from salary_assets.clusters.titles import read_title
from salary_assets.storage.schemas.clusters import ClusterProfiles, PositionSkills, VacancyClusters

DEVELOPER, TESTER = "Программист, разработчик", "Тестировщик"
TITLES = [
    ("Python-разработчик", DEVELOPER),
    ("Senior Python developer (удалённо)", DEVELOPER),
    ("Программист Python, г. Москва", DEVELOPER),
    ("Ведущий Java разработчик", DEVELOPER),
    ("Java Developer", DEVELOPER),
    ("QA Engineer", TESTER),
    ("Тестировщик ПО", TESTER),
    ("Python developer", TESTER),
]


def market(titles: list[tuple[str, str]]) -> tuple[pd.DataFrame, pd.DataFrame]:
    ids = [f"hh/{number:03}" for number in range(len(titles))]
    vacancies = pd.DataFrame(
        {
            "vacancy_id": ids,
            "title": [title for title, _ in titles],
            "position": [position for _, position in titles],
            "is_it": True,
            "employer_key": [f"e{number % 3}" for number in range(len(titles))],
            "grades": [["senior"] if "Senior" in title else [] for title, _ in titles],
            "pay_lower": [100_000.0 + 10_000 * number for number in range(len(titles))],
            "pay_upper": float("nan"),
        }
    ).astype({"is_it": "boolean"})
    rows = [
        (one, *skill)
        for one, (_, position) in zip(ids, titles, strict=True)
        for skill in ([("python", "Python"), ("git", "Git"), ("docker", "Docker")] if position == DEVELOPER else
                      [("postman", "Postman"), ("selenium", "Selenium"), ("git", "Git")])
    ]  # fmt: skip
    return vacancies, pd.DataFrame(rows, columns=["vacancy_id", "canon_id", "canon"])


def clusters_of(titles: list[tuple[str, str]], previous: pd.DataFrame | None = None) -> pd.DataFrame:
    assigned, _ = cluster_vacancies(*market(titles), previous)
    return assigned


def test_a_title_is_read_without_grade_place_and_chatter() -> None:
    assert read_title("Senior Python developer (удалённо)").key == read_title("Программист Python, г. Москва").key


def test_brackets_say_what_a_wide_title_leaves_open() -> None:
    assert read_title("Главный инженер (Backend-разработчик)").roles == read_title("Backend-разработчик").roles
    assert read_title("Backend-разработчик (в команду тестировщиков)").roles == ("бэкенд-разработчик",)


def test_an_ordinary_word_of_a_title_is_no_product() -> None:
    assert read_title("Специалист в офис продаж").technologies == ()
    assert read_title("Специалист Linux").technologies == ("linux",)


def test_shuffled_vacancies_make_the_same_clusters() -> None:
    vacancies, mapped = market(TITLES)
    shuffled = vacancies.sample(frac=1, random_state=3), mapped.sample(frac=1, random_state=4)
    for made, again in zip(cluster_vacancies(vacancies, mapped), cluster_vacancies(*shuffled), strict=True):
        pd.testing.assert_frame_equal(made, again)


def test_titles_of_one_job_are_one_cluster_and_other_jobs_are_not() -> None:
    jobs = clusters_of(TITLES)["job_cluster_id"].tolist()
    assert jobs[0] == jobs[1] == jobs[2]
    assert jobs[3] == jobs[4] != jobs[0]
    assert jobs[5] == jobs[6]


def test_a_cluster_never_spans_two_professions() -> None:
    assigned = clusters_of(TITLES)
    assert (assigned.groupby("job_cluster_id")["position"].nunique() == 1).all()
    assert assigned["job_cluster_id"].iloc[7] != assigned["job_cluster_id"].iloc[0]


def test_ids_stay_when_titles_are_added() -> None:
    before = clusters_of(TITLES)
    after = clusters_of([*TITLES, *[("Разработчик Haskell", DEVELOPER)] * 20], before)
    assert after["job_cluster_id"].tolist()[: len(TITLES)] == before["job_cluster_id"].tolist()


def test_profiles_count_vacancies_employers_and_pay() -> None:
    _, profiles = cluster_vacancies(*market(TITLES))
    python = profiles[profiles["titles"].map(lambda titles: "Python-разработчик" in titles)].iloc[0]
    assert (python["vacancies"], python["employers"], python["paid"], python["pay_p50"]) == (3, 3, 3, 110_000.0)
    assert python["top_skills"][0] in ("Python", "Docker")
    assert python["grades"] == ["senior"]


def test_tables_keep_their_contracts() -> None:
    vacancies, mapped = market(TITLES)
    assigned, profiles = cluster_vacancies(vacancies, mapped)
    demanded = skills_by_position(mapped, vacancies)
    for contract, frame in ((VacancyClusters, assigned), (ClusterProfiles, profiles), (PositionSkills, demanded)):
        assert contract.to_arrow(frame).num_rows == len(frame)


def test_a_profession_demands_its_skills_with_share_and_lift() -> None:
    vacancies, mapped = market(TITLES)
    demanded = skills_by_position(mapped, vacancies).set_index(["position", "grade", "canon_id"])
    assert demanded.loc[(TESTER, "any", "postman"), "share"] == 1.0
    assert demanded.loc[(TESTER, "any", "postman"), "lift"] == 8 / 3
    assert demanded.loc[(TESTER, "any", "git"), "lift"] == 1.0


def test_skills_point_to_the_profession_of_an_ad_that_names_none() -> None:
    vacancies, mapped = market(TITLES * 5)
    demanded = skills_by_position(mapped, vacancies)
    silent = pd.DataFrame({"vacancy_id": "tg/1", "canon_id": ["postman", "selenium", "git"]})
    vague = pd.DataFrame({"vacancy_id": "tg/2", "canon_id": ["git"]})
    guessed = guess_positions(pd.concat([silent, vague]), demanded)
    assert guessed[["vacancy_id", "position"]].values.tolist() == [["tg/1", TESTER]]
