"""labelled_postings: what each ad offers; label_audit: where its markup and its text disagree."""

import json

import dagster as dg

from salary_assets import labelling
from salary_assets.defs.automation import past_of_new_source
from salary_assets.defs.collection.assets import postings
from salary_assets.defs.partitions import IN_BATCHES, ads, by_source, key_of
from salary_assets.defs.resources import Home
from salary_assets.defs.tables import table_options
from salary_assets.storage import Part
from salary_assets.storage.schemas import LabelAudit, LabelledPostings, Postings


@dg.asset(
    **table_options(LabelledPostings, "labelling", code_version=labelling.RULES_VERSION, condition=past_of_new_source),
    deps=[postings, "mistral_api"],
    partitions_def=ads,
    backfill_policy=IN_BATCHES,
)
def labelled_postings(context: dg.AssetExecutionContext, home: Home) -> dg.MaterializeResult[None]:
    with labelling.labeller_from(home.settings) as labeller:
        for source, months in by_source(context.partition_keys).items():
            for month in months:
                part = Part(month, source)
                labels = labelling.label_postings(home.tables.read(Postings, part), labeller)
                manifest = home.tables.write(LabelledPostings, labels, part, labeller.version)
                metadata = {
                    "dagster/partition_row_count": manifest.rows,
                    "labeller": f"{labeller.name} {labeller.version}",
                    "vacancies": int((labels["kind"] == "vacancy").sum()),
                    "with_profession": int(labels["position"].notna().sum()),
                    "with_pay": int((labels["pay_from"].notna() | labels["pay_to"].notna()).sum()),
                }
                if account := labeller.account():
                    metadata["account"] = json.dumps(account, sort_keys=True)
                context.add_asset_metadata(metadata, partition_key=key_of(part))
                context.log.info(f"{part}: {metadata}")
    return dg.MaterializeResult()


@dg.asset(
    **table_options(LabelAudit, "labelling", code_version=labelling.RULES_VERSION, condition=past_of_new_source),
    deps=[postings, labelled_postings],
    partitions_def=ads,
    backfill_policy=IN_BATCHES,
)
def label_audit(context: dg.AssetExecutionContext, home: Home) -> dg.MaterializeResult[None]:
    for source, months in by_source(context.partition_keys).items():
        for month in months:
            part = Part(month, source)
            audited = labelling.audit(home.tables.read(Postings, part), home.tables.read(LabelledPostings, part))
            home.tables.write(LabelAudit, audited, part, labelling.RULES_VERSION)
            whole = audited[audited["position"] == "all"]
            rates = {f"disagree/{row['field']}": int(row["disagree"]) for row in whole.to_dict("records")}
            context.add_asset_metadata(
                {"dagster/partition_row_count": len(audited), **rates}, partition_key=key_of(part)
            )
    return dg.MaterializeResult()
