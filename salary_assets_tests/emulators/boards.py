"""The smaller sites on loopback: trudvsem.ru, getmatch.ru and career.habr.com."""

from __future__ import annotations

import html
import json
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any

from salary_assets_tests.emulators.server import Emulator, Request, Response

Item = dict[str, Any]


class Board(Emulator):
    """A site of items by id. on_page: called before each page of a list, to move the list under the reader."""

    def __init__(self, items: Iterable[Item] = (), port: int = 0) -> None:
        super().__init__(port)
        self.items: dict[str, Item] = {}
        self.on_page: Callable[[Board], None] = lambda _board: None
        for item in items:
            self.put(item)

    def put(self, item: Item) -> None:
        self.items[str(item["id"])] = item

    def remove(self, native_id: str) -> None:
        del self.items[native_id]


class TrudvsemEmulator(Board):
    """opendata.trudvsem.ru/api/v1. `counts`: whether `offset` counts rows or pages."""

    counts = "pages"

    def handle(self, request: Request) -> Response:
        self.on_page(self)
        limit, offset = min(100, int(request.one("limit", "100"))), int(request.one("offset", "0"))
        since = datetime.fromisoformat(request.one("modifiedFrom", "2000-01-01T00:00:00Z"))
        found = [
            item for item in self.items.values() if _matches(item, request.one("text")) and _modified(item) >= since
        ]
        start = offset if self.counts == "rows" else offset * limit
        shown = [{"vacancy": item} for item in found[start : start + limit]]
        meta = {"total": str(len(found)), "limit": limit, "offset": offset}
        results = {"results": {"vacancies": shown}} if shown else {}
        return Response.json({"status": "200", "request": {"api": "v1"}, "meta": meta, **results})


def _matches(item: Item, text: str) -> bool:
    return text.lower() in f"{item['job-name']} {item.get('duty')}".lower()


def _modified(item: Item) -> datetime:
    read = datetime.fromisoformat(item.get("date_modify") or item["creation-date"])
    return read if read.tzinfo else read.replace(tzinfo=UTC)


class GetmatchEmulator(Board):
    """getmatch.ru/api/offers: the list shows a shorter text than the card."""

    def handle(self, request: Request) -> Response:
        if request.path == "/api/offers":
            self.on_page(self)
            limit, offset = int(request.one("limit", "20")), int(request.one("offset", "0"))
            offers = list(self.items.values())
            meta = {"total": len(offers), "offset": offset, "limit": limit}
            shown = [
                {key: value for key, value in one.items() if key not in CARD} for one in offers[offset : offset + limit]
            ]
            return Response.json({"meta": meta, "offers": shown})
        offer = self.items.get(request.path.rsplit("/", 1)[1])
        return Response.json(offer) if offer else Response.json({"detail": "Not found."}, 404)


CARD = ("description", "description_html", "seniority", "required_years_of_experience")


class HabrCareerEmulator(Board):
    """career.habr.com: list and vacancy pages. `layout`: state (embedded JSON), cards, cards_2026, or changed."""

    layout = "state"
    per_page = 25

    def handle(self, request: Request) -> Response:
        if request.path == "/vacancies":
            self.on_page(self)
            return self._list(int(request.one("page", "1")))
        entry = self.items.get(request.path.rsplit("/", 1)[1])
        if entry is None:
            return Response.html("<html><body>404</body></html>", 404)
        if self.layout == "state":
            return Response.html(_page(_script({"vacancy": entry}, 'type="application/json" data-ssr-state="true"')))
        posting = {"@type": "JobPosting", "title": entry["title"], "description": entry.get("description", "")}
        return Response.html(_page(_script(posting, 'type="application/ld+json"')))

    def _list(self, number: int) -> Response:
        entries = sorted(self.items.values(), key=lambda one: one["publishedDate"]["date"], reverse=True)
        shown = [{key: value for key, value in one.items() if key != "description"} for one in entries]
        shown = shown[(number - 1) * self.per_page : number * self.per_page]
        if self.layout == "state":
            meta = {"totalResults": len(entries), "perPage": self.per_page, "currentPage": number}
            state = {"vacancies": {"list": shown, "meta": meta}}
            return Response.html(_page(_script(state, 'type="application/json" data-ssr-state="true"')))
        if self.layout == "changed":
            return Response.html(_page("<main>Новый сайт</main>"))
        cards = "".join(_card(entry, self.layout == "cards_2026") for entry in shown)
        return Response.html(_page(f'<div class="vacancies-list">{cards}</div>'))


def _page(body: str) -> str:
    return f"<!DOCTYPE html><html><head><title>Хабр Карьера</title></head><body>{body}</body></html>"


def _script(value: Any, attributes: str) -> str:
    text = json.dumps(value, ensure_ascii=False).replace("</", "<\\/")
    return f"<script {attributes}>{text}</script>"


def _card(entry: Item, new: bool) -> str:
    def shown(value: Any) -> str:
        return html.escape(str(value))

    pay = entry.get("salary") or {}
    skills = [shown(skill["title"]) for skill in entry.get("skills", [])]
    if new:
        listed = "".join(
            f'<div class="vacancy-card__skills-chip"><span class="basic-chip__text">{one}</span></div>'
            for one in skills
        )
    else:
        listed = '<div class="vacancy-card__skills">' + "".join(f"<a>{one}</a>" for one in skills) + "</div>"
    salary = (
        f'<div class="vacancy-card__salary"><div class="basic-salary">{shown(pay["formatted"])}</div></div>'
        if pay
        else ""
    )
    return (
        f'<div class="vacancy-card"><time class="basic-date" datetime="{entry["publishedDate"]["date"]}">1 мая</time>'
        f'<div class="vacancy-card__company-title"><a>{shown(entry["company"]["title"])}</a></div>'
        f'<a class="vacancy-card__title-link" href="{entry["href"]}">{shown(entry["title"])}</a>{salary}{listed}</div>'
    )
