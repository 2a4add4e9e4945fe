"""Spellings that no alias has: told by sound, translation or a shortened name, or unknown; never the nearest word."""

from __future__ import annotations

import pytest

from salary_assets.skills.guard import SAME, UNCERTAIN, form_of, relation
from salary_assets.skills.neighbours import sound, translations
from salary_assets.skills.overrides import Overrides
from salary_assets.skills.text import tokenise
from salary_assets.skills.vocabulary import SkillRow, Vocabulary

NAMES = {
    "apache-zorbix": ("tool", "Apache Zorbix"),
    "klarnix": ("framework", "Klarnix"),
    "klarnix24": ("platform", "Klarnix24"),
    "klarnix-native": ("framework", "Klarnix Native"),
    "klarnix-cloud": ("tool", "Klarnix Sky Suite"),
    "boot": ("tool", "Bootlodge|lodge"),
    "vorn-js": ("framework", "Vorn.js"),
    "krelda": ("database", "Krelda"),
    "krelda-js": ("framework", "Krelda.js"),
    "google-stock": ("tool", "Google Stock"),
    "lathes": ("tool", "Токарные станки|станки токарные"),
    "helioservices": ("method", "Heliostats|гелиостаты"),
    "risk": ("method", "Risk management|управление рисками"),
    "stock": ("method", "Stock management|управление запасами"),
    "risk-analysis": ("method", "Risk analysis|анализ рисков"),
    "stock-analysis": ("method", "Stock analysis|анализ запасов"),
    "both": ("method", "Stock risk analysis"),
    "wlan": ("protocol", "WLAN network"),
}


@pytest.fixture(scope="module")
def vocabulary() -> Vocabulary:
    rows = [
        SkillRow(skill, names.split("|")[0], kind, True, None, "backbone", tuple(names.split("|")))
        for skill, (kind, names) in NAMES.items()
    ]
    return Vocabulary(rows, Overrides({}, (), {}, {}, {}, {}, {}))


@pytest.mark.parametrize(
    ("spelling", "skill"),
    [
        ("Zorbix", "apache-zorbix"),
        ("Кларникс", "klarnix"),
        ("Опыт работы с Кларниксом", "klarnix"),
        ("Кларникс 24", "klarnix24"),
        ("Klarnix 7", "klarnix"),
        ("Vorn", "vorn-js"),
        ("Vorn3", "vorn-js"),
        ("анализ рисков запасов", "both"),
        ("management рисками", "risk"),
        ("гелиостатная модель", "helioservices"),
        ("токарные станки Krelda", "krelda"),
    ],
)
def test_an_unseen_spelling_is_told_by_what_it_sounds_like_or_means(
    vocabulary: Vocabulary, spelling: str, skill: str
) -> None:
    assert vocabulary.single(spelling) == skill


@pytest.mark.parametrize("spelling", ["Klarnix lodge", "VLAN network", "PyKrelda", "PL/Krelda", "клар", "станочный"])
def test_what_may_be_a_name_of_its_own_is_unknown(vocabulary: Vocabulary, spelling: str) -> None:
    assert {part.canon_id for part in vocabulary.read(spelling)} == {None}


def test_a_mark_between_two_names_makes_a_list_of_them(vocabulary: Vocabulary) -> None:
    assert [part.canon_id for part in vocabulary.read("Klarnix, lodge")] == ["klarnix", "boot"]


def test_an_unseen_spelling_is_less_sure_than_a_seen_one(vocabulary: Vocabulary) -> None:
    seen, unseen = vocabulary.read("Klarnix")[0], vocabulary.read("Кларникс")[0]
    assert (unseen.method, seen.method) == ("neighbour", "alias")
    assert unseen.confidence < seen.confidence


def test_words_that_stand_for_each_other_in_several_skills_are_translations() -> None:
    named = [(tokenise(name), skill) for skill, (_, names) in NAMES.items() for name in names.split("|")]
    learned = translations(named)
    assert {word: learned[word] for word in ("управление", "анализ", "риск", "запас")} == {
        "управление": ("management",), "анализ": ("analysis",), "риск": ("risk",), "запас": ("stock",)
    }  # fmt: skip


@pytest.mark.parametrize(("russian", "latin"), [("битрикс", "bitrix"), ("протокол", "protocol"), ("хадуп", "hadoop")])
def test_a_name_sounds_alike_in_both_scripts(russian: str, latin: str) -> None:
    assert sound(russian) == sound(latin)


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("обеспечение режим секретность", "режим секретность"),
        ("it оборудование", "ит оборудование"),
        ("e mail кладка", "email кладка"),
        ("запрос подменять", "запрос подмена"),
        ("гелиоклуб", "gelioklub"),
    ],
)
def test_unknown_phrases_that_differ_in_form_alone_are_one(left: str, right: str) -> None:
    assert relation(left, right)[0] == SAME


@pytest.mark.parametrize(("left", "right"), [("сеть vlan", "сеть wlan"), ("фронт", "front"), ("ведение дом", "дом")])
def test_unknown_phrases_that_may_differ_stay_apart(left: str, right: str) -> None:
    assert relation(left, right)[0] != SAME


def test_beside_a_known_skill_another_part_of_speech_is_for_a_judge() -> None:
    assert form_of("тестирование функционал") == form_of("тестирование функциональный")
    assert relation("тестирование функционал", "тестирование функциональный", loose=False)[0] == UNCERTAIN


@pytest.mark.parametrize(("spelling", "skill"), [("Krelda5", "krelda"), ("Stocks", None)])
def test_a_name_is_not_cut_short_to_a_word_that_other_skills_have_too(
    vocabulary: Vocabulary, spelling: str, skill: str | None
) -> None:
    assert vocabulary.single(spelling) == skill
