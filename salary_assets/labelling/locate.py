"""Where the job of a post without stated area is: its place field, hashtags, or the place named with the office."""

from __future__ import annotations

from salary_assets.labelling.lexicon import Hit, wording
from salary_assets.labelling.places import Place, place_hits
from salary_assets.labelling.reading import Reading, line_of

_REACH = 45
_DENIED = 80
"""Characters before a place in which words can say that the job is not there, names of other such places between."""
_LISTING = 60
"""Characters of a line that lists conditions rather than tells."""


def find_place(reading: Reading, title: tuple[int, int] | None = None) -> Hit[Place] | None:
    """The place of the job: a city before a country, the first named before others.

    title: span of the job's title in the text, where it has one there; its line may name the city.
    """
    text = reading.text
    near_office, not_here = wording("places", "near_office"), wording("places", "not_here")
    country: Hit[Place] | None = None
    spans = [(field.start, field.end) for field in reading.of("location")]
    spans += [(hashtag.start, hashtag.end) for hashtag in reading.hashtags]
    spans += [(field.start, field.end) for field in reading.of("format", "citizenship")]
    for start, end in spans:
        for hit in place_hits(text[start:end], expected=True):
            moved = Hit(hit.start + start, hit.end + start, hit.meaning, hit.marked)
            if not_here.search(text[max(0, moved.start - _DENIED) : moved.start]) or _tells_time(text, moved):
                continue
            if hit.meaning.city:
                return moved
            country = country or moved
    if country or reading.of("location"):
        return country
    for hit in place_hits(text):
        around = text[max(0, hit.start - _REACH) : hit.start], text[hit.end : hit.end + _REACH]
        denied = not_here.search(text[max(0, hit.start - _DENIED) : hit.start])
        if not hit.meaning.city or denied or _tells_time(text, hit):
            continue
        if any(near_office.search(words) for words in around) or _in_listing(text, hit) or _in_title(text, hit, title):
            return hit
    return None


def _tells_time(text: str, hit: Hit[Place]) -> bool:
    """Whether the city stands for its time zone: "Москва +-3 часа", "с 9 до 18 по мск"."""
    before = wording("places", "time_before").search(text, max(0, hit.start - _REACH), hit.end)
    return before is not None or wording("places", "time_of").match(text, hit.end) is not None


def _in_listing(text: str, hit: Hit[Place]) -> bool:
    """Whether a short line names the city beside a work format: "Москва, можно удалённо"."""
    start, end = line_of(text, hit.start, hit.end)
    return end - start <= _LISTING and wording("places", "beside_work").search(text, start, end) is not None


def _in_title(text: str, hit: Hit[Place], title: tuple[int, int] | None) -> bool:
    """Whether the city stands on the line of the title, parted from it: "Сетевой инженер (Пермь)"."""
    if title is None:
        return False
    start, end = line_of(text, *title)
    return (
        title[0] < hit.start
        and hit.end <= end
        and wording("places", "after_title").search(text, start, hit.start) is not None
    )
