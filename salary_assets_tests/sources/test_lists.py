"""Lists that move, repeat themselves, or hold less than they should: nothing is lost and no ad is gone by mistake."""

import json
from datetime import timedelta

import pytest

from salary_assets.storage import Part
from salary_assets.storage.schemas import Quarantine, Sightings
from salary_assets_tests.emulators.hh import listed
from salary_assets_tests.emulators.server import Fault, Response
from salary_assets_tests.sources.faulty import ENDLESS, MAY, NOW, items, stored
from salary_assets_tests.sources.making import hh_item


@pytest.mark.parametrize("ads", [100])
def test_a_list_that_lacks_a_few_says_of_no_ad_that_it_is_gone(collected, store, emulator):
    def without_three(response):
        page = json.loads(response.body)
        return Response.json(page | {"items": page["items"][3:]})

    collected()
    emulator.faults.append(Fault("change", on="/vacancies$", times=ENDLESS, change=without_three))
    assert collected(NOW + timedelta(days=1)).status == "ok"
    assert store.read(Sightings, MAY)["gone_at"].isna().all()


def test_a_list_that_moves_while_it_is_paged_loses_nothing(collected, store, emulator):
    def move(server, page):
        if page == 1:
            server.on_page = lambda _server, _page: None
            for at in range(240, 250):
                server.remove(str(at))
            for at in range(1000, 1010):
                server.put(hh_item(at, name=f"Новая {at}", published_at="2024-05-19T12:00:00+0300"))

    emulator.on_page = move
    assert collected().status == "ok"
    kept = {str(item["id"]) for item in emulator.items if int(item["id"]) < 1000}
    assert kept <= {native_id for native_id, _ in stored(store)}


def test_the_same_page_twice_is_made_up_for(collected, store, twin, emulator):
    first = Response.json(
        {"items": [listed(item) for item in items(250)[:-101:-1]], "found": 250, "page": 1, "pages": 3, "per_page": 100}
    )
    emulator.faults.append(Fault("answer", on="/vacancies$", skip=1, response=first))
    assert collected().status == "ok"
    assert stored(store) == twin()


def test_no_ads_where_there_were_hundreds_is_a_fault_and_marks_nothing_gone(collected, store, emulator):
    collected()
    for item in emulator.items:
        emulator.remove(str(item["id"]))
    outcome = collected(NOW + timedelta(days=1))
    assert outcome.status == "broken"
    assert "lists no ad where about 250 were expected" in outcome.message
    assert store.read(Sightings, MAY)["gone_at"].isna().all()


def test_a_list_that_keeps_back_a_tenth_of_its_ads_is_a_fault(collected, emulator):
    def short(response):
        page = json.loads(response.body)
        return Response.json(page | {"items": page["items"][: len(page["items"]) * 9 // 10]})

    emulator.faults.append(Fault("change", on="/vacancies$", times=1000, change=short))
    outcome = collected()
    assert outcome.status == "broken"
    assert "listed 90.0% of them" in outcome.message


def test_a_list_of_a_few_where_there_were_hundreds_is_a_fault_until_they_are_old(collected, store, emulator):
    collected()
    for item in emulator.items[3:]:
        emulator.remove(str(item["id"]))
    outcome = collected(NOW + timedelta(days=1))
    assert outcome.status == "broken"
    assert "lists 3 of the 250 ads that were open a few days ago" in outcome.message
    assert store.read(Sightings, MAY)["gone_at"].isna().all()
    assert collected(NOW + timedelta(days=12)).status == "ok"
    assert store.read(Sightings, MAY)["gone_at"].notna().sum() == 247


@pytest.mark.parametrize("ads", [30])
def test_a_list_of_which_nothing_can_be_read_is_a_fault_from_the_first_night(collected, store, emulator):
    def renamed(response):
        page = json.loads(response.body)
        return Response.json(page | {"items": [{**one, "published_at": None, "date": "x"} for one in page["items"]]})

    emulator.faults.append(Fault("change", on="/vacancies$", times=ENDLESS, change=renamed))
    for item in emulator.items:
        item["created_at"] = None
    outcome = collected()
    assert outcome.status == "broken"
    assert "lists 30 records and none that can be read (no publication date" in outcome.message
    assert len(store.read(Quarantine, Part("unknown", "hh"))) == 30
