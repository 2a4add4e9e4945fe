"""`dedupe`: a file of items and posts comes back line for line, each with its group or with why it has none."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from click.testing import CliRunner

from salary_assets.cli import main
from salary_assets.market import postings_of
from salary_assets_tests.market.frames import TEXT

NOW = datetime(2024, 5, 20, 9, tzinfo=UTC)
DATED = "2024-05-02T10:00:00+0300"


def item(native_id: Any, **given: Any) -> dict[str, Any]:
    """An item of api.hh.ru in detail shape."""
    usual = {"id": native_id, "name": "Java-разработчик", "description": f"<p>{TEXT}</p>", "published_at": DATED}
    return usual | {"employer": {"id": "7", "name": "Ромашка"}} | given


def post(native_id: Any, text: str = f"Java-разработчик\n\n{TEXT}", **given: Any) -> dict[str, Any]:
    return {"id": native_id, "text": text, "date": "2024-05-03T10:00:00+00:00"} | given


def deduped(tmp_path: Path, *items: dict[str, Any]) -> list[dict[str, Any]]:
    file = tmp_path / "items.jsonl"
    file.write_text("\n".join(json.dumps(one, ensure_ascii=False) for one in items), encoding="utf-8")
    result = CliRunner().invoke(main, ["dedupe", str(file)])
    assert result.exit_code == 0, result.output
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_each_line_comes_back_in_its_place_with_its_group(tmp_path: Path) -> None:
    other = "<p>Поддержка рабочих мест, настройка печати, заявки пользователей, учёт техники и выезды в отделения.</p>"
    lines = deduped(
        tmp_path,
        item("30", name="Инженер поддержки", description=other, employer=None),
        post(5, channel="jobs"),
        {"id": "8"},
        item("20"),
        item("10"),
        item("20"),
    )

    assert lines == [
        {"id": "30", "cluster_id": "hh/30", "kind": "itself"},
        {"channel": "jobs", "id": 5, "cluster_id": "hh/10", "kind": "cross_post"},
        {"id": "8", "cluster_id": None, "kind": None, "reason": lines[2]["reason"]},
        {"id": "20", "cluster_id": "hh/10", "kind": "repeat"},
        {"id": "10", "cluster_id": "hh/10", "kind": "itself"},
        {"id": "20", "cluster_id": "hh/10", "kind": "repeat"},
    ]
    assert "neither an item of hh.ru" in lines[2]["reason"]


def test_of_several_objects_of_one_ad_the_fullest_is_read_wherever_it_stands() -> None:
    listed = item("1", description=None, snippet={"requirement": "Знание Java", "responsibility": None})

    for items in ([item("1"), listed], [listed, item("1")]):
        found = postings_of(items, NOW)
        assert found.posting_ids == ["hh/1", "hh/1"]
        assert found.postings["text"].str.contains("узкие места").tolist() == [True]


def test_an_object_without_a_date_is_of_today_and_others_keep_theirs() -> None:
    items = [item("1", published_at=None), item("2"), post("3", date=None, channel="jobs"), post("4", channel="jobs")]

    dates = postings_of(items, NOW).postings.set_index("posting_id")["published_at"]

    assert dates["hh/1"] == dates["tg_jobs/3"] == NOW
    assert dates["hh/2"] == datetime(2024, 5, 2, 7, tzinfo=UTC)
    assert dates["tg_jobs/4"] == datetime(2024, 5, 3, 10, tzinfo=UTC)


def test_posts_of_two_channels_with_one_number_are_two_ads_and_one_of_no_channel_is_an_ad_too() -> None:
    found = postings_of([post(1, channel="jobs"), post(1, channel="work"), post(1)], NOW)

    assert len(set(found.posting_ids)) == len(found.postings) == 3
    assert found.reasons == {}


def test_what_cannot_be_read_says_why_by_its_number_and_hides_no_other() -> None:
    found = postings_of([{"name": "Без номера"}, item("2", published_at="вчера"), item("3"), {}], NOW)

    assert found.posting_ids == [None, None, "hh/3", None]
    assert set(found.reasons) == {0, 1, 3}
    assert found.reasons[0] == "it has no `id`"
    assert "вчера" in found.reasons[1]


def test_no_objects_are_no_ads() -> None:
    found = postings_of([], NOW)

    assert (found.posting_ids, found.reasons, len(found.postings)) == ([], {}, 0)
