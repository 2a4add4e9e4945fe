"""exchange_rates, vacancies, market_report: repeats merged, pay made comparable, figures that people read."""

import json

import dagster as dg
import pandas as pd

from salary_assets import market, money, reports, sources
from salary_assets.defs.automation import MISSED_NIGHT, inputs_changed, new_ads_tonight
from salary_assets.defs.labelling.assets import labelled_postings
from salary_assets.defs.partitions import months
from salary_assets.defs.resources import Home
from salary_assets.defs.tables import pictures, preview, table_options
from salary_assets.storage import Part, clock, quarantine, write_bytes
from salary_assets.storage.schemas import ExchangeRates, LabelledPostings, MarketReport, Postings, Vacancies

RATES_SOURCE = "cbr"
"""Rates are no feed of the registry; their parts are filed under this name."""

STEP, ROWS = "step", "rows"


@dg.asset(
    **table_options(ExchangeRates, "market", money.RATES_VERSION, kinds=["xml"]),
    deps=["cbr_feed"],
    partitions_def=months,
    backfill_policy=dg.BackfillPolicy.single_run(),
)
def exchange_rates(context: dg.AssetExecutionContext, home: Home) -> dg.MaterializeResult[None]:
    wanted = [key[:7] for key in sorted(context.partition_keys)]
    for month, rates in money.rates_by_month(home.settings, wanted, clock.now()).items():
        home.tables.write(ExchangeRates, rates, Part(month, RATES_SOURCE), money.RATES_VERSION)
        origins = json.dumps(rates["origin"].value_counts().to_dict(), sort_keys=True)
        metadata = {"dagster/partition_row_count": len(rates), "origins": origins}
        context.add_asset_metadata(metadata, partition_key=f"{month}-01")
    return dg.MaterializeResult()


@dg.asset(
    **table_options(Vacancies, "market", market.VERSION, kinds=["pandas"], condition=new_ads_tonight),
    deps=[exchange_rates, labelled_postings, "postings"],
    freshness_policy=MISSED_NIGHT,
)
def vacancies(context: dg.AssetExecutionContext, home: Home) -> dg.MaterializeResult[pd.DataFrame]:
    tables = home.tables
    parts = market_parts(home)
    rates = tables.read(ExchangeRates, parts=tables.parts(ExchangeRates)).drop_duplicates(ExchangeRates.row_key())
    built = market.build_vacancies(
        tables.read(Postings, parts=parts), tables.read(LabelledPostings, parts=parts), rates
    )
    refused = built.quarantine
    for part in parts:
        rows = refused[(refused["month"] == part.month) & (refused["source"] == part.source)]
        quarantine.replace(tables, part, market.STAGE, rows, market.VERSION)
    for step, count in built.counts.items():
        context.log.info(f"{step}: {count}")
    return dg.MaterializeResult(
        value=built.vacancies,
        metadata={
            "counts": preview(pd.DataFrame(built.counts.items(), columns=[STEP, ROWS]), rows=len(built.counts)),
            "comparable_pay": int((built.vacancies["pay_status"] == "comparable").sum()),
            "preview": preview(built.vacancies, ["title", "position", "city", "pay_lower", "pay_upper"]),
        },
    )


@dg.asset(
    **table_options(MarketReport, "reports", reports.VERSION, kinds=["html", "matplotlib"], condition=inputs_changed)
)
def market_report(
    context: dg.AssetExecutionContext,
    home: Home,
    vacancies: pd.DataFrame,
    mapped_skills: pd.DataFrame,
    vacancy_clusters: pd.DataFrame,
    cluster_profiles: pd.DataFrame,
) -> dg.MaterializeResult[pd.DataFrame]:
    kinds = reports.Kinds(vacancy_clusters, cluster_profiles)
    figures = reports.market_figures(vacancies, _counts_of(context.instance), mapped_skills, kinds)
    page = home.settings.reports / "market.html"
    write_bytes(page, reports.render_market_report(figures).encode("utf-8"))
    return dg.MaterializeResult(
        value=figures,
        metadata={
            "report": dg.MetadataValue.path(str(page)),
            "overview": dg.MetadataValue.md(reports.overview_markdown(figures)),
            "plots": pictures(reports.overview_plots(figures)),
        },
    )


def _counts_of(instance: dg.DagsterInstance) -> dict[str, int]:
    """Rows before and after each step, as the last materialisation of `vacancies` recorded them."""
    event = instance.get_latest_materialization_event(dg.AssetKey("vacancies"))
    materialization = event.asset_materialization if event else None
    recorded = materialization.metadata.get("counts") if materialization else None
    records = recorded.records if isinstance(recorded, dg.TableMetadataValue) else []
    return {str(record.data[STEP]): int(str(record.data[ROWS])) for record in records}


def market_parts(home: Home) -> list[Part]:
    """Labelled parts that make the market: the sample feeds only while no real feed has a row."""
    tables = home.tables
    samples = {feed.slug for feed in sources.load_registry(home.settings) if feed.sample}
    filled = [part for part in tables.parts(LabelledPostings) if _rows(home, part)]
    real = [part for part in filled if part.source not in samples]
    return real or filled


def _rows(home: Home, part: Part) -> int:
    manifest = home.tables.manifest(LabelledPostings, part)
    return manifest.rows if manifest else 0
