"""Named selections of the graph that schedules, sensors and people run."""

from __future__ import annotations

from typing import Any

import dagster as dg

from salary_assets.defs.salary.promotion import promote, rollback

collect_job = dg.define_asset_job(
    "collect",
    selection=["raw_ads", "postings", "labelled_postings", "label_audit"],
    description="One source and month: fetch, parse, label, audit",
    tags={"layer": "collection"},
)
"""Raw payloads are written before anything parses them, so a failed parser costs no second download."""

MODEL_TAG = {"salary_assets/trains": "model"}
"""Two runs that make a model write one candidate: the second waits (`tag_concurrency_limits` in dagster.yaml)."""

reparse_job = dg.define_asset_job(
    "reparse",
    selection=["postings", "labelled_postings", "label_audit"],
    description="From kept payloads: parse, label and audit again",
)

rates_job = dg.define_asset_job("rates", selection=["exchange_rates"], description="Exchange rates of one month")

market_job = dg.define_asset_job(
    "market",
    selection=dg.AssetSelection.groups("market", "skills", "clusters", "reports", "salary", "serving", "resume")
    - dg.AssetSelection.assets("exchange_rates"),
    description="Everything made from all labelled postings: vacancies, skills, clusters, model, report",
    tags=MODEL_TAG,
)

train_job = dg.define_asset_job(
    "train",
    selection=dg.AssetSelection.groups("salary", "serving", "resume"),
    description="Training set, ladder, tuning, model, tests, bundle, advice; served if the gate lets it through",
    tags=MODEL_TAG,
)

all_jobs: list[Any] = [collect_job, reparse_job, rates_job, market_job, train_job, promote, rollback]
