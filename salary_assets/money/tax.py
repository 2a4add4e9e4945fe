"""Personal income tax of a Russian tax resident by the scale of a year, on twelve equal monthly pays.

Twelve times the monthly pay goes through the year's scale, and the net is a twelfth of what is left: the average
month of the year, as an offer is compared, rather than the fuller first months.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import numpy as np
import numpy.typing as npt
import pandas as pd

from salary_assets.money.tables import data_table

Floats = npt.NDArray[np.float64]


def scale_of(year: int) -> pd.DataFrame:
    """Brackets in force in that year: above_rub_per_year, rate, law, lowest first. Raises ValueError before 2001."""
    scales = data_table("tax_scales.csv")
    begun = scales[scales["first_year"] <= year]
    if begun.empty:
        raise ValueError(f"no income tax scale is known for {year}; the first is of {scales['first_year'].min()}")
    in_force: pd.DataFrame = begun[begun["first_year"] == begun["first_year"].max()]
    return in_force


@cache
def scale_name(year: int) -> str:
    """The scale in words, e.g. `13% / 15% above 5 000 000 (372-FZ of 23.11.2020)`."""
    scale = scale_of(year)
    steps = [
        f"{rate:.0%}" + (f" above {threshold:,}".replace(",", " ") if threshold else "")
        for threshold, rate in zip(scale["above_rub_per_year"], scale["rate"], strict=True)
    ]
    return " / ".join(steps) + f" ({scale['law'].iloc[0]})"


def annual_tax(income: Floats, year: int) -> Floats:
    """Tax of a year's income, RUB: each bracket's rate on the part of the income above its threshold only."""
    scale = scale_of(year)
    thresholds, rates = scale["above_rub_per_year"].to_numpy(float), scale["rate"].to_numpy(float)
    extra = np.diff(rates, prepend=0.0)
    return np.asarray(np.maximum(income[:, None] - thresholds, 0.0) @ extra)


def net_of_gross(gross: Floats, years: Sequence[int] | npt.NDArray[np.int64]) -> Floats:
    """Gross RUB/month with the year of each -> net RUB/month; NaN stays NaN. Raises ValueError before 2001."""
    net = np.full(len(gross), np.nan)
    of_year = np.asarray(years)
    for year in np.unique(of_year):
        rows = of_year == year
        net[rows] = gross[rows] - annual_tax(gross[rows] * 12, int(year)) / 12
    return net
