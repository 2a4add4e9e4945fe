"""Official exchange rates by day: the last one set not later than the day, if it is not too old, else nothing.

A rate that is not known stays unknown; it is never guessed from a neighbouring month or another market.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from io import StringIO
from pathlib import Path

import numpy as np
import pandas as pd

from salary_assets.money.tables import data_table
from salary_assets.storage.schemas import ExchangeRates

CBR_DAILY = "cbr_daily"
MONTHLY_FILE = "monthly_file"
OPERATOR_FILE = "operator_file"

MAX_AGE_DAYS = {CBR_DAILY: 14, MONTHLY_FILE: 30, OPERATOR_FILE: 30}
"""How long a rate holds. Daily: the Bank of Russia sets none over New Year's holidays, 9 to 12 days. The monthly
figures are of the first day and stand for their month, 31 days with it."""

_PRECEDENCE = [MONTHLY_FILE, CBR_DAILY, OPERATOR_FILE]
"""Of two rates of one currency and day the later in this list counts: an operator's file is a deliberate correction."""


_CODE = re.compile("[A-Z]{3}")


class BadRatesFile(ValueError):
    """An operator's file of rates cannot be used; the message names the file, the line and what is expected."""


@dataclass(frozen=True)
class Rate:
    """Roubles for one unit of `currency`, as set for `effective_on`, and where the figure is from.

    stands_in: the currency whose rate was taken (USD for USDT), else None.
    """

    currency: str
    rub_per_unit: float
    effective_on: date
    origin: str
    stands_in: str | None = None


class Rates:
    """Rates by currency and day, over an `ExchangeRates` frame."""

    def __init__(self, frame: pd.DataFrame) -> None:
        known = frame.assign(
            day=pd.to_datetime(frame["effective_on"]).astype("datetime64[s]"),
            rank=frame["origin"].map({name: rank for rank, name in enumerate(_PRECEDENCE)}),
        )
        known = known.sort_values(["day", "currency", "rank"]).drop_duplicates(["day", "currency"], keep="last")
        self._known = known[["day", "currency", "rub_per_unit", "origin"]].reset_index(drop=True)

    @classmethod
    def from_frame(cls, frame: pd.DataFrame) -> Rates:
        return cls(frame)

    def on(self, currency: str, day: date) -> Rate | None:
        """The rate for an ad of that day, or None when no rate of the currency is recent enough."""
        found = self.lookup(pd.Series([currency], dtype="str"), pd.Series([pd.Timestamp(day)])).iloc[0]
        if pd.isna(found["rub_per_unit"]):
            return None
        stands_in = found["stands_in"]
        return Rate(
            currency,
            float(found["rub_per_unit"]),
            found["effective_on"].date(),
            found["origin"],
            stands_in if isinstance(stands_in, str) else None,
        )

    def lookup(self, currencies: pd.Series[str], days: pd.Series[pd.Timestamp]) -> pd.DataFrame:
        """Rates of many ads at once. `days` are naive calendar days.

        Returns, aligned to `currencies`: rub_per_unit (NaN unknown), effective_on, origin, stands_in.
        Roubles are 1 to a rouble, with origin `rouble`.
        """
        substitutes = data_table("currencies.csv").dropna(subset=["same_as"]).set_index("currency")["same_as"]
        stands_in = currencies.map(substitutes)
        asked = pd.DataFrame(
            {
                "currency": stands_in.fillna(currencies).to_numpy(),
                "day": days.to_numpy().astype("datetime64[s]"),
                "place": np.arange(len(currencies)),
            }
        )
        asked["currency"] = asked["currency"].astype("str")
        usable = asked[asked["currency"].notna() & asked["day"].notna()].sort_values("day", kind="stable")
        known = self._known.rename(columns={"day": "effective_on"})
        found = pd.merge_asof(usable, known, left_on="day", right_on="effective_on", by="currency")
        found = found.set_index("place").reindex(asked["place"])
        age = (found["day"] - found["effective_on"]).dt.days
        found.loc[age > found["origin"].map(MAX_AGE_DAYS), ["rub_per_unit", "effective_on", "origin"]] = None
        roubles = (asked["currency"] == "RUB").to_numpy()
        found.loc[roubles, "rub_per_unit"] = 1.0
        found.loc[roubles, "origin"] = "rouble"
        found["effective_on"] = found["effective_on"].mask(roubles, asked["day"])
        found["stands_in"] = stands_in.astype("str").to_numpy()
        return found[["rub_per_unit", "effective_on", "origin", "stands_in"]].set_axis(currencies.index)


def bundled_rates() -> pd.DataFrame:
    """The monthly figures that the project carries, 2017-01 to 2022-07, as an ExchangeRates frame."""
    return _long(data_table("cbr_monthly.csv"), MONTHLY_FILE)


def operator_rates(path: Path) -> pd.DataFrame:
    """Rates that an operator supplies: CSV of `date` (YYYY-MM-DD) and a column per ISO currency, roubles for one unit.

    Raises BadRatesFile when the file is no such table.
    """
    try:
        table = pd.read_csv(StringIO(path.read_text(encoding="utf-8-sig")), comment="#", dtype={"date": "str"})
    except (OSError, UnicodeDecodeError, pd.errors.ParserError, pd.errors.EmptyDataError) as error:
        raise BadRatesFile(f"{path}: cannot be read as UTF-8 CSV: {error}") from error
    expected = "expected columns date,USD,EUR,... with days as YYYY-MM-DD and roubles for one unit"
    if "date" not in table.columns:
        raise BadRatesFile(f"{path}: no column `date`; {expected}")
    days = pd.to_datetime(table["date"], format="%Y-%m-%d", errors="coerce")
    if days.isna().any():
        line = int(days.isna().to_numpy().argmax())
        raise BadRatesFile(f"{path}: row {line + 1} has date {table['date'].iloc[line]}; {expected}")
    if days.duplicated().any():
        line = int(days.duplicated().to_numpy().argmax())
        raise BadRatesFile(f"{path}: row {line + 1} repeats {days.iloc[line]:%Y-%m-%d}; keep one row a day")
    # Days are compared as text from here on, and `2024-1-5` is a day, too.
    table["date"] = days.dt.strftime("%Y-%m-%d")
    for name in table.columns.drop("date"):
        if not _CODE.fullmatch(name):
            raise BadRatesFile(f"{path}: column `{name}` is no ISO currency; {expected}")
        figures = pd.to_numeric(table[name], errors="coerce")
        wrong = (figures.isna() & table[name].notna()) | (figures <= 0) | np.isinf(figures)
        if wrong.any():
            line = int(wrong.to_numpy().argmax())
            raise BadRatesFile(f"{path}: row {line + 1}, {name} is {table[name].iloc[line]}; {expected}")
        table[name] = figures
    return _long(table, OPERATOR_FILE)


def _long(table: pd.DataFrame, origin: str) -> pd.DataFrame:
    rows = table.melt(id_vars="date", var_name="currency", value_name="rub_per_unit").dropna(subset=["rub_per_unit"])
    rows = rows.rename(columns={"date": "effective_on"}).assign(origin=origin)
    return ExchangeRates.checked(rows)
