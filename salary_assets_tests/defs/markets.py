"""Homes with a small sample market in them, and runs of the graph over such a home."""

from __future__ import annotations

import sys
from collections.abc import Container, Iterable
from pathlib import Path

from salary_assets.cli import launch
from salary_assets.sample import SAMPLE_FEEDS, write_sample
from salary_assets.sources import archive
from salary_assets.storage import Settings, TableStore, clock, load_settings
from salary_assets.storage.schemas import ALL_TABLES

FIRST, LAST = "2025-11-01", "2026-10-01"
"""Partition keys of the sample's first and last month."""


def sample_home(folder: Path, scale: float, files: Path | None = None) -> Settings:
    """Settings of a home whose archives hold a sample market of this share of the full size.

    files: folder of history files to share between homes, written if it is not there. Where a file was and when it was
    last changed are part of every raw row. Default: inside the home.
    """
    settings = load_settings(folder)
    files = files or settings.sample
    if not files.exists():
        write_sample(files, scale=scale)
    for slug, name in SAMPLE_FEEDS.items():
        archive.add(settings, slug, [files / name], clock.now())
    return settings


def run_sources(graph: launch.Graph, slugs: Iterable[str] = tuple(SAMPLE_FEEDS), first: str = FIRST) -> bool:
    """Backfill these sample feeds from the first month to the last."""
    done = [graph.run(graph.partitioned, quiet, (f"{first}|{slug}", f"{LAST}|{slug}")) for slug in slugs]
    return all(done)


def run_half_a_year(graph: launch.Graph) -> bool:
    """Backfill six months of one feed: enough to be killed in the middle of."""
    return run_sources(graph, ["sample_hh"], "2026-05-01")


def quiet(_asset: str, _finished: bool) -> None:
    """Listens to steps and says nothing."""


def run_everything(settings: Settings, trials: int, but: Container[str] = ()) -> launch.Costs:
    """The whole graph over a sample home. but: assets that stay as an earlier run made them."""
    with launch.graph_of(settings) as (instance, definitions):
        graph = launch.Graph(instance, definitions)
        run_sources(graph)
        graph.run(["exchange_rates"], quiet, (FIRST, LAST))
        graph.run([name for name in graph.whole if name not in but], quiet, trials=trials)
        return graph.costs


def content(settings: Settings, *tables: str) -> dict[str, str]:
    """Hash of the rows of every part of these tables (all, when none is named), by table and part."""
    store = TableStore(settings.tables_url)
    found = {}
    for contract in ALL_TABLES:
        name = contract.table_name()
        if tables and name not in tables:
            continue
        for part in (None, *store.parts(contract)):
            manifest = store.manifest(contract, part)
            if manifest is not None:
                found[f"{name} {part or ''}"] = manifest.data_version
    return found


if __name__ == "__main__":  # a process of its own that a test can kill
    with launch.graph_of(load_settings(sys.argv[1])) as (the_instance, the_definitions):
        run_half_a_year(launch.Graph(the_instance, the_definitions))
