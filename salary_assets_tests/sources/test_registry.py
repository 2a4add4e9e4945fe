"""The registry of feeds: packaged, replaced, extended; errors say which entry and how to write it."""

from concurrent.futures import ThreadPoolExecutor

import pytest
import yaml

from salary_assets.sources import RegistryError, UnknownFeed, load_registry
from salary_assets.sources.registry import entry_line, register
from salary_assets.storage import load_settings

ENTRY = {"title": "Some", "format": "telegram", "channel": "Some_Channel", "since": "2024-01"}


def test_the_packaged_registry_has_all_feeds_and_the_sample_is_marked(home):
    registry = load_registry(home)
    assert {"hh", "trudvsem", "habr_career", "getmatch", "geekjob", "tg_fordev", "tg_getitrussia"} <= set(
        registry.slugs
    )
    assert {feed.slug for feed in registry if feed.sample} == {"sample_hh", "tg_sample_jobs", "sample_board"}
    assert registry.by_channel("getitrussia").slug == "tg_getitrussia"


def test_a_feed_of_the_home_is_added_and_found(home):
    register(home, "tg_some_channel", ENTRY)
    assert "tg_some_channel" in load_registry(home).slugs
    with pytest.raises(RegistryError, match="taken"):
        register(home, "tg_some_channel", ENTRY)


def test_feeds_that_are_added_at_the_same_time_are_all_there(home):
    slugs = [f"board_{at}" for at in range(12)]
    entry = {"title": "Board", "format": "hh", "since": "2024-01"}
    with ThreadPoolExecutor(6) as threads:
        list(threads.map(lambda slug: register(home, slug, entry), slugs))
    assert set(slugs) <= set(load_registry(home).slugs)


def test_an_entry_of_the_home_replaces_a_packaged_one(home):
    home.home.mkdir()
    entry = {"title": "hh.ru", "format": "hh", "since": "2020-01", "enabled": False}
    home.registry_overlay.write_text(yaml.safe_dump({"feeds": {"hh": entry}}))
    assert "hh" not in load_registry(home).slugs


def test_an_operators_file_replaces_the_packaged_registry(tmp_path):
    file = tmp_path / "mine.yaml"
    file.write_text("feeds:\n" + entry_line("tg_some_channel", ENTRY))
    settings = load_settings(tmp_path / "home", env={"SALARY_ASSETS_REGISTRY": str(file)})
    assert load_registry(settings).slugs == ["tg_some_channel"]


def test_an_unknown_slug_is_told_with_those_that_there_are(home):
    with pytest.raises(UnknownFeed, match=r"no feed 'hhh'.*geekjob"):
        load_registry(home)["hhh"]


@pytest.mark.parametrize(
    ("slug", "changes", "told"),
    [
        ("Bad-Slug", {}, "slug is at most 40"),
        ("x" * 41, {}, "slug is at most 40"),
        ("a", {"since": "2024"}, "write it like `since: 2024-01`"),
        ("a", {"format": "rss"}, "no format 'rss'"),
        ("a", {"channel": None}, "channel: missing"),
        ("a", {"format": "table"}, "`table:` is missing"),
        ("a", {"sinse": "2024-01"}, "sinse: Extra inputs"),
        ("a", {"title": None}, "title: Input should be"),
    ],
)
def test_a_wrong_entry_is_named_with_what_is_wrong(home, slug, changes, told):
    with pytest.raises(RegistryError, match=told) as error:
        register(home, slug, ENTRY | changes)
    assert repr(slug) in str(error.value)


def test_a_file_that_is_no_registry_is_refused(home):
    home.home.mkdir()
    home.registry_overlay.write_text("- hh\n")
    with pytest.raises(RegistryError, match="begin it with `feeds:`"):
        load_registry(home)
