"""What is sent to the model: the instructions of a versioned file, and ads as JSON data.

The version of the prompt is the name of its file with a hash of everything that shapes an answer, so that an answer
is never taken for that to another question.
"""

from __future__ import annotations

import functools
import hashlib
import json
from dataclasses import dataclass
from importlib import resources

from salary_assets.labelling.ad import Ad
from salary_assets.labelling.experience import find_experience
from salary_assets.labelling.grades import grade_hits
from salary_assets.labelling.mentions import find_skills
from salary_assets.labelling.mistral_answer import Answer
from salary_assets.labelling.mistral_form import Form
from salary_assets.labelling.reading import read
from salary_assets.labelling.redaction import outgoing
from salary_assets.labelling.terms import find_employment, find_formats

_PROMPT, _REPAIR = "label-v1", "repair-v1"
LONGEST = 2_400
"""Characters of an ad's text that are sent. A longer one keeps its beginning and the lines that name something."""
_BEGINNING = 900
_TOKENS_PER_AD = 450
"""Room for an answer: about 300 tokens for an ad with forty skills, and then half as much again."""
_ADS_PER_CALL = 8
_CHARACTERS_PER_CALL = 12_000


@dataclass(frozen=True)
class Outgoing:
    """An ad as it is sent. `key` is a hash of the words sent: equal words are asked about once."""

    key: str
    title: str | None
    text: str

    @property
    def item(self) -> dict[str, str | None]:
        """The ad as data of a question."""
        return {"title": self.title, "text": self.text}


@functools.cache
def prompt_version() -> str:
    """`label-v1-` and a hash of the instructions and of the answer's schema."""
    shaped = json.dumps([_read(_PROMPT), _read(_REPAIR), Answer.model_json_schema(), LONGEST], sort_keys=True)
    return f"{_PROMPT}-{hashlib.sha256(shaped.encode()).hexdigest()[:8]}"


def outgoing_ad(ad: Ad) -> Outgoing:
    """The words of an ad without contacts, names and pay, cut to LONGEST characters."""
    title = outgoing(ad.title) if ad.title else None
    text = condensed(outgoing(ad.text))
    key = hashlib.sha256(json.dumps([title, text], ensure_ascii=False).encode()).hexdigest()
    return Outgoing(key, title, text)


@functools.cache
def label_form() -> Form:
    """What is asked about an ad."""
    return Form(
        version=prompt_version(),
        instructions=_read(_PROMPT),
        repair=_read(_REPAIR),
        answer=Answer,
        listed="labels",
        item="ad",
        tokens_each=_TOKENS_PER_AD,
        most=_ADS_PER_CALL,
        most_characters=_CHARACTERS_PER_CALL,
    )


def condensed(text: str) -> str:
    """At most LONGEST characters: the beginning, then lines that name a skill, grade, format or experience."""
    if len(text) <= LONGEST:
        return text
    head = text[:_BEGINNING]
    kept, room = [], LONGEST - _BEGINNING
    for line in text[_BEGINNING:].replace(". ", ".\n").split("\n"):
        if len(line) < room and _tells(line):
            kept.append(line)
            room -= len(line) + 1
    return "\n".join([head, *kept])


def _tells(line: str) -> bool:
    reading = read(line)
    return bool(
        find_skills(reading)
        or find_formats(reading)
        or find_employment(reading)
        or find_experience(reading)
        or grade_hits(reading.text, weak=False)
    )


@functools.cache
def _read(name: str) -> str:
    file = resources.files("salary_assets.labelling").joinpath(f"prompts/{name}.md")
    return file.read_text("utf-8").strip()
