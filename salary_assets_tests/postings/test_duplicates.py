"""Near-duplicates: which ads are one job, which group they get, and that pay has no say in it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from salary_assets.postings import employer_keys, near_duplicates

CASES = yaml.safe_load((Path(__file__).parent / "data" / "duplicate_pairs.yaml").read_text(encoding="utf-8"))
TEXTS: dict[str, str] = CASES["texts"]
DAY = pd.Timestamp("2025-03-01", tz="UTC")


def ad(number: int, given: dict[str, Any]) -> dict[str, Any]:
    text = "\n".join(TEXTS.get(part, "") for part in given.get("text", "").split(" + "))
    source = given.get("source", "hh")
    return {
        "posting_id": f"{source}/{number}",
        "source": source,
        "published_at": DAY + pd.Timedelta(days=number),
        "title": given.get("title"),
        "text": f"{given.get('prefix', '')} {text}".strip(),
        "skills_raw": given.get("skills", []),
        "employer_id": None,
        "employer_name": given.get("employer"),
    }


def frame(*ads: dict[str, Any]) -> pd.DataFrame:
    rows = pd.DataFrame([ad(number, one) for number, one in enumerate(ads, start=1)])
    texts = rows.columns.drop(["published_at", "skills_raw"])
    return rows.astype(dict.fromkeys(texts, "str"))


@pytest.mark.parametrize("pair", CASES["pairs"], ids=lambda pair: pair["why"].replace(" ", "_"))
def test_pairs_are_one_job_or_two_as_a_reader_would_say(pair: dict[str, Any]) -> None:
    found = near_duplicates(frame(pair["left"], pair["right"]))

    assert (found["cluster_id"].nunique() == 1) is pair["same"]


def test_the_fullest_ad_represents_the_group_and_the_others_say_how_they_repeat_it() -> None:
    full = {"title": "Оператор поддержки", "employer": "Ромашка", "text": "company + support"}
    found = near_duplicates(
        frame(
            {**full, "text": "support"},
            full,
            full,
            {**full, "source": "geekjob"},
            {**full, "employer": "Кадры Плюс"},
        )
    )

    assert found["representative"].unique().tolist() == ["hh/2"]
    assert found["kind"].tolist() == ["updated", "itself", "repeat", "cross_post", "agency_copy"]


def test_amounts_of_pay_change_no_group() -> None:
    jobs = [
        {"title": "Оператор поддержки {} 000", "employer": "Ромашка", "text": "support"},
        {"title": "Оператор поддержки, до {} 000 руб.", "employer": "Ромашка", "text": "support_reworded"},
        {"title": "Разработчик Python", "employer": "Ромашка", "text": "company + backend"},
        {"title": "Разработчик Python", "employer": "Кадры Плюс", "text": "company + backend"},
    ]

    def groups(amount: int) -> list[str]:
        prefix = f"Платим {amount} 000 - {amount * 2} 000 руб., ${amount}"
        ads = [{**job, "title": job["title"].format(amount), "prefix": prefix} for job in jobs]
        return near_duplicates(frame(*ads))["cluster_id"].tolist()

    assert groups(40) == groups(95) == groups(310) == ["hh/1", "hh/1", "hh/3", "hh/3"]


def test_the_ends_of_a_chain_are_no_group() -> None:
    words = "".join(TEXTS[name] + " " for name in ("company", "backend", "mobile")).split()
    window, stride = 60, 12
    chain = [" ".join(words[start : start + window]) for start in range(0, len(words) - window, stride)]
    same_job = {"title": "Инженер", "employer": "Ромашка"}

    ads = frame(*(same_job for _ in chain)).assign(text=chain).astype({"text": "str"})

    assert near_duplicates(ads)["cluster_id"].iloc[[0, -1]].nunique() == 2


@pytest.mark.parametrize("named", [["Middle", "Senior"], ["Java", "Golang"]])
def test_two_jobs_that_are_like_one_which_names_neither_are_still_two(named: list[str]) -> None:
    titles = [f"{name} разработчик" for name in ["", *named]]
    found = near_duplicates(frame(*({"title": title.strip(), "text": "company + backend"} for title in titles)))

    assert found["cluster_id"].iloc[1:].nunique() == 2
    assert found["cluster_id"].iloc[0] in found["cluster_id"].iloc[1:].tolist()


def test_lists_of_tags_under_titles_of_another_grade_are_two_jobs() -> None:
    tags = {"employer": "Ромашка", "skills": ["Python", "PostgreSQL", "Kafka", "Docker", "Git", "Linux"]}
    ads = [{**tags, "title": title} for title in ("Разработчик", "Ведущий разработчик", "Разработчик")]

    assert near_duplicates(frame(*ads))["cluster_id"].tolist() == ["hh/1", "hh/2", "hh/1"]


def test_a_group_keeps_its_id_when_later_ads_join_it() -> None:
    one = {"title": "Оператор поддержки", "employer": "Ромашка", "text": "support"}

    before = near_duplicates(frame(one, one))
    after = near_duplicates(frame(one, one, one, {**one, "text": "support_reworded"}))

    assert set(before["cluster_id"]) == set(after["cluster_id"]) == {"hh/1"}


def test_rows_come_back_in_the_order_given() -> None:
    ads = frame({"title": "Я", "text": "mobile"}, {"title": "А", "text": "support"}, {"title": "М", "text": "backend"})

    assert near_duplicates(ads)["posting_id"].tolist() == ["hh/1", "hh/2", "hh/3"]


def test_no_ads_give_no_groups() -> None:
    assert near_duplicates(frame({"text": "support"}).head(0)).empty


@settings(max_examples=15, deadline=None)
@given(st.lists(st.text(max_size=300), min_size=1, max_size=12), st.randoms(use_true_random=False))
def test_any_texts_in_any_order_are_grouped_alike(texts: list[str], random: Any) -> None:
    rows = frame(*({} for _ in texts)).assign(text=texts).astype({"text": "str"})
    shuffled = rows.sample(frac=1, random_state=random.randint(0, 2**31))

    groups = near_duplicates(rows).set_index("posting_id")["cluster_id"]

    assert groups.loc[shuffled["posting_id"]].tolist() == near_duplicates(shuffled)["cluster_id"].tolist()


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("ООО «Ромашка»", "ромашка"),
        ("Группа компаний Ромашка", "ромашка"),
        ("РОМАШКА, ПАО (бренд Лютик)", "ромашка"),
        ("Romashka LLC", "romashka"),
        ("Группа компаний", "группа компаний"),
        ("1C-Ёлка", "1c елка"),
    ],
)
def test_one_employer_has_one_key(name: str, key: str) -> None:
    assert employer_keys(pd.Series([name], dtype="str"), pd.Series([None], dtype="str")).tolist() == [key]


def test_an_employer_without_name_goes_by_its_number_and_one_without_either_is_unknown() -> None:
    keys = employer_keys(pd.Series([None, None], dtype="str"), pd.Series(["77", None], dtype="str"))

    assert keys.fillna("?").tolist() == ["id:77", "?"]


def test_an_ad_with_a_title_represents_its_group_before_a_fuller_one_without_and_of_equals_the_earliest() -> None:
    titled = {"title": "Оператор поддержки", "employer": "Ромашка", "text": "company + support"}
    fuller = {"employer": "Ромашка", "text": "company + support + hashtags"}
    ads = frame(fuller, titled, titled)
    ads.loc[1:, "published_at"] = [DAY + pd.Timedelta(days=9), DAY + pd.Timedelta(days=8)]

    found = near_duplicates(ads)

    assert found["representative"].tolist() == ["hh/3"] * 3


def test_an_ad_that_names_no_employer_is_no_agencys_copy() -> None:
    named = {"title": "Оператор поддержки", "employer": "Ромашка", "text": "company + support"}

    assert near_duplicates(frame(named, {**named, "employer": None}))["kind"].tolist() == ["itself", "repeat"]


@pytest.mark.parametrize("said", ["Пётр, 2024: {}", "ПЕТР, 7! {}", "Петр https://example.com/a/b {}"])
def test_case_digits_signs_and_links_are_not_what_an_ad_says(said: str) -> None:
    ads = frame({}, {}).assign(text=[f"Петр {TEXTS['support']}", said.format(TEXTS["support"])])

    found = near_duplicates(ads.astype({"text": "str"}))

    assert found["words_hash"].nunique() == 1
    assert found["words"].nunique() == 1
