"""Checks of the canon: right on judged spellings, nothing merged that must stay apart, most mentions covered."""

import dagster as dg
import pandas as pd

from salary_assets import skills
from salary_assets.defs.resources import Home
from salary_assets.defs.results import figures_result
from salary_assets.defs.skills.assets import mapper_of

ALIASES = dg.AssetKey("skill_aliases")
CANON = {"skill_canon": dg.AssetIn("skill_canon")}


@dg.asset_check(
    asset=ALIASES, additional_ins=CANON, blocking=True, description="The canon on spellings that were judged by reading"
)
def canon_right_on_gold(home: Home, skill_canon: pd.DataFrame, skill_aliases: pd.DataFrame) -> dg.AssetCheckResult:
    mapper = mapper_of(home, skill_canon, skill_aliases)
    return figures_result(skills.gold_figures(mapper, skills.packaged_gold()))


@dg.asset_check(
    asset=ALIASES,
    additional_ins=CANON,
    blocking=True,
    description="Pairs that must never become one skill: Java and JavaScript",
)
def nothing_merged_that_must_not(
    home: Home, skill_canon: pd.DataFrame, skill_aliases: pd.DataFrame
) -> dg.AssetCheckResult:
    figures, _ = skills.merge_figures(mapper_of(home, skill_canon, skill_aliases))
    return figures_result(figures)


@dg.asset_check(asset=ALIASES, description="Share of mentions that the canon covers, and that stay unknown")
def mentions_covered(skill_aliases: pd.DataFrame) -> dg.AssetCheckResult:
    return figures_result(skills.coverage_figures(skill_aliases), dg.AssetCheckSeverity.WARN)
