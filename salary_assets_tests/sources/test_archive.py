"""History files: what is in them is found, what is wrong with them is said, nothing is lost."""

import gzip
import hashlib
import json
import os

import pytest

from salary_assets.sources import archive, load_registry
from salary_assets.sources.registry import register
from salary_assets.storage import Part
from salary_assets.storage.schemas import Quarantine
from salary_assets_tests.sources.making import NOW, hh_item, line, post, write_lines


def add(home, source, *paths, **options):
    return archive.add(home, source, paths, NOW, **options)


def quarantined(store, source="hh"):
    return store.read(Quarantine, Part("unknown", source)).sort_values("origin")


def test_months_and_rows_of_a_file_are_noted(home, tmp_path):
    path = write_lines(
        tmp_path / "a.jsonl.gz", hh_item(1), hh_item(2), hh_item(3, published_at="2024-05-31T23:30:00+0000")
    )
    (record,) = add(home, "hh", path)
    assert record.rows == {"hh": {"2024-05": 2, "2024-06": 1}}
    assert archive.months_of(home, "hh") == {"2024-05": 2, "2024-06": 1}


def test_bad_lines_go_to_quarantine_with_file_line_and_reason(home, store, tmp_path):
    lines = (
        hh_item(1),
        line(hh_item(2))[:50],
        ["a list"],
        {key: value for key, value in hh_item(3).items() if key != "id"},
        hh_item(4, published_at=None),
        hh_item(5, published_at="вчера", contacts="hr@example.com"),
        "[" * 100_000,
        '{"id": ' + "7" * 5_000 + "}",
        hh_item(6),
    )
    (record,) = add(home, "hh", write_lines(tmp_path / "a.jsonl", *lines))
    assert (record.total, record.bad) == (2, 7)
    rows = quarantined(store)
    assert [origin.split(":")[1] for origin in rows["origin"]] == ["2", "3", "4", "5", "6", "7", "8"]
    told = " ".join(rows["reason"])
    for reason in (
        "not JSON",
        "found list",
        "no id",
        "no publication date",
        "'вчера'",
        "nested too deeply",
        "4300 digits",
    ):
        assert reason in told
    assert "hr@example.com" not in " ".join(rows["record"])


def test_an_id_of_half_a_character_is_quarantined_and_the_others_are_taken(home, store, tmp_path):
    spoilt = json.dumps(hh_item("2\ud800"))
    (record,) = add(home, "hh", write_lines(tmp_path / "a.jsonl", hh_item(1), spoilt, hh_item(3)))
    assert (record.total, record.bad) == (2, 1)
    assert "holds half a character" in quarantined(store)["reason"].iloc[0]


def test_a_control_character_inside_a_string_is_no_reason_to_lose_an_ad(home, tmp_path):
    path = write_lines(tmp_path / "a.jsonl", line(hh_item(1, name="ДваЗНАКслова")).replace("ЗНАК", "\x0b"))
    assert add(home, "hh", path)[0].total == 1


def test_rows_before_the_break_of_a_gzip_file_are_kept_and_the_break_is_told(home, store, tmp_path):
    path = write_lines(
        tmp_path / "a.jsonl.gz", *(hh_item(at, name=hashlib.sha256(b"%d" % at).hexdigest()) for at in range(500))
    )
    path.write_bytes(path.read_bytes()[:-3000])
    (record,) = add(home, "hh", path)
    assert 100 < record.total < 500
    (reason,) = quarantined(store)["reason"]
    assert f"ends early after line {record.total}" in reason
    assert "get the file again" in reason


def test_a_damaged_gzip_file_is_told(home, store, tmp_path):
    path = write_lines(tmp_path / "a.jsonl.gz", *map(hh_item, range(50)))
    data = bytearray(path.read_bytes())
    data[-6] ^= 255
    path.write_bytes(bytes(data))
    assert add(home, "hh", path)[0].total == 50
    assert "damaged" in quarantined(store)["reason"].iloc[0]


@pytest.mark.parametrize("content", [b"", b"\n\n", gzip.compress(b"", mtime=0)])
def test_an_empty_file_is_refused(home, tmp_path, content):
    path = tmp_path / "a.jsonl"
    path.write_bytes(content)
    with pytest.raises(archive.ArchiveRefused, match="the file is empty"):
        add(home, "hh", path)


@pytest.mark.parametrize(
    ("source", "lines", "told"),
    [
        ("hh", [post(1), post(2)], "looks like a Telethon dump.*archive add telegram"),
        ("telegram", [hh_item(1), hh_item(2)], "looks like items of hh.ru's API.*archive add hh"),
        ("geekjob", [hh_item(1)], "looks like items of hh.ru's API"),
        ("tg_fordev", [post(1, channel="mobile_jobs")], "which is tg_mobile_jobs, not tg_fordev"),
        ("hh", ["a,b,c", "1,2,3"], "looks like a table.*No feed takes such files"),
        ("geekjob", ["a,b,c", "1,2,3"], "without the columns city, company"),
        ("hh", ["привет"], "expected items of hh.ru.*begins with 'привет'"),
        ("hh", [hh_item(1, published_at=None)], "no ad in it that could be read"),
    ],
)
def test_a_file_of_another_source_is_refused_with_what_it_looks_like(home, tmp_path, source, lines, told):
    with pytest.raises(archive.ArchiveRefused, match=told):
        add(home, source, write_lines(tmp_path / "a.jsonl", *lines))
    assert archive.indexed(home) == []


