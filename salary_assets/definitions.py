"""The one Definitions object: what the graph consists of, as a table of contents."""

from __future__ import annotations

import dagster as dg

from salary_assets.defs import external, jobs, schedules, sensors
from salary_assets.defs.clusters import assets as clusters
from salary_assets.defs.collection import assets as collection
from salary_assets.defs.collection import checks as collection_checks
from salary_assets.defs.instance import require_dagster_home
from salary_assets.defs.labelling import assets as labelling
from salary_assets.defs.labelling import checks as labelling_checks
from salary_assets.defs.market import assets as market
from salary_assets.defs.market import checks as market_checks
from salary_assets.defs.resources import Home
from salary_assets.defs.resume import assets as resume
from salary_assets.defs.salary import assets as salary
from salary_assets.defs.salary import checks as salary_checks
from salary_assets.defs.serving import assets as serving
from salary_assets.defs.skills import assets as skills
from salary_assets.defs.skills import checks as skills_checks
from salary_assets.defs.tables import TableIOManager
from salary_assets.storage import Settings

GROUPS = [collection, labelling, market, skills, clusters, salary, serving, resume]
CHECKS = [collection_checks, labelling_checks, market_checks, skills_checks, salary_checks]


def build_definitions(settings: Settings | None = None) -> dg.Definitions:
    """The graph over one home; None means SALARY_ASSETS_HOME, else the project's data/, at run time."""
    home = Home(path=str(settings.home) if settings else "")
    return dg.Definitions(
        assets=[*external.external_assets, *dg.load_assets_from_modules(GROUPS)],
        asset_checks=dg.load_asset_checks_from_modules(CHECKS),
        jobs=jobs.all_jobs,
        schedules=schedules.all_schedules,
        sensors=sensors.all_sensors,
        resources={"home": home, "io_manager": TableIOManager(home=home)},
        # A step of its own process costs 1.3-4.3 s, an in-process one 0.1 s; parts are small.
        executor=dg.in_process_executor,
    )


require_dagster_home()
defs = build_definitions()
