"""A post made ready for the rules: plain text with pay blanked, its labelled lines ("Опыт: 3 года") and hashtags.

Every rule works on one `Reading`; what a rule finds is quoted back through it from the text as it was written.
"""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass
from typing import NamedTuple

from salary_assets.labelling.lexicon import Lexicon, phrases_of, read_table
from salary_assets.money.pay import PayReading, blank_pay, read_pay, scan
from salary_assets.money.pay_text import Flat, flatten

_LABEL = re.compile(r"(?:^\W*|(?<=[^\w\s,.(/&-])|(?<=[^\w\s,.(/&-] )|(?<=  ))([a-zа-яё][a-zа-яё/ .]{1,38}?) ?[:=](?!/)")
_DASHED_LABEL = re.compile(r"^\W*([a-zа-яё][a-zа-яё/ ]{1,30}?) +- +(?=\S)")
_HASHTAG = re.compile(r"#\s?\[?([a-zа-яё0-9_][\w+#.-]*)")
_CONTACT = re.compile(r"[\w.+-]*@[\w.-]+")
"""Handles and e-mail addresses: "@hr_contact" is nobody's profession."""
_EDGES = " \t*_~`#>|•·-—–:;,.=⁃▪■●▫️🔹🔸✅📌📍"


class Field(NamedTuple):
    """The value of a labelled line: half-open span in the plain text; `below`: on the line after its label."""

    start: int
    end: int
    below: bool = False


class Hashtag(NamedTuple):
    """A hashtag without its `#`: half-open span in the plain text."""

    start: int
    end: int
    word: str


@dataclass(frozen=True)
class Reading:
    """A text as the rules see it; all offsets count characters of the plain text.

    text: lower case, money and contacts blanked.
    fields: values by field name (fields.csv), in order.
    """

    original: str
    flat: Flat
    text: str
    pay: PayReading
    fields: dict[str, tuple[Field, ...]]
    hashtags: tuple[Hashtag, ...]

    @property
    def cased(self) -> str:
        return self.flat.cased

    def of(self, *names: str) -> list[Field]:
        """All values of the named fields, in the order of the names."""
        return [field for name in names for field in self.fields.get(name, ())]

    def quote(self, start: int, end: int) -> str:
        """The original's words for a span of the plain text."""
        first, last = self.flat.span(start, end)
        return self.original[first:last]


def read(text: str) -> Reading:
    """Make a text ready for the rules. Never raises; empty text gives an empty reading."""
    flat = flatten(text)
    amounts = scan(flat)
    blanked = blank_pay(flat, amounts)
    if "@" in blanked:
        blanked = _CONTACT.sub(lambda found: " " * len(found.group()), blanked)
    fields = _fields(blanked) if ":" in blanked or "=" in blanked or " - " in blanked else {}
    hashtags = tuple(Hashtag(found.start(1), found.end(1), found.group(1)) for found in _HASHTAG.finditer(blanked))
    return Reading(text, flat, blanked, read_pay(flat, text, amounts), fields, hashtags)


def line_of(text: str, start: int, end: int) -> tuple[int, int]:
    """The line that holds a span."""
    after = text.find("\n", end)
    return text.rfind("\n", 0, start) + 1, after if after >= 0 else len(text)


def trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """The span without blanks, marks and pictures at its ends."""
    while start < end and not (text[start].isalnum() or text[start] in '([".#'):
        start += 1
    while end > start and not (text[end - 1].isalnum() or text[end - 1] in ')]"+#'):
        end -= 1
    return start, end


def _fields(text: str) -> dict[str, tuple[Field, ...]]:
    found: dict[str, list[Field]] = {}
    offset = 0
    open_labels: tuple[str, ...] = ()
    for line in text.split("\n"):
        labels = _labels_of(line)
        if labels:
            open_labels = ()
            for place, (names, start, _) in enumerate(labels):
                end = labels[place + 1][2] if place + 1 < len(labels) else len(line)
                if line[start:end].strip(_EDGES):
                    for name in names:
                        found.setdefault(name, []).append(Field(offset + start, offset + end))
                else:
                    open_labels = names
        elif open_labels and line.strip():
            for name in open_labels:
                found.setdefault(name, []).append(Field(offset, offset + len(line), below=True))
            open_labels = ()
        offset += len(line) + 1
    return {name: tuple(values) for name, values in found.items()}


class _Label(NamedTuple):
    names: tuple[str, ...]
    value_start: int
    start: int


def _labels_of(line: str) -> list[_Label]:
    labels = []
    if ":" in line or "=" in line:
        for found in _LABEL.finditer(line):
            names = _field_names(found.group(1).strip())
            if names:
                labels.append(_Label(names, found.end(), found.start(1)))
    if not labels and " - " in line and (dashed := _DASHED_LABEL.match(line)):
        names = _field_names(dashed.group(1).strip())
        if names:
            labels.append(_Label(names, dashed.end(), dashed.start(1)))
    return labels


@functools.lru_cache(maxsize=20_000)
def _field_names(label: str) -> tuple[str, ...]:
    """The fields that a label announces; a label may announce two ("Формат/занятость")."""
    hits = [hit for hit in _labels().find_all(label) if hit.start == 0 and hit.end == len(label)]
    if hits:
        return tuple(dict.fromkeys(hit.meaning for hit in hits))
    parts = [part.strip() for part in re.split(r"[/,]| и | and ", label) if part.strip()]
    if len(parts) < 2:
        return ()
    return tuple(dict.fromkeys(name for part in parts for name in _field_names(part)))


@functools.cache
def _labels() -> Lexicon[str]:
    rows = read_table("fields.csv")
    return Lexicon([(phrase, row["field"]) for row in rows for phrase in phrases_of(row["labels"])])
