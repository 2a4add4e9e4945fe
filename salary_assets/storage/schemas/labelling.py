"""Tables of the labelling layer: what an ad offers, who said so, and where markup and text disagree."""

from __future__ import annotations

import pyarrow as pa

from salary_assets.storage.contract import STRINGS, Bool, Contract, Float, Int, Nested, Text, Time, column
from salary_assets.storage.vocabulary import EMPLOYMENT, KINDS, PERIODS, POSITIONS, TAXES

SKILL_MENTIONS = pa.list_(
    pa.struct(
        [
            ("spelling", pa.string()),
            ("start", pa.int64()),
            ("end", pa.int64()),
            ("by", pa.string()),
        ]
    )
)
"""Skill mentions: the spelling as written, its place in the posting's text (-1 where it is from markup or
title), and who named it: `stated` (key skills of the source), `rules`, or `mistral:<model>`."""

EVIDENCE = pa.list_(
    pa.struct([("field", pa.string()), ("start", pa.int64()), ("end", pa.int64()), ("quote", pa.string())])
)
"""The words of the ad that a value was read from; offsets count characters of the posting's text, -1 = title."""


class LabelledPostings(Contract, table="labelled_postings", key=("posting_id",)):
    """Labels of each posting. `*_by` says who gave the value: stated, rules, or `mistral:<model>`; null = silent ad."""

    posting_id: Text = column("`source/native id`", nullable=False)
    source: Text = column("Slug of the feed in the registry", nullable=False)
    published_at: Time = column("Publication time", "UTC", nullable=False)
    content_hash: Text = column("Content that was labelled", nullable=False)
    kind: Text = column("vacancy, resume or other", isin=KINDS, nullable=False)
    is_it: Bool = column("Whether it is about work in IT", nullable=False)
    title: Text = column("Job title: stated, or found in the text")
    position: Text = column("Profession of hh.ru's catalogue", isin=POSITIONS)
    position_by: Text = column("Who gave the profession")
    position_confidence: Float = column("0 to 1", ge=0, le=1)
    grades: Nested = column("Grades named by the ad, lowest first", arrow=STRINGS, nullable=False)
    grades_by: Text = column("Who gave the grades")
    experience_min: Float = column("Least experience asked", "years", ge=0, le=60)
    experience_max: Float = column("Most experience asked", "years", ge=0, le=60)
    experience_by: Text = column("Who gave the experience")
    work_formats: Nested = column("remote, hybrid, office", arrow=STRINGS, nullable=False)
    work_formats_by: Text = column("Who gave the formats")
    employment: Text = column("Kind of employment", isin=EMPLOYMENT)
    employment_by: Text = column("Who gave the employment")
    city: Text = column("City, in its usual spelling")
    region: Text = column("Region of Russia, or null")
    country: Text = column("ISO 3166-1 alpha-2 code")
    area_by: Text = column("Who gave the place")
    pay_raw: Text = column("The words that state the pay")
    pay_from: Float = column("Lower bound as stated", "currency/period", ge=0)
    pay_to: Float = column("Upper bound as stated", "currency/period", ge=0)
    currency: Text = column("ISO 4217 code, or USDT")
    tax: Text = column("net, gross or unknown", isin=TAXES)
    period: Text = column("What the amount pays for", isin=PERIODS)
    pay_bonus: Bool = column("A bonus on top is promised")
    pay_by: Text = column("Who gave the pay")
    pay_reason: Text = column("Why no pay could be read although the text speaks of money")
    skills: Nested = column("Skill mentions with their place and who named them", arrow=SKILL_MENTIONS, nullable=False)
    evidence: Nested = column("Words each value was read from", arrow=EVIDENCE, nullable=False)
    labeller: Text = column("Labeller that decided: rules, or `mistral:<model>`", nullable=False)
    labeller_version: Text = column("Version of the rules or of the prompt", nullable=False)


class LabelAudit(Contract, table="label_audit", key=("source", "month", "position", "field")):
    """Per source, month, profession and field: how often the ad's own markup and its text disagree."""

    source: Text = column("Slug of the feed", nullable=False)
    month: Text = column("Publication month", nullable=False)
    position: Text = column("Profession, or `all`", nullable=False)
    field: Text = column("Label that is compared", nullable=False)
    postings: Int = column("Postings of the cell", "rows", nullable=False, ge=0)
    stated: Int = column("Of them with the field in markup", "rows", nullable=False, ge=0)
    in_text: Int = column("Of them with the field in the text", "rows", nullable=False, ge=0)
    both: Int = column("Of them with both", "rows", nullable=False, ge=0)
    disagree: Int = column("Of those with both: rows where they differ", "rows", nullable=False, ge=0)