def test_a_dump_names_its_channels_and_so_its_feeds(home, tmp_path):
    path = write_lines(tmp_path / "a.jsonl", post(1), post(2, channel="Getitrussia"), post(3))
    (record,) = add(home, "telegram", path)
    assert record.rows == {"tg_fordev": {"2024-11": 2}, "tg_getitrussia": {"2024-11": 1}}


def test_an_unregistered_channel_is_refused_with_the_line_to_add_or_added(home, tmp_path):
    path = write_lines(tmp_path / "a.jsonl", post(1, channel="New_Jobs"))
    with pytest.raises(archive.ArchiveRefused, match=r"tg_new_jobs: \{title: New_Jobs.*since: '?2024-11"):
        add(home, "telegram", path)
    add(home, "telegram", path, register_channels=True)
    assert load_registry(home)["tg_new_jobs"].options["channel"] == "New_Jobs"
    assert archive.months_of(home, "tg_new_jobs") == {"2024-11": 1}


def test_adding_a_file_again_changes_nothing_and_a_changed_one_replaces_it(home, tmp_path):
    path = write_lines(tmp_path / "a.jsonl", hh_item(1))
    first = add(home, "hh", path)
    assert add(home, "hh", path) == first
    write_lines(path, hh_item(1), hh_item(2))
    add(home, "hh", path)
    assert [record.total for record in archive.indexed(home)] == [2]


def test_a_moved_or_changed_file_is_told_with_what_to_do(home, tmp_path):
    path = write_lines(tmp_path / "a.jsonl", hh_item(1))
    (record,) = add(home, "hh", path)
    os.utime(path, (1, 1))
    assert archive.reopen(record).sha256 == record.sha256
    write_lines(path, hh_item(2))
    with pytest.raises(archive.ArchiveRefused, match="was changed since it was indexed"):
        archive.reopen(record)
    path.unlink()
    with pytest.raises(archive.ArchiveRefused, match="is not there any more"):
        archive.reopen(record)


def test_a_folder_of_an_export_is_added_whole(home, tmp_path):
    chat = {"name": "f", "type": "public_channel", "id": 1}
    for folder, native_id in (("one", 1), ("two", 2)):
        sent = {"id": native_id, "type": "message", "date_unixtime": "1730541600", "text": "привет"}
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "result.json").write_text(json.dumps(chat | {"messages": [sent]}), encoding="utf-8")
        (tmp_path / folder / "style.css").write_text("x")
    assert [record.total for record in add(home, "tg_fordev", tmp_path / "one", tmp_path / "two")] == [1, 1]


@pytest.mark.shared
def test_every_real_file_is_read_to_the_last_line(home, shared_data):
    add(home, "hh", *sorted((shared_data / "hh").glob("[df]*.gz")))
    add(home, "telegram", *sorted((shared_data / "telegram").glob("*.gz")))
    add(home, "geekjob", shared_data / "sites" / "geekjob.csv.gz")
    add(home, "habr_career", shared_data / "sites" / "habr_career_2022-11.psv.gz")
    records = archive.indexed(home)
    assert sum(record.bad for record in records) == 0
    assert sum(record.total for record in records if record.source == "hh") == 824 + 388 + 6719 + 1343
    assert sum(record.total for record in records if record.source == "telegram") == 5231
    assert sum(record.total for record in records if record.source in ("geekjob", "habr_career")) == 586 + 3325


TABLE = "Ссылка;Дата;Должность\n1;2024-05-01;Аналитик\n1;2024-05-01;Аналитик\n2;2024-05-02;Тестировщик\n"


def a_table(tmp_path):
    path = tmp_path / "night.csv"
    path.write_text(TABLE, encoding="utf-8")
    return path


def entry(published="Дата", separator=";"):
    mapping = {"separator": separator, "id": "Ссылка", "published": published, "fields": {"title": "Должность"}}
    return {"title": "Night", "format": "table", "since": "2024-05", "table": mapping}


def test_a_table_of_no_feed_is_told_with_its_columns_and_where_to_write_which_is_which(home, tmp_path):
    with pytest.raises(archive.ArchiveRefused) as told:
        add(home, "nightjobs", a_table(tmp_path))
    assert "no feed 'nightjobs' in the registry" in str(told.value)
    assert "separated by ';', with the columns Ссылка, Дата, Должность" in str(told.value)
    assert str(home.registry_overlay) in str(told.value)


def test_items_of_no_feed_are_told_with_the_entry_that_would_take_them(home, tmp_path):
    with pytest.raises(archive.ArchiveRefused, match=r"`nightjobs: \{title: ..., format: hh, since: 2024-01\}`"):
        add(home, "nightjobs", write_lines(tmp_path / "a.jsonl", hh_item(1)))


@pytest.mark.parametrize(
    ("wrong", "has"),
    [(entry("День"), "it has Ссылка, Дата, Должность"), (entry(separator=","), "it has Ссылка;Дата;Должность")],
)
def test_a_wrong_entry_of_a_table_is_told_with_the_columns_that_there_are(home, tmp_path, wrong, has):
    register(home, "nightjobs", wrong)
    with pytest.raises(archive.ArchiveRefused, match=has):
        add(home, "nightjobs", a_table(tmp_path))


def test_repeats_within_a_file_are_counted_apart(home, tmp_path):
    register(home, "nightjobs", entry())
    (record,) = add(home, "nightjobs", a_table(tmp_path))
    assert (record.total, record.ads) == (3, {"nightjobs": 2})
