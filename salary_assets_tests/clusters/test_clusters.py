"""Kinds of job: titles grouped within a profession, stable ids, profiles; and the skills of professions."""

from __future__ import annotations

import pandas as pd

from salary_assets.clusters import cluster_vacancies, guess_positions, skills_by_position
from salary_assets.clusters.positions import SURE
from salary_assets.storage.schemas.clusters import ClusterProfiles, PositionSkills, VacancyClusters
from salary_assets.storage.vocabulary import OTHER_IT

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
            "position_by": "rules",
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


def test_modules_of_a_suite_tell_its_consultants_apart_however_few_employers_name_them() -> None:
    rare = [(f"Консультант SAP {word}", OTHER_IT) for word in ("TRM", "QM", "Прогресс")]
    jobs = clusters_of([*[("Консультант SAP", OTHER_IT)] * 4, *rare])["job_cluster_id"].tolist()
    assert len(set(jobs[3:6])) == 3
    assert jobs[6] == jobs[0]


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


def test_a_rare_speciality_is_the_kind_of_job_that_it_specialises() -> None:
    jobs = clusters_of(
        [
            *TITLES,
            ("Разработчик Java (Spring)", DEVELOPER),
            *[("Java-разработчик", DEVELOPER)] * 3,
            ("QA Engineer (Postman)", TESTER),
            ("Тестировщик", TESTER),
            ("Разработчик Haskell", DEVELOPER),
        ]
    )["job_cluster_id"].tolist()
    assert jobs[8] == jobs[9] == jobs[3]
    assert jobs[12] == jobs[5]
    assert jobs[14] not in jobs[:14]


ANALYST = "Аналитик"


def test_what_a_vague_title_is_about_keeps_it_out_of_the_wide_kind_and_a_name_of_one_employer_does_not() -> None:
    jobs = clusters_of(
        [
            *[("Аналитик", ANALYST)] * 6,
            *[("Аналитик логистики", ANALYST)] * 3,
            ("Аналитик (логистика)", ANALYST),
            ("Аналитик логистики и складов Ромашки", ANALYST),
            ("Аналитик в Ромашку", ANALYST),
        ]
    )["job_cluster_id"].tolist()
    assert jobs[0] != jobs[6] == jobs[9]
    assert jobs[10] not in (jobs[0], jobs[6])
    assert jobs[11] == jobs[0]


def test_a_rare_title_is_not_by_likeness_the_job_of_a_technology_that_it_does_not_name() -> None:
    others = ("Oracle", "MongoDB", "Jira", "Kafka", "Redis", "Docker", "Figma", "Hadoop")
    tail = [(f"Аналитик {technology}", ANALYST) for technology in others]
    rare = ("Аналитик внедрения, сопровождения и эксплуатации", ANALYST)
    jobs = clusters_of([*[(f"{rare[0]} 1С", ANALYST)] * 8, *tail, rare])["job_cluster_id"].tolist()
    assert jobs[-1] not in jobs[:-1]


def test_a_title_of_two_technologies_is_the_job_of_neither() -> None:
    jobs = clusters_of(
        [
            *[("Java-разработчик", DEVELOPER)] * 4,
            *[("PHP-разработчик", DEVELOPER)] * 4,
            ("Разработчик Java/PHP", DEVELOPER),
            ("Разработчик Java, PostgreSQL", DEVELOPER),
            *[("Full-stack разработчик", DEVELOPER)] * 4,
            ("Full-stack разработчик (Haskell)", DEVELOPER),
        ]
    )["job_cluster_id"].tolist()
    assert jobs[8] not in jobs[:8]
    assert jobs[9] == jobs[0]
    assert jobs[14] != jobs[10]


def test_developers_of_a_technology_are_what_most_who_name_it_are_called() -> None:
    frontend = [("Frontend-разработчик (React)", DEVELOPER)]
    jobs = clusters_of([*frontend * 4, *[("React-разработчик", DEVELOPER)] * 2])["job_cluster_id"]
    assert jobs.nunique() == 1
    assert clusters_of([*frontend * 4, *[("React-разработчик", DEVELOPER)] * 3])["job_cluster_id"].nunique() == 2


