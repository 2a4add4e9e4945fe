"""What happens when something changes: a parser, an export in the inbox, a failed run."""

import json
import os

import dagster as dg

from salary_assets import sources
from salary_assets.defs.automation import collection_sensor, market_sensor
from salary_assets.defs.inbox import inbox_sensor
from salary_assets.defs.jobs import market_job, reparse_job, train_job
from salary_assets.defs.partitions import key_of, needs_reload
from salary_assets.defs.ranges import RANGE_END, RANGE_START, range_requests
from salary_assets.salary import lifecycle
from salary_assets.salary.model import MODEL_VERSION
from salary_assets.storage import TableStore, load_settings
from salary_assets.storage.schemas import Postings, TrainingSet

WEBHOOK = "SALARY_ASSETS_ALERT_WEBHOOK"
PARSER_TAG = "salary_assets/parser"
UNFINISHED = [
    dg.DagsterRunStatus.QUEUED,
    dg.DagsterRunStatus.NOT_STARTED,
    dg.DagsterRunStatus.STARTING,
    dg.DagsterRunStatus.STARTED,
    dg.DagsterRunStatus.CANCELING,
]
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
        if needs_reload(feed.slug):
            continue
        version = sources.parser_version(feed)
        stale = []
        for part in store.parts(Postings, feed.slug):
            manifest = store.manifest(Postings, part)
            if manifest is not None and manifest.code_version != version:
                stale.append(key_of(part))
        requests += range_requests(stale, reparse_job.name, tags={PARSER_TAG: version})
    if not requests:
        return dg.SkipReason("every part was made by the present parser of its source")
    fresh, waits = [], []
    for request in requests:
        if told := _why_not_again(context.instance, request):
            waits.append(told)
        else:
            fresh.append(request)
    if not fresh:
        return dg.SkipReason("; ".join(waits))
    for told in waits:
        context.log.warning(told)
    return dg.SensorResult(run_requests=fresh[:MAX_RUNS])


def _why_not_again(instance: dg.DagsterInstance, request: dg.RunRequest) -> str:
    """Why this range of another parser is not asked for now; "" when it is.

    Not by run key, which Dagster remembers for ever: a parser that is taken back and brought again makes the same parts
    again, and of parts that cannot be parsed each would hide what waits behind it.
    """
    range_tags = {name: request.tags[name] for name in (RANGE_START, RANGE_END)}
    last = next(iter(instance.get_runs(dg.RunsFilter(job_name=reparse_job.name, tags=range_tags), limit=1)), None)
    if last is None or last.tags.get(PARSER_TAG) != request.tags[PARSER_TAG]:
        return ""
    what = f"{request.tags[RANGE_START]} to {request.tags[RANGE_END]}"
    if not last.is_finished:
        return f"{what}: being parsed again"
    if last.is_success:
        return f"{what}: parsed again by run {last.run_id}, whose code is not the loaded one; reload the code location"
    return (
        f"{what}: parsing it again failed; see why in run {last.run_id}, then launch the job {reparse_job.name} for it"
    )


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
    if _is_being_trained(context.instance):
        return dg.SkipReason("a model is being trained: it is judged when that is over")
    reasons = lifecycle.why_retrain(settings.models, store.read(TrainingSet))
    context.update_cursor(judged)
    if not reasons:
        return dg.SkipReason("the served model still fits the market")
    tags = {"salary_assets/reason": "; ".join(reasons)[:250]}
    return dg.RunRequest(run_key=f"train:{judged}", tags=tags)


def _is_being_trained(instance: dg.DagsterInstance) -> bool:
    """Whether an unfinished run makes a model: two at once would write one candidate."""
    unfinished = instance.get_runs(dg.RunsFilter(statuses=UNFINISHED))
    return any(
        run.job_name in (train_job.name, market_job.name) or dg.AssetKey("salary_model") in (run.asset_selection or ())
        for run in unfinished
    )


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
