"""All emulators by source, and the environment in which the product asks them instead of the world."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from salary_assets_tests.emulators.hh import TOKEN, HhEmulator
from salary_assets_tests.emulators.server import Emulator

QUICK = {"SALARY_ASSETS_REQUESTS_PER_SECOND": "0", "SALARY_ASSETS_CONTACT": "someone@example.com"}


def emulator(source: str, items: Iterable[dict[str, Any]], port: int = 0) -> Emulator:
    """A server of a source, not started."""
    return {"hh": HhEmulator}[source](items, port)


def environment(source: str, server: Emulator) -> dict[str, str]:
    """Variables that make collection of the source ask the emulator."""
    return QUICK | {"hh": {"HH_API_URL": server.url, "HH_APP_TOKEN": TOKEN}}[source]
