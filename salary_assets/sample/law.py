"""The pay law of the sample market: what a job pays, how an ad states it, and what stating hides.

The law is additive in log pay, so that a regression can find it and the best reachable error is known. Its
income tax is written apart from `salary_assets.money` on purpose: truth must not come from the code it checks.
"""

from __future__ import annotations

import functools
import random
from dataclasses import dataclass
from math import exp

from salary_assets.sample.grammar import Place, Profession, SkillEntry, Specialty, Weights, read_yaml


@dataclass(frozen=True)
class Law:
    """Coefficients in log net RUB/month. `experience_by_grade`: chances of hh.ru's experience bands in a grade."""

    grade: Weights
    experience: Weights
    remote_keeps: float
    english: float
    per_month: float
    employer_sd: float
    noise_sd: float
    not_it_sd: float
    fork: Weights
    experience_by_grade: dict[str, Weights]
    formats: Weights
    pay_stated: Weights
    bounds: Weights
    tax: dict[str, Weights]
    currency: dict[str, Weights]
    roubles_per_unit: Weights
    hours_per_month: float
    income_tax: list[tuple[float | None, float]]

    def mean_log_pay(
        self,
        profession: Profession,
        specialty: Specialty,
        grade: str,
        experience: str,
        place: Place,
        remote: bool,
        english: bool,
        months: int,
        skills: list[SkillEntry],
    ) -> float:
        """Log of net RUB/month that the market pays for such a job, before employer and noise.

        `months` counts from the first month of the sample; `skills` are those the ad requires.
        """
        return (
            profession.pay
            + specialty.pay
            + self.grade[grade]
            + self.experience[experience]
            + place.pay * (self.remote_keeps if remote else 1.0)
            + (self.english if english else 0.0)
            + self.per_month * months
            + sum(skill.pay for skill in skills)
        )

    def net_of(self, gross: float) -> float:
        """RUB/month after income tax, the year's tax spread evenly over its months."""
        taken, start = 0.0, 0.0
        year = gross * 12
        for bound, rate in self.income_tax:
            end = year if bound is None else min(year, bound)
            taken += max(0.0, end - start) * rate
            start = end
        return (year - taken) / 12

    def gross_of(self, net: float) -> float:
        """RUB/month before income tax: the inverse of `net_of`."""
        low, high = net, net * 2
        for _ in range(60):
            middle = (low + high) / 2
            low, high = (middle, high) if self.net_of(middle) < net else (low, middle)
        return high


@dataclass(frozen=True)
class StatedPay:
    """Pay as an ad states it (in `currency`, per `period`), and the net RUB/month those words really mean.

    In the sample market `unknown` tax means net. `net_*` are None where nobody can know them: in currencies without
    an official rate for the sample's months, and before the income tax of another country.
    """

    amount_from: int | None
    amount_to: int | None
    currency: str
    tax: str
    period: str
    net_from: float | None
    net_to: float | None


@functools.cache
def load_law() -> Law:
    """The law from the packaged `law.yaml`."""
    return Law(**read_yaml("law.yaml"))


def choose(rng: random.Random, weights: Weights) -> str:
    """One key, by weight."""
    return rng.choices(list(weights), list(weights.values()))[0]


def state_pay(law: Law, rng: random.Random, log_pay: float, fork: float, source: str, country: str) -> StatedPay:
    """How an ad of `source` (hh, telegram, board) states a pay whose log middle is `log_pay`.

    fork: log of upper over lower bound. Amounts are rounded as people round them.
    """
    bounds = choose(rng, law.bounds)
    currency = choose(rng, law.currency[source])
    tax = choose(rng, law.tax[source])
    hourly = rng.random() < {"hh": 0.006, "telegram": 0.03, "board": 0.0}[source]
    period = "hour" if hourly and currency == "RUB" else "month"
    ends = (exp(log_pay - fork / 2), exp(log_pay + fork / 2))
    stated = [_as_written(law, end, currency, tax, period) for end in ends]
    if bounds == "from":
        stated[1] = None
    elif bounds == "to":
        stated[0] = None
    known = currency == "RUB" and (tax != "gross" or country == "RU")
    monthly = [
        None if amount is None else amount * (law.hours_per_month if period == "hour" else 1) for amount in stated
    ]
    net = [
        None if amount is None or not known else law.net_of(amount) if tax == "gross" else float(amount)
        for amount in monthly
    ]
    return StatedPay(stated[0], stated[1], currency, tax, period, net[0], net[1])


def _as_written(law: Law, net: float, currency: str, tax: str, period: str) -> int | None:
    amount = law.gross_of(net) if tax == "gross" else net
    amount /= law.roubles_per_unit.get(currency, 1.0)
    if period == "hour":
        return int(round(amount / law.hours_per_month / 50) * 50)
    step = {"RUB": 5_000 if amount > 60_000 else 1_000, "KZT": 10_000}.get(currency, 100)
    return int(max(1, round(amount / step)) * step)
