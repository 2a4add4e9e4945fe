"""Public preview pages t.me/s/<channel>: the posts of a channel without an account, about twenty a page.

Three outcomes are told apart: a channel without posts, a channel without a preview, and a page that holds none of the
blocks such pages have (their layout changed): the last is an error, never zero posts.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from bs4 import BeautifulSoup

from salary_assets.sources.base import BadRecord, RawAd, Refused
from salary_assets.sources.dates import read_published
from salary_assets.sources.formats.telegram import PREVIEW_TYPE, preview_text
from salary_assets.sources.formats.telegram_api import HOW_TO_GET, REREAD
from salary_assets.sources.http import Blocked, Broken, Http
from salary_assets.sources.live import Complete, Context, Heard, Listed, Span, fingerprint

URL = "https://t.me"
PER_SECOND = 1.0
NEAR = 40
"""Posts: two pages. Halving further would cost more than reading them."""
FIRST = 1
"""Number of the message that says that the channel was created."""

Page = tuple[list[Listed], list[BadRecord], int | None]
"""Posts of a page, those that cannot be read, and the number before which the page before it ends; None where there is
none. It is the lowest number shown, not what the page's own link says: a link of another name would end the channel
at its newest page."""


@contextmanager
def open_preview(context: Context) -> Iterator[PreviewSource]:
    with Http(context.settings, context.settings.env.get("TELEGRAM_PREVIEW_URL", URL), PER_SECOND) as http:
        yield PreviewSource(context, http)


class PreviewSource:
    """Preview pages of one channel."""

    def __init__(self, context: Context, http: Http) -> None:
        self.http, self._context = http, context
        self._channel = str(context.feed.options["channel"])

    def listing(self, span: Span) -> Iterator[Heard]:
        """The channel's posts of the span, newest page first, back to the last known ones. Raises CollectionError."""
        known = [int(native_id) for native_id in self._context.known if native_id.isdigit()]
        enough = max(known) - REREAD if known else 0
        page = self._page(None)
        before = self._begin(span, page)
        oldest = span.last
        while True:
            posts, bad, earlier = page if before is None else self._page(before)
            yield from bad
            for post in posts:
                oldest = min(oldest, post.raw.published_at)
                if post.raw.published_at in span:
                    yield post
            numbers = [int(post.raw.native_id) for post in posts]
            if earlier is None or (before is not None and earlier >= before):
                break
            if numbers and (oldest < span.first or min(numbers) <= enough):
                break
            before = earlier
        if oldest < span.last:
            yield Complete(Span(max(oldest, span.first), span.last))

    def whole(self, listed: Listed) -> RawAd:
        return listed.raw

    def _begin(self, span: Span, newest: Page) -> int | None:
        """Number before which to begin: None for the newest page, else found by halving, for a span long past."""
        posts, _, earlier = newest
        if not posts or earlier is None or min(post.raw.published_at for post in posts) < span.last:
            return None
        low, high = 0, earlier
        while high - low > NEAR:
            middle = (low + high) // 2
            found, _, _ = self._page(middle)
            if found and max(post.raw.published_at for post in found) >= span.last:
                high = middle
            else:
                low = middle
        return high

    def _page(self, before: int | None) -> Page:
        path = f"/s/{self._channel}"
        answer = self.http.get(path, {"before": before} if before is not None else None)
        if 300 <= answer.status < 400:
            raise Blocked(f"the channel {self._channel} shows no preview: {HOW_TO_GET}")
        page = BeautifulSoup(answer.body, "lxml")
        messages = page.select("div.tgme_widget_message[data-post]")
        if not messages and not page.select_one(".tgme_channel_info, .tgme_header_info, .tgme_channel_history"):
            if page.select_one(".tgme_page, .tgme_page_title, .tgme_icon_user"):
                raise Broken(f"there is no channel t.me/{self._channel}: correct `channel:` in the registry")
            raise Broken(f"{answer.url} holds none of the known blocks: Telegram changed its pages; {HOW_TO_GET}")
        posts: list[Listed] = []
        bad: list[BadRecord] = []
        for message in messages:
            if "service_message" in (message.get("class") or []):
                continue
            received = self._received(message)
            if isinstance(received, Listed):
                posts.append(received)
            else:
                bad.append(received)
        lowest = min((int(number) for number in map(_number, messages) if number.isdigit()), default=FIRST)
        return posts, bad, lowest if lowest > FIRST else None

    def _received(self, message: Any) -> Listed | BadRecord:
        native_id = _number(message)
        payload = str(message).encode("utf-8", "replace")
        origin = f"GET /s/{self._channel}/{native_id}"
        try:
            if not native_id.isdigit():
                raise Refused(f"no message number in {message['data-post']!r}")
            time = message.select_one("a.tgme_widget_message_date time[datetime]")
            published_at = read_published(time["datetime"] if time is not None else None).at
        except Refused as refusal:
            return BadRecord(origin, str(refusal), payload)
        raw = RawAd(
            source=self._context.feed.slug,
            native_id=native_id,
            published_at=published_at,
            fetched_at=self._context.now,
            transport="page",
            url=f"https://t.me/{self._channel}/{native_id}",
            content_type=PREVIEW_TYPE,
            payload=payload,
            origin=origin,
        )
        return Listed(raw, fingerprint(preview_text(payload)), excerpt=False)


def _number(message: Any) -> str:
    """Number of a message, or what stands in its place."""
    return str(message["data-post"]).rsplit("/", 1)[-1]
