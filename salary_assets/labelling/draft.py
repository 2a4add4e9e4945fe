"""A label in the making: values, who gave each, and the words they were read from."""

from __future__ import annotations

from typing import Any

from salary_assets.labelling.grades import GradeMention, in_order
from salary_assets.labelling.places import Place
from salary_assets.labelling.reading import Reading
from salary_assets.labelling.schema import IN_TITLE, RULES, Evidence, Label
from salary_assets.storage.vocabulary import NOT_IT

_DEFAULTS: dict[str, Any] = {
    name: field.get_default(call_default_factory=True) for name, field in Label.model_fields.items()
}


class Draft:
    """Collects what the rules find in `body` (and in `heading`, a stated title) until `finish`."""

    def __init__(self, kind: str, body: Reading, heading: Reading | None) -> None:
        self.kind = kind
        self.body = body
        self.heading = heading
        self.is_it = kind != "other"
        self.values: dict[str, Any] = {}
        self.by: dict[str, str] = {}
        self._evidence: list[Evidence] = []

    def quote(self, field: str, start: int, end: int) -> None:
        """Evidence by a span of the body's plain text."""
        self.quote_original(field, *self.body.flat.span(start, end))

    def quote_original(self, field: str, start: int, end: int) -> None:
        """Evidence by a span of the body as it was written."""
        self._add(field, start, end, self.body.original[start:end])

    def quote_heading(self, field: str, start: int, end: int) -> None:
        """Evidence by a span of the stated title's plain text."""
        if self.heading is not None:
            self.quote_title(field, self.heading.quote(start, end))

    def quote_title(self, field: str, words: str) -> None:
        """Evidence that stands in the stated title."""
        self._add(field, IN_TITLE, IN_TITLE, words)

    def set_position(self, position: str, by: str, confidence: float) -> None:
        self.values["position"] = position
        self.values["position_confidence"] = confidence
        self.by["position"] = by
        self.is_it = position != NOT_IT

    def set_grades(self, in_title: list[GradeMention], in_text: list[GradeMention]) -> None:
        """Grades by rules; the first mention of each is its evidence."""
        self.values["grades"] = in_order([*in_title, *in_text])
        self.by["grades"] = RULES
        for mention in in_title[:1]:
            self.quote_heading("grades", mention.start, mention.end)
        for mention in in_text[:3]:
            self.quote("grades", mention.start, mention.end)

    def set_place(self, place: Place, by: str) -> None:
        self.values["city"], self.values["region"], self.values["country"] = place.city, place.region, place.country
        self.by["place"] = by

    def finish(self, labeller: str, version: str) -> Label:
        """The label; values were made by us in the right types, so they are not validated again."""
        return Label.model_construct(
            **{
                **_DEFAULTS,
                **self.values,
                "kind": self.kind,
                "is_it": self.is_it,
                "evidence": self._evidence,
                "by": self.by,
                "labeller": labeller,
                "labeller_version": version,
            }
        )

    def _add(self, field: str, start: int, end: int, words: str) -> None:
        self._evidence.append(Evidence.model_construct(field=field, start=start, end=end, quote=words))
