"""The label: what an ad offers, in closed vocabularies, each value with the words it was read from.

One schema for all labellers; None (or an empty list) means that the ad is silent. Nothing here is guessed from pay.
"""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from salary_assets.storage.vocabulary import Employment, Grade, Kind, Period, Position, Tax, WorkFormat

Account = dict[str, float | int | None]
"""What labelling came to: outcomes by name, and for an LLM tokens, `usd` and `rub` (None without a rate)."""

STATED = "stated"
RULES = "rules"
IN_TITLE = -1
"""Start and end of evidence that stands in the stated title or in markup rather than in the text."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Evidence(_Strict):
    """Words that a value was read from: a half-open span of the posting's text, or IN_TITLE."""

    field: str
    start: int
    end: int
    quote: str


class SkillMention(_Strict):
    """A skill in the ad's own spelling, its place, and who named it: stated, rules, or mistral:<model>."""

    spelling: str = Field(min_length=1)
    start: int = IN_TITLE
    end: int = IN_TITLE
    by: str


class Pay(_Strict):
    """Pay as stated: amounts in `currency` per `period`, nothing converted. `currency` None: the ad names none."""

    raw: str
    amount_from: float | None = Field(default=None, ge=0)
    amount_to: float | None = Field(default=None, ge=0)
    currency: str | None = Field(default=None, pattern=r"^[A-Z]{3,4}$")
    tax: Tax = "unknown"
    period: Period = "month"
    bonus: bool = False


class Label(_Strict):
    """Everything said of one posting. `by` names who gave each value: field -> stated, rules or mistral:<model>.

    experience in years; `pay_reason` says why no pay could be read although the text speaks of money.
    """

    kind: Kind
    is_it: bool
    title: str | None = None
    position: Position | None = None
    position_confidence: float | None = Field(default=None, ge=0, le=1)
    grades: list[Grade] = []
    experience_min: float | None = Field(default=None, ge=0, le=60)
    experience_max: float | None = Field(default=None, ge=0, le=60)
    work_formats: list[WorkFormat] = []
    employment: Employment | None = None
    city: str | None = None
    region: str | None = None
    country: str | None = Field(default=None, pattern=r"^[A-Z]{2}$")
    pay: Pay | None = None
    pay_reason: str | None = None
    skills: list[SkillMention] = []
    evidence: list[Evidence] = []
    by: dict[str, str] = {}
    labeller: str
    labeller_version: str
