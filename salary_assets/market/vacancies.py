"""Postings and labels -> `vacancies`: repeats merged across sources and days, pay as net RUB/month at the ad's date."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
import pandas as pd

from salary_assets.labelling.places import region_place
from salary_assets.market.counts import newest_of_each, step_counts
from salary_assets.market.merging import merge_ads
from salary_assets.money import Rates, net_monthly_frame
from salary_assets.postings import DUPLICATES_VERSION, near_duplicates
from salary_assets.storage import Part, quarantine
from salary_assets.storage.clock import MOSCOW
from salary_assets.storage.schemas import LabelledPostings, Quarantine, Vacancies

MARKET_VERSION = f"2.duplicates-{DUPLICATES_VERSION}"
"""Bump when the same postings, labels and rates would give other vacancies."""

STAGE = "pay"
_OWN = ["posting_id", "source", "published_at", "content_hash", "title"]
"""Columns that postings and labels both have and that are the posting's; others are the label's reading of it."""
PAY_COLUMNS = ["pay_raw", "pay_from", "pay_to", "currency", "tax", "period"]


@dataclass(frozen=True)
class MarketTables:
    """vacancies: the table. quarantine: implausible pay, stage `pay`; the vacancies stay, without comparable pay.

    counts: rows before and after each step, in the order of the steps (see `step_counts`).
    """

    vacancies: pd.DataFrame
    quarantine: pd.DataFrame
    counts: dict[str, int]


def build_vacancies(
    postings: pd.DataFrame, labels: pd.DataFrame, rates: pd.DataFrame, feeds: Collection[str] | None = None
) -> MarketTables:
    """Build `vacancies` from frames of the Postings, LabelledPostings and ExchangeRates contracts.

    feeds: keep ads of these feeds only (None: all). Resumes and other posts are left out and counted.
    """
    counts = {"postings": len(postings)}
    if feeds is not None:
        postings = postings[postings["source"].isin(list(feeds))]
        counts["postings of the feeds kept"] = len(postings)
        labels = labels[labels["source"].isin(list(feeds))]
    postings, labels = newest_of_each(postings), newest_of_each(labels)
    counts["postings, newest of each republished ad"] = len(postings)
    stated = [name for name in postings.columns if name not in LabelledPostings.column_names() or name in _OWN]
    said = [name for name in LabelledPostings.column_names() if name not in _OWN or name == "posting_id"]
    ads = postings[stated].merge(labels[[*said, "title"]].rename(columns={"title": "labelled_title"}), on="posting_id")
    ads = ads[ads["kind"] == "vacancy"].sort_values("posting_id", kind="stable").reset_index(drop=True)
    ads["title"] = ads["title"].fillna(ads["labelled_title"])
    vacancies = _merged(_grouped(ads), Rates.from_frame(rates))
    return MarketTables(vacancies, _refused(vacancies), counts | step_counts(labels, vacancies))


def _grouped(ads: pd.DataFrame) -> pd.DataFrame:
    """Ads with their near-duplicate group, their vacancy and how they repeat it."""
    found = near_duplicates(ads)
    described = ads.drop(columns="kind").join(
        found.drop(columns=["posting_id", "source", "published_at", "kind", "representative"])
    )
    described["place"] = described["city"].fillna(described["region"]).fillna(described["country"])
    merged = merge_ads(described)
    return described.assign(vacancy_id=merged["vacancy_id"], repeats_as=merged["kind"])


def _merged(ads: pd.DataFrame, rates: Rates) -> pd.DataFrame:
    """One row per vacancy: what its representative says, and what only all its ads together tell."""
    if ads.empty:
        return Vacancies.no_rows()
    ads = ads.assign(first=ads["repeats_as"] != "itself")
    ads = ads.sort_values(["vacancy_id", "first", "published_at", "posting_id"], kind="stable").reset_index(drop=True)
    table = ads[~ads["first"]].set_index("vacancy_id")
    by_vacancy = ads.groupby("vacancy_id", sort=True)
    table["n_postings"] = by_vacancy.size()
    table["first_seen"], table["last_seen"] = by_vacancy["published_at"].min(), by_vacancy["published_at"].max()
    pairs = pd.Series(
        [{"posting_id": one, "kind": kind} for one, kind in zip(ads["posting_id"], ads["repeats_as"], strict=True)],
        dtype=object,
    )
    table["members"] = _lists(pairs, ads["vacancy_id"])
    feeds = ads[["vacancy_id", "source"]].drop_duplicates().sort_values(["vacancy_id", "source"], kind="stable")
    table["sources"] = _lists(feeds["source"], feeds["vacancy_id"])
    table = _with_pay(table, ads, rates)
    districts = {region: region_place(region).federal_district for region in table["region"].dropna().unique()}
    table["federal_district"] = table["region"].map(districts).astype("str")
    table["month"] = table["published_at"].dt.tz_convert(MOSCOW).dt.strftime("%Y-%m").astype("str")
    table["employer_key"] = table["employer_key"].astype("str")
    table["skills"] = [list(dict.fromkeys(mention["spelling"] for mention in mentions)) for mentions in table["skills"]]
    return Vacancies.checked(table.reset_index()[Vacancies.column_names()])


def _with_pay(table: pd.DataFrame, ads: pd.DataFrame, rates: Rates) -> pd.DataFrame:
    """Pay as the representative states it, or else as the first other ad that does; the steps say which ad it was."""
    stating = ads[ads["pay_from"].notna() | ads["pay_to"].notna()].drop_duplicates("vacancy_id")
    stated = stating.set_index("vacancy_id")[[*PAY_COLUMNS, "published_at", "posting_id"]].reindex(table.index)
    stated["published_at"] = stated["published_at"].fillna(table["published_at"])
    net = net_monthly_frame(stated.assign(country=table["country"]), rates)
    elsewhere = stated["posting_id"].notna() & (stated["posting_id"] != table["posting_id"])
    net.loc[elsewhere, "pay_steps"] = [
        json.dumps([{"step": "found_in", "posting_id": found}, *json.loads(steps)], ensure_ascii=False)
        for found, steps in zip(stated.loc[elsewhere, "posting_id"], net.loc[elsewhere, "pay_steps"], strict=True)
    ]
    table = table.drop(columns=[*PAY_COLUMNS]).join(stated[PAY_COLUMNS])
    return table.join(net)


def _lists(values: pd.Series[str], groups: pd.Series[str]) -> pd.Series[list[str]]:
    """Values of sorted groups as one list per group."""
    starts = np.flatnonzero((groups != groups.shift()).to_numpy())
    ends = np.append(starts[1:], len(groups))
    everything = values.tolist()
    lists = [everything[start:end] for start, end in zip(starts, ends, strict=False)]
    return pd.Series(lists, index=groups.iloc[starts].to_numpy(), dtype=object)


def _refused(vacancies: pd.DataFrame) -> pd.DataFrame:
    """Implausible pay as quarantine rows: the vacancy keeps its row, its stated pay and the status."""
    bad = vacancies[vacancies["pay_status"] == "implausible"]
    rows = []
    for ad in Vacancies.records(bad):
        steps = json.loads(ad["pay_steps"])
        record = json.dumps({"title": ad["title"], "steps": steps}, ensure_ascii=False)
        reason = f"implausible pay: {steps[-1]['reason']}"
        rows.append(quarantine.row(Part(ad["month"], ad["source"]), STAGE, ad["vacancy_id"], reason, record))
    return Quarantine.frame(rows)
