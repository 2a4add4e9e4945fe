"""Small ads and history files in our own words."""

from __future__ import annotations

import gzip
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

NOW = datetime(2026, 11, 15, 9, 0, tzinfo=UTC)


def hh_item(native_id: int | str = 1, **changes: Any) -> dict[str, Any]:
    """A search result of hh.ru, 2025 shape."""
    item = {
        "id": str(native_id),
        "name": "Python-разработчик",
        "area": {"id": "1", "name": "Москва"},
        "employer": {"id": "77", "name": "Ромашка"},
        "salary": {"from": 100, "to": 200, "currency": "RUR", "gross": True},
        "salary_range": {"from": 150000, "to": 200000, "currency": "RUR", "gross": False, "mode": {"id": "MONTH"}},
        "published_at": "2024-05-10T12:00:00+0300",
        "snippet": {"requirement": "Знание <highlighttext>Python</highlighttext>", "responsibility": "Писать код"},
        "schedule": {"id": "remote", "name": "Удаленная работа"},
        "experience": {"id": "between1And3", "name": "От 1 года до 3 лет"},
        "work_format": [{"id": "REMOTE", "name": "Удалённо"}],
        "professional_roles": [{"id": "96", "name": "Программист"}],
        "archived": False,
        "alternate_url": f"https://hh.example/vacancy/{native_id}",
    }
    return item | changes


def post(native_id: int = 1, text: str = "Ищем **Go**-разработчика", **changes: Any) -> dict[str, Any]:
    """A line of a Telethon dump."""
    dumped = {"channel": "fordev", "id": native_id, "date": "2024-11-02T10:00:00+00:00", "text": text}
    return dumped | {"media_type": None} | changes


def line(item: Any) -> str:
    return json.dumps(item, ensure_ascii=False)


def write_lines(path: Path, *lines: Any) -> Path:
    """Objects (or ready lines) as JSON lines; gzipped when the name says so."""
    text = "".join((one if isinstance(one, str) else line(one)) + "\n" for one in lines)
    data = text.encode("utf-8")
    path.write_bytes(gzip.compress(data, mtime=0) if path.suffix == ".gz" else data)
    return path


def trudvsem_vacancy(native_id: str = "a-1", **changes: Any) -> dict[str, Any]:
    """A vacancy of trudvsem.ru."""
    vacancy = {
        "id": native_id,
        "source": "Работодатель",
        "region": {"region_code": "1600000000000", "name": "Республика Татарстан"},
        "company": {"name": "ГБУ Вектор", "inn": "1650000000", "ogrn": "1020000000000"},
        "creation-date": "2024-05-10",
        "date_modify": "2024-05-11",
        "salary": "от 60000 до 90000",
        "salary_min": 60000,
        "salary_max": "90000",
        "currency": "«руб.»",
        "job-name": "Программист",
        "vac_url": f"https://trudvsem.example/vacancy/card/{native_id}",
        "employment": "Полная занятость",
        "schedule": "Полный рабочий день",
        "duty": "<p>Поддержка 1С 8.3, звонить +7 900 111-22-33</p>",
        "requirement": {"education": "Высшее", "experience": 3, "qualification": "Знание SQL"},
        "addresses": {"address": [{"location": "г. Казань, ул. Мира"}]},
        "contact_list": [{"contact_type": "Телефон", "contact_value": "+7 900 111-22-33"}],
        "contact_person": "Иванова Анна",
    }
    return vacancy | changes


def getmatch_offer(native_id: int = 1, **changes: Any) -> dict[str, Any]:
    """An offer of getmatch, as its card shows it."""
    offer = {
        "id": native_id,
        "position": "Go Developer",
        "url": f"/vacancies/{native_id}-go",
        "published_at": "2024-05-10T12:00:00",
        "is_active": True,
        "offer_type": "vacancy",
        "company": {"id": 9, "name": "Ромашка"},
        "location_items": [{"label": "Москва", "format": "office"}, {"label": "Минск", "format": "x", "exclude": True}],
        "skills_objects": [{"name": "Go", "slug": "go"}],
        "salary_display_from": 250000,
        "salary_display_to": 350000,
        "salary_currency": "RUB",
        "salary_taxes": "net",
        "salary_hidden": False,
        "offer_description": "Коротко",
        "description_html": "<p>Подробно</p>",
        "seniority": "senior",
        "required_years_of_experience": 4,
    }
    return offer | changes


def habr_entry(native_id: int = 1, **changes: Any) -> dict[str, Any]:
    """An entry of Habr Career's list, with the description of its page."""
    entry = {
        "id": native_id,
        "href": f"/vacancies/{native_id}",
        "title": "Тестировщик",
        "remoteWork": True,
        "salaryQualification": {"title": "Средний (Middle)"},
        "publishedDate": {"date": "2024-05-10T12:00:00+03:00", "title": "10 мая"},
        "company": {"title": "Лютик", "href": "/companies/lutik", "alias_name": "lutik"},
        "employment": "full_time",
        "salary": {"from": 100000, "to": None, "currency": "rur", "formatted": "от 100 000 ₽"},
        "divisions": [{"title": "Тестирование"}],
        "skills": [{"title": "Selenium"}],
        "locations": [{"title": "Казань"}],
        "description": "<p>Искать ошибки</p>",
    }
    return entry | changes
