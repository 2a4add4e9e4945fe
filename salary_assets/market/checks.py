"""Whether a table of vacancies may flow on: ids, merging, pay and filled fields against what a sound market shows.

Limits are in data/expected.csv, with what they rest on. A check that needs many ads passes on few and says so.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from io import StringIO

import pandas as pd

MOST_PAY = 2_000_000.0
"""RUB/month: the limit of stated monthly pay in money/data/plausible_pay.csv; net pay cannot pass it."""

BLOCKING = frozenset({"vacancy_ids_unique", "each_ad_in_one_vacancy", "pay_in_order"})
"""Checks whose failure must stop what is made of the table: it would be wrong, not only odd."""

CHECK_NAMES = (
    "vacancy_ids_unique",
    "each_ad_in_one_vacancy",
    "pay_in_order",
    "pay_refused",
    "pay_without_rate",
    "ads_merged",
    "largest_vacancy",
    "fields_filled",
)


@dataclass(frozen=True)
class CheckResult:
    """One check of a table: whether it passed, a sentence that says what was found, and its figures by name."""

    name: str
    passed: bool
    description: str
    figures: dict[str, float]

    @property
    def blocking(self) -> bool:
        return self.name in BLOCKING


def check_vacancies(vacancies: pd.DataFrame) -> list[CheckResult]:
    """All checks of a frame of the Vacancies contract, in the order of CHECK_NAMES."""
    return [
        _ids(vacancies),
        _members(vacancies),
        _pay_in_order(vacancies),
        _share(vacancies, "pay_refused", _stated(vacancies), vacancies["pay_status"] == "implausible"),
        _share(vacancies, "pay_without_rate", _stated(vacancies), vacancies["pay_status"] == "unknown_rate"),
        _ads_merged(vacancies),
        _largest(vacancies),
        _filled(vacancies),
    ]


def refused_pay(vacancies: pd.DataFrame) -> pd.DataFrame:
    """Why stated pay is not comparable: status and reason of each such vacancy, on the index of `vacancies`.

    Days in reasons are left out, so that one cause reads the same in all ads.
    """
    refused = vacancies[_stated(vacancies) & (vacancies["pay_status"] != "comparable")]
    reasons = pd.Series(
        [json.loads(steps)[-1]["reason"] for steps in refused["pay_steps"]], index=refused.index, dtype="str"
    )
    named = reasons.str.replace(r"\d{4}-\d\d-\d\d", "the ad's day", regex=True)
    return pd.DataFrame({"status": refused["pay_status"], "reason": named})


def fill_rates(vacancies: pd.DataFrame) -> pd.DataFrame:
    """Share of vacancies with each field, by source: source, field, share, vacancies. Lists count when not empty."""
    filled = pd.DataFrame({name: _has(vacancies[name]) for name in FIELDS}, index=vacancies.index)
    filled["source"] = vacancies["source"]
    by_source = filled.groupby("source", sort=True)[list(FIELDS)].mean().reset_index()
    table = by_source.melt(id_vars="source", var_name="field", value_name="share")
    table = table.sort_values(["source", "field"], ignore_index=True)
    return table.assign(vacancies=table["source"].map(vacancies["source"].value_counts()))


FIELDS = (
    "title",
    "employer_key",
    "position",
    "grades",
    "experience_min",
    "work_formats",
    "region",
    "skills",
    "pay_raw",
)


@cache
def _expected() -> pd.DataFrame:
    text = (files("salary_assets.market") / "data" / "expected.csv").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines(keepends=True) if not line.startswith("#")]
    return pd.read_csv(StringIO("".join(lines))).set_index("figure")


def _stated(vacancies: pd.DataFrame) -> pd.Series[bool]:
    return vacancies["pay_status"] != "not_stated"


def _has(column: pd.Series[str]) -> pd.Series[bool]:
    lists = column.map(lambda one: isinstance(one, list)).astype(bool)
    return column.notna() & (~lists | column.map(bool).astype(bool))


def _ids(vacancies: pd.DataFrame) -> CheckResult:
    repeated = vacancies["vacancy_id"].duplicated()
    found = f"{len(vacancies)} vacancies, {repeated.sum()} with an id that another has"
    return CheckResult("vacancy_ids_unique", not repeated.any(), found, {"repeated_ids": float(repeated.sum())})


def _members(vacancies: pd.DataFrame) -> CheckResult:
    times = Counter(member["posting_id"] for members in vacancies["members"] for member in members)
    shared = [posting for posting, count in times.items() if count > 1]
    alone = vacancies["members"].map(len) != vacancies["n_postings"]
    examples = f", such as {min(shared)}" if shared else ""
    found = f"{len(shared)} of {len(times)} ads are in several vacancies{examples}; {alone.sum()} counts are wrong"
    figures = {"ads": float(len(times)), "ads_in_several": float(len(shared)), "wrong_counts": float(alone.sum())}
    return CheckResult("each_ad_in_one_vacancy", not shared and not alone.any(), found, figures)


def _pay_in_order(vacancies: pd.DataFrame) -> CheckResult:
    lower, upper = vacancies["pay_lower"], vacancies["pay_upper"]
    comparable = vacancies["pay_status"] == "comparable"
    wrong = {
        "crossed": lower > upper,
        "not_positive": (lower <= 0) | (upper <= 0),
        "beyond_limit": (lower > MOST_PAY) | (upper > MOST_PAY),
        "comparable_without_bound": comparable & lower.isna() & upper.isna(),
        "bound_without_comparable": ~comparable & (lower.notna() | upper.notna()),
    }
    figures = {name: float(rows.sum()) for name, rows in wrong.items()}
    found = ", ".join(f"{name.replace('_', ' ')}: {count:.0f}" for name, count in figures.items())
    return CheckResult("pay_in_order", not any(figures.values()), found, figures)


def _share(vacancies: pd.DataFrame, name: str, base: pd.Series[bool], rows: pd.Series[bool]) -> CheckResult:
    n = int(base.sum())
    share = float(rows[base].mean()) if n else 0.0
    passed, limits = _within(name, share, n)
    worst = vacancies.loc[base & rows, "source"].value_counts()
    where = f", most in {worst.index[0]} ({worst.iloc[0]})" if len(worst) else ""
    return CheckResult(name, passed, f"{share:.2%} of {n} that state pay{where}; {limits}", {"share": share, "of": n})


def _ads_merged(vacancies: pd.DataFrame) -> CheckResult:
    ads = int(vacancies["n_postings"].sum())
    share = 1 - len(vacancies) / ads if ads else 0.0
    passed, limits = _within("ads_merged", share, ads)
    found = f"{share:.1%} of {ads} ads repeat another; {limits}"
    return CheckResult("ads_merged", passed, found, {"share": share, "ads": float(ads)})


def _largest(vacancies: pd.DataFrame) -> CheckResult:
    ads, most = int(vacancies["n_postings"].sum()), int(vacancies["n_postings"].max()) if len(vacancies) else 0
    share = most / ads if ads else 0.0
    passed, limits = _within("largest_vacancy", share, ads)
    found = f"the largest vacancy holds {most} ads, {share:.2%} of all; {limits}"
    return CheckResult("largest_vacancy", passed, found, {"share": share, "ads": float(most)})


def _filled(vacancies: pd.DataFrame) -> CheckResult:
    figures, low = {}, []
    for name in FIELDS:
        share = float(_has(vacancies[name]).mean()) if len(vacancies) else 0.0
        figures[name] = share
        if not _within(f"filled.{name}", share, len(vacancies))[0]:
            least = _expected()["least"][f"filled.{name}"]
            low.append(f"{name} {share:.0%} (expected at least {least:.0%})")
    found = f"too seldom filled: {', '.join(low)}" if low else "fields are filled as expected"
    return CheckResult("fields_filled", not low, f"{len(vacancies)} vacancies, {found}", figures)


def _within(figure: str, value: float, n: int) -> tuple[bool, str]:
    """Whether a figure is inside its limits, and the limits in words; few rows tell nothing."""
    expected = _expected().loc[figure]
    if n < expected["rows"]:
        return True, f"not judged below {expected['rows']:.0f} rows"
    passed = bool(expected["least"] <= value <= expected["most"])
    return passed, f"expected {expected['least']:.0%} to {expected['most']:.0%}"