def test_a_role_of_another_profession_says_less_than_the_words_beside_it() -> None:
    analysts = [("Аналитик", ANALYST)] * 60
    testers = [("Тестировщик", TESTER)] * 30
    jobs = clusters_of([*analysts, *testers, ("Тестирование гипотез", ANALYST), ("Тестирование спроса", ANALYST)])
    assert jobs["job_cluster_id"].iloc[-1] != jobs["job_cluster_id"].iloc[-2]


def test_a_developer_whose_title_names_no_language_is_known_by_the_one_of_its_skills() -> None:
    titles = ["PHP-разработчик"] * 4 + ["Java-разработчик"] * 4 + ["Разработчик"] * 6 + ["Разработчик (лояльность)"]
    vacancies, _ = market([(title, DEVELOPER) for title in titles])
    named = [["php"]] * 4 + [["java"]] * 4
    named += [["laravel", "javascript", "html"], ["php", "sql"], ["spring"], ["java", "php"], ["git"], ["sql"], ["php"]]
    rows = [(one, skill, skill) for one, skills in zip(vacancies["vacancy_id"], named, strict=True) for skill in skills]
    mapped = pd.DataFrame(rows, columns=["vacancy_id", "canon_id", "canon"])
    jobs = cluster_vacancies(vacancies, mapped)[0].set_index("vacancy_id")["job_cluster_id"].tolist()
    php, java = jobs[0], jobs[4]
    assert jobs[8:11] == [php, php, java]
    assert len({*jobs[11:14], php, java}) == 3
    assert jobs[14] == php


def test_a_role_of_another_trade_beside_ones_own_leaves_the_words_to_say_the_job() -> None:
    testers = [("Тестировщик", TESTER)] * 120
    sellers = [("Менеджер по продажам", "Менеджер продукта")] * 80
    of_furniture = [("Тестировщик, менеджер по продажам мебели", TESTER)] * 3
    of_a_service = [("Тестировщик, менеджер по продажам сервиса", TESTER)] * 3
    jobs = clusters_of([*testers, *sellers, *of_furniture, *of_a_service])["job_cluster_id"]
    assert jobs.iloc[-1] != jobs.iloc[-4]
    assert jobs.iloc[-6:].nunique() == 2


def test_a_rare_title_is_no_teachers_or_leaders_job() -> None:
    testers = [("Тестировщик", TESTER)] * 12
    jobs = clusters_of([*testers, ("Преподаватель, тестировщик", TESTER), ("Специалист, тестировщик", TESTER)])
    assert jobs["job_cluster_id"].iloc[-2] != jobs["job_cluster_id"].iloc[0] == jobs["job_cluster_id"].iloc[-1]


FAMILIES = [
    *[("Java-разработчик", DEVELOPER)] * 6,
    *[("Backend-разработчик Java", DEVELOPER)] * 6,
    *[("Верстальщик", DEVELOPER)] * 6,
    ("Разработчик Java (Kotlin)", DEVELOPER),
    *[("Java QA Engineer", TESTER)] * 6,
    ("Специалист", DEVELOPER),
]


def family_market() -> tuple[pd.DataFrame, pd.DataFrame]:
    """FAMILIES, with Java and SQL named by every Java title, HTML and CSS by the others."""
    vacancies, _ = market(FAMILIES)
    named = [("java", "sql") if "Java" in title else ("html", "css") for title, _ in FAMILIES]
    rows = [(one, skill, skill) for one, pair in zip(vacancies["vacancy_id"], named, strict=True) for skill in pair]
    return vacancies, pd.DataFrame(rows, columns=["vacancy_id", "canon_id", "canon"])


def test_kinds_of_one_profession_with_one_stack_are_a_family_and_no_family_spans_two() -> None:
    assigned, profiles = cluster_vacancies(*family_market())
    family = assigned["family_id"].tolist()
    assert family[0] == family[6] == family[18]
    assert len({family[0], family[12], family[19]}) == 3
    assert assigned["job_cluster_id"].tolist()[0] != assigned["job_cluster_id"].tolist()[6]
    assert profiles.groupby("family_id")["position"].nunique().max() == 1
    assert set(profiles.loc[profiles["family_id"] == family[0], "family"]) <= {title for title, _ in FAMILIES[:7]}


def test_a_title_that_says_nothing_has_no_family() -> None:
    assert cluster_vacancies(*family_market())[0]["family_id"].isna().tolist()[25]


