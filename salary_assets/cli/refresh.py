"""`refresh`: the whole graph, from archives and sites to a served bundle, with a table of what it made."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

import click
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from salary_assets import sources
from salary_assets.cli.common import Failed, home_option, stderr, write_json
from salary_assets.sources import archive
from salary_assets.sources.registry import MONTH
from salary_assets.storage import Settings, TableStore, clock
from salary_assets.storage.schemas import RawAds

RUN_MONTHS = 12
"""Months of one run: batches as large as those of a backfill from the UI."""

Plan = dict[str, list[list[str]]]
"""Per feed, its runs; per run, consecutive months `YYYY-MM`."""

OnStep = Callable[[str, bool], None]


@click.command()
@home_option
@click.option("--sources", "slugs", metavar="A,B", help="Only these feeds (see `sources list`).")
@click.option("--months", metavar="A:B", help="Publication months, e.g. 2021-10:2021-12. Default: all known ones.")
@click.option("--sample", is_flag=True, help="The generated sample market instead of real feeds.")
@click.option(
    "--trials", default=20, show_default=True, type=click.IntRange(0), help="Tuning trials of the salary model."
)
@click.option("--json", "as_json", is_flag=True, help="Print the end table as JSON.")
def refresh(
    settings: Settings, slugs: str | None, months: str | None, sample: bool, trials: int, as_json: bool
) -> None:
    """Materialise the whole graph through Dagster and print what each step made.

    Without options: every feed that has indexed archives or collected ads; on an empty home the sample market. A site
    is asked for the months that it owes once its feed was named, if no history file has these, and from then on.
    Running it again gives the same tables; finished parts of a killed run are kept.

    \b
    Examples:
      salary-assets refresh                                    everything that is known
      salary-assets refresh --sources hh --months 2021-10:2021-10
      salary-assets refresh --sample --home /tmp/try           a market of its own
    """
    from salary_assets.cli import launch, summary

    with launch.graph_of(settings) as (instance, definitions):
        plan = plan_of(settings, slugs, months, sample, clock.now())
        graph = launch.Graph(instance, definitions)
        known = sorted({month for runs in plan.values() for run in runs for month in run})
        batches = sum(len(runs) for runs in plan.values())
        with steps_bar(batches * len(graph.partitioned) + 1 + len(graph.whole)) as step:
            for slug, runs in plan.items():
                for run in runs:
                    keys = f"{run[0]}-01|{slug}", f"{run[-1]}-01|{slug}"
                    graph.run(graph.partitioned, step(f"{slug} {run[0]}..{run[-1]}"), keys)
            graph.run(["exchange_rates"], step("rates"), (f"{known[0]}-01", f"{known[-1]}-01"))
            graph.run(graph.whole, step("market"), trials=trials)
        result = summary.of_home(settings, graph.costs)
    if as_json:
        write_json(result, None)
    else:
        summary.show(result)
    if graph.costs.failures:
        raise Failed("\n".join(graph.costs.failures))


def plan_of(settings: Settings, slugs: str | None, months: str | None, sample: bool, now: datetime) -> Plan:
    """Which feeds and months to run. Raises Failed on an unknown feed or month, or when there is nothing to run."""
    registry = sources.load_registry(settings)
    known = {feed.slug for feed in registry}
    chosen = [slug.strip() for slug in slugs.split(",")] if slugs else []
    if unknown := sorted(set(chosen) - known):
        raise click.BadParameter(f"unknown feed {', '.join(unknown)}; registered: {', '.join(sorted(known))}")
    window = _window(months)
    store = TableStore(settings.tables_url)
    real = [feed.slug for feed in registry if not feed.sample]
    samples = [feed.slug for feed in registry if feed.sample]
    if sample or set(chosen) & set(samples):
        _add_sample(settings, now)
    plan = _runs_of(settings, store, chosen or (samples if sample else real), window, now, named=bool(chosen))
    if not plan and not chosen:
        stderr.print("No real ads are indexed or collected yet: running on the generated sample market.")
        _add_sample(settings, now)
        plan = _runs_of(settings, store, samples, window, now)
    if not plan:
        raise Failed(
            f"nothing is known of {', '.join(chosen) or 'the sample'}{f' in {months}' if months else ''}: index a"
            " history file with `salary-assets archive add`, or name months that its site still has"
            " (`salary-assets sources owed`)"
        )
    return plan


def _runs_of(
    settings: Settings,
    store: TableStore,
    slugs: list[str],
    window: tuple[str, str] | None,
    now: datetime,
    named: bool = False,
) -> Plan:
    plan = {}
    for slug in slugs:
        held = set(archive.months_of(settings, slug)) | {part.month for part in store.parts(RawAds, slug)}
        months = _within(window, held)
        if (named and not months) or sources.asked_before(store, slug):
            feed = sources.load_registry(settings)[slug]
            months = _within(window, held | {one.month for one in sources.owed(settings, store, feed, now)})
        if months:
            plan[slug] = clock.consecutive(months, RUN_MONTHS)
    return plan


def _within(window: tuple[str, str] | None, months: set[str]) -> list[str]:
    return sorted(month for month in months if window is None or window[0] <= month <= window[1])


def _window(months: str | None) -> tuple[str, str] | None:
    if months is None:
        return None
    first, _, last = months.partition(":")
    window = first, last or first
    if not all(MONTH.fullmatch(month) for month in window):
        raise click.BadParameter(f"--months {months}: write it like 2021-10:2021-12")
    if window[1] < window[0]:
        raise click.BadParameter(f"--months {months}: the first month is after the last; write it like {last}:{first}")
    return window


def _add_sample(settings: Settings, now: datetime) -> None:
    from salary_assets.sample import SAMPLE_FEEDS, write_sample

    write_sample(settings.sample)
    for slug, name in SAMPLE_FEEDS.items():
        archive.add(settings, slug, [settings.sample / name], now)


@contextmanager
def steps_bar(steps: int) -> Iterator[Callable[[str], OnStep]]:
    """A bar of so many steps; the yielded function names the work in hand and gives `Graph.run` its listener."""
    text = TextColumn("{task.description}")
    columns = (SpinnerColumn(), text, BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=stderr) as bar:
        task = bar.add_task("starting", total=steps)

        def listener(what: str) -> OnStep:
            def on_step(asset: str, finished: bool) -> None:
                bar.update(task, description=f"{asset} ({what})", advance=1 if finished else 0)
                if finished and not stderr.is_terminal:
                    stderr.print(f"{asset} ({what}) done")

            return on_step

        yield listener
