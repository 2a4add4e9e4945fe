"""Telegram over MTProto and over preview pages: the same posts, edits seen, refusals in words."""

import re
from datetime import UTC, datetime, timedelta

import pytest

from salary_assets import sources
from salary_assets.storage import Part
from salary_assets.storage.schemas import RawAds, Sightings
from salary_assets_tests.emulators.server import Fault, Response
from salary_assets_tests.emulators.telegram import PreviewEmulator, Refusal, TelegramEmulator
from salary_assets_tests.sources.making import post

NOW = datetime(2024, 11, 20, 9, tzinfo=UTC)
NOVEMBER = Part("2024-11", "tg_fordev")
TEXT = "**Ищем __Go__** 🚀\n\nStack: `C++` & <b>, [пишите](https://x.example/a)"


def posts(*numbers):
    return [
        post(
            number,
            f"{TEXT} {number}",
            date=f"{datetime(2024, 11, 1, tzinfo=UTC) + timedelta(hours=number):%Y-%m-%dT%H:%M:%S+00:00}",
        )
        for number in numbers
    ]


@pytest.fixture
def feed(home):
    return sources.load_registry(home)["tg_fordev"]


@pytest.fixture(params=["mtproto", "preview"])
def telegram(request, asking):
    """An emulator of either face, and settings that ask it."""
    if request.param == "preview":
        with PreviewEmulator() as emulator:
            yield emulator, asking(TELEGRAM_PREVIEW_URL=emulator.url)
        return
    with TelegramEmulator() as emulator:
        yield emulator, asking(**credentials(emulator))


def credentials(emulator):
    return {"TELEGRAM_SESSION": emulator.session, "TELEGRAM_API_ID": "1", "TELEGRAM_API_HASH": "h" * 32}


def fill(emulator, *lines):
    for line in lines:
        emulator.channels.put(line)


def collected(settings, store, feed, now=NOW, month="2024-11"):
    return sources.collect(settings, store, feed, [month], now)[month]


def texts(store, feed):
    found, _ = sources.parse_raw(feed, store.read(RawAds, NOVEMBER))
    return dict(zip(found["native_id"], found["text"], strict=True))


def test_a_month_of_posts_is_collected_and_only_it(telegram, store, feed):
    emulator, settings = telegram
    old = post(1, "старый", date="2024-10-31T20:59:00+00:00")
    late = post(900, "поздний", date="2024-11-30T21:00:00+00:00")
    fill(emulator, old, *posts(*range(2, 252)), late)
    assert collected(settings, store, feed).status == "ok"
    assert sorted(map(int, texts(store, feed))) == list(range(2, 252))


def test_words_are_the_same_as_in_a_dump(telegram, store, feed):
    emulator, settings = telegram
    fill(emulator, *posts(5))
    collected(settings, store, feed)
    assert texts(store, feed) == {"5": "Ищем Go 🚀\n\nStack: C++ & <b>, пишите 5"}


def test_the_next_night_reads_what_is_new_and_sees_edits_and_deletions(telegram, store, feed):
    emulator, settings = telegram
    fill(emulator, *posts(*range(1, 11)))
    collected(settings, store, feed)
    fill(emulator, *posts(11), posts(3)[0] | {"text": "Исправлено", "edit_date": "2024-11-20T10:00:00+00:00"})
    emulator.channels.remove("fordev", 7)
    collected(settings, store, feed, NOW + timedelta(days=1))
    found = texts(store, feed)
    assert (found["3"], len(found)) == ("Исправлено", 11)
    run = sources.read_runs(store, "tg_fordev").iloc[-1]
    assert (run["new"], run["changed"], run["gone"]) == (1, 1, 1)
    assert store.read(Sightings, NOVEMBER).set_index("native_id").loc["7", "gone_reason"] == "not_listed"


def spread(*numbers):
    """Posts eight a day, from the beginning of September."""
    begun = datetime(2024, 9, 1, tzinfo=UTC)
    return [post(at, f"пост {at}", date=(begun + timedelta(hours=3 * at)).isoformat()) for at in numbers]


def held(store):
    return {int(one) for one in store.read(RawAds, columns=["native_id"])["native_id"]}


def test_posts_that_are_not_read_again_are_not_gone(telegram, store, feed):
    emulator, settings = telegram
    fill(emulator, *posts(*range(1, 261)))
    collected(settings, store, feed)
    fill(emulator, *posts(261), posts(70)[0] | {"text": "Уже нашли"})
    emulator.channels.remove("fordev", 255)
    assert collected(settings, store, feed, NOW + timedelta(days=1)).new == 2
    assert texts(store, feed)["70"] == "Уже нашли"
    seen = store.read(Sightings, NOVEMBER).set_index("native_id")
    assert len(seen) == 261
    assert seen.index[seen["gone_at"].notna()].tolist() == ["255"]
    assert sources.read_runs(store, "tg_fordev")["listed"].iloc[-1] < 230


