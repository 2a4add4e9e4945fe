"""The Mistral labeller against a server on loopback: answers are checked, kept, and paid for once."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from salary_assets.labelling import Ad, labeller_from
from salary_assets.labelling.rules import label_ad
from salary_assets.storage import load_settings
from salary_assets_tests.emulators.mistral import MODEL, MistralEmulator, failure, rules_answer
from salary_assets_tests.emulators.server import Fault, Response
from salary_assets_tests.labelling.asking import ads, asking, post

BY_MODEL = f"mistral:{MODEL}"


def test_ads_are_labelled_by_the_model_that_answered(tmp_path: Path) -> None:
    with MistralEmulator() as server, asking(server, tmp_path) as labeller:
        labels = labeller.label(ads(10))

    assert {label.labeller for label in labels} == {BY_MODEL}
    assert {label.labeller_version for label in labels} == {labeller.version}
    assert [label.position for label in labels[:4]] == [
        "Программист, разработчик", "Системный аналитик", "DevOps-инженер", "Тестировщик",
    ]  # fmt: skip
    assert labels[0].by["position"] == BY_MODEL
    assert labels[0].pay is not None and labels[0].pay.amount_from == 250_000


def test_every_value_of_the_model_quotes_the_ad(tmp_path: Path) -> None:
    with MistralEmulator() as server, asking(server, tmp_path) as labeller:
        (label,) = labeller.label(ads(1))

    text = post(0)
    assert all(text[one.start : one.end] == one.quote for one in label.evidence)
    assert all(text[skill.start : skill.end] == skill.spelling for skill in label.skills)


def test_pay_contacts_and_names_never_leave(tmp_path: Path) -> None:
    text = (
        "Вакансия: Java-разработчик, вилка 310-350к на руки, пишите Марии Ивановой @maria_hr или maria@corp.ru, "
        "тел. +7 912 345-67-89, https://corp.ru/apply?id=7"
    )
    with MistralEmulator() as server, asking(server, tmp_path) as labeller:
        labeller.label([Ad(text=text)])

    sent = json.dumps(server.questions[0]["messages"], ensure_ascii=False)
    assert "Java" in sent
    for secret in ("310", "350", "Мари", "Иванов", "maria", "912", "corp.ru"):
        assert secret not in sent


@pytest.mark.parametrize(
    "trouble", ["refused", "empty", "prose", "wrong_enum", "extra_keys", "other_ids", "missing_ad"]
)
def test_a_bad_answer_is_asked_for_again_with_its_error(tmp_path: Path, trouble: str) -> None:
    with MistralEmulator(troubles=[trouble]) as server, asking(server, tmp_path) as labeller:
        labels = labeller.label(ads(3))

    assert {label.labeller for label in labels} == {BY_MODEL}
    first, second = server.questions
    assert second["messages"][:2] == first["messages"]
    assert "could not be used" in second["messages"][2]["content"]


def test_a_cut_off_answer_is_asked_for_in_two_halves(tmp_path: Path) -> None:
    with MistralEmulator(troubles=["truncated"]) as server, asking(server, tmp_path) as labeller:
        labels = labeller.label(ads(4))

    assert {label.labeller for label in labels} == {BY_MODEL}
    asked = [len(json.loads(question["messages"][1]["content"])) for question in server.questions]
    assert asked == [4, 2, 2]


@pytest.mark.parametrize("trouble", ["refused", "wrong_enum", "extra_keys", "truncated", "missing_ad"])
def test_after_a_second_bad_answer_the_rules_label_and_say_so(tmp_path: Path, trouble: str) -> None:
    (ad,) = ads(1)
    with MistralEmulator(troubles=[trouble] * 2) as server:
        with asking(server, tmp_path) as labeller:
            (label,) = labeller.label([ad])
        with asking(server, tmp_path) as labeller:
            (again,) = labeller.label([ad])

    assert label.labeller == "rules"
    assert labeller.version in label.labeller_version
    assert "unusable answer" in label.labeller_version
    assert label.position == label_ad(ad).position
    assert again == label
    assert len(server.questions) == 2, "an ad that was paid for twice in vain is not asked about again"


def test_the_order_of_answers_does_not_matter(tmp_path: Path) -> None:
    asked = ads(8)
    with MistralEmulator(troubles=["wrong_order"]) as server, asking(server, tmp_path) as labeller:
        labels = labeller.label(asked)

    assert len(server.questions) == 1
    assert [label.position for label in labels] == [label_ad(ad).position for ad in asked]


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_busy_server_is_asked_again(tmp_path: Path, status: int) -> None:
    with MistralEmulator() as server, asking(server, tmp_path, RETRY_SECONDS="10") as labeller:
        server.faults.append(Fault("answer", on="/v1/chat", response=failure(status)))
        labels = labeller.label(ads(2))

    assert {label.labeller for label in labels} == {BY_MODEL}
    assert set(server.paid.values()) == {1}


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        (Fault("answer", 99, response=failure(401)), "HTTP 401"),
        (Fault("answer", 99, response=failure(500)), "HTTP 500"),
        (Fault("page", 99), "server failing"),
        (Fault("answer", 99, response=Response.json({"nothing": "of the API"})), "no answer"),
    ],
)  # fmt: skip
def test_a_failing_server_leaves_the_ads_to_the_rules(tmp_path: Path, fault: Fault, reason: str) -> None:
    with MistralEmulator() as server, asking(server, tmp_path, RETRY_SECONDS="0.2") as labeller:
        server.faults.append(fault)
        labels = labeller.label(ads(2))

    assert {label.labeller for label in labels} == {"rules"}
    assert all(reason in label.labeller_version for label in labels)


def test_a_broken_server_is_soon_left_alone(tmp_path: Path) -> None:
    with MistralEmulator() as server, asking(server, tmp_path, RETRY_SECONDS="0.1") as labeller:
        server.faults.append(Fault("answer", 10_000, response=failure(401)))
        labels = labeller.label(ads(200))

    assert {label.labeller for label in labels} == {"rules"}
    assert len(server.requests) <= 4, "only calls already on their way when the first was refused"


def test_what_a_failing_server_never_took_is_asked_about_next_time(tmp_path: Path) -> None:
    with MistralEmulator() as server:
        server.faults.append(Fault("answer", 1, response=failure(401)))
        with asking(server, tmp_path) as labeller:
            labeller.label(ads(2))
        with asking(server, tmp_path) as labeller:
            labels = labeller.label(ads(2))

    assert {label.labeller for label in labels} == {BY_MODEL}


@pytest.mark.parametrize("way", ["timeout", "reset"])
def test_an_answer_lost_on_its_way_is_not_paid_for_twice(tmp_path: Path, way: str) -> None:
    """The server has answered and charged; what got lost is the answer."""
    with MistralEmulator(troubles=["slow"] if way == "timeout" else [], slow_seconds=1.5) as server:
        if way == "reset":
            server.faults.append(Fault("reset", on="/v1/chat"))
        with asking(server, tmp_path, TIMEOUT_SECONDS="0.5") as labeller:
            (label,) = labeller.label(ads(1))
            lost = labeller.account()
        with asking(server, tmp_path) as labeller:
            (later,) = labeller.label(ads(1))
        with asking(server, tmp_path, RESEND="1") as labeller:
            (resent,) = labeller.label(ads(1))

    assert (label.labeller, later.labeller, resent.labeller) == ("rules", "rules", BY_MODEL)
    assert "no answer" in label.labeller_version
    assert lost["calls_without_answer"] == 1 and (lost["usd"] or 0) > 0, "what may have been charged is booked"


def test_values_that_the_ad_does_not_say_fall_away(tmp_path: Path) -> None:
    def dreaming(ad: dict[str, Any]) -> dict[str, Any]:
        answer = rules_answer(ad)
        answer["grades"], answer["quotes"]["grades"] = ["chief"], "директор всего"
        answer["city"], answer["quotes"]["city"] = "Лондон", "London office"
        answer["skills"] = [*answer["skills"], "COBOL"]
        answer["title"] = "Почётный президент"
        return answer

    with MistralEmulator(dreaming) as server, asking(server, tmp_path) as labeller:
        (label,) = labeller.label(ads(1))
        account = labeller.account()

    assert label.labeller == BY_MODEL
    assert (label.grades, label.by["grades"]) == (["senior"], "rules")
    assert label.city is None
    assert "COBOL" not in [skill.spelling for skill in label.skills]
    assert label.title == label_ad(ads(1)[0]).title
    assert account["values_not_in_the_ad"] == 4


def test_at_most_fewer_years_than_at_least_fall_away(tmp_path: Path) -> None:
    def confused(ad: dict[str, Any]) -> dict[str, Any]:
        return rules_answer(ad) | {"experience_min": 5, "experience_max": 3}

    with MistralEmulator(confused) as server, asking(server, tmp_path) as labeller:
        (label,) = labeller.label(ads(1))

    assert label.labeller == BY_MODEL
    assert (label.experience_min, label.experience_max, label.by["experience"]) == (3, None, "rules")


def test_markup_is_stronger_than_the_model(tmp_path: Path) -> None:
    ad = Ad(title="Junior тестировщик", text=post(3), area_name="Пермь", experience_raw="between1And3")

    with MistralEmulator() as server, asking(server, tmp_path) as labeller:
        (label,) = labeller.label([ad])

    assert (label.city, label.by["place"]) == ("Пермь", "stated")
    assert (label.experience_min, label.experience_max, label.by["experience"]) == (1, 3, "stated")
    assert (label.grades, label.by["grades"]) == (["junior"], BY_MODEL)


def test_the_settings_choose_the_labeller(tmp_path: Path) -> None:
    with MistralEmulator() as server:
        env = {"MISTRAL_SERVER_URL": server.url, "SALARY_ASSETS_LABELLER": "mistral"}
        with labeller_from(load_settings(tmp_path, env)) as labeller:
            (label,) = labeller.label(ads(1))

    assert label.labeller == BY_MODEL
    with labeller_from(load_settings(tmp_path, {})) as labeller:
        assert labeller.name == "rules"
