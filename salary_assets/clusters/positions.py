"""position -> skills: what each profession and grade demands; and back: which profession a set of skills points to."""

from __future__ import annotations

import numpy as np
import pandas as pd

from salary_assets.storage.schemas.clusters import PositionSkills
from salary_assets.storage.vocabulary import NOT_IT, OTHER_IT

ANY_GRADE = "any"
LEAST_VACANCIES = 3
SMOOTHING = 1.0
LEAST_SKILLS = 3
"""Fewer known skills than this point to no profession."""
SURE = 0.95
PRIOR = 0.5
"""Weight of how frequent a profession is: an ad whose profession nobody read is seldom one of the usual ones."""


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
    table["lift"] = table["share"] / table["canon_id"].map(overall).astype("float64")
    kept = table[table["vacancies"] >= LEAST_VACANCIES].drop(columns="of")
    return PositionSkills.checked(kept.astype({"vacancies": "Int64"}))


def guess_positions(mapped: pd.DataFrame, demanded: pd.DataFrame) -> pd.DataFrame:
    """Mapped skills of vacancies without a profession -> vacancy_id, position, confidence (0 to 1).

    demanded: the table position_skills. Naive Bayes over the skills named, with the evidence of n skills counted as
    sqrt(n), for skills come in stacks; rows only where at least three skills are known and one profession is at least
    `SURE` (docs/decisions/055-guessed-professions.md), so absent rows mean "cannot tell".
    """
    from scipy import sparse

    usual = demanded[(demanded["grade"] == ANY_GRADE) & ~demanded["position"].isin([OTHER_IT, NOT_IT])]
    named = mapped[mapped["canon_id"].isin(usual["canon_id"])].drop_duplicates(["vacancy_id", "canon_id"])
    if named.empty:
        return _guesses([], [], [])
    share = usual.pivot_table(index="position", columns="canon_id", values="share", fill_value=0.0)
    size = (usual["vacancies"].astype("float64") / usual["share"]).groupby(usual["position"]).max().reindex(share.index)
    smooth = (share.mul(size, axis=0) + SMOOTHING * share.mean()).div(size + SMOOTHING, axis=0).clip(1e-4, 1 - 1e-4)
    ids = pd.Categorical(named["vacancy_id"])
    cells = ids.codes, pd.Categorical(named["canon_id"], share.columns).codes
    present = sparse.csr_matrix((np.ones(len(named)), cells), shape=(len(ids.categories), len(share.columns)))
    log_share = np.log(smooth.to_numpy())
    known = np.asarray(present.sum(axis=1))
    scores = present @ (log_share - log_share.mean(axis=0)).T / np.sqrt(known)
    scores = scores + PRIOR * np.log(size / size.sum()).to_numpy()
    chance = np.exp(scores - scores.max(axis=1, keepdims=True))
    chance /= chance.sum(axis=1, keepdims=True)
    sure = (known.ravel() >= LEAST_SKILLS) & (chance.max(axis=1) >= SURE)
    positions = share.index.to_numpy()[chance.argmax(axis=1)]
    return _guesses(ids.categories.to_numpy()[sure], positions[sure], chance.max(axis=1)[sure].round(4))


def _guesses(ids: object, positions: object, confidence: object) -> pd.DataFrame:
    frame = pd.DataFrame({"vacancy_id": ids, "position": positions, "confidence": confidence})
    return frame.astype({"vacancy_id": "str", "position": "str", "confidence": "float64"})
