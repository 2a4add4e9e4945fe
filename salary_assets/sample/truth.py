"""What is really behind the sample ads, and the best that anyone could do with them.

`truth.jsonl.gz` has a line per ad, `truth.json` the pay law; both are written beside the ads and never read by
the graph.
"""

from __future__ import annotations

import gzip
import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from salary_assets.sample.grammar import Grammar
from salary_assets.sample.law import Law, StatedPay
from salary_assets.sample.market import FIRST_DAY, LEAST_YEARS, Employer, Job

TRUTH_ROWS = "truth.jsonl.gz"
TRUTH_LAW = "truth.json"


@dataclass(frozen=True)
class Truth:
    """rows: a row per ad (columns of `truth_row`). law: the document `truth.json`."""

    rows: pd.DataFrame
    law: dict[str, Any]


def read_truth(folder: Path) -> Truth:
    """The truth that `write_sample` left in a folder. Raises FileNotFoundError where it never wrote one."""
    with gzip.open(folder / TRUTH_ROWS, "rt", encoding="utf-8") as file:
        rows = [json.loads(line) for line in file]
    return Truth(pd.DataFrame(rows), json.loads((folder / TRUTH_LAW).read_text("utf-8")))


def truth_row(
    job: Job, source: str, native_id: str, published_at: str, kind: str, repeat: str, years: tuple[int, ...], law: Law
) -> dict[str, Any]:
    """One ad: what it is, what it shows, what it pays.

    kind: vacancy or resume. repeat: original, repeat, updated, cross_post. years: least experience in years
    that markup or text of the ad names (either may be read); empty where the ad is silent.
    `log_pay` is the log of net RUB/month in the middle of the fork; `log_pay_mean` is the law's part of it.
    """
    stated = job.stated
    return {
        "id": f"{source}/{native_id}",
        "source": source,
        "published_at": published_at,
        "kind": kind,
        "is_it": job.is_it,
        "position": job.position,
        "stated_role": job.role[1],
        "specialty": job.specialty.name if job.specialty else None,
        "grade": job.grade,
        "grades_shown": list(job.grades_shown),
        "grade_is_the_title": bool(job.profession and job.profession.grade_in_title),
        "experience": job.experience,
        "experience_years": sorted(set(years)),
        "city": job.place.city,
        "region": job.place.region,
        "country": job.place.country,
        "formats": [job.format],
        "employment": "internship" if job.grade == "intern" else "full",
        "employer": job.employer.id,
        "english": job.english,
        "month": (job.published.year - FIRST_DAY.year) * 12 + job.published.month - FIRST_DAY.month,
        "skills": [{"skill": use.skill.name, "spelling": use.alias, "required": use.required} for use in job.skills],
        "group": job.key,
        "repeat": repeat,
        "log_pay_mean": round(job.log_pay_mean, 4),
        "log_pay": round(job.log_pay, 4),
        "noise_sd": law.noise_sd if job.is_it else law.not_it_sd,
        "pay": _pay(stated) if kind == "vacancy" and stated is not None else None,
        "pay_where": job.stated_in if kind == "vacancy" else "nowhere",
    }


def other_row(source: str, native_id: str, published_at: str) -> dict[str, Any]:
    """A post that is neither vacancy nor resume."""
    return {
        "id": f"{source}/{native_id}",
        "source": source,
        "published_at": published_at,
        "kind": "other",
        "is_it": False,
        "group": f"{source}/{native_id}",
        "repeat": "original",
        "pay": None,
        "pay_where": "nowhere",
    }


def _pay(stated: StatedPay) -> dict[str, Any]:
    net = {key: None if value is None else round(value) for key, value in asdict(stated).items() if key[:4] == "net_"}
    return asdict(stated) | net


def law_document(
    grammar: Grammar, law: Law, employers: list[Employer], seed: int, scale: float, files: dict[str, Any]
) -> dict[str, Any]:
    """`truth.json`: every coefficient of the pay law, the files with their counts and broken records."""
    return {
        "seed": seed,
        "scale": scale,
        "files": files,
        "unit": "log of net RUB/month",
        "unknown_tax_means": "net",
        "rates": "roubles_per_unit are the sample's own, not official: pay in a currency is expected as unknown_rate",
        "law": asdict(law),
        "professions": {one.name: one.pay for one in grammar.professions},
        "specialties": {
            f"{one.name}: {kind.name}": kind.pay for one in grammar.professions for kind in one.specialties
        },
        "grades_of_professions": {one.name: one.grades for one in grammar.professions},
        "places": {place.city: place.pay for place in grammar.places},
        "skills": {skill.name: {"pay": skill.pay, "aliases": list(skill.aliases)} for skill in grammar.skills.values()},
        "employers": {one.id: {"name": one.name, "effect": round(one.effect, 4)} for one in employers},
    }


