"""Habr Career's pages: the JSON that they embed first, the cards that people see where there is none.

A page that holds neither is an error (a guard's page, or a new layout), never a page without vacancies.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from bs4 import BeautifulSoup

from salary_assets.sources.base import BadRecord, RawAd, Refused
from salary_assets.sources.files import json_value
from salary_assets.sources.formats import habr_career
from salary_assets.sources.formats.listing import mark_of, received, written
from salary_assets.sources.http import Answer, Broken, Http
from salary_assets.sources.live import Complete, Context, Heard, Listed, Slice, Span, fingerprint

PER_SECOND = 1.0
PASSES = 3
"""Times that the list is paged when vacancies slip between pages."""

FARTHEST_PAGE = 500
"""Far beyond what the site has; a list that never ends is not its list."""


@contextmanager
def open_habr_career(context: Context) -> Iterator[HabrCareerSource]:
    with Http(context.settings, context.settings.env.get("HABR_CAREER_URL", habr_career.SITE), PER_SECOND) as http:
        yield HabrCareerSource(context, http)


class HabrCareerSource:
    """An open connection to career.habr.com."""

    def __init__(self, context: Context, http: Http) -> None:
        self.http, self._context = http, context

    def listing(self, span: Span) -> Iterator[Heard]:
        """Vacancies by date, newest first, until a whole page is older than the span. Raises CollectionError."""
        seen: set[str] = set()
        for _ in range(PASSES):
            total: int | None = None
            turned: set[str] = set()
            for number in range(1, FARTHEST_PAGE + 1):
                entries, total = self._page(number)
                older, before = bool(entries), len(turned)
                for entry in entries:
                    one = self._received(entry, habr_career.LIST_TYPE, f"GET /vacancies page={number}")
                    older = older and isinstance(one, RawAd) and one.published_at < span.first
                    turned.add(mark_of(one))
                    if mark_of(one) in seen:
                        continue
                    seen.add(mark_of(one))
                    yield one if isinstance(one, BadRecord) else Listed(one, fingerprint(entry), excerpt=True)
                if older:
                    yield Complete(span)
                    return
                # Past its end a list may show its last page again and again.
                if len(turned) == before:
                    break
            if total is None or len(seen) >= total:
                break
        yield Slice("vacancies", len(seen) if total is None else total, len(seen))
        yield Complete(span)

    def whole(self, listed: Listed) -> RawAd | BadRecord | None:
        """The list's entry with the description of the vacancy's page; None when it is gone."""
        native_id = listed.raw.native_id
        answer = self.http.get(f"/vacancies/{native_id}")
        if answer.status in (301, 302, 303, 307, 308, 404):
            return None
        page = BeautifulSoup(answer.body, "lxml")
        vacancy = (_state(page) or {}).get("vacancy")
        description = vacancy.get("description") if isinstance(vacancy, dict) else _linked_data(page).get("description")
        if not isinstance(description, str) or not description:
            return BadRecord(answer.url, "neither embedded JSON nor linked data with a description", answer.body)
        entry = json.loads(listed.raw.payload) | {"description": description}
        return self._received(entry, habr_career.ENTRY_TYPE, answer.url)

    def _page(self, number: int) -> tuple[list[Any], int | None]:
        """Entries of a page and how many vacancies there are, if the page says so."""
        answer = self.http.get("/vacancies", {"type": "all", "sort": "date", "page": number})
        page = BeautifulSoup(answer.body, "lxml")
        vacancies = (_state(page) or {}).get("vacancies")
        if isinstance(vacancies, dict) and isinstance(vacancies.get("list"), list):
            meta = vacancies.get("meta")
            total = meta.get("totalResults") if isinstance(meta, dict) else None
            return vacancies["list"], total if isinstance(total, int) else None
        cards = page.select(".vacancy-card")
        if cards:
            return [_entry_of(card) for card in cards], None
        if number > 1 and page.select_one(".no-content, .vacancies-list, .section-box--empty") is not None:
            return [], None
        raise Broken(_strange(answer))

    def _received(self, entry: Any, content_type: str, origin: str) -> RawAd | BadRecord:
        return received(
            self._context, entry, written(entry), habr_career.identify, content_type, "page", origin, _address
        )


def _address(native_id: str) -> str:
    return f"{habr_career.SITE}/vacancies/{native_id}"


def _state(page: Any) -> dict[str, Any] | None:
    """The state that the page embeds for its own scripts."""
    script = page.select_one('script[type="application/json"][data-ssr-state]')
    return _json_of(script)


def _linked_data(page: Any) -> dict[str, Any]:
    """The page's schema.org JobPosting."""
    found = (_json_of(script) for script in page.select('script[type="application/ld+json"]'))
    return next((one for one in found if one is not None and one.get("@type") == "JobPosting"), {})


def _json_of(script: Any) -> dict[str, Any] | None:
    if script is None:
        return None
    try:
        value = json_value(script.get_text().encode("utf-8"))
    except Refused:
        return None
    return value if isinstance(value, dict) else None


def _entry_of(card: Any) -> dict[str, Any]:
    """A card in the form of a list entry; both the older classes and those of 2026."""
    link = card.select_one("a.vacancy-card__title-link[href]")
    href = str(link["href"]) if link is not None else ""
    time = card.select_one("time[datetime]")
    company = card.select_one(".vacancy-card__company-title a, .vacancy-card__company a, .vacancy-card__company-title")
    pay = card.select_one(".vacancy-card__salary .basic-salary, .vacancy-card__salary")
    chips = card.select(".vacancy-card__skills-chip .basic-chip__text, .vacancy-card__skills a")
    meta = [one.get_text(" ", strip=True) for one in card.select(".vacancy-meta .basic-chip, .vacancy-card__meta span")]
    number = href.rstrip("/").rsplit("/", 1)[-1]
    return {
        "id": number if number.isdigit() else None,
        "href": href,
        "title": link.get_text(" ", strip=True) if link is not None else None,
        "publishedDate": {"date": str(time["datetime"]) if time is not None else None},
        "company": {"title": company.get_text(" ", strip=True)} if company is not None else None,
        "salary": {"formatted": pay.get_text(" ", strip=True)} if pay is not None else None,
        "skills": [{"title": chip.get_text(" ", strip=True)} for chip in chips],
        "remoteWork": habr_career.REMOTE in meta,
        "meta": meta,
    }


def _strange(answer: Answer) -> str:
    guard = "ddos-guard" in answer.headers.get("server", "") or b"ddos-guard" in answer.body.lower()
    kind = "a guard's page" if guard else "a page without embedded JSON and without cards: the layout changed"
    return f"{answer.url} (status {answer.status}) is {kind}; look at it in a browser, nothing was taken from it"
