"""An LLM's answer about some ads: its schema, and what of it is believed.

An answer is data from outside. It has to fit the schema to the letter, and a value counts only when the words it
quotes stand in the ad: what the model made up, or was talked into, falls away.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TypeVar

from pydantic import Field

from salary_assets.labelling.ad import Ad
from salary_assets.labelling.mistral_form import Strict
from salary_assets.labelling.places import place_of
from salary_assets.labelling.schema import IN_TITLE, STATED, Evidence, Label, SkillMention
from salary_assets.money.pay_text import flatten
from salary_assets.storage.vocabulary import NOT_IT, Employment, Grade, Kind, Position, WorkFormat

Value = TypeVar("Value")
_CONFIDENCE = 0.9
_NOT_OURS = re.compile(r"https?:|www\.|@\w|t\.me/|\[(?:name|email|phone|handle|link)\]|<[a-z/]", re.IGNORECASE)
"""Links, handles, placeholders and markup have no place in a label."""
_LONGEST_TITLE = 120
_LONGEST_SKILL = 60


class Quotes(Strict):
    """The words of the ad that each value was read from."""

    position: str | None
    grades: str | None
    experience: str | None
    formats: str | None
    employment: str | None
    city: str | None


class AdAnswer(Strict):
    """What the model says of one ad."""

    ad: str
    kind: Kind
    position: Position | None
    title: str | None
    grades: list[Grade]
    experience_min: float | None = Field(ge=0, le=60)
    experience_max: float | None = Field(ge=0, le=60)
    formats: list[WorkFormat]
    employment: Employment | None
    city: str | None
    skills: list[str]
    quotes: Quotes


class Answer(Strict):
    """The whole answer to one question."""

    labels: list[AdAnswer]


@dataclass(frozen=True)
class Checked:
    """A label after the model's answer was held against the ad; `dropped` values had no support in its words."""

    label: Label
    dropped: int


def checked_label(answer: AdAnswer, ad: Ad, by_rules: Label, model: str, version: str) -> Checked:
    """The label of an ad: markup first, then the model's values that the ad bears out, then the rules'.

    by_rules: the rules' label of the same ad, which also brings pay, for the model never sees it.
    """
    merge = _Merge(ad, by_rules, f"mistral:{model}")
    if answer.kind == "other" and ad.title is None:
        empty = Label(kind="other", is_it=False, labeller=merge.said, labeller_version=version)
        return Checked(empty, 0)
    return Checked(merge.label(answer, version), merge.dropped)


class _Merge:
    """Holds an answer against its ad. `by` and `evidence` grow with every value taken."""

    def __init__(self, ad: Ad, rules: Label, said: str) -> None:
        self.ad = ad
        self.rules = rules
        self.said = said
        self.body = flatten(ad.text)
        self.heading = flatten(ad.title).text if ad.title else ""
        self.dropped = 0
        self.by = {field: by for field, by in rules.by.items() if by == STATED or field == "pay"}
        self.evidence = [one for one in rules.evidence if one.field in self.by]

    def label(self, answer: AdAnswer, version: str) -> Label:
        rules, quotes = self.rules, answer.quotes
        position = self._believed("position", answer.position, quotes.position)
        experience = self._believed("experience", self._years(answer), quotes.experience)
        place = self._believed("place", place_of(answer.city) if answer.city else None, quotes.city)
        chosen = position or rules.position
        changed = {
            "kind": "vacancy" if self.heading else answer.kind,
            "is_it": chosen is not None and chosen != NOT_IT,
            "title": self._title(answer),
            "position": chosen,
            "position_confidence": _CONFIDENCE if position else rules.position_confidence,
            "grades": self._believed("grades", answer.grades or None, quotes.grades) or rules.grades,
            "work_formats": self._believed("work_formats", answer.formats or None, quotes.formats)
            or rules.work_formats,
            "employment": self._believed("employment", answer.employment, quotes.employment) or rules.employment,
            "skills": self._skills(answer) or rules.skills,
            "labeller": self.said,
            "labeller_version": version,
        }
        if experience:
            changed |= {"experience_min": experience[0], "experience_max": experience[1]}
        if place:
            changed |= {"city": place.city, "region": place.region, "country": place.country}
        return rules.model_copy(update=changed | {"by": self.by, "evidence": self.evidence})

    def _years(self, answer: AdAnswer) -> tuple[float | None, float | None] | None:
        """Years asked for; None where the answer names none, or the most below the least."""
        least, most = answer.experience_min, answer.experience_max
        if least is not None and most is not None and least > most:
            self.dropped += 1
            return None
        return None if least is None and most is None else (least, most)

    def _believed(self, field: str, value: Value | None, quote: str | None) -> Value | None:
        """The value, when markup states none and the ad holds the words quoted for it; else None: the rules' stands."""
        if self.by.get(field) == STATED:
            return None
        span = self._span(quote) if value is not None and quote else None
        if value is not None and span is not None:
            self.by[field] = self.said
            self.evidence.append(self._evidence(field, span))
            return value
        self.dropped += value is not None
        if field in self.rules.by:
            self.by[field] = self.rules.by[field]
            self.evidence += [one for one in self.rules.evidence if one.field == field]
        return None

    def _span(self, quote: str) -> tuple[int, int] | None:
        """Where the ad's text holds the quote, (IN_TITLE, IN_TITLE) for its title, None where it does not."""
        words = flatten(quote).text.strip()
        if not words:
            return None
        start = self.body.text.find(words)
        if start >= 0:
            return self.body.span(start, start + len(words))
        return (IN_TITLE, IN_TITLE) if words in self.heading else None

    def _evidence(self, field: str, span: tuple[int, int]) -> Evidence:
        quoted = (self.ad.title or "") if span[0] == IN_TITLE else self.ad.text[span[0] : span[1]]
        return Evidence(field=field, start=span[0], end=span[1], quote=quoted)

    def _title(self, answer: AdAnswer) -> str | None:
        if self.heading:
            self.by["title"] = STATED
            return self.ad.title
        title = answer.title
        if title and len(title) <= _LONGEST_TITLE and not _NOT_OURS.search(title) and (span := self._span(title)):
            self.by["title"] = self.said
            self.evidence.append(self._evidence("title", span))
            return self.ad.text[span[0] : span[1]]
        self.dropped += title is not None
        return self.rules.title

    def _skills(self, answer: AdAnswer) -> list[SkillMention]:
        """Skills of markup, then those of the answer that the ad spells, with their place."""
        skills = [skill for skill in self.rules.skills if skill.by == STATED]
        known = {skill.spelling.lower() for skill in skills}
        for spelling in answer.skills:
            span = self._span(spelling) if len(spelling) <= _LONGEST_SKILL and not _NOT_OURS.search(spelling) else None
            if span is None:
                self.dropped += 1
                continue
            written = spelling if span[0] == IN_TITLE else self.ad.text[span[0] : span[1]]
            if written.lower() not in known:
                known.add(written.lower())
                skills.append(SkillMention(spelling=written, start=span[0], end=span[1], by=self.said))
        return skills
