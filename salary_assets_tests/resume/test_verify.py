"""The check of advice catches what a careless or a hostile writer would do."""

import dataclasses
from datetime import date

import pytest

from salary_assets.resume.advise import Advice, Evidence, advise
from salary_assets.resume.documents import Document
from salary_assets.resume.market import Market
from salary_assets.resume.model import Resume
from salary_assets.resume.structure import SkillIds, structure
from salary_assets.resume.verify import problems

TEXT = (
    "Python-разработчик\nОпыт работы\nМарт 2021 — по настоящее время\nПример\nПисала на Django.\nНавыки\nPython, Redis"
)


@pytest.fixture(scope="module")
def resume(skill_ids: SkillIds) -> Resume:
    return structure(Document(TEXT, "text", "text"), date(2026, 10, 15), skill_ids)


@pytest.fixture(scope="module")
def sound(resume: Resume, advice_market: Market) -> Advice:
    return next(one for one in advise(resume, advice_market) if one.kind == "in_demand")


def test_sound_advice_has_no_problem(sound: Advice, resume: Resume, advice_market: Market) -> None:
    assert problems(sound, resume, advice_market) == []


def test_advice_without_evidence_is_caught(sound: Advice, resume: Resume) -> None:
    assert "no_evidence" in problems(dataclasses.replace(sound, evidence=()), resume, None)


def test_a_quote_that_the_resume_does_not_hold_is_caught(sound: Advice, resume: Resume, advice_market: Market) -> None:
    invented = Evidence("resume", {"ru": "десять лет на Kubernetes", "en": "ten years of Kubernetes"}, 0, 24)

    found = problems(dataclasses.replace(sound, evidence=(*sound.evidence, invented)), resume, advice_market)

    assert found == ["quote_not_in_resume"]


def test_a_count_that_the_ads_do_not_give_is_caught(sound: Advice, resume: Resume, advice_market: Market) -> None:
    figures = sound.evidence[0].figures | {"named": 999.0}
    forged = dataclasses.replace(sound.evidence[0], figures=figures)

    assert "count_differs" in problems(dataclasses.replace(sound, evidence=(forged,)), resume, advice_market)


def test_a_number_from_nowhere_is_caught(sound: Advice, resume: Resume, advice_market: Market) -> None:
    text = {"ru": "Выучите Kubernetes и получайте на 47 % больше.", "en": sound.text["en"]}

    assert problems(dataclasses.replace(sound, text=text), resume, advice_market) == ["number_without_source"]


def test_a_contact_in_advice_is_caught(sound: Advice, resume: Resume, advice_market: Market) -> None:
    text = {language: f"{words} Пишите hr@sample-market.example" for language, words in sound.text.items()}

    assert "contact" in problems(dataclasses.replace(sound, text=text), resume, advice_market)


def test_a_skill_outside_the_canon_is_caught(sound: Advice, resume: Resume, advice_market: Market) -> None:
    assert "unknown_skill" in problems(dataclasses.replace(sound, subject="Телепатия"), resume, advice_market)
