"""A host is not asked more often than its limit, and pauses that it asks for are understood."""

import multiprocessing
import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from salary_assets.sources.http import Broken, Http, retry_after
from salary_assets.sources.politeness import HostLimit
from salary_assets_tests.emulators.hh import HhEmulator

NOW = datetime(2024, 5, 20, 9, tzinfo=UTC)
KEY = {"Authorization": "Bearer emulated-token"}


def ask(folder, times):
    for _ in range(times):
        HostLimit(folder, "site.example:443", 20).wait()


def test_the_limit_of_a_host_holds_across_processes(tmp_path):
    started = time.monotonic()
    processes = [multiprocessing.get_context("fork").Process(target=ask, args=(tmp_path, 5)) for _ in range(3)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
        assert process.exitcode == 0
    assert time.monotonic() - started >= 14 / 20


def test_hosts_do_not_wait_for_each_other(tmp_path):
    assert HostLimit(tmp_path, "one.example", 0.01).wait() == 0
    assert HostLimit(tmp_path, "two.example", 0.01).wait() == 0


FAR_AHEAD = "4102444800.0"
"""1 January 2100: later than any clock that runs this."""


@pytest.mark.parametrize("left", [FAR_AHEAD, "not a number", ""])
def test_what_another_clock_or_a_kill_left_behind_does_not_stop_collection(tmp_path, left):
    (tmp_path / "host-site.example").write_text(left)
    assert HostLimit(tmp_path, "site.example", 1).wait() == 0


def test_a_host_is_never_a_path(tmp_path):
    HostLimit(tmp_path / "locks", "../../evil", 1).wait()
    assert {path.parent.name for path in tmp_path.rglob("host-*")} == {"locks"}


@pytest.mark.parametrize(
    ("written", "seconds"),
    [
        ("120", 120),
        (" 7 ", 7),
        ("-5", 0),
        ("", 0),
        ("soon", 0),
        ("²", 0),
        ("--5", 0),
        (format_datetime(NOW + timedelta(minutes=2), usegmt=True), 120),
        (format_datetime(NOW - timedelta(minutes=2), usegmt=True), 0),
    ],
)
def test_a_pause_is_asked_for_in_seconds_or_by_a_date(written, seconds):
    assert retry_after(written, NOW) == seconds


@given(st.text(max_size=40))
def test_any_header_is_a_pause_of_no_less_than_nothing(written):
    assert 0 <= retry_after(written, NOW) < float("inf")


def test_requests_go_by_the_proxy_of_the_environment_but_to_hosts_that_it_excepts(asking, monkeypatch):
    monkeypatch.setenv("NO_PROXY", "near.example")
    with HhEmulator() as proxy:
        monkeypatch.setenv("HTTP_PROXY", proxy.url)
        with Http(asking(), "http://far.example/api", 0, KEY) as http:
            answer = http.get("/areas", {"text": "ё b"}, json=True)
        assert (answer.status, answer.url) == (404, "http://far.example/api/areas?text=%D1%91+b")
        with Http(asking(), "http://near.example", 0) as http, pytest.raises(Broken, match="the connection failed"):
            http.get("/areas")
        assert [(one.path, one.one("text"), one.headers["host"]) for one in proxy.requests] == [
            ("/api/areas", "ё b", "far.example")
        ]


def test_an_id_that_is_no_id_stays_within_its_path(asking):
    with HhEmulator() as site, Http(asking(), site.url, 0, KEY) as http:
        assert http.get("/vacancies/1?page=2\r\nX: y/ё", json=True).status == 404
        assert site.paths() == ["/vacancies/1?page=2\r\nX: y/ё"]
