"""The faults that a collector must survive, each over a real socket.

What every one of them is held against: a run without faults (its twin). Nothing is lost, nothing is there twice, and
the message says what to do.
"""

import json
import os
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from salary_assets import sources
from salary_assets.sources import http
from salary_assets.storage import Part
from salary_assets.storage.schemas import Quarantine, RawAds, Sightings
from salary_assets_tests.conftest import PROJECT
from salary_assets_tests.emulators.hh import whole
from salary_assets_tests.emulators.server import Fault, Response
from salary_assets_tests.sources.conftest import QUICK
from salary_assets_tests.sources.faulty import ENDLESS, MAY, NOW, items, run_of, stored
from salary_assets_tests.sources.making import hh_item


@pytest.mark.parametrize("ads", [12])
@pytest.mark.parametrize("on", ["/vacancies$", "/vacancies/7$"])
@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "reset", "times": 3},
        {"kind": "stall", "times": 2, "seconds": 30},
        {"kind": "cut_gzip", "times": 3},
        {"kind": "answer", "times": 3, "response": Response(b'{"items": [')},
        {"kind": "answer", "times": 3, "response": Response(b"\xff\xfe{}")},
        {"kind": "answer", "times": 3, "response": Response(b"[" * 100_000)},
        {"kind": "answer", "times": 4, "response": Response(b"<html>Bad gateway</html>", 502, "text/html")},
        {"kind": "answer", "times": 4, "response": Response(b"", 503, headers=(("Retry-After", "0"),))},
        {"kind": "answer", "times": 4, "response": Response(b"", 429, headers=(("Retry-After", "0"),))},
        {"kind": "answer", "times": 4, "response": Response(b"", 429, headers=(("Retry-After", "-5"),))},
        {"kind": "answer", "times": 4, "response": Response(b"", 429)},
    ],
    ids=lambda fault: f"{fault['kind']}-{fault['times']}",
)
def test_what_passes_by_itself_costs_only_time(collected, store, twin, emulator, fault, on, ads):
    emulator.faults.append(Fault(on=on, **fault))
    assert collected().status == "ok"
    assert stored(store) == twin()


def test_a_drop_a_second_is_no_answer(collected, store, twin, emulator, monkeypatch):
    monkeypatch.setattr(http, "LONGEST_ANSWER", 0.3)
    emulator.faults.append(Fault("drip", on="/vacancies", seconds=0.05))
    assert collected().status == "ok"
    assert stored(store) == twin()


def test_a_pause_that_the_site_asks_for_is_kept(collected, emulator):
    emulator.faults.append(
        Fault("answer", on="/vacancies", response=Response(b"", 429, headers=(("Retry-After", "1"),)))
    )
    begun = time.monotonic()
    assert collected().status == "ok"
    assert time.monotonic() - begun >= 1


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize("written", ["seconds", "date"])
def test_a_pause_too_long_ends_the_run_with_when_to_come_again(collected, emulator, written, status):
    value = {"seconds": "3600", "date": format_datetime(datetime.now(UTC) + timedelta(hours=1), usegmt=True)}[written]
    asks = Response(b"", status, headers=(("Retry-After", value),))
    emulator.faults.append(Fault("answer", on="/vacancies", times=ENDLESS, response=asks))
    outcome = collected()
    assert outcome.status == "blocked"
    assert "asks to wait 3" in outcome.message
    assert len(emulator.paths("/vacancies")) == 1


@pytest.mark.parametrize(
    ("response", "status", "told"),
    [
        (Response(b"", 429), "blocked", "too many requests"),
        (Response(b"", 500), "broken", "500, 6 times: run again later"),
        (Response(b"{"), "broken", "not JSON"),
        (Response.json({"found": 5}), "broken", "without `items` and `found`"),
        (Response.json([1]), "broken", "changed its answers"),
        (Response(b"", 404), "broken", "status 404"),
    ],
)
def test_what_does_not_pass_ends_the_run_after_few_attempts(collected, store, emulator, response, status, told):
    emulator.faults.append(Fault("answer", on="/vacancies", times=ENDLESS, response=response))
    outcome = collected()
    assert (outcome.status, told in outcome.message) == (status, True)
    assert len(emulator.paths("/vacancies")) <= http.ATTEMPTS
    assert store.manifest(RawAds, MAY) is None


