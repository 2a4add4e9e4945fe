"""hh.ru over its API: search cut into slices, one request for each new or changed vacancy.

After hh.ru OpenAPI 1.54.0 and docs/errors.md (github.com/hhru/api): decide by status and `errors` alone; `errors` may
come with status 200. No HTML of hh.ru, no captcha solving, no pretending to be its application.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from salary_assets.sources.base import BadRecord, RawAd, Refused
from salary_assets.sources.formats import hh
from salary_assets.sources.formats.hh_slices import DEPTH, PER_PAGE, Search
from salary_assets.sources.formats.hh_token import app_token, token_file
from salary_assets.sources.formats.listing import mark_of, received, written
from salary_assets.sources.http import Answer, Blocked, Broken, Http, user_agent
from salary_assets.sources.live import Complete, Context, Heard, Listed, NotConfigured, Slice, Span, fingerprint
from salary_assets.storage import write_text

URL = "https://api.hh.ru"
PER_SECOND = 3.0
"""hh.ru publishes no number; its maintainers once spoke of about 10 a second (hhru/api issue 74)."""

IT_CATEGORY = "11"
"""Of /professional_roles: information technology."""

RUSSIA = "113"
PASSES = 3
"""Times that a slice is paged when the list moves under us and ads slip between pages."""

_SAID = (
    "name",
    "salary",
    "salary_range",
    "snippet",
    "experience",
    "schedule",
    "employment",
    "employment_form",
    "work_format",
    "archived",
)


@contextmanager
def open_hh(context: Context) -> Iterator[HhSource]:
    """Raises NotConfigured without credentials or contact, Blocked when hh.ru refuses them."""
    settings = context.settings
    if not settings.contact:
        raise NotConfigured(
            "hh.ru wants to know whom to write to: set SALARY_ASSETS_CONTACT to an e-mail or a page; past months come"
            " from history files (salary-assets archive add hh FILE)"
        )
    base = settings.env.get("HH_API_URL", URL)
    agent = {"HH-User-Agent": user_agent(settings)}
    with Http(settings, base, PER_SECOND, agent) as anonymous:
        token = app_token(settings, anonymous)
    refuse = _Refusals(str(token_file(settings)))
    with Http(settings, base, PER_SECOND, agent | {"Authorization": f"Bearer {token}"}, refuse) as http:
        yield HhSource(context, http)


class HhSource:
    """An open connection to api.hh.ru."""

    def __init__(self, context: Context, http: Http) -> None:
        self.http, self._context = http, context

    def listing(self, span: Span) -> Iterator[Heard]:
        """The ads of the IT roles published in the span. Raises CollectionError."""
        yield from self._slice(Search(span.first, span.last, tuple(self._it_roles())))
        yield Complete(span)

    def whole(self, listed: Listed) -> RawAd | BadRecord | None:
        """The vacancy's own answer without its contacts; None when it is gone."""
        native_id = listed.raw.native_id
        answer = self.http.get(f"/vacancies/{native_id}", json=True)
        if answer.status == 404:
            return None
        return self._received(answer.body, answer.json(), answer.url, native_id, hh.DETAIL_TYPE)

    def _slice(self, search: Search) -> Iterator[Heard]:
        first = self._page(search, 0)
        found = first["found"]
        if found > DEPTH:
            parts = list(search.cut(found, self._areas))
            if parts:
                for part in parts:
                    yield from self._slice(part)
                return
        seen: set[str] = set()
        for attempt in range(PASSES):
            page: dict[str, Any] = first
            for number in range(math.ceil(min(found, DEPTH) / PER_PAGE)):
                if attempt or number:
                    page = self._page(search, number)
                for item in page["items"]:
                    one = self._received(written(item), item, f"GET /vacancies {search}", None, hh.LIST_TYPE)
                    if mark_of(one) in seen:
                        continue
                    seen.add(mark_of(one))
                    yield one if isinstance(one, BadRecord) else Listed(one, fingerprint(what_it_says(item)), True)
            found = page["found"]
            # The list moves while it is paged: ads that slipped between two pages are found by paging once more.
            if len(seen) >= min(found, DEPTH):
                break
        yield Slice(str(search), found, len(seen))

    def _page(self, search: Search, number: int) -> dict[str, Any]:
        answer = self.http.get("/vacancies", search.params(number), json=True)
        page = answer.json() if answer.status == 200 else None
        well_formed = (
            isinstance(page, dict) and isinstance(page.get("items"), list) and isinstance(page.get("found"), int)
        )
        if not well_formed:
            raise Broken(f"{answer.url}: status {answer.status} without `items` and `found`: hh.ru changed its answers")
        assert isinstance(page, dict)
        return page

    def _received(
        self, payload: bytes, item: Any, origin: str, asked_for: str | None, content_type: str
    ) -> RawAd | BadRecord:
        if isinstance(item, dict) and item.get("contacts"):
            # hh.ru's terms: contacts are personal data and are not to be stored.
            payload = written(item | {"contacts": None})
        one = received(self._context, item, payload, hh.identify, content_type, "api", origin, _address)
        if isinstance(one, RawAd) and asked_for not in (None, one.native_id):
            return BadRecord(origin, f"asked for vacancy {asked_for}, got {one.native_id}", payload)
        return one

    def _it_roles(self) -> list[str]:
        categories = _entries(self._dictionary("/professional_roles").get("categories"))
        it = [role for one in categories if str(one.get("id")) == IT_CATEGORY for role in _entries(one.get("roles"))]
        roles = {str(role.get("id")) for role in it}
        if not roles or not all(map(str.isdecimal, roles)):
            raise Broken(f"/professional_roles has no category {IT_CATEGORY} with roles: hh.ru changed its catalogue")
        return sorted(roles, key=int)

    def _areas(self) -> Sequence[str]:
        """Russia's regions and the other countries."""
        countries = _entries(self._dictionary("/areas").get("areas"))
        regions = [region for one in countries if str(one.get("id")) == RUSSIA for region in _entries(one.get("areas"))]
        abroad = [one for one in countries if str(one.get("id")) != RUSSIA]
        found = [str(one.get("id")) for one in (*regions, *abroad)]
        if not regions or not all(map(str.isdecimal, found)):
            raise Broken(f"/areas has no regions of Russia ({RUSSIA}): hh.ru changed its catalogue")
        return found

    def _dictionary(self, path: str) -> dict[str, Any]:
        """A dictionary, sent again by hh.ru only when it has changed (ETag)."""
        file = self._context.settings.cache / "hh" / f"{path.strip('/')}.json"
        kept = json.loads(file.read_text(encoding="utf-8")) if file.is_file() else None
        answer = self.http.get(path, json=True, headers={"If-None-Match": kept["etag"]} if kept else None)
        if answer.status == 304 and kept:
            said = kept["body"]
        elif answer.status == 200:
            said = answer.json()
            if "etag" in answer.headers:
                write_text(file, json.dumps({"etag": answer.headers["etag"], "body": said}, ensure_ascii=False))
        else:
            raise Broken(f"{answer.url} answers {answer.status}: hh.ru moved its dictionaries")
        return said if isinstance(said, dict) else {"areas": said}


