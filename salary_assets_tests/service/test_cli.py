"""`salary-assets resume` says in words what the service answers."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from salary_assets.cli import main
from salary_assets_tests.service.test_app import RESUME, upload


@pytest.fixture
def home(models: Path, tmp_path: Path) -> Path:
    (tmp_path / "models").symlink_to(models)
    return tmp_path


def said(home: Path, text: str) -> str:
    file = home / "cv.txt"
    file.write_text(text, encoding="utf-8")
    result = CliRunner().invoke(main, ["resume", "--home", str(home), str(file)])
    assert result.exit_code == 0, result.output
    return " ".join(result.stdout.split())


def test_the_range_is_the_service_s_to_the_thousand(home: Path, address: str) -> None:
    pay = upload(address, RESUME.encode(), "cv.txt").json()["estimate"]["range"]
    low, middle, high = (f"{pay[name] / 1000:.0f} 000" for name in ("p10", "p50", "p90"))

    assert f"{low} – {high} RUB a month net, middle {middle}" in said(home, RESUME)


def test_what_was_not_understood_is_named(home: Path) -> None:
    assert "no ad is from there: Польша" in said(home, RESUME.replace("Москва", "Польша"))
