"""Tables of the collection layer: what was received, what it says, what could not be read."""

from __future__ import annotations

import pyarrow as pa

from salary_assets.storage.contract import STRINGS, Bool, Contract, Float, Int, Nested, Text, Time, column
from salary_assets.storage.vocabulary import DATE_PRECISIONS, OUTCOMES, PERIODS, TAXES, TRANSPORTS


class RawAds(Contract, table="raw_ads", key=("native_id", "payload_hash")):
    """Advertisements exactly as received; append-only, the same payload once, a changed payload is a new row."""

    source: Text = column("Slug of the feed in the registry", nullable=False)
    native_id: Text = column("Identifier that the source gives the ad", nullable=False)
    fetched_at: Time = column("When we received it, or when the archive file was written", "UTC", nullable=False)
    published_at: Time = column("Publication time that decides the month", "UTC", nullable=False)
    transport: Text = column("How it came", isin=TRANSPORTS, nullable=False)
    url: Text = column("Address it was fetched from; null for files")
    content_type: Text = column("Media type of the payload", nullable=False)
    payload: Nested = column("The bytes received", arrow=pa.binary(), nullable=False)
    payload_hash: Text = column("SHA-256 of the payload", nullable=False)
    origin: Text = column("Archive file and line, or request, for tracing back", nullable=False)


class Postings(Contract, table="postings", key=("posting_id",)):
    """One typed row per ad version, by the parser of its source. Contacts are already out of the text."""

    posting_id: Text = column("`source/native id`", nullable=False)
    source: Text = column("Slug of the feed in the registry", nullable=False)
    native_id: Text = column("Identifier that the source gives the ad", nullable=False)
    version: Int = column("1 for the first payload seen, 2 for the next changed one, ...", nullable=False, ge=1)
    published_at: Time = column("Publication time", "UTC", nullable=False)
    published_raw: Text = column("Publication date as the source wrote it", nullable=False)
    published_precision: Text = column("How exact that date is", isin=DATE_PRECISIONS, nullable=False)
    fetched_at: Time = column("When the payload was received", "UTC", nullable=False)
    title: Text = column("Headline of the ad; null where the source has none (Telegram)")
    text: Text = column("Body as plain text, contacts replaced by [email], [phone], [handle], [link]", nullable=False)
    language: Text = column("ru, en, or other", isin=("ru", "en", "other"))
    employer_id: Text = column("Identifier of the employer at the source")
    employer_name: Text = column("Employer as the source names it")
    area_id: Text = column("Identifier of the place at the source")
    area_name: Text = column("Place as the source names it")
    country: Text = column("Country as the source names it")
    pay_raw: Text = column("Stated pay as the source wrote it; null where it stated none in markup")
    pay_from: Float = column("Stated lower bound", "currency/period as stated", ge=0)
    pay_to: Float = column("Stated upper bound", "currency/period as stated", ge=0)
    currency: Text = column("ISO 4217 code; RUR read as RUB, BYR as BYN; USDT kept")
    tax: Text = column("Whether the stated pay is before or after income tax", isin=TAXES)
    period: Text = column("What the stated amount pays for", isin=PERIODS)
    experience_raw: Text = column("Stated experience: the source's id or words")
    schedule_raw: Text = column("Stated schedule: the source's id or words")
    employment_raw: Text = column("Stated employment: the source's id or words")
    work_formats_raw: Nested = column("Stated work formats, ids or words", arrow=STRINGS, nullable=False)
    grades_raw: Nested = column("Stated grades, the source's words", arrow=STRINGS, nullable=False)
    roles_raw: Nested = column("Stated professional roles, ids or names", arrow=STRINGS, nullable=False)
    specializations_raw: Nested = column("Stated specializations (hh, before 2022)", arrow=STRINGS, nullable=False)
    skills_raw: Nested = column("Skills listed in markup, as spelled", arrow=STRINGS, nullable=False)
    url: Text = column("Public page of the ad")
    transport: Text = column("How it came", isin=TRANSPORTS, nullable=False)
    archived: Bool = column("The source says that the ad is closed")
    unknown_keys: Text = column("JSON object of payload keys that the parser does not know; null when none")
    content_hash: Text = column("SHA-256 of title, text and stated fields: equal for equal ads", nullable=False)
    origin: Text = column("Archive file and line, or request, for tracing back", nullable=False)


class Quarantine(Contract, table="quarantine", key=("stage", "origin", "record_hash")):
    """Records that could not be used, each with the reason; nothing vanishes."""

    source: Text = column("Slug of the feed in the registry", nullable=False)
    month: Text = column("Publication month, or `unknown`", nullable=False)
    stage: Text = column("Step that refused the record: archive, raw_ads, postings, labels, pay", nullable=False)
    origin: Text = column("File and line, request, or posting id", nullable=False)
    reason: Text = column("Why it was refused, in words that say what to do", nullable=False)
    record: Text = column("The record, cut to 10 000 characters", nullable=False)
    record_hash: Text = column("SHA-256 of the whole record", nullable=False)


class Sightings(Contract, table="sightings", key=("native_id",)):
    """What live collection knows of each ad beside its payloads: seen when, changed or gone, published again."""

    source: Text = column("Slug of the feed in the registry", nullable=False)
    native_id: Text = column("Identifier that the source gives the ad", nullable=False)
    published_at: Time = column("Publication time as last listed", "UTC", nullable=False)
    first_seen: Time = column("First run that listed it", "UTC", nullable=False)
    last_seen: Time = column("Last run that listed it", "UTC", nullable=False)
    fingerprint: Text = column("Hash of what the listing says of it; a new one means a changed ad", nullable=False)
    gone_at: Time = column("Run that found it gone; null while it is listed", "UTC")
    gone_reason: Text = column("not_listed (a complete listing lacks it) or not_found (its page is gone)")
    republished_of: Text = column("Native id of the earlier ad with the same fingerprint, if any")


class SourceRuns(Contract, table="source_runs", key=("source", "started_at")):
    """One row per run of collecting a source: how it went. Parts are by the month of the run."""

    source: Text = column("Slug of the feed in the registry", nullable=False)
    started_at: Time = column("When the run began", "UTC", nullable=False)
    seconds: Float = column("How long it took", "s", nullable=False, ge=0)
    months: Nested = column("Publication months asked for", arrow=STRINGS, nullable=False)
    status: Text = column("ok, empty, blocked or broken: the worst of its months", isin=OUTCOMES, nullable=False)
    failed_months: Nested = column("Those of the months that ended blocked or broken", arrow=STRINGS)
    reason: Text = column("Why, and what to do; null when ok")
    requests: Int = column("Requests made, retries included", "requests", nullable=False, ge=0)
    bytes: Int = column("Bytes received over the network", "bytes", nullable=False, ge=0)
    found: Int = column("Ads that the source said it has; null where it does not say", "ads", ge=0)
    listed: Int = column("Different ads that it listed", "ads", nullable=False, ge=0)
    completeness: Float = column("listed / found", "share", ge=0)
    new: Int = column("Ads not seen before, those of history files among them", "ads", nullable=False, ge=0)
    changed: Int = column("Known ads with a new payload", "ads", nullable=False, ge=0)
    unchanged: Int = column("Known ads whose payload was there already", "ads", nullable=False, ge=0)
    gone: Int = column("Ads found gone in this run", "ads", nullable=False, ge=0)
    quarantined: Int = column("Records refused in this run", "records", nullable=False, ge=0)
