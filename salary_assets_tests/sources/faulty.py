"""What the tests of faults share: ads of one month, and what a collection of them left."""

from datetime import UTC, datetime, timedelta

from salary_assets import sources
from salary_assets.storage import Part
from salary_assets.storage.schemas import RawAds
from salary_assets_tests.sources.making import hh_item

NOW = datetime(2024, 5, 20, 9, tzinfo=UTC)
MAY = Part("2024-05", "hh")
ENDLESS = -1


def items(count):
    begun = datetime(2024, 5, 2, tzinfo=UTC)
    return [
        hh_item(at, name=f"Разработчик {at}", published_at=f"{begun + timedelta(minutes=20 * at):%Y-%m-%dT%H:%M:%S%z}")
        for at in range(1, count + 1)
    ]


def stored(store):
    rows = store.read(RawAds, MAY, ["native_id", "payload_hash"])
    assert not rows.duplicated().any()
    return {tuple(row) for row in rows.itertuples(index=False)}


def run_of(store):
    return sources.read_runs(store, "hh").iloc[-1]
