"""Tables of the market layer: rates, the de-duplicated vacancies with comparable pay, the report's figures."""

from __future__ import annotations

import pyarrow as pa

from salary_assets.storage.contract import STRINGS, Bool, Contract, Float, Int, Nested, Text, Time, column
from salary_assets.storage.vocabulary import EMPLOYMENT, PERIODS, POSITIONS, TAXES

PAY_STATUSES = (
    "comparable",
    "not_stated",
    "unknown_rate",
    "not_monthly",
    "foreign_tax",
    "implausible",
)

MEMBERS = pa.list_(pa.struct([("posting_id", pa.string()), ("kind", pa.string())]))
"""Postings merged into one vacancy, and how each repeats the representative: itself, repeat, updated,
cross_post, agency_copy."""


class ExchangeRates(Contract, table="exchange_rates", key=("effective_on", "currency")):
    """Official rates of the Bank of Russia in roubles for one unit. A missing rate is missing, never guessed."""

    effective_on: Text = column("Day the rate was set for, YYYY-MM-DD", nullable=False)
    currency: Text = column("ISO 4217 code", nullable=False)
    rub_per_unit: Float = column("Roubles for one unit of the currency", "RUB", nullable=False, gt=0)
    origin: Text = column(
        "cbr_daily (client), monthly_file (bundled first-of-month figures), operator_file", nullable=False
    )


class Vacancies(Contract, table="vacancies", key=("vacancy_id",)):
    """One row per vacancy: repeats across sources and days merged, pay as net roubles a month at the ad's date."""

    vacancy_id: Text = column("Posting id of the representative", nullable=False)
    cluster_id: Text = column(
        "Near-duplicate group; rows of one group never fall on two sides of a split", nullable=False
    )
    source: Text = column("Feed of the representative", nullable=False)
    sources: Nested = column("All feeds the vacancy was seen in", arrow=STRINGS, nullable=False)
    members: Nested = column("Postings merged into it", arrow=MEMBERS, nullable=False)
    n_postings: Int = column("How many postings were merged", "postings", nullable=False, ge=1)
    first_seen: Time = column("Earliest publication", "UTC", nullable=False)
    last_seen: Time = column("Latest publication", "UTC", nullable=False)
    published_at: Time = column("Publication of the representative", "UTC", nullable=False)
    published_precision: Text = column("How exact that date is", nullable=False)
    month: Text = column("Publication month, YYYY-MM, Europe/Moscow", nullable=False)
    title: Text = column("Job title")
    text: Text = column("Body of the representative", nullable=False)
    language: Text = column("ru, en, or other")
    employer_key: Text = column("Employer: source id or normalised name; null where unknown")
    employer_name: Text = column("Employer as named")
    is_it: Bool = column("Whether it is about work in IT", nullable=False)
    position: Text = column("Profession of hh.ru's catalogue", isin=POSITIONS)
    position_by: Text = column("Who gave the profession")
    grades: Nested = column("Grades named by the ad, lowest first", arrow=STRINGS, nullable=False)
    experience_min: Float = column("Least experience asked", "years")
    experience_max: Float = column("Most experience asked", "years")
    work_formats: Nested = column("remote, hybrid, office", arrow=STRINGS, nullable=False)
    employment: Text = column("Kind of employment", isin=EMPLOYMENT)
    city: Text = column("City")
    region: Text = column("Region of Russia")
    federal_district: Text = column("Federal district of Russia")
    country: Text = column("ISO 3166-1 alpha-2 code")
    roles_raw: Nested = column("Professional roles as the source stated them", arrow=STRINGS, nullable=False)
    specializations_raw: Nested = column("Specializations as the source stated them", arrow=STRINGS, nullable=False)
    schedule_raw: Text = column("Schedule as the source stated it")
    experience_raw: Text = column("Experience as the source stated it")
    skills: Nested = column(
        "Skill spellings named by markup, title or text, in order, once each", arrow=STRINGS, nullable=False
    )
    pay_raw: Text = column("Pay as stated")
    pay_from: Float = column("Lower bound as stated", "currency/period")
    pay_to: Float = column("Upper bound as stated", "currency/period")
    currency: Text = column("Currency as stated")
    tax: Text = column("Tax as stated: net, gross or unknown", isin=TAXES)
    period: Text = column("Period as stated", isin=PERIODS)
    pay_lower: Float = column("Stated lower bound made comparable; null where the ad states none", "RUB/month net")
    pay_upper: Float = column("Stated upper bound made comparable; null where the ad states none", "RUB/month net")
    pay_status: Text = column(
        "Whether the pay could be made comparable, else why not", isin=PAY_STATUSES, nullable=False
    )
    pay_steps: Text = column("JSON list of the steps from stated to comparable pay", nullable=False)


class MarketReport(Contract, table="market_report", key=("section", "dimensions", "measure")):
    """The figures of the market report in long form: the same numbers that the HTML page shows."""

    section: Text = column("Section of the report", nullable=False)
    dimensions: Text = column("JSON object that names the cell, keys sorted", nullable=False)
    measure: Text = column("Which figure: p25, p50, p75, share_comparable, ...", nullable=False)
    value: Float = column("The figure", "as the measure says")
    vacancies: Int = column("Vacancies behind it", "rows", nullable=False, ge=0)
    employers: Int = column("Employers behind it", "employers", ge=0)
    first_month: Text = column("Earliest month behind it")
    last_month: Text = column("Latest month behind it")
