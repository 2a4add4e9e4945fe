"""Sections and jobs in the shapes that resumes come in."""

from datetime import date

from salary_assets.resume.jobs import JobEntry, find_jobs, split_sections
from salary_assets.resume.lines import split_lines

TODAY = date(2026, 11, 1)

HH_EXPORT = """Примерова Анна
Желаемая должность и зарплата
Python-разработчик
Опыт работы —5 лет 9 месяцев
Март 2021 —
настоящее время
5 лет 9 месяцев
Пример Софт
Москва, example.ru
Информационные технологии, системная интеграция, интернет
Python-разработчик
Писала сервис заявок.
Стек:
Python, Django
Январь 2019 — февраль 2021
2 года 2 месяца
ООО Образец
Младший разработчик
Чинила сайт.
Образование
2014 — 2018 Технический университет"""


def jobs_of(text: str) -> list[JobEntry]:
    return find_jobs(split_sections(split_lines(text)), TODAY)


def summary_of(jobs: list[JobEntry]) -> list[tuple]:
    return [(job.span.start, job.span.end, job.position and job.position.text, job.company) for job in jobs]


def test_an_hh_export_gives_its_jobs_with_dates_on_one_line_or_two() -> None:
    jobs = jobs_of(HH_EXPORT)

    assert summary_of(jobs) == [
        ((2021, 3), None, "Python-разработчик", "Пример Софт"),
        ((2019, 1), (2021, 2), "Младший разработчик", "ООО Образец"),
    ]


def test_dates_in_a_very_narrow_column_are_put_together() -> None:
    narrow = HH_EXPORT.replace("настоящее время\n5 лет 9 месяцев", "настоящее\nвремя\n5 лет 9\nмесяцев")

    assert summary_of(jobs_of(narrow)) == summary_of(jobs_of(HH_EXPORT))


def test_a_heading_inside_a_job_does_not_end_the_work_history() -> None:
    assert "Python, Django" in jobs_of(HH_EXPORT)[0].summary


def test_study_is_not_work() -> None:
    assert all("университет" not in (job.company or "") for job in jobs_of(HH_EXPORT))


def test_company_and_position_may_stand_on_the_line_of_the_dates() -> None:
    jobs = jobs_of(
        "Опыт\nООО Пример — Системный аналитик (03.2019 – 05.2021)\nПисал требования к сайту.\nОбразование\nВуз"
    )

    assert summary_of(jobs) == [((2019, 3), (2021, 5), "Системный аналитик", "ООО Пример")]


def test_company_and_position_may_stand_above_the_dates() -> None:
    text = """Work experience
Sample Labs, Senior Java Developer
Jan 2020 – Present
Built a billing service for clients.
Sample Bank, Java Developer
Mar 2017 – Dec 2019
Maintained the payment gateway of the bank.
Education
Technical university"""

    assert summary_of(jobs_of(text)) == [
        ((2020, 1), None, "Senior Java Developer", "Sample Labs"),
        ((2017, 3), (2019, 12), "Java Developer", "Sample Bank"),
    ]


def test_dates_of_projects_inside_a_job_open_no_jobs() -> None:
    text = """Опыт работы
Май 2020 — май 2023
Пример
Разработчик
Проект: личный кабинет
Период: июнь 2020 — август 2021
Проект: платежи
Сроки: сентябрь 2021 — май 2022
Образование"""

    assert len(jobs_of(text)) == 1


def test_without_a_heading_jobs_are_still_found_before_education() -> None:
    text = "Иван, тестировщик\n2019 - 2021 ООО Пример, тестировщик\nОбразование\n2012 - 2017 Вуз"

    assert summary_of(jobs_of(text)) == [((2019, 7), (2021, 6), "тестировщик", "ООО Пример")]


def test_letter_spaced_and_inline_headings_are_headings() -> None:
    sections = split_sections(split_lines("О П Ы Т\nчто-то\nНавыки: Python, SQL\nО себе\nлюблю порядок"))

    assert [(section.name, section.text.strip()) for section in sections] == [
        ("top", ""),
        ("work", "что-то"),
        ("skills", "Python, SQL"),
        ("about", "люблю порядок"),
    ][1:]


def test_offsets_point_back_into_the_text() -> None:
    for job in jobs_of(HH_EXPORT):
        assert job.position is not None
        assert HH_EXPORT[job.position.start : job.position.end] == job.position.text
        assert HH_EXPORT[job.start : job.end].count("\n") >= 3


def test_a_stack_named_under_every_job_belongs_to_its_job() -> None:
    text = """Опыт работы
Март 2021 — по настоящее время
ООО Пример
Разработчик
Стек: Python, Redis
Январь 2019 — февраль 2021
ООО Образец
Разработчик
Стек: PHP, MySQL
Образование"""

    assert [job.summary for job in jobs_of(text)] == ["Стек: Python, Redis", "Стек: PHP, MySQL"]
    assert "skills" not in {section.name for section in split_sections(split_lines(text))}


def test_a_job_told_again_in_a_letter_is_one_job() -> None:
    text = """Опыт работы
Март 2021 — по настоящее время
ООО Пример
Разработчик
Писал сервис.
Январь 2019 — февраль 2021
ООО Образец
Тестировщик
Образование
Вуз
О себе
Опыт работы
ООО Пример (Март 2021 — по настоящее время)
Вёл проект."""

    jobs = jobs_of(text)

    assert summary_of(jobs) == [
        ((2021, 3), None, "Разработчик", "ООО Пример"),
        ((2019, 1), (2021, 2), "Тестировщик", "ООО Образец"),
    ]
    assert "Вёл проект." in jobs[0].summary


def test_a_job_of_another_trade_has_its_position() -> None:
    jobs = jobs_of("Опыт работы\nСентябрь 2014 — февраль 2025\nШкола № 15\nУчитель математики\nОбразование")

    assert summary_of(jobs) == [((2014, 9), (2025, 2), "Учитель математики", "Школа № 15")]
