"""A resume understood: every value with its words, nothing of the person, experience counted once."""

from dataclasses import asdict
from datetime import date

import pytest

from salary_assets.resume.documents import Document
from salary_assets.resume.model import Resume
from salary_assets.resume.structure import structure
from salary_assets.resume.synthetic import synthetic_resume

TODAY = date(2026, 11, 1)

TEXT = """Примерова Анна Сергеевна
+7 900 000-11-22, anna@sample-market.example
Senior Python-разработчик
300 000 ₽ на руки
Проживает: Казань, готова к переезду в Москву
Удалённо или гибрид

Опыт работы — 7 лет 11 месяцев
Март 2021 — по настоящее время
ООО Пример
Python-разработчик
Информационные технологии, системная интеграция, интернет... Показать еще
Писала сервис заявок на FastAPI и PostgreSQL, выкладывала в Kubernetes.
Декабрь 2018 — апрель 2021
Образец
Разработчик
Поддерживала сайт на Django.

Образование
2018
Технический университет, информатика

Навыки
Python, Django, Go, Docker

Знание языков
Английский — B2

О себе
Люблю порядок в задачах."""


def read(text: str) -> Resume:
    ids = {"Python": "python", "Django": "django", "Docker": "docker", "Kubernetes": "kubernetes"}
    return structure(Document(text, "text", "text"), TODAY, lambda spellings: {one: ids.get(one) for one in spellings})


@pytest.fixture(scope="module")
def resume() -> Resume:
    return read(TEXT)


def test_the_position_asked_for_is_found_with_its_profession(resume: Resume) -> None:
    assert resume.desired_position.value == "Senior Python-разработчик"
    assert resume.position.value == "Программист, разработчик"


def test_a_grade_in_the_title_is_stated(resume: Resume) -> None:
    assert (resume.grade.value, resume.grade.source) == ("senior", "stated")


def test_overlapping_jobs_are_counted_once_and_agree_with_the_stated_length(resume: Resume) -> None:
    assert resume.experience_months.value == 96
    assert resume.experience_months.confidence > 0.9


def test_the_city_of_living_is_taken_and_not_the_one_to_move_to() -> None:
    moved = read(TEXT.replace("Казань, готова к переезду в Москву", "Казань\nГотова к переезду в Москву"))

    assert moved.city.value == "Казань"


def test_expected_pay_is_read_with_its_currency_and_tax(resume: Resume) -> None:
    pay = resume.expected_pay

    assert (pay.amount_from, pay.currency, pay.tax, pay.period) == (300_000, "RUB", "net", "month")


def test_work_formats_are_read(resume: Resume) -> None:
    assert resume.work_formats.value == ["remote", "hybrid"]


def test_a_skill_says_where_it_is_named(resume: Resume) -> None:
    places = {skill.name: skill.places for skill in resume.skills}

    assert places["Docker"] == ("skills",)
    assert places["PostgreSQL"] == ("work",)
    assert set(places["Django"]) == {"work", "skills"}


def test_the_industry_of_an_employer_is_not_a_skill(resume: Resume) -> None:
    assert "Интеграции" not in {skill.name for skill in resume.skills}


def test_canonical_ids_are_given_where_the_canon_knows_the_skill(resume: Resume) -> None:
    ids = {skill.name: skill.canon_id for skill in resume.skills}

    assert ids["Kubernetes"] == "kubernetes"
    assert ids["PostgreSQL"] is None


def test_every_quote_stands_where_it_says(resume: Resume) -> None:
    quotes = [
        *resume.desired_position.evidence,
        *resume.grade.evidence,
        *resume.city.evidence,
        *resume.experience_months.evidence,
        *resume.education,
        *resume.languages,
        *(quote for skill in resume.skills for quote in skill.evidence),
    ]

    assert len(quotes) > 10
    assert [resume.text[quote.start : quote.end] for quote in quotes] == [quote.quote for quote in quotes]


def test_nothing_of_the_person_is_left(resume: Resume) -> None:
    said = str(asdict(resume))

    assert not any(secret in said for secret in ("Примерова", "Анна", "Сергеевна", "900", "anna"))
    assert resume.extraction.redacted["phone"] == 1


