"""Files of ads as models read them: items, posts, and tables of sites that the registry describes."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from salary_assets.salary.items import NoItems, read_items, read_posts
from salary_assets.storage import Settings

NOW = datetime(2025, 11, 1, tzinfo=UTC)
HEADER = "company|title|meta|tags|published_at|salary|url"
ROWS = (
    (
        "Ромашка|Python-разработчик|Москва, Полный рабочий день|Бэкенд разработка, Средний (Middle), Python, Django"
        "|2022-11-03|['150000', '200000', 'rur']|https://career.habr.com/vacancies/1000111222"
    ),
    (
        "Лютик|Тестировщик|Казань|Ручной тестировщик, Младший (Junior), Postman"
        "|2022-11-04|[]|https://career.habr.com/vacancies/1000111223"
    ),
    "Пион|строка без нужных столбцов",
)


@pytest.fixture
def site(tmp_path: Path) -> Path:
    path = tmp_path / "site.psv"
    path.write_text("\n".join([HEADER, *ROWS]) + "\n", "utf-8")
    return path


def test_a_table_of_a_known_site_is_read_beside_items(site: Path, tmp_path: Path, home: Settings) -> None:
    item = {"id": "7", "name": "Java-разработчик", "salary": {"from": 1_000, "currency": "RUR", "gross": False}}
    listed = tmp_path / "items.jsonl"
    listed.write_text(json.dumps(item, ensure_ascii=False) + "\n", "utf-8")

    items = read_items([listed, site], home, NOW)

    assert {line["posting_id"]: line["file"] for line in items.lines} == {
        "hh/7": str(listed),
        "habr_career/1000111222": str(site),
        "habr_career/1000111223": str(site),
    }
    paid = items.paid.set_index("vacancy_id")
    assert paid.loc["habr_career/1000111222", ["pay_lower", "pay_upper"]].tolist() == [150_000, 200_000]
    assert "habr_career/1000111223" not in paid.index


def test_a_broken_row_of_a_table_is_named_and_stops_nothing(site: Path, home: Settings) -> None:
    posts = read_posts([site], home, NOW)
    assert len(posts.parsed) == 2
    (reason,) = posts.bad
    assert str(site) in reason
    assert "2 cells where the header has 7 columns" in reason


def test_a_table_of_nobody_is_no_item(tmp_path: Path, home: Settings) -> None:
    path = tmp_path / "other.csv"
    path.write_text("a,b,c\n1,2,3\n", "utf-8")
    with pytest.raises(NoItems, match="no ad could be read"):
        read_posts([path], home, NOW)


def test_an_undated_item_is_as_new_as_the_newest_dated_one(tmp_path: Path, home: Settings) -> None:
    dated = {"id": "1", "name": "Java-разработчик", "published_at": "2025-09-30T10:00:00+0300"}
    undated = {"id": "2", "name": "Тестировщик", "published_at": None}
    path = tmp_path / "items.jsonl"
    path.write_text("".join(json.dumps(item, ensure_ascii=False) + "\n" for item in (undated, dated)), "utf-8")

    found = read_posts([path], home, NOW).parsed.set_index("posting_id")["published_at"]

    assert found["hh/2"] == found["hh/1"] == datetime(2025, 9, 30, 7, tzinfo=UTC)


def test_without_any_date_items_count_as_published_now(tmp_path: Path, home: Settings) -> None:
    path = tmp_path / "items.jsonl"
    path.write_text(json.dumps({"id": "2", "name": "Тестировщик"}, ensure_ascii=False) + "\n", "utf-8")
    assert read_posts([path], home, NOW).parsed["published_at"].tolist() == [NOW]


def test_an_item_with_an_unreadable_date_is_refused_and_not_dated_by_others(tmp_path: Path, home: Settings) -> None:
    lines = [{"id": "1", "name": "Java", "published_at": "вчера"}, {"id": "2", "name": "Python-разработчик"}]
    path = tmp_path / "items.jsonl"
    path.write_text("".join(json.dumps(item, ensure_ascii=False) + "\n" for item in lines), "utf-8")
    posts = read_posts([path], home, NOW)
    assert posts.parsed["posting_id"].tolist() == ["hh/2"]
    assert len(posts.bad) == 1


def test_an_ad_from_the_future_is_refused_and_dates_no_other(tmp_path: Path, home: Settings) -> None:
    lines = [
        {"id": "1", "name": "Java-разработчик", "published_at": "2099-01-01T00:00:00+0300"},
        {"id": "2", "name": "Python-разработчик", "published_at": "2025-09-30T10:00:00+0300"},
        {"id": "3", "name": "Тестировщик"},
    ]
    path = tmp_path / "items.jsonl"
    path.write_text("".join(json.dumps(item, ensure_ascii=False) + "\n" for item in lines), "utf-8")

    posts = read_posts([path], home, NOW)

    published = posts.parsed.set_index("posting_id")["published_at"]
    assert sorted(published.index) == ["hh/2", "hh/3"]
    assert published["hh/3"] == published["hh/2"]
    assert posts.bad == ["hh/1: published 2099-01-01, which is yet to come; mend its date"]
