"""The table store: what is published is whole, what is not published does not exist."""

from __future__ import annotations

import multiprocessing
import os
import signal
import time
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from salary_assets.storage import Contract, Part, TableStore, column
from salary_assets.storage.contract import STRINGS, ContractError, Int, Nested, Text
from salary_assets.storage.store import DamagedPart, MissingPart


class Ads(Contract, table="ads", key=("ad_id",)):
    """A small table."""

    ad_id: Text = column("Identifier", nullable=False)
    views: Int = column("How often it was read", "reads", ge=0)
    tags: Nested = column("Tags", arrow=STRINGS, nullable=False)


OCTOBER = Part("2021-10", "hh")


def ads(*ids: str, views: int | None = 1) -> pd.DataFrame:
    return Ads.frame([{"ad_id": one, "views": views, "tags": ["a", "b"]} for one in ids])


def part_folder(store: TableStore) -> Path:
    return Path(store.location(Ads, OCTOBER))


def test_a_part_reads_back_as_it_was_written(store: TableStore) -> None:
    store.write(Ads, ads("2", "1", views=None), OCTOBER)

    read = store.read(Ads, OCTOBER)

    assert Ads.records(read) == [
        {"ad_id": "1", "views": None, "tags": ["a", "b"]},
        {"ad_id": "2", "views": None, "tags": ["a", "b"]},
    ]


def test_the_same_rows_in_any_order_give_the_same_bytes(store: TableStore, tmp_path: Path) -> None:
    other = TableStore(tmp_path / "other")

    first = store.write(Ads, ads("1", "2", "3"), OCTOBER, code_version="1")
    second = other.write(Ads, ads("3", "1", "2"), OCTOBER, code_version="1")

    assert first == second


def test_a_rewrite_replaces_the_part_and_leaves_no_old_file(store: TableStore) -> None:
    store.write(Ads, ads("1"), OCTOBER)
    store.write(Ads, ads("2"), OCTOBER)

    assert list(store.read(Ads, OCTOBER)["ad_id"]) == ["2"]
    assert len(list(part_folder(store).glob("*.parquet"))) == 1


def test_appended_rows_follow_what_was_there(store: TableStore) -> None:
    store.append(Ads, ads("1"), OCTOBER)
    store.append(Ads, ads("2"), OCTOBER)
    store.append(Ads, ads("2"), OCTOBER)

    assert list(store.read(Ads, OCTOBER)["ad_id"]) == ["1", "2"]


def test_a_whole_table_is_the_sum_of_its_parts(store: TableStore) -> None:
    store.write(Ads, ads("1"), OCTOBER)
    store.write(Ads, ads("2"), Part("2021-11", "tg_x"))

    assert store.parts(Ads) == [OCTOBER, Part("2021-11", "tg_x")]
    assert store.parts(Ads, source="tg_x") == [Part("2021-11", "tg_x")]
    assert list(store.read(Ads, columns=["ad_id"])["ad_id"]) == ["1", "2"]


def test_an_unmade_table_says_what_to_materialise(store: TableStore) -> None:
    with pytest.raises(MissingPart, match="materialise the asset ads"):
        store.read(Ads)
    with pytest.raises(MissingPart, match=r"2021-10\|hh"):
        store.read(Ads, OCTOBER)


def test_a_file_without_manifest_does_not_exist(store: TableStore) -> None:
    folder = part_folder(store)
    folder.mkdir(parents=True)
    pq.write_table(Ads.to_arrow(ads("1")), folder / "left-over.parquet")

    assert store.parts(Ads) == []
    with pytest.raises(MissingPart):
        store.read(Ads, OCTOBER)


def test_a_damaged_file_is_refused(store: TableStore) -> None:
    store.write(Ads, ads("1"), OCTOBER)
    file = next(part_folder(store).glob("*.parquet"))
    file.write_bytes(file.read_bytes()[:-1] + b"?")

    with pytest.raises(DamagedPart, match="materialise ads"):
        store.read(Ads, OCTOBER)


