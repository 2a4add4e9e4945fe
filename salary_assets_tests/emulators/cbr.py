"""www.cbr.ru on loopback: XML_daily.asp and XML_dynamic.asp, windows-1251 with a decimal comma and a nominal."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from salary_assets_tests.emulators.server import Emulator, Request, Response

Quotes = Mapping[str, Mapping[str, tuple[str, str]]]
"""Currency -> day (YYYY-MM-DD) -> value as printed, and for how many units."""


class CbrEmulator(Emulator):
    """Answers for these quotes; a day without one of its own is answered with the last before it."""

    def __init__(self, quotes: Quotes, port: int = 0) -> None:
        super().__init__(port)
        self.quotes = {currency: dict(sorted(days.items())) for currency, days in quotes.items()}

    def handle(self, request: Request) -> Response:
        if request.path == "/scripts/XML_daily.asp":
            return self._daily(_read(request.one("date_req")))
        begin, end = str(_read(request.one("date_req1"))), str(_read(request.one("date_req2")))
        currency = request.one("VAL_NM_RQ").removeprefix("R-")
        records = [
            f'<Record Date="{_printed(day)}" Id="R-{currency}"><Nominal>{units}</Nominal>'
            f"<Value>{value}</Value></Record>"
            for day, (value, units) in self.quotes[currency].items()
            if begin <= day <= end
        ]
        return _xml(f'<ValCurs name="Foreign Currency Market Dynamic">{"".join(records)}</ValCurs>')

    def _daily(self, asked: date) -> Response:
        day = max(day for days in self.quotes.values() for day in days if day <= str(asked))
        found = {
            currency: days[max(one for one in days if one <= day)]
            for currency, days in self.quotes.items()
            if min(days) <= day
        }
        valutes = [
            f'<Valute ID="R-{currency}"><NumCode>1</NumCode><CharCode>{currency}</CharCode><Nominal>{units}</Nominal>'
            f"<Name>Валюта</Name><Value>{value}</Value></Valute>"
            for currency, (value, units) in found.items()
        ]
        return _xml(f'<ValCurs Date="{_printed(day)}" name="Foreign Currency Market">{"".join(valutes)}</ValCurs>')


def _read(asked: str) -> date:
    return datetime.strptime(asked, "%d/%m/%Y").date()  # noqa: DTZ007


def _printed(day: str) -> str:
    return f"{date.fromisoformat(day):%d.%m.%Y}"


def _xml(text: str) -> Response:
    body = f'<?xml version="1.0" encoding="windows-1251"?>{text}'.encode("windows-1251")
    return Response(body, content_type="application/xml; charset=windows-1251")
