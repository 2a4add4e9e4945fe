"""A backfill that is killed in the middle, and the run after it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from dagster import DagsterRunStatus

from salary_assets.cli import launch
from salary_assets_tests.defs.markets import content, run_half_a_year, sample_home

pytestmark = pytest.mark.slow

TABLES = ("raw_ads", "postings", "labelled_postings", "label_audit", "quarantine")


def backfill(home: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-m", "salary_assets_tests.defs.markets", str(home)], env=os.environ)


@pytest.fixture
def whole(tmp_path):
    """Content of the tables after a backfill that nobody disturbed."""
    settings = sample_home(tmp_path / "whole", 0.1, tmp_path / "files")
    with launch.graph_of(settings) as (instance, definitions):
        assert run_half_a_year(launch.Graph(instance, definitions))
    return content(settings, *TABLES)


@pytest.mark.parametrize("table", ["raw_ads", "labelled_postings"])
def test_a_killed_backfill_is_healed_by_the_next_run(whole, tmp_path, table):
    settings = sample_home(tmp_path / "home", 0.1, tmp_path / "files")
    process = backfill(settings.home)
    deadline = time.monotonic() + 120
    while not content(settings, table) and process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.05)
    process.send_signal(signal.SIGKILL)
    assert process.wait() == -signal.SIGKILL, "it was over before it could be killed"
    killed = content(settings, *TABLES)
    assert killed != whole

    with launch.graph_of(settings) as (instance, definitions):
        orphans = instance.get_runs()
        assert [run.status for run in orphans] == [DagsterRunStatus.FAILURE]
        assert run_half_a_year(launch.Graph(instance, definitions))
    assert content(settings, *TABLES) == whole
