"""Years of experience that an ad asks for (or a resume offers), in Russian and English words.

A number of years counts only where the sentence speaks of experience, not of the age of a company or a person.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from salary_assets.labelling.lexicon import wording
from salary_assets.labelling.reading import Reading

_WORDS = {
    "полугода": 0.5, "полгода": 0.5, "одного": 1, "одной": 1, "один": 1, "полутора": 1.5, "полтора": 1.5,
    "двух": 2, "два": 2, "трех": 3, "трёх": 3, "три": 3, "четырех": 4, "четырёх": 4, "четыре": 4,
    "пяти": 5, "пять": 5, "шести": 6, "шесть": 6, "семи": 7, "семь": 7, "восьми": 8, "десяти": 10,
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "ten": 10,
}  # fmt: skip
_NUMBER = rf"(?:\d{{1,2}}(?:[.,]\d)?|{'|'.join(_WORDS)})"
_UNIT = r"(?P<unit>год(?:а|у|ов|ами)?|лет|годик\w*|г\.|л\.|years?|yrs?|y\.?o\.?e?|y(?![a-z]))"
_YEARS = re.compile(
    rf"(?<![\w.,])(?P<least>{_NUMBER})(?: ?-? ?(?:х|ти|и|ех|го|ый))?(?: ?\+(?:-?х)?)?"
    rf"(?: ?(?:-|до|to|/|или) ?(?P<most>{_NUMBER})(?: ?-? ?(?:х|ти|и|ех))?(?: ?\+)?)?"
    rf"(?: ?(?:\(\w+\)|полных|полного|full))? ?-? ?\+?{_UNIT}(?![а-яa-z])"
    r"(?:[ ,]{1,2}(?:и )?(?P<months>\d{1,2}) ?мес)?"
)
_HALF_YEAR = re.compile(r"(?<![а-я])(?:от |более |не менее )?(?P<half>полугода|полгода)(?![а-я])")
_MONTHS = re.compile(
    r"(?<![\w.,])(?P<months>\d{1,2})(?: ?- ?(?P<most>\d{1,2}))? ?(?:мес(?:яц\w*)?\.?|months?)(?![а-яa-z])"
)
_TIED_MONTHS = re.compile(rf"(?:опыт|стаж|experience)[^.!?;\n]{{0,40}}?{_MONTHS.pattern}")
_BARE = re.compile(
    r"^\W*(?:от|более|не менее|from|over|>=?)? ?(?P<least>\d{1,2}(?:[.,]\d)?)(?: ?[-–] ?(?P<most>\d{1,2}))? ?\+?\W*$"
)
_OPENS = re.compile(r"\W*(?:от|более|не менее|минимум|at least|over|more than|min\.?)?\W*")
"""What may stand before years that open a line of requirements."""
_MOST_YEARS = 40
_OF_AGE = 16
"""Years from which a line that opens with them and says no more asks for an age."""


class Experience(NamedTuple):
    """Years asked for, None where open; half-open span in the plain text."""

    least: float | None
    most: float | None
    start: int
    end: int


def find_experience(reading: Reading) -> Experience | None:
    """The experience that the post is about: its field, else the first years that a sentence ties to experience."""
    text = reading.text
    for field in reading.of("experience"):
        if not field.below and (found := _in_field(text[field.start : field.end])):
            return found._replace(start=found.start + field.start, end=found.end + field.start)
    return _in_sentences(text)


def _in_field(value: str) -> Experience | None:
    found = _first(value) or _bare(value)
    if found is None and (none := wording("experience", "none").search(value)):
        return Experience(0.0, None, none.start(), none.end())
    return found


def _in_sentences(text: str) -> Experience | None:
    """The first years that a sentence ties to experience."""
    if not ("лет" in text or "год" in text or "year" in text or "yrs" in text or "опыт" in text or "мес" in text):
        return None
    about, about_else = wording("experience", "about"), wording("experience", "about_else")
    asked, of_us = wording("experience", "asked"), wording("experience", "of_us")
    for found in _all(text):
        before = text[max(0, text.rfind("\n", 0, found.start) + 1, found.start - 120) : found.start]
        before = re.split(r"[.!?;•|] ", before)[-1]
        line_end = text.find("\n", found.end)
        after = re.split(r"[.!?;•|]", text[found.end : min(found.end + 80, line_end if line_end >= 0 else len(text))])[
            0
        ]
        if asked.search(before):
            return found
        if about_else.search(before[-60:]) or about_else.search(after[:25]) or of_us.match(after):
            continue
        opens = _OPENS.fullmatch(before) and (found.least or 0) < _OF_AGE
        if about.search(before) or about.search(after) or opens:
            return found
    none = wording("experience", "none").search(text)
    return Experience(0.0, None, none.start(), none.end()) if none else None


def _all(text: str) -> list[Experience]:
    found = [_experience(years, text) for years in _YEARS.finditer(text)]
    found += [_of_months(months) for months in _TIED_MONTHS.finditer(text)]
    found += [Experience(0.5, None, half.start(), half.end()) for half in _HALF_YEAR.finditer(text)]
    return sorted((one for one in found if one), key=lambda one: one.start)


def _first(value: str) -> Experience | None:
    years = _all(value)
    months = _MONTHS.search(value)
    if months and (not years or months.start() < years[0].start):
        return _of_months(months)
    return years[0] if years else None


def _of_months(found: re.Match[str]) -> Experience:
    most = float(found["most"]) / 12 if found["most"] else None
    return Experience(
        round(float(found["months"]) / 12, 1), most and round(most, 1), found.start("months"), found.end()
    )


def _bare(value: str) -> Experience | None:
    found = _BARE.match(value)
    if not found:
        return None
    return Experience(_years(found["least"]), _years(found["most"]), found.start("least"), found.end())


def _experience(found: re.Match[str], text: str) -> Experience | None:
    least, most = _years(found["least"]), _years(found["most"])
    if least is None or least > _MOST_YEARS or (most is not None and most < least):
        return None
    if found["months"]:
        least = round(least + float(found["months"]) / 12, 1)
    if most is None and wording("experience", "no_more_than").search(text[max(0, found.start() - 12) : found.start()]):
        return Experience(None, least, found.start(), found.end())
    return Experience(least, most, found.start(), found.end())


def _years(words: str | None) -> float | None:
    if words is None:
        return None
    return float(_WORDS[words]) if words in _WORDS else float(words.replace(",", "."))
