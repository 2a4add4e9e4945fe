"""The rules labeller on ads of our own writing: markup first, gaps from the words, pay hidden from all but pay."""

from __future__ import annotations

import pytest

from salary_assets.labelling import Ad, RulesLabeller, label_text
from salary_assets.labelling.professions import profession_of
from salary_assets.labelling.rules import label_ad
from salary_assets.storage.vocabulary import NOT_IT

POST = """#вакансия #удаленка #python
**Senior Python-разработчик**
ЗП: 300-350к на руки
Опыт: от 5 лет
Локация: Казань, гибрид
Занятость: полная
Стек: Python, FastAPI, PostgreSQL, Kafka
"""


def test_a_post_is_read_whole() -> None:
    label = label_text(POST)

    assert (label.kind, label.is_it, label.position) == ("vacancy", True, "Программист, разработчик")
    assert label.grades == ["senior"]
    assert (label.experience_min, label.experience_max) == (5, None)
    assert label.work_formats == ["remote", "hybrid"]
    assert (label.city, label.region, label.country) == ("Казань", "Республика Татарстан", "RU")
    assert label.employment == "full"
    assert label.pay is not None
    assert (label.pay.amount_from, label.pay.amount_to, label.pay.currency) == (300_000, 350_000, "RUB")
    assert label.pay.tax == "net"
    assert [skill.spelling.lower() for skill in label.skills] == ["python", "fastapi", "postgresql", "kafka"]


def test_evidence_quotes_the_text_where_it_points() -> None:
    label = label_text(POST)

    assert {"title", "position", "grades", "experience", "work_formats", "employment", "place", "pay"} <= {
        one.field for one in label.evidence
    }
    assert all(POST[one.start : one.end] == one.quote for one in label.evidence)
    assert all(POST[skill.start : skill.end] == skill.spelling for skill in label.skills)


def test_markup_wins_and_is_marked_as_stated() -> None:
    ad = Ad(
        title="Тестировщик",
        text="Опыт от 3 лет, знание SQL",
        area_name="Пермь",
        experience_raw="between1And3",
        schedule_raw="remote",
        employment_raw="full",
        roles_raw=("124",),
        skills_raw=("Postman",),
        pay_from=90_000,
        currency="RUB",
        tax="net",
        period="month",
    )

    label = label_ad(ad)

    assert label.position == "Тестировщик"
    assert (label.experience_min, label.experience_max) == (1, 3)
    assert label.work_formats == ["remote"]
    assert [(skill.spelling, skill.by) for skill in label.skills] == [("Postman", "stated"), ("SQL", "rules")]
    assert {
        field: label.by[field] for field in ("position", "experience", "employment", "place", "pay")
    } == dict.fromkeys(("position", "experience", "employment", "place", "pay"), "stated")


def test_what_markup_leaves_open_is_read_from_the_text() -> None:
    label = label_ad(Ad(title="Java-разработчик", text="Требуемый опыт: от 3 лет. Полностью удаленно."))

    assert (label.experience_min, label.by["experience"]) == (3, "rules")
    assert (label.work_formats, label.by["work_formats"]) == (["remote"], "rules")


def test_the_title_decides_the_profession_before_the_stated_role() -> None:
    label = label_ad(Ad(title="Системный аналитик", text="BPMN, SQL", roles_raw=("96",)))

    assert (label.position, label.by["position"]) == ("Системный аналитик", "rules")


@pytest.mark.parametrize("place", ["любая, кроме РФ", "любая, кроме РФ и РБ", "весь мир (кроме РБ, РФ, Ирана и Ирака)"])
def test_a_place_that_is_ruled_out_is_not_where_the_job_is(place: str) -> None:
    label = label_text(f"Ищем Java-разработчика\nЛокация: {place}\nФормат: удалённо\nОпыт от 3 лет\nЗП: 5000 USD")

    assert (label.kind, label.city, label.country) == ("vacancy", None, None)


def test_a_place_after_those_ruled_out_counts() -> None:
    assert label_text("Ищем Java-разработчика\nЛокация: любая (кроме РФ). Офис в Минске\nЗП: 5000 USD").city == "Минск"


def test_pay_changes_nothing_but_pay() -> None:
    """The same ad with another pay gives the same label otherwise."""
    poor, rich = (label_text(POST.replace("300-350к", words)) for words in ("30-35к", "900-990к"))

    fields = set(type(poor).model_fields) - {"pay", "evidence", "skills"}
    assert {name: getattr(poor, name) for name in fields} == {name: getattr(rich, name) for name in fields}


def test_the_labeller_answers_for_each_ad_in_order() -> None:
    labels = RulesLabeller().label([Ad(text=""), Ad(text=POST), Ad(text="🎉🎉🎉")])

    assert [label.kind for label in labels] == ["other", "vacancy", "other"]


