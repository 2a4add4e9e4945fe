"""Skill spellings as vacancies write them, counted; and which of them are asked for together."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from salary_assets.skills.index import phrase_key
from salary_assets.skills.text import script_of, tokenise
from salary_assets.skills.vocabulary import Vocabulary
from salary_assets.storage.schemas.skills import RawSkills

UNKNOWN_POSITION = "unknown"


def count_spellings(vacancies: pd.DataFrame) -> pd.DataFrame:
    """Vacancies (vacancy_id, position, skills) -> the table raw_skills: vacancies per spelling and profession."""
    named = vacancies[["vacancy_id", "position", "skills"]].explode("skills").dropna(subset=["skills"])
    named = named.assign(
        spelling=named["skills"].astype("str").str.strip(), position=named["position"].fillna(UNKNOWN_POSITION)
    )
    named = named[named["spelling"] != ""]
    return raw_skills(named.drop_duplicates(["vacancy_id", "spelling"]))


def raw_skills(mentions: pd.DataFrame) -> pd.DataFrame:
    """Mentions (spelling, position), a row for each vacancy that names it -> the table raw_skills."""
    counted = mentions.groupby(["spelling", "position"], sort=True).size().rename("vacancies").reset_index()
    scripts = {spelling: script_of(spelling) for spelling in counted["spelling"].unique()}
    frame = counted.assign(script=counted["spelling"].map(scripts)).astype({"vacancies": "Int64", "script": "str"})
    return RawSkills.checked(frame)


@dataclass(frozen=True)
class Tail:
    """What a vocabulary does not know, grouped by normalised key.

    weight: vacancies per key. names: the usual way to write each key. spellings: key of each unknown spelling that
    is one phrase.
    """

    weight: dict[str, int]
    names: dict[str, str]
    spellings: dict[str, str]


def unknown_tail(raw: pd.DataFrame, vocabulary: Vocabulary) -> Tail:
    """The parts of the counted spellings that name no skill of the vocabulary."""
    counts = raw.groupby("spelling", sort=True)["vacancies"].sum()
    written: dict[str, dict[str, int]] = {}
    whole: dict[str, str] = {}
    for spelling, vacancies in zip(counts.index.tolist(), counts.tolist(), strict=True):
        parts = vocabulary.read(spelling)
        for part in parts:
            if part.canon_id is None and part.key:
                forms = written.setdefault(part.key, {})
                text = " ".join(spelling.split()) if len(parts) == 1 else part.text
                forms[text] = forms.get(text, 0) + int(vacancies)
        if len(parts) == 1 and parts[0].canon_id is None:
            whole[spelling] = parts[0].key
    return Tail(
        weight={key: sum(forms.values()) for key, forms in written.items()},
        names={key: preferred_name(forms) for key, forms in written.items()},
        spellings=whole,
    )


def preferred_name(forms: dict[str, int]) -> str:
    """The most frequent way to write a skill; then the shortest, then the first in order."""
    return min(forms, key=lambda form: (-forms[form], len(form), form))


def key_of(spelling: str) -> str:
    """The normalised key that a spelling would be grouped by."""
    return phrase_key(tokenise(spelling))