def test_the_past_of_a_channel_whose_running_month_came_first_is_read_whole(telegram, store, feed):
    emulator, settings = telegram
    fill(emulator, *spread(*range(1, 640)))
    collected(settings, store, feed)
    sources.collect(settings, store, feed, ["2024-09", "2024-10", "2024-11"], NOW + timedelta(hours=1))
    assert held(store) == set(range(1, 640))


def test_the_end_of_a_month_that_was_missed_is_read_with_the_next(telegram, store, feed):
    emulator, settings = telegram
    fill(emulator, *spread(*range(1, 300)))
    collected(settings, store, feed, datetime(2024, 10, 8, tzinfo=UTC), "2024-10")
    fill(emulator, *spread(*range(300, 900)))
    collected(settings, store, feed, datetime(2024, 12, 21, tzinfo=UTC), "2024-12")
    months = ["2024-10", "2024-11", "2024-12"]
    sources.collect(settings, store, feed, months, datetime(2024, 12, 22, tzinfo=UTC))
    assert held(store) == set(range(239, 900))


def test_an_album_is_one_post(telegram, store, feed):
    emulator, settings = telegram
    album = [one | {"grouped_id": 77, "media_type": "MessageMediaPhoto"} for one in posts(4, 5, 6)]
    fill(emulator, album[0], album[1] | {"text": ""}, album[2] | {"text": ""}, *posts(8))
    collected(settings, store, feed)
    assert sorted(texts(store, feed)) == ["4", "8"]


def test_a_silent_month_is_empty(telegram, store, feed):
    emulator, settings = telegram
    fill(emulator, post(1, "старый", date="2024-01-01T00:00:00+00:00"))
    outcome = collected(settings, store, feed)
    assert outcome.status == "empty"
    assert "has no ad of 2024-11" in outcome.message


def test_a_channel_that_does_not_exist_is_broken(telegram, store, feed):
    outcome = collected(telegram[1], store, feed)
    assert outcome.status == "broken"
    assert "there is no channel t.me/fordev" in outcome.message


def test_both_faces_and_the_dump_give_one_posting(asking, store, feed, tmp_path):
    from salary_assets.storage import TableStore

    line = posts(5)[0]
    hashes = set()
    with TelegramEmulator([line]) as mtproto, PreviewEmulator([line]) as preview:
        for name, env in (("a", credentials(mtproto)), ("b", {"TELEGRAM_PREVIEW_URL": preview.url})):
            store = TableStore(tmp_path / name)
            collected(asking(**env), store, feed)
            found, _ = sources.parse_raw(feed, store.read(RawAds, NOVEMBER))
            hashes.add((found["content_hash"][0], found["published_at"][0], found["url"][0], found["posting_id"][0]))
    assert len(hashes) == 1


def test_the_channel_is_resolved_once(asking, store, feed):
    with TelegramEmulator(posts(1)) as emulator:
        collected(asking(**credentials(emulator)), store, feed)
        collected(asking(**credentials(emulator)), store, feed, NOW + timedelta(hours=1))
        assert emulator.calls.count("ResolveUsernameRequest") == 1


def test_another_account_resolves_the_channel_anew(asking, store, feed):
    for hour in range(2):
        with TelegramEmulator(posts(1)) as emulator:
            outcome = collected(asking(**credentials(emulator)), store, feed, NOW + timedelta(hours=hour))
        assert outcome.status == "ok"


@pytest.mark.parametrize(
    ("refusal", "status", "told"),
    [
        (Refusal(420, "FLOOD_WAIT_3600"), "blocked", "asks to wait 3600 s"),
        (Refusal(401, "AUTH_KEY_UNREGISTERED"), "blocked", "does not accept the session"),
        (Refusal(401, "SESSION_REVOKED"), "blocked", "make a new one"),
        (Refusal(500, "INTERNAL"), "broken", "run again later"),
    ],
)
def test_refusals_of_telegram_are_told(asking, store, feed, refusal, status, told):
    with TelegramEmulator(posts(1)) as emulator:
        emulator.refusals += [refusal] * 6
        outcome = collected(asking(**credentials(emulator)), store, feed)
    assert outcome.status == status
    assert told in outcome.message


