"""From indexed files to raw ads and postings: once each, the same bytes every time."""

from datetime import UTC, datetime, timedelta

import pytest
from filelock import FileLock

from salary_assets import sources
from salary_assets.sources import archive, intake
from salary_assets.sources.collect import live_months
from salary_assets.sources.registry import register
from salary_assets.storage import Part
from salary_assets.storage.schemas import Postings, Quarantine, RawAds
from salary_assets_tests.sources.making import NOW, hh_item, post, write_lines

MAY = Part("2024-05", "hh")


@pytest.fixture
def hh(home):
    return sources.load_registry(home)["hh"]


def collected(home, store, hh, *paths, months=("2024-05",)):
    archive.add(home, "hh", paths, NOW)
    return sources.collect(home, store, hh, months, NOW)


def postings(store, hh, part=MAY):
    return sources.parse_raw(hh, store.read(RawAds, part))


def test_a_range_of_months_comes_from_one_pass_and_each_says_how_it_ended(home, store, hh, tmp_path):
    path = write_lines(tmp_path / "a.jsonl", hh_item(1), hh_item(2, published_at="2024-06-10T00:00:00+0300"))
    outcomes = collected(home, store, hh, path, months=("2024-05", "2024-06", "2024-07"))
    assert [(month, one.status, one.new) for month, one in outcomes.items()] == [
        ("2024-05", "ok", 1),
        ("2024-06", "ok", 1),
        ("2024-07", "empty", 0),
    ]
    assert "no indexed history file" in outcomes["2024-07"].message
    assert len(store.read(RawAds, Part("2024-07", "hh"))) == 0
    assert sources.read_runs(store, "hh").iloc[-1]["new"] == 2


def test_the_same_payload_is_stored_once_and_running_again_changes_nothing(home, store, hh, tmp_path):
    path = write_lines(tmp_path / "a.jsonl", hh_item(1), hh_item(1), hh_item(2))
    assert collected(home, store, hh, path)["2024-05"].new == 2
    manifest = store.manifest(RawAds, MAY)
    again = sources.collect(home, store, hh, ["2024-05"], NOW)["2024-05"]
    assert (again.new, again.total) == (0, 2)
    assert store.manifest(RawAds, MAY) == manifest


def test_a_run_killed_between_chunks_ends_with_the_same_files_as_one_that_was_not(
    home, store, hh, tmp_path, monkeypatch
):
    monkeypatch.setattr(intake, "CHUNK_ROWS", 10)
    path = write_lines(tmp_path / "a.jsonl", *map(hh_item, range(45)))
    collected(home, store, hh, path)
    whole = store.manifest(RawAds, MAY)
    assert len(whole.files) == 5
    store._publish(RawAds, MAY, whole.files[:2], "")
    sources.collect(home, store, hh, ["2024-05"], NOW)
    assert store.manifest(RawAds, MAY) == whole


def test_of_two_contents_under_one_id_the_later_line_wins_with_its_version(home, store, hh, tmp_path):
    path = write_lines(tmp_path / "a.jsonl", hh_item(1, name="Было"), hh_item(1, name="Стало"), hh_item(2))
    collected(home, store, hh, path)
    found, refused = postings(store, hh)
    assert found.set_index("native_id")["title"].to_dict() == {"1": "Стало", "2": "Python-разработчик"}
    assert found.set_index("native_id")["version"].to_dict() == {"1": 2, "2": 1}
    assert len(refused) == 0


def test_the_whole_ad_wins_over_a_later_search_result(home, store, hh, tmp_path):
    path = write_lines(tmp_path / "a.jsonl", hh_item(1, description="Весь текст"), hh_item(1, name="Отрывок"))
    collected(home, store, hh, path)
    assert postings(store, hh)[0]["text"].tolist() == ["Весь текст"]


def test_a_version_that_cannot_be_read_is_quarantined_and_the_one_before_stays(home, store, hh, tmp_path):
    path = write_lines(tmp_path / "a.jsonl", hh_item(1), hh_item(1, name=None, snippet=[]))
    collected(home, store, hh, path)
    found, refused = postings(store, hh)
    assert found["title"].tolist() == ["Python-разработчик"]
    assert refused["reason"].tolist() == ["neither title nor text: nothing to label"]
    store.write(Postings, found, MAY)
    store.write(Quarantine, refused, MAY)


def test_ads_without_ids_are_quarantined_with_their_lines_and_the_others_become_postings(home, store, hh, tmp_path):
    nameless = {key: value for key, value in hh_item(2).items() if key != "id"}
    path = write_lines(tmp_path / "a.jsonl", hh_item(1), nameless, hh_item(3, id=None), hh_item(4, id=["4"]))
    assert collected(home, store, hh, path)["2024-05"].total == 1
    refused = store.read(Quarantine, Part("unknown", "hh")).sort_values("origin")
    assert [origin.rsplit(":", 1)[1] for origin in refused["origin"]] == ["2", "3", "4"]
    assert refused["reason"].str.contains("could not be told from other ads").all()


def test_an_ad_of_a_day_that_has_not_come_is_quarantined_and_its_month_is_not_waited_for(home, store, hh, tmp_path):
    ahead = (NOW + timedelta(days=40)).isoformat()
    path = write_lines(tmp_path / "a.jsonl", hh_item(1), hh_item(2, published_at=ahead))
    assert collected(home, store, hh, path)["2024-05"].new == 1
    assert archive.months_of(home, "hh") == {"2024-05": 1}
    (reason,) = store.read(Quarantine, parts=store.parts(Quarantine))["reason"]
    assert reason.startswith(f"published {ahead[:10]}, after the file was added")


