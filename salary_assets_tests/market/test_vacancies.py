"""Vacancies: what becomes one, what stays apart, which pay it has, and that every posting is accounted for."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pandas as pd
import pytest

from salary_assets.market import build_vacancies
from salary_assets_tests.market.frames import TEXT, pay, posting, tables


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


NO_PLACE: dict[str, Any] = {"city": None, "region": None, "country": None}


@pytest.mark.parametrize(("day", "vacancies"), [("2021-11-19", 1), ("2021-11-20", 2)])
def test_a_pause_of_more_than_45_days_begins_a_new_vacancy(day: str, vacancies: int) -> None:
    built = build_vacancies(*tables((posting(1, "2021-10-05"), {}), (posting(2, day), {})))

    assert len(built.vacancies) == vacancies


def test_an_ad_that_names_no_place_joins_the_nearest_in_time_and_none_that_is_a_pause_away() -> None:
    ads = [
        (posting(1, "2021-03-20"), {}),
        (posting(2, "2021-02-10"), NO_PLACE),
        (posting(3, "2021-04-10"), {"city": "Тверь", "region": "Тверская область"}),
        (posting(4, "2021-04-08"), NO_PLACE),
        (posting(5, "2021-08-01"), NO_PLACE),
        (posting(6, "2021-09-01"), NO_PLACE),
    ]
    built = build_vacancies(*tables(*ads)).vacancies

    members = {frozenset(one["posting_id"] for one in row) for row in built["members"]}
    assert members == {frozenset(("hh/1", "hh/2")), frozenset(("hh/3", "hh/4")), frozenset(("hh/5", "hh/6"))}


def test_cities_of_one_region_and_countries_without_a_city_are_places_of_their_own() -> None:
    region = {"region": "Тверская область"}
    places = [
        {"city": "Тверь", **region}, {"city": "Ржев", **region}, {"city": None, **region},
        {"city": None, "region": None, "country": "BY"}, {"city": None, "region": None, "country": "KZ"},
    ]  # fmt: skip
    built = build_vacancies(*tables(*((posting(number), place) for number, place in enumerate(places))))

    assert len(built.vacancies) == 5


def test_the_representatives_pay_counts_before_that_of_a_copy() -> None:
    built = build_vacancies(*tables((posting(1), pay(100_000, None)), (posting(2, "2021-10-09"), pay(200_000, None))))

    assert built.vacancies["pay_lower"].tolist() == [100_000]
    assert "found_in" not in built.vacancies["pay_steps"].iloc[0]


def test_pay_of_a_copy_with_an_upper_bound_alone_is_taken_at_the_copys_date() -> None:
    built = build_vacancies(
        *tables((posting(1, "2021-09-20"), {}), (posting(2, "2021-10-09"), pay(None, 2_000, currency="USD")))
    )

    vacancy = built.vacancies.iloc[0]
    assert (pd.isna(vacancy["pay_lower"]), vacancy["pay_upper"]) == (True, round(2_000 * 72.6642))


def test_a_vacancy_names_each_of_its_feeds_and_each_of_its_skills_once() -> None:
    twice = [{"spelling": name, "start": -1, "end": -1, "by": "stated"} for name in ("SQL", "Java", "SQL")]
    ads = [
        (posting(1, source="tg_work"), {"skills": twice}),
        (posting(2, "2021-10-06", "hh", text=TEXT[:-30]), {}),
        (posting(3, "2021-10-07", "tg_work", text=TEXT[:-30]), {}),
    ]
    built = build_vacancies(*tables(*ads))

    assert built.vacancies["vacancy_id"].tolist() == ["tg_work/1"]
    assert built.vacancies["sources"].tolist() == [["hh", "tg_work"]]
    assert built.vacancies["skills"].tolist() == [["SQL", "Java"]]
    assert built.counts["merged as cross_post"] + built.counts.get("merged as updated", 0) == 2
    assert "merged as itself" not in built.counts


def test_a_vacancy_is_seen_from_its_first_ad_to_its_last_whichever_represents_it() -> None:
    built = build_vacancies(
        *tables(
            (posting(1, "2021-10-01", text=TEXT[:-30]), {}),
            (posting(2, "2021-10-10"), {}),
            (posting(3, "2021-10-20", text=TEXT[:-30]), {}),
        )
    )

    vacancy = built.vacancies.iloc[0]
    assert vacancy["vacancy_id"] == "hh/2"
    assert [vacancy[name].day for name in ("first_seen", "published_at", "last_seen")] == [1, 10, 20]


def test_the_month_of_a_vacancy_is_moscows() -> None:
    late = datetime(2021, 10, 31, 21, 30, tzinfo=UTC)
    built = build_vacancies(*tables((posting(1) | {"published_at": late}, {})))

    assert built.vacancies["month"].tolist() == ["2021-11"]


def test_a_republished_ad_is_what_it_said_last() -> None:
    built = build_vacancies(
        *tables(
            (posting(1, "2021-12-05", title="Ведущий Java-разработчик"), pay(300_000, None)),
            (posting(1, "2021-10-05"), pay(200_000, None)),
        )
    )

    assert built.vacancies[["title", "pay_lower", "n_postings"]].values.tolist() == [
        ["Ведущий Java-разработчик", 300_000, 1]
    ]


def test_a_title_that_only_the_label_read_is_the_vacancys_and_one_that_the_ad_states_stays() -> None:
    built = build_vacancies(
        *tables(
            (posting(1, source="tg_work", title=None), {"title": "Go-разработчик"}),
            (posting(2, text="Другое о другом"), {"title": "Go-разработчик"}),
        )
    )

    assert built.vacancies.set_index("vacancy_id")["title"].to_dict() == {
        "tg_work/1": "Go-разработчик",
        "hh/2": "Java-разработчик",
    }


def test_ads_of_feeds_that_were_not_asked_for_are_in_no_count() -> None:
    built = build_vacancies(*tables((posting(1), {}), (posting(2, source="sample_hh"), {})), feeds={"hh"})

    assert (built.counts["postings"], built.counts["postings of the feeds kept"], built.counts["labelled"]) == (2, 1, 1)
