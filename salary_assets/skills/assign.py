"""Gives every vacancy its canonical skills."""

from __future__ import annotations

import pandas as pd

from salary_assets.skills.mapper import UNKNOWN, SkillMapper
from salary_assets.skills.spellings import UNKNOWN_POSITION
from salary_assets.storage.schemas.skills import MappedSkills


def map_vacancies(vacancies: pd.DataFrame, mapper: SkillMapper) -> pd.DataFrame:
    """Vacancies (vacancy_id, position, skills) -> the table mapped_skills, a row for each skill a vacancy names.

    Spellings that stay unknown are not here: skill_aliases keeps them, and `coverage` counts them.
    """
    named = vacancies[["vacancy_id", "position", "skills"]].explode("skills").dropna(subset=["skills"])
    named = named.assign(
        spelling=named["skills"].astype("str").str.strip(), position=named["position"].fillna(UNKNOWN_POSITION)
    )
    pairs = named[["spelling", "position"]].drop_duplicates().sort_values(["spelling", "position"])
    mapped = mapper.map_pairs(pairs)
    mapped = mapped[mapped["canon_id"] != UNKNOWN]
    joined = named[["vacancy_id", "spelling", "position"]].merge(mapped, on=["spelling", "position"], how="inner")
    joined = joined.sort_values(
        ["vacancy_id", "canon_id", "confidence", "spelling"], ascending=[True, True, False, True], kind="stable"
    )
    unique = joined.drop_duplicates(["vacancy_id", "canon_id"])
    return MappedSkills.checked(unique[MappedSkills.column_names()])
