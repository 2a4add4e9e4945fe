"""hh.ru over its API: everything that it lists is collected, once; the next night asks only for what changed."""

import json
import stat
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from salary_assets import sources
from salary_assets.sources.formats.hh_slices import Search
from salary_assets.sources.live import Span
from salary_assets.storage import Part
from salary_assets.storage.schemas import RawAds, Sightings
from salary_assets_tests.emulators.hh import MOSCOW, HhEmulator
from salary_assets_tests.emulators.server import Fault
from salary_assets_tests.sources.making import hh_item

NOW = datetime(2024, 5, 20, 9, tzinfo=UTC)
MAY = Part("2024-05", "hh")


def items(count, first=1, step=timedelta(minutes=7)):
    begun = datetime(2024, 5, 2, tzinfo=MOSCOW)
    return [
        hh_item(at, name=f"Разработчик {at}", published_at=f"{begun + step * at:%Y-%m-%dT%H:%M:%S%z}")
        for at in range(first, first + count)
    ]


@pytest.fixture
def hh(home):
    return sources.load_registry(home)["hh"]


@pytest.fixture
def settings(asking):
    return lambda emulator, **env: asking(HH_API_URL=emulator.url, HH_APP_TOKEN="emulated-token", **env)


def collected(settings, store, hh, now=NOW, months=("2024-05",)):
    return sources.collect(settings, store, hh, months, now)["2024-05"]


def ids(store):
    return sorted(set(store.read(RawAds, MAY)["native_id"]), key=int)


def last_run(store):
    return sources.read_runs(store, "hh").iloc[-1]


def test_a_month_above_the_depth_limit_is_collected_whole_with_few_requests(settings, store, hh):
    with HhEmulator(items(2100, step=timedelta(minutes=10))) as emulator:
        outcome = collected(settings(emulator), store, hh)
        pages = len([path for path in emulator.paths() if path == "/vacancies"])
    assert outcome.status == "ok"
    assert len(ids(store)) == 2100
    assert pages <= 21 * 1.15 + 3
    run = last_run(store)
    assert (run["new"], run["completeness"]) == (2100, 1.0)


def test_a_slice_of_five_minutes_is_cut_by_role_area_and_experience(settings, store, hh):
    crowd = [
        item | {"professional_roles": [{"id": str(role)}], "area": {"id": str(area), "name": "-"}, "published_at": at}
        for at in ["2024-05-10T12:02:00+0300"]
        for role, area, first, count in ((96, 1, 1, 1050), (96, 2, 2001, 1050), (124, 1, 4001, 20))
        for item in items(count, first)
    ]
    with HhEmulator(crowd) as emulator:
        emulator.faults.append(Fault("answer", times=-1, on="/vacancies/", response=not_found()))
        assert collected(settings(emulator), store, hh).status == "ok"
    assert len(ids(store)) == 2120


def test_the_next_night_asks_only_for_what_is_new_or_changed(settings, store, hh):
    with HhEmulator(items(300)) as emulator:
        collected(settings(emulator), store, hh)
        emulator.requests.clear()
        emulator.put(items(1)[0] | {"salary_range": {"from": 1, "to": 2, "currency": "RUR"}})
        emulator.put(hh_item(999, name="Новая", published_at="2024-05-19T12:00:00+0300"))
        emulator.remove("7")
        collected(settings(emulator), store, hh, NOW + timedelta(days=1))
        assert sorted(emulator.paths("/vacancies/")) == ["/vacancies/1", "/vacancies/999"]
    run = last_run(store)
    assert (run["new"], run["changed"], run["unchanged"], run["gone"]) == (1, 1, 298, 1)
    seen = store.read(Sightings, MAY).set_index("native_id")
    assert seen.loc["7", "gone_reason"] == "not_listed"
    assert seen.loc["1", "first_seen"] < seen.loc["1", "last_seen"]


def test_the_whole_vacancy_and_its_search_result_become_one_posting(settings, store, hh):
    full = hh_item(1, description="<p>Весь текст</p>", key_skills=[{"name": "Go"}], contacts={"email": "a@b.example"})
    with HhEmulator([full]) as emulator:
        collected(settings(emulator), store, hh)
    raw = store.read(RawAds, MAY)
    postings, refused = sources.parse_raw(hh, raw)
    assert postings[["text", "version"]].values.tolist() == [["Весь текст", 1]]
    assert len(refused) == 0
    assert not raw["payload"].map(lambda payload: b"b.example" in payload).any()


def test_slices_follow_each_other_from_the_first_moment_to_the_last():
    span = Span.of(["2024-12"])
    for found in (2001, 7_000, 90_000):
        slices = list(Search(span.first, span.last, ("96", "124")).cut(found, list))
        assert (slices[0].first, slices[-1].last) == (span.first, span.last)
        assert all(one.last == following.first for one, following in pairwise(slices))
        assert all(one.roles == ("96", "124") for one in slices)


def test_the_month_begins_and_ends_at_midnight_in_moscow(settings, store, hh):
    edges = ["2024-04-30T23:59:59", "2024-05-01T00:00:00", "2024-05-31T23:59:59", "2024-06-01T00:00:00"]
    ads = [hh_item(at, published_at=f"{edge}+0300") for at, edge in enumerate(edges)]
    with HhEmulator(ads) as emulator:
        collected(settings(emulator), store, hh, datetime(2024, 6, 1, 9, tzinfo=UTC))
    assert ids(store) == ["1", "2"]
    assert sorted(store.read(Sightings, MAY)["native_id"]) == ["1", "2"]


