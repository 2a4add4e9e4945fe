"""Who the person is leaves the text; what the person can do stays."""

import time
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from salary_assets.resume.redact import redact

RESUME = """Примерова Анна Сергеевна
Женщина, 29 лет, родилась 5 мая 1996
+7 900 123-45-67, anna@example.com, @anna_sample, https://github.com/anna-sample
Гражданство: Россия
Python-разработчик
Анна вела проект на C#, 1С 8.3 и Python 3.11, ASP.NET, CI/CD, поддержка 24/7, 1500 пользователей"""

SECRETS = ["Примерова", "Анна", "Сергеевна", "1996", "900", "anna", "github", "Россия", "29 лет"]


@pytest.mark.parametrize("secret", SECRETS)
def test_a_secret_of_the_person_is_gone(secret: str) -> None:
    assert secret not in redact(RESUME).text


@pytest.mark.parametrize(
    "skill", ["C#", "1С 8.3", "Python 3.11", "ASP.NET", "CI/CD", "24/7", "1500", "Python-разработчик"]
)
def test_what_only_looks_like_a_contact_stays(skill: str) -> None:
    assert skill in redact(RESUME).text


def test_what_was_taken_out_is_counted() -> None:
    counts = redact(RESUME).counts

    assert (counts["phone"], counts["email"], counts["handle"], counts["link"]) == (1, 1, 1, 1)
    assert counts["name"] == 2


@pytest.mark.parametrize(
    "text",
    [
        "IVAN PETROV\nSenior Java Developer",
        "Петров Иван\nJava-разработчик",
        "ФИО: Петров Иван Ильич\nJava",
        "Меня зовут Иван Петров, пишу на Java",
        "My name is Ivan Petrov and I write Java",
        "👩‍💻 Иван Петров\nJava",
        "Навыки\nJava\nSpring\nКонтакты\nКазань\nЯзыки\nАнглийский\nИван Петров\nРазработчик",
    ],
)
def test_names_are_found_at_the_top_beside_a_column_after_a_label_and_in_an_introduction(text: str) -> None:
    redacted = redact(text).text

    assert "[name]" in redacted
    assert "Java" in redacted
    assert not {"Иван", "Петров", "IVAN", "PETROV", "Ivan", "Petrov"} & set(redacted.replace(",", " ").split())


@pytest.mark.parametrize(
    ("line", "left"),
    [
        ("Иван Петров | Java-разработчик", "[name] | Java-разработчик"),
        ("Иван Петров — Java-разработчик", "[name] — Java-разработчик"),
        ("Иван Петров, 29 лет", "[name], 29 лет"),
        ("Резюме: Иван Петров", "Резюме: [name]"),
        ("Петров Иван Ильич / Ivan Petrov", "[name] / [name]"),
        ("Ivan Petrov (Иван Петров)", "[name] ([name])"),
        ("John Smithson, Senior Java Developer", "[name], Senior Java Developer"),
        ("Anna-Maria Schmidt", "[name]"),
        ("Julia Ivanova - Java Developer", "[name] - Java Developer"),
        ("Vladimir Petrov", "[name]"),
        ("Иван Петров Java", "[name] Java"),
        ("Петров И.И.", "[name]"),
        ("И. И. Петров, 29 лет", "[name], 29 лет"),
        ("Иван И. Петров", "[name]"),
        ("иван петров", "[name]"),
        ("петров иван ильич, 29 лет", "[name], 29 лет"),
    ],
)
def test_a_name_is_found_beside_what_else_its_line_holds(line: str, left: str) -> None:
    assert redact(f"{line}\nПишет на Java").text == f"{left}\nПишет на Java"


@pytest.mark.parametrize("line", ["Prometheus, Victoria Metrics", "Казань, Россия", "Java Developer - Backend"])
def test_a_part_of_a_line_that_names_nobody_stays(line: str) -> None:
    assert redact(f"{line}\nтекст").text == f"{line}\nтекст"


@pytest.mark.parametrize("line", ["Senior Java Developer", "Москва Россия", "Angular React", "Опыт Работы"])
def test_a_line_of_capitals_that_names_nobody_stays(line: str) -> None:
    assert redact(f"{line}\nтекст").text == f"{line}\nтекст"


def test_a_referee_with_initials_is_found_far_from_the_top() -> None:
    text = "Java\n" * 20 + "Рекомендует Сидоров П. А., отдел Сидорова\nУчился в МГТУ им. Н.Э. Баумана"

    redacted = redact(text).text

    assert "Рекомендует [name]," in redacted
    assert "МГТУ им. Н.Э. Баумана" in redacted


@pytest.mark.parametrize("line", ["мастер участка", "вера в людей", "белая сборка", "М. Видео", "Н. Новгород"])
def test_small_letters_and_initials_that_name_nobody_stay(line: str) -> None:
    assert redact(f"{line}\nтекст").text == f"{line}\nтекст"


def test_a_name_that_is_not_russian_is_dropped_from_the_first_line() -> None:
    assert redact("John Smith\nJava Developer\nBuilt by Smith").text == "[name]\nJava Developer\nBuilt by [name]"


@pytest.mark.parametrize("line", ["Saint Petersburg", "Work Experience", "Machine Learning", "Spring Boot"])
def test_a_first_line_in_latin_letters_that_is_something_else_stays(line: str) -> None:
    assert redact(f"{line}\nтекст").text == f"{line}\nтекст"


@pytest.mark.parametrize(
    ("contact", "kind"),
    [
        ("ivan.petrov@company.рф", "email"),
        ("ivan [at] mail.ru", "email"),
        ("ivan(собака)yandex.ru", "email"),
        ("916-123-45-67", "phone"),
        ("(916) 123 45 67", "phone"),
        ("8(916)1234567", "phone"),
        ("ул. Ленина, д. 5, кв. 17", "personal"),
        ("проспект Мира, 10к2", "personal"),
        ("ул. 8 Марта, 123", "personal"),
    ],
)
def test_contacts_in_unusual_forms_are_taken_out(contact: str, kind: str) -> None:
    redacted = redact(f"Java\n{contact}")

    assert redacted.counts[kind] == 1
    assert not any(part in redacted.text for part in ("ivan", "123", "Ленина", "Мира"))


@pytest.mark.parametrize(
    "line", ["900 000 - 950 000 руб", "от 180 000 ₽", "Площадь 500, 3 проекта", "проезд, 2 сервиса"]
)
def test_amounts_and_stories_are_no_contacts(line: str) -> None:
    assert redact(f"Java\n{line}").text == f"Java\n{line}"


@pytest.mark.parametrize(
    "text",
    ["a." * 100_000, "\n".join("Анна Петрова" + "".join(letters) for letters in product("абвгдежзик", repeat=4))],
    ids=["dots", "names"],
)
def test_a_long_text_made_to_harm_is_redacted_in_seconds(text: str) -> None:
    started = time.monotonic()
    redact(text)

    assert time.monotonic() - started < 20


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=200))
def test_redacting_twice_changes_nothing_more(text: str) -> None:
    once = redact(text).text

    assert redact(once).text == once
