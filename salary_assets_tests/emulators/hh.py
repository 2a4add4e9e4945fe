"""api.hh.ru on loopback, after its published OpenAPI: search with the depth limit, vacancies, catalogues, tokens.

Items are given in any shape that hh.ru had since 2021; answers have all fields that today's specification requires.
"""

from __future__ import annotations

import bisect
import hashlib
import json
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta, timezone
from typing import Any

from salary_assets.sources.dates import read_published
from salary_assets_tests.emulators.server import Emulator, Request, Response

DEPTH = 2000
MOSCOW = timezone(timedelta(hours=3))
STEP = 300
ROLES = [("10", "Аналитик"), ("96", "Программист, разработчик"), ("124", "Тестировщик"), ("160", "DevOps-инженер")]
EXPERIENCES = ("noExperience", "between1And3", "between3And6", "moreThan6")
TOKEN = "emulated-token"

Item = dict[str, Any]


class HhEmulator(Emulator):
    """api.hh.ru.

    token: what it accepts (None: anything); tokens: what it gave out; on_page: called before each page of a search, to
    move the list under the reader.
    """

    def __init__(self, items: Iterable[Item] = (), port: int = 0, token: str | None = TOKEN) -> None:
        super().__init__(port)
        self.token = token
        self.tokens: list[str] = []
        self.on_page: Callable[[HhEmulator, int], None] = lambda _emulator, _page: None
        self._items: dict[str, Item] = {}
        self._order: list[tuple[float, str]] = []
        for item in items:
            self.put(item)

    @property
    def items(self) -> list[Item]:
        return list(self._items.values())

    def put(self, item: Item) -> None:
        """Add an item, or change the one with its id."""
        published = item.get("published_at") or item.get("created_at") or item.get("initial_created_at")
        item = item | {"published_at": published, "area": item.get("area") or {"id": "0", "name": ""}}
        self.remove(str(item["id"]))
        self._items[str(item["id"])] = item
        bisect.insort(self._order, (_seconds(item["published_at"]), str(item["id"])))

    def remove(self, native_id: str) -> None:
        old = self._items.pop(native_id, None)
        if old is not None:
            self._order.remove((_seconds(old["published_at"]), native_id))

    def handle(self, request: Request) -> Response:
        if request.path == "/token":
            return self._give_token(request)
        if not request.headers.get("hh-user-agent") and not request.headers.get("user-agent"):
            return _errors(400, {"type": "bad_user_agent", "value": "unset"})
        if request.path in ("/professional_roles", "/areas"):
            return self._catalogue(request)
        authorization = request.headers.get("authorization", "")
        if not authorization:
            return _errors(403, {"type": "captcha_required", "captcha_url": "https://hh.example/captcha"})
        if self.token is not None and authorization != f"Bearer {self.token}":
            return _errors(403, {"type": "oauth", "value": "token_revoked"})
        if request.path == "/vacancies":
            return self._search(request)
        if request.path.startswith("/vacancies/"):
            item = self._items.get(request.path.rsplit("/", 1)[1])
            return Response.json(whole(item)) if item else _errors(404, {"type": "not_found"})
        if request.path == "/me":
            return Response.json({"auth_type": "application", "is_application": True})
        return _errors(404, {"type": "not_found"})

    def _give_token(self, request: Request) -> Response:
        form = request.form
        if form.get("grant_type") != "client_credentials" or not form.get("client_id") or not form.get("client_secret"):
            return Response.json({"error": "invalid_client", "error_description": "client_id or secret"}, 400)
        if self.tokens:
            return Response.json({"error": "forbidden", "error_description": "app token refresh too early"}, 403)
        self.token = f"{TOKEN}-{len(self.tokens) + 1}"
        self.tokens.append(self.token)
        return Response.json({"access_token": self.token, "token_type": "bearer"})

    def _catalogue(self, request: Request) -> Response:
        body: Any = areas() if request.path == "/areas" else roles()
        tag = f'"{hashlib.md5(json.dumps(body).encode()).hexdigest()}"'
        if request.headers.get("if-none-match") == tag:
            return Response(b"", 304, headers=(("ETag", tag),))
        return Response.json(body, ETag=tag)

    def _search(self, request: Request) -> Response:
        page, per_page = int(request.one("page", "0")), int(request.one("per_page", "10"))
        if per_page > 100 or (page + 1) * per_page > DEPTH:
            told = "you can't look up more than 2000 items in the list"
            return _errors(400, {"type": "bad_argument", "value": "page, per_page"}, told)
        if request.one("date_to") and not request.one("date_from"):
            return _errors(400, {"type": "bad_argument", "value": "date_to"})
        self.on_page(self, page)
        found = self._matching(request)
        shown = [self._items[native_id] for native_id in found[page * per_page : (page + 1) * per_page]]
        return Response.json(
            {
                "items": [listed(item) for item in shown],
                "found": len(found),
                "page": page,
                "pages": -(-min(len(found), DEPTH) // per_page) if per_page else 0,
                "per_page": per_page,
                "clusters": None,
                "arguments": None,
                "fixes": None,
                "suggests": None,
                "alternate_url": "https://hh.example/search/vacancy",
            }
        )

    def _matching(self, request: Request) -> list[str]:
        """Ids, newest first. Times are rounded to five minutes and both ends count."""
        low = _rounded(request.one("date_from")) if request.one("date_from") else float("-inf")
        high = _rounded(request.one("date_to")) if request.one("date_to") else float("inf")
        start = bisect.bisect_left(self._order, (low, ""))
        end = bisect.bisect_right(self._order, (high, "\uffff"))
        found = [native_id for _, native_id in self._order[start:end]][::-1]
        wanted = {
            "professional_role": (_roles_of, set(request.all("professional_role"))),
            "area": (lambda item: {item["area"].get("id")}, set(request.all("area"))),
            "experience": (lambda item: {(item.get("experience") or {}).get("id")}, set(request.all("experience"))),
        }
        narrow = [(of, values) for name, (of, values) in wanted.items() if values and values != ALL_ROLES]
        return [one for one in found if all(of(self._items[one]) & values for of, values in narrow)]


def listed(item: Item) -> Item:
    """An item as search shows it."""
    seen = {
        key: value for key, value in item.items() if key not in ("description", "branded_description", "key_skills")
    }
    return _complete(seen) | {"snippet": item.get("snippet") or {"requirement": None, "responsibility": None}}


def whole(item: Item) -> Item:
    """An item as its own address shows it."""
    snippet = item.get("snippet") or {}
    said = [f"<p>{part}</p>" for part in (snippet.get("responsibility"), snippet.get("requirement")) if part]
    full = {key: value for key, value in item.items() if key not in ("snippet", "sort_point_distance")}
    return {
        "description": "".join(said) or "<p>Описание</p>",
        "branded_description": None,
        "key_skills": [],
        "accept_handicapped": False,
        "accept_kids": False,
        "allow_messages": True,
        "approved": True,
        "billing_type": {"id": "standard", "name": "Стандарт"},
        "code": None,
        "driver_license_types": [],
        "expires_at": item["published_at"],
        "hidden": False,
        "initial_created_at": item["published_at"],
        "languages": [],
        "negotiations_url": None,
        "suitable_resumes_url": None,
        "test": None,
        "vacancy_constructor_template": None,
        **_complete(full),
    }


def _complete(item: Item) -> Item:
    """The item with every field that both shapes require today."""
    native_id = str(item["id"])
    salary = item.get("salary")
    range_ = item.get("salary_range")
    if range_ is None and isinstance(salary, dict):
        range_ = {**salary, "mode": {"id": "MONTH", "name": "За месяц"}, "frequency": None}
    return {
        "accept_incomplete_resumes": False,
        "accept_temporary": False,
        "address": None,
        "alternate_url": f"https://hh.example/vacancy/{native_id}",
        "apply_alternate_url": f"https://hh.example/applicant/vacancy_response?vacancyId={native_id}",
        "archived": False,
        "contacts": None,
        "created_at": item["published_at"],
        "department": None,
        "experience": {"id": "noExperience", "name": "Нет опыта"},
        "fly_in_fly_out_duration": [],
        "has_test": False,
        "insider_interview": None,
        "internship": False,
        "night_shifts": False,
        "premium": False,
        "professional_roles": [{"id": ROLES[1][0], "name": ROLES[1][1]}],
        "relations": [],
        "response_letter_required": False,
        "response_url": None,
        "salary": None,
        "schedule": None,
        "show_logo_in_search": None,
        "sort_point_distance": None,
        "type": {"id": "open", "name": "Открытая"},
        "url": f"https://hh.example/vacancies/{native_id}",
        "work_format": [],
        "work_schedule_by_days": [],
        "working_days": [],
        "working_hours": [],
        "working_time_intervals": [],
        "working_time_modes": [],
        **item,
        "employment": item.get("employment") or {"id": "full", "name": "Полная занятость"},
        "employment_form": item.get("employment_form") or {"id": "FULL", "name": "Полная"},
        "salary_range": range_,
        "area": {"url": "https://hh.example/areas/0", **item["area"]},
        "employer": {"alternate_url": None, "logo_urls": None, "trusted": True, "url": None, "vacancies_url": None}
        | {"accredited_it_employer": False, "id": "", **(item.get("employer") or {"name": "Скрыт"})},
    }


def roles() -> Item:
    fields = {
        "accept_incomplete_resumes": False,
        "is_default": False,
        "search_deprecated": False,
        "select_deprecated": False,
    }
    it = [{"id": native_id, "name": name, **fields} for native_id, name in ROLES]
    other = [{"id": "121", "name": "Водитель", **fields}]
    return {
        "categories": [
            {"id": "11", "name": "Информационные технологии", "roles": it},
            {"id": "21", "name": "Транспорт", "roles": other},
        ]
    }


def areas() -> list[Item]:
    def area(native_id: str, name: str, parent: str | None, *inner: Item) -> Item:
        return {"id": native_id, "name": name, "parent_id": parent, "areas": list(inner), "utc_offset": "+03:00"}

    moscow, petersburg = area("1", "Москва", "113"), area("2", "Санкт-Петербург", "113")
    return [area("113", "Россия", None, moscow, petersburg), area("16", "Беларусь", None)]


ALL_ROLES = {native_id for native_id, _ in ROLES}


def _roles_of(item: Item) -> set[str]:
    return {str(role["id"]) for role in item.get("professional_roles") or [{"id": ROLES[1][0]}]}


def _errors(status: int, error: Item, description: str | None = None) -> Response:
    said: Item = {"errors": [error], "request_id": "17514640610000000000000000000000"}
    if "value" in error and error["type"] == "bad_argument":
        said |= {
            "bad_argument": error["value"],
            "bad_arguments": [{"name": error["value"], "description": description}],
        }
    return Response.json(said | ({"description": description} if description else {}), status)


def _seconds(moment: str) -> float:
    return read_published(moment).at.timestamp()


def _rounded(moment: str) -> float:
    return round(_aware(moment).timestamp() / STEP) * STEP


def _aware(moment: str) -> datetime:
    read = datetime.fromisoformat(moment)
    return read if read.tzinfo else read.replace(tzinfo=MOSCOW)
