"""Fixtures that every package uses: an empty home, the folder of real data, a fixed time."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from salary_assets.storage import Settings, TableStore, load_settings

if TYPE_CHECKING:
    from playwright.sync_api import Browser

CHROMIUM = "/usr/bin/chromium"
PROJECT = Path(__file__).resolve().parents[1]
SHARED = PROJECT.parent / "shared"

# Nothing that a test starts may report to anyone or depend on the developer's own instance.
os.environ["DAGSTER_DISABLE_TELEMETRY"] = "1"
os.environ.pop("DAGSTER_HOME", None)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files with slow tests begin, so that no worker is left alone with one when the others are done."""
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: item.path not in slow)


@pytest.fixture
def home(tmp_path: Path) -> Settings:
    """Settings of an empty home, with no optional service configured."""
    return load_settings(tmp_path / "home", env={})


@pytest.fixture
def store(home: Settings) -> TableStore:
    return TableStore(home.tables_url)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A real browser. Where there is none, tests that need it fail: `.ci/packages` installs it."""
    from playwright.sync_api import sync_playwright

    if not Path(CHROMIUM).exists():
        pytest.fail(f"no browser at {CHROMIUM}: run .ci/packages")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real data beside the checkout."""
    data = SHARED / "data"
    if not data.is_dir():
        pytest.skip(f"the real data is not at {data}")
    return data
