"""Where the job of a post without stated area is: its place field, hashtags, or the place named with the office."""

from __future__ import annotations

from salary_assets.labelling.lexicon import Hit, wording
from salary_assets.labelling.places import Place, place_hits
from salary_assets.labelling.reading import Reading

_REACH = 45


def find_place(reading: Reading) -> Hit[Place] | None:
    """The place of the job: a city before a country, the first named before others."""
    text = reading.text
    near_office, not_here = wording("places", "near_office"), wording("places", "not_here")
    country: Hit[Place] | None = None
    spans = [(field.start, field.end) for field in reading.of("location")]
    spans += [(hashtag.start, hashtag.end) for hashtag in reading.hashtags]
    spans += [(field.start, field.end) for field in reading.of("format", "citizenship")]
    for start, end in spans:
        for hit in place_hits(text[start:end], expected=True):
            moved = Hit(hit.start + start, hit.end + start, hit.meaning, hit.marked)
            if not_here.search(text[max(0, moved.start - 40) : moved.start]):
                continue
            if hit.meaning.city:
                return moved
            country = country or moved
    if country or reading.of("location"):
        return country
    for hit in place_hits(text):
        around = text[max(0, hit.start - _REACH) : hit.start], text[hit.end : hit.end + _REACH]
        if hit.meaning.city and any(near_office.search(words) for words in around) and not not_here.search(around[0]):
            return hit
    return None
