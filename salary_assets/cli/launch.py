"""Running the graph from the command line: the instance of a home, runs of ranges, what each step cost.

Runs go through Dagster exactly as from its UI (same instance, same assets, in-process steps), so whatever
the command line makes is there in the lineage afterwards.
"""

from __future__ import annotations

import os
import threading
import time
import uuid
from collections.abc import Callable, Container, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import dagster as dg
import psutil
from dagster import DagsterInstance, DagsterRunStatus, RunsFilter
from dagster._core.instance.ref import InstanceRef
from filelock import FileLock, Timeout
from sqlalchemy.exc import OperationalError

from salary_assets.cli.common import Failed
from salary_assets.storage import Settings
from salary_assets.storage.settings import PROJECT_ROOT

PID_TAG = "salary_assets/pid"
QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}
PER_AD = dg.MultiPartitionsDefinition
RANGE_START, RANGE_END = "dagster/asset_partition_range_start", "dagster/asset_partition_range_end"


@dataclass
class StepCost:
    """One asset's runs: seconds in all, and the largest resident memory of the process meanwhile, in bytes."""

    seconds: float = 0.0
    peak_bytes: int = 0


@dataclass
class Costs:
    steps: dict[str, StepCost] = field(default_factory=dict)
    failures: list[str] = field(default_factory=list)

    def add(self, step: str, seconds: float, peak_bytes: int) -> None:
        cost = self.steps.setdefault(step, StepCost())
        cost.seconds += seconds
        cost.peak_bytes = max(cost.peak_bytes, peak_bytes)


@contextmanager
def graph_of(settings: Settings) -> Iterator[tuple[DagsterInstance, dg.Definitions]]:
    """The Dagster instance and definitions of a home, held by one process at a time.

    Uses the project's dagster.yaml with its storage moved under `<home>/dagster`. Runs that a killed process
    left as started are marked failed first. Raises Failed when another process is running on this home, and when
    Dagster cannot write its records.
    """
    os.environ.setdefault("DAGSTER_HOME", str(PROJECT_ROOT))
    os.environ["SALARY_ASSETS_HOME"] = str(settings.home)
    os.environ["DAGSTER_DISABLE_TELEMETRY"] = "1"
    settings.locks.mkdir(parents=True, exist_ok=True)
    lock = FileLock(settings.locks / "refresh.lock")
    try:
        lock.acquire(timeout=0)
    except Timeout as error:
        raise Failed(f"another refresh is running on {settings.home}; wait for it, or give another --home") from error
    try:
        # Imported late: the partition grid reads the registry of SALARY_ASSETS_HOME when it is built.
        from salary_assets.definitions import build_definitions

        with open_instance(settings) as instance:
            fail_orphans(instance)
            yield instance, build_definitions(settings)
    except OperationalError as error:
        raise Failed(
            f"Dagster's records in {settings.dagster_storage} cannot be written ({error.orig}): free some space or"
            " make the folder writable, then run it again; what was finished is kept"
        ) from error
    finally:
        lock.release()


def open_instance(settings: Settings) -> DagsterInstance:
    """The instance described by the project's dagster.yaml, its files under `<home>/dagster`."""
    storage = settings.dagster_storage
    (storage / "logs").mkdir(parents=True, exist_ok=True)
    config_file = PROJECT_ROOT / "dagster.yaml"
    overrides: dict[str, Any] = {
        "storage": {"sqlite": {"base_dir": str(storage)}},
        "local_artifact_storage": _located("dagster.core.storage.root", "LocalArtifactStorage", storage),
        "compute_logs": _located(
            "dagster._core.storage.local_compute_log_manager", "LocalComputeLogManager", storage / "logs"
        ),
    }
    folder = config_file.parent if config_file.exists() else storage
    return DagsterInstance.from_ref(InstanceRef.from_dir(str(folder), overrides=overrides))


def _located(module: str, name: str, folder: Any) -> dict[str, Any]:
    return {"module": module, "class": name, "config": {"base_dir": str(folder)}}


def fail_orphans(instance: DagsterInstance) -> int:
    """Mark runs of dead processes as failed, so that they neither look alive nor hold a slot."""
    failed = 0
    for run in instance.get_runs(RunsFilter(statuses=[DagsterRunStatus.STARTED, DagsterRunStatus.STARTING])):
        pid = run.tags.get(PID_TAG)
        if pid is not None and not psutil.pid_exists(int(pid)):
            instance.report_run_failed(run, f"process {pid} was killed; run it again, finished parts are kept")
            # No daemon need be there to do it, and a slot that stays taken would let the next run wait for ever.
            instance.event_log_storage.free_concurrency_slots_for_run(run.run_id)
            failed += 1
    return failed


