"""Refuses to serve the graph to Dagster processes that would forget every run."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import dagster as dg

from salary_assets.storage.settings import PROJECT_ROOT

PROGRAMS = {"dagster", "dagster-webserver", "dagster_webserver", "dagster-daemon", "dagster_daemon", "dg"}


def require_dagster_home() -> None:
    """Raise when a dagster program loads the graph without DAGSTER_HOME: its runs would go to a temporary folder.

    Tests, notebooks and scripts that import the definitions are none of its business.
    """
    program = Path(sys.argv[0])
    # `python -m dagster ...`, as code servers are started, is .../dagster/__main__.py.
    name = program.parent.name if program.name == "__main__.py" else program.name
    if name in PROGRAMS and not os.environ.get("DAGSTER_HOME"):
        raise dg.DagsterInvariantViolationError(
            "DAGSTER_HOME is not set, so this instance would keep its runs in a temporary folder and forget them.\n"
            f"Use `make ui`, or copy .env.example to .env, or: export DAGSTER_HOME={PROJECT_ROOT}"
        )
