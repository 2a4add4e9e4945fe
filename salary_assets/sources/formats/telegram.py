"""Telegram channels, whichever way a post came: one post gives the same posting by API, preview page or export.

A channel's feed has the option `channel`: the name in its public address t.me/<channel>. A post has no title, and
what it offers stands in its words, so everything but text and time is left to labelling. Posts without words (a
picture) are postings with an empty text: they are not vacancies, but not broken either.
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Any

from salary_assets.postings import Posting, tidy_text
from salary_assets.sources.base import Feed, Format, RawAd, Refused
from salary_assets.sources.build import make_posting
from salary_assets.sources.dates import Published, read_published
from salary_assets.sources.files import json_object
from salary_assets.sources.formats import telegram_desktop as desktop
from salary_assets.sources.formats.json_lines import Identity, Item, json_lines, native_id
from salary_assets.sources.formats.known import unknown
from salary_assets.sources.formats.telegram_text import from_html, from_markdown, from_parts
from salary_assets.sources.live import Context, Live, LiveSource

DUMP_TYPE = "application/vnd.telethon.dump+json"
MESSAGE_TYPE = "application/vnd.telethon.message+json"
PREVIEW_TYPE = "text/vnd.telegram.preview+html"


def slug_of(channel: str) -> str:
    """Source slug of a channel: `tg_` and its public name in lower case."""
    return f"tg_{channel.lower()}"


def _is_dumped(item: Item) -> bool:
    return {"channel", "id", "date", "text"} <= item.keys()


def _identify(item: Item) -> Identity:
    channel = item.get("channel")
    if not isinstance(channel, str) or not channel:
        raise Refused("not a line of a Telethon dump: it does not name its channel")
    content_type = MESSAGE_TYPE if "entities" in item else DUMP_TYPE
    return Identity(native_id(item), item.get("date"), content_type, channel)


def parse(feed: Feed, raw: RawAd) -> Posting:
    """A post -> posting. Raises Refused when it has no time or its payload is not one of the known kinds."""
    published, text, odd = _READERS.get(raw.content_type, _strange)(raw)
    channel = feed.options.get("channel")
    url = f"https://t.me/{channel}/{raw.native_id}" if channel else None
    return make_posting(raw, published, None, text, odd, url=url)


def _dumped(raw: RawAd) -> tuple[Published, str, dict[str, Any]]:
    item = json_object(raw.payload)
    written = item.get("text") or ""
    if not isinstance(written, str):
        raise Refused(f"`text` is a {type(written).__name__}, not a string")
    text = tidy_text(written) if raw.content_type == MESSAGE_TYPE else from_markdown(written)
    return read_published(item.get("date")), text, unknown(item, "telethon")


def _exported(raw: RawAd) -> tuple[Published, str, dict[str, Any]]:
    message = json_object(raw.payload)
    return read_published(desktop.published_of_json(message)), from_parts(message), unknown(message, "desktop")


def _exported_page(raw: RawAd) -> tuple[Published, str, dict[str, Any]]:
    import lxml.html

    block = lxml.html.fragment_fromstring(raw.payload.decode("utf-8"))
    bodies = [node for node in block.iter("div") if (node.get("class") or "").split() == ["text"]]
    # A forwarded post carries its words in a block of its own inside the message.
    return read_published(desktop.published_of_html(block)), from_html(bodies[0]) if bodies else "", {}


def _previewed(raw: RawAd) -> tuple[Published, str, dict[str, Any]]:
    import lxml.html

    times = lxml.html.fragment_fromstring(raw.payload.decode("utf-8")).xpath(
        ".//a[contains(@class, 'tgme_widget_message_date')]//time/@datetime"
    )
    return read_published(str(times[0]) if times else None), preview_text(raw.payload), {}


def preview_text(payload: bytes) -> str:
    """The words of a post on a preview page; those of a post that it answers are not its own."""
    import lxml.html

    block = lxml.html.fragment_fromstring(payload.decode("utf-8"))
    own = block.xpath(
        ".//div[contains(concat(' ', @class, ' '), ' tgme_widget_message_text ')]"
        "[not(ancestor::*[contains(concat(' ', @class, ' '), ' tgme_widget_message_reply ')])]"
    )
    # A text inside the text is a poll's or a link's: the outermost comes first.
    return from_html(own[0]) if own else ""


def _strange(raw: RawAd) -> tuple[Published, str, dict[str, Any]]:
    raise Refused(f"payload of type {raw.content_type}: not a way in which posts come")


_READERS = {
    DUMP_TYPE: _dumped,
    MESSAGE_TYPE: _dumped,
    desktop.JSON_TYPE: _exported,
    desktop.HTML_TYPE: _exported_page,
    PREVIEW_TYPE: _previewed,
}


def _open(context: Context) -> AbstractContextManager[LiveSource]:
    """By the API where there is an account's session, else by the public preview pages."""
    from salary_assets.sources.formats import telegram_api, telegram_preview

    if telegram_api.is_configured(context):
        return telegram_api.open_telegram(context)
    return telegram_preview.open_preview(context)


FORMAT = Format(
    name="telegram",
    version="1",
    shapes=(
        json_lines(
            "telethon-dump",
            "a Telethon dump (JSON lines that name their channel)",
            _is_dumped,
            _identify,
            names_feeds=True,
        ),
        desktop.DESKTOP_JSON,
        desktop.DESKTOP_HTML,
    ),
    parse=parse,
    # A channel shows all of its past, and may well be silent for a month.
    live=Live(_open, reach=None, steady=False),
)
