"""`evaluate` and `predict` from files of ads, as a person runs them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from salary_assets.cli import main
from salary_assets.salary.evaluation import EVERY_POST

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
