"""The model card, written from the run and nothing else: what a figure is not in the tables, the card does not say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from salary_assets.salary.evaluation import MODELS
from salary_assets.salary.intervals import COVERAGE
from salary_assets.salary.metrics import POINT_METRICS, RANGE_METRICS
from salary_assets.salary.settings import Hyperparameters
from salary_assets.salary.splits import FOLDS, LAST_SHARE, PROTOCOL
from salary_assets.storage.vocabulary import TESTS

ASKED = {
    "random": "A, random by near-duplicate group: another ad of a market that training knows",
    "employer": "B, employers that training never saw",
    "time": f"C, the newest {LAST_SHARE:.0%} of the ads, without repeats of older ones",
}
TITLES = {
    "r2_log": "R2 of log pay",
    "log_mae": "log-MAE",
    "mape": "MAPE",
    "median_ape": "median APE",
    "within_20": "within 20 %",
    "mae": "MAE, RUB",
    "coverage_80": "coverage of the 80 % range",
    "width_80": "half-width",
}
PARTED = ("random", "employer")
"""Tests that are made of parts; the time one has a single part."""

WORST_SHOWN = 10
GROUP_LEAST = 100
PROFESSION = "profession="
LIMITS = (
    "It estimates pay as ads state it (mean of the stated bounds, net RUB a month), not what anyone is paid.",
    "Ads that state no pay are not in its figures; whether they pay alike is not known.",
    "`ours` knows employer and body of an ad; `ours_profile` answers for resumes and knows neither.",
    "Contributions and what a skill adds are associations among ads, not what would follow for a person.",
    "Pay in the past is not pay today: an estimate is as of the last month of the data.",
)


def model_card(
    version: str,
    training_set: pd.DataFrame,
    evaluation: pd.DataFrame,
    parameters: Hyperparameters,
    looks: Sequence[Mapping[str, Any]] = (),
    ablations: pd.DataFrame | None = None,
    parts: Mapping[str, int] | None = None,
) -> str:
    """Markdown. training_set, evaluation: tables of these names; looks: entries of the record of touched tests for
    this version (`ledger.touch`); ablations: of `ablations.ablate`, if they were run; parts: how many of its parts each
    test was asked on."""
    sections = [
        [f"# Model card of {version}", "", "Net RUB a month for Russian IT vacancies, by what they ask for and offer."],
        ["## Data", "", *_data(training_set)],
        ["## Protocol", "", *_protocol(looks, parts or {})],
        *([f"## Test {ASKED[test]}", "", *_ladder(evaluation, test)] for test in TESTS if _has(evaluation, test)),
        ["## By profession", "", *_professions(evaluation)],
        ["## Coverage by group", "", *_coverage(evaluation)],
        [] if ablations is None else ["## What each input is worth", "", *_ablations(ablations)],
        [
            "## Parameters",
            "",
            *_table(["parameter", "value"], [[k, f"{v:g}"] for k, v in parameters.to_dict().items()]),
        ],
        ["## Limits", "", *(f"- {limit}" for limit in LIMITS)],
    ]
    return "\n\n".join("\n".join(section) for section in sections if section) + "\n"


def _data(training_set: pd.DataFrame) -> list[str]:
    lower, upper = training_set["pay_lower"].notna(), training_set["pay_upper"].notna()
    sources = training_set["source"].value_counts()
    facts = {
        "ads with pay": f"{len(training_set)}",
        "near-duplicate groups": f"{training_set['group'].nunique()}",
        "employers": f"{training_set['employer_key'].nunique()}",
        "months": f"{training_set['month'].min()} to {training_set['month'].max()}",
        "both ends stated": f"{(lower & upper).mean():.0%}",
        "only from": f"{(lower & ~upper).mean():.0%}",
        "only to": f"{(~lower & upper).mean():.0%}",
        "sources": ", ".join(f"{name} {count}" for name, count in sources.items()),
    }
    return _table(["", ""], [[name, value] for name, value in facts.items()])


def _protocol(looks: Sequence[Mapping[str, Any]], parts: Mapping[str, int]) -> list[str]:
    said = [
        f"Version {PROTOCOL}. Membership in a test is a hash of the near-duplicate group or of the employer; a group",
        "is never on both sides; tuning and early stopping see inner folds only; intervals are 95 %, by bootstrap of",
        "groups (A, C) or employers (B).",
    ]
    said += [f"Figures of test `{test}` are of {parts[test]} of its {FOLDS} parts." for test in PARTED if test in parts]
    if not looks:
        return said
    rows = [[look["test"], look["rows"], look["test_rows"], look["looks_before"]] for look in looks]
    return [*said, "", *_table(["test", "ads", "test rows (hash)", "looks by earlier releases"], rows)]


def _has(evaluation: pd.DataFrame, test: str) -> bool:
    return bool(((evaluation["test"] == test) & (evaluation["slice"] == "all")).any())


def _ladder(evaluation: pd.DataFrame, test: str) -> list[str]:
    whole = evaluation[(evaluation["test"] == test) & (evaluation["slice"] == "all")]
    rows = []
    for model in MODELS:
        own = {str(row["metric"]): row for row in whole[whole["model"] == model].to_dict("records")}
        if not own:
            continue
        cells = [_figure(own.get(metric), metric) for metric in (*POINT_METRICS, *RANGE_METRICS)]
        rows.append([model, next(iter(own.values()))["rows"], *cells])
    return _table(["model", "ads", *TITLES.values()], rows)


def _figure(row: Mapping[Any, Any] | None, metric: str) -> str:
    if row is None or pd.isna(row["value"]):
        return "-"
    digits = 0 if metric == "mae" else 3
    return f"{row['value']:.{digits}f} ({row['low']:.{digits}f}..{row['high']:.{digits}f})"


def large_groups(evaluation: pd.DataFrame) -> pd.DataFrame:
    """Groups of at least GROUP_LEAST ads that our model was asked about, the least covered first.

    evaluation: table `model_evaluation`. Columns test, slice, rows, coverage_80 with its ends low and high, width_80.
    """
    own = evaluation[(evaluation["model"] == "ours") & (evaluation["slice"] != "all")]
    own = own[own["rows"] >= GROUP_LEAST]
    named = ["test", "slice", "rows"]
    covered = own[own["metric"] == "coverage_80"].rename(columns={"value": "coverage_80"})
    widths = own[own["metric"] == "width_80"].rename(columns={"value": "width_80"})
    found = covered[[*named, "coverage_80", "low", "high"]].merge(widths[[*named, "width_80"]], on=named)
    return found.sort_values(["coverage_80", "test", "slice"], kind="stable").reset_index(drop=True)


def _coverage(evaluation: pd.DataFrame) -> list[str]:
    large = large_groups(evaluation)
    if large.empty:
        return [f"No group of {GROUP_LEAST} ads."]
    said = f"{len(large)} groups of at least {GROUP_LEAST} ads, target {COVERAGE:.0%}; the lowest {WORST_SHOWN}:"
    rows = [
        [row["test"], row["slice"], row["rows"], f"{row['coverage_80']:.1%}", f"{row['width_80']:.1%}"]
        for row in large.head(WORST_SHOWN).to_dict("records")
    ]
    return [said, "", *_table(["test", "group", "ads", "coverage", "half-width"], rows)]


def _professions(evaluation: pd.DataFrame) -> list[str]:
    own = evaluation[(evaluation["model"] == "ours") & evaluation["slice"].str.startswith(PROFESSION)]
    if own.empty:
        return ["No profession has ads enough."]
    shown = ("r2_log", "log_mae", "median_ape", *RANGE_METRICS)
    wide = own.pivot_table(index=["test", "slice", "rows"], columns="metric", values="value").reset_index()
    wide = wide.sort_values(["test", "rows", "slice"], ascending=[True, False, True], kind="stable")
    rows = [
        [
            row["test"],
            row["slice"].removeprefix(PROFESSION),
            row["rows"],
            *(f"{row[one]:.3f}" if pd.notna(row.get(one)) else "-" for one in shown),
        ]
        for row in wide.to_dict("records")
    ]
    return _table(["test", "profession", "ads", *(TITLES[one] for one in shown)], rows)


def _ablations(ablations: pd.DataFrame) -> list[str]:
    rows = [
        [
            row["ablation"],
            f"{row['r2_log']:.3f} ({row['r2_log_low']:.3f}..{row['r2_log_high']:.3f})",
            f"{row['log_mae']:.4f}",
            f"{row['loss']:+.4f} ({row['loss_low']:+.4f}..{row['loss_high']:+.4f})",
        ]
        for row in ablations.to_dict("records")
    ]
    return _table(["without", "R2 of log pay", "log-MAE", "log-MAE lost"], rows)


def _table(header: Sequence[str], rows: Sequence[Sequence[object]]) -> list[str]:
    def line(cells: Sequence[object]) -> str:
        return "| " + " | ".join(str(cell).replace("|", "\\|") for cell in cells) + " |"

    return [line(header), "|" + "---|" * len(header), *map(line, rows)]