def error(kind, value=None, status=403, **more):
    return Response.json({"errors": [{"type": kind, "value": value, **more}]}, status)


@pytest.mark.parametrize(
    ("response", "told"),
    [
        (error("captcha_required", captcha_url="https://hh.example/c"), "asks for a captcha (https://hh.example/c)"),
        (error("captcha_required", status=200, fallback_url="https://hh.example/f"), "https://hh.example/f"),
        (error("forbidden"), "https://dev.hh.ru/admin"),
        (error("oauth", "token_revoked"), "take the current one from https://dev.hh.ru/admin"),
        (error("oauth", "bad_authorization"), "HH_APP_TOKEN"),
        (error("bad_user_agent", "blacklisted", 400), "SALARY_ASSETS_CONTACT"),
        (error("api_access_payment"), "paid for"),
        (Response(b"Forbidden", 403, "text/plain"), "answers 403"),
        (Response(b"", 401), "answers 401"),
        (Response(b"", 451), "answers 451"),
    ],
)
def test_a_refusal_is_not_asked_again_and_says_what_to_do(collected, emulator, response, told):
    emulator.faults.append(Fault("answer", on="/vacancies", times=ENDLESS, response=response))
    outcome = collected()
    assert (outcome.status, told in outcome.message) == ("blocked", True)
    assert len(emulator.paths("/vacancies")) == 1


@pytest.mark.parametrize("status", [200, 403])
def test_a_page_instead_of_data_is_blocked_without_a_storm(collected, emulator, status):
    emulator.faults.append(Fault("page", on="/vacancies", times=ENDLESS, status=status))
    outcome = collected()
    assert (outcome.status, "open it in a browser" in outcome.message) == ("blocked", True)
    assert len(emulator.paths("/vacancies")) == 1


def test_a_wrong_argument_is_our_fault_and_not_asked_again(collected, emulator):
    emulator.faults.append(Fault("answer", on="/vacancies", times=ENDLESS, response=error("bad_argument", "area", 400)))
    outcome = collected()
    assert (outcome.status, "report this" in outcome.message) == ("broken", True)


def test_a_token_revoked_in_the_middle_keeps_what_was_collected_and_the_next_run_takes_the_rest(
    collected, store, twin, emulator
):
    revoked = error("oauth", "token_revoked")
    emulator.faults.append(Fault("answer", on="/vacancies/", skip=120, times=ENDLESS, response=revoked))
    assert collected().status == "blocked"
    assert len({native_id for native_id, _ in stored(store)}) >= 120
    emulator.faults.clear()
    emulator.requests.clear()
    assert collected().status == "ok"
    assert len(emulator.paths("/vacancies/")) == 130
    assert stored(store) == twin()


def test_one_broken_page_of_an_ad_does_not_stop_the_others_and_is_asked_for_again(collected, store, twin, emulator):
    emulator.faults.append(Fault("answer", on="/vacancies/7$", times=6, response=Response(b"", 500)))
    assert collected().status == "ok"
    refused = store.read(Quarantine, Part("unknown", "hh"))
    assert refused["stage"].eq("raw_ads").all()
    assert refused["reason"].str.contains("could not be fetched").all()
    emulator.faults.clear()
    assert collected().status == "ok"
    assert stored(store) == twin()


@pytest.mark.parametrize("ads", [14])
def test_broken_pages_of_ads_end_the_run_only_when_they_follow_each_other(collected, store, emulator):
    broken = Fault("answer", on="/vacancies/([2468]|10|12)$", times=ENDLESS, response=Response(b"", 400))
    emulator.faults.append(broken)
    assert collected().status == "ok"
    assert run_of(store)["quarantined"] == 6
    broken.on = "/vacancies/"
    emulator.requests.clear()
    assert collected().status == "broken"
    assert len(emulator.paths("/vacancies/")) == 5


