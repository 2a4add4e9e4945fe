"""The end table of `refresh`: rows, seconds and memory per step, labels against truth, the model's tests."""

from __future__ import annotations

from typing import Any

from rich.console import Console
from rich.table import Table

from salary_assets.cli.launch import Costs
from salary_assets.storage import Settings, TableStore
from salary_assets.storage.schemas import ALL_TABLES, LabelledPostings, ModelEvaluation, Quarantine, Vacancies
from salary_assets.storage.store import MissingPart

METRICS = ("r2_log", "log_mae", "mape", "median_ape", "within_20", "coverage_80", "width_80")


def of_home(settings: Settings, costs: Costs) -> dict[str, Any]:
    """What is in a home now and what the last run spent on it, as plain JSON values.

    Bytes for memory, seconds for time, shares for metrics.
    """
    store = TableStore(settings.tables_url)
    rows = {contract.table_name(): _rows(store, contract) for contract in ALL_TABLES}
    steps = [
        {
            "step": step,
            "rows": rows.get(step),
            "seconds": round(cost.seconds, 2),
            "peak_bytes": cost.peak_bytes,
        }
        for step, cost in costs.steps.items()
    ]
    return {
        "home": str(settings.home),
        "steps": steps,
        "rows": rows,
        "quarantined": rows[Quarantine.table_name()] or 0,
        "labels": _label_accuracy(settings, store),
        "tests": _tests(store),
        "report": _path(settings.reports / "market.html"),
        "bundle": _path(settings.models / "current.json"),
        "failures": costs.failures,
    }


def show(result: dict[str, Any]) -> None:
    """Print the summary for people."""
    console = Console()
    table = Table(title="What each step made", title_justify="left")
    table.add_column("step")
    for name in ("rows", "seconds", "peak memory"):
        table.add_column(name, justify="right")
    for step in result["steps"]:
        rows = "" if step["rows"] is None else f"{step['rows']:,}"
        table.add_row(step["step"], rows, f"{step['seconds']:.1f}", f"{step['peak_bytes'] / 2**20:,.0f} MiB")
    console.print(table)
    if result["labels"]:
        console.print(_labels_table(result["labels"]))
    if result["tests"]:
        console.print(_tests_table(result["tests"]))
    console.print(f"Quarantined records: {result['quarantined']} (table quarantine, each with its reason)")
    console.print(f"Market report:  {result['report'] or 'not made'}")
    console.print(f"Served bundle:  {result['bundle'] or 'none was promoted'}")
    console.print("\nNext: [bold]make ui[/bold] shows the graph on http://127.0.0.1:3000,")
    console.print("      [bold]make serve[/bold] answers on http://127.0.0.1:8080,")
    console.print("      [bold]salary-assets archive add hh FILE[/bold] brings in real ads.")


def _rows(store: TableStore, contract: Any) -> int | None:
    whole = store.manifest(contract)
    parts = store.parts(contract)
    if whole is None and not parts:
        return None
    manifests = [store.manifest(contract, part) for part in parts]
    return (whole.rows if whole else 0) + sum(manifest.rows for manifest in manifests if manifest)


def _label_accuracy(settings: Settings, store: TableStore) -> list[dict[str, Any]]:
    """Share of right labels per field against the truth of the sample market; empty for a real market."""
    from salary_assets.sample import SAMPLE_FEEDS, read_truth, score_against_truth

    parts = [part for part in store.parts(LabelledPostings) if part.source in SAMPLE_FEEDS]
    if not parts or not (settings.sample / "truth.json").exists():
        return []
    truth = read_truth(settings.sample)
    scores = score_against_truth(truth, store.read(LabelledPostings, parts=parts), store.read(Vacancies))
    return [{str(key): value for key, value in row.items()} for row in scores.to_dict("records")]


def _tests(store: TableStore) -> list[dict[str, Any]]:
    try:
        figures = store.read(ModelEvaluation)
    except MissingPart:
        return []
    whole = figures[(figures["slice"] == "all") & figures["metric"].isin(METRICS)]
    pivot = whole.pivot_table(index=["test", "model"], columns="metric", values="value", aggfunc="first")
    rows = whole.groupby(["test", "model"])["rows"].max()
    table = pivot.join(rows).reset_index()
    records = table.astype(object).where(table.notna(), None).to_dict("records")
    return [{str(key): value for key, value in record.items()} for record in records]


def _labels_table(labels: list[dict[str, Any]]) -> Table:
    table = Table(title="Labels against the sample's truth", title_justify="left")
    for name in labels[0]:
        table.add_column(name, justify="left" if isinstance(labels[0][name], str) else "right")
    for row in labels:
        table.add_row(*(f"{value:.3f}" if isinstance(value, float) else str(value) for value in row.values()))
    return table


def _tests_table(tests: list[dict[str, Any]]) -> Table:
    title = "Salary model: A random, B unseen employers, C last period (R2, MAE of log pay; shares)"
    table = Table(title=title, title_justify="left")
    for name in ("test", "model", "rows", *METRICS):
        table.add_column(name, justify="left" if name in ("test", "model") else "right")
    for row in tests:
        figures = ("" if row.get(name) is None else f"{row[name]:.3f}" for name in METRICS)
        table.add_row(row["test"], row["model"], str(row["rows"]), *figures)
    return table


def _path(path: Any) -> str | None:
    return str(path) if path.exists() else None
