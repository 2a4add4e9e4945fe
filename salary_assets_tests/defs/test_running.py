"""The real webserver, daemon and code server, started as `make ui` starts them and driven over GraphQL."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest

from salary_assets.definitions import build_definitions
from salary_assets.sources import archive
from salary_assets.storage import Part, Settings, TableStore, clock
from salary_assets.storage.schemas import LabelledPostings
from salary_assets_tests.conftest import PROJECT
from salary_assets_tests.defs.markets import sample_home
from salary_assets_tests.sources.making import hh_item, write_lines

pytestmark = pytest.mark.slow

ASSETS = "{ assetNodes { assetKey { path } groupName dependencyKeys { path } } }"
LAUNCH = """mutation ($params: ExecutionParams!) { launchRun(executionParams: $params) {
  __typename ... on LaunchRunSuccess { run { runId } } ... on PythonError { message } } }"""
STATUS = "query ($id: ID!) { runOrError(runId: $id) { ... on Run { status } } }"
DAEMONS = "{ instance { daemonHealth { allDaemonStatuses { daemonType required healthy } } } }"
RELOAD = 'mutation { reloadRepositoryLocation(repositoryLocationName: "salary_assets") { __typename } }'
LOCATION = {"repositoryLocationName": "salary_assets", "repositoryName": "__repository__"}
SWITCHES = """query ($of: RepositorySelector!) {
  schedulesOrError(repositorySelector: $of) { ... on Schedules { results { id name scheduleState { status } } } }
  sensorsOrError(repositorySelector: $of) { ... on Sensors { results { id name sensorState { status } } } } }"""
SWITCH_OFF = """mutation ($id: String!) { stopRunningSchedule(id: $id) {
  __typename ... on ScheduleStateResult { scheduleState { status } } } }"""
SWITCH_OFF_SENSOR = """mutation ($id: String!) { stopSensor(id: $id) {
  __typename ... on StopSensorMutationResult { instigationState { status } } } }"""
BY_THE_CLOCK = {"nightly_rates", "nightly_refresh", "nightly_market"}


@dataclass
class Running:
    """Webserver, daemon and code server of one home, in a process group of their own."""

    folder: Path
    settings: Settings
    store: TableStore
    port: int
    process: subprocess.Popen[bytes] | None = None
    shipped: dict[str, str] = field(default_factory=dict)
    """Schedules and sensors as they are when nobody has touched them."""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        # Paths of the project's dagster.yaml are relative to the folder that the processes start in.
        env = os.environ | {"DAGSTER_HOME": str(PROJECT), "SALARY_ASSETS_HOME": str(self.settings.home)}
        workspace = str(PROJECT / "workspace.yaml")
        command = [sys.executable, "-m", "dagster", "dev", "-w", workspace, "-h", "127.0.0.1", "-p", str(self.port)]
        log = self.folder / "dagster.log"
        with log.open("ab") as said:
            self.process = subprocess.Popen(
                command, cwd=self.folder, env=env, stdout=said, stderr=subprocess.STDOUT, start_new_session=True
            )
        _wait(lambda: _answers(self.url), 240, log)

    def stop(self, sign: int) -> None:
        assert self.process is not None
        os.killpg(self.process.pid, sign)
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)

    def switches(self) -> dict[str, tuple[str, str]]:
        """Schedules and sensors by name: id and status."""
        said = self.ask(SWITCHES, of=LOCATION)
        schedules = said["schedulesOrError"]["results"]
        states = {one["name"]: (one["id"], one["scheduleState"]["status"]) for one in schedules}
        sensors = said["sensorsOrError"]["results"]
        return states | {one["name"]: (one["id"], one["sensorState"]["status"]) for one in sensors}

    def hold_nights(self) -> None:
        """Switch off what goes by the clock: a night that falls into a test asks every site and takes both slots."""
        switches = self.switches()
        self.shipped = {name: status for name, (_, status) in switches.items()}
        for name in sorted(BY_THE_CLOCK):
            said = self.ask(SWITCH_OFF_SENSOR if name == "nightly_market" else SWITCH_OFF, id=switches[name][0])
            assert "STOPPED" in str(said), said

    def wait(self, ready: Any, seconds: float) -> Any:
        return _wait(ready, seconds, self.folder / "dagster.log")

    def ask(self, query: str, **variables: Any) -> dict[str, Any]:
        answer = httpx.post(f"{self.url}/graphql", json={"query": query, "variables": variables}, timeout=60)
        document = answer.raise_for_status().json()
        assert "errors" not in document, document["errors"]
        return document["data"]


@pytest.fixture(scope="module")
def running(tmp_path_factory) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("running")
    settings = sample_home(folder / "home", scale=0.05)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    made = Running(folder, settings, TableStore(settings.tables_url), port)
    try:
        made.start()
        made.hold_nights()
        yield made
    finally:
        made.stop(signal.SIGKILL)


def test_the_graph_is_served_with_its_dependencies(running):
    nodes = {node["assetKey"]["path"][-1]: node for node in running.ask(ASSETS)["assetNodes"]}
    graph = build_definitions().resolve_asset_graph()
    assert nodes.keys() == {key.path[-1] for key in graph.get_all_asset_keys()}
    parents = {key["path"][-1] for key in nodes["vacancies"]["dependencyKeys"]}
    assert parents == {"labelled_postings", "postings", "exchange_rates"}


def test_a_partition_that_is_launched_is_queued_by_the_daemon_and_made(running):
    source, month = "sample_board", "2026-10"
    tags = {
        "dagster/partition": f"{month}-01|{source}",
        "dagster/partition/source": source,
        "dagster/partition/month": f"{month}-01",
    }
    params = {
        "selector": {**LOCATION, "pipelineName": "collect"},
        "mode": "default",
        "executionMetadata": {"tags": [{"key": key, "value": value} for key, value in tags.items()]},
    }
    launched = running.ask(LAUNCH, params=params)["launchRun"]
    assert launched["__typename"] == "LaunchRunSuccess", launched
    run_id = launched["run"]["runId"]

    def ended() -> str | None:
        status = running.ask(STATUS, id=run_id)["runOrError"]["status"]
        return status if status in {"SUCCESS", "FAILURE", "CANCELED"} else None

    assert running.wait(ended, 240) == "SUCCESS"
    manifest = running.store.manifest(LabelledPostings, Part(month, source))
    assert manifest is not None and manifest.rows > 0


def test_a_feed_that_is_registered_gets_its_past_after_a_reload_without_being_asked(running):
    settings = running.settings
    entry = "  my_board: {title: My board, format: hh, since: 2026-09}"
    settings.registry_overlay.write_text(f"feeds:\n{entry}\n", encoding="utf-8")
    file = write_lines(settings.home / "mine.jsonl", hh_item(1, published_at="2026-09-10T00:00:00+0300"))
    archive.add(settings, "my_board", [file], clock.now())
    reloaded = running.ask(RELOAD)["reloadRepositoryLocation"]
    assert reloaded["__typename"] == "WorkspaceLocationEntry", reloaded
    manifest = running.wait(lambda: running.store.manifest(LabelledPostings, Part("2026-09", "my_board")), 270)
    assert manifest.rows == 1


def test_all_daemons_that_are_needed_are_healthy(running):
    def healthy() -> bool:
        statuses = running.ask(DAEMONS)["instance"]["daemonHealth"]["allDaemonStatuses"]
        needed = [status for status in statuses if status["required"]]
        assert {"SCHEDULER", "SENSOR", "QUEUED_RUN_COORDINATOR"} <= {status["daemonType"] for status in needed}
        return all(status["healthy"] for status in needed)

    assert running.wait(healthy, 120)


def test_the_lineage_is_drawn_in_the_browser_from_left_to_right(running, browser):
    page = browser.new_page(viewport={"width": 1800, "height": 1000})
    page.goto(f"{running.url}/asset-groups", wait_until="domcontentloaded")
    across = []
    for group in ("external", "collection", "labelling", "market", "skills", "clusters", "salary", "serving"):
        # The list on the left names each group first, the drawing after it.
        drawn = page.get_by_text(group, exact=True).locator("visible=true").nth(1)
        drawn.wait_for(timeout=90_000)
        across.append(drawn.bounding_box()["x"])
    page.close()
    assert across == sorted(across) and len(set(across)) == len(across)


def test_switches_stay_as_they_were_when_everything_is_killed_and_started_again(running):
    assert set(running.shipped.values()) == {"RUNNING"}
    running.stop(signal.SIGKILL)
    running.start()
    after = {name: status for name, (_, status) in running.switches().items()}
    assert after == dict.fromkeys(running.shipped, "RUNNING") | dict.fromkeys(BY_THE_CLOCK, "STOPPED")


def _answers(url: str) -> bool:
    try:
        return httpx.get(f"{url}/server_info", timeout=5).status_code == 200
    except httpx.HTTPError:
        return False


def _wait(ready: Any, seconds: float, log: Path | None = None) -> Any:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        found = ready()
        if found:
            return found
        time.sleep(0.5)
    raise AssertionError(f"not within {seconds} s" + (f":\n{log.read_text()[-3000:]}" if log else ""))
