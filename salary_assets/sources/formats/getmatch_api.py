"""getmatch's JSON: all open offers in pages of a hundred, and each new or changed offer's own card."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from salary_assets.sources.base import BadRecord, RawAd
from salary_assets.sources.formats import getmatch
from salary_assets.sources.formats.listing import mark_of, received, written
from salary_assets.sources.http import Broken, Http
from salary_assets.sources.live import Complete, Context, Heard, Listed, Slice, Span, fingerprint

PER_SECOND = 1.0
LIMIT = 100
PASSES = 3
"""Times that the offers are paged when some slip between pages."""


@contextmanager
def open_getmatch(context: Context) -> Iterator[GetmatchSource]:
    with Http(context.settings, context.settings.env.get("GETMATCH_URL", getmatch.SITE), PER_SECOND) as http:
        yield GetmatchSource(context, http)


class GetmatchSource:
    """An open connection to getmatch.ru."""

    def __init__(self, context: Context, http: Http) -> None:
        self.http, self._context = http, context

    def listing(self, span: Span) -> Iterator[Heard]:
        """All open offers. Raises CollectionError."""
        seen: set[str] = set()
        total = 0
        for _ in range(PASSES):
            offset = 0
            while True:
                offers, total = self._page(offset)
                for offer in offers:
                    one = self._received(offer, getmatch.LIST_TYPE, f"GET /api/offers offset={offset}")
                    if mark_of(one) in seen:
                        continue
                    seen.add(mark_of(one))
                    yield one if isinstance(one, BadRecord) else Listed(one, fingerprint(offer), excerpt=True)
                offset += LIMIT
                if not offers or offset >= total:
                    break
            if len(seen) >= total:
                break
        yield Slice("offers", total, len(seen))
        yield Complete(span)

    def whole(self, listed: Listed) -> RawAd | BadRecord | None:
        """What the list and the card say together; None when the offer is gone."""
        native_id = listed.raw.native_id
        answer = self.http.get(f"/api/offers/{native_id}", json=True)
        if answer.status == 404:
            return None
        card = answer.json()
        if not isinstance(card, dict):
            return BadRecord(answer.url, f"expected a JSON object, found {type(card).__name__}", answer.body)
        whole = self._received(json.loads(listed.raw.payload) | card, getmatch.OFFER_TYPE, answer.url)
        if isinstance(whole, RawAd) and whole.native_id != native_id:
            return BadRecord(answer.url, f"asked for offer {native_id}, got {whole.native_id}", answer.body)
        return whole

    def _page(self, offset: int) -> tuple[list[Any], int]:
        answer = self.http.get("/api/offers", {"limit": LIMIT, "offset": offset}, json=True)
        said = answer.json() if answer.status == 200 else None
        offers = said.get("offers") if isinstance(said, dict) else None
        meta = said.get("meta") if isinstance(said, dict) else None
        if not isinstance(offers, list) or not isinstance(meta, dict) or not isinstance(meta.get("total"), int):
            raise Broken(f"{answer.url}: status {answer.status} without `offers` and `meta.total`: getmatch changed it")
        return offers, meta["total"]

    def _received(self, offer: Any, content_type: str, origin: str) -> RawAd | BadRecord:
        return received(self._context, offer, written(offer), getmatch.identify, content_type, "api", origin, _address)


def _address(native_id: str) -> str:
    return f"{getmatch.SITE}/api/offers/{native_id}"
