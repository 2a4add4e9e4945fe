"""Leaks are planted here; each must be named. The same market without a plant must be called clean."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from salary_assets.salary import leaks
from salary_assets.salary.splits import Split, outer_splits
from salary_assets.salary.target import stated_pay
from salary_assets.salary.training import masked_texts, masked_titles
from salary_assets.storage.schemas import ModelEvaluation
from salary_assets.storage.vocabulary import TESTS


def _checks(findings: list[leaks.Finding]) -> set[str]:
    return {finding.check for finding in findings}


def test_a_clean_market_has_no_leaks(ads: pd.DataFrame) -> None:
    assert leaks.find_leaks(ads) == []


def test_a_grade_made_from_pay_is_named(ads: pd.DataFrame) -> None:
    thirds = pd.qcut(stated_pay(ads), 3, labels=["junior", "middle", "senior"])
    planted = ads.assign(grades=[[grade] for grade in thirds])
    assert "grades from pay" in _checks(leaks.find_leaks(planted))


def test_a_grade_made_from_pay_where_the_ad_names_none_is_named(ads: pd.DataFrame) -> None:
    titles = ads["title"].str.replace(r" (junior|middle|senior)$", "", regex=True)
    silent = ads.assign(title=titles, experience_min=np.nan, experience_max=np.nan)
    thirds = pd.qcut(stated_pay(ads), 3, labels=["junior", "middle", "senior"])
    imputed = np.arange(len(ads)) % 10 < 6
    grades = [[grade] if row else [] for grade, row in zip(thirds, imputed, strict=True)]
    assert "grades from pay" in _checks(leaks.columns_made_from_pay(silent.assign(grades=grades)))


def test_a_kind_of_job_made_from_pay_is_named(ads: pd.DataFrame) -> None:
    bands = pd.qcut(stated_pay(ads), 8, labels=False)
    planted = ads.assign(job_cluster_id=pd.Series([f"cluster{band}" for band in bands], index=ads.index, dtype="str"))
    assert _checks(leaks.columns_made_from_pay(planted)) == {"job_cluster_id from pay"}


def test_a_copy_of_a_test_ad_in_training_is_named(ads: pd.DataFrame) -> None:
    (first, *_) = outer_splits(ads, "random")
    copy = ads.iloc[[first.test[0]]].assign(vacancy_id="hh/copy", group="another group")
    planted = pd.concat([ads, copy], ignore_index=True)
    split = Split("random", 0, np.append(first.train, len(ads)), first.test)
    findings = leaks.twins_across(planted, split)
    assert _checks(findings) == {"duplicate across the split"}
    assert ads["vacancy_id"].iloc[first.test[0]] in findings[0].message


def test_the_same_words_of_another_employer_are_no_copy(ads: pd.DataFrame) -> None:
    (first, *_) = outer_splits(ads, "random")
    other = ads.iloc[[first.test[0]]].assign(vacancy_id="hh/other", group="another group", employer_key="another")
    split = Split("random", 0, np.append(first.train, len(ads)), first.test)
    assert leaks.twins_across(pd.concat([ads, other], ignore_index=True), split) == []


def test_a_group_on_both_sides_is_named(ads: pd.DataFrame) -> None:
    repeated = ads[ads["group"].duplicated(keep=False)]
    rows = repeated.index[repeated["group"] == repeated["group"].iloc[0]].to_numpy()
    split = Split("random", 0, rows[:1], rows[1:])
    assert "group across the split" in _checks(leaks.twins_across(ads, split))


def test_a_known_employer_in_test_b_is_named(ads: pd.DataFrame) -> None:
    rows = ads.index[ads["employer_key"] == "employer1"].to_numpy()
    split = Split("employer", 0, rows[:1], rows[-1:])
    assert "employer across the split" in _checks(leaks.twins_across(ads, split))


def test_pay_left_in_titles_and_texts_is_named(ads: pd.DataFrame) -> None:
    stated = [f"{round(pay, -3):.0f}" for pay in stated_pay(ads)]
    planted = ads.assign(title=ads["title"] + " от " + stated + " руб", text=ads["text"] + " Оклад " + stated)
    assert _checks(leaks.pay_in_words(planted)) == {"pay in title", "pay in text"}


def test_the_training_set_masks_what_was_planted(ads: pd.DataFrame) -> None:
    stated = [f"{round(pay, -3):.0f}" for pay in stated_pay(ads)]
    planted = ads.assign(
        title=masked_titles(ads["title"] + " от " + stated + " руб"),
        text=masked_texts(ads["text"] + " Оклад " + stated + ", 120к на руки, 3000$"),
    )
    assert leaks.pay_in_words(planted) == []


def test_a_figure_past_the_ceiling_is_not_believed() -> None:
    row = {"test": "employer", "model": "ours", "slice": "all", "metric": "r2_log", "low": 0.9, "high": 0.95, "rows": 9}
    figures = ModelEvaluation.frame([row | {"value": 0.93}, row | {"value": 0.71, "test": "time"}])
    (finding,) = leaks.too_good(figures)
    assert "0.93" in finding.message
    assert "test employer" in finding.message


def test_every_test_of_the_protocol_is_searched_for_twins(ads: pd.DataFrame) -> None:
    copies = ads.head(100).assign(vacancy_id="copy of " + ads["vacancy_id"], group="copy of " + ads["group"])
    copies = copies.assign(published_at=ads["published_at"].max())
    messages = [
        finding.message
        for finding in leaks.find_leaks(pd.concat([ads, copies], ignore_index=True))
        if finding.check == "duplicate across the split"
    ]
    assert {test for test in TESTS if any(f"test {test}, part" in said for said in messages)} == {"random", "time"}


def test_short_amounts_in_titles_are_named(ads: pd.DataFrame) -> None:
    assert _checks(leaks.pay_in_words(ads.assign(title=ads["title"] + " от 120к"))) == {"pay in title"}
    assert _checks(leaks.pay_in_words(ads.assign(title=ads["title"] + " 120000"))) == {"pay in title"}
    assert leaks.pay_in_words(ads.assign(title=ads["title"] + " 1С 8.3")) == []


def test_titles_lose_amounts_and_keep_the_numbers_of_products() -> None:
    titles = pd.Series(
        ["Разработчик 1С 8.3", "Разработчик до 250к", "Java 17 (от 150 000 ₽)", "Оклад 90000: техник", None]
    )
    assert masked_titles(titles).tolist() == ["Разработчик 1С 8.3", "Разработчик", "Java 17 (", "Оклад : техник", ""]


@pytest.mark.parametrize("column", ["position", "experience_min", "work_formats", "employment", "region"])
def test_any_labelled_column_made_from_pay_is_named(ads: pd.DataFrame, column: str) -> None:
    some = ads.head(500)
    bands = pd.qcut(stated_pay(some), 8, labels=False)
    values: dict[str, list[object]] = {
        "experience_min": [float(band) for band in bands],
        "work_formats": [[f"format{band}"] for band in bands],
    }
    planted = some.assign(**{column: values.get(column, [f"value{band}" for band in bands])})
    assert f"{column} from pay" in _checks(leaks.columns_made_from_pay(planted))


def test_a_column_of_many_values_that_say_nothing_is_no_leak(ads: pd.DataFrame) -> None:
    drawn = np.random.default_rng(0).integers(0, 100, len(ads))
    gains = leaks.column_gains(ads.assign(job_cluster_id=[f"cluster{one}" for one in drawn]))
    assert gains["job_cluster_id"] < 0.02
