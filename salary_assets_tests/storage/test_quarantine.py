"""Refused records: several steps write to one table and none loses what another wrote."""

import pytest

from salary_assets.storage import Part, quarantine
from salary_assets.storage.schemas import Quarantine

PART = Part("2024-05", "hh")


def refused(*records, stage="postings", origin="a.jsonl:{}"):
    rows = [
        quarantine.row(PART, stage, origin.format(number), "not JSON", record) for number, record in enumerate(records)
    ]
    return Quarantine.frame(rows)


def records(store):
    return sorted(store.read(Quarantine, PART)["record"])


def test_a_stage_replaces_only_its_own_rows(store):
    quarantine.replace(store, PART, "postings", refused("one", "two"))
    quarantine.replace(store, PART, "labels", refused("three", stage="labels"))
    quarantine.replace(store, PART, "postings", refused("four"))
    assert records(store) == ["four", "three"]


def test_one_file_of_several_replaces_only_its_own_rows(store):
    quarantine.replace(store, PART, "archive", refused("x", stage="archive", origin="a.jsonl:{}"), within="a.jsonl")
    quarantine.replace(store, PART, "archive", refused("y", stage="archive", origin="b.jsonl:{}"), within="b.jsonl")
    quarantine.replace(store, PART, "archive", refused(stage="archive"), within="a.jsonl")
    assert records(store) == ["y"]


def test_writing_the_same_rows_again_gives_the_same_bytes(store):
    first = quarantine.replace(store, PART, "postings", refused("one", "one", "two"))
    assert quarantine.replace(store, PART, "postings", refused("two", "one")).rows == 2
    assert quarantine.replace(store, PART, "postings", refused("one", "one", "two")) == first


def test_what_comes_once_is_added_once(store):
    quarantine.add(store, PART, "raw_ads", refused("one", stage="raw_ads"))
    quarantine.add(store, PART, "raw_ads", refused("one", "two", stage="raw_ads"))
    assert records(store) == ["one", "two"]


def test_nothing_refused_makes_no_part(store):
    assert quarantine.replace(store, PART, "postings", Quarantine.no_rows()) is None
    assert store.parts(Quarantine) == []


def test_rows_of_another_part_are_refused(store):
    with pytest.raises(ValueError, match="for stage postings"):
        quarantine.replace(store, PART, "postings", refused("one", stage="labels"))


def test_long_records_are_cut_but_known_by_all_their_bytes():
    long = "я" * 20_000
    row = quarantine.row(PART, "postings", "a:1", "too long", long + "\ud800")
    assert len(row["record"]) == quarantine.MAX_RECORD
    assert row["record_hash"] != quarantine.row(PART, "postings", "a:1", "too long", long)["record_hash"]
    assert len(Quarantine.frame([row])) == 1