def test_a_date_without_a_zone_is_moscow_time_and_decides_the_month(home, store, hh, tmp_path):
    path = write_lines(
        tmp_path / "a.jsonl",
        hh_item(1, published_at="2024-06-01T01:30:00"),
        hh_item(2, published_at="2024-05-31T23:30:00"),
        hh_item(3, published_at="2024-05-31T23:30:00+00:00"),
    )
    outcomes = collected(home, store, hh, path, months=("2024-05", "2024-06"))
    assert {month: one.total for month, one in outcomes.items()} == {"2024-05": 1, "2024-06": 2}
    assert str(postings(store, hh)[0]["published_at"].iloc[0]) == "2024-05-31 20:30:00+00:00"


def test_pay_written_as_text_stays_with_its_ad(home, store, hh, tmp_path):
    words = hh_item(1, salary="от 100 000 до 150 000 руб.", salary_range=None)
    digits = hh_item(2, salary={"from": "100 000", "to": "много", "currency": "RUR"}, salary_range=None)
    collected(home, store, hh, write_lines(tmp_path / "a.jsonl", words, digits))
    found = postings(store, hh)[0].set_index("native_id")
    assert found.loc["1", "pay_raw"] == "от 100 000 до 150 000 руб."
    assert found.loc["2", "pay_from"] == 100_000
    assert found.loc[["1", "2"], "pay_to"].isna().all()
    assert "много" in found.loc["2", "pay_raw"]


def test_an_enormous_description_is_kept_raw_and_cut_in_the_posting(home, store, hh, tmp_path):
    text = "<p>" + "много слов " * 1_500_000
    collected(home, store, hh, write_lines(tmp_path / "a.jsonl", hh_item(1, description=text)))
    assert len(store.read(RawAds, MAY)["payload"].iloc[0]) > 30_000_000
    assert "[cut: " in postings(store, hh)[0]["text"].iloc[0]


def test_a_missing_history_file_breaks_its_months_and_no_others(home, store, hh, tmp_path):
    may = write_lines(tmp_path / "may.jsonl", hh_item(1))
    june = write_lines(tmp_path / "june.jsonl", hh_item(2, published_at="2024-06-10T00:00:00+0300"))
    archive.add(home, "hh", [may, june], NOW)
    may.unlink()
    outcomes = sources.collect(home, store, hh, ["2024-05", "2024-06"], NOW)
    assert outcomes["2024-05"].failed
    assert "is not there any more" in outcomes["2024-05"].message
    assert outcomes["2024-06"].status == "ok"


def test_a_file_that_the_registry_does_not_describe_any_more_breaks_its_months(home, store, tmp_path):
    entry = {"title": "Board", "format": "table", "since": "2024-01"}
    columns = {"id": "id", "published": "day", "fields": {"title": "title"}}
    register(home, "board", entry | {"table": columns})
    path = tmp_path / "board.csv"
    path.write_text("id,day,title\n1,2024-05-01,a\n", encoding="utf-8")
    archive.add(home, "board", [path], NOW)
    home.registry_overlay.unlink()
    feed = register(home, "board", entry | {"table": columns | {"fields": {"title": "vacancy"}}})
    outcome = sources.collect(home, store, feed, ["2024-05"], NOW)["2024-05"]
    assert outcome.status == "broken"
    assert "no columns ['vacancy'], which the registry entry board names" in outcome.message


def test_bad_lines_of_a_dump_of_several_channels_are_quarantined_once(home, store, tmp_path):
    path = write_lines(tmp_path / "a.jsonl", post(1, channel="fordev"), "{", post(2, channel="analysts_hunter"))
    archive.add(home, "telegram", [path], NOW, register_channels=True)
    registry = sources.load_registry(home)
    for slug in ("tg_analysts_hunter", "tg_fordev"):
        assert sources.collect(home, store, registry[slug], ["2024-11"], NOW)["2024-11"].total == 1
    assert len(store.read(Quarantine)) == 1


def test_a_month_of_a_history_file_is_asked_for_again_until_its_first_week_has_passed(home, store, hh, tmp_path):
    collected(home, store, hh, write_lines(tmp_path / "a.jsonl", hh_item(1)))
    asked = {day: live_months(home, hh, ["2024-05"], datetime(2024, 6, day, 9, tzinfo=UTC)) for day in (1, 7, 10)}
    assert asked == {1: ["2024-05"], 7: ["2024-05"], 10: []}


def test_two_runs_of_one_source_at_once_are_refused(home, store, hh):
    home.locks.mkdir(parents=True)
    with (
        FileLock(home.locks / "source-hh.lock"),
        pytest.raises(sources.SourceBusy, match="being collected by another run"),
    ):
        sources.collect(home, store, hh, ["2024-05"], NOW)


def test_the_version_of_a_parser_follows_its_table_mapping(home):
    registry = sources.load_registry(home)
    assert sources.parser_version(registry["hh"]) == sources.parser_version(registry["sample_hh"])
    assert sources.parser_version(registry["geekjob"]) != sources.parser_version(registry["sample_board"])
