"""A training set made of the sample's truth, so that a bundle can be trained without labelling and mapping."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd

from salary_assets.resume.advice_model import write_advice_model
from salary_assets.resume.associations import skill_associations
from salary_assets.resume.market import Market
from salary_assets.salary.bundle import write_bundle
from salary_assets.salary.model import AD, PROFILE, fit
from salary_assets.salary.settings import Hyperparameters
from salary_assets.sample import read_truth, write_sample
from salary_assets.storage.schemas import SkillAliases, TrainingSet

EXPERIENCE = {
    "noExperience": (0.0, 1.0),
    "between1And3": (1.0, 3.0),
    "between3And6": (3.0, 6.0),
    "moreThan6": (6.0, None),
}


def true_rows(folder: Path, scale: float) -> tuple[pd.DataFrame, dict]:
    write_sample(folder, scale=scale)
    truth = read_truth(folder)
    rows = truth.rows[(truth.rows["kind"] == "vacancy") & (truth.rows["is_it"] == True)]  # noqa: E712
    return rows.drop_duplicates("group").reset_index(drop=True), truth.law


def training_set(rows: pd.DataFrame) -> pd.DataFrame:
    """The rows with pay in the contract of `training_set`; skills go by their names."""
    records = []
    ads = rows["employer"].value_counts()
    for row in rows.astype(object).where(rows.notna(), None).to_dict("records"):
        pay = row["pay"] or {}
        if pay.get("net_from") is None and pay.get("net_to") is None:
            continue
        least, most = EXPERIENCE[row["experience"]]
        published = pd.Timestamp(row["published_at"])
        published = published.tz_localize("UTC") if published.tzinfo is None else published.tz_convert("UTC")
        records.append(
            {
                "vacancy_id": row["id"],
                "group": row["group"],
                "employer_key": row["employer"],
                "employer_name": f"Работодатель {row['employer']}",
                "employer_ads": int(ads[row["employer"]]),
                "published_at": published.to_pydatetime(),
                "month": row["published_at"][:7],
                "source": row["source"],
                "title": " ".join([*row["grades_shown"], row["specialty"]]),
                "text": "",
                "position": row["position"],
                "job_cluster_id": row["specialty"],
                "grades": row["grades_shown"],
                "experience_min": least,
                "experience_max": most,
                "work_formats": row["formats"],
                "employment": row["employment"],
                "city": row["city"],
                "region": row["region"],
                "federal_district": None,
                "country": row["country"],
                "roles_raw": [],
                "specializations_raw": [],
                "schedule_raw": None,
                "experience_raw": row["experience"],
                "skills": sorted(use["skill"] for use in row["skills"]),
                "pay_lower": pay.get("net_from"),
                "pay_upper": pay.get("net_to"),
            }
        )
    return TrainingSet.checked(TrainingSet.frame(records))


def aliases(law: dict) -> pd.DataFrame:
    """Table `skill_aliases` with the spellings of the sample, each skill its own canonical id."""
    records = [
        {"spelling": spelling, "canon_id": name, "canon": name, "is_it": True, "confidence": 1.0, "method": "alias"}
        | {"vacancies": 1}
        for name, entry in law["skills"].items()
        for spelling in {name, *entry["aliases"]}
    ]
    frame = SkillAliases.frame(records)
    return SkillAliases.checked(frame.drop_duplicates(["spelling", "canon_id"]))


def write_models(folder: Path, models: Path, scale: float = 1.0, version: str = "test-1") -> None:
    """A small but real bundle and advice model in `models`, trained on the sample's truth, and pointed to."""
    rows, law = true_rows(folder, scale)
    training = training_set(rows)
    parameters = Hyperparameters(iterations=60, depth=4)
    ad, profile = (fit(training, parameters, variant) for variant in (AD, PROFILE))
    evaluation = pd.DataFrame(
        [
            {
                "test": "employer",
                "model": "ours_profile",
                "slice": "all",
                "metric": "coverage_80",
                "value": 0.81,
                "rows": 900,
            }
        ]
    )
    created = datetime(2026, 11, 1, tzinfo=UTC)
    write_bundle(models / version, version, created, ad, profile, training, aliases(law), evaluation, "# Test model\n")
    market = Market(
        market_of(rows), {name: name for name in law["skills"]}, skill_associations(market_of(rows), draws=30)
    )
    write_advice_model(models, market, created, {})
    point_to(models, version)


def point_to(models: Path, version: str) -> None:
    (models / "current.json").write_text(json.dumps({"bundle": version, "history": []}))


def market_of(rows: pd.DataFrame) -> pd.DataFrame:
    """The rows in the columns of `resume.market`."""
    pay = pd.DataFrame([entry or {} for entry in rows["pay"]])
    return pd.DataFrame(
        {
            "vacancy_id": rows["id"],
            "position": rows["position"],
            "title": rows["specialty"],
            "job_cluster_id": rows["position"] + ": " + rows["specialty"],
            "grades": rows["grades_shown"],
            "experience_min": [EXPERIENCE[band][0] for band in rows["experience"]],
            "city": rows["city"],
            "work_formats": rows["formats"],
            "month": rows["published_at"].str[:7],
            "employer_key": rows["employer"],
            "skills": [[use["skill"] for use in uses] for uses in rows["skills"]],
            "pay_lower": pay["net_from"].astype(float),
            "pay_upper": pay["net_to"].astype(float),
        }
    )
