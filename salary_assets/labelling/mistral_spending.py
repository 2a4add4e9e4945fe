"""What LLM calls cost, and the budget that stops them before it is passed.

Prices are in US dollars for a million tokens. Roubles are counted only at a rate that the operator gives: a rate is
never invented.
"""

from __future__ import annotations

import functools
import threading
from collections import Counter
from dataclasses import dataclass
from importlib import resources
from typing import Any

import yaml

from salary_assets.labelling.schema import Account
from salary_assets.storage import BadSetting, Settings

DEFAULT_BUDGET_USD = 5.0
_TOKEN_CHARACTERS = 2.0
"""Fewest characters of Russian text that make a token: the estimate before a call errs on the dear side."""


@dataclass(frozen=True)
class Price:
    """US dollars for a million tokens."""

    input: float
    cached: float
    output: float


@dataclass(frozen=True)
class Usage:
    """Tokens of one call as the server counted them."""

    input: int
    cached: int
    output: int


class Spending:
    """Tokens and money of one run, thread-safe. `budget_usd` is hard: `reserve` refuses what could pass it."""

    def __init__(self, model: str, budget_usd: float, rub_per_usd: float | None) -> None:
        self.model = model
        self.budget_usd = budget_usd
        self.rub_per_usd = rub_per_usd
        self.counts: Counter[str] = Counter()
        self.usd = 0.0
        self._reserved = 0.0
        self._accounted: tuple[Counter[str], float] = (Counter(), 0.0)
        self._lock = threading.Lock()

    def reserve(self, characters: int, most_output: int, batch: bool = False) -> float | None:
        """Set aside the most that a call may cost, in USD; None when the budget has no room for it."""
        worst = self.cost(Usage(int(characters / _TOKEN_CHARACTERS) + 1, 0, most_output), batch)
        with self._lock:
            if self.usd + self._reserved + worst > self.budget_usd:
                return None
            self._reserved += worst
        return worst

    def settle(self, reserved: float, usage: Usage, items: int, item: str, batch: bool = False) -> None:
        """Book what an answered call about so many items really cost; they are counted as `<item>s`.

        A server that counts no tokens is booked at the most that the call may have cost.
        """
        with self._lock:
            self._reserved -= reserved
            self.usd += self.cost(usage, batch) if usage.input else reserved
            self.counts.update({f"{item}s": items})
            self.counts.update(
                calls=1, input_tokens=usage.input, cached_tokens=usage.cached, output_tokens=usage.output
            )

    def free(self, reserved: float) -> None:
        """Give back what was set aside for a call that was certainly not paid."""
        with self._lock:
            self._reserved -= reserved

    def lose(self, reserved: float) -> None:
        """Book the most that a call may have cost that brought no answer."""
        with self._lock:
            self._reserved -= reserved
            self.usd += reserved
            self.counts["calls_without_answer"] += 1

    def count(self, what: str, times: int = 1) -> None:
        """Count an outcome that has no price: an answer from the cache, a fall back to rules with its reason."""
        with self._lock:
            self.counts[what] += times

    def account(self) -> Account:
        """Counts, tokens, dollars and, where a rate is set, roubles since it was last asked for: of one partition."""
        with self._lock:
            counts, usd = self.counts - self._accounted[0], self.usd - self._accounted[1]
            self._accounted = (self.counts.copy(), self.usd)
        roubles = None if self.rub_per_usd is None else round(usd * self.rub_per_usd, 4)
        return {**dict(sorted(counts.items())), "usd": round(usd, 6), "rub": roubles}

    def cost(self, usage: Usage, batch: bool = False) -> float:
        """US dollars of a call; a batch has its discount."""
        price = price_of(self.model)
        fresh = max(0, usage.input - usage.cached)
        cost = (fresh * price.input + usage.cached * price.cached + usage.output * price.output) / 1_000_000
        return cost * (_prices()["batch_discount"] if batch else 1.0)


def spending_from(settings: Settings, model: str) -> Spending:
    """The run's budget: SALARY_ASSETS_LLM_BUDGET_USD, or _RUB at SALARY_ASSETS_LLM_RUB_PER_USD; default 5 USD.

    Raises BadSetting when a value is no number, or roubles are given without a rate.
    """
    rate = settings.number("SALARY_ASSETS_LLM_RUB_PER_USD")
    dollars, roubles = (
        settings.number("SALARY_ASSETS_LLM_BUDGET_USD"),
        settings.number("SALARY_ASSETS_LLM_BUDGET_RUB"),
    )
    if roubles is not None:
        if not rate:
            raise BadSetting("SALARY_ASSETS_LLM_BUDGET_RUB needs SALARY_ASSETS_LLM_RUB_PER_USD, its rate")
        dollars = min(roubles / rate, dollars if dollars is not None else float("inf"))
    return Spending(model, DEFAULT_BUDGET_USD if dollars is None else dollars, rate)


def price_of(model: str) -> Price:
    """Price of a model by the longest prefix of its name in data/llm_prices.yaml, else the dearest."""
    known = _prices()["models"]
    fitting = [name for name in known if model.startswith(name)]
    return Price(**known[max(fitting, key=len) if fitting else "default"])


@functools.cache
def _prices() -> dict[str, Any]:
    file = resources.files("salary_assets.labelling").joinpath("data/llm_prices.yaml")
    loaded: dict[str, Any] = yaml.safe_load(file.read_text("utf-8"))
    return loaded
