"""The market tables: one row per vacancy, repeats merged, pay made comparable."""

from salary_assets.market.vacancies import MARKET_VERSION as VERSION
from salary_assets.market.vacancies import MarketTables, build_vacancies

__all__ = ["VERSION", "MarketTables", "build_vacancies"]
