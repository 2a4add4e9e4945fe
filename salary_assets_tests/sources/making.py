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
