"""`explain-pay` on an ad of each kind: every step from what is stated to net roubles a month, or why there are none."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pandas as pd
import pytest
from click.testing import CliRunner

from salary_assets.cli import main
from salary_assets.market import build_vacancies
from salary_assets.money import bundled_rates
from salary_assets.storage import Settings, TableStore
from salary_assets.storage.schemas import ExchangeRates, LabelledPostings, Vacancies
from salary_assets_tests.market.frames import label, pay, posting, tables

DAILY = [("2021-10-08", 72.2216), ("2021-10-09", 71.95)]
"""Rates of a Friday and the Saturday after it; none is set for Sunday."""


def rates() -> pd.DataFrame:
    rows = [
        {"effective_on": day, "currency": "USD", "rub_per_unit": rate, "origin": "cbr_daily"} for day, rate in DAILY
    ]
    return pd.concat([bundled_rates(), ExchangeRates.frame(rows)], ignore_index=True)


def explained(home: Settings, stated: dict[str, Any], day: str = "2021-10-10") -> list[str]:
    """What the command prints for the one ad of a home, without the line of its title."""
    postings, labels, _ = tables((posting(1, day), stated))
    TableStore(home.tables_url).write(Vacancies, build_vacancies(postings, labels, rates()).vacancies)
    result = CliRunner().invoke(main, ["explain-pay", "hh/1", "--home", str(home.home)])
    assert result.exit_code == 0, result.output
    head, *steps = result.stdout.splitlines()
    assert head == f"Java-разработчик, published {day}"
    return steps


KINDS = {
    "net a month": (
        pay(100_000, 150_000),
        [
            "1. Stated: “100000-150000” reads as from 100 000 to 150 000 RUB for month, after tax.",
            "2. Comparable: from 100 000 to 150 000 RUB a month, net.",
        ],
    ),
    "gross a month, one bound": (
        pay(200_000, None, tax="gross", pay_raw="от 200 000"),
        [
            "1. Stated: “от 200 000” reads as from 200 000 RUB for month, before tax.",
            "2. Tax: 13% / 15% above 5 000 000 (372-FZ of 23.11.2020), on twelve such months.",
            "3. Comparable: from 174 000 RUB a month, net.",
        ],
    ),
    "tax unknown": (
        pay(100_000, None, tax="unknown", pay_raw=None),
        [
            "1. Stated: from 100 000 RUB for month, tax not mentioned.",
            "2. Tax: the ad does not say whether tax is off; taken as net.",
            "3. Comparable: from 100 000 RUB a month, net.",
        ],
    ),
    "by the hour": (
        pay(500, None, period="hour", pay_raw=None),
        [
            "1. Stated: from 500 RUB for hour, after tax.",
            "2. Month: x 164.333 (working hours of an average month, production calendar 2021): from 82 166.67 RUB.",
            "3. Comparable: from 82 167 RUB a month, net.",
        ],
    ),
    "by the shift": (
        pay(3_000, None, period="shift", pay_raw=None),
        [
            "1. Stated: from 3 000 RUB for shift, after tax.",
            "2. Not comparable (not_monthly): pay for shift does not say what a month brings.",
        ],
    ),
    "in dollars on a day without a rate": (
        pay(2_000, None, currency="USD", pay_raw=None),
        [
            "1. Stated: from 2 000 USD for month, after tax.",
            (
                "2. Rate: 71.95 RUB for one unit on 2021-10-09, the last one set by 2021-10-10"
                " (the Bank of Russia's daily rate): from 143 900 RUB."
            ),
            "3. Comparable: from 143 900 RUB a month, net.",
        ],
    ),
    "in USDT": (
        pay(2_000, None, currency="USDT", pay_raw=None),
        [
            "1. Stated: from 2 000 USDT for month, after tax.",
            (
                "2. Rate: 71.95 RUB for one unit on 2021-10-09, the last one set by 2021-10-10"
                " (the Bank of Russia's daily rate), which stands in for this currency (USD): from 143 900 RUB."
            ),
            "3. Comparable: from 143 900 RUB a month, net.",
        ],
    ),
    "implausible for an hour": (
        pay(90_000, None, period="hour", pay_raw=None),
        [
            "1. Stated: from 90 000 RUB for hour, after tax.",
            "2. Not comparable (implausible): more than 15 000 RUB for hour is beyond any known offer.",
        ],
    ),
    "implausible for a month": (
        pay(25, None, pay_raw=None),
        [
            "1. Stated: from 25 RUB for month, after tax.",
            "2. Not comparable (implausible): less than 10 000 RUB for month is no offer of full pay.",
        ],
    ),
    "crossed bounds": (
        pay(150_000, 100_000, pay_raw=None),
        [
            "1. Stated: from 150 000 to 100 000 RUB for month, after tax.",
            "2. Order: the bounds were crossed and are swapped.",
            "3. Comparable: from 100 000 to 150 000 RUB a month, net.",
        ],
    ),
    "gross in another country": (
        pay(2_000, None, currency="USD", tax="gross", country="BY", region=None, city="Минск", pay_raw=None),
        [
            "1. Stated: from 2 000 USD for month, before tax.",
            (
                "2. Rate: 71.95 RUB for one unit on 2021-10-09, the last one set by 2021-10-10"
                " (the Bank of Russia's daily rate): from 143 900 RUB."
            ),
            (
                "3. Not comparable (foreign_tax): gross pay under the income tax of BY: that country's scale is not"
                " known here."
            ),
        ],
    ),
    "not stated": ({}, ["1. The ad states no pay."]),
}


@pytest.mark.parametrize(("stated", "steps"), KINDS.values(), ids=KINDS.keys())
def test_each_step_is_printed(home: Settings, stated: dict[str, Any], steps: list[str]) -> None:
    assert explained(home, stated) == steps


def test_pay_in_a_currency_without_a_recent_rate_is_kept_and_not_converted(home: Settings) -> None:
    steps = explained(home, pay(2_000, None, currency="USD", pay_raw=None), day="2024-05-02")

    assert steps[-1] == "2. Not comparable (unknown_rate): no official rate of USD is known for 2024-05-02."


def test_a_merged_ad_is_explained_by_its_vacancy(home: Settings) -> None:
    postings, labels, _ = tables((posting(1), {}), (posting(2, "2021-10-09"), pay(100_000, None)))
    TableStore(home.tables_url).write(Vacancies, build_vacancies(postings, labels, rates()).vacancies)

    lines = CliRunner().invoke(main, ["explain-pay", "hh/2", "--home", str(home.home)]).stdout.splitlines()

    assert lines[0] == "hh/2 is merged into vacancy hh/1 (2 ads)."
    assert lines[2] == "1. Taken from hh/2, another ad of the same vacancy."


def test_the_steps_are_told_as_json_for_other_programs(home: Settings) -> None:
    postings, labels, _ = tables((posting(1), pay(None, 100_000)))
    TableStore(home.tables_url).write(Vacancies, build_vacancies(postings, labels, rates()).vacancies)

    result = CliRunner().invoke(main, ["explain-pay", "hh/1", "--json", "--home", str(home.home)])

    told = json.loads(result.stdout)
    assert (told["posting_id"], told["published_at"]) == ("hh/1", "2021-10-05T09:00:00+00:00")
    assert (told["pay_lower"], told["pay_upper"], told["pay_status"]) == (None, 100_000, "comparable")
    assert [step["step"] for step in told["pay_steps"]] == ["stated", "result"]


def test_an_unknown_ad_and_one_that_is_no_vacancy_say_what_to_do(home: Settings) -> None:
    store = TableStore(home.tables_url)
    one, resume = posting(1), posting(2)
    store.write(Vacancies, build_vacancies(*tables((one, {}))).vacancies)
    store.write(LabelledPostings, LabelledPostings.frame([label(resume, kind="resume")]))

    unknown = CliRunner().invoke(main, ["explain-pay", "hh/9", "--home", str(home.home)])
    no_vacancy = CliRunner().invoke(main, ["explain-pay", "hh/2", "--home", str(home.home)])

    assert (unknown.exit_code, no_vacancy.exit_code) == (1, 1)
    assert "ids are `source/native id`" in unknown.output
    assert "labelled `resume`" in no_vacancy.output


def test_amounts_made_comparable_are_dated_by_the_ad_in_moscow(home: Settings) -> None:
    late = datetime(2021, 10, 8, 22, 0, tzinfo=UTC)
    stated = pay(2_000, None, currency="USD", pay_raw=None)
    postings, labels, _ = tables((posting(1, "2021-10-08") | {"published_at": late}, stated))

    vacancy = build_vacancies(postings, labels, rates()).vacancies.iloc[0]

    assert vacancy["pay_lower"] == 2_000 * 71.95


def test_the_day_of_an_ad_is_told_by_the_clock_that_its_rate_goes_by(home: Settings) -> None:
    late = datetime(2021, 10, 8, 22, 0, tzinfo=UTC)
    stated = pay(2_000, None, currency="USD", pay_raw=None)
    postings, labels, _ = tables((posting(1, "2021-10-08") | {"published_at": late}, stated))
    TableStore(home.tables_url).write(Vacancies, build_vacancies(postings, labels, rates()).vacancies)

    lines = CliRunner().invoke(main, ["explain-pay", "hh/1", "--home", str(home.home)]).stdout.splitlines()

    assert lines[0] == "Java-разработчик, published 2021-10-09"
    assert "for one unit on 2021-10-09 (" in lines[2]
