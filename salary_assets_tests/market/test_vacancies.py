"""Vacancies: what becomes one, what stays apart, which pay it has, and that every posting is accounted for."""

from __future__ import annotations

import json

import pandas as pd

from salary_assets.market import build_vacancies
from salary_assets_tests.market.frames import pay, posting, tables


def test_repeats_in_one_city_are_one_vacancy_seen_from_first_to_last() -> None:
    built = build_vacancies(*tables((posting(1, "2021-10-05"), {}), (posting(2, "2021-11-02"), {})))

    vacancy = built.vacancies.iloc[0]
    assert len(built.vacancies) == 1
    assert vacancy["members"] == [{"posting_id": "hh/1", "kind": "itself"}, {"posting_id": "hh/2", "kind": "repeat"}]
    assert (vacancy["first_seen"].day, vacancy["last_seen"].day, vacancy["n_postings"]) == (5, 2, 2)


def test_one_text_in_two_cities_is_two_vacancies_of_one_group() -> None:
    built = build_vacancies(*tables((posting(1), {}), (posting(2), {"city": "Тверь", "region": "Тверская область"})))

    assert built.vacancies["vacancy_id"].tolist() == ["hh/1", "hh/2"]
    assert built.vacancies["cluster_id"].unique().tolist() == ["hh/1"]


def test_the_same_ad_a_year_later_is_a_new_vacancy_of_the_same_group() -> None:
    built = build_vacancies(*tables((posting(1, "2020-10-05"), {}), (posting(2, "2021-10-05"), {})))

    assert len(built.vacancies) == 2
    assert built.vacancies["cluster_id"].nunique() == 1


def test_a_copy_that_names_no_city_joins_the_ad_it_copies() -> None:
    copy = posting(7, "2021-10-08", "tg_work", employer_name=None)
    built = build_vacancies(*tables((posting(1), {}), (copy, {"city": None, "region": None, "country": None})))

    assert built.vacancies["sources"].tolist() == [["hh", "tg_work"]]
    assert built.vacancies["city"].tolist() == ["Москва"]


def test_pay_comes_from_the_copy_that_states_it_and_the_steps_say_so() -> None:
    built = build_vacancies(*tables((posting(1), {}), (posting(2, "2021-10-09"), pay(100_000, None))))

    vacancy = built.vacancies.iloc[0]
    assert (vacancy["pay_lower"], pd.isna(vacancy["pay_upper"])) == (100_000, True)
    assert json.loads(vacancy["pay_steps"])[0] == {"step": "found_in", "posting_id": "hh/2"}


def test_pay_never_decides_what_is_a_repeat() -> None:
    built = build_vacancies(*tables((posting(1), pay(50_000, 60_000)), (posting(2), pay(250_000, 300_000))))

    assert len(built.vacancies) == 1


def test_implausible_pay_goes_to_quarantine_and_its_vacancy_stays() -> None:
    built = build_vacancies(
        *tables(
            (posting(1), pay(100, 150)),
        )
    )

    assert built.vacancies["pay_status"].tolist() == ["implausible"]
    assert built.vacancies[["pay_lower", "pay_upper"]].isna().all(axis=None)
    assert built.quarantine[["stage", "source", "month", "origin"]].values.tolist() == [
        ["pay", "hh", "2021-10", "hh/1"]
    ]
    assert "less than 10 000 RUB" in built.quarantine["reason"].iloc[0]


def test_resumes_and_other_posts_are_left_out_and_counted() -> None:
    built = build_vacancies(
        *tables((posting(1), {}), (posting(2), {"kind": "resume"}), (posting(3), {"kind": "other"}))
    )

    assert built.vacancies["vacancy_id"].tolist() == ["hh/1"]
    assert built.counts == {
        "postings": 3,
        "postings, newest of each republished ad": 3,
        "labelled": 3,
        "left out: resume": 1,
        "left out: other": 1,
        "vacancy ads": 1,
        "near-duplicate groups": 1,
        "vacancies": 1,
        "pay not_stated": 1,
    }


def test_only_the_feeds_asked_for_are_kept() -> None:
    built = build_vacancies(*tables((posting(1), {}), (posting(2, source="sample_hh"), {})), feeds={"hh"})

    assert built.vacancies["source"].tolist() == ["hh"]


def test_regions_know_their_federal_district_and_other_countries_stay_apart() -> None:
    abroad = {"city": "Минск", "region": None, "country": "BY"}
    built = build_vacancies(*tables((posting(1), {}), (posting(2, text="Другой текст о другом"), abroad)))

    found = built.vacancies.set_index("vacancy_id")[["federal_district", "region", "country"]].fillna("-")
    assert found.loc["hh/1"].tolist() == ["Центральный", "Москва", "RU"]
    assert found.loc["hh/2"].tolist() == ["-", "-", "BY"]


def test_every_vacancy_ad_is_a_member_of_exactly_one_vacancy_and_order_does_not_matter() -> None:
    ads = [
        (posting(number, f"2021-10-{number:02d}"), {"city": ["Москва", "Тверь", None][number % 3]})
        for number in range(1, 13)
    ]
    built, again = build_vacancies(*tables(*ads)), build_vacancies(*tables(*reversed(ads)))

    members = [one["posting_id"] for row in built.vacancies["members"] for one in row]
    assert sorted(members) == sorted(ad["posting_id"] for ad, _ in ads)
    pd.testing.assert_frame_equal(built.vacancies, again.vacancies)


def test_no_postings_make_an_empty_market() -> None:
    built = build_vacancies(*(frame.head(0) for frame in tables((posting(1), {}))))

    assert built.vacancies.empty
    assert built.quarantine.empty