def test_without_a_grade_months_of_work_in_it_decide_and_say_so() -> None:
    resume = read(TEXT.replace("Senior ", ""))

    assert (resume.grade.value, resume.grade.source) == ("senior", "inferred")
    assert resume.grade.confidence < 0.6


def test_a_project_within_the_job_that_goes_on_does_not_name_its_grade() -> None:
    resume = read(
        """Frontend-разработчик
Опыт работы
Июль 2022 — по настоящее время
Пример
Frontend-разработчик
Май 2024 — июль 2024
Старший разработчик
Образование"""
    )

    assert resume.grade.source == "inferred"


def test_years_in_another_trade_do_not_make_a_senior() -> None:
    text = """Тестировщик
Опыт работы
Март 2026 — по настоящее время
Пример
Тестировщик
Проверяла сайт.
Январь 2015 — февраль 2026
Салон связи
Продавец-консультант
Встречала покупателей.
Образование"""

    resume = read(text)

    assert resume.experience_months.value == 143
    assert resume.it_experience_months.value == 9
    assert resume.grade.value == "junior"


def test_a_teacher_who_learned_to_program_is_no_senior() -> None:
    resume = read(
        """Python-разработчик
Опыт работы
Март 2025 — настоящее время
Пример
Python-разработчик
Сентябрь 2014 — Февраль 2025
Школа № 15
Учитель математики
Образование"""
    )

    assert (resume.experience_months.value, resume.it_experience_months.value) == (147, 21)
    assert resume.to_request()["experience_years"] == 1.8


def test_what_stands_under_the_name_in_a_second_column_is_about_the_person() -> None:
    resume = read(
        """Контакты
Казань
Навыки
BPMN
Языки
Английский B1
Примерова Анна
Ведущий аналитик
220 000 ₽ на руки
Опыт работы
08.2022 — н.в.
ООО Пример
Системный аналитик"""
    )

    assert resume.desired_position.value == "Ведущий аналитик"
    assert resume.expected_pay.amount_from == 220_000
    assert [quote.quote for quote in resume.languages] == ["Английский B1"]


def test_who_asks_for_work_outside_it_is_asked_about_all_of_it() -> None:
    resume = read("Бухгалтер\nОпыт работы\nМай 2010 — по настоящее время\nПример\nГлавный бухгалтер\nОбразование")

    assert resume.to_request()["experience_years"] == 16.6


def test_an_english_export_of_hh_is_read_like_a_russian_one() -> None:
    resume = read(
        """Desired position and salary
Frontend developer
3 000 $
Work experience 7 years 1 month
October 2021 — currently
5 years 2 months
Sample Bank
Frontend developer
Show more
December 2019 — september 2021
1 year 10 months
Sample Labs
Head of frontend development
Education"""
    )

    assert (len(resume.jobs), resume.experience_months.value) == (2, 84)
    assert (resume.grade.value, resume.grade.source) == ("senior", "inferred")
    assert resume.desired_position.value == "Frontend developer"


@pytest.mark.parametrize(
    ("stated", "net"),
    [
        ("300 000 ₽ на руки", 300_000),
        ("250 000 - 350 000 ₽ на руки", 300_000),
        ("350 000 руб. до вычета налогов", 301_500),
        ("4 000 $ на руки", None),
        ("2 500 руб. в час", None),
    ],
)
def test_expected_pay_is_brought_to_net_roubles_a_month_where_that_needs_no_guess(stated: str, net: float) -> None:
    assert read(TEXT.replace("300 000 ₽ на руки", stated)).expected_pay.net_month == net


def test_a_skill_is_quoted_from_every_section_that_names_it(resume: Resume) -> None:
    django = next(skill for skill in resume.skills if skill.name == "Django")
    lines = [resume.text[: quote.start].count("\n") for quote in django.evidence]

    assert len(django.evidence) == len(django.places)
    assert [resume.text.split("\n")[line] for line in lines] == [
        "Поддерживала сайт на Django.",
        "Python, Django, Go, Docker",
    ]


