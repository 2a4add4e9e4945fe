"""`salary-assets archive`, `salary-assets sources` and `salary-assets emulate`."""

import json
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner

from salary_assets import sources
from salary_assets.cli import main
from salary_assets.cli.refresh import plan_of
from salary_assets.sources import archive
from salary_assets.storage import Part, TableStore, load_settings
from salary_assets.storage.schemas import RawAds
from salary_assets_tests.emulators.hh import HhEmulator
from salary_assets_tests.sources.making import hh_item, post, write_lines


@pytest.fixture
def run(tmp_path):
    def call(*arguments):
        return CliRunner().invoke(main, [*map(str, arguments), "--home", str(tmp_path / "home")])

    return call


def test_what_was_added_is_listed(run, tmp_path):
    path = write_lines(tmp_path / "a.jsonl", hh_item(1), "{", hh_item(2))
    added = run("archive", "add", "hh", path)
    assert added.exit_code == 0
    assert "a.jsonl: 2 ads of hh, 2024-05" in added.stdout
    assert "1 records quarantined" in added.stderr
    (entry,) = json.loads(run("archive", "list", "--json").stdout)
    assert (entry["source"], entry["months"], entry["rows"]) == ("hh", {"2024-05": 2}, 2)


def test_a_refused_file_fails_the_command_and_the_others_are_added(run, tmp_path):
    posts = write_lines(tmp_path / "p.jsonl", post(1))
    items = write_lines(tmp_path / "i.jsonl", hh_item(1))
    result = run("archive", "add", "hh", posts, items)
    assert result.exit_code == 1
    assert "looks like a Telethon dump" in result.stderr
    assert "i.jsonl: 1 ads of hh" in result.stdout


def test_a_new_channel_is_registered_on_demand(run, tmp_path):
    path = write_lines(tmp_path / "p.jsonl", post(1, channel="New_Jobs"))
    assert "--register" in run("archive", "add", "telegram", path).stderr
    assert run("archive", "add", "telegram", path, "--register").exit_code == 0
    assert "tg_new_jobs" in {feed["slug"] for feed in json.loads(run("sources", "list", "--json").stdout)}


def test_an_unknown_source_is_told_with_those_that_there_are(run, tmp_path):
    result = run("archive", "add", "hhh", write_lines(tmp_path / "a.jsonl", hh_item(1)))
    assert result.exit_code == 1
    assert "no feed 'hhh' in the registry" in result.stderr


def test_the_table_of_sources_has_a_line_for_each(run):
    lines = run("sources", "list").stdout.splitlines()
    assert lines[0].startswith("SOURCE")
    assert any(one.startswith("tg_getitrussia") for one in lines)


def test_the_state_of_each_source_is_a_line_and_what_is_wrong_stands_below(run):
    lines = run("sources", "status").stdout.splitlines()
    assert lines[0].split()[:2] == ["SOURCE", "LAST"]
    at = next(number for number, one in enumerate(lines) if one.startswith("hh "))
    assert "never" in lines[at]
    assert lines[at + 1].strip().startswith("not collected yet")
    assert not any(one.startswith("sample_hh") for one in lines)


def test_the_state_of_a_collected_source_has_its_figures(run, tmp_path):
    path = write_lines(tmp_path / "a.jsonl", hh_item(1), "{", hh_item(2))
    run("archive", "add", "hh", path)
    settings = load_settings(tmp_path / "home", env={"SALARY_ASSETS_LIVE": "0"})
    feed = sources.load_registry(settings)["hh"]
    sources.collect(settings, TableStore(settings.tables_url), feed, ["2024-05"], datetime(2024, 6, 20, tzinfo=UTC))
    (state,) = json.loads(run("sources", "status", "hh", "--json").stdout)
    assert (state["last"]["status"], state["last"]["quarantined"]) == ("ok", 1)
    assert (state["last"]["months"], state["last"]["failed_months"]) == (["2024-05"], [])
    assert "nothing is owed" in run("sources", "owed", "geekjob").stdout


def test_a_month_that_a_history_file_holds_is_owed(run, tmp_path):
    run("archive", "add", "hh", write_lines(tmp_path / "a.jsonl", hh_item(1)))
    owed = json.loads(run("sources", "owed", "hh", "--json").stdout)
    assert {"source": "hh", "month": "2024-05", "why": "missing"} in [
        {key: one[key] for key in ("source", "month", "why")} for one in owed
    ]


@pytest.mark.parametrize("command", ["status", "owed"])
def test_a_source_that_is_not_there_is_told(run, command):
    result = run("sources", command, "hhh")
    assert result.exit_code == 1
    assert "no feed 'hhh' in the registry" in result.stderr


def test_what_emulate_prints_is_all_that_collection_needs(tmp_path, store):
    month = hh_item(8, published_at="2024-05", area=None)
    path = write_lines(tmp_path / "items.jsonl.gz", *map(hh_item, range(1, 8)), '{"id": "9', hh_item(10, id=""), month)
    command = [Path(sys.executable).with_name("salary-assets"), "emulate", "hh", "--items", path]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as emulator:
        try:
            printed = [emulator.stdout.readline().strip() for _ in range(4)]
            env = dict(one.removeprefix("export ").split("=", 1) for one in printed)
            settings = load_settings(tmp_path / "home", env=env)
            feed = sources.load_registry(settings)["hh"]
            outcome = sources.collect(settings, store, feed, ["2024-05"], datetime(2024, 5, 20, tzinfo=UTC))["2024-05"]
        finally:  # whatever went wrong is told, instead of waiting for an emulator that nobody ends
            emulator.kill()
    assert outcome.status == "ok"
    assert store.read(RawAds, Part("2024-05", "hh"))["native_id"].nunique() == 8


def test_a_file_of_another_source_is_not_emulated(tmp_path):
    path = write_lines(tmp_path / "posts.jsonl", post(1))
    result = CliRunner().invoke(main, ["emulate", "hh", "--items", str(path)])
    assert (result.exit_code, "expected items of hh.ru's API" in result.stderr) == (1, True)


MAY = datetime(2024, 5, 20, 9, tzinfo=UTC)


def planned(home, months=None):
    return plan_of(home, "hh", months, False, MAY)


def test_a_site_is_asked_when_it_is_named_and_no_history_file_has_the_months(home, tmp_path):
    assert planned(home) == {"hh": [["2024-04", "2024-05"]]}
    assert planned(home, "2024-05:2024-05") == {"hh": [["2024-05"]]}
    old = write_lines(tmp_path / "a.jsonl", hh_item(1, published_at="2023-02-10T12:00:00+0300"))
    archive.add(home, "hh", [old], MAY)
    assert planned(home) == {"hh": [["2023-02"]]}
    assert planned(home, "2024-05:2024-05") == {"hh": [["2024-05"]]}


def test_a_site_that_was_asked_before_is_asked_for_what_it_owes(home, store, asking):
    with HhEmulator([hh_item(1)]) as site:
        settings = asking(HH_API_URL=site.url, HH_APP_TOKEN="emulated-token")
        sources.collect(settings, store, sources.load_registry(home)["hh"], ["2024-04"], MAY)
    assert planned(home) == {"hh": [["2024-04", "2024-05"]]}
    assert plan_of(home, None, None, False, MAY) == planned(home)
