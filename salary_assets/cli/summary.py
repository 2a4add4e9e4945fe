"""The end table of `refresh`: rows, seconds and memory per step, labels against truth, the model's tests."""

from __future__ import annotations

from typing import Any

from rich.console import Console
from rich.table import Table

from salary_assets.cli.launch import Costs
from salary_assets.storage import Settings, TableStore
from salary_assets.storage.schemas import ALL_TABLES, LabelledPostings, ModelEvaluation, Quarantine, Vacancies
from salary_assets.storage.store import MissingPart

METRICS = {
    "r2_log": "R2 log",
    "log_mae": "log-MAE",
    "mape": "MAPE",
    "median_ape": "median APE",
    "within_20": "within 20 %",
    "coverage_80": "coverage",
    "width_80": "half-width",
}
WIDTH = 140
"""Characters of a line where the output is a file or a log."""

TESTS = {"random": "A random", "employer": "B unseen employers", "time": "C last period"}
BEST = {"random": "known_employer", "employer": "unseen_employer", "time": "known_employer"}
"""Per test, what somebody who knew the sample's pay law would know of the employer."""


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
        "best_possible": _best_possible(settings, store),
        "report": _path(settings.reports / "market.html"),
        "bundle": _path(settings.models / "current.json"),
        "failures": costs.failures,
    }


def show(result: dict[str, Any]) -> None:
    """Print the summary for people."""
    console = Console()
    if not console.is_terminal:
        console.width = WIDTH
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
        console.print(_tests_table(result["tests"], result["best_possible"]))
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
    if not parts or not _made_of_the_sample(settings, store):
        return []
    truth = read_truth(settings.sample)
    scores = score_against_truth(truth, store.read(LabelledPostings, parts=parts), store.read(Vacancies))
    return [{str(key): value for key, value in row.items()} for row in scores.to_dict("records")]


def _best_possible(settings: Settings, store: TableStore) -> dict[str, dict[str, float]]:
    """Per test, the figures of somebody who knew the sample's pay law exactly; empty for a real market."""
    from salary_assets.sample import best_possible, read_truth

    if not _made_of_the_sample(settings, store):
        return {}
    best = best_possible(read_truth(settings.sample))
    return {test: best[knowing] for test, knowing in BEST.items()}


def _made_of_the_sample(settings: Settings, store: TableStore) -> bool:
    from salary_assets.sample import SAMPLE_FEEDS

    sources = {part.source for part in store.parts(LabelledPostings)}
    return bool(sources) and sources <= set(SAMPLE_FEEDS) and (settings.sample / "truth.json").exists()


def _tests(store: TableStore) -> list[dict[str, Any]]:
    try:
        figures = store.read(ModelEvaluation)
    except MissingPart:
        return []
    whole = figures[(figures["slice"] == "all") & figures["metric"].isin(list(METRICS))]
    table = []
    for (test, model), rows in whole.groupby(["test", "model"]):
        row: dict[str, Any] = {"test": test, "model": model, "rows": int(rows["rows"].max())}
        for one in rows.to_dict("records"):
            row[one["metric"]] = float(one["value"])
            row[f"{one['metric']}_interval"] = [float(one["low"]), float(one["high"])]
        table.append(row)
    order = list(TESTS)
    return sorted(table, key=lambda row: (order.index(row["test"]), row.get("r2_log", 0.0)))


def _labels_table(labels: list[dict[str, Any]]) -> Table:
    table = Table(title="Labels against the sample's truth", title_justify="left")
    for name in labels[0]:
        table.add_column(name, justify="left" if isinstance(labels[0][name], str) else "right")
    for row in labels:
        table.add_row(*(f"{value:.3f}" if isinstance(value, float) else str(value) for value in row.values()))
    return table


def _tests_table(tests: list[dict[str, Any]], best: dict[str, dict[str, float]]) -> Table:
    title = "Salary model on ads it never saw (95 % bootstrap interval of R2; coverage of the 80 % range)"
    if best:
        title += "\nbest possible: somebody who knew the pay law of this generated market exactly"
    table = Table(title=title, title_justify="left")
    for name in ("test", "model"):
        table.add_column(name)
    for name in ("ads", *METRICS.values()):
        table.add_column(name, justify="right")
    for test, label in TESTS.items():
        rows = [row for row in tests if row["test"] == test]
        for row in rows:
            figures = [_figure(row.get(name)) for name in METRICS]
            if "r2_log_interval" in row:
                figures[0] += " ({:.2f}..{:.2f})".format(*row["r2_log_interval"])
            table.add_row(label, row["model"], str(row["rows"]), *figures)
        if rows and test in best:
            figures = [_figure(best[test].get(name)) if name != "width_80" else "" for name in METRICS]
            table.add_row(label, "best possible", "", *figures, style="dim")
        if rows:
            table.add_section()
    return table


def _figure(value: float | None) -> str:
    return "" if value is None else f"{value:.3f}"


def _path(path: Any) -> str | None:
    return str(path) if path.exists() else None
