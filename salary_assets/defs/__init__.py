"""The Dagster shell: assets, checks, partitions, resources, automation. Thin over the domain packages; nothing
outside imports it but `salary_assets.definitions`."""

import warnings

import dagster as dg

# Backfill policies and partitioned checks are beta by label; both are pinned in constraints.txt and tested here.
for noise in (dg.BetaWarning, dg.PreviewWarning):
    warnings.filterwarnings("ignore", category=noise)
