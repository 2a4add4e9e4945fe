"""Tables of other sites: the registry entry says what the columns mean."""

import gzip
import json

import pytest

from salary_assets.sources import load_registry
from salary_assets.sources.base import BadRecord, Feed, Refused
from salary_assets.sources.files import ArchiveFile
from salary_assets.sources.formats import table

HABR = '''company|title|meta|tags|published_at|salary|url
Ромашка|"Аналитик ""Облако"""|Казань, Полный рабочий день, Можно удаленно|Аналитик, Старший (Senior), SQL, BPMN|\
2022-11-28T18:06:40+03:00|['150000', 'null', '₽']|https://career.example/vacancies/11
Лютик|Дизайнер|Можно удаленно|Дизайнер, Figma|2022-11-28T18:06:40+03:00|['null', 'null', 'null']|\
https://career.example/vacancies/12
'''


def read(path, feed):
    return list(table.FORMAT.shapes[0].read(ArchiveFile.of(path), lambda name: feed))


def written(tmp_path, text):
    path = tmp_path / "ads.csv.gz"
    path.write_bytes(gzip.compress(text.encode("utf-8", "surrogateescape")))
    return path


def feed_of(fields, **options):
    mapping = {"id": "id", "published": "day", "fields": fields} | options
    return Feed("board", "Board", "table", "2024-01", options={"table": mapping})


def test_the_packaged_mapping_of_habr_career_reads_its_tables(home, tmp_path):
    feed = load_registry(home)["habr_career"]
    first, second = (table.parse(feed, raw) for raw in read(written(tmp_path, HABR), feed))
    assert (first.native_id, first.title, first.employer_name) == ("11", 'Аналитик "Облако"', "Ромашка")
    assert (first.area_name, first.employment_raw) == ("Казань", "Полный рабочий день")
    assert (first.work_formats_raw, first.roles_raw) == (("Можно удаленно",), ("Аналитик",))
    assert (first.grades_raw, first.skills_raw) == (("Старший (Senior)",), ("SQL", "BPMN"))
    assert (first.pay_from, first.pay_to, first.currency) == (150000, None, "RUB")
    assert (first.tax, first.period) == ("unknown", "month")
    assert (second.pay_raw, second.period, second.skills_raw) == (None, None, ("Figma",))


def test_rows_that_cannot_be_used_are_reported_by_line_and_the_rest_goes_on(tmp_path):
    good, spoilt = "id,day,title\n1,2024-05-01,a\n", "2,вчера,b\n3,2024-05-01\n,2024-05-01,d\n"
    text = good + spoilt + '4,2024-05-02,"два\nслова"\n5,2024-05-03,e\n'
    received = read(written(tmp_path, text), feed_of({"title": "title"}))
    bad = [one for one in received if isinstance(one, BadRecord)]
    assert [one.native_id for one in received if not isinstance(one, BadRecord)] == ["1", "4", "5"]
    assert [one.origin.rsplit(":", 1)[1] for one in bad] == ["3", "4", "5"]
    assert received[-1].origin.endswith(":8")


def test_bytes_that_are_not_utf_8_are_reported(tmp_path):
    path = tmp_path / "ads.csv"
    path.write_bytes("id,day,title\n1,2024-05-01,Аналитик\n".encode("cp1251"))
    (bad,) = read(path, feed_of({"title": "title"}))
    assert "not UTF-8" in bad.reason


@pytest.mark.parametrize(
    "text",
    [
        '\ufeff"id","day","title"\n"1","2024-05-01","a, b"\n',
        '\ufeffid,day,title\r\n1,2024-05-01,"a, b"\r\n',
        'id,day,"title"\n1,2024-05-01,"a, b"',
    ],
)
def test_a_table_is_read_with_any_mark_quotes_and_ends_of_lines(tmp_path, text):
    feed = feed_of({"title": "title"})
    path = written(tmp_path, text)
    assert table.absent_columns(ArchiveFile.of(path), feed) == set()
    (raw,) = read(path, feed)
    assert (raw.native_id, table.parse(feed, raw).title) == ("1", "a, b")