class Graph:
    """The graph of one home, ready to run; gathers what every step cost."""

    def __init__(self, instance: DagsterInstance, definitions: dg.Definitions) -> None:
        self._instance = instance
        self._definitions = definitions
        self._job = definitions.resolve_implicit_global_asset_job_def()
        self.costs = Costs()
        graph = definitions.resolve_asset_graph()
        made = [key for key in graph.toposorted_asset_keys if graph.get(key).is_executable]
        self.partitioned = [key.path[-1] for key in made if isinstance(graph.get(key).partitions_def, PER_AD)]
        self.whole = [key.path[-1] for key in made if graph.get(key).partitions_def is None]
        self._groups = {key.path[-1]: graph.get(key).group_name for key in made}

    def of_groups(self, groups: Container[str]) -> list[str]:
        """Assets of these groups, in the order in which they are made."""
        return [name for name, group in self._groups.items() if group in groups]

    def run_job(self, name: str, ops: dict[str, Any]) -> bool:
        """One in-process run of a job of ops. Returns whether it succeeded; a failure is added to `costs.failures`."""
        result = self._definitions.resolve_job_def(name).execute_in_process(
            instance=self._instance,
            run_config={"ops": ops, **QUIET},
            tags={PID_TAG: str(os.getpid())},
            raise_on_error=False,
        )
        self.costs.failures += [_reason(event) for event in result.all_events if event.is_step_failure]
        return bool(result.success)

    def run(
        self,
        assets: Sequence[str],
        on_step: Callable[[str, bool], None],
        keys: tuple[str, str] | None = None,
        trials: int | None = None,
    ) -> bool:
        """One in-process run of these assets, of a range of partitions (first and last key) when given.

        `on_step(asset, finished)` is called when a step starts and when it ends. Returns whether all succeeded;
        messages of failed steps are added to `costs.failures`.
        """
        run_id = str(uuid.uuid4())
        memory = _PeakMemory()
        started: dict[str, float] = {}

        def listen(entry: Any) -> None:
            event = entry.dagster_event
            if event is None or event.step_key is None:
                return
            if event.is_step_start:
                started[event.step_key] = time.perf_counter()
                memory.reset()
                on_step(event.step_key, False)
            elif event.is_step_success or event.is_step_failure:
                self.costs.add(event.step_key, time.perf_counter() - started[event.step_key], memory.peak)
                on_step(event.step_key, True)
                if event.is_step_failure:
                    self.costs.failures.append(f"{event.step_key}: {_reason(event)}")

        self._instance.add_event_listener(run_id, listen)
        tags = {PID_TAG: str(os.getpid())}
        if keys:
            tags |= {RANGE_START: keys[0], RANGE_END: keys[1]}
        config: dict[str, Any] = dict(QUIET)
        if trials is not None:
            config["ops"] = {"tuned_hyperparameters": {"config": {"trials": trials}}}
        with memory:
            result = self._job.execute_in_process(
                instance=self._instance,
                run_id=run_id,
                asset_selection=[dg.AssetKey(name) for name in assets],
                tags=tags,
                raise_on_error=False,
                run_config=config,
            )
        if not result.success and not self.costs.failures:
            self.costs.failures.append(f"run {run_id} failed: see `make ui`, Runs")
        return bool(result.success)


def _reason(event: Any) -> str:
    """What the step raised: below Dagster's wrapper, above whatever that was made from."""
    error = event.event_specific_data.error
    if error is None:
        return "failed, see the run's log in the UI"
    message = str((error.cause or error).message).strip()
    kind, _, said = message.partition(": ")
    # The names of our own errors say nothing that their messages do not.
    return said if kind.split(".")[0] in ("salary_assets", "dagster") and said else message


class _PeakMemory:
    """Largest resident memory of this process since the last `reset`, sampled 20 times a second."""

    def __init__(self) -> None:
        self._process = psutil.Process()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._sample, daemon=True)
        self.peak = 0

    def reset(self) -> None:
        self.peak = self._process.memory_info().rss

    def _sample(self) -> None:
        while not self._stop.wait(0.05):
            self.peak = max(self.peak, self._process.memory_info().rss)

    def __enter__(self) -> _PeakMemory:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()