def test_a_column_added_later_reads_as_null_from_older_files(store: TableStore) -> None:
    class OlderAds(Contract, table="ads", key=("ad_id",)):
        """The same table before `views` and `tags`."""

        ad_id: Text = column("Identifier", nullable=False)

    store.write(OlderAds, OlderAds.frame([{"ad_id": "1"}]), OCTOBER)

    assert Ads.records(store.read(Ads, OCTOBER)) == [{"ad_id": "1", "views": None, "tags": None}]


def test_a_broken_frame_changes_nothing_and_says_which_column(store: TableStore) -> None:
    store.write(Ads, ads("1"), OCTOBER)

    with pytest.raises(ContractError, match="views"):
        store.write(Ads, ads("2", views=-1), OCTOBER)
    with pytest.raises(ContractError, match="repeat the key"):
        store.write(Ads, ads("2", "2"), OCTOBER)

    assert list(store.read(Ads, OCTOBER)["ad_id"]) == ["1"]


def test_a_full_disk_leaves_the_old_part(store: TableStore) -> None:
    store.write(Ads, ads("1"), OCTOBER)
    process = multiprocessing.get_context("fork").Process(target=_write_under_file_size_limit, args=(store,))
    process.start()
    process.join()

    assert process.exitcode == 7
    assert list(store.read(Ads, OCTOBER)["ad_id"]) == ["1"]
    assert sorted(path.suffix for path in part_folder(store).glob("*") if path.name != ".lock") == [".json", ".parquet"]


def _write_under_file_size_limit(store: TableStore) -> None:
    import resource

    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))
    try:
        store.write(Ads, ads("2"), OCTOBER)
    except OSError:
        os._exit(7)
    os._exit(0)


def test_a_killed_writer_leaves_one_whole_part_and_the_next_write_sweeps(store: TableStore) -> None:
    store.write(Ads, ads("seed"), OCTOBER)
    for pause in (0.02, 0.05, 0.1, 0.2):
        process = multiprocessing.get_context("fork").Process(target=_write_for_ever, args=(store,))
        process.start()
        time.sleep(pause)
        os.kill(process.pid or 0, signal.SIGKILL)
        process.join()

        assert len(store.read(Ads, OCTOBER)) in (1, 500, 501)

    store.write(Ads, ads("end"), OCTOBER)
    assert sorted(path.suffix for path in part_folder(store).glob("*") if path.name != ".lock") == [".json", ".parquet"]


def _write_for_ever(store: TableStore) -> None:
    sizes = (500, 501)
    turn = 0
    while True:
        store.write(Ads, ads(*(str(number) for number in range(sizes[turn % 2]))), OCTOBER)
        turn += 1


def test_two_writers_of_one_part_take_turns(store: TableStore) -> None:
    context = multiprocessing.get_context("fork")
    writers = [context.Process(target=_append_some, args=(store, name)) for name in ("a", "b")]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()

    assert len(store.read(Ads, OCTOBER)) == 20


def _append_some(store: TableStore, name: str) -> None:
    for number in range(10):
        store.append(Ads, ads(f"{name}{number}"), OCTOBER)


def test_the_same_store_works_over_an_object_store_url() -> None:
    remote = TableStore("memory://bucket/tables")
    remote.write(Ads, ads("1"), OCTOBER)
    remote.append(Ads, ads("2"), OCTOBER)

    assert list(remote.read(Ads)["ad_id"]) == ["1", "2"]
    assert remote.location(Ads, OCTOBER).startswith("memory://")


def test_contract_frames_refuse_values_of_another_type() -> None:
    with pytest.raises(ContractError, match=r"ads\.views"):
        Ads.frame([{"ad_id": "1", "views": "many", "tags": []}])


def test_bad_rows_are_told_from_good_ones_with_their_reason() -> None:
    frame = pd.concat([ads("1"), ads("2", views=-5)], ignore_index=True)

    good, reasons = Ads.split_valid(frame)

    assert list(good["ad_id"]) == ["1"]
    assert list(reasons.index) == [1]
    assert "views" in reasons.iloc[0]


def test_the_arrow_schema_follows_the_contract() -> None:
    assert Ads.arrow_schema() == pa.schema([("ad_id", pa.string()), ("views", pa.int64()), ("tags", STRINGS)])
