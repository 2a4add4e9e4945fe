"""Tables of the page: order of rows, how numbers are written, and words from ads that stay words."""

from __future__ import annotations

import json
from math import log
from typing import Any

import pandas as pd
import pytest

from salary_assets.reports import overview_markdown
from salary_assets.reports.tables import cells, difference_table, known, number, pay_table, period, share, thousands
from salary_assets.reports.words import reason
from salary_assets.storage.schemas import MarketReport


def figures(section: str, *rows: tuple[dict[str, str], dict[str, float]], **behind: Any) -> pd.DataFrame:
    """A report of one section: cells by their dimensions, with the same vacancies behind each."""
    usual = {"vacancies": 1_234, "employers": 56, "first_month": "2024-01", "last_month": "2024-03"} | behind
    return MarketReport.frame(
        [
            {"section": section, "dimensions": json.dumps(dimensions), "measure": measure, "value": value} | usual
            for dimensions, measures in rows
            for measure, value in measures.items()
        ]
    )


def test_cells_are_those_of_exactly_the_dimensions_asked_for_in_the_order_of_their_own() -> None:
    grades = ("not_stated", "senior", "intern", "chief", "junior")
    report = figures(
        "pay",
        *(({"grade": grade}, {"p50": 1.0}) for grade in grades),
        ({"grade": "lead", "position": "X"}, {"p50": 2.0}),
        ({}, {"p50": 3.0}),
    )

    assert cells(report, "pay", ["grade"])["grade"].tolist() == ["intern", "junior", "senior", "chief", "not_stated"]
    assert cells(report, "pay", [])["p50"].tolist() == [3.0]
    assert cells(report, "volume", ["grade"]).empty


def test_what_is_not_stated_comes_last_among_names() -> None:
    report = figures("volume", *(({"position": name}, {"postings": 1.0}) for name in ("Я", "not_stated", "А")))

    assert cells(report, "volume", ["position"])["position"].tolist() == ["А", "Я", "not_stated"]


def test_a_row_of_pay_shows_each_figure_in_its_column() -> None:
    measures = {"p25": 90_000.0, "p50": 120_400.0, "p75": 150_000.0, "p50_low": 115_000.0, "p50_high": 125_000.0}
    report = figures("pay", ({"grade": "middle"}, measures | {"p50_weighted": 130_000.0, "share_comparable": 0.25}))

    (row,) = pay_table(cells(report, "pay", ["grade"]), ["grade"]).rows

    assert [one.en for one in row[1:]] == [
        "90", "120", "150", "115–125", "130", "25\u202f%", "1\u202f234", "56",
        "2024\u201101\u202f–\u202f2024\u201103",
    ]  # fmt: skip


def test_a_median_without_an_interval_shows_a_dash() -> None:
    measures = dict.fromkeys(("p25", "p50", "p75", "p50_weighted"), 90_000.0) | {"share_comparable": 1.0}
    report = figures("pay", ({}, measures | {"p50_low": float("nan"), "p50_high": float("nan")}), employers=0)

    (row,) = pay_table(cells(report, "pay", []), []).rows

    assert (row[3].en, row[7].en) == ("–", "–")


def test_a_difference_is_told_with_its_interval_from_low_to_high() -> None:
    report = figures("skill_difference", ({"skill": "x"}, {"difference": log(1.1), "low": log(0.95), "high": log(1.3)}))

    (row,) = difference_table(cells(report, "skill_difference", ["skill"]), "skill").rows

    assert [row[1].en, row[2].en] == ["+10\u202f%", "−5\u202f% … +30\u202f%"]


@pytest.mark.parametrize(
    ("shown", "expected"),
    [
        (thousands(149_600), "150"), (thousands(float("nan")), "–"), (number(12_345), "12\u202f345"),
        (number(float("nan")), "–"), (known(0), "–"), (known(7), "7"), (share(0.126), "13\u202f%"),
        (share(float("nan")), "–"), (period("2024-01", "2024-01"), "2024\u201101"), (period(None, None), "–"),
    ],
)  # fmt: skip
def test_numbers_are_written_as_people_read_them(shown: str, expected: str) -> None:
    assert shown == expected


def test_words_from_ads_cannot_break_the_table_of_the_overview() -> None:
    measures = dict.fromkeys(("p25", "p50", "p75", "p50_low", "p50_high", "p50_weighted"), 90_000.0)
    hostile = {"position": "a|b<img>"}
    volume = figures("volume", ({}, {"postings": 1.0}))

    text = overview_markdown(pd.concat([volume, figures("pay", (hostile, measures | {"share_comparable": 1.0}))]))

    assert "| a\\|b&lt;img> |" in text


@pytest.mark.parametrize(
    ("english", "russian"),
    [
        ("less than 10 000 RUB for month is no offer of full pay", "месяц"),
        ("no official rate of GEL is known for the ad's day", "GEL"),
        ("something new", "something new"),
    ],
)
def test_a_reason_is_told_in_russian_where_it_is_known(english: str, russian: str) -> None:
    told = reason(english)

    assert russian in told.ru
    assert told.en.replace("\u00a0", " ") == english
    assert (told.ru == told.en) is (english == "something new")
