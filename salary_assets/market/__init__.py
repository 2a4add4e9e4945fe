"""The market tables: one row per vacancy, repeats merged, pay made comparable."""

from salary_assets.market.checks import CHECK_NAMES, FIELDS, CheckResult, check_vacancies, fill_rates, refused_pay
from salary_assets.market.counts import step_counts
from salary_assets.market.items import HandedAds, postings_of
from salary_assets.market.vacancies import MARKET_VERSION as VERSION
from salary_assets.market.vacancies import STAGE, MarketTables, build_vacancies

__all__ = [
    "CHECK_NAMES",
    "FIELDS",
    "STAGE",
    "VERSION",
    "CheckResult",
    "HandedAds",
    "MarketTables",
    "build_vacancies",
    "check_vacancies",
    "fill_rates",
    "postings_of",
    "refused_pay",
    "step_counts",
]
