"""docs/new-source.md does what it says: its blocks are taken out of it and run."""

import importlib
import re
import sys
import tempfile
from collections import defaultdict
from datetime import UTC, datetime
from pathlib import Path

import pytest

from salary_assets import sources
from salary_assets.sources import archive
from salary_assets.storage import Part
from salary_assets.storage.schemas import RawAds
from salary_assets_tests.conftest import PROJECT
from salary_assets_tests.emulators.telegram import PreviewEmulator
from salary_assets_tests.sources.contract import pytest_generate_tests
from salary_assets_tests.sources.making import post

__all__ = ["pytest_generate_tests"]
NOW = datetime(2024, 6, 20, 9, tzinfo=UTC)
BLOCK = re.compile(r"^```\w+ (\S+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def written_out(folder):
    """The document's files: blocks of one name are one file."""
    files = defaultdict(str)
    for name, text in BLOCK.findall((PROJECT / "docs" / "new-source.md").read_text(encoding="utf-8")):
        files[name] += text
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


FOLDER = tempfile.TemporaryDirectory(prefix="new-source-")
FILES = written_out(Path(FOLDER.name))
sys.path.insert(0, str(FILES))
acme = importlib.import_module("test_acme")
TestAcme = acme.TestAcme
"""The contract, run for the document's format."""


@pytest.fixture
def registered(asking):
    """Settings of a home whose registry is the document's."""

    def settings(**env):
        made = asking(**env)
        made.home.mkdir(exist_ok=True)
        made.registry_overlay.write_text((FILES / "registry.yaml").read_text(encoding="utf-8"), encoding="utf-8")
        return made

    return settings


def backfilled(settings, store, slug):
    """All that is owed is collected, and read."""
    feed = sources.load_registry(settings)[slug]
    months = [one.month for one in sources.owed(settings, store, feed, NOW)]
    outcomes = sources.collect(settings, store, feed, months, NOW)
    assert {one.status for one in outcomes.values()} <= {"ok", "empty"}
    assert sources.owed(settings, store, feed, NOW) == []
    held = [Part(month, slug) for month, one in outcomes.items() if one.status == "ok"]
    postings, refused = sources.parse_raw(feed, store.read(RawAds, parts=held))
    assert len(refused) == 0
    return months, postings.set_index("native_id")


def test_a_channel_is_one_line(registered, store):
    posts = [post(at, f"Пост {at}", channel="acme_jobs", date=f"2024-0{5 + at % 2}-10T10:00:00+00:00") for at in (2, 3)]
    with PreviewEmulator(posts) as emulator:
        months, found = backfilled(registered(TELEGRAM_PREVIEW_URL=emulator.url), store, "tg_acme_jobs")
    assert months == ["2024-05", "2024-06"]
    assert found["text"].to_dict() == {"2": "Пост 2", "3": "Пост 3"}


def test_a_table_is_an_entry(registered, store):
    settings = registered()
    archive.add(settings, "board", [FILES / "board.csv"], NOW)
    months, found = backfilled(settings, store, "board")
    assert months == ["2024-05", "2024-06"]
    row = found.loc["101"]
    assert (row["title"], row["text"], row["employer_name"]) == ("Инженер данных", "Строить витрины", "Ромашка")
    assert (row["pay_from"], row["pay_to"], row["currency"], row["period"]) == (150000, 200000, "RUB", "month")
    assert (row["skills_raw"], row["grades_raw"]) == (["Python", "SQL"], ["Middle"])
    assert found["unknown_keys"].isna().all()
    assert found.loc["102", ["pay_from", "area_name"]].isna().all()


def test_a_new_format_is_a_module(registered, store):
    jobs = [acme.job(at, f"Работа {at}", datetime(2024, 5 + at % 2, 10, tzinfo=UTC)) for at in range(1, 121)]
    with acme.AcmeEmulator(jobs) as emulator:
        months, found = backfilled(registered(ACME_URL=emulator.url), store, "acme")
        assert len(emulator.requests) == 3
    assert months == ["2024-05", "2024-06"]
    assert len(found) == 120
    assert found.loc["7", "pay_from"] == 100_007
