"""What happens when something changes: a parser, an export in the inbox, a failed run."""

import json
import os

import dagster as dg

from salary_assets import sources
from salary_assets.defs.automation import collection_sensor, market_sensor
from salary_assets.defs.inbox import inbox_sensor
from salary_assets.defs.jobs import reparse_job, train_job
from salary_assets.defs.partitions import key_of
from salary_assets.defs.ranges import range_requests
from salary_assets.salary import lifecycle
from salary_assets.salary.model import MODEL_VERSION
from salary_assets.storage import TableStore, load_settings
from salary_assets.storage.schemas import Postings, TrainingSet

WEBHOOK = "SALARY_ASSETS_ALERT_WEBHOOK"
MAX_RUNS = 24
"""Runs requested per tick: a changed parser of a source with ten years of history is re-run over several ticks."""


@dg.sensor(
    job=reparse_job,
    minimum_interval_seconds=300,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="A parser changed: re-make exactly the postings that it made, from the payloads that were kept",
)
def parser_refresh_sensor(context: dg.SensorEvaluationContext) -> dg.SensorResult | dg.SkipReason:
    settings = load_settings()
    store = TableStore(settings.tables_url)
    requests: list[dg.RunRequest] = []
    for feed in sources.load_registry(settings):
        version = sources.parser_version(feed)
        stale = []
        for part in store.parts(Postings, feed.slug):
            manifest = store.manifest(Postings, part)
            if manifest is not None and manifest.code_version != version:
                stale.append(key_of(part))
        requests += range_requests(stale, f"parser:{version}")
    if not requests:
        return dg.SkipReason("every part was made by the present parser of its source")
    return dg.SensorResult(run_requests=requests[:MAX_RUNS])


@dg.sensor(
    job=train_job,
    minimum_interval_seconds=3600,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="The model grew stale: enough new ads with pay, shifted inputs, ranges that stopped holding, new code",
)
def retraining_sensor(context: dg.SensorEvaluationContext) -> dg.RunRequest | dg.SkipReason:
    settings = load_settings()
    store = TableStore(settings.tables_url)
    manifest = store.manifest(TrainingSet)
    if manifest is None:
        return dg.SkipReason("there is no training set yet")
    judged = f"{manifest.data_version[:16]}.{MODEL_VERSION}"
    if judged == context.cursor:
        return dg.SkipReason("the training set is the one that was judged before")
    reasons = lifecycle.why_retrain(settings.models, store.read(TrainingSet))
    context.update_cursor(judged)
    if not reasons:
        return dg.SkipReason("the served model still fits the market")
    tags = {"salary_assets/reason": "; ".join(reasons)[:250]}
    return dg.RunRequest(run_key=f"train:{judged}", tags=tags)


@dg.run_failure_sensor(
    default_status=dg.DefaultSensorStatus.RUNNING,
    description=f"Failed runs: to the log, and to {WEBHOOK} as JSON when it is set",
)
def failure_alert(context: dg.RunFailureSensorContext) -> None:
    import httpx

    steps = [event.step_key for event in context.get_step_failure_events() if event.step_key]
    message = {
        "run_id": context.dagster_run.run_id,
        "job": context.dagster_run.job_name,
        "failed_steps": steps,
        "message": context.failure_event.message,
        "partition": context.dagster_run.tags.get("dagster/partition"),
    }
    context.log.error(json.dumps(message, ensure_ascii=False))
    url = os.environ.get(WEBHOOK)
    if url:
        httpx.post(url, json=message, timeout=10).raise_for_status()


all_sensors = [inbox_sensor, parser_refresh_sensor, retraining_sensor, failure_alert, collection_sensor, market_sensor]
