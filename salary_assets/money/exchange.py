"""The rates of a month from every origin there is: the Bank of Russia's feed, the operator's file, the bundled figures.

Without a network the last two are what there is, and each rate's origin says so.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import date, datetime, timedelta

import pandas as pd

from salary_assets.money.cbr import BASE_URL, CbrClient, CbrUnavailable
from salary_assets.money.rates import MAX_AGE_DAYS, bundled_rates, operator_rates
from salary_assets.money.tables import data_table
from salary_assets.storage import Settings
from salary_assets.storage.clock import MOSCOW
from salary_assets.storage.schemas import ExchangeRates

RATES_VERSION = "2"
"""Bump when the same feeds and files would give other rows."""

NO_FEED = "none"
log = logging.getLogger(__name__)


def rates_by_month(settings: Settings, months: Sequence[str], now: datetime) -> dict[str, pd.DataFrame]:
    """Rates of some publication months (`YYYY-MM`), each with the last ones set before it began.

    The feed is SALARY_ASSETS_CBR_URL (default www.cbr.ru, `none` switches it off); when it fails, the run goes on
    with the bundled figures and `<home>/rates.csv`, and a warning says so. Where several origins name one day, the
    operator's file counts before the feed, the feed before the bundled figures. Raises BadRatesFile.
    """
    if not months:
        return {}
    spans = {month: _span(month) for month in months}
    first, last = min(span[0] for span in spans.values()), max(span[1] for span in spans.values())
    frames = [bundled_rates(), _from_feed(settings, first, last, now.astimezone(MOSCOW).date())]
    operator_file = settings.home / "rates.csv"
    if operator_file.is_file():
        frames.append(operator_rates(operator_file))
    known = pd.concat(frames, ignore_index=True).drop_duplicates(ExchangeRates.row_key(), keep="last")
    day = known["effective_on"]
    return {
        month: ExchangeRates.checked(known[(day >= str(begin)) & (day <= str(end))])
        for month, (begin, end) in spans.items()
    }


def _span(month: str) -> tuple[date, date]:
    """First and last day whose rates a month may need: it starts earlier by as long as any rate holds."""
    start = date.fromisoformat(f"{month}-01")
    following = (start + timedelta(days=31)).replace(day=1)
    return start - timedelta(days=max(MAX_AGE_DAYS.values())), following - timedelta(days=1)


def _from_feed(settings: Settings, first: date, last: date, today: date) -> pd.DataFrame:
    url = settings.env.get("SALARY_ASSETS_CBR_URL") or BASE_URL
    if url == NO_FEED or first > today:
        return ExchangeRates.no_rows()
    currencies = data_table("currencies.csv")
    wanted = currencies.loc[currencies["same_as"].isna() & (currencies["currency"] != "RUB"), "currency"]
    try:
        with CbrClient(settings.cache, url, settings.contact) as client:
            return client.over(wanted, first, last, today)
    except CbrUnavailable as error:
        log.warning("Exchange rates of %s to %s: %s", first, last, error)
        return ExchangeRates.no_rows()
