"""Seconds and memory of the line from history file to vacancies, and of the whole graph, as ads grow.

    python -m benchmarks.line [--items FILE] [--sizes 5000,20000,55263] [--whole] [--trials 20]

Each size runs in a process of its own: `graph` through Dagster with every table written and published, beside
`domain`, the same domain functions called one after another without Dagster: what the graph, its tables and its checks
cost. `--whole` adds skills, clusters, ladder, tuning, model, tests, bundle and advice on the largest size.
Without --items: real items beside the checkout if they are there, else the generated sample market.
CPU seconds are of the process and its children; memory is the largest resident set.
"""

from __future__ import annotations

import argparse
import gzip
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import psutil
from rich.console import Console
from rich.table import Table

from benchmarks import peak_mib, sample_items
from salary_assets import labelling, market, money, sources
from salary_assets.cli import launch
from salary_assets.cli.refresh import plan_of
from salary_assets.sources import archive
from salary_assets.storage import Part, Settings, TableStore, clock, load_settings
from salary_assets.storage.schemas import ExchangeRates, RawAds, Vacancies

REAL = Path(__file__).parents[2] / "shared" / "data" / "hh" / "list_2021-10.jsonl.gz"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--items", type=Path, help="hh items, JSON lines, gz")
    parser.add_argument("--sizes", default="5000,20000,55263")
    parser.add_argument("--whole", action="store_true", help="the whole graph too, on the largest size")
    parser.add_argument("--trials", type=int, default=20)
    parser.add_argument("--child", nargs=3, metavar=("WAY", "FILE", "HOME"), help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.child:
        way, file, home = arguments.child
        print(json.dumps(_measured(lambda: WAYS[way](load_settings(home), Path(file), arguments.trials))))
        return
    with tempfile.TemporaryDirectory() as folder:
        lines = gzip.decompress(_items(arguments.items, Path(folder)).read_bytes()).splitlines(keepends=True)
        sizes = sorted({min(int(size), len(lines)) for size in arguments.sizes.split(",")})
        table = Table(title=f"From history file to vacancies ({len(lines)} items at hand)", title_justify="left")
        for name in ("items", "way", "wall s", "CPU s", "CPU s / 1 000", "peak MiB", "CPU : domain", "vacancies"):
            table.add_column(name, justify="right")
        for size in sizes:
            file = Path(folder) / f"{size}.jsonl.gz"
            file.write_bytes(gzip.compress(b"".join(lines[:size]), 1))
            ways = ("domain", "graph", "whole") if arguments.whole and size == sizes[-1] else ("domain", "graph")
            baseline = 0.0
            for way in ways:
                one = _run(way, file, Path(folder) / f"{way}-{size}", arguments.trials)
                baseline = baseline or one["cpu"]
                cells = (
                    f"{one['wall']:.1f}",
                    f"{one['cpu']:.1f}",
                    f"{one['cpu'] / size * 1000:.2f}",
                    f"{one['mib']:.0f}",
                )
                table.add_row(str(size), way, *cells, f"{one['cpu'] / baseline:.2f}", str(one["rows"]))
        Console(width=120).print(table)


def _items(given: Path | None, folder: Path) -> Path:
    if given or REAL.exists():
        return given or REAL
    return sample_items(folder)


def _run(way: str, file: Path, home: Path, trials: int) -> dict[str, float]:
    command = [sys.executable, "-m", "benchmarks.line", "--trials", str(trials), "--child", way, str(file), str(home)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    result: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return result


def _measured(work: Callable[[], int]) -> dict[str, float]:
    started = time.perf_counter()
    rows = work()
    usage = psutil.Process().cpu_times()
    cpu = usage.user + usage.system + usage.children_user + usage.children_system
    return {"wall": time.perf_counter() - started, "cpu": cpu, "mib": peak_mib(), "rows": rows}


def _domain(settings: Settings, file: Path, _trials: int) -> int:
    """The same steps and raw payloads by plain calls."""
    archive.add(settings, "hh", [file], clock.now())
    store, feed = TableStore(settings.tables_url), sources.load_registry(settings)["hh"]
    months = sorted(archive.months_of(settings, "hh"))
    sources.collect(settings, store, feed, months, clock.now())
    postings, labels = [], []
    for month in months:
        parsed, _ = sources.parse_raw(feed, store.read(RawAds, Part(month, "hh")))
        postings.append(parsed)
        labels.append(labelling.label_postings(parsed))
        labelling.audit(parsed, labels[-1])
    rates = pd.concat(money.rates_by_month(settings, months, clock.now()).values()).drop_duplicates(
        ExchangeRates.row_key()
    )
    everything = [pd.concat(frames, ignore_index=True) for frames in (postings, labels)]
    return len(market.build_vacancies(*everything, rates).vacancies)


def _graph(settings: Settings, file: Path, _trials: int) -> int:
    return _through_dagster(settings, file, lambda graph: ["vacancies"], None)


def _whole(settings: Settings, file: Path, trials: int) -> int:
    return _through_dagster(settings, file, lambda graph: graph.whole, trials)


def _through_dagster(
    settings: Settings, file: Path, wanted: Callable[[launch.Graph], list[str]], trials: int | None
) -> int:
    archive.add(settings, "hh", [file], clock.now())
    plan = plan_of(settings, "hh", None, False, clock.now())["hh"]
    with launch.graph_of(settings) as (instance, definitions):
        graph = launch.Graph(instance, definitions)
        for months in plan:
            graph.run(graph.partitioned, _quiet, (f"{months[0]}-01|hh", f"{months[-1]}-01|hh"))
        graph.run(["exchange_rates"], _quiet, (f"{plan[0][0]}-01", f"{plan[-1][-1]}-01"))
        graph.run(wanted(graph), _quiet, trials=trials)
    for name, cost in graph.costs.steps.items():
        print(f"{name:24} {cost.seconds:8.1f} s {cost.peak_bytes >> 20:6} MiB", file=sys.stderr)
    if graph.costs.failures:
        raise SystemExit("\n".join(graph.costs.failures))
    manifest = TableStore(settings.tables_url).manifest(Vacancies)
    return manifest.rows if manifest else 0


def _quiet(_asset: str, _finished: bool) -> None: ...


WAYS = {"domain": _domain, "graph": _graph, "whole": _whole}

if __name__ == "__main__":
    main()
