"""What every format must keep to, however its ads come. A test class for a new format is two lines:

class TestAcme(FormatContract):
    case = Case("acme", make=acme_job, ways=(file_of("acme-lines"), Way("acme-api", ...)))
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from salary_assets import sources
from salary_assets.sources import archive
from salary_assets.sources.base import CollectionOutcome, RawAd, Refused
from salary_assets.sources.formats import format_named
from salary_assets.sources.registry import register
from salary_assets.storage import Part, Settings, TableStore, load_settings
from salary_assets.storage.schemas import Postings, Quarantine, RawAds
from salary_assets_tests.emulators.server import GUARD, Fault, Response
from salary_assets_tests.sources.conftest import QUICK
from salary_assets_tests.sources.making import write_lines

Record = dict[str, Any]
MONTH, NOW = "2024-05", datetime(2024, 5, 20, 9, tzinfo=UTC)
EARLIER, IN_MAY = datetime(2024, 3, 10, 9, tzinfo=UTC), datetime(2024, 5, 10, 9, tzinfo=UTC)
HOW_IT_CAME = ["fetched_at", "transport", "origin", "version", "published_raw", "unknown_keys"]
"""Columns of a posting that tell how it came, not what it says."""

JUNK = (None, True, 0, -1.5, "", " ", "\x00", "x" * 5000, [], [[]], {}, {"id": []}, [{"name": 7}], {"from": "много"})
GARBAGE = (b"", b"{}", b"[]", b"null", b"\xff\xfe", b'{"id": ', b"[" * 50_000, b"<html></html>", b"<", GUARD)


def refuse_over_http(server: Any) -> None:
    """The site shows a guard's page to everyone."""
    server.faults.append(Fault("page", times=-1, status=403))


def stumble_over_http(server: Any) -> None:
    """The site breaks a connection, cuts a body, is busy and is down, once each."""
    busy, down = Response(b"", 429, headers=(("Retry-After", "0"),)), Response(b"<html>Bad gateway</html>", 502)
    faults = [Fault("reset"), Fault("cut_gzip"), Fault("answer", response=busy), Fault("answer", response=down)]
    server.faults.extend(faults)


@dataclass(frozen=True)
class Way:
    """One way in which ads of a format come: a kind of file (`write`) or a site (`site` and what belongs to it).

    write: puts records into a file of this kind in a folder.
    site: an emulator with these records, not started; env: variables that lead collection to it.
    stumble: makes the site fail for a moment; refuse: makes it refuse us; upset: makes it answer in a layout that
        nobody knows.
    spoils, extends: whether a record without identity, or with a field that nobody knows, can come this way.
    """

    name: str
    write: Callable[[Path, Sequence[Record]], Path] | None = None
    site: Callable[[Sequence[Record]], Any] | None = None
    env: Callable[[Any], Mapping[str, str]] = lambda server: {}
    stumble: Callable[[Any], None] = stumble_over_http
    refuse: Callable[[Any], None] = refuse_over_http
    upset: Callable[[Any], None] | None = None
    spoils: bool = True
    extends: bool = True


@dataclass(frozen=True)
class Case:
    """A format as the contract sees it.

    slug: a feed of the format; entry: its registry entry, where the packaged registry has none.
    make: a whole record by number, words that it says, and time of publication.
    """

    slug: str
    make: Callable[[int, str, datetime], Record]
    ways: tuple[Way, ...]
    entry: Mapping[str, Any] = field(default_factory=dict)

    def records(self, *numbers: int) -> list[Record]:
        return [self.make(number, f"Работа номер {number}", IN_MAY + timedelta(hours=number)) for number in numbers]


def file_of(name: str) -> Way:
    """A file of JSON lines."""
    return Way(name, write=lambda folder, records: write_lines(folder / f"{name}.jsonl", *records))


def answering(response: Response) -> Callable[[Any], None]:
    """The site gives this answer to everything."""
    return lambda server: server.faults.append(Fault("answer", times=-1, response=response))


