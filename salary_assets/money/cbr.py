"""Official rates from the Bank of Russia's XML feed (www.cbr.ru/development/sxml), cached as the bytes received.

`XML_daily.asp` names the currencies and their identifiers, `XML_dynamic.asp` gives one currency over many days.
Figures are for `Nominal` units, with a decimal comma, in windows-1251: the parser is fed bytes.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable
from datetime import date, datetime
from pathlib import Path
from xml.etree.ElementTree import Element, ParseError

import httpx
import pandas as pd
from defusedxml import ElementTree

from salary_assets.money.rates import CBR_DAILY
from salary_assets.storage import write_bytes
from salary_assets.storage.schemas import ExchangeRates

BASE_URL = "https://www.cbr.ru"
MAX_BYTES = 5_000_000
"""A year of one currency is about 40 kB; more than this is not an answer of the feed."""


class CbrUnavailable(RuntimeError):
    """The feed cannot be reached or answers with something else; the message says what to do."""


class CbrClient:
    """Reads the feed politely: one request at a time, every answer about the past asked once and kept in `cache`."""

    def __init__(self, cache: Path, base_url: str = BASE_URL, contact: str = "", timeout: float = 10.0) -> None:
        agent = "salary-assets/0.1" + (f" ({contact})" if contact else "")
        self._cache = cache / "cbr"
        self._http = httpx.Client(
            base_url=base_url,
            headers={"User-Agent": agent},
            timeout=httpx.Timeout(timeout, connect=min(timeout, 5.0)),
            follow_redirects=True,
        )

    def __enter__(self) -> CbrClient:
        return self

    def __exit__(self, *_: object) -> None:
        self._http.close()

    def daily(self, day: date) -> tuple[date, pd.DataFrame]:
        """The rates in force on a day: the day they were set for, and a frame of currency, cbr_id, rub_per_unit.

        On a day without a rate of its own the feed answers with the last earlier one; the first value says which.
        Raises CbrUnavailable.
        """
        name = f"daily_{day:%Y-%m-%d}.xml"
        root = self._answer(name, "/scripts/XML_daily.asp", {"date_req": f"{day:%d/%m/%Y}"})
        rows = [
            {
                "currency": valute.findtext("CharCode"),
                "cbr_id": valute.get("ID"),
                "rub_per_unit": _per_unit(valute.findtext("Value"), valute.findtext("Nominal")),
            }
            for valute in root.iter("Valute")
        ]
        return _day(root.get("Date")), pd.DataFrame(rows, columns=["currency", "cbr_id", "rub_per_unit"])

    def over(self, currencies: Iterable[str], first: date, last: date, today: date) -> pd.DataFrame:
        """Rates of some currencies set for the days first..last, none later than today, as an ExchangeRates frame.

        Currencies that the Bank of Russia does not quote are absent. Raises CbrUnavailable.
        """
        _, quoted = self.daily(min(last, today))
        ids = quoted.set_index("currency")["cbr_id"]
        rows = []
        for currency in sorted(set(currencies) & set(ids.index)):
            for year in range(first.year, min(last, today).year + 1):
                end = min(date(year, 12, 31), today)
                rows += self._dynamic(currency, str(ids[currency]), date(year, 1, 1), end)
        return ExchangeRates.frame([row for row in rows if str(first) <= str(row["effective_on"]) <= str(last)])

    def _dynamic(self, currency: str, cbr_id: str, begin: date, end: date) -> list[dict[str, str | float]]:
        name = f"{cbr_id}_{begin:%Y-%m-%d}_{end:%Y-%m-%d}.xml"
        asked = {"date_req1": f"{begin:%d/%m/%Y}", "date_req2": f"{end:%d/%m/%Y}", "VAL_NM_RQ": cbr_id}
        return [
            {
                "effective_on": f"{_day(record.get('Date')):%Y-%m-%d}",
                "currency": currency,
                "rub_per_unit": _per_unit(record.findtext("Value"), record.findtext("Nominal")),
                "origin": CBR_DAILY,
            }
            for record in self._answer(name, "/scripts/XML_dynamic.asp", asked).iter("Record")
        ]

    def _answer(self, name: str, path: str, query: dict[str, str]) -> Element:
        """The feed's answer, from the cache when a sound one is there."""
        cached = self._cache / name
        if cached.is_file():
            with contextlib.suppress(CbrUnavailable):
                return _parsed(cached.read_bytes(), name)
        raw = self._fetch(path, query)
        root = _parsed(raw, name)
        write_bytes(cached, raw)
        return root

    def _fetch(self, path: str, query: dict[str, str]) -> bytes:
        raw = b""
        try:
            with self._http.stream("GET", path, params=query) as answer:
                answer.raise_for_status()
                for chunk in answer.iter_bytes():
                    raw += chunk
                    if len(raw) > MAX_BYTES:
                        raise CbrUnavailable(
                            f"{answer.url} sends over {MAX_BYTES} bytes: no list of rates is that long"
                        )
        except httpx.HTTPError as error:
            raise CbrUnavailable(
                f"the Bank of Russia's feed at {self._http.base_url} did not answer ({error or type(error).__name__});"
                " bundled monthly figures and <home>/rates.csv still work"
            ) from error
        return raw


def _parsed(raw: bytes, name: str) -> Element:
    try:
        root: Element = ElementTree.fromstring(raw)
    except (ParseError, ValueError) as error:
        raise CbrUnavailable(f"the Bank of Russia's feed answered {name} with no XML: {error}") from error
    if root.tag != "ValCurs":
        raise CbrUnavailable(f"the Bank of Russia's feed answered {name} with <{root.tag}> instead of rates")
    # It says what is wrong with a request as the text of an otherwise sound document.
    if said := (root.text or "").strip():
        raise CbrUnavailable(f"the Bank of Russia's feed answered {name} with {said[:80]!r} instead of rates")
    return root


def _day(text: str | None) -> date:
    try:
        return datetime.strptime(text or "", "%d.%m.%Y").date()  # noqa: DTZ007
    except ValueError as error:
        raise CbrUnavailable(f"the Bank of Russia's feed gave the day {text!r}") from error


def _per_unit(value: str | None, nominal: str | None) -> float:
    try:
        return float((value or "").replace("\xa0", "").replace(",", ".")) / float((nominal or "").replace("\xa0", ""))
    except (ValueError, ZeroDivisionError) as error:
        raise CbrUnavailable(f"the Bank of Russia's feed gave value {value!r} for {nominal!r} units") from error
