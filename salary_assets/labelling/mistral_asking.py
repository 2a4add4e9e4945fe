"""Answers to questions of one form: from the cache, by asking, or from a live run that has asked already.

Whoever asks gets an answer or the reason why there is none; what the server does raises nothing here.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from salary_assets.labelling.label_cache import ANSWERED, CACHE_SETTING, CLAIMED, SENT, Answered, LabelCache, cache_url
from salary_assets.labelling.mistral_batch import BatchRunner
from salary_assets.labelling.mistral_calls import MistralCalls
from salary_assets.labelling.mistral_exchange import Exchange
from salary_assets.labelling.mistral_form import Form, Group
from salary_assets.labelling.mistral_spending import Spending, spending_from
from salary_assets.storage import Settings
from salary_assets.storage.database import database_of

_PARALLEL = 4
_BATCH_FROM = 1_000
"""Questions from which the batch API is used: half the price, an answer within hours instead of seconds."""
_POLL_SECONDS = 20.0
_LEASE_SECONDS = 900.0


@dataclass(frozen=True)
class Outcome:
    """What became of a question: JSON of its answer and the model that gave it, or why there is none."""

    answer: str | None
    model: str
    why_not: str = ""


@dataclass
class Asking:
    """Asks a model within a budget, each question once for all runs that share a cache. Close it after use.

    resend: send again what a killed run sent and never got answered, at the risk of paying twice.
    """

    form: Form
    calls: MistralCalls
    cache: LabelCache
    spending: Spending
    batch_from: int = _BATCH_FROM
    poll_seconds: float = _POLL_SECONDS
    resend: bool = False

    def __post_init__(self) -> None:
        self._exchange = Exchange(self.form, self.calls, self.cache, self.spending)

    def close(self) -> None:
        """Let go of the cache."""
        self.cache.close()

    def answers(self, items: Mapping[str, Mapping[str, Any]]) -> dict[str, Outcome]:
        """Items (by a hash of what is asked) -> what became of each."""
        if not items:
            return {}
        runner = BatchRunner(self._exchange, self.poll_seconds)
        runner.resume(self.resend)
        if self.resend:
            self.cache.forget_unanswered()
        known = self._known(items)
        self.spending.count("from_cache", sum(one.state == ANSWERED for one in known.values()))
        unasked = {
            key: item
            for key, item in items.items()
            if key not in known or (known[key].state == CLAIMED and not known[key].leased)
        }
        without = self._ask(runner, self.form.groups(unasked))
        found = self._collected(items, without)
        return {key: self._outcome(found.get(key), without.get(key, "")) for key in items}

    def _known(self, keys: Iterable[str]) -> dict[str, Answered]:
        """What the cache holds; an answer that was damaged there is let go, to be asked for again."""
        known = self.cache.known(keys)
        damaged = {key for key, row in known.items() if row.state == ANSWERED and not self.form.holds(row.answer)}
        if damaged:
            self.cache.forget(damaged)
            self.spending.count("damaged_in_cache", len(damaged))
        return {key: row for key, row in known.items() if key not in damaged}

    def _ask(self, runner: BatchRunner, groups: list[Group]) -> dict[str, str]:
        if sum(len(group.keys) for group in groups) >= self.batch_from:
            return runner.run(groups)
        without: dict[str, str] = {}
        with ThreadPoolExecutor(max_workers=_PARALLEL) as pool:
            for reasons in pool.map(self._ask_claimed, groups):
                without |= reasons
        return without

    def _ask_claimed(self, group: Group) -> dict[str, str]:
        """Ask about the items of a group that no other run has taken; those are waited for instead."""
        taken = self.cache.claim(group.keys)
        return self._exchange.ask(self.form.part(group, taken)) if taken else {}

    def _collected(self, items: Mapping[str, Mapping[str, Any]], without: Mapping[str, str]) -> dict[str, Answered]:
        """What the cache holds now, after waiting for answers that another live run has asked for."""
        found: dict[str, Answered] = {}
        missing = set(items)
        while missing:
            known = self.cache.known(missing)
            found |= known
            missing = {
                key
                for key, row in known.items()
                if row.state in (CLAIMED, SENT) and row.leased and not without.get(key)
            }
            if missing:
                time.sleep(min(self.poll_seconds, 1.0))
        return found

    def _outcome(self, known: Answered | None, without: str) -> Outcome:
        if known is not None and known.state == ANSWERED and known.answer is not None:
            return Outcome(known.answer, known.response_model or self.calls.model)
        reason = without or (known.reason if known else None) or "sent by a run that is gone, never answered"
        return Outcome(None, self.calls.model, reason)


def asking_from(settings: Settings, form: Form) -> Asking:
    """Asking as the settings say (see docs/labelling.md). Raises NotPaid without key or server, BadSetting."""
    calls = MistralCalls(settings)
    lease = settings.number("SALARY_ASSETS_LLM_LEASE_SECONDS") or _LEASE_SECONDS
    with database_of(CACHE_SETTING):
        cache = LabelCache(cache_url(settings), form.version, calls.model, lease)
    return Asking(
        form,
        calls,
        cache,
        spending_from(settings, calls.model),
        batch_from=int(settings.number("SALARY_ASSETS_LLM_BATCH_FROM") or _BATCH_FROM),
        poll_seconds=settings.number("SALARY_ASSETS_LLM_POLL_SECONDS") or _POLL_SECONDS,
        resend=settings.env.get("SALARY_ASSETS_LLM_RESEND", "") == "1",
    )
