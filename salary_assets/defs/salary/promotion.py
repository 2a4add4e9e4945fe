"""Which model is served, changed by hand: `promote` a bundle that is there, `rollback` to the one before."""

import dagster as dg

from salary_assets.defs.resources import Home
from salary_assets.salary import promotion
from salary_assets.storage import clock


class BundleVersion(dg.Config):
    """version: folder name of a bundle under <home>/models. reason: why, for the record."""

    version: str
    reason: str = "promoted by hand"


@dg.op(description="Serve this bundle from now on, whatever the gate said of it")
def serve_bundle(context: dg.OpExecutionContext, config: BundleVersion, home: Home) -> None:
    pointer = promotion.promote(home.settings.models, config.version, clock.now(), config.reason)
    context.log.info(f"serving {pointer['bundle']}")


@dg.op(description="Serve the newest earlier bundle that still loads")
def serve_previous(context: dg.OpExecutionContext, home: Home) -> None:
    pointer = promotion.rollback(home.settings.models, clock.now())
    context.log.info(f"serving {pointer['bundle']}: {pointer['reason']}")


@dg.job(description="Serve a bundle that is there, by version")
def promote() -> None:
    serve_bundle()


@dg.job(description="Go back to the model that was served before")
def rollback() -> None:
    serve_previous()
