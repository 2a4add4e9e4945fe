"""A resume's text as lines and quotes that keep their place in it."""

from __future__ import annotations

import re
from dataclasses import dataclass

_BROKEN_DATES = re.compile(r"(?:19|20)\d\d\s*[-–—]\n(?=\S{1,12}(?: \S{1,6}){0,2}(?:\n|$))")
_BROKEN_WORDS = re.compile(
    r"(?<=настоящее)\n(?=время(?!\w))|(?<=\d)\n(?=(?:год|года|лет|месяц|месяца|месяцев)(?:\n|$))", re.IGNORECASE
)


@dataclass(frozen=True)
class TextLine:
    """A line and where it starts in the text."""

    text: str
    start: int

    @property
    def end(self) -> int:
        return self.start + len(self.text)


@dataclass(frozen=True)
class Quote:
    """Words of the redacted text and where they stand in it (characters)."""

    quote: str
    start: int
    end: int


def split_lines(text: str) -> list[TextLine]:
    """Lines with their offsets. Dates that a narrow column broke are put on one line again."""
    lines, start = [], 0
    text = _BROKEN_WORDS.sub(" ", text)
    text = _BROKEN_DATES.sub(lambda found: found[0].replace("\n", " "), text)
    for line in text.split("\n"):
        lines.append(TextLine(line, start))
        start += len(line) + 1
    return lines