def test_an_ad_is_gone_since_the_night_that_missed_it_until_it_is_back(settings, store, hh):
    def night(number):
        collected(settings(emulator), store, hh, NOW + timedelta(days=number))
        return store.read(Sightings, MAY).set_index("native_id").loc["2"]

    with HhEmulator(items(4)) as emulator:
        night(0)
        second = next(item for item in emulator.items if item["id"] == "2")
        emulator.remove("2")
        for number in (1, 2):
            seen = night(number)
            assert (seen["gone_at"], seen["gone_reason"]) == (NOW + timedelta(days=1), "not_listed")
        emulator.put(second)
        seen = night(3)
    assert (seen["first_seen"], seen["last_seen"]) == (NOW, NOW + timedelta(days=3))
    assert seen[["gone_at", "gone_reason", "republished_of"]].isna().all()


def test_an_ad_published_again_under_another_id_is_linked(settings, store, hh):
    with HhEmulator([hh_item(1)]) as emulator:
        collected(settings(emulator), store, hh)
        emulator.remove("1")
        emulator.put(hh_item(2, published_at="2024-05-12T12:00:00+0300"))
        collected(settings(emulator), store, hh, NOW + timedelta(days=1))
    assert store.read(Sightings, MAY).set_index("native_id").loc["2", "republished_of"] == "1"


def test_a_vacancy_that_vanished_between_list_and_request_is_noted_as_gone(settings, store, hh):
    with HhEmulator(items(3)) as emulator:
        emulator.on_page = lambda server, page: None
        emulator.faults.append(Fault("answer", on="/vacancies/2", response=not_found()))
        collected(settings(emulator), store, hh)
    assert ids(store) == ["1", "2", "3"]
    assert store.read(Sightings, MAY).set_index("native_id").loc["2", "gone_reason"] == "not_found"


def not_found():
    from salary_assets_tests.emulators.server import Response

    return Response.json({"errors": [{"type": "not_found"}]}, 404)


def test_without_credentials_the_month_is_blocked_with_what_to_do(asking, store, hh):
    outcome = collected(asking(), store, hh)
    assert outcome.status == "blocked"
    assert "HH_APP_TOKEN" in outcome.message
    assert "dev.hh.ru/admin" in outcome.message
    assert store.manifest(RawAds, MAY) is None


def test_without_a_contact_the_month_is_blocked(asking, store, hh):
    outcome = collected(asking(SALARY_ASSETS_CONTACT="", HH_APP_TOKEN="x"), store, hh)
    assert "SALARY_ASSETS_CONTACT" in outcome.message


def test_a_past_month_is_empty_with_the_reason(asking, store, hh):
    outcome = sources.collect(asking(), store, hh, ["2023-01"], NOW)["2023-01"]
    assert outcome.status == "empty"
    assert "serves only ads of the last 35 days" in outcome.message


def test_the_token_is_exchanged_once_and_kept_for_its_owner_alone(asking, store, hh):
    with HhEmulator(items(2)) as emulator:
        env = {"HH_API_URL": emulator.url, "HH_CLIENT_ID": "app", "HH_CLIENT_SECRET": "secret"}
        collected(asking(**env), store, hh)
        collected(asking(**env), store, hh, NOW + timedelta(hours=1))
        assert len(emulator.paths("/token")) == 1
    file = asking().cache / "hh-token.json"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert json.loads(file.read_text())["access_token"] == emulator.tokens[0]


@pytest.mark.parametrize("end", ["\n", "\r\n", " "])
def test_credentials_read_from_a_file_may_end_with_its_line(asking, store, hh, end):
    with HhEmulator(items(2)) as emulator:
        env = {"HH_API_URL": emulator.url, "HH_CLIENT_ID": f"app{end}", "HH_CLIENT_SECRET": f"secret{end}"}
        assert collected(asking(**env), store, hh).status == "ok"
        given = asking(HH_API_URL=emulator.url, HH_APP_TOKEN=f"{emulator.token}{end}")
        assert collected(given, store, hh, NOW + timedelta(hours=1)).status == "ok"
        assert [one.form["client_secret"] for one in emulator.requests if one.path == "/token"] == ["secret"]


@pytest.mark.parametrize("token", ["secret token", "secret\nHH_CLIENT_ID=app", "secret-токен", '"secret"'])
def test_a_token_that_is_none_is_told_and_never_shown(asking, store, hh, token):
    with HhEmulator(items(2)) as emulator:
        outcome = collected(asking(HH_API_URL=emulator.url, HH_APP_TOKEN=token), store, hh)
        assert emulator.requests == []
    assert outcome.status == "blocked"
    assert "HH_APP_TOKEN holds signs that no token has: copy it again" in outcome.message
    assert "secret" not in f"{outcome} {last_run(store).to_dict()}"


def test_a_damaged_answer_instead_of_a_token_breaks_the_month(asking, store, hh):
    with HhEmulator(items(2)) as emulator:
        emulator.faults.append(Fault("cut_gzip", on="/token"))
        env = {"HH_API_URL": emulator.url, "HH_CLIENT_ID": "app", "HH_CLIENT_SECRET": "secret"}
        outcome = collected(asking(**env), store, hh)
    assert outcome.status == "broken"
    assert "without its end" in outcome.message


def test_dictionaries_are_asked_for_conditionally(settings, store, hh):
    with HhEmulator(items(2)) as emulator:
        collected(settings(emulator), store, hh)
        collected(settings(emulator), store, hh, NOW + timedelta(hours=1))
        asked = [one.headers.get("if-none-match") for one in emulator.requests if one.path == "/professional_roles"]
    assert asked[0] is None
    assert asked[1]


def test_requests_carry_who_asks(settings, store, hh):
    with HhEmulator(items(1)) as emulator:
        collected(settings(emulator), store, hh)
        assert all("data@salary.example" in request.headers["hh-user-agent"] for request in emulator.requests)
