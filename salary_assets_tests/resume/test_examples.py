"""The fine-tuning set and the advice model: repeatable, split by person, nobody's data, verified on loading."""

import json
from datetime import UTC, date, datetime
from pathlib import Path

import pandas as pd
import pytest

from salary_assets.resume.advice_model import (
    DamagedAdviceModel,
    advice_folder,
    build_advice_market,
    load_advice_model,
    write_advice_model,
)
from salary_assets.resume.examples import advice_examples, chat_lines, evaluate_advice
from salary_assets.resume.market import MARKET_COLUMNS, Market
from salary_assets.resume.structure import SkillIds
from salary_assets.resume.synthetic import synthetic_resume

TODAY = date(2026, 10, 15)
CREATED = datetime(2026, 11, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def examples(advice_market: Market, skill_ids: SkillIds) -> list[dict]:
    return advice_examples(advice_market, TODAY, skill_ids, lambda resume: None, count=30)


def test_the_same_market_gives_the_same_examples(
    examples: list[dict], advice_market: Market, skill_ids: SkillIds
) -> None:
    assert advice_examples(advice_market, TODAY, skill_ids, lambda resume: None, count=10) == examples[:10]


def test_each_split_is_chat_json_lines(examples: list[dict]) -> None:
    lines = {split: chat_lines(examples, split).splitlines() for split in ("train", "validation")}

    assert len(lines["train"]) + len(lines["validation"]) == len(examples)
    assert len(lines["train"]) > len(lines["validation"]) > 0
    roles = [[message["role"] for message in json.loads(line)["messages"]] for line in lines["train"]]
    assert set(map(tuple, roles)) == {("system", "user", "assistant")}


def test_every_piece_of_evidence_in_an_answer_stands_in_the_question(examples: list[dict]) -> None:
    for example in examples:
        question = json.loads(example["messages"][1]["content"])
        known = question["resume"]["text"] + "".join(one["fact"] for one in question["market"])
        for piece in json.loads(example["messages"][2]["content"]):
            assert all(quote in known for quote in piece["evidence"])


def test_no_example_holds_a_name_or_a_contact(examples: list[dict]) -> None:
    said = json.dumps([example["messages"] for example in examples], ensure_ascii=False)

    assert not any(secret in said for number in range(30) for secret in synthetic_resume(number).secrets)


def test_the_rules_are_evaluated_on_people_no_example_was_made_from(advice_market: Market, skill_ids: SkillIds) -> None:
    found = evaluate_advice(advice_market, TODAY, skill_ids, lambda resume: None, count=30)

    assert found["grounded"] == 1.0
    assert found["with_market"] + found["silent"] == pytest.approx(1.0, abs=0.1)
    assert found["problems"] == {}


def test_an_advice_model_is_loaded_as_it_was_written(tmp_path: Path, advice_market: Market) -> None:
    manifest = write_advice_model(tmp_path, advice_market, CREATED, {"grounded": 1.0})

    loaded = load_advice_model(tmp_path)

    assert loaded is not None
    assert loaded.version == manifest["version"]
    assert loaded.market.names == advice_market.names
    assert loaded.market.ads["skills"].tolist() == advice_market.ads["skills"].tolist()
    pd.testing.assert_frame_equal(
        loaded.market.associations, advice_market.associations.reset_index(drop=True), check_dtype=False
    )


def test_equal_markets_give_equal_versions(tmp_path: Path, advice_market: Market) -> None:
    first = write_advice_model(tmp_path / "one", advice_market, CREATED, {})
    second = write_advice_model(tmp_path / "two", advice_market, CREATED, {})

    assert first["version"] == second["version"]


def test_a_changed_file_is_refused(tmp_path: Path, advice_market: Market) -> None:
    manifest = write_advice_model(tmp_path, advice_market, CREATED, {})
    path = advice_folder(tmp_path) / manifest["version"] / "names.json"
    path.write_bytes(path.read_bytes().replace(b"Python", b"Pyth0n"))

    with pytest.raises(DamagedAdviceModel, match="does not match its hash"):
        load_advice_model(tmp_path)


def test_a_pointer_out_of_the_folder_is_refused(tmp_path: Path, advice_market: Market) -> None:
    write_advice_model(tmp_path, advice_market, CREATED, {})
    (advice_folder(tmp_path) / "current.json").write_text('{"version": "../../elsewhere"}')

    with pytest.raises(DamagedAdviceModel, match="no folder beside it"):
        load_advice_model(tmp_path)


def test_before_the_first_one_there_is_no_advice_model(tmp_path: Path) -> None:
    assert load_advice_model(tmp_path) is None


def test_the_market_is_built_from_vacancies_skills_and_kinds_of_job() -> None:
    vacancies = pd.DataFrame(
        {
            "vacancy_id": ["b", "a", "c"],
            "is_it": [True, True, False],
            "position": ["Тестировщик", "Тестировщик", "Не IT вакансия"],
            **{
                name: None
                for name in MARKET_COLUMNS
                if name not in ("vacancy_id", "position", "skills", "job_cluster_id")
            },
        }
    )
    mapped = pd.DataFrame(
        {
            "vacancy_id": ["a", "a", "b", "c"],
            "canon_id": ["sql", "teamwork", "sql", "sql"],
            "is_it": [True, False, True, True],
        }
    )
    canon = pd.DataFrame(
        {
            "canon_id": ["sql", "teamwork"],
            "canon": ["SQL", "Работа в команде"],
            "is_it": [True, False],
            "kind": ["language", "soft"],
        }
    )
    clusters = pd.DataFrame({"vacancy_id": ["a", "b"], "job_cluster_id": ["qa", "qa"]})

    market = build_advice_market(vacancies, mapped, canon, clusters)

    assert market.ads["vacancy_id"].tolist() == ["a", "b"]
    assert market.ads["skills"].tolist() == [["sql"], ["sql"]]
    assert market.ads["job_cluster_id"].tolist() == ["qa", "qa"]
    assert market.names == {"sql": "SQL"}