class Bench:
    """A home of its own for one way of one format."""

    def __init__(self, case: Case, way: Way, folder: Path) -> None:
        self._case, self._way, self._folder = case, way, folder
        self._settings = load_settings(folder / "home", env=QUICK | {"SALARY_ASSETS_LIVE": "0"})
        if case.entry:
            register(self._settings, case.slug, case.entry)
        self.store = TableStore(self._settings.tables_url)
        self.feed = sources.load_registry(self._settings)[case.slug]

    def bring(
        self, records: Sequence[Record], now: datetime = NOW, then: Callable[[Any], None] = lambda server: None
    ) -> CollectionOutcome:
        """Collect the month from a file with these records, or from the site after `then` was done to it."""
        if self._way.write is not None:
            inside = self._folder / "files"
            inside.mkdir(exist_ok=True)
            path = self._way.write(inside, records)
            # A file's ads are as new as the file.
            os.utime(path, (now.timestamp(), now.timestamp()))
            archive.add(self._settings, self.feed.slug, [path], now)
            return self._collect(self._settings, now)
        assert self._way.site is not None
        with self._way.site(records) as server:
            then(server)
            return self._collect(load_settings(self._settings.home, env=QUICK | dict(self._way.env(server))), now)

    def _collect(self, settings: Settings, now: datetime) -> CollectionOutcome:
        return sources.collect(settings, self.store, self.feed, [MONTH], now)[MONTH]

    @property
    def part(self) -> Part:
        return Part(MONTH, self.feed.slug)

    def postings(self) -> pd.DataFrame:
        found, refused = sources.parse_raw(self.feed, self.store.read(RawAds, self.part))
        assert len(refused) == 0, refused["reason"].tolist()
        return found.set_index("native_id")

    def raw_ads(self) -> list[RawAd]:
        rows = self.store.read(RawAds, self.part)
        names = [one.name for one in fields(RawAd)]
        return [RawAd(**row) for row in rows[names].to_dict("records")]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A contract's test that takes `way` runs once for each way of its case, one that takes `site` for each site."""
    case: Case | None = getattr(metafunc.cls, "case", None)
    for name in {"way", "site"} & set(metafunc.fixturenames) if case is not None else ():
        ways = [way for way in case.ways if name == "way" or way.site is not None]
        metafunc.parametrize(name, ways, ids=[way.name for way in ways])


