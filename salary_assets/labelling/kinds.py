"""Vacancy, resume or something else (digest, event, advertising, talk): cues of a data file add up.

The beginning of a post says most, so that cues in its first lines weigh double.
"""

from __future__ import annotations

import functools
from collections import Counter
from typing import NamedTuple

from salary_assets.labelling.lexicon import Lexicon, phrases_of, read_table, wording
from salary_assets.labelling.reading import Reading

_HEAD = 160
_IN_PASSING = 5
"""Most that words of events and courses further down add: vacancies promise conferences and courses too."""
_DIGEST_LINKS = 4
_OFFER_FIELDS = ("title", "pay", "level", "experience", "format", "employment", "location", "skills")
_TOO_SHORT = 30
_HIRING = 8
_ENOUGH = 6


class _Cue(NamedTuple):
    kind: str
    weight: int
    phrase: str


def kind_of(reading: Reading, names_a_job: bool) -> str:
    """`vacancy`, `resume` or `other` for a post without a stated title; `names_a_job`: a job title was found in it."""
    text = reading.text
    if len(text.strip()) < _TOO_SHORT and not reading.pay.statements:
        return "other"
    scores = _scores(text)
    structure = _structure(reading, names_a_job)
    first_person = len(wording("kinds", "first_person").findall(text))
    scores["vacancy"] += structure + 2 * len(reading.of("company")[:1]) - (0 if names_a_job else 4)
    scores["resume"] += structure + min(first_person, 4) - (0 if names_a_job or reading.hashtags else 2)
    if wording("kinds", "hiring").search(text):
        scores["vacancy"] += _HIRING
    if _is_digest(reading):
        scores["other"] += 12
    best = max(("vacancy", "resume", "other"), key=lambda kind: scores[kind])
    return best if scores[best] >= _ENOUGH else "other"


def _structure(reading: Reading, names_a_job: bool) -> int:
    """How far a post is laid out like an offer of a job or of oneself: a job, pay, labelled lines."""
    lines = sum(bool(reading.of(name)) for name in _OFFER_FIELDS)
    return 4 * names_a_job + 2 * bool(reading.pay.statements) + min(lines, 4)


def _scores(text: str) -> Counter[str]:
    scores: Counter[str] = Counter()
    in_passing = 0
    seen: set[str] = set()
    for hit in _cues().find(text):
        cue = hit.meaning
        if cue.phrase in seen:
            continue
        seen.add(cue.phrase)
        if hit.start < _HEAD:
            scores[cue.kind] += 2 * cue.weight
        elif cue.kind == "other":
            in_passing += 1
        else:
            scores[cue.kind] += cue.weight
    scores["other"] += min(in_passing, _IN_PASSING)
    return scores


def _is_digest(reading: Reading) -> bool:
    """Several jobs with a link each, or a word for such a list."""
    if wording("kinds", "list_of_jobs").search(reading.text, 0, _HEAD):
        return True
    links = len(wording("kinds", "link").findall(reading.original))
    return links >= _DIGEST_LINKS and len(reading.of("title")) != 1 and "дайджест" in reading.text


@functools.cache
def _cues() -> Lexicon[_Cue]:
    return Lexicon(
        [
            (phrase, _Cue(row["kind"], int(row["weight"]), phrase))
            for row in read_table("kinds.csv")
            for phrase in phrases_of(row["aliases"])
        ]
    )
