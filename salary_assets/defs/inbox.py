"""The inbox: an export dropped into <home>/inbox/<registered source>/ is indexed, then its months are collected.

A sensor tick only lists and compares. Reading a file takes a run of its own; the months it holds are known when that
run is over, and the next tick requests them. Folder names become partition keys only when the registry knows them.
"""

import hashlib
import json
from pathlib import Path

import dagster as dg

from salary_assets import sources
from salary_assets.defs.jobs import collect_job
from salary_assets.defs.partitions import key_of, needs_reload
from salary_assets.defs.ranges import range_requests
from salary_assets.defs.resources import Home
from salary_assets.sources import archive
from salary_assets.storage import Part, Settings, clock, load_settings

MAX_FILES = 20
"""Files handed over per tick; the rest waits for the next one, so that a tick stays short."""


class HistoryFile(dg.Config):
    """source: slug of a registered feed, or `telegram`. path: the file to index."""

    source: str
    path: str


@dg.op(description="Index one history file: which months of which feeds it holds, what went to quarantine")
def index_file(context: dg.OpExecutionContext, config: HistoryFile, home: Home) -> None:
    for record in archive.add(home.settings, config.source, [Path(config.path)], clock.now()):
        context.log.info(f"{record.path}: {record.total} ads of {', '.join(record.feeds)}, {record.bad} quarantined")


@dg.job(description="Index a history file that was dropped into the inbox")
def index_history() -> None:
    index_file()


@dg.sensor(
    jobs=[index_history, collect_job],
    minimum_interval_seconds=60,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Files in <home>/inbox/<source>/ -> indexed, then their months collected",
)
def inbox_sensor(context: dg.SensorEvaluationContext) -> dg.SensorResult | dg.SkipReason:
    settings = load_settings()
    registry = sources.load_registry(settings)
    seen: dict[str, str] = json.loads(context.cursor or "{}")
    requests: list[dg.RunRequest] = []
    notes = []
    for folder in sorted(path for path in settings.inbox.glob("*") if path.is_dir()):
        if folder.name != archive.TELEGRAM and folder.name not in registry:
            notes.append(
                f"inbox/{folder.name}: no such feed; add it to {settings.registry_overlay}, like"
                f" `{folder.name}: {{title: ..., format: table, since: 2024-01}}` (docs/new-source.md)"
            )
            continue
        if told := needs_reload(folder.name) if folder.name != archive.TELEGRAM else "":
            notes.append(f"inbox/{folder.name}: {told}")
            continue
        for file in sorted(path for path in folder.rglob("*") if path.is_file() and not path.name.startswith(".")):
            stamp = _stamp(file)
            if seen.get(str(file)) != stamp and len(requests) < MAX_FILES:
                seen[str(file)] = stamp
                requests.append(_index_request(folder.name, file, stamp))
    requests += _collect_requests(settings, seen)
    for note in notes:
        context.log.warning(note)
    if not requests:
        return dg.SkipReason("; ".join(notes) or "nothing new in the inbox")
    return dg.SensorResult(run_requests=requests, cursor=json.dumps(seen, sort_keys=True))


def _index_request(source: str, file: Path, stamp: str) -> dg.RunRequest:
    config = {"ops": {"index_file": {"config": {"source": source, "path": str(file)}}}}
    name = hashlib.sha256(str(file).encode()).hexdigest()[:16]
    return dg.RunRequest(run_key=f"index:{name}:{stamp}", job_name=index_history.name, run_config=config)


def _collect_requests(settings: Settings, seen: dict[str, str]) -> list[dg.RunRequest]:
    """Months of inbox files that were indexed since the last tick."""
    requests = []
    for record in archive.indexed(settings):
        mark = f"indexed:{record.key}"
        if mark in seen or not Path(record.path).is_relative_to(settings.inbox):
            continue
        if any(needs_reload(slug) for slug in record.rows):
            continue
        seen[mark] = record.sha256
        for slug, months in record.rows.items():
            keys = [key_of(Part(month, slug)) for month in sorted(months)]
            requests += range_requests(keys, collect_job.name, f"{record.key}:{slug}")
    return requests


def _stamp(file: Path) -> str:
    status = file.stat()
    return f"{status.st_size}-{status.st_mtime_ns}"
