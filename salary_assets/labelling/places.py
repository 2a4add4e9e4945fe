"""The gazetteer: a place as ads name it -> city, region, federal district, country.

Used for stated places (`place_of`) and for mentions in text (`places_in`). Names that are also common words or
people's names count only where a place is expected.
"""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass
from typing import NamedTuple

from salary_assets.labelling.lexicon import Hit, Lexicon, phrases_of, read_table
from salary_assets.money.pay_text import flatten

_PLACE_MARK = re.compile(r"(?:(?<!\w)(?:г|гор|город|городе|city)\.? ?|#)$")
_ENDING = 3


@dataclass(frozen=True)
class Place:
    """A place; None where the name does not say. `country` is an ISO 3166-1 alpha-2 code."""

    city: str | None
    region: str | None
    federal_district: str | None
    country: str


class PlaceMention(NamedTuple):
    """A place named in a text: half-open span in that text."""

    place: Place
    start: int
    end: int


def place_of(name: str) -> Place | None:
    """The place that a stated name means ("Казань", "г. Казань", "Республика Татарстан", "Minsk"), or None.

    Of towns of one name a region in brackets says which is meant: "Октябрьский (Республика Башкортостан)".
    """
    flat = _folded(flatten(name).text)
    hits = _gazetteer().find(flat)
    if not hits:
        return None
    found = next((hit for hit in hits if hit.meaning.city), hits[0]).meaning
    within = next((hit.meaning for hit in hits if "(" in flat[: hit.start] and _is_region(hit.meaning)), None)
    if within is None or found.region == within.region:
        return found
    namesakes = [hit.meaning for hit in _gazetteer().find_all(flat) if hit.meaning.region == within.region]
    return next((place for place in namesakes if place.city), within)


def places_in(text: str) -> list[PlaceMention]:
    """Places named in a text, in order; names that are also common words only after "г.", "город" or `#`."""
    flat = flatten(text)
    return [PlaceMention(hit.meaning, *flat.span(hit.start, hit.end)) for hit in place_hits(flat.text)]


def place_hits(text: str, expected: bool = False) -> list[Hit[Place]]:
    """`places_in` for a text already made plain. `expected`: the text is a place field, so every name counts."""
    return [
        hit
        for hit in _gazetteer().find(_folded(text))
        if expected or not hit.marked or _PLACE_MARK.search(text, max(0, hit.start - 8), hit.start)
    ]


@functools.cache
def region_place(region: str) -> Place:
    """The place of a Russian region by its name in regions.csv. Raises KeyError on another name."""
    return _regions()[region]


@functools.cache
def _regions() -> dict[str, Place]:
    return {
        row["region"]: Place(None, row["region"], row["federal_district"] or None, "RU")
        for row in read_table("regions.csv")
    }


@functools.cache
def _gazetteer() -> Lexicon[Place]:
    phrases: list[tuple[str, Place]] = []
    for row in read_table("regions.csv"):
        place = _regions()[row["region"]]
        if row["aliases"]:  # cities that are regions stand in cities.csv
            named = (row["region"].lower(), *phrases_of(row["aliases"]))
            phrases += [(phrase, place) for phrase in named]
            phrases += [(phrase.replace("област*", "обл"), place) for phrase in named if "област*" in phrase]
    for row in read_table("cities.csv"):
        region = _regions()[row["region"]]
        place = Place(row["city"], region.region, region.federal_district, "RU")
        phrases += [(phrase, place) for phrase in _named(row["city"], row["aliases"])]
    for row in read_table("towns.csv"):
        region = _regions()[row["region"]]
        for town in phrases_of(row["towns"]):
            phrases.append(("!" + town.lower(), Place(town, region.region, region.federal_district, "RU")))
    for row in read_table("abroad.csv"):
        place = Place(row["city"] or None, None, None, row["country"])
        phrases += [(phrase, place) for phrase in _named(row["city"] or row["name"], row["aliases"])]
    return Lexicon([(_folded(phrase), place) for phrase, place in phrases], ending=_ENDING)


def _folded(words: str) -> str:
    """Towns are written with "ё" and without."""
    return words.replace("ё", "е")


def _is_region(place: Place) -> bool:
    return place.region is not None and place.city is None


def _named(name: str, aliases: str) -> list[str]:
    """The aliases, and the name itself unless they hold it with or without a mark."""
    phrases = phrases_of(aliases)
    return phrases if name.lower() in {phrase.lstrip("!=") for phrase in phrases} else [*phrases, name.lower()]
