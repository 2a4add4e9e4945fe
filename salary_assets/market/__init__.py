"""The market tables: one row per vacancy, repeats merged, pay made comparable."""

from salary_assets.market.items import HandedAds, postings_of
from salary_assets.market.vacancies import MARKET_VERSION as VERSION
from salary_assets.market.vacancies import STAGE, MarketTables, build_vacancies

__all__ = ["STAGE", "VERSION", "HandedAds", "MarketTables", "build_vacancies", "postings_of"]
