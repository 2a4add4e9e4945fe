"""The sparse blocks: which words and codes of an ad the linear score reads, and which input each belongs to.

One table says it all, so that a block can be left out (no employer, no body: the resume's variant; ablations).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from salary_assets.salary.arrays import Sparse
from salary_assets.salary.inputs import EPOCH_YEAR, Inputs
from salary_assets.salary.terms import Terms, char_grams, fit_terms, words, words_and_beginnings, words_and_pairs

Documents = list[list[str]]


@dataclass(frozen=True)
class Block:
    """name: unique. group: input that its contribution is shown under. texts: TF-IDF of length 1, else codes.

    least, most: how rare a term may be (in ads) and how many are kept.
    """

    name: str
    group: str
    read: Callable[[Inputs], Sequence[Sequence[str]]]
    texts: bool
    least: int
    most: int


def bracket(years: float) -> str:
    """Years of experience as the steps that job sites ask by: 0, 1, 3, 6, or - where nothing is said."""
    if math.isnan(years):
        return "-"
    return "0" if years < 1 else "1" if years < 3 else "3" if years < 6 else "6"


def period(months: float) -> str:
    """Half-year of a publication."""
    return f"{EPOCH_YEAR + int(months // 12)}H{1 + int(months % 12 // 6)}"


def _each(read: Callable[[str], list[str]], texts: Sequence[str]) -> Documents:
    """Terms of each text; the same text is read once."""
    known = {text: read(text) for text in dict.fromkeys(texts)}
    return [known[text] for text in texts]


def _positions(inputs: Inputs) -> Documents:
    columns = zip(inputs.position, inputs.job_cluster_id, inputs.roles, inputs.specializations, strict=True)
    return [
        [f"position:{position}", f"cluster:{cluster}", *(f"role:{role}" for role in roles)]
        + [f"specialization:{one}" for one in specializations]
        for position, cluster, roles, specializations in columns
    ]


def _experience(inputs: Inputs) -> Documents:
    low, high = inputs.experience_min, inputs.experience_max
    return [[f"from:{bracket(low[row])}", f"to:{bracket(high[row])}"] for row in range(len(inputs))]


def _experience_by_title(inputs: Inputs) -> Documents:
    rows = zip(inputs.experience_min, inputs.title, inputs.position, inputs.city, strict=True)
    documents = []
    for years, title, position, city in rows:
        step = bracket(years)
        documents.append([f"{step}|{term}" for term in (*dict.fromkeys(words(title)), position, city)])
    return documents


def _employer_words(inputs: Inputs) -> Documents:
    rows = zip(inputs.employer_key, inputs.title, inputs.city, inputs.experience_min, strict=True)
    documents = []
    for employer, title, city, years in rows:
        own = (*dict.fromkeys(words(title)), f"city:{city}", f"from:{bracket(years)}") if employer else ()
        documents.append([f"{employer}|{term}" for term in own])
    return documents


def _places(inputs: Inputs) -> Documents:
    return [
        [f"city:{city}", f"region:{region}", f"country:{country}"]
        for city, region, country in zip(inputs.city, inputs.region, inputs.country, strict=True)
    ]


def _formats(inputs: Inputs) -> Documents:
    rows = zip(inputs.work_formats, inputs.schedule, inputs.employment, strict=True)
    return [
        [*(f"format:{one}" for one in formats), f"schedule:{schedule}", f"employment:{employment}"]
        for formats, schedule, employment in rows
    ]


def _times(inputs: Inputs) -> Documents:
    rows = zip(inputs.months, inputs.source, inputs.experience_min, strict=True)
    documents = []
    for months, source, years in rows:
        half = period(months)
        documents.append([half, f"source:{source}", f"{half}|{bracket(years)}", f"{half}|{source}"])
    return documents


BLOCKS: tuple[Block, ...] = (
    Block("title_words", "title", lambda inputs: _each(words_and_pairs, inputs.title), True, 2, 40_000),
    Block("title_chars", "title", lambda inputs: _each(char_grams, inputs.title), True, 3, 60_000),
    Block("text", "text", lambda inputs: _each(words_and_beginnings, inputs.text), True, 3, 120_000),
    Block("skills", "skills", lambda inputs: inputs.skills, True, 2, 10_000),
    Block("position", "position", _positions, False, 2, 5_000),
    Block("grades", "grade", lambda inputs: [grades or ["-"] for grades in inputs.grades], False, 2, 50),
    Block("experience", "experience", _experience, False, 2, 50),
    Block("experience_by_title", "experience", _experience_by_title, False, 3, 20_000),
    Block("place", "region", _places, False, 2, 5_000),
    Block("formats", "work_format", _formats, False, 2, 200),
    Block("time", "time", _times, False, 2, 500),
)
EMPLOYER_BLOCKS: tuple[Block, ...] = (
    Block(
        "employer", "employer", lambda inputs: [[key] if key else [] for key in inputs.employer_key], False, 2, 20_000
    ),
    Block("employer_words", "employer", _employer_words, False, 2, 60_000),
)
"""What only the score that may know the employer reads: the employer, and its own words and cities."""

EMPLOYER_FREE = tuple(block.name for block in BLOCKS if block.name != "text")
"""Blocks that a resume can fill: it has no employer and no ad's body."""


def fit_blocks(inputs: Inputs, blocks: Sequence[Block]) -> dict[str, Terms]:
    """Vocabularies of the blocks, in their order."""
    return {block.name: fit_terms(block.read(inputs), block.texts, block.least, block.most) for block in blocks}


def sparse_blocks(inputs: Inputs, blocks: Sequence[Block], terms: Mapping[str, Terms]) -> dict[str, Sparse]:
    """The matrices of those blocks that `terms` knows, in the order of `blocks`."""
    return {block.name: terms[block.name].transform(block.read(inputs)) for block in blocks if block.name in terms}
