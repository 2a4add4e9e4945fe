"""The grammar of pay: regular expressions put together from data/pay_words.yaml, compiled once.

An amount is `[currency] number [multiplier] [currency]`; a statement is one amount or a range with its leading
word ("от", "up to"); what follows a statement (period, tax, bonus) is read word by word, see `tail`.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable
from dataclasses import dataclass
from importlib import resources
from typing import Any

import yaml

NUMBER = r"\d{1,3}(?:(?: {1,2}|[.,'])\d{3})+(?![\d])|\d+(?:[.,]\d{1,2})?(?!\d)"
_NOT_INSIDE = r"(?<![\w#№@])(?<!\d[.,:/])(?<!\d-)"


@dataclass(frozen=True)
class Grammar:
    """Compiled patterns; all match lower-case text made by `pay_text.flatten`."""

    statement: re.Pattern[str]
    lower: re.Pattern[str]
    upper: re.Pattern[str]
    strong_cue: re.Pattern[str]
    weak_cue: re.Pattern[str]
    between: re.Pattern[str]
    not_pay_before: re.Pattern[str]
    not_pay_after: re.Pattern[str]
    tail: re.Pattern[str]
    period_before: re.Pattern[str]
    tax: re.Pattern[str]
    bonus: re.Pattern[str]
    negotiable: re.Pattern[str]
    beside_digit: re.Pattern[str]
    thousand_roubles: re.Pattern[str]
    hints: tuple[str, ...]
    currencies: tuple[tuple[re.Pattern[str], str], ...]
    multipliers: tuple[tuple[re.Pattern[str], int], ...]
    periods: tuple[tuple[re.Pattern[str], str], ...]
    periods_before: tuple[tuple[re.Pattern[str], str], ...]
    taxes: tuple[tuple[re.Pattern[str], str], ...]
    plausible: dict[str, dict[str, tuple[float, float]]]

    def currency(self, words: str) -> str | None:
        code: str | None = first_name(self.currencies, words)
        return code

    def multiplier(self, words: str) -> int:
        return first_name(self.multipliers, words) or 1


def first_name(table: tuple[tuple[re.Pattern[str], Any], ...], words: str) -> Any:
    """Name of the first pattern that the words begin with, or None."""
    return next((name for pattern, name in table if pattern.match(words)), None)


@functools.cache
def grammar() -> Grammar:
    """The compiled grammar; about 30 ms the first time."""
    words = yaml.safe_load(resources.files("salary_assets.money").joinpath("data/pay_words.yaml").read_text("utf-8"))
    currency = _any(word for patterns in words["currencies"].values() for word in patterns)
    multiplier = _any(word for patterns in words["multipliers"].values() for word in patterns)
    tax = _any(word for patterns in words["taxes"].values() for word in patterns)
    period = _any(word for patterns in words["periods"].values() for word in patterns)
    lead = _any([*words["lower"], *words["upper"], *words["about"]])

    def amount(number: int) -> str:
        return (
            rf"(?:(?P<pre{number}>{currency}) ?)?(?P<num{number}>{NUMBER})(?: ?(?P<mult{number}>{multiplier}))?"
            rf"(?: ?(?:- (?=[^\d]{{1,5}}(?:[^\d ]|$)))?\(?(?P<cur{number}>{currency})\)?)?"
        )

    worded = r",? ?(?:и |-{1,2} ?)?(?:до|to|по)(?![а-яa-z])"
    between = rf" ?(?:-{{1,2}}|~|/(?=\d{{2,3}} ?[кkт])|\.{{2,3}}|÷|{worded})(?: ?(?:до|to|~)(?![а-яa-z]))? ?"
    statement = (
        rf"(?P<lead>(?:(?<![а-яa-z]){lead}(?![а-яa-z])[ :]*){{0,2}}){_NOT_INSIDE}{amount(1)}"
        rf"(?: ?\(?{tax}\)?(?= ?(?:-|до|to) ?\d))?"
        rf"(?:(?P<sep>{between}){amount(2)})?(?P<open> ?(?:{_any(words['open_ended'])}))?"
    )
    tail = (
        rf"(?P<period>{period})|(?P<tax>{tax})|(?P<bonus>{_any(words['bonus'])})|(?P<cur>{currency})"
        r"|(?P<filler>[ ,/()|.:\-*+!~]|по (?:тк(?: рф)?|ип|гпх|сз)|fix|фикс|в|рф|белая|белыми)"
    )
    return Grammar(
        statement=re.compile(statement),
        lower=re.compile(_any(words["lower"])),
        upper=re.compile(_any(words["upper"])),
        strong_cue=re.compile(rf"(?<![а-яa-z]){_any(words['cues']['strong'])}"),
        weak_cue=re.compile(rf"(?<![а-яa-z]){_any(words['cues']['weak'])}"),
        between=re.compile(rf"(?:{_any(words['between'])})*"),
        not_pay_before=re.compile(rf"(?<![а-яa-z]){_any(words['not_pay_before'])}"),
        not_pay_after=re.compile(rf" ?\(?{_any(words['not_pay_after'])}"),
        tail=re.compile(tail),
        period_before=re.compile(_any(word for patterns in words["period_before"].values() for word in patterns)),
        tax=re.compile(rf"(?<![а-яa-z.#]){tax}"),
        bonus=re.compile(_any(words["bonus"])),
        negotiable=re.compile(_any(words["negotiable"])),
        beside_digit=re.compile(rf"\d(?: ?- ?)? ?\(?{_any(words['beside_digit']['after'])}"),
        thousand_roubles=re.compile(_any(words["thousand_roubles"])),
        hints=tuple(words["hints"]),
        currencies=_table(words["currencies"]),
        multipliers=_table(words["multipliers"]),
        periods=_table(words["periods"]),
        periods_before=_table(words["period_before"]),
        taxes=_table(words["taxes"]),
        plausible={
            currency: {period: (least, most) for period, (least, most) in bounds.items()}
            for currency, bounds in words["plausible"].items()
        },
    )


def _any(patterns: Iterable[str]) -> str:
    return "(?:" + "|".join(patterns) + ")"


def _table(patterns: dict[Any, list[str]]) -> tuple[tuple[re.Pattern[str], Any], ...]:
    return tuple((re.compile(_any(words)), name) for name, words in patterns.items())