def test_a_contact_s_name_is_nobody_s_profession() -> None:
    label = label_text(
        "#вакансия #python\nЗП: 200 000 руб. на руки\nУдалённо\nКонтакт: @hr_contact, recruiter@example.com"
    )

    assert label.position == "Программист, разработчик"
    assert label.title is None or "hr" not in label.title


def test_a_city_that_names_a_time_zone_is_not_where_the_job_is() -> None:
    post = "Вакансия: Java-разработчик\nФормат: удалённо, {}"

    assert label_text(post.format("+-2 часа по мск времени")).city is None
    assert label_text(post.format("Москва +-3 часа")).city is None
    assert label_text(post.format("Москва")).city == "Москва"


@pytest.mark.parametrize(
    ("where", "city"),
    [
        ("из дома, +/- 3 часа Мск", None),
        ("где угодно, +-4 часа от МСК", None),
        ("из дома, с 8.30 до 17.30 по МСК", None),
        ("remote, встречи с 11:00 до 15:00 MSK", None),
        ("из дома (живём по мск)", None),
        ("из дома, ориентир на МСК", None),
        ("Мск или СПб, можно из дома", "Москва"),
        ("из дома, свободный график", None),
        ("офис в г. Свободный", "Свободный"),
        ("гибрид (мск)", "Москва"),
        ("офис в Мск, 2 часа от аэропорта", "Москва"),
    ],
)
def test_hours_are_not_where_the_job_is(where: str, city: str | None) -> None:
    assert label_text(f"Вакансия: Java-разработчик\nЛокация: {where}").city == city


@pytest.mark.parametrize(
    ("written", "skills"), [("вёрстка HTML/CSS", {"html", "css"}), ("пишем на Java/Kotlin", {"java", "kotlin"})]
)
def test_two_skills_on_either_side_of_a_stroke_are_two(written: str, skills: set[str]) -> None:
    label = label_text(f"Вакансия: разработчик\nЗадачи: {written}")

    assert skills <= {skill.spelling.lower() for skill in label.skills}


def test_a_skill_in_a_hashtag_is_spelled_without_its_mark() -> None:
    label = label_text("#вакансия #ios\niOS-разработчик, удалённо, зп 250к")

    assert not any(skill.spelling.startswith("#") for skill in label.skills)


@pytest.mark.parametrize(
    ("title", "position"),
    [
        ("Тимлид клиентского сервиса", NOT_IT),
        ("Тимлид отдела продаж", NOT_IT),
        ("Business Development Manager", NOT_IT),
        ("Тимлид", "Руководитель группы разработки"),
        ("Team Lead (Java)", "Руководитель группы разработки"),
        ("Разработчик клиентского сервиса", "Программист, разработчик"),
    ],
)
def test_whoever_leads_is_of_the_trade_of_those_who_are_led(title: str, position: str) -> None:
    assert profession_of(title.lower())[0] == position


@pytest.mark.parametrize(
    ("words", "years"),
    [
        ("Опыт работы бизнес-аналитиком в IT-компаниях от 3 лет", 3),
        ("Коммерческий опыт работы в компании не менее 2 лет", 2),
        ("Опыт от 4 лет, высшее образование", 4),
        ("Мы более 12 лет разрабатываем сайты. Опыт на PHP от 3 лет", 3),
        ("За 8 лет работы выросли втрое. Опыт на PHP от 3 лет", 3),
        ("Занимаемся разработкой сервисов более 10 лет", None),
        ("Более 20 лет мы разрабатываем сервисы", None),
        ("Опыт обучения детей от 7 лет", None),
        ("Наш опыт на рынке не менее 15 лет", None),
        ("Опыт нашей компании более 15 лет", None),
        ("От 18 лет", None),
        ("От 5 лет", 5),
    ],
)
def test_years_count_where_experience_is_asked_for_not_where_a_company_or_an_age_is_told(
    words: str, years: float | None
) -> None:
    assert label_text(f"Вакансия: PHP-разработчик\nФормат: удалённо\n{words}").experience_min == years


def test_a_list_of_jobs_is_no_vacancy_whatever_stands_between_its_words() -> None:
    jobs = "Python Developer\n200 000 - 300 000 руб.\nУдалённо\n\nJava Developer\n250 000 - 350 000 руб.\nОфис"

    assert label_text(f"Подборка новых вакансий для разработчиков\n\n{jobs}").kind == "other"
    assert label_text(f"Вакансия в Перми\n\n{jobs}").kind == "vacancy"


def test_an_open_role_is_looked_for() -> None:
    label = label_text("У нас открыта роль инженера по данным.\nФормат работы: офис\nВилка: 300 000 - 490 000 руб.")

    assert (label.kind, label.position) == ("vacancy", "Программист, разработчик")