def test_a_family_keeps_its_id_when_another_kind_becomes_its_largest() -> None:
    vacancies, mapped = family_market()
    before, _ = cluster_vacancies(vacancies, mapped)
    more = pd.concat([vacancies, vacancies.iloc[6:12].assign(vacancy_id=lambda ads: "new/" + ads["vacancy_id"])])
    after, _ = cluster_vacancies(more.reset_index(drop=True), mapped, before)
    assert (
        after.set_index("vacancy_id")["family_id"].reindex(before["vacancy_id"]).tolist()[:19]
        == (before["family_id"].tolist()[:19])
    )


def test_titles_that_name_no_job_have_no_kind_of_job_today_or_tomorrow() -> None:
    tail = [(f"Инженер {word}", DEVELOPER) for word in ("СЭД", "АВС", "ЕКК", "КОП", "ШПД", "УКМ", "РФИ", "ОПР")]
    titles = [("Ведущий инженер", DEVELOPER), ("IT компания", DEVELOPER), ("Технический специалист", TESTER), *tail]
    first = clusters_of(titles)
    assert first["job_cluster_id"].isna().tolist() == [True] * 3 + [False] * len(tail)
    assert first["family_id"][:3].isna().all()
    pd.testing.assert_frame_equal(clusters_of(titles, first), first)
    _, table = cluster_vacancies(*market(titles))
    assert table["vacancies"].sum() == len(tail)


def test_ids_stay_when_titles_are_added() -> None:
    before = clusters_of(TITLES)
    after = clusters_of([*TITLES, *[("Разработчик Haskell", DEVELOPER)] * 20], before)
    assert after["job_cluster_id"].tolist()[: len(TITLES)] == before["job_cluster_id"].tolist()


def test_kinds_that_come_apart_share_no_id_though_one_goes_on_under_the_name_of_the_other() -> None:
    apart = clusters_of(TITLES)
    java, python = apart["job_cluster_id"][3], apart["job_cluster_id"][0]
    # Java's ads were once held together with Python's under the id that Python's name makes, and Java keeps it.
    together = apart.assign(job_cluster_id=apart["job_cluster_id"].replace(java, python)).iloc[3:5]
    after = clusters_of(TITLES, together)["job_cluster_id"].tolist()
    assert after[3] == after[4] == python
    assert after[0] == after[1] == after[2] != python
    assert clusters_of(TITLES, clusters_of(TITLES, together))["job_cluster_id"].nunique() == 4


def test_families_that_come_apart_share_no_id() -> None:
    vacancies, mapped = family_market()
    apart, _ = cluster_vacancies(vacancies, mapped)
    first, other = apart["family_id"][0], apart["family_id"][12]
    together = apart[apart["family_id"] == other].assign(family_id=first)
    after, _ = cluster_vacancies(vacancies, mapped, together)
    assert after["family_id"][12] == first
    assert after["family_id"].dropna().nunique() == apart["family_id"].dropna().nunique()


def test_profiles_count_vacancies_employers_and_pay() -> None:
    _, profiles = cluster_vacancies(*market(TITLES))
    python = profiles[profiles["titles"].map(lambda titles: "Python-разработчик" in titles)].iloc[0]
    assert (python["vacancies"], python["employers"], python["paid"], python["pay_p50"]) == (3, 3, 3, 110_000.0)
    assert python["top_skills"][0] in ("Python", "Docker")
    assert python["grades"] == ["senior"]


def test_a_market_whose_ads_name_no_skill_has_kinds_of_job() -> None:
    vacancies, mapped = market(TITLES)
    assigned, profiles = cluster_vacancies(
        vacancies, mapped.head(0), demanded=skills_by_position(mapped.head(0), vacancies)
    )
    assert assigned["job_cluster_id"].nunique() == len(profiles) == 4
    assert profiles["top_skills"].tolist() == [[]] * 4


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


def lacking(position: str | None) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Forty known vacancies, one whose skills are a tester's and one of whom a single skill is known."""
    vacancies, mapped = market([*TITLES * 5, ("Ищем человека", TESTER), ("Ищем человека", TESTER)])
    vacancies.loc[vacancies["title"] == "Ищем человека", "position"] = position
    return vacancies, mapped[(mapped["vacancy_id"] != "hh/041") | (mapped["canon_id"] == "git")]


