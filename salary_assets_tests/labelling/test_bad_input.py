"""Whatever an ad's text is, the rules give a label, in time, and quote it truly."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from salary_assets.labelling import Ad, RulesLabeller, label_text
from salary_assets_tests.labelling.asking import post

SILENT = ["", " ", "\n\n\n", "🎉🔥💯🚀", "\u200b\u200d\ufeff", "\u202e\u202d\u200f", "!!!", "1234567890", "\x00\x01"]


@pytest.mark.parametrize("text", SILENT)
def test_a_text_that_says_nothing_gives_an_empty_label(text: str) -> None:
    label = label_text(text)

    assert (label.kind, label.is_it, label.position, label.pay) == ("other", False, None, None)
    assert (label.grades, label.work_formats, label.skills) == ([], [], [])


@pytest.mark.parametrize(
    "text",
    [
        "Прайс: маникюр 1500 руб., педикюр 2000 руб., наращивание 3000 руб. Запись в личку",
        "Заходят в бар тестировщик, разработчик и аналитик. Бармен: у нас баг. Смеялись всем отделом до релиза.",
        "Распродажа ноутбуков: Lenovo 35 000 руб., Asus 42 000 руб., HP 38 000 руб. Самовывоз, м. Сокол",
        "Сегодня в 19:00 митап про Kubernetes, регистрация по ссылке, спикеры расскажут о сервис-мешах",
    ],
)
def test_a_joke_or_a_price_list_is_no_vacancy(text: str) -> None:
    label = label_text(text)

    assert (label.kind, label.pay) == ("other", None)


@pytest.mark.parametrize(
    "text",
    [
        "Wir suchen einen Entwickler für unser Team in Berlin, Vollzeit, gute Bezahlung",
        "我们正在招聘软件工程师，有经验者优先",
        "مطلوب مهندس برمجيات للعمل عن بعد",
        "Бағдарламашы керек, Алматы қаласы",
    ],
)
def test_another_language_is_not_guessed_at(text: str) -> None:
    label = label_text(text)

    assert label.pay is None
    assert label.experience_min is None


@pytest.mark.parametrize(
    ("written", "skill"),
    [
        ("Рython", "Рython"),
        ("С#", "С#"),
        ("РHP", "РHP"),
        ("Dоckеr", "Dоckеr"),
        ("SQ\u200bL", "SQ\u200bL"),
        ("Jаvа", "Jаvа"),
    ],
)
def test_look_alike_letters_and_invisible_characters_do_not_hide_a_skill(written: str, skill: str) -> None:
    """Cyrillic letters in Latin names, zero-width spaces inside: the skill is found and quoted as written."""
    text = f"Вакансия: разработчик\nСтек: {written}, Linux"

    label = label_text(text)

    assert skill in [mention.spelling for mention in label.skills]
    assert all(text[mention.start : mention.end] == mention.spelling for mention in label.skills)


def test_direction_marks_do_not_hide_what_an_ad_says() -> None:
    marked = " \u202e".join(post(0).split(" "))

    assert label_text(marked).position == label_text(post(0)).position
    assert label_text(marked).experience_min == 3


@pytest.mark.parametrize(
    "unit", ["от 100 до 200 тыс. руб. опыт 3 года Москва удалённо ", "зп ", "1", "а", "(", "Python, ", "\n", "ищу "]
)
def test_two_hundred_kilobytes_take_seconds_at_most(unit: str) -> None:
    """CPU time of the slowest kinds of text: nothing backtracks without end."""
    text = unit * (200_000 // len(unit))
    begun = time.process_time()

    label_text(text)

    assert time.process_time() - begun < 20


@settings(max_examples=150, deadline=None)
@given(st.lists(st.one_of(st.text(max_size=80), st.sampled_from(post(1).split("\n"))), max_size=8).map("\n".join))
def test_any_text_gives_a_label_that_quotes_it_truly(text: str) -> None:
    (label,) = RulesLabeller().label([Ad(text=text)])

    assert all(text[one.start : one.end] == one.quote for one in label.evidence)
    assert all(text[skill.start : skill.end] == skill.spelling for skill in label.skills)
    if label.experience_min is not None and label.experience_max is not None:
        assert label.experience_min <= label.experience_max
