"""What sensors do when something changes: an export in the inbox, a parser, the market under a model, a failed run."""

from __future__ import annotations

import json
import threading
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import dagster as dg
import pytest

from salary_assets.cli import launch
from salary_assets.defs import inbox, schedules, sensors
from salary_assets.sample import write_sample
from salary_assets.sample.write import HH_FILE
from salary_assets.sources import archive
from salary_assets.storage import Part, Settings, TableStore, clock, load_settings
from salary_assets.storage.schemas import Postings, TrainingSet
from salary_assets_tests.defs.markets import quiet, sample_home


@pytest.fixture
def settings(tmp_path, monkeypatch) -> Settings:
    monkeypatch.setenv("SALARY_ASSETS_HOME", str(tmp_path / "home"))
    return load_settings()


@pytest.fixture
def instance():
    with dg.DagsterInstance.ephemeral() as one:
        yield one


def evaluate(sensor, instance, cursor=None):
    with dg.build_sensor_context(instance, cursor=cursor) as context:
        return sensor(context)


def drop(settings: Settings, folder: str) -> None:
    write_sample(settings.home / "written", scale=0.02)
    target = settings.inbox / folder / HH_FILE
    target.parent.mkdir(parents=True)
    target.write_bytes((settings.home / "written" / HH_FILE).read_bytes())


def test_an_export_in_the_inbox_is_indexed_and_then_its_months_are_collected(settings, instance):
    drop(settings, "sample_hh")
    first = evaluate(inbox.inbox_sensor, instance)
    (request,) = first.run_requests
    assert request.job_name == "index_history"
    with launch.graph_of(settings) as (home_instance, definitions):
        job = definitions.get_repository_def().get_job("index_history")
        assert job.execute_in_process(instance=home_instance, run_config=request.run_config).success
    second = evaluate(inbox.inbox_sensor, instance, first.cursor)
    assert {one.job_name for one in second.run_requests} == {"collect"}
    assert all(one.tags["salary_assets/source"] == "sample_hh" for one in second.run_requests)
    assert isinstance(evaluate(inbox.inbox_sensor, instance, second.cursor), dg.SkipReason)


def test_a_folder_that_no_feed_is_named_after_is_reported_with_how_to_register_it(settings, instance):
    drop(settings, "../inbox/my_board")
    answer = evaluate(inbox.inbox_sensor, instance)
    assert isinstance(answer, dg.SkipReason)
    assert "my_board: no such feed; add it to" in answer.skip_message


def test_a_feed_registered_since_the_code_was_loaded_waits_for_a_reload_and_holds_nothing_else_up(settings, instance):
    entry = "  my_board: {title: My board, format: hh, since: 2024-01}"
    settings.home.mkdir()
    settings.registry_overlay.write_text(f"feeds:\n{entry}\n", encoding="utf-8")
    drop(settings, "my_board")
    answer = evaluate(inbox.inbox_sensor, instance)
    assert isinstance(answer, dg.SkipReason)
    assert "reload" in answer.skip_message and "my_board" in answer.skip_message
    night = datetime(2026, 11, 23, 3, 0, tzinfo=clock.MOSCOW)
    with dg.build_schedule_context(instance, scheduled_execution_time=night) as context:
        requests = schedules.nightly_refresh(context)
    asked = {request.tags["salary_assets/source"] for request in requests}
    assert "hh" in asked and "my_board" not in asked
    assert archive.indexed(settings) == []


def test_only_what_another_parser_made_is_made_again(tmp_path, settings, instance):
    sample_home(settings.home, scale=0.02)
    with launch.graph_of(settings) as (home_instance, definitions):
        graph = launch.Graph(home_instance, definitions)
        keys = ("2026-08-01|sample_board", "2026-10-01|sample_board")
        assert graph.run(["raw_ads", "postings"], quiet, keys)
    assert isinstance(evaluate(sensors.parser_refresh_sensor, instance), dg.SkipReason)

    store, part = TableStore(settings.tables_url), Part("2026-09", "sample_board")
    store.write(Postings, store.read(Postings, part), part, "a parser of old")
    (request,) = evaluate(sensors.parser_refresh_sensor, instance).run_requests
    assert request.tags["dagster/asset_partition_range_start"] == "2026-09-01|sample_board"
    assert request.tags["dagster/asset_partition_range_end"] == "2026-09-01|sample_board"


def of_another_parser(settings: Settings, *months: str) -> None:
    store = TableStore(settings.tables_url)
    for month in months:
        store.write(Postings, Postings.no_rows(), Part(month, "sample_board"), "a parser of old")


def ran(instance, request, status, **tags) -> None:
    """Puts down a run of a request, as the daemon would have launched it, that ended so."""
    run = dg.DagsterRun(job_name=request.job_name, tags={**request.tags, **tags}, status=status)
    instance.add_run(run)