def test_a_word_that_is_a_skill_only_in_a_list_counts_in_the_stack_of_a_job() -> None:
    stacks = "Опыт работы\n2019 - 2021 Пример\nСтек: Go, Redis\n2021 - 2022 Образец\nСтек: C, Redis\nОбразование"

    assert {"Go", "C"} <= {skill.name for skill in read("Разработчик\n" + stacks).skills}


def test_a_picture_in_front_of_the_position_is_no_part_of_it() -> None:
    assert read("🎯 Data Scientist\n💼 Опыт работы").desired_position.value == "Data Scientist"
    assert read("Желаемая должность\n.NET разработчик").desired_position.value == ".NET разработчик"


@pytest.mark.parametrize(
    "line",
    ["Иван Петров | Python-разработчик", "Python-разработчик, Иван Петров", "Python-разработчик, +7 900 000-11-22"],
)
def test_who_stands_beside_the_position_is_no_part_of_it(line: str) -> None:
    assert read(f"{line}\nНавыки: Python, Docker").desired_position.value == "Python-разработчик"


def test_a_skill_spelled_otherwise_in_a_job_than_in_the_list_is_one_skill_of_both() -> None:
    text = "Аналитик\nОпыт работы\n2019 - 2021 Пример\nОписывал обмен по REST\nНавыки\nREST API, Docker"
    ids = {"REST": "rest", "REST API": "rest"}
    resume = structure(Document(text, "text", "text"), TODAY, lambda names: {one: ids.get(one) for one in names})

    assert [skill.places for skill in resume.skills if skill.canon_id == "rest"] == [("work", "skills")]


def test_years_outside_it_are_no_grade_of_it() -> None:
    resume = read("Медицинская сестра\nОпыт работы\nМарт 2010 — по настоящее время\nБольница\nМедицинская сестра")

    assert resume.experience_months.value == 201
    assert resume.grade.value is None


def test_a_country_abroad_is_asked_about_by_its_name() -> None:
    assert read("Python-разработчик\nПроживает: Польша").to_request()["region"] == "Польша"
    assert read("Python-разработчик\nПроживает: Минск").to_request()["region"] == "Минск"
    assert "region" not in read("Python-разработчик\nПроживает: Россия").to_request()


def test_a_head_of_a_function_has_its_grade_by_position() -> None:
    assert read("Технический директор (CTO)\nОпыт работы\n2015 - 2025 Пример").grade.value == "chief"


def test_a_resume_without_anything_gives_empty_values_and_no_error() -> None:
    resume = read("Ищу работу, умею многое, готов начать хоть завтра и работать сколько нужно.")

    assert resume.jobs == ()
    assert resume.experience_months.value is None
    assert resume.grade.value is None
    assert resume.city.value is None


def test_the_json_follows_json_resume_with_one_extension(resume: Resume) -> None:
    document = resume.to_json()

    assert set(document) == {"$schema", "meta", "basics", "work", "education", "languages", "skills", "x-salary"}
    assert document["work"][0]["startDate"] == "2021-03"
    assert "endDate" not in document["work"][0]
    assert document["work"][1]["endDate"] == "2021-04"
    assert "name" not in document["basics"]


@pytest.mark.parametrize("first", [0, 40])
def test_invented_resumes_are_understood(first: int) -> None:
    people = [synthetic_resume(number) for number in range(first, first + 40)]
    resumes = [structure(Document(one.text, "text", "text"), date(2026, 10, 15)) for one in people]
    pairs = list(zip(people, resumes, strict=True))

    assert all(resume.experience_months.value == one.months for one, resume in pairs)
    assert all(len(resume.jobs) == one.jobs for one, resume in pairs)
    assert all(resume.expected_pay.amount_from == one.expected_pay for one, resume in pairs)
    assert not any(secret in resume.text for one, resume in pairs for secret in one.secrets)
    assert sum(resume.city.value == one.city for one, resume in pairs) >= 39
    assert sum(resume.position.value == one.position for one, resume in pairs) >= 34
    named = [(one, resume) for one, resume in pairs if one.grade_named]
    assert sum(resume.grade.value == one.grade for one, resume in named) >= len(named) - 2
