"""Amounts of money: reading them from text, rates by day, income tax by year, net roubles a month."""

from salary_assets.money.cbr import CbrClient, CbrUnavailable
from salary_assets.money.exchange import RATES_VERSION, rates_by_month
from salary_assets.money.explain import explain_steps
from salary_assets.money.net import net_monthly_frame
from salary_assets.money.pay import PayReading, PayStatement, mask_pay, parse_pay
from salary_assets.money.rates import BadRatesFile, Rate, Rates, bundled_rates, operator_rates
from salary_assets.money.tax import annual_tax, net_of_gross

__all__ = [
    "RATES_VERSION",
    "BadRatesFile",
    "CbrClient",
    "CbrUnavailable",
    "PayReading",
    "PayStatement",
    "Rate",
    "Rates",
    "annual_tax",
    "bundled_rates",
    "explain_steps",
    "mask_pay",
    "net_monthly_frame",
    "net_of_gross",
    "operator_rates",
    "parse_pay",
    "rates_by_month",
]
