from collections.abc import Iterator
from pathlib import Path

import pytest

from salary_assets.service.app import create_app
from salary_assets_tests.service.market import write_models
from salary_assets_tests.service.running import running


@pytest.fixture(scope="session")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of models with a small real bundle and an advice model."""
    folder = tmp_path_factory.mktemp("models")
    write_models(tmp_path_factory.mktemp("sample"), folder, scale=0.5)
    return folder


@pytest.fixture(scope="session")
def address(models: Path) -> Iterator[str]:
    """The service running over those models."""
    with running(create_app(models)) as where:
        yield where