def test_a_column_that_comes_twice_hides_no_other(tmp_path):
    feed = feed_of({"title": "title"})
    (raw,) = read(written(tmp_path, "id,day,title,note,,note,\n1,2024-05-01,a,x,y,z,w\n"), feed)
    odd = json.loads(table.parse(feed, raw).unknown_keys)
    assert odd == {"note": "x", "": "y", "note (2)": "z", " (2)": "w"}


def test_a_named_column_that_comes_twice_is_refused(tmp_path):
    with pytest.raises(Refused, match="several columns are called title, which the registry entry board names"):
        read(written(tmp_path, "id,day,title,title\n1,2024-05-01,a,b\n"), feed_of({"title": "title"}))


def test_lines_that_end_in_another_way_are_refused(home, tmp_path):
    text = "id,day,title\r1,2024-05-01,a\r"
    with pytest.raises(Refused, match=r"not a table: .*; end its lines with LF or CRLF"):
        read(written(tmp_path, text), feed_of({"title": "title"}))


def test_what_is_no_row_is_kept_as_it_was_written(tmp_path):
    text = "id,day,title\n1,2024-05-01,a\n2,2024-05-01,b\rc\n3,2024-05-01,d\n"
    first, bad, last = read(written(tmp_path, text), feed_of({"title": "title"}))
    assert (first.native_id, last.native_id) == ("1", "3")
    assert (bad.record, bad.origin.rsplit(":", 1)[1]) == (b"2,2024-05-01,b\rc\n", "3")


def test_columns_that_nobody_mapped_are_kept_raw(tmp_path):
    feed = feed_of({"title": "title"}, ignore=["junk"])
    (raw,) = read(written(tmp_path, "id,day,title,junk,perk\n1,2024-05-01,a,x,чай\n"), feed)
    assert json.loads(table.parse(feed, raw).unknown_keys) == {"perk": "чай"}


def test_a_file_without_the_named_columns_is_refused(tmp_path):
    with pytest.raises(Refused, match=r"no columns \['title'\]"):
        read(written(tmp_path, "id,day,name\n1,2024-05-01,a\n"), feed_of({"title": "title"}))


@pytest.mark.parametrize(
    ("entry", "told"),
    [
        ({"id": "a", "published": "b"}, "needs id, published and fields"),
        ({"id": "a", "published": "b", "fields": {"wage": "c"}}, r"does not know \['wage'\]"),
        ({"id": "a", "published": "b", "fields": {"title": {"columns": "c"}}}, "write a column's name"),
        ({"id": "a", "published": "b", "fields": {"title": {"column": "c", "pattern": "("}}}, "title"),
    ],
)
def test_a_wrong_mapping_says_how_to_write_it(entry, told):
    with pytest.raises(Refused, match=told):
        table.mapping_of(Feed("board", "Board", "table", "2024-01", options={"table": entry}))


DATES = "id,day,title\n683da8ce8d2007e09f0aa228,{},a\n"


@pytest.mark.parametrize(
    ("written_day", "published", "month"),
    [
        ("17 мая 2023", "day", "2023-05"),
        ("2023-05-17", "day", "2023-05"),
        ("2 июня", {"column": "day", "created": "id"}, "2025-06"),
        ("2023-05-17", {"column": "day", "created": "id"}, "2023-05"),
    ],
)
def test_days_are_read_in_russian_words_and_as_iso(tmp_path, written_day, published, month):
    (one,) = read(written(tmp_path, DATES.format(written_day)), feed_of({"title": "title"}, published=published))
    assert f"{one.published_at:%Y-%m}" == month


@pytest.mark.parametrize(
    ("published", "told"),
    [("day", "say where one stands, `published:"), ({"column": "day", "created": "title"}, "'a' is no MongoDB")],
)
def test_a_day_without_a_year_is_refused_with_what_would_tell_it(tmp_path, published, told):
    (one,) = read(written(tmp_path, DATES.format("26 мая")), feed_of({"title": "title"}, published=published))
    assert told in one.reason