def _entries(value: Any) -> list[dict[str, Any]]:
    """The objects of a list; none where a catalogue holds anything else."""
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _address(native_id: str) -> str:
    return f"{URL}/vacancies/{native_id}"


def what_it_says(item: dict[str, Any]) -> list[Any]:
    """What of a search result makes it another ad: not its id, nor bumps, responses, logos, promotion."""
    said: list[Any] = [item.get(name) for name in _SAID]
    for name in ("area", "employer"):
        value = item.get(name)
        said.append((value.get("id") or value.get("name")) if isinstance(value, dict) else value)
    roles = item.get("professional_roles")
    said.append(
        [role.get("id") if isinstance(role, dict) else role for role in roles] if isinstance(roles, list) else roles
    )
    return said


class _Refusals:
    """What hh.ru means by an answer with `errors`, in words that say what to do."""

    def __init__(self, token_file: str) -> None:
        self._token_file = token_file

    def __call__(self, answer: Answer) -> None:
        if b'"errors"' not in answer.body:
            return
        try:
            said = answer.json()
        except Refused:
            return
        errors = said.get("errors") if isinstance(said, dict) else None
        for error in errors if isinstance(errors, list) else []:
            if isinstance(error, dict):
                self._judge(answer, str(error.get("type")), str(error.get("value") or ""), error)

    def _judge(self, answer: Answer, kind: str, value: str, error: dict[str, Any]) -> None:
        if kind == "captcha_required":
            where = error.get("captcha_url") or error.get("fallback_url")
            raise Blocked(
                f"hh.ru asks for a captcha ({where}): it doubts this address or token. Collecting stops; check the"
                " token at https://dev.hh.ru/admin and try again tomorrow, or from another network"
            )
        if kind == "oauth":
            raise Blocked(
                f"hh.ru does not accept the token ({value}): take the current one from https://dev.hh.ru/admin into"
                f" HH_APP_TOKEN, or, with HH_CLIENT_ID and HH_CLIENT_SECRET, delete {self._token_file} to exchange anew"
            )
        if kind == "forbidden":
            raise Blocked(
                "hh.ru forbids this to the application: it must be approved for search, https://dev.hh.ru/admin"
            )
        if kind == "bad_user_agent":
            raise Blocked(f"hh.ru refuses the User-Agent ({value}): set SALARY_ASSETS_CONTACT to a real e-mail or page")
        if kind == "api_access_payment":
            raise Blocked("hh.ru wants this method to be paid for: see https://dev.hh.ru/admin")
        if kind == "bad_argument" and "page" in value:
            raise Broken(f"{answer.url}: hh.ru lists fewer than {DEPTH} ads of one search now; lower DEPTH")
        if kind == "not_found" or answer.status >= 500 or answer.status == 429:
            return
        raise Broken(f"{answer.url}: hh.ru answers {answer.status} with {kind} {value}: not asked rightly, report this")
