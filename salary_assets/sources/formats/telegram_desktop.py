"""Exports of Telegram Desktop: result.json (one chat, or a whole account) and messages*.html.

Read as in export_output_json.cpp and the HTML writer of tdesktop 929032d: `date_unixtime` is the truth, `date` has no
zone; control characters come as \\xNN, which is not JSON; an export never names the channel's address.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from salary_assets.sources.base import BadRecord, Feed, RawAd, Received, Refused, Route, Shape
from salary_assets.sources.dates import read_published
from salary_assets.sources.files import ArchiveFile

JSON_TYPE = "application/vnd.telegram.desktop+json"
HTML_TYPE = "text/vnd.telegram.desktop+html"

_MESSAGES = re.compile(r'"messages"\s*:\s*\[')
_BAD_ESCAPE = re.compile(r"(?<!\\)((?:\\\\)*)\\x([0-9A-Fa-f]{2})")
_NEXT_MESSAGE = re.compile(r"\n\s*\{\s*\n?\s*\"id\"\s*:")
_HTML_DATE = re.compile(r"(\d\d)\.(\d\d)\.(\d{4}) (\d\d:\d\d:\d\d)(?: UTC([+-]\d\d:\d\d))?")
_DECODER = json.JSONDecoder(strict=False)


def _fits_json(file: ArchiveFile, feed: Feed | None) -> bool:
    head = file.head.decode("utf-8", "ignore")
    chats = '"messages"' in head and '"type"' in head and '"name"' in head
    return head.lstrip("\ufeff \r\n").startswith("{") and (chats or '"personal_information"' in head)


def _fits_html(file: ArchiveFile, feed: Feed | None) -> bool:
    head = file.head
    return b'class="page_header' in head and b'class="history"' in head


def _read_json(file: ArchiveFile, route: Route) -> Iterator[Received]:
    """The messages of the feed's chat, decoded one by one; after a broken one reading goes on at the next."""
    feed = route(None)
    if feed is None:
        return
    text = _BAD_ESCAPE.sub(r"\1\\u00\2", file.text())
    start, end = _chat(text, feed, file)
    at, counted, line = start, 0, 1
    while True:
        opening = text.find("{", at, end)
        between = text[at : opening if opening >= 0 else end]
        if opening < 0 or "]" in between:
            return
        line, counted = line + text.count("\n", counted, opening), opening
        try:
            message, at = _DECODER.raw_decode(text, opening)
        except (ValueError, RecursionError) as error:
            follower = _NEXT_MESSAGE.search(text, opening + 1, end)
            at = follower.start() if follower else end
            what = f"{error.msg} at character {error.pos}" if isinstance(error, json.JSONDecodeError) else str(error)
            reason = f"not JSON: {what}; reading went on at the next message"
            yield BadRecord(file.origin(line), reason, text[opening:at].encode("utf-8", "replace"))
            continue
        payload = text[opening:at].encode("utf-8", "replace")
        if message.get("type") == "message":
            yield _raw(file, feed, line, payload, JSON_TYPE, message.get("id"), published_of_json(message))


def _chat(text: str, feed: Feed, file: ArchiveFile) -> tuple[int, int]:
    """Where the messages of the feed's chat stand. A whole account is searched by the chat's name or number."""
    found = list(_MESSAGES.finditer(text))
    if not found:
        raise Refused(f"{file.path}: an export without messages; export the channel's history again")
    chats = []
    for place, entry in enumerate(found):
        header = text[found[place - 1].end() if place else 0 : entry.start()]
        names = re.findall(r'"name"\s*:\s*("(?:[^"\\]|\\.)*")', header)
        numbers = re.findall(r'"id"\s*:\s*(\d+)', header)
        end = found[place + 1].start() if place + 1 < len(found) else len(text)
        chats.append((json.loads(names[-1]) if names else "", numbers[-1] if numbers else "", entry.end(), end))
    if len(chats) == 1:
        return chats[0][2], chats[0][3]
    wanted = {str(feed.options.get("chat") or feed.title), str(feed.options.get("channel"))}
    chosen = [chat for chat in chats if chat[0] in wanted or chat[1] in wanted]
    if len(chosen) != 1:
        listed = ", ".join(sorted({chat[0] for chat in chats if chat[0]})[:12])
        raise Refused(
            f"{file.path}: an export of {len(chats)} chats, {len(chosen)} of them called {feed.title!r}; give the"
            f" feed's entry in the registry the chat's name, `chat: NAME`. The chats are: {listed}"
        )
    return chosen[0][2], chosen[0][3]


def published_of_json(message: dict[str, Any]) -> str:
    """Publication time of an exported message, ISO 8601."""
    seconds = message.get("date_unixtime")
    if isinstance(seconds, str | int) and re.fullmatch(r"[0-9]{1,11}", str(seconds)):
        return datetime.fromtimestamp(int(seconds), UTC).isoformat()
    return str(message.get("date") or "")


def _read_html(file: ArchiveFile, route: Route) -> Iterator[Received]:
    import lxml.html
    from lxml import etree

    feed = route(None)
    if feed is None:
        return
    page = lxml.html.fromstring(file.text())
    for block in page.iter("div"):
        classes = (block.get("class") or "").split()
        if "message" not in classes or "service" in classes:
            continue
        payload = etree.tostring(block, encoding="utf-8", method="html", with_tail=False)
        number = (block.get("id") or "").removeprefix("message")
        yield _raw(file, feed, block.sourceline or 0, payload, HTML_TYPE, number, published_of_html(block))


def published_of_html(block: Any) -> str:
    """Publication time of a message of an HTML export, ISO 8601; without a zone where the export gave none."""
    titles = [node.get("title") or "" for node in block.iter("div") if "date" in (node.get("class") or "").split()]
    found = next(filter(None, map(_HTML_DATE.search, titles)), None)
    if found is None:
        return ""
    day, month, year, time, zone = found.groups()
    return f"{year}-{month}-{day}T{time}{zone or ''}"


def _raw(
    file: ArchiveFile, feed: Feed, line: int, payload: bytes, content_type: str, number: object, date: str
) -> Received:
    try:
        if not str(number or "").isdigit():
            raise Refused(f"no message id (found {number!r}), so it could not be told from other posts")
        published_at = read_published(date).at
    except Refused as refusal:
        return BadRecord(file.origin(line), str(refusal), payload)
    return RawAd(
        source=feed.slug,
        native_id=str(number),
        published_at=published_at,
        fetched_at=file.written_at,
        transport="export",
        url=None,
        content_type=content_type,
        payload=payload,
        origin=file.origin(line),
    )


DESKTOP_JSON = Shape("desktop-json", "a Telegram Desktop export (result.json)", _fits_json, _read_json)
DESKTOP_HTML = Shape("desktop-html", "a Telegram Desktop export (messages.html)", _fits_html, _read_html)
