"""raw_ads -> postings: what was received, and what it says. One source and month at a time, in batches."""

import dagster as dg

from salary_assets import sources
from salary_assets.defs.automation import MISSED_NIGHT, past_of_new_source
from salary_assets.defs.partitions import IN_BATCHES, ads, by_source, key_of
from salary_assets.defs.resources import Home
from salary_assets.defs.tables import table_options
from salary_assets.storage import Part, clock, quarantine
from salary_assets.storage.schemas import Postings, RawAds


@dg.asset(
    **table_options(RawAds, "collection", code_version="1", kinds=["api"], condition=past_of_new_source),
    deps=["hh_ru", "telegram", "trudvsem", "habr_career", "getmatch", "archives"],
    partitions_def=ads,
    backfill_policy=IN_BATCHES,
    pool="collection",
    freshness_policy=MISSED_NIGHT,
)
def raw_ads(context: dg.AssetExecutionContext, home: Home) -> dg.MaterializeResult[None]:
    registry = sources.load_registry(home.settings)
    blocked: dict[str, str] = {}
    for source, months in by_source(context.partition_keys).items():
        outcomes = sources.collect(home.settings, home.tables, registry[source], months, clock.now())
        run = sources.last_run(home.tables, source)
        for month, outcome in sorted(outcomes.items()):
            key = key_of(Part(month, source))
            if outcome.failed:
                blocked[key] = outcome.message
                continue
            metadata = {"dagster/partition_row_count": outcome.total, "new": outcome.new, "outcome": outcome.message}
            context.add_asset_metadata(
                metadata | {f"run/{name}": value for name, value in run.items()}, partition_key=key
            )
    if blocked:
        # Payloads of the other partitions are on disk: running those again costs nothing.
        told = "\n".join(f"{key}: {message}" for key, message in blocked.items())
        raise dg.Failure(told, metadata=blocked, allow_retries=False)
    return dg.MaterializeResult()


@dg.asset(
    **table_options(Postings, "collection", code_version=sources.PARSERS_VERSION, condition=past_of_new_source),
    deps=[raw_ads],
    partitions_def=ads,
    backfill_policy=IN_BATCHES,
)
def postings(context: dg.AssetExecutionContext, home: Home) -> dg.MaterializeResult[None]:
    registry = sources.load_registry(home.settings)
    for source, months in by_source(context.partition_keys).items():
        feed = registry[source]
        version = sources.parser_version(feed)
        for month in months:
            part = Part(month, source)
            parsed, refused = sources.parse_raw(feed, home.tables.read(RawAds, part))
            manifest = home.tables.write(Postings, parsed, part, version)
            quarantine.replace(home.tables, part, "postings", refused, version)
            metadata = {
                "dagster/partition_row_count": manifest.rows,
                "quarantined": len(refused),
                "bytes": manifest.bytes,
                "parser_version": version,
                "fill": sources.fill_shares(parsed),
            }
            context.add_asset_metadata(metadata, partition_key=key_of(part))
            context.log.info(f"{part}: {manifest.rows} postings, {len(refused)} quarantined")
    return dg.MaterializeResult()
