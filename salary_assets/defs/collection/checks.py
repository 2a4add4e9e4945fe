"""Checks of collection: is every source well, and is any month still owed?"""

import dagster as dg

from salary_assets import sources
from salary_assets.defs.collection.assets import raw_ads
from salary_assets.defs.resources import Home
from salary_assets.defs.results import warning
from salary_assets.storage import clock

SHOWN = 20


@dg.asset_check(
    asset=raw_ads, description="Months that a history file or a site can give and that are not here, or not wholly"
)
def nothing_owed(home: Home) -> dg.AssetCheckResult:
    settings, store = home.settings, home.tables
    owed = [one for feed in sources.load_registry(settings) for one in sources.owed(settings, store, feed, clock.now())]
    said = "; ".join(f"{one.month}|{one.source} {one.why}: {one.reason}" for one in owed[:SHOWN])
    more = f"; and {len(owed) - SHOWN} more" if len(owed) > SHOWN else ""
    return warning(not owed, said + more or "every month that can be had is here", {"owed": len(owed)})


@dg.asset_check(asset=raw_ads, description="Sources that were blocked, missed a night, lost a field or refuse too much")
def sources_healthy(home: Home) -> dg.AssetCheckResult:
    store, now = home.tables, clock.now()
    states = [sources.health(store, feed, now) for feed in sources.load_registry(home.settings) if not feed.sample]
    ill = {state.source: " ".join(state.problems) for state in states if state.problems}
    said = "; ".join(f"{name}: {problems}" for name, problems in ill.items())
    return warning(not ill, said or "every source is well", {"ill": len(ill), "sources": len(states), **ill})
