"""`evaluate` and `predict` from files of ads, as a person runs them."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from salary_assets.cli import main
from salary_assets.salary.bundle import load_bundle, write_bundle
from salary_assets.salary.evaluation import EVERY_POST
from salary_assets.salary.items import read_items
from salary_assets.salary.model import AD, PROFILE, fit
from salary_assets.salary.promotion import promote
from salary_assets.storage import load_settings
from salary_assets.storage.schemas import ModelEvaluation, SkillAliases
from salary_assets_tests.salary.conftest import QUICK

TITLES = {"Python разработчик": 200_000, "Тестировщик": 120_000, "Системный администратор": 90_000}
CITIES = {"Москва": 1.3, "Казань": 1.0}


@pytest.fixture(scope="module")
def ads(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("ads") / "ads.jsonl"
    lines = []
    for number in range(180):
        title, pay = list(TITLES.items())[number % 3]
        city, factor = list(CITIES.items())[number % 2]
        stated = round(pay * factor * (0.9 + 0.02 * (number % 11)))
        words = " ".join("абвгдежзик"[int(digit)] * 4 for digit in str(number))
        lines.append(
            {
                "id": str(1000 + number),
                "name": title,
                "area": {"id": "1" if city == "Москва" else "88", "name": city},
                "employer": {"id": str(number % 37), "name": f"Компания {number % 37}"},
                "salary": {"from": stated, "to": round(1.2 * stated), "currency": "RUR", "gross": False},
                "published_at": f"2025-{1 + number // 20:02d}-{1 + number % 20:02d}T12:00:00+0300",
                "experience": {"id": "between1And3", "name": "От 1 года до 3 лет"},
                "description": f"Нужен {title.lower()} в отдел {words}. Работа в офисе, {words} рядом.",
                "key_skills": [{"name": "Python"}] if "Python" in title else [],
            }
        )
    path.write_text("\n".join(json.dumps(line, ensure_ascii=False) for line in lines) + "\n", "utf-8")
    return path


def _run(tmp_path: Path, *arguments: str) -> Result:
    return CliRunner().invoke(main, [arguments[0], "--home", str(tmp_path / "home"), *arguments[1:]])


def test_evaluate_prints_figures_with_intervals_and_writes_predictions(ads: Path, tmp_path: Path) -> None:
    answers = tmp_path / "answers.jsonl"
    run = _run(
        tmp_path,
        "evaluate",
        "--items",
        str(ads),
        "--test",
        "employer",
        "--model",
        "ridge",
        "--predictions",
        str(answers),
    )
    assert run.exit_code == 0, run.output
    result = json.loads(run.stdout)
    (whole,) = [one for one in result["figures"] if one["slice"] == "all"]
    assert result["ads_with_pay"] == whole["rows"] == 180
    assert whole["log_mae"]["low"] <= whole["log_mae"]["value"] <= whole["log_mae"]["high"]
    assert whole["r2_log"]["value"] > 0.7
    lines = [json.loads(line) for line in answers.read_text("utf-8").splitlines()]
    assert {line["id"] for line in lines} == {str(1000 + number) for number in range(180)}
    assert all(set(line) == {"id", "y", "y_hat", "lower", "upper"} for line in lines)
    assert all(line["lower"] < line["y_hat"] < line["upper"] for line in lines)
    first = next(line for line in lines if line["id"] == "1000")
    assert first["y"] == pytest.approx(1.1 * round(200_000 * 1.3 * 0.9), rel=1e-4)


def test_the_last_period_is_reported_both_ways(ads: Path, tmp_path: Path) -> None:
    lines = [json.loads(line) for line in ads.read_text("utf-8").splitlines()]
    reposts = [{**line, "id": f"9{line['id']}", "published_at": "2025-09-20T12:00:00+0300"} for line in lines[:9]]
    both = tmp_path / "both.jsonl"
    both.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in [*lines, *reposts]), "utf-8")
    run = _run(tmp_path, "evaluate", "--items", str(both), "--test", "time", "--model", "ridge")
    assert run.exit_code == 0, run.output
    rows = {one["slice"]: one["rows"] for one in json.loads(run.stdout)["figures"] if one["model"] == "ridge"}
    late = sum(line["published_at"] >= "2025-08" for line in [*lines, *reposts])
    assert rows["all"] < late - len(reposts) + 5
    assert rows[EVERY_POST] > rows["all"] + len(reposts) - 1


def test_ads_that_only_train_are_never_tested(ads: Path, tmp_path: Path) -> None:
    lines = ads.read_text("utf-8").splitlines(keepends=True)
    tested, more = tmp_path / "tested.jsonl", tmp_path / "more.jsonl"
    tested.write_text("".join(lines[:60]), "utf-8")
    more.write_text("".join(lines[60:]), "utf-8")
    run = _run(
        tmp_path, "evaluate", "--items", str(tested), "--also", str(more), "--test", "random", "--model", "cells"
    )
    assert run.exit_code == 0, run.output
    assert json.loads(run.stdout)["ads_with_pay"] == 60


def test_too_few_ads_fail_in_words(ads: Path, tmp_path: Path) -> None:
    one = tmp_path / "one.jsonl"
    one.write_text(ads.read_text("utf-8").splitlines()[0] + "\n", "utf-8")
    run = _run(tmp_path, "evaluate", "--items", str(one), "--test", "time", "--model", "median")
    assert run.exit_code == 1
    assert "too few for test 'time'" in run.output


def test_a_test_that_the_ads_cannot_give_is_said_before_another_is_trained(ads: Path, tmp_path: Path) -> None:
    undated = tmp_path / "undated.jsonl"
    items = [json.loads(line) | {"published_at": None} for line in ads.read_text("utf-8").splitlines()]
    undated.write_text("".join(json.dumps(item, ensure_ascii=False) + "\n" for item in items), "utf-8")
    run = _run(tmp_path, "evaluate", "--items", str(undated), "--test", "random", "--test", "time", "--model", "median")
    assert run.exit_code == 1
    assert "all of one date" in run.output
    assert "random: median" not in run.output


def test_figures_come_with_their_months_and_with_no_parameters_that_were_not_used(ads: Path, tmp_path: Path) -> None:
    asked = ("evaluate", "--items", str(ads), "--test", "random", "--model", "median", "--folds", "1")
    (plain, tuned) = (tmp_path / "plain.json", tmp_path / "tuned.json")
    _run(tmp_path, *asked, "--out", str(plain))
    _run(tmp_path, *asked, "--trials", "1", "--out", str(tuned))
    told = json.loads(plain.read_text("utf-8"))
    assert told["published"] == ["2025-01", "2025-09"]
    assert told["ads_that_only_train"] == 0
    assert told["parameters"]["depth"] > 0
    assert json.loads(tuned.read_text("utf-8"))["parameters"] is None


def test_no_part_to_test_on_is_a_bad_argument(ads: Path, tmp_path: Path) -> None:
    assert _run(tmp_path, "evaluate", "--items", str(ads), "--test", "random", "--folds", "0").exit_code == 2


def test_predict_without_a_model_says_what_to_do(tmp_path: Path) -> None:
    run = _run(tmp_path, "predict", "--json", '{"title": "Python"}')
    assert run.exit_code == 1
    assert "no model is served yet" in run.output


def test_predict_takes_one_kind_of_input(tmp_path: Path) -> None:
    assert _run(tmp_path, "predict").exit_code == 2


AT = datetime(2025, 11, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def trained(ads: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home that serves a model of the ads."""
    settings = load_settings(tmp_path_factory.mktemp("served"))
    paid = read_items([ads], settings, AT).paid
    ad, profile = (fit(paid, QUICK, variant) for variant in (AD, PROFILE))
    nothing = (SkillAliases.no_rows(), ModelEvaluation.no_rows())
    write_bundle(settings.models / "v1", "v1", AT, ad, profile, paid, *nothing, "card")
    promote(settings.models, "v1", AT, "first")
    return settings.home