@pytest.mark.parametrize("ads", [3])
def test_an_answer_about_another_ad_is_quarantined_and_asked_for_again(collected, store, twin, emulator):
    other = Response.json(whole(next(item for item in emulator.items if item["id"] == "3")))
    emulator.faults.append(Fault("answer", on="/vacancies/2$", response=other))
    assert collected().status == "ok"
    refused = store.read(Quarantine, Part("unknown", "hh"))
    assert refused["reason"].tolist() == ["asked for vacancy 2, got 3"]
    assert collected().status == "ok"
    assert stored(store) == twin()


@pytest.mark.parametrize("ads", [2])
def test_an_answer_in_an_encoding_that_was_not_asked_for_is_named(collected, emulator):
    strange = Response(b"\x0b\x02\x80{}\x03", headers=(("Content-Encoding", "br"),))
    emulator.faults.append(Fault("answer", on="/vacancies$", times=ENDLESS, response=strange))
    outcome = collected()
    assert outcome.status == "broken"
    assert "a body in br, which was not asked for" in outcome.message


def test_an_ad_with_another_pay_is_another_version(collected, store, hh, emulator):
    collected()
    emulator.put(items(9)[8] | {"salary_range": {"from": 1000, "to": None, "currency": "USD", "gross": True}})
    collected(NOW + timedelta(days=1))
    found, _ = sources.parse_raw(hh, store.read(RawAds, MAY))
    changed = found.set_index("native_id").loc["9"]
    assert (changed["pay_from"], changed["currency"], changed["version"]) == (1000, "USD", 2)


@pytest.mark.parametrize("skew", [-1, 1])
def test_a_clock_an_hour_wrong_loses_nothing_at_the_edge_of_a_month(collected, store, emulator, asking, hh, skew):
    emulator.put(hh_item(900, published_at="2024-05-31T23:30:00+0300"))
    emulator.put(hh_item(901, published_at="2024-06-01T00:10:00+0300"))
    wrong = datetime(2024, 5, 31, 21, 15, tzinfo=UTC) + timedelta(hours=skew)
    settings = asking(HH_API_URL=emulator.url, HH_APP_TOKEN="emulated-token")
    sources.collect(settings, store, hh, ["2024-05", "2024-06"], wrong)
    sources.collect(settings, store, hh, ["2024-05", "2024-06"], wrong + timedelta(days=1))
    assert "900" in set(store.read(RawAds, MAY)["native_id"])
    assert set(store.read(RawAds, Part("2024-06", "hh"))["native_id"]) == {"901"}


def test_fields_that_are_new_null_or_of_another_type_are_kept_and_seen(collected, store, hh, emulator):
    emulator.put(items(3)[2] | {"brand_new": {"a": 1}, "area": {"id": 5, "name": ["x"]}, "employer": {"name": None}})
    emulator.put(items(4)[3] | {"salary_range": [1, 2], "experience": 7})
    assert collected().status == "ok"
    found, refused = sources.parse_raw(hh, store.read(RawAds, MAY))
    rows = found.set_index("native_id")
    assert (len(found), len(refused)) == (250, 0)
    assert json.loads(rows.loc["3", "unknown_keys"]) == {"brand_new": {"a": 1}}
    assert set(json.loads(rows.loc["4", "unknown_keys"])) == {"salary_range", "experience"}


@pytest.mark.parametrize("ads", [3])
def test_of_two_ads_whose_pages_are_broken_neither_is_the_other_again(collected, store, emulator):
    emulator.faults.append(Fault("answer", on="/vacancies/[13]$", times=ENDLESS, response=Response(b"", 500)))
    third = next(item for item in emulator.items if item["id"] == "3")
    emulator.remove("3")
    collected()
    emulator.put(third)
    collected(NOW + timedelta(days=1))
    assert store.read(Sightings, MAY)["republished_of"].isna().all()


