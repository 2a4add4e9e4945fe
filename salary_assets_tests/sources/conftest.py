"""A home whose collectors ask emulators: quick, without pauses, with credentials that the emulators accept."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from salary_assets.storage import Settings, load_settings

pytest.register_assert_rewrite("salary_assets_tests.sources.contract")

QUICK = {
    "SALARY_ASSETS_REQUESTS_PER_SECOND": "0",
    "SALARY_ASSETS_RETRY_SECONDS": "0.01",
    "SALARY_ASSETS_TIMEOUT": "0.5",
    "SALARY_ASSETS_CONTACT": "data@salary.example",
}


@pytest.fixture
def asking(tmp_path: Path) -> Callable[..., Settings]:
    """Settings of an empty home with these environment variables, beside those that make tests quick."""

    def settings(**env: str) -> Settings:
        return load_settings(tmp_path / "home", env=QUICK | env)

    return settings
