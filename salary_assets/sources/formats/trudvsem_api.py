"""trudvsem.ru's open data service: no key, pages of a hundred, one search for each of the feed's `queries`.

Whether `offset` counts rows or pages is disputed among its users, so the second page tells: counted in rows, it shows
nearly the first one again (the feed's option `offset: rows` or `pages` settles it without asking).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from salary_assets.sources.base import BadRecord, RawAd
from salary_assets.sources.formats import trudvsem
from salary_assets.sources.formats.json_lines import is_text
from salary_assets.sources.formats.listing import mark_of, received, written
from salary_assets.sources.http import Broken, Http
from salary_assets.sources.live import Complete, Context, Heard, Listed, Slice, Span, fingerprint

URL = "https://opendata.trudvsem.ru/api/v1"
PER_SECOND = 2.0
LIMIT = 100
CONTACTS = ("contact_list", "contact_person")
VOLATILE = ("date_modify",)


@contextmanager
def open_trudvsem(context: Context) -> Iterator[TrudvsemSource]:
    with Http(context.settings, context.settings.env.get("TRUDVSEM_URL", URL), PER_SECOND) as http:
        yield TrudvsemSource(context, http)


class TrudvsemSource:
    """An open connection to the service."""

    def __init__(self, context: Context, http: Http) -> None:
        self.http, self._context = http, context
        self._refused: set[str] = set()
        self._step = {"rows": LIMIT, "pages": 1}.get(str(context.feed.options.get("offset")))

    def listing(self, span: Span) -> Iterator[Heard]:
        """Vacancies modified since the span began, by each query of the feed. Raises CollectionError."""
        for query in self._context.feed.options.get("queries") or [""]:
            yield from self._search(str(query), span)
        yield Complete(span)

    def whole(self, listed: Listed) -> RawAd:
        return listed.raw

    def _search(self, query: str, span: Span) -> Iterator[Heard]:
        seen: set[str] = set()
        offset = total = 0
        while True:
            items, total = self._page(query, span, offset)
            before = len(seen)
            if offset == 1 and self._step is None:
                again = sum(mark_of(self._received(item, query)) in seen for item in items)
                self._step = LIMIT if 2 * again > len(items) else 1
            for item in items:
                one = self._received(item, query)
                if mark_of(one) in seen:
                    continue
                seen.add(mark_of(one))
                if isinstance(one, RawAd):
                    yield Listed(one, fingerprint(_lasting(item)), excerpt=False)
                elif mark_of(one) not in self._refused:
                    # Several queries find the same vacancy.
                    self._refused.add(mark_of(one))
                    yield one
            if not items or len(seen) == before or len(seen) >= total:
                break
            # Offset 1 is the second page, or tells that rows are counted and is then left for the second hundred.
            counted_rows = offset == 1 and self._step == LIMIT
            offset = LIMIT if counted_rows else offset + (self._step or 1)
        yield Slice(query or "all", total, len(seen))

    def _page(self, query: str, span: Span, offset: int) -> tuple[list[Any], int]:
        params = {"limit": LIMIT, "offset": offset, "modifiedFrom": f"{span.first:%Y-%m-%dT%H:%M:%SZ}"}
        answer = self.http.get("/vacancies", params | ({"text": query} if query else {}), json=True)
        said = answer.json() if answer.status == 200 else None
        meta = said.get("meta") if isinstance(said, dict) else None
        meta = meta if isinstance(meta, dict) else {}
        if meta.get("error"):
            raise Broken(f"{answer.url}: trudvsem.ru answers with an error: {str(meta['error'])[:200]}")
        total = str(meta.get("total"))
        if not isinstance(said, dict) or not total.isdecimal():
            raise Broken(f"{answer.url}: status {answer.status} without `meta.total`: trudvsem.ru changed its answers")
        results = said.get("results") or {}
        entries = (results.get("vacancies") if isinstance(results, dict) else results) or []
        if not isinstance(entries, list):
            raise Broken(f"{answer.url}: `results.vacancies` is no list: trudvsem.ru changed its answers")
        items = [entry.get("vacancy", entry) if isinstance(entry, dict) else entry for entry in entries]
        if entries and not any(isinstance(entry, dict) and "vacancy" in entry for entry in entries):
            raise Broken(f"{answer.url}: entries without `vacancy`: trudvsem.ru changed its answers")
        return items, int(total)

    def _received(self, item: Any, query: str) -> RawAd | BadRecord:
        kept, url = item, None
        if isinstance(item, dict):
            kept, url = {key: value for key, value in item.items() if key not in CONTACTS}, item.get("vac_url")
        address = url if isinstance(url, str) and is_text(url) else None
        origin = f"GET /vacancies text={query}"
        return received(
            self._context, kept, written(kept), trudvsem.identify, trudvsem.ITEM_TYPE, "api", origin, lambda _: address
        )


def _lasting(item: dict[str, Any]) -> dict[str, Any]:
    """What of a vacancy makes it another one when it changes."""
    return {key: value for key, value in item.items() if key not in (*CONTACTS, *VOLATILE)}