@pytest.fixture
def served(trained: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(trained, tmp_path / "home"))


def test_every_ad_of_a_file_is_answered_in_its_order_whatever_pay_it_states(
    ads: Path, served: Path, tmp_path: Path
) -> None:
    items = [json.loads(line) for line in ads.read_text("utf-8").splitlines()[:30]][::-1]
    resume = {
        "channel": "jobs",
        "id": 5,
        "date": "2025-09-01T10:00:00+00:00",
        "text": "#резюме Ищу работу тестировщиком",
    }
    dearer = [item | {"salary": {**item["salary"], "from": 5_000_000, "to": None}} for item in items]
    told = []
    for number, lines in enumerate(([*items, resume], [*dearer, resume])):
        path = tmp_path / f"{number}.jsonl"
        path.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines), "utf-8")
        run = _run(tmp_path, "predict", "--items", str(path))
        assert run.exit_code == 0, run.output
        told.append([json.loads(line) for line in run.stdout.splitlines()])
    plain, again = told
    assert plain == again
    assert [line["id"] for line in plain] == [*(item["id"] for item in items), 5]
    assert plain[-1] == {"channel": "jobs", "id": 5, "y_hat": None, "lower": None, "upper": None} | {
        "reason": "not an offer of work, or it could not be read"
    }
    expected = load_bundle(served / "models" / "v1").predict_ads(
        read_items([tmp_path / "0.jsonl"], load_settings(served), AT)
        .inputs.set_index("vacancy_id", drop=False)
        .loc[[f"hh/{item['id']}" for item in items]]
    )
    for name in ("y_hat", "lower", "upper"):
        assert [line[name] for line in plain[:-1]] == [round(value) for value in getattr(expected, name)]


def test_one_request_is_answered_with_as_many_ads_as_asked_for(served: Path, tmp_path: Path) -> None:
    asked = json.dumps({"title": "Python разработчик", "region": "Москва"}, ensure_ascii=False)
    answers = [
        json.loads(_run(tmp_path, "predict", "--json", asked, "--comparable", str(count)).stdout) for count in (0, 3)
    ]
    assert [len(answer.pop("comparable")) for answer in answers] == [0, 3]
    assert answers[0] == answers[1]
    assert answers[0]["model"] == "v1"
    assert answers[0]["contributions"]


@pytest.mark.parametrize("request_", ["{", "[]", '{"title": "a", "grade": "wizard"}', "{}"])
def test_a_request_that_cannot_be_read_is_a_bad_argument(served: Path, tmp_path: Path, request_: str) -> None:
    assert _run(tmp_path, "predict", "--json", request_).exit_code == 2


def test_a_result_that_cannot_be_written_is_said_in_words(served: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    out = str(tmp_path / "file" / "answer.json")
    run = _run(tmp_path, "predict", "--json", '{"title": "Python"}', "--out", out)
    assert run.exit_code == 1
    assert f"{out} cannot be written" in run.output


def test_training_without_vacancies_says_what_to_run(tmp_path: Path) -> None:
    run = _run(tmp_path, "train")
    assert run.exit_code == 1
    assert "no vacancies yet; run: salary-assets refresh" in run.output
