"""position -> skills: what each profession and grade demands; and back: which profession a set of skills points to."""

from __future__ import annotations

import numpy as np
import pandas as pd

from salary_assets.storage.schemas.clusters import PositionSkills
from salary_assets.storage.schemas.vocabulary import NOT_IT, OTHER_IT

ANY_GRADE = "any"
LEAST_VACANCIES = 3
SMOOTHING = 1.0
LEAST_SKILLS = 3
"""Fewer known skills than this point to no profession."""
SURE = 0.8


def skills_by_position(mapped: pd.DataFrame, vacancies: pd.DataFrame) -> pd.DataFrame:
    """Mapped skills and vacancies (vacancy_id, position, grades) -> the table position_skills.

    share: of the profession's vacancies with skills. lift: share over the share among all vacancies with skills.
    Grade `any` counts every vacancy once; vacancies without a profession are left out.
    """
    known = vacancies.loc[vacancies["position"].notna(), ["vacancy_id", "position", "grades"]]
    named = mapped[["vacancy_id", "canon_id", "canon"]].merge(known, on="vacancy_id")
    overall = named.groupby("canon_id")["vacancy_id"].nunique() / max(named["vacancy_id"].nunique(), 1)
    graded = named.explode("grades").dropna(subset=["grades"]).rename(columns={"grades": "grade"})
    rows = pd.concat([named.drop(columns="grades").assign(grade=ANY_GRADE), graded], ignore_index=True)
    keys = ["position", "grade"]
    size = rows.groupby(keys)["vacancy_id"].nunique().rename("of")
    table = rows.groupby([*keys, "canon_id", "canon"])["vacancy_id"].nunique().rename("vacancies").reset_index()
    table = table.merge(size.reset_index(), on=keys)
    table["share"] = table["vacancies"] / table["of"]
    table["lift"] = table["share"] / table["canon_id"].map(overall)
    kept = table[table["vacancies"] >= LEAST_VACANCIES].drop(columns="of")
    return PositionSkills.checked(kept.astype({"vacancies": "Int64"}))


def guess_positions(mapped: pd.DataFrame, demanded: pd.DataFrame) -> pd.DataFrame:
    """Mapped skills of vacancies without a profession -> vacancy_id, position, confidence (0 to 1).

    demanded: the table position_skills. Naive Bayes over the skills named; rows only where at least three skills
    are known and one profession is at least `SURE`, so absent rows mean "cannot tell".
    """
    usual = demanded[(demanded["grade"] == ANY_GRADE) & ~demanded["position"].isin([OTHER_IT, NOT_IT])]
    if usual.empty:
        return _guesses([], [], [])
    share = usual.pivot_table(index="position", columns="canon_id", values="share", fill_value=0.0)
    size = (usual["vacancies"].astype("float64") / usual["share"]).groupby(usual["position"]).max().reindex(share.index)
    smooth = (share.mul(size, axis=0) + SMOOTHING * share.mean()).div(size + SMOOTHING, axis=0).clip(1e-4, 1 - 1e-4)
    named = mapped[mapped["canon_id"].isin(share.columns)]
    ids, skills = sorted(named["vacancy_id"].unique()), list(share.columns)
    present = np.zeros((len(ids), len(skills)))
    present[
        pd.Categorical(named["vacancy_id"], categories=ids).codes, pd.Categorical(named["canon_id"], skills).codes
    ] = 1
    log_odds = np.log(smooth.to_numpy())
    scores = present @ (log_odds - log_odds.mean(axis=0)).T + 0.5 * np.log(size / size.sum()).to_numpy()
    chance = np.exp(scores - scores.max(axis=1, keepdims=True))
    chance /= chance.sum(axis=1, keepdims=True)
    best = chance.argmax(axis=1)
    sure = (present.sum(axis=1) >= LEAST_SKILLS) & (chance.max(axis=1) >= SURE)
    positions = share.index.to_numpy()[best]
    return _guesses(np.array(ids)[sure], positions[sure], chance.max(axis=1)[sure].round(4))


def _guesses(ids: object, positions: object, confidence: object) -> pd.DataFrame:
    frame = pd.DataFrame({"vacancy_id": ids, "position": positions, "confidence": confidence})
    return frame.astype({"vacancy_id": "str", "position": "str", "confidence": "float64"})
