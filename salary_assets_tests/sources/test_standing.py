"""Whether a source is healthy, told from its runs and what they brought; which months are still owed."""

from datetime import UTC, datetime, timedelta

import pytest

from salary_assets import sources
from salary_assets.sources import archive
from salary_assets.storage import Part
from salary_assets.storage.schemas import Postings, RawAds
from salary_assets_tests.emulators.hh import HhEmulator
from salary_assets_tests.emulators.server import Fault, Response
from salary_assets_tests.sources.making import hh_item, write_lines

NOW = datetime(2024, 5, 20, 9, tzinfo=UTC)
MAY = Part("2024-05", "hh")


@pytest.fixture
def hh(home):
    return sources.load_registry(home)["hh"]


@pytest.fixture
def emulator():
    with HhEmulator(hh_item(at, name=f"Разработчик {at}") for at in range(1, 11)) as server:
        yield server


@pytest.fixture
def night(asking, store, hh, emulator):
    """A night's collection of the running month, parsed."""

    def collected(now=NOW, **env):
        settings = asking(HH_API_URL=emulator.url, HH_APP_TOKEN="emulated-token", **env)
        sources.collect(settings, store, hh, ["2024-05"], now)
        if store.manifest(RawAds, MAY) is not None:
            store.write(Postings, sources.parse_raw(hh, store.read(RawAds, MAY))[0], MAY)

    return collected


def test_a_source_that_was_collected_is_healthy_and_its_figures_are_there(night, store, hh):
    night()
    state = sources.health(store, hh, NOW + timedelta(hours=1))
    assert state.problems == ()
    assert state.last_ok == NOW.isoformat()
    assert {name: state.last[name] for name in ("status", "new", "changed", "gone", "quarantined", "completeness")} == {
        "status": "ok",
        "new": 10,
        "changed": 0,
        "gone": 0,
        "quarantined": 0,
        "completeness": 1.0,
    }
    assert state.last["requests"] >= 11
    assert state.last["bytes"] > 1000
    assert (state.fill["pay_raw"], state.fill["title"], state.fill["skills_raw"]) == (1.0, 1.0, 0.0)


def test_a_field_that_the_site_stopped_filling_is_told(night, store, hh, emulator):
    night()
    for at in range(11, 31):
        emulator.put(hh_item(at, name=f"Новая {at}", experience=None, published_at="2024-05-20T12:00:00+0300"))
    night(NOW + timedelta(days=1))
    state = sources.health(store, hh, NOW + timedelta(days=1, hours=1))
    assert state.lost == ["experience_raw"]
    assert (state.usual["experience_raw"], state.fill["experience_raw"]) == (1.0, 0.0)
    assert "experience_raw is filled in 0% of the latest ads, usually in 100%" in state.problems[0]


def test_a_source_that_refuses_says_why_and_keeps_when_it_last_went_well(night, store, hh, emulator):
    night()
    told = Response.json({"errors": [{"type": "captcha_required", "captcha_url": "https://hh.example/c"}]}, 403)
    emulator.faults.append(Fault("answer", on="/vacancies$", response=told))
    night(NOW + timedelta(days=1))
    state = sources.health(store, hh, NOW + timedelta(days=1))
    assert "captcha" in state.blocked
    assert state.problems[0].startswith("the last run was blocked: hh.ru asks for a captcha")
    assert state.last_ok == NOW.isoformat()


def test_a_source_that_missed_its_nights_is_told(night, store, hh):
    assert "not collected yet" in sources.health(store, hh, NOW).problems[0]
    night()
    assert sources.health(store, hh, NOW + timedelta(hours=30)).problems == ()
    assert "not collected since 2024-05-20 09:00" in sources.health(store, hh, NOW + timedelta(hours=40)).problems[0]


def test_many_refused_records_are_told(night, store, hh, emulator):
    emulator.put(hh_item(11, name=None) | {"id": " "})
    night()
    assert "records of the last run went to quarantine" in sources.health(store, hh, NOW).problems[0]


def months(settings, store, hh, now=NOW):
    return [(one.month, one.why) for one in sources.owed(settings, store, hh, now)]


def test_what_the_site_still_serves_is_owed_until_it_is_collected(asking, night, store, hh):
    assert months(asking(), store, hh) == [("2024-04", "missing"), ("2024-05", "missing")]
    night()
    assert months(asking(), store, hh) == [("2024-04", "missing")]


def test_a_month_whose_last_run_failed_is_owed_with_the_reason(night, asking, store, hh, emulator):
    night()
    emulator.faults.append(Fault("answer", on="/vacancies$", times=6, response=Response(b"", 500)))
    night(NOW + timedelta(days=1))
    (april, may) = sources.owed(asking(), store, hh, NOW + timedelta(days=1))
    assert (april.why, may.why) == ("missing", "failed")
    assert "run again later" in may.reason
    night(NOW + timedelta(days=2))
    assert months(asking(), store, hh) == [("2024-04", "missing")]


def test_a_month_that_was_not_collected_since_it_ended_is_owed(asking, night, store, hh):
    night()
    in_june = datetime(2024, 6, 2, tzinfo=UTC)
    assert ("2024-05", "unfinished") not in months(asking(), store, hh, in_june - timedelta(days=1))
    assert ("2024-05", "unfinished") in months(asking(), store, hh, in_june + timedelta(days=1))
    night(in_june + timedelta(days=1))
    assert "2024-05" not in dict(months(asking(), store, hh, in_june + timedelta(days=2)))


def test_months_of_history_files_are_owed_and_again_when_another_file_comes(home, store, hh, tmp_path):
    first = write_lines(tmp_path / "a.jsonl", hh_item(1, published_at="2023-02-10T12:00:00+0300"))
    archive.add(home, "hh", [first], NOW)
    assert ("2023-02", "missing") in months(home, store, hh)
    sources.collect(home, store, hh, ["2023-02"], NOW)
    assert "2023-02" not in dict(months(home, store, hh))
    second = write_lines(tmp_path / "b.jsonl", hh_item(2, published_at="2023-02-11T12:00:00+0300"))
    archive.add(home, "hh", [second], NOW + timedelta(hours=1))
    assert ("2023-02", "new_history") in months(home, store, hh)


def test_every_month_of_a_new_channel_is_owed_and_none_of_a_disabled_feed(home, store):
    channel = sources.Feed("tg_new", "new", "telegram", "2023-12", live=True, options={"channel": "new_jobs"})
    assert [month for month, _ in months(home, store, channel)] == [
        f"{one}" for one in ("2023-12", "2024-01", "2024-02", "2024-03", "2024-04", "2024-05")
    ]
    off = sources.Feed(
        "tg_new", "new", "telegram", "2023-12", live=True, enabled=False, options={"channel": "new_jobs"}
    )
    assert months(home, store, off) == []
