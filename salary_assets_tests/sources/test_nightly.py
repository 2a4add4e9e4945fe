"""The nightly job twice in a row, every kind of source at once: the second night fetches only what changed."""

from collections import Counter
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta

import pytest

from salary_assets import sources
from salary_assets.storage import Part
from salary_assets.storage.schemas import RawAds
from salary_assets_tests.emulators.table import EMULATORS, environment
from salary_assets_tests.sources.making import getmatch_offer, habr_entry, hh_item, post, trudvsem_vacancy

NIGHT = datetime(2024, 5, 20, 0, tzinfo=UTC)
MAY = "2024-05"
ADS = 120


def at(number):
    return f"{datetime(2024, 5, 2, tzinfo=UTC) + timedelta(hours=number):%Y-%m-%dT%H:%M:%S+00:00}"


MAKERS = {
    "hh": lambda one, words: hh_item(one, name=words, published_at=at(one)),
    "telegram": lambda one, words: post(one, words, date=at(one)),
    "telegram_preview": lambda one, words: post(one, words, date=at(one), channel="Getitrussia"),
    "trudvsem": lambda one, words: trudvsem_vacancy(f"a-{one}", **{"job-name": f"Программист {words}"}),
    "habr_career": lambda one, words: habr_entry(one, title=words, publishedDate={"date": at(one)}),
    "getmatch": lambda one, words: getmatch_offer(one, position=words),
}
FEEDS = {"telegram": "tg_fordev", "telegram_preview": "tg_getitrussia"}
"""Feeds by source, where they have another name."""

SECOND_NIGHT = {
    "hh": {"/professional_roles": 1, "/vacancies": 2, "an ad": 2},
    "telegram": {"GetHistoryRequest": 4},
    "telegram_preview": {"/s/Getitrussia": 7},
    "trudvsem": {"/vacancies": 16},
    "habr_career": {"/vacancies": 6, "an ad": 2},
    "getmatch": {"/api/offers": 2, "an ad": 2},
}
"""All that is asked for: the lists (trudvsem.ru's by fourteen queries), and the two ads that are new or changed."""


@pytest.fixture
def sites():
    """An emulator of every source, each with as many ads."""
    with ExitStack() as stack:
        yield {
            name: stack.enter_context(EMULATORS[name](make(one, f"Работа {one}") for one in range(1, ADS + 1)))
            for name, make in MAKERS.items()
        }


@pytest.fixture
def night(asking, store, home, sites):
    """Collect the running month of every source; rows of `source_runs` by source."""

    def collected(now):
        runs = {}
        for name, server in sites.items():
            feed = sources.load_registry(home)[FEEDS.get(name, name)]
            settings = asking(**{key: text for key, text in environment(name, server).items() if "CONTACT" not in key})
            outcome = sources.collect(settings, store, feed, [MAY], now)[MAY]
            assert outcome.status == "ok", outcome.message
            runs[name] = sources.read_runs(store, feed.slug).iloc[-1]
        return runs

    return collected


def put(server, name, record):
    (server.channels if name.startswith("telegram") else server).put(record)


def asked(name, server):
    """Requests by path; those for single ads together."""
    if name == "telegram":
        return Counter(call for call in server.calls if "History" in call)
    paths = (path.rsplit("/", 1) for path in server.paths())
    return Counter("an ad" if tail.isdigit() else f"{head}/{tail}" for head, tail in paths)


def test_the_second_night_fetches_only_what_changed(night, sites, store):
    first = night(NIGHT)
    assert {name: run["new"] for name, run in first.items()} == dict.fromkeys(MAKERS, ADS)
    for name, server in sites.items():
        put(server, name, MAKERS[name](ADS + 1, "Новая работа"))
        put(server, name, MAKERS[name](7, "Изменённая работа"))
        server.requests.clear()
    second = night(NIGHT + timedelta(days=1))
    for name, run in second.items():
        assert (run["new"], run["changed"], run["unchanged"]) == (1, 1, ADS - 1), name
        assert 2 * run["bytes"] < first[name]["bytes"] or name in ("telegram", "telegram_preview", "trudvsem"), name
    assert {name: dict(asked(name, server)) for name, server in sites.items()} == SECOND_NIGHT
    before = {name: store.manifest(RawAds, Part(MAY, FEEDS.get(name, name))) for name in sites}
    third = night(NIGHT + timedelta(days=2))
    assert {(run["new"], run["changed"], run["gone"]) for run in third.values()} == {(0, 0, 0)}
    assert before == {name: store.manifest(RawAds, Part(MAY, FEEDS.get(name, name))) for name in sites}
