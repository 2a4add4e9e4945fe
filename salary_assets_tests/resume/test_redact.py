"""Who the person is leaves the text; what the person can do stays."""

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
    ],
)
def test_names_are_found_at_the_top_after_a_label_and_in_an_introduction(text: str) -> None:
    redacted = redact(text).text

    assert "[name]" in redacted
    assert "Java" in redacted
    assert not {"Иван", "Петров", "IVAN", "PETROV", "Ivan", "Petrov"} & set(redacted.replace(",", " ").split())


@pytest.mark.parametrize("line", ["Senior Java Developer", "Москва Россия", "Angular React", "Опыт Работы"])
def test_a_line_of_capitals_that_names_nobody_stays(line: str) -> None:
    assert redact(f"{line}\nтекст").text == f"{line}\nтекст"


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=200))
def test_redacting_twice_changes_nothing_more(text: str) -> None:
    once = redact(text).text

    assert redact(once).text == once
