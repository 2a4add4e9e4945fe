"""How single values are read: years, grades, kinds of post, formats, employment, markup. One line, one way to write."""

from __future__ import annotations

from typing import Any

import pytest

from salary_assets.labelling import Ad, label_text
from salary_assets.labelling.rules import label_ad

POST = "Вакансия: PHP-разработчик\nФормат: удалённо\n{}"


@pytest.mark.parametrize(
    ("words", "least", "most"),
    [
        ("Опыт до 3 лет", None, 3),
        ("Опыт: 1-3 года", 1, 3),
        ("Опыт: 3+", 3, None),
        ("Опыт работы от трёх лет", 3, None),
        ("Опыт: от 6 месяцев", 0.5, None),
        ("Опыт разработки от 18 месяцев", 1.5, None),
        ("Опыт работы не менее полугода", 0.5, None),
        ("Опыт работы 2 года 6 мес", 2.5, None),
        ("Опыт: без опыта", 0, None),
        ("Опыт работы не требуется", 0, None),
        ("Нам 50 лет, опыт от 2 лет", 2, None),
    ],
)
def test_experience_is_read_in_years_however_it_is_written(words: str, least: float | None, most: float | None) -> None:
    label = label_text(POST.format(words))

    assert (label.experience_min, label.experience_max) == (least, most)


@pytest.mark.parametrize(
    ("post", "grades"),
    [
        ("Вакансия: Python-разработчик\nMiddle / Senior\nУдалённо", ["middle", "senior"]),
        ("Вакансия: Python-разработчик\nКоманда: пять senior и тимлид, три джуна, ревью кода\nУдалённо", []),
        ("Вакансия: Python-разработчик\nУровень: junior\nУдалённо", ["junior"]),
        ("#вакансия #senior\nPython-разработчик, удалённо", ["senior"]),
        ("Ищем senior Python-разработчика, удалённо, зп 300к", ["senior"]),
    ],
)
def test_a_grade_counts_where_the_job_is_named_not_where_colleagues_are(post: str, grades: list[str]) -> None:
    assert label_text(post).grades == grades


def test_grades_of_the_stated_title_are_stronger_than_those_of_the_text() -> None:
    label = label_ad(Ad(title="Junior Python-разработчик", text="Мы ищем senior или middle, но берём и новичков"))

    assert label.grades == ["junior"]


@pytest.mark.parametrize(
    ("post", "kind"),
    [
        ("Ищу React-разработчика в стартап, удалённо, оплата 200 000 руб.", "vacancy"),
        ("Ищу работу React-разработчиком, удалённо, от 200 000 руб. Мой стек: React, Redux", "resume"),
        ("Приглашаем на митап! Регистрация по ссылке, спикеры, доклады, розыгрыш", "other"),
    ],
)
def test_the_kind_of_a_post_is_told_by_what_it_is_about(post: str, kind: str) -> None:
    assert label_text(post).kind == kind


def test_events_that_a_vacancy_promises_further_down_do_not_make_it_one() -> None:
    begins = "Вакансия: Python-разработчик\nЗП: 200 000 руб.\nТребования: "
    asks = "Python, Django, PostgreSQL, желание разбираться в чужом коде и писать тесты к своему, внимание к мелочам"
    offers = (
        "\nМы предлагаем: вебинары, митапы, конференции, воркшопы, хакатоны, мастер-классы, скидки, подкасты, "
        "интенсив, марафон, розыгрыши, опрос, новости, промокод, прямой эфир, статья, видео, доклад, кейс, "
        "спикеры, лайфхаки, советы"
    )

    assert label_text(begins + asks + offers).kind == "vacancy"


@pytest.mark.parametrize(
    ("words", "formats"),
    [
        ("Не удалённо, работа в офисе", ["office"]),
        ("Удалённо не предлагаем. Работа в офисе", ["office"]),
        ("Настройка удалённого доступа, работа в офисе", ["office"]),
        ("Автоматизация бэк-офиса, работаем удалённо", ["remote"]),
        ("Гибрид", ["hybrid"]),
    ],
)
def test_a_format_that_is_refused_or_of_something_else_is_none(words: str, formats: list[str]) -> None:
    assert label_text(f"Вакансия: PHP-разработчик\nЗП: 100 000 руб.\n{words}").work_formats == formats


def test_employment_that_is_refused_is_none() -> None:
    post = "Вакансия: PHP-разработчик\nЗП: 100 000 руб.\nЗанятость: {}"

    assert label_text(post.format("частичная, кроме полная")).employment == "part"
    assert label_text(post.format("полная, частичная")).employment == "full"


@pytest.mark.parametrize(
    ("markup", "field", "value"),
    [
        ({"experience_raw": "noExperience"}, ("experience_min", "experience_max"), (0, 1)),
        ({"experience_raw": "between3And6"}, ("experience_min", "experience_max"), (3, 6)),
        ({"experience_raw": "moreThan6"}, ("experience_min", "experience_max"), (6, None)),
        ({"experience_raw": "3–6 лет"}, ("experience_min", "experience_max"), (3, 6)),
        ({"work_formats_raw": ("HYBRID", "REMOTE")}, ("work_formats",), (["remote", "hybrid"],)),
        ({"work_formats_raw": ("ON_SITE",)}, ("work_formats",), (["office"],)),
        ({"schedule_raw": "fullDay"}, ("work_formats",), ([],)),
        ({"schedule_raw": "Полная занятость, удаленная работа"}, ("employment", "work_formats"), ("full", ["remote"])),
        ({"area_name": "Неведомск", "country": "Казахстан"}, ("city", "country"), ("Неведомск", "KZ")),
    ],
)
def test_markup_of_sources_is_read_in_our_words(
    markup: dict[str, Any], field: tuple[str, ...], value: tuple[Any, ...]
) -> None:
    label = label_ad(Ad(title="PHP-разработчик", text="Пишем на PHP", **markup))

    assert tuple(getattr(label, name) for name in field) == value


def test_stated_pay_whose_tax_nobody_states_is_of_unknown_tax() -> None:
    label = label_ad(Ad(title="PHP-разработчик", text="", pay_from=100_000, currency="RUB"))

    assert label.pay is not None
    assert (label.pay.tax, label.pay.period) == ("unknown", "month")


def test_pay_of_the_title_stands_before_amounts_of_the_text() -> None:
    label = label_ad(Ad(title="PHP-разработчик, ЗП от 250 000 руб.", text="ЗП: 90 000 руб. на испытательный срок"))

    assert label.pay is not None and label.pay.amount_from == 250_000


@pytest.mark.parametrize(
    ("title", "position"),
    [
        ("Middle/Senior/Team Lead PHP developer", "Программист, разработчик"),
        ("QA engineer (Python)", "Тестировщик"),
        ("Тимлид системных аналитиков", "Руководитель отдела аналитики"),
        ("Руководитель отдела аналитики, тимлид", "Руководитель отдела аналитики"),
    ],
)
def test_of_several_professions_in_a_title_the_one_that_is_sought_rules(title: str, position: str) -> None:
    assert label_ad(Ad(title=title, text="")).position == position