def test_skills_point_to_the_profession_of_an_ad_that_names_none() -> None:
    vacancies, mapped = lacking(None)
    silent = mapped[mapped["vacancy_id"].isin(["hh/040", "hh/041"])]
    guessed = guess_positions(silent, skills_by_position(mapped, vacancies))
    assert guessed[["vacancy_id", "position"]].values.tolist() == [["hh/040", TESTER]]


def test_a_guess_places_an_ad_of_no_profession_and_stands_beside_what_a_title_was_read_as() -> None:
    for read, placed in ((None, TESTER), (OTHER_IT, OTHER_IT)):
        vacancies, mapped = lacking(read)
        assigned, _ = cluster_vacancies(vacancies, mapped, demanded=skills_by_position(mapped, vacancies))
        found = assigned.set_index("vacancy_id").loc["hh/040"]
        assert (found["position"], found["position_guessed"]) == (placed, TESTER)
        assert found["position_confidence"] >= SURE
    assert assigned["position_guessed"].notna().sum() == 1


def test_what_a_source_itself_calls_other_is_not_guessed() -> None:
    vacancies, mapped = lacking(OTHER_IT)
    vacancies["position_by"] = "stated"
    assigned, _ = cluster_vacancies(vacancies, mapped, demanded=skills_by_position(mapped, vacancies))
    assert assigned["position_guessed"].isna().all()


def open_titles(skills: list[list[str]]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Ads of one vague title in as many wordings as there are lists of skills."""
    said = ["по автоматизации", "- автоматизация", "(автоматизация)", "отдела автоматизации", "в группу автоматизации"]
    vacancies, _ = market([(f"Специалист {said[number]}", OTHER_IT) for number in range(len(skills))])
    rows = [(one, skill, skill) for one, named in zip(vacancies["vacancy_id"], skills, strict=True) for skill in named]
    return vacancies, pd.DataFrame(rows, columns=["vacancy_id", "canon_id", "canon"])


def test_wordings_that_leave_the_job_open_come_apart_where_they_share_no_skill() -> None:
    jobs = cluster_vacancies(*open_titles([["scada", "plc"], ["plc", "opc"], ["ansible", "linux"], [], ["opc"]]))[0]
    control, servers = jobs["job_cluster_id"][0], jobs["job_cluster_id"][2]
    assert jobs["job_cluster_id"].tolist() == [control, control, servers, control, control]
    assert control != servers


def test_parts_of_a_group_keep_their_ids_when_ads_are_added_and_when_they_come_together() -> None:
    skills = [["ansible"], ["scada", "plc"], ["plc"]]
    first, _ = cluster_vacancies(*open_titles(skills))
    added, _ = cluster_vacancies(*open_titles([*skills, ["ansible"]]), first)
    assert added["job_cluster_id"].tolist()[:3] == first["job_cluster_id"].tolist()
    assert added["job_cluster_id"][3] == first["job_cluster_id"][0]
    together, _ = cluster_vacancies(*open_titles([*skills, ["ansible", "plc"]]), added)
    assert together["job_cluster_id"].nunique() == 1
    assert set(together["job_cluster_id"]) < set(first["job_cluster_id"])


def test_skills_do_not_part_titles_that_name_the_job() -> None:
    vacancies, _ = market([("QA Engineer", TESTER), ("Тестировщик ПО", TESTER)])
    mapped = pd.DataFrame(
        {"vacancy_id": vacancies["vacancy_id"], "canon_id": ["jira", "sql"], "canon": ["Jira", "SQL"]}
    )
    assert cluster_vacancies(vacancies, mapped)[0]["job_cluster_id"].nunique() == 1


def test_a_programmer_whose_skills_name_1c_is_a_programmer_of_1c() -> None:
    vacancies, _ = market([("Программист", DEVELOPER), ("Программист 1С", DEVELOPER), ("Программист", DEVELOPER)])
    rows = [("hh/000", "1c-zup"), ("hh/001", "1c"), ("hh/002", "1c"), ("hh/002", "java")]
    mapped = pd.DataFrame(rows, columns=["vacancy_id", "canon_id"]).assign(canon=lambda named: named["canon_id"])
    jobs = cluster_vacancies(vacancies, mapped)[0]["job_cluster_id"].tolist()
    assert jobs[0] == jobs[1] != jobs[2]
