"""`salary-assets archive` and `salary-assets sources`."""

import json

import pytest
from click.testing import CliRunner

from salary_assets.cli import main
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
