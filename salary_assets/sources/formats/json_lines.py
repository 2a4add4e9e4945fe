"""Reading files of one JSON object a line, for every format whose ads are such objects."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Literal, NamedTuple

from salary_assets.sources.base import BadRecord, Feed, RawAd, Received, Refused, Route, Shape
from salary_assets.sources.dates import read_published
from salary_assets.sources.files import ArchiveFile, json_object

Item = dict[str, Any]


class Identity(NamedTuple):
    """What of an item is needed before it is parsed. `feed_name` is the name the item gives its feed, if it does."""

    native_id: str
    published: object
    content_type: str
    feed_name: str | None = None


def is_text(value: str) -> bool:
    """Whether UTF-8 can hold it: JSON may escape halves of surrogate pairs, which no table can."""
    try:
        value.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def json_lines(
    name: str,
    says: str,
    is_item: Callable[[Item], bool],
    identify: Callable[[Item], Identity],
    transport: Literal["archive", "export"] = "archive",
    names_feeds: bool = False,
) -> Shape:
    """A shape of JSON lines. A file fits when most of the objects among its first lines are items.

    identify: raises Refused when an item lacks what identifies it.
    """

    def fits(file: ArchiveFile, feed: Feed | None) -> bool:
        items = sum(map(is_item, file.first_objects))
        return 0 < len(file.first_objects) < 2 * items

    def read(file: ArchiveFile, route: Route) -> Iterator[Received]:
        fetched_at = file.written_at
        for entry in file.lines():
            if isinstance(entry, BadRecord):
                yield entry
                continue
            number, line = entry
            try:
                item = json_object(line)
                native_id, date, content_type, name = identify(item)
                feed = route(name)
                if feed is None:
                    continue
                published_at = read_published(date).at
            except Refused as refusal:
                yield BadRecord(file.origin(number), str(refusal), line)
                continue
            yield RawAd(
                source=feed.slug,
                native_id=native_id,
                published_at=published_at,
                fetched_at=fetched_at,
                transport=transport,
                url=None,
                content_type=content_type,
                payload=line,
                origin=file.origin(number),
            )

    return Shape(name, says, fits, read, names_feeds)


def native_id(item: Item, key: str = "id") -> str:
    """The identifier of an item as text. Raises Refused when there is none."""
    value = item.get(key)
    if isinstance(value, bool) or not isinstance(value, str | int) or not str(value).strip():
        raise Refused(f"no {key} (found {value!r}), so it could not be told from other ads")
    found = str(value).strip()[:200]
    if not is_text(found):
        raise Refused(f"{key} {found!r} holds half a character: no table can hold it")
    return found
