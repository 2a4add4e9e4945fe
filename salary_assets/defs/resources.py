"""What assets are handed: the home of this run, and through it the table store."""

from __future__ import annotations

import dagster as dg

from salary_assets.storage import Settings, TableStore, load_settings


class Home(dg.ConfigurableResource["Home"]):
    """Where this deployment keeps its files. An empty path means SALARY_ASSETS_HOME, else the project's data/."""

    path: str = ""

    @property
    def settings(self) -> Settings:
        return load_settings(self.path or None)

    @property
    def tables(self) -> TableStore:
        return TableStore(self.settings.tables_url)
