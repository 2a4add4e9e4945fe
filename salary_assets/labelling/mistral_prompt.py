"""What is sent to the model: the instructions of a versioned file, and ads as JSON data.

The version of the prompt is the name of its file with a hash of everything that shapes an answer, so that an answer
is never taken for that to another question.
"""

from __future__ import annotations

import functools
import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib import resources
from typing import Any

from salary_assets.labelling.ad import Ad
from salary_assets.labelling.experience import find_experience
from salary_assets.labelling.grades import grade_hits
from salary_assets.labelling.mentions import find_skills
from salary_assets.labelling.mistral_answer import Answer
from salary_assets.labelling.reading import read
from salary_assets.labelling.redaction import outgoing
from salary_assets.labelling.terms import find_employment, find_formats

_PROMPT, _REPAIR = "label-v1", "repair-v1"
LONGEST = 2_400
"""Characters of an ad's text that are sent. A longer one keeps its beginning and the lines that name something."""
_BEGINNING = 900


@dataclass(frozen=True)
class Outgoing:
    """An ad as it is sent. `key` is a hash of the words sent: equal words are asked about once."""

    key: str
    title: str | None
    text: str

    @property
    def characters(self) -> int:
        return len(self.text) + len(self.title or "")


@functools.cache
def prompt_version() -> str:
    """`label-v1-` and a hash of the instructions and of the answer's schema."""
    shaped = json.dumps([_read(_PROMPT), _read(_REPAIR), answer_schema(), LONGEST], sort_keys=True)
    return f"{_PROMPT}-{hashlib.sha256(shaped.encode()).hexdigest()[:8]}"


def outgoing_ad(ad: Ad) -> Outgoing:
    """The words of an ad without contacts, names and pay, cut to LONGEST characters."""
    title = outgoing(ad.title) if ad.title else None
    text = condensed(outgoing(ad.text))
    key = hashlib.sha256(json.dumps([title, text], ensure_ascii=False).encode()).hexdigest()
    return Outgoing(key, title, text)


@dataclass(frozen=True)
class Group:
    """Ads asked about in one call: their keys, and the chat messages that ask, in the same order."""

    keys: tuple[str, ...]
    messages: tuple[dict[str, str], ...]

    @property
    def ids(self) -> list[str]:
        """The numbers that the ads have in the question: a1, a2, ..."""
        return [ad_id(place) for place in range(len(self.keys))]

    @property
    def characters(self) -> int:
        return sum(len(message["content"]) for message in self.messages)


def group_of(ads: list[Outgoing]) -> Group:
    """The question about these ads."""
    return _group([ad.key for ad in ads], [{"title": ad.title, "text": ad.text} for ad in ads])


def groups_of(ads: Iterable[Outgoing], most: int, most_characters: int) -> list[Group]:
    """Questions about all ads, at most so many ads and characters of text each, in order."""
    groups: list[list[Outgoing]] = []
    for ad in ads:
        last = groups[-1] if groups else None
        if last is None or len(last) >= most or sum(one.characters for one in last) + ad.characters > most_characters:
            groups.append([ad])
        else:
            last.append(ad)
    return [group_of(group) for group in groups]


def halves(group: Group) -> list[Group]:
    """The same ads in two questions; one ad stays one question."""
    if len(group.keys) < 2:
        return [group]
    asked, middle = json.loads(group.messages[1]["content"]), len(group.keys) // 2
    return [_group(group.keys[:middle], asked[:middle]), _group(group.keys[middle:], asked[middle:])]


def part(group: Group, keys: Iterable[str]) -> Group:
    """The question about some of a group's ads."""
    wanted = set(keys)
    asked = json.loads(group.messages[1]["content"])
    chosen = [(key, ad) for key, ad in zip(group.keys, asked, strict=True) if key in wanted]
    return _group([key for key, _ in chosen], [ad for _, ad in chosen])


def repair(group: Group, error: str) -> Group:
    """The same question with the reason why its answer was refused; the bad answer itself is not repeated."""
    again = {"role": "user", "content": _read(_REPAIR).format(error=error[:300])}
    return Group(group.keys, (*group.messages, again))


def _group(keys: Sequence[str], asked: list[dict[str, Any]]) -> Group:
    numbered = [{"ad": ad_id(place), "title": ad["title"], "text": ad["text"]} for place, ad in enumerate(asked)]
    system = {"role": "system", "content": _read(_PROMPT)}
    return Group(tuple(keys), (system, {"role": "user", "content": json.dumps(numbered, ensure_ascii=False)}))


def ad_id(place: int) -> str:
    return f"a{place + 1}"


@functools.cache
def answer_schema() -> dict[str, Any]:
    """JSON schema of the answer."""
    return Answer.model_json_schema()


def response_format() -> dict[str, Any]:
    return {"type": "json_schema", "json_schema": {"name": "labels", "schema": answer_schema(), "strict": True}}


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
