"""raw_skills -> skill_candidates -> skill_verdicts -> skill_canon -> mapped_skills: one canon for all professions."""

import json

import dagster as dg
import pandas as pd

from salary_assets import skills
from salary_assets.defs.automation import inputs_changed
from salary_assets.defs.resources import Home
from salary_assets.defs.tables import out_options, preview, table_options
from salary_assets.skills import company, overrides, review
from salary_assets.skills.mapper import RULES_VERSION
from salary_assets.storage.schemas import (
    CompanySkills,
    MappedSkills,
    RawSkills,
    SkillAliases,
    SkillCandidates,
    SkillCanon,
    SkillVerdicts,
)

GROUP = "skills"
VERSION = str(RULES_VERSION)
REVIEWED = 30
"""Rows of the tables that people look through in the UI; `salary-assets skills review` has all of them."""


@dg.asset(**table_options(RawSkills, GROUP, VERSION, condition=inputs_changed))
def raw_skills(vacancies: pd.DataFrame) -> dg.MaterializeResult[pd.DataFrame]:
    counted = skills.count_spellings(vacancies)
    frequent = counted.sort_values("vacancies", ascending=False, kind="stable")
    return dg.MaterializeResult(
        value=counted,
        metadata={"spellings": counted["spelling"].nunique(), "preview": preview(frequent, list(counted.columns))},
    )


@dg.asset(**table_options(SkillCandidates, GROUP, VERSION, kinds=["hdbscan"], condition=inputs_changed))
def skill_candidates(raw_skills: pd.DataFrame, vacancies: pd.DataFrame) -> dg.MaterializeResult[pd.DataFrame]:
    found = skills.find_candidates(raw_skills, vacancies=vacancies)
    return dg.MaterializeResult(value=found, metadata=_counts(found, "found_by"))


@dg.asset(**table_options(SkillVerdicts, GROUP, VERSION, condition=inputs_changed), deps=["mistral_api"])
def skill_verdicts(
    home: Home, skill_candidates: pd.DataFrame, raw_skills: pd.DataFrame
) -> dg.MaterializeResult[pd.DataFrame]:
    with skills.judge_from(home.settings) as judge:
        verdicts = skills.adjudicate(skill_candidates, raw_skills, judge=judge)
        account = {"account": json.dumps(judge.account(), sort_keys=True)} if judge else {}
    shown = preview(review.least_sure_verdicts(verdicts, raw_skills), rows=REVIEWED)
    return dg.MaterializeResult(
        value=verdicts, metadata={**_counts(verdicts, "verdict"), **account, "least_sure": shown}
    )


@dg.multi_asset(
    outs={
        "skill_canon": dg.AssetOut(**out_options(SkillCanon, GROUP, VERSION, condition=inputs_changed)),
        "skill_aliases": dg.AssetOut(**out_options(SkillAliases, GROUP, VERSION, condition=inputs_changed)),
    },
)
def skill_canon_and_aliases(
    home: Home, raw_skills: pd.DataFrame, skill_verdicts: pd.DataFrame
) -> tuple[dg.Output[pd.DataFrame], dg.Output[pd.DataFrame]]:
    # The last canon is read beside the lineage: ids stay where they were, whatever data comes.
    before = (home.tables.read(SkillCanon), home.tables.read(SkillAliases)) if _made_before(home) else None
    decided = overrides.load_overrides(home.settings.home / overrides.FILE_NAME)
    canon, aliases = skills.build_canon(raw_skills, skill_verdicts, before[0] if before else None, decided)
    changed = review.changes(before, (canon, aliases))
    unknown = aliases[aliases["canon_id"] == skills.UNKNOWN]
    known = canon.sort_values("vacancies", ascending=False, kind="stable")
    doubtful, by_people = review.least_sure(aliases), overrides.overrides_table(decided)
    return (
        dg.Output(
            canon,
            metadata={
                "canonical_skills": len(canon),
                "of_them_it": int(canon["is_it"].sum()),
                "changes": preview(changed, list(changed.columns), REVIEWED)
                if before
                else "the first canon of this home",
                "decided_by_people": preview(by_people, list(by_people.columns), REVIEWED),
                "preview": preview(known, ["canon", "kind", "is_it", "vacancies", "aliases"]),
            },
        ),
        dg.Output(
            aliases,
            metadata={
                "spellings": len(aliases),
                "unknown": len(unknown),
                "to_review": preview(doubtful, ["vacancies", "confidence", "method", "canon", "spelling"], REVIEWED),
                "unknown_to_review": preview(review.unmapped(aliases), ["vacancies", "is_it", "name"], REVIEWED),
                **_counts(aliases, "method"),
            },
        ),
    )


@dg.asset(**table_options(CompanySkills, GROUP, VERSION, condition=inputs_changed))
def company_skills(home: Home, raw_skills: pd.DataFrame) -> dg.MaterializeResult[pd.DataFrame]:
    file = home.settings.home / company.FILE_NAME
    entries = company.load_entries(file)
    if not entries:
        said = f"no list of your own: {file} does not exist"
        return dg.MaterializeResult(value=CompanySkills.no_rows(), metadata={"list": said})
    decided = overrides.load_overrides(home.settings.home / overrides.FILE_NAME)
    compared = skills.import_company_canon(entries, decided).table(raw_skills)
    ordered = compared.sort_values(["relation", "vacancies", "name"], ascending=[True, False, True], kind="stable")
    columns = ["name", "relation", "our_name", "of", "vacancies"]
    return dg.MaterializeResult(
        value=compared,
        metadata={
            "list": str(file),
            **_counts(compared, "relation"),
            "held_twice": preview(ordered[ordered["relation"] == "double"], columns, REVIEWED),
            "lacks": preview(ordered[ordered["relation"] == "lacks"], columns, REVIEWED),
        },
    )


@dg.asset(**table_options(MappedSkills, GROUP, VERSION, condition=inputs_changed))
def mapped_skills(
    home: Home, vacancies: pd.DataFrame, skill_canon: pd.DataFrame, skill_aliases: pd.DataFrame
) -> dg.MaterializeResult[pd.DataFrame]:
    mapper = mapper_of(home, skill_canon, skill_aliases)
    mapped = skills.map_vacancies(vacancies, mapper)
    mentions = int(vacancies["skills"].map(len).sum())
    return dg.MaterializeResult(
        value=mapped,
        metadata={
            "vacancies_with_skills": mapped["vacancy_id"].nunique(),
            "mentions": mentions,
            "mapped": len(mapped),
        },
    )


def mapper_of(home: Home, canon: pd.DataFrame, aliases: pd.DataFrame) -> skills.SkillMapper:
    """The mapper of this home: its canon, and what its people decided."""
    decided = overrides.load_overrides(home.settings.home / overrides.FILE_NAME)
    return skills.SkillMapper.from_frames(canon, aliases, decided)


def _made_before(home: Home) -> bool:
    return all(home.tables.manifest(contract) for contract in (SkillCanon, SkillAliases))


def _counts(frame: pd.DataFrame, column: str) -> dict[str, int]:
    return {f"{column}/{value}": int(count) for value, count in sorted(frame[column].value_counts().items())}
