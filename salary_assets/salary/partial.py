"""Ads as a person would ask about them: with parts left out.

An ad says nearly everything that the model reads. A person gives a title, perhaps a place, and little else, and to a
model that learned from ads alone an ad without experience is a post of another source and one without skills an odd
one.
"""

from __future__ import annotations

from collections.abc import Collection

import pandas as pd

from salary_assets.salary.requests import Named, named_in
from salary_assets.salary.splits import hash_fold

PARTS = {
    "title": ("title",),
    "position": ("position",),
    "grade": ("grades",),
    "experience": ("experience_min", "experience_max"),
    "place": ("city", "region", "federal_district"),
    "skills": ("skills",),
    "work_format": ("work_formats",),
}
"""What a request may leave out, and the columns of the training set that say it."""

LEFT_OUT = {
    "title": 1,
    "position": 5,
    "grade": 5,
    "experience": 5,
    "place": 2,
    "skills": 5,
    "work_format": 5,
}
"""Of ten ads, how many leave the part out when they are shown in part (docs/decisions/085-asked-in-part.md)."""

WORDS = ("title", "text")
LISTS = ("skills", "roles_raw", "specializations_raw", "grades", "work_formats")


def in_part(frame: pd.DataFrame) -> pd.DataFrame:
    """Rows of table `training_set` with parts left out, each ad its own, always the same.

    A profession stays where the title goes: a request has one or the other.
    """
    gone = {name: hash_fold(frame["vacancy_id"], 10, f"partial/{name}") < tenths for name, tenths in LEFT_OUT.items()}
    gone["title"] &= frame["position"].notna().to_numpy()
    gone["position"] &= ~gone["title"]
    shown = frame.copy()
    for name, chosen in gone.items():
        hidden = left_out(shown, (name,))
        for column in PARTS[name]:
            shown[column] = shown[column].mask(pd.Series(chosen, index=frame.index), hidden[column])
    return shown


def left_out(frame: pd.DataFrame, parts: Collection[str]) -> pd.DataFrame:
    """The rows without these PARTS, as a request that leaves them out is read: what its title names is still known."""
    shown = without(frame, tuple(column for part in parts for column in PARTS[part]))
    if "grade" in parts:
        grades = [_named(title).grades for title in shown["title"]]
        shown["grades"] = pd.Series(grades, index=frame.index, dtype=object)
    if "position" in parts:
        positions = [_named(title).position or None for title in shown["title"]]
        shown["position"] = pd.Series(positions, index=frame.index).astype(frame["position"].dtype)
    return shown


def _named(title: object) -> Named:
    return named_in(title if isinstance(title, str) else "")


def without(frame: pd.DataFrame, columns: tuple[str, ...]) -> pd.DataFrame:
    """These columns made missing in every row."""
    hidden = frame.copy()
    for name in columns:
        if name in LISTS:
            hidden[name] = pd.Series([[] for _ in range(len(frame))], index=frame.index)
        elif name in WORDS:
            hidden[name] = ""
        else:
            hidden[name] = frame[name].mask(pd.Series(True, index=frame.index))
    return hidden