def comparable_pay(truth: Truth) -> pd.DataFrame:
    """One row per IT vacancy with both bounds stated in net or convertible RUB/month.

    Adds `employer_effect`, `log_stated` (log of the middle of the stated bounds, net RUB/month) and `log_shown`:
    the law's pay given only what the ad shows (a grade it hides is averaged over its chances).
    """
    rows = truth.rows[(truth.rows["kind"] == "vacancy") & (truth.rows["is_it"] == True)]  # noqa: E712
    rows = rows.sort_values("published_at", kind="stable").drop_duplicates("group")
    pay = pd.DataFrame([entry or {} for entry in rows["pay"]], index=rows.index).reindex(columns=["net_from", "net_to"])
    both = pay["net_from"].notna() & pay["net_to"].notna()
    rows, pay = rows[both].copy(), pay[both].astype(float)
    rows["log_stated"] = np.log((pay["net_from"] + pay["net_to"]) / 2)
    rows["employer_effect"] = rows["employer"].map({key: one["effect"] for key, one in truth.law["employers"].items()})
    rows["log_shown"] = rows["log_pay_mean"] + _hidden_grade(rows, truth.law)
    return rows


def best_possible(truth: Truth) -> dict[str, dict[str, float]]:
    """Error of someone who knows the pay law exactly and sees the ads: nobody can do better on this market.

    Returns metrics of log pay and of roubles under `known_employer` (its effect known: tests A and C in the limit)
    and `unseen_employer` (test B). Target: the middle of the stated bounds, net RUB/month.
    """
    rows = comparable_pay(truth)
    fork = truth.law["law"]["fork"]["mean"]
    middle_above_log_middle = float(np.log(np.cosh(fork / 2)))
    shown = rows["log_shown"].to_numpy() + middle_above_log_middle
    target = rows["log_stated"].to_numpy()
    return {
        "known_employer": _metrics(target, shown + rows["employer_effect"].to_numpy()),
        "unseen_employer": _metrics(target, shown),
    }


def _hidden_grade(rows: pd.DataFrame, law: dict[str, Any]) -> np.ndarray:
    """What to add to the law's pay of a row whose grade the ad hides: mean over grades minus the true grade's."""
    effects, bands = law["law"]["grade"], law["law"]["experience_by_grade"]
    expected = {}
    for position, weights in law["grades_of_professions"].items():
        total = sum(weights.values())
        for band in LEAST_YEARS:
            chances = {
                grade: weight / total * bands[grade].get(band, 0.0) / sum(bands[grade].values())
                for grade, weight in weights.items()
            }
            seen = sum(chances.values())
            if seen:
                expected[position, band] = sum(effects[grade] * chance for grade, chance in chances.items()) / seen
    hidden = rows["grades_shown"].str.len().eq(0).to_numpy()
    mean = np.array([expected[key] for key in zip(rows["position"], rows["experience"], strict=True)])
    return np.where(hidden, mean - rows["grade"].map(effects).to_numpy(), 0.0)


def _metrics(target: np.ndarray, predicted: np.ndarray) -> dict[str, float]:
    error = predicted - target
    relative = np.abs(np.exp(error) - 1)
    spread = float(np.sum((target - target.mean()) ** 2))
    return {
        "rows": len(target),
        "r2_log": round(1 - float(np.sum(error**2)) / spread, 4),
        "log_mae": round(float(np.abs(error).mean()), 4),
        "mape": round(float(relative.mean()), 4),
        "median_ape": round(float(np.median(relative)), 4),
        "within_20": round(float((relative <= 0.2).mean()), 4),
        "mae": round(float(np.abs(np.exp(predicted) - np.exp(target)).mean())),
        "width_80": round(float(np.exp(2 * 1.2816 * error.std())), 3),
    }
