"""The pay parser: words of an ad -> what is paid, in which currency, before or after tax, for which period.

It refuses rather than guesses: an amount counts only beside a word or sign of pay, and a reading that could mean
two things is refused with its reason.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from salary_assets.money.pay_amounts import SHORT, Candidate, candidates
from salary_assets.money.pay_grammar import grammar
from salary_assets.money.pay_text import Flat, flatten
from salary_assets.money.pay_units import Refusal, read_units

Tax = Literal["net", "gross", "unknown"]
Period = Literal["month", "hour", "day", "shift", "week", "year", "project"]
Reason = Literal[
    "no_money",
    "negotiable",
    "not_about_pay",
    "unclear_unit",
    "implausible_amount",
    "bounds_reversed",
    "currency_not_stated",
]
MASK = "[amount]"


@dataclass(frozen=True)
class PayStatement:
    """One offer of pay. Amounts are in `currency` per `period`, as stated: nothing is converted.

    currency: ISO 4217 code or USDT; None where the ad names none and the amount does not settle it.
    raw, start, end: the words and their half-open span in the text that was parsed.
    """

    amount_from: float | None
    amount_to: float | None
    currency: str | None
    tax: Tax
    period: Period
    bonus: bool
    raw: str
    start: int
    end: int


@dataclass(frozen=True)
class PayReading:
    """Statements in the order of the text, or the reason why there is none.

    reason: None when the first statement is complete; `currency_not_stated` when only its currency is missing.
    """

    statements: tuple[PayStatement, ...]
    reason: Reason | None

    @property
    def first(self) -> PayStatement | None:
        return self.statements[0] if self.statements else None


def parse_pay(text: str) -> PayReading:
    """Read every statement of pay in `text` (Russian or English, one line or a whole ad). Never raises.

    `amount_from <= amount_to` holds where both are given; a single amount without "от" or "до" fills both.
    """
    return read_pay(flatten(text), text)


def read_pay(flat: Flat, text: str, found: tuple[Candidate, ...] | None = None) -> PayReading:
    """`parse_pay` for a text that the caller has flattened and perhaps scanned (`found`) already."""
    statements: list[PayStatement] = []
    refused: list[Reason] = []
    for candidate in scan(flat) if found is None else found:
        if not candidate.is_pay:
            if candidate.has_money:
                refused.append("not_about_pay")
            continue
        units = read_units(candidate)
        if isinstance(units, Refusal):
            refused.append(units.reason)
            continue
        currency = units.currency
        if currency is None and statements and "\n" not in text[statements[-1].end : flat.origin(candidate.start)]:
            currency = statements[-1].currency
        start, end = flat.span(candidate.start, candidate.end)
        statements.append(
            PayStatement(
                amount_from=units.amount_from,
                amount_to=units.amount_to,
                currency=currency,
                tax=units.tax,
                period=units.period,
                bonus=units.bonus,
                raw=text[start:end],
                start=start,
                end=end,
            )
        )
    ranked = _without_repeats(statements)
    if ranked:
        return PayReading(ranked, None if ranked[0].currency else "currency_not_stated")
    return PayReading((), _why_nothing(flat.text, refused))


def scan(flat: Flat) -> tuple[Candidate, ...]:
    """All amounts of the text that may be money, in order: for callers that both read and blank pay."""
    return tuple(candidates(flat.text))


def mask_pay(text: str, token: str = MASK) -> str:
    """`text` with every amount of money replaced by `token`, so that no reader after it can see pay."""
    for _ in range(3):
        flat = flatten(text)
        spans = [flat.span(amount.start, amount.end) for amount in scan(flat) if amount.has_money]
        if not spans:
            break
        pieces, position = [], 0
        for start, end in spans:
            pieces += [text[position:start], token]
            position = end
        text = "".join([*pieces, text[position:]])
    return text


def blank_pay(flat: Flat, found: tuple[Candidate, ...] | None = None) -> str:
    """The plain text with amounts of money overwritten by blanks, so that offsets stay true."""
    pieces, position = [], 0
    for candidate in scan(flat) if found is None else found:
        if candidate.has_money:
            pieces += [flat.text[position : candidate.start], " " * (candidate.end - candidate.start)]
            position = candidate.end
    return "".join([*pieces, flat.text[position:]])


def _without_repeats(statements: list[PayStatement]) -> tuple[PayStatement, ...]:
    seen = set()
    kept = []
    for statement in statements:
        key = (statement.amount_from, statement.amount_to, statement.currency, statement.period)
        if key not in seen:
            seen.add(key)
            kept.append(statement)
    return tuple(kept)


def _why_nothing(text: str, refused: list[Reason]) -> Reason:
    telling = [reason for reason in refused if reason != "not_about_pay"]
    if telling:
        return telling[0]
    rules = grammar()
    if (rules.strong_cue.search(text) or len(text) <= SHORT) and rules.negotiable.search(text):
        return "negotiable"
    return "not_about_pay" if refused else "no_money"