def test_a_short_flood_wait_is_slept_through(asking, store, feed):
    with TelegramEmulator(posts(1, 2)) as emulator:
        emulator.refusals.append(Refusal(420, "FLOOD_WAIT_1"))
        assert collected(asking(**credentials(emulator)), store, feed).status == "ok"


def test_a_connection_that_breaks_is_made_again_and_nothing_is_lost(asking, store, feed):
    with TelegramEmulator(posts(*range(1, 151))) as emulator:
        emulator.drops = 1
        assert collected(asking(**credentials(emulator), SALARY_ASSETS_TIMEOUT="5"), store, feed).status == "ok"
    assert len(texts(store, feed)) == 150


def test_a_connection_that_always_breaks_ends_the_run(asking, store, feed):
    with TelegramEmulator(posts(1)) as emulator:
        emulator.drops = -1
        outcome = collected(asking(**credentials(emulator)), store, feed)
    assert outcome.status == "broken"
    assert "Telegram cannot be reached" in outcome.message
    assert "run again later" in outcome.message


def test_a_private_channel_is_blocked(asking, store, feed):
    with TelegramEmulator(posts(1)) as emulator:
        emulator.channels.private.add("fordev")
        outcome = collected(asking(**credentials(emulator)), store, feed)
    assert outcome.status == "blocked"
    assert "is private" in outcome.message


def test_a_channel_that_telegram_closed_is_blocked(asking, store, feed):
    with TelegramEmulator(posts(1)) as emulator:
        emulator.channels.banned.add("fordev")
        outcome = collected(asking(**credentials(emulator)), store, feed)
    assert outcome.status == "blocked"
    assert "has banned the channel fordev: This channel can't be displayed; disable the feed" in outcome.message


def test_a_session_read_from_a_file_may_end_with_its_line(asking, store, feed):
    with TelegramEmulator() as emulator:
        fill(emulator, *posts(1))
        given = {name: f"{value}\n" for name, value in credentials(emulator).items()}
        assert collected(asking(**given), store, feed).status == "ok"


@pytest.mark.parametrize("session", ["x", "1x", f"1{'A' * 100}", f"1{'A' * 351}", f"1{'я' * 352}"])
def test_a_session_that_is_no_session_is_told(asking, store, feed, session):
    outcome = collected(asking(TELEGRAM_SESSION=session, TELEGRAM_API_ID="1", TELEGRAM_API_HASH="h"), store, feed)
    assert "credentials are not complete" in outcome.message


def test_a_channel_without_a_preview_is_blocked_and_a_new_layout_is_broken(asking, store, feed):
    with PreviewEmulator(posts(1)) as emulator:
        emulator.channels.hidden.add("fordev")
        hidden = collected(asking(TELEGRAM_PREVIEW_URL=emulator.url), store, feed)
        emulator.channels.hidden.clear()
        emulator.faults.append(Fault("answer", response=Response.html("<html><body><main>New!</main></body></html>")))
        changed = collected(asking(TELEGRAM_PREVIEW_URL=emulator.url), store, feed)
    assert (hidden.status, changed.status) == ("blocked", "broken")
    assert "shows no preview" in hidden.message
    assert "none of the known blocks" in changed.message


def test_a_preview_is_read_to_its_beginning_whatever_its_link_is_called(asking, store, feed):
    def renamed(response):
        return Response.html(re.sub("tme_messages_more", "tme_older", response.body.decode()))

    with PreviewEmulator(posts(*range(2, 52))) as emulator:
        emulator.faults.append(Fault("change", times=-1, change=renamed))
        assert collected(asking(TELEGRAM_PREVIEW_URL=emulator.url), store, feed).new == 50


def test_a_preview_that_leads_to_itself_ends(asking, store, feed):
    newest = []

    def circular(response):
        newest.append(response)
        return newest[0]

    with PreviewEmulator(posts(*range(1, 51))) as emulator:
        emulator.faults.append(Fault("change", times=-1, change=circular))
        collected(asking(TELEGRAM_PREVIEW_URL=emulator.url), store, feed)
        assert len(emulator.requests) == 2


def test_a_month_long_past_is_found_without_paging_through_all_since(asking, store, feed):
    old = [
        post(
            at,
            f"пост {at}",
            date=f"{datetime(2023, 1, 1, tzinfo=UTC) + timedelta(hours=3 * at):%Y-%m-%dT%H:%M:%S+00:00}",
        )
        for at in range(1, 5001)
    ]
    with PreviewEmulator(old) as emulator:
        outcome = collected(asking(TELEGRAM_PREVIEW_URL=emulator.url), store, feed, month="2023-03")
        assert len(emulator.requests) < 40
    assert outcome.new == 31 * 8