@pytest.mark.parametrize("ads", [4])
@pytest.mark.parametrize("on", ["/professional_roles", "/vacancies$", "/vacancies/2$"])
def test_a_redirect_to_another_host_is_blocked_and_names_it(collected, emulator, on):
    away = Response(b"", 302, "text/html", (("Location", "https://notice.example/blocked?site=hh"),))
    emulator.faults.append(Fault("answer", on=on, times=ENDLESS, response=away))
    outcome = collected()
    assert outcome.status == "blocked"
    assert "sends us to notice.example" in outcome.message
    assert len(emulator.paths(on.strip("$"))) == 1


@pytest.mark.parametrize("ads", [4])
def test_an_answer_that_nothing_changed_is_no_vacancy(collected, store, twin, emulator):
    emulator.faults.append(Fault("answer", on="/vacancies/2$", times=2, response=Response(b"", 304)))
    assert collected().status == "ok"
    assert stored(store) == twin()


@pytest.mark.parametrize("ads", [1])
@pytest.mark.parametrize(
    "categories", [None, "x", [7], [{"id": "11", "roles": 7}], [{"id": "11", "roles": [{"id": "IT"}]}]]
)
def test_a_catalogue_of_another_form_is_broken(collected, emulator, categories):
    changed = Response.json({"categories": categories})
    emulator.faults.append(Fault("answer", on="/professional_roles", times=ENDLESS, response=changed))
    outcome = collected()
    assert (outcome.status, "changed its catalogue" in outcome.message) == ("broken", True)


def process(home, emulator, now=NOW, flush_every=20, largest_file=0):
    env = (
        os.environ
        | QUICK
        | {"HH_API_URL": emulator.url, "HH_APP_TOKEN": "emulated-token", "SALARY_ASSETS_TIMEOUT": "30"}
    )
    arguments = [home.home, "hh", "2024-05", now.isoformat(), flush_every, largest_file]
    command = [sys.executable, "-m", "salary_assets_tests.sources.collecting", *map(str, arguments)]
    return subprocess.Popen(command, env=env, cwd=PROJECT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def killed_after(running, emulator, requests):
    while len(emulator.requests) < requests and running.poll() is None:
        time.sleep(0.005)
    running.kill()
    running.communicate()


def test_a_run_killed_again_and_again_ends_like_one_that_was_not(asking, collected, store, twin, emulator):
    home = asking()
    for requests in (70, 110):
        emulator.requests.clear()
        killed_after(process(home, emulator), emulator, requests)
    emulator.requests.clear()
    assert collected().status == "ok"
    assert stored(store) == twin()
    assert len(emulator.paths("/vacancies/")) < 250
    assert not list(home.cache.glob("collecting-*"))


def test_what_was_written_before_a_kill_is_parsed_without_the_network(asking, store, emulator, hh):
    killed_after(process(asking(), emulator), emulator, 90)
    found, refused = sources.parse_raw(hh, store.read(RawAds, MAY))
    assert len(found) >= 20
    assert len(refused) == 0


def test_a_full_disk_is_told_and_the_next_run_ends_like_one_without(asking, collected, store, twin, emulator):
    told = process(asking(), emulator, flush_every=100, largest_file=9_000).communicate()[0]
    assert told.startswith("broken: no space left")
    assert "run again" in told
    assert not list(asking().home.rglob("*.tmp"))
    assert collected().status == "ok"
    assert stored(store) == twin()


def test_of_two_runs_at_once_one_collects_and_the_other_says_so(asking, store, twin, emulator):
    emulator.faults.append(Fault("stall", on="/professional_roles", seconds=3))
    home = asking()
    first, second = process(home, emulator), process(home, emulator)
    told = sorted((first.communicate()[0], second.communicate()[0]))
    assert told[0].startswith("busy: hh is being collected by another run")
    assert told[1].startswith("ok")
    assert stored(store) == twin()
