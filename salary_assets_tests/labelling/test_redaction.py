"""What leaves for an LLM names nobody."""

from __future__ import annotations

import pytest

from salary_assets.labelling.redaction import outgoing


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Контакт: Иванов И.И., Java", "Контакт: [name], Java"),
        ("Писать А. С. Петровой", "Писать [name]"),
        ("Руководит Д. Ульянова", "Руководит [name]"),
        ("Основана Курцером М.А. в 2006 году", "Основана [name] в 2006 году"),
        ("Пишите Анне Смирновой", "Пишите [name]"),
    ],
)
def test_a_surname_goes_with_its_initials_or_its_given_name(text: str, left: str) -> None:
    assert outgoing(text) == left


@pytest.mark.parametrize(
    "text",
    [
        "М.Видео ищет Я.Облако",
        "Белая З.П. с первого дня",
        "Диплом МГТУ им. Н.Э. Баумана",
        "С. Петербург, Н.Новгород",
        "Ф.И.О. кандидата",
    ],
)
def test_initials_of_what_is_no_person_stay(text: str) -> None:
    assert outgoing(text) == text
