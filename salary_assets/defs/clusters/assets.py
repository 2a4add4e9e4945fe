"""vacancy_clusters: job titles as kinds of job, with a profile of each."""

import json

import dagster as dg
import pandas as pd

from salary_assets import clusters
from salary_assets.defs.automation import inputs_changed
from salary_assets.defs.resources import Home
from salary_assets.defs.tables import out_options, preview, table_options
from salary_assets.storage.schemas import ClusterProfiles, PositionSkills, VacancyClusters

GROUP = "clusters"
VERSION = "8"
"""Bump when the same vacancies and skills would give other clusters."""


@dg.multi_asset(
    outs={
        "vacancy_clusters": dg.AssetOut(
            **out_options(VacancyClusters, GROUP, VERSION, kinds=["hdbscan"], condition=inputs_changed)
        ),
        "cluster_profiles": dg.AssetOut(**out_options(ClusterProfiles, GROUP, VERSION, condition=inputs_changed)),
    },
    deps=["mistral_api"],
)
def clusters_and_profiles(
    home: Home, vacancies: pd.DataFrame, mapped_skills: pd.DataFrame, position_skills: pd.DataFrame
) -> tuple[dg.Output[pd.DataFrame], dg.Output[pd.DataFrame]]:
    # The last clusters are read beside the lineage, so that a group keeps its id.
    last = home.tables.read(VacancyClusters) if home.tables.manifest(VacancyClusters) else None
    with clusters.judge_from(home.settings) as judge:
        assigned, profiles = clusters.cluster_vacancies(vacancies, mapped_skills, last, position_skills, judge)
        account = {"account": json.dumps(judge.account(), sort_keys=True)} if judge else {}
    largest = profiles.sort_values("vacancies", ascending=False, kind="stable")
    return (
        dg.Output(
            assigned,
            metadata={
                "titles": vacancies["title"].nunique(),
                "clusters": assigned["job_cluster_id"].nunique(),
                "titles_that_name_no_job": int(assigned["job_cluster_id"].isna().sum()),
                "professions_guessed": int(assigned["position_guessed"].notna().sum()),
                **account,
            },
        ),
        dg.Output(
            profiles,
            metadata={"preview": preview(largest, ["name", "position", "vacancies", "pay_p50", "top_skills"])},
        ),
    )


@dg.asset(**table_options(PositionSkills, GROUP, VERSION, condition=inputs_changed))
def position_skills(vacancies: pd.DataFrame, mapped_skills: pd.DataFrame) -> dg.MaterializeResult[pd.DataFrame]:
    demanded = clusters.skills_by_position(mapped_skills, vacancies)
    telling = demanded.sort_values(["vacancies", "lift"], ascending=False, kind="stable")
    return dg.MaterializeResult(value=demanded, metadata={"preview": preview(telling, list(demanded.columns), rows=20)})
