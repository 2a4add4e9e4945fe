"""The one place that reads settings. Everything else is handed a `Settings`.

Every value has a working default, so the product runs with no configuration at all; README.md lists
the environment variables with what they switch on.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

PROJECT_ROOT = Path(__file__).resolve().parents[2]
"""The checkout: the folder that holds pyproject.toml, workspace.yaml and dagster.yaml."""


class BadSetting(ValueError):
    """A setting, or a file of settings, that cannot be used; the message names it and says what to write."""


@dataclass(frozen=True)
class Settings:
    """Where things are and which optional services exist.

    home: folder of everything that a run collects and makes (SALARY_ASSETS_HOME, default `data/`).
    tables_url: root of the tables, a path or an fsspec URL (SALARY_ASSETS_TABLES_URL, default `<home>/tables`).
    registry_file: replaces the packaged registry (SALARY_ASSETS_REGISTRY); None means packaged.
    contact: e-mail or page put into User-Agent headers (SALARY_ASSETS_CONTACT), so that a site can reach us.
    """

    home: Path
    tables_url: str
    registry_file: Path | None
    contact: str
    env: Mapping[str, str]

    @property
    def archive_index(self) -> Path:
        return self.home / "archives"

    @property
    def inbox(self) -> Path:
        return self.home / "inbox"

    @property
    def models(self) -> Path:
        return self.home / "models"

    @property
    def reports(self) -> Path:
        return self.home / "reports"

    @property
    def sample(self) -> Path:
        return self.home / "sample"

    @property
    def cache(self) -> Path:
        return self.home / "cache"

    @property
    def locks(self) -> Path:
        return self.home / "locks"

    @property
    def dagster_storage(self) -> Path:
        return self.home / "dagster"

    @property
    def registry_overlay(self) -> Path:
        """Feeds that an operator added to this home (`archive add --register`), beside the packaged ones."""
        return self.home / "registry.yaml"

    def number(self, name: str) -> float | None:
        """A number of the environment, 0 or more; None where it is not set. Raises BadSetting for anything else."""
        raw = self.env.get(name, "").strip()
        if not raw:
            return None
        try:
            value = float(raw)
        except ValueError as error:
            raise BadSetting(f"{name}={raw!r} is not a number") from error
        if not value >= 0:
            raise BadSetting(f"{name}={raw!r}: must not be negative")
        return value


def load_settings(home: Path | str | None = None, env: Mapping[str, str] | None = None) -> Settings:
    """Settings from the environment; `home` given by hand (`--home`) wins over SALARY_ASSETS_HOME."""
    values = os.environ if env is None else env
    chosen = Path(home or values.get("SALARY_ASSETS_HOME") or PROJECT_ROOT / "data").expanduser().resolve()
    registry = values.get("SALARY_ASSETS_REGISTRY")
    return Settings(
        home=chosen,
        tables_url=values.get("SALARY_ASSETS_TABLES_URL") or str(chosen / "tables"),
        registry_file=Path(registry).expanduser().resolve() if registry else None,
        contact=values.get("SALARY_ASSETS_CONTACT", ""),
        env=values,
    )
