"""Checks of the table of vacancies: silent on a sound one, loud on each fault that would reach a reader."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from salary_assets.market import CHECK_NAMES, build_vacancies, check_vacancies, fill_rates, refused_pay, step_counts
from salary_assets_tests.market.frames import pay, posting, tables


@pytest.fixture(scope="module")
def sound() -> pd.DataFrame:
    """600 vacancies of one ad each, every second with pay, every fiftieth of those refused."""
    ads = []
    for number in range(600):
        stated = pay(100 if number % 100 == 0 else 100_000, None) if number % 2 == 0 else {}
        own = {"title": f"Java-разработчик {'абвгдежзик'[number % 10]}", "employer_name": f"Ромашка {number}"}
        ads.append((posting(number, text=f"{'слово ' * 3}{number}", **own), {"experience_min": 1.0, **stated}))
    return build_vacancies(*tables(*ads)).vacancies


def failed(vacancies: pd.DataFrame) -> list[str]:
    return [one.name for one in check_vacancies(vacancies) if not one.passed]


def test_a_sound_table_passes_every_check_by_name(sound: pd.DataFrame) -> None:
    assert [one.name for one in check_vacancies(sound)] == list(CHECK_NAMES)
    assert failed(sound) == []


def test_an_empty_table_passes() -> None:
    assert failed(build_vacancies(*(frame.head(0) for frame in tables((posting(1), {})))).vacancies) == []


@pytest.mark.parametrize(
    ("name", "fault"),
    [
        ("vacancy_ids_unique", {"vacancy_id": "hh/0"}),
        ("each_ad_in_one_vacancy", {"n_postings": 2}),
        ("pay_in_order", {"pay_upper": 1.0}),
        ("pay_in_order", {"pay_lower": 3_000_000.0}),
        ("pay_in_order", {"pay_upper": 3_000_000.0}),
        ("pay_in_order", {"pay_lower": None, "pay_upper": 0.0}),
        ("pay_in_order", {"pay_lower": None}),
        ("pay_in_order", {"pay_status": "not_monthly"}),
        ("pay_refused", {"pay_status": "implausible", "pay_lower": None}),
        ("pay_without_rate", {"pay_status": "unknown_rate", "pay_lower": None}),
        ("fields_filled", {"title": None}),
    ],
)
def test_a_fault_is_found(sound: pd.DataFrame, name: str, fault: dict[str, Any]) -> None:
    paid = sound["pay_status"] == "comparable"
    broken = sound.copy()
    for column, value in fault.items():
        broken.loc[paid, column] = value

    assert name in failed(broken)


def test_bounds_that_are_equal_or_at_the_limit_are_in_order(sound: pd.DataFrame) -> None:
    paid = sound["pay_status"] == "comparable"

    assert failed(sound.assign(pay_upper=sound["pay_lower"])) == []
    assert failed(sound.assign(pay_upper=sound["pay_upper"].mask(paid, 2_000_000.0))) == []


def test_an_ad_in_two_vacancies_is_found_though_every_count_is_right(sound: pd.DataFrame) -> None:
    shared = sound.copy()
    shared["members"] = [shared["members"].iloc[max(number, 1)] for number in range(len(shared))]

    (found,) = [one for one in check_vacancies(shared) if one.name == "each_ad_in_one_vacancy"]

    assert not found.passed
    assert "1 of 599 ads are in several vacancies, such as hh/1; 0 counts are wrong" in found.description


def test_shares_of_pay_are_of_the_vacancies_that_state_it(sound: pd.DataFrame) -> None:
    figures = {one.name: one.figures for one in check_vacancies(sound)}

    assert figures["pay_refused"] == {"share": 6 / 300, "of": 300}
    assert figures["pay_without_rate"] == {"share": 0, "of": 300}


def test_a_check_judges_as_soon_as_it_has_its_rows_and_not_before(sound: pd.DataFrame) -> None:
    untitled = sound.assign(title=None)

    assert failed(untitled.head(199)) == []
    assert failed(untitled.head(200)) == ["fields_filled"]


def test_one_vacancy_that_swallows_many_ads_is_found(sound: pd.DataFrame) -> None:
    swollen = sound.assign(n_postings=sound["n_postings"].mask(sound.index == 0, 9_000))

    assert {"largest_vacancy", "ads_merged"} <= set(failed(swollen))


def test_faults_that_make_the_table_wrong_block_and_odd_figures_do_not(sound: pd.DataFrame) -> None:
    blocking = {one.name for one in check_vacancies(sound) if one.blocking}

    assert blocking == {"vacancy_ids_unique", "each_ad_in_one_vacancy", "pay_in_order"}


def test_refused_pay_has_its_status_and_reason(sound: pd.DataFrame) -> None:
    refused = refused_pay(sound)

    assert sound.loc[refused.index, "pay_status"].tolist() == refused["status"].tolist() == ["implausible"] * 6
    assert set(refused["reason"]) == {"less than 10 000 RUB for month is no offer of full pay"}


def test_all_stated_pay_that_is_not_comparable_is_refused_and_one_cause_reads_the_same_on_all_days() -> None:
    ads = [
        (posting(1), pay(2_000, None, currency="GEL")),
        (posting(2, "2021-10-09", text="Другое о другом"), pay(2_000, None, currency="GEL")),
        (posting(3, text="Третье о третьем"), pay(5_000, None, period="shift")),
        (posting(4, text="И ещё одно о четвёртом"), {}),
    ]
    refused = refused_pay(build_vacancies(*tables(*ads)).vacancies)

    assert sorted(refused["status"]) == ["not_monthly", "unknown_rate", "unknown_rate"]
    assert refused.loc[refused["status"] == "unknown_rate", "reason"].nunique() == 1


def test_fill_rates_are_by_source_and_an_empty_list_is_not_filled() -> None:
    built = build_vacancies(
        *tables((posting(1), {"grades": []}), (posting(2, source="tg_work", title="Go", text=""), {}))
    )

    rates = fill_rates(built.vacancies).set_index(["source", "field"])["share"]

    assert (rates["hh", "grades"], rates["tg_work", "grades"]) == (0.0, 1.0)
    assert (rates["hh", "position"], rates["hh", "pay_raw"]) == (1.0, 0.0)


def test_counts_of_the_stored_tables_are_those_of_the_build() -> None:
    again = posting(1, "2021-12-05")
    ads = [(posting(1), {}), (again, {}), (posting(2), {}), (posting(3), {"kind": "resume"})]
    postings, labels, rates = tables(*ads)
    built = build_vacancies(postings, labels, rates)

    counted = step_counts(labels[["posting_id", "published_at", "kind"]], built.vacancies)

    assert counted.items() <= built.counts.items()
    assert (counted["labelled"], counted["vacancy ads"], counted["vacancies"]) == (3, 2, 2)