class FormatContract:
    """The promises of a format. Subclasses name their `case`."""

    case: Case

    @pytest.fixture
    def bench(self, tmp_path: Path) -> Callable[[Way], Bench]:
        def make(way: Way) -> Bench:
            folder = tmp_path / way.name
            folder.mkdir()
            return Bench(self.case, way, folder)

        return make

    def test_payloads_are_stored_as_they_came_and_before_they_are_parsed(self, bench, way):
        mine = bench(way)
        assert mine.bring(self.case.records(1, 2, 3)).status == "ok"
        payloads = mine.store.read(RawAds, mine.part).groupby("native_id")["payload"].apply(b"\n".join)
        assert len(payloads) == 3
        for number, payload in enumerate(payloads.sort_index(), start=1):
            assert f"Работа номер {number}" in payload.decode()
        assert mine.store.parts(Postings) == []

    def test_ids_and_content_depend_on_the_ad_alone(self, bench, way, tmp_path):
        whole = bench(way)
        whole.bring(self.case.records(3, 1, 2))
        (tmp_path / "alone").mkdir()
        alone = Bench(self.case, way, tmp_path / "alone")
        alone.bring(self.case.records(2))
        expected = whole.postings()["content_hash"]
        assert len(expected) == 3
        ((native_id, found),) = alone.postings()["content_hash"].items()
        assert expected[native_id] == found
        assert expected.is_unique

    def test_every_way_gives_the_same_posting(self, bench):
        says = []
        for way in self.case.ways:
            mine = bench(way)
            mine.bring(self.case.records(1, 2))
            says.append(mine.postings().sort_index().drop(columns=HOW_IT_CAME))
        for other in says[1:]:
            pd.testing.assert_frame_equal(says[0], other)

    def test_running_again_gives_the_same_rows(self, bench, way):
        mine = bench(way)
        mine.bring(self.case.records(1, 2, 3))
        manifest, postings = mine.store.manifest(RawAds, mine.part), mine.postings()
        again = mine.bring(self.case.records(1, 2, 3), NOW + timedelta(days=1))
        assert (again.status, again.new) == ("ok", 0)
        assert mine.store.manifest(RawAds, mine.part) == manifest
        pd.testing.assert_frame_equal(mine.postings(), postings)

    def test_a_changed_ad_is_a_new_version_of_the_same(self, bench, way):
        mine = bench(way)
        mine.bring(self.case.records(1, 2))
        before = mine.postings()["content_hash"]
        changed = self.case.make(1, "Другая работа", IN_MAY + timedelta(hours=1))
        mine.bring([changed, *self.case.records(2)], NOW + timedelta(days=1))
        after = mine.postings()
        assert sorted(after.index) == sorted(before.index)
        moved = after.index[after["content_hash"] != before[after.index]]
        assert after.loc[moved, "version"].tolist() == [2]

    def test_a_field_that_nobody_knows_is_kept(self, bench, way):
        if not way.extends:
            pytest.skip(f"{way.name} has no named fields")
        mine = bench(way)
        (record,) = self.case.records(1)
        mine.bring([record | {"brand_new": "ещё одно"}])
        assert json.loads(mine.postings()["unknown_keys"].iloc[0])["brand_new"] == "ещё одно"

    def test_a_record_that_cannot_be_told_from_others_is_quarantined_and_the_rest_goes_on(self, bench, way):
        if not way.spoils:
            pytest.skip(f"{way.name} cannot carry a record without identity")
        mine = bench(way)
        first, second, third = self.case.records(1, 2, 3)
        assert mine.bring([first, second | {"id": ""}, third]).status == "ok"
        assert len(mine.postings()) == 2
        refused = mine.store.read(Quarantine, Part("unknown", self.case.slug))
        assert len(refused) == 1
        assert "could not be told from" in refused["reason"].iloc[0]
        assert "Работа номер 2" in refused["record"].iloc[0]

    def test_a_parser_reads_or_refuses_whatever_it_gets(self, bench):
        way = self.case.ways[0]
        mine = bench(way)
        mine.bring(self.case.records(1))
        parse = format_named(mine.feed.format).parse
        for raw in mine.raw_ads():
            item = json.loads(raw.payload)
            for payload in (*GARBAGE, *(json.dumps(item | {key: junk}).encode() for key in item for junk in JUNK)):
                spoilt = RawAd(
                    **{name: getattr(raw, name) for name in RawAd.__dataclass_fields__} | {"payload": payload}
                )
                try:
                    posting = parse(mine.feed, spoilt)
                except Refused as refusal:
                    assert str(refusal)
                else:
                    assert posting.native_id == raw.native_id

    def test_a_site_that_fails_for_a_moment_loses_nothing(self, bench, site, tmp_path):
        mine = bench(site)
        assert mine.bring(self.case.records(1, 2, 3), then=site.stumble).status == "ok"
        (tmp_path / "twin").mkdir()
        twin = Bench(self.case, site, tmp_path / "twin")
        twin.bring(self.case.records(1, 2, 3))
        assert {raw.payload_hash for raw in mine.raw_ads()} == {raw.payload_hash for raw in twin.raw_ads()}
        assert len(mine.raw_ads()) == len(twin.raw_ads())

    def test_a_site_that_refuses_is_blocked_and_one_without_ads_is_empty(self, bench, site):
        mine = bench(site)
        old = self.case.make(1, "Старая работа", EARLIER)
        refused = mine.bring([old], then=site.refuse)
        assert refused.status == "blocked"
        assert len(refused.reason) > 20
        assert mine.store.manifest(RawAds, mine.part) is None
        assert mine.bring([old]).status == "empty"
        assert mine.store.manifest(RawAds, mine.part).rows == 0

    def test_a_layout_that_nobody_knows_is_broken(self, bench, site):
        if site.upset is None:
            pytest.skip(f"{site.name} is a protocol with a schema: it has no layout")
        mine = bench(site)
        mine.bring(self.case.records(1, 2))
        outcome = mine.bring(self.case.records(1, 2), NOW + timedelta(days=1), then=site.upset)
        assert outcome.status == "broken"
        assert len(mine.postings()) == 2
