"""`train`, `promote`, `rollback`: the model's life, as runs of the graph."""

from __future__ import annotations

import click

from salary_assets.cli.common import Failed, home_option, stderr, write_json
from salary_assets.salary import promotion
from salary_assets.storage import Settings, TableStore
from salary_assets.storage.schemas import TrainingSet, Vacancies

STEPS = {"salary", "serving", "resume"}


@click.command()
@home_option
@click.option(
    "--trials",
    default=20,
    show_default=True,
    type=click.IntRange(0),
    help="Tuning trials; a study goes on where it stopped.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the table of steps and tests as JSON.")
def train(settings: Settings, trials: int, as_json: bool) -> None:
    """Train the salary model on the vacancies that are there, test it, and serve it if the gate lets it through.

    \b
    Example:
      salary-assets train --trials 50
    """
    from salary_assets.cli import launch, summary
    from salary_assets.cli.refresh import steps_bar

    if TableStore(settings.tables_url).manifest(Vacancies) is None:
        raise Failed(f"{settings.home} has no vacancies yet; run: salary-assets refresh")
    with launch.graph_of(settings) as (instance, definitions):
        graph = launch.Graph(instance, definitions)
        steps = graph.of_groups(STEPS)
        with steps_bar(len(steps)) as step:
            graph.run(steps, step("model"), trials=trials)
        result = summary.of_home(settings, graph.costs)
    if as_json:
        write_json(result, None)
    else:
        summary.show(result)
    if graph.costs.failures:
        raise Failed("\n".join(graph.costs.failures))


@click.command()
@home_option
@click.argument("version", required=False)
@click.option("--reason", default="promoted by hand", show_default=True, help="Why, for the record.")
def promote(settings: Settings, version: str | None, reason: str) -> None:
    """Put the newest trained model before the gate again; with VERSION, serve that bundle whatever the gate said.

    \b
    Examples:
      salary-assets promote
      salary-assets promote 2026-10-1f2e3d4c5b6a --reason "the new one misreads remote ads"
    """
    from salary_assets.cli import launch

    with launch.graph_of(settings) as (instance, definitions):
        graph = launch.Graph(instance, definitions)
        if version is not None:
            graph.run_job("promote", {"serve_bundle": {"config": {"version": version, "reason": reason}}})
        elif TableStore(settings.tables_url).manifest(TrainingSet) is None:
            raise Failed(f"{settings.home} has no trained model; run: salary-assets train")
        else:
            graph.run(["salary_bundle"], lambda _asset, _finished: None)
    _say(settings, graph.costs.failures)


@click.command()
@home_option
def rollback(settings: Settings) -> None:
    """Serve the model that was served before; a running service follows within seconds.

    \b
    Example:
      salary-assets rollback
    """
    from salary_assets.cli import launch

    with launch.graph_of(settings) as (instance, definitions):
        graph = launch.Graph(instance, definitions)
        graph.run_job("rollback", {})
    _say(settings, graph.costs.failures)


def _say(settings: Settings, failures: list[str]) -> None:
    if failures:
        raise Failed("\n".join(failures))
    pointer = promotion.served(settings.models)
    if pointer is None:
        raise Failed("no model is served; run: salary-assets train")
    stderr.print(f"serving {pointer['bundle']}: {pointer['reason']}", markup=False)
    write_json(pointer, None)