def test_parsing_that_failed_is_told_and_not_asked_for_again_and_hides_nothing_behind_it(
    settings, instance, monkeypatch
):
    monkeypatch.setattr(sensors, "MAX_RUNS", 1)
    of_another_parser(settings, "2026-01", "2026-08")
    (first,) = evaluate(sensors.parser_refresh_sensor, instance).run_requests
    assert first.tags["dagster/asset_partition_range_start"] == "2026-01-01|sample_board"
    ran(instance, first, dg.DagsterRunStatus.FAILURE)
    (second,) = evaluate(sensors.parser_refresh_sensor, instance).run_requests
    assert second.tags["dagster/asset_partition_range_start"] == "2026-08-01|sample_board"
    ran(instance, second, dg.DagsterRunStatus.STARTING)
    answer = evaluate(sensors.parser_refresh_sensor, instance)
    assert isinstance(answer, dg.SkipReason)
    assert "2026-01-01|sample_board: parsing it again failed" in answer.skip_message
    assert "2026-08-01|sample_board: being parsed again" in answer.skip_message


def test_a_parser_that_is_taken_back_and_brought_again_makes_its_parts_each_time(settings, instance):
    of_another_parser(settings, "2026-01")
    (first,) = evaluate(sensors.parser_refresh_sensor, instance).run_requests
    ran(instance, first, dg.DagsterRunStatus.SUCCESS)
    taken_back = {sensors.PARSER_TAG: "a parser of old"}
    ran(instance, first, dg.DagsterRunStatus.SUCCESS, **taken_back)
    (again,) = evaluate(sensors.parser_refresh_sensor, instance).run_requests
    assert again.run_key is None and again.tags == first.tags


def test_runs_of_newer_code_than_is_loaded_are_not_started_for_ever(settings, instance):
    of_another_parser(settings, "2026-01")
    (first,) = evaluate(sensors.parser_refresh_sensor, instance).run_requests
    ran(instance, first, dg.DagsterRunStatus.SUCCESS)
    answer = evaluate(sensors.parser_refresh_sensor, instance)
    assert isinstance(answer, dg.SkipReason)
    assert "reload the code location" in answer.skip_message


@pytest.mark.parametrize(
    "run",
    [
        dg.DagsterRun(job_name="train", status=dg.DagsterRunStatus.STARTING),
        dg.DagsterRun(
            job_name="__ASSET_JOB",
            status=dg.DagsterRunStatus.STARTED,
            asset_selection=frozenset([dg.AssetKey("training_set"), dg.AssetKey("salary_model")]),
        ),
    ],
    ids=["asked for", "a refresh"],
)
def test_no_second_training_is_asked_for_while_a_model_is_being_trained(settings, instance, run):
    TableStore(settings.tables_url).write(TrainingSet, TrainingSet.no_rows())
    instance.add_run(run)
    answer = evaluate(sensors.retraining_sensor, instance)
    assert isinstance(answer, dg.SkipReason)
    assert "being trained" in answer.skip_message
    instance.report_run_canceled(instance.get_run_by_id(run.run_id))
    assert isinstance(evaluate(sensors.retraining_sensor, instance), dg.RunRequest)


def test_training_is_asked_for_once_of_one_training_set(settings, instance):
    TableStore(settings.tables_url).write(TrainingSet, TrainingSet.no_rows())
    with dg.build_sensor_context(instance) as context:
        request = sensors.retraining_sensor(context)
        judged = context.cursor
    assert "no model is served yet" in request.tags["salary_assets/reason"]
    assert isinstance(evaluate(sensors.retraining_sensor, instance, judged), dg.SkipReason)


def test_no_training_is_asked_for_before_there_is_anything_to_learn_from(settings, instance):
    answer = evaluate(sensors.retraining_sensor, instance)
    assert isinstance(answer, dg.SkipReason)
    assert answer.skip_message == "there is no training set yet"


def test_a_failed_run_is_told_to_the_webhook(monkeypatch, instance):
    told = []

    class Receiver(BaseHTTPRequestHandler):
        def do_POST(self):
            told.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_arguments):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setenv(sensors.WEBHOOK, f"http://127.0.0.1:{server.server_port}/")

    @dg.op
    def blocked() -> None:
        raise dg.Failure("the site asks for a captcha", allow_retries=False)

    @dg.job
    def night() -> None:
        blocked()

    result = night.execute_in_process(instance=instance, raise_on_error=False)
    event = result.get_run_failure_event()
    try:
        with dg.build_run_status_sensor_context(
            "failure_alert", dagster_event=event, dagster_instance=instance, dagster_run=result.dagster_run
        ) as context:
            sensors.failure_alert(context.for_run_failure())
    finally:
        server.shutdown()
    (message,) = told
    assert message["failed_steps"] == ["blocked"]
    assert message["job"] == "night"
