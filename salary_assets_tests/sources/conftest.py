"""A home whose collectors ask emulators: quick, without pauses, with credentials that the emulators accept."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from salary_assets import sources
from salary_assets.storage import Settings, TableStore, load_settings
from salary_assets_tests.emulators.hh import HhEmulator
from salary_assets_tests.sources.faulty import NOW, items, stored

pytest.register_assert_rewrite("salary_assets_tests.sources.contract")

QUICK = {
    "SALARY_ASSETS_REQUESTS_PER_SECOND": "0",
    "SALARY_ASSETS_RETRY_SECONDS": "0.01",
    "SALARY_ASSETS_TIMEOUT": "0.5",
    "SALARY_ASSETS_CONTACT": "data@salary.example",
}


@pytest.fixture
def asking(tmp_path: Path) -> Callable[..., Settings]:
    """Settings of an empty home with these environment variables, beside those that make tests quick."""

    def settings(**env: str) -> Settings:
        return load_settings(tmp_path / "home", env=QUICK | env)

    return settings


@pytest.fixture
def ads():
    """How many ads the emulator has: three pages, where a test does not say otherwise."""
    return 250


@pytest.fixture
def emulator(ads):
    with HhEmulator(items(ads)) as server:
        yield server


@pytest.fixture
def hh(home):
    return sources.load_registry(home)["hh"]


@pytest.fixture
def collected(asking, store, hh, emulator):
    def collect(now=NOW, **env):
        settings = asking(HH_API_URL=emulator.url, **{"HH_APP_TOKEN": "emulated-token"} | env)
        return sources.collect(settings, store, hh, ["2024-05"], now)["2024-05"]

    return collect


@pytest.fixture
def twin(asking, tmp_path, hh, emulator):
    """Payloads that a run without faults stores, of the emulator's ads as they are now."""

    def payloads():
        store = TableStore(tmp_path / f"twin-{time.monotonic_ns()}")
        with HhEmulator(emulator.items) as server:
            settings = asking(HH_API_URL=server.url, HH_APP_TOKEN="emulated-token")
            assert sources.collect(settings, store, hh, ["2024-05"], NOW)["2024-05"].status == "ok"
        return stored(store)

    return payloads
