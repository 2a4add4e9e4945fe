"""All emulators by source, and the environment in which the product asks them instead of the world."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from salary_assets_tests.emulators.boards import GetmatchEmulator, HabrCareerEmulator, TrudvsemEmulator
from salary_assets_tests.emulators.hh import TOKEN, HhEmulator
from salary_assets_tests.emulators.server import Emulator
from salary_assets_tests.emulators.telegram import PreviewEmulator, TelegramEmulator

QUICK = {"SALARY_ASSETS_REQUESTS_PER_SECOND": "0", "SALARY_ASSETS_CONTACT": "someone@example.com"}
EMULATORS: dict[str, Any] = {
    "hh": HhEmulator,
    "telegram": TelegramEmulator,
    "telegram_preview": PreviewEmulator,
    "trudvsem": TrudvsemEmulator,
    "habr_career": HabrCareerEmulator,
    "getmatch": GetmatchEmulator,
}
ADDRESSES = {
    "hh": "HH_API_URL",
    "telegram_preview": "TELEGRAM_PREVIEW_URL",
    "trudvsem": "TRUDVSEM_URL",
    "habr_career": "HABR_CAREER_URL",
    "getmatch": "GETMATCH_URL",
}


def emulator(source: str, items: Iterable[dict[str, Any]], port: int = 0) -> Emulator | TelegramEmulator:
    """A server of a source, not started."""
    server: Emulator | TelegramEmulator = EMULATORS[source](items, port)
    return server


def environment(source: str, server: Emulator | TelegramEmulator) -> dict[str, str]:
    """Variables that make collection of the source ask the emulator."""
    if isinstance(server, TelegramEmulator):
        return QUICK | {
            "TELEGRAM_SESSION": server.session,
            "TELEGRAM_API_ID": "1",
            "TELEGRAM_API_HASH": "0" * 32,
        }
    return QUICK | {ADDRESSES[source]: server.url} | ({"HH_APP_TOKEN": TOKEN} if source == "hh" else {})
