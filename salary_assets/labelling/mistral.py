"""The Mistral labeller: markup, then the model's answer as far as the ad bears it out, then the rules.

Every path that ends without a usable answer ends with the rules' label, which says so in its version.
"""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from salary_assets.labelling.ad import Ad
from salary_assets.labelling.label_cache import ANSWERED, CLAIMED, SENT, Answered, LabelCache, cache_url
from salary_assets.labelling.lexicon import wording
from salary_assets.labelling.mistral_answer import AdAnswer, checked_label
from salary_assets.labelling.mistral_batch import BatchRunner
from salary_assets.labelling.mistral_calls import MistralCalls, NotPaid
from salary_assets.labelling.mistral_exchange import Exchange
from salary_assets.labelling.mistral_prompt import Group, Outgoing, groups_of, outgoing_ad, part, prompt_version
from salary_assets.labelling.mistral_spending import BadSetting, Spending, number_set, spending_from
from salary_assets.labelling.rules import RULES_VERSION, label_ad
from salary_assets.labelling.schema import RULES, Account, Label
from salary_assets.money.pay_text import flatten
from salary_assets.storage import Settings

__all__ = ["BadSetting", "MistralLabeller", "NotPaid", "mistral_labeller"]

_ADS_PER_CALL = 8
_CHARACTERS_PER_CALL = 12_000
_PARALLEL = 4
_BATCH_FROM = 1_000
"""Questions from which the batch API is used: half the price, an answer within hours instead of seconds."""
_POLL_SECONDS = 20.0
_LEASE_SECONDS = 900.0
_SHORTEST = 30
"""Shorter texts have nothing to ask about."""


@dataclass
class _Question:
    """A distinct text to ask about; `without` says why it has no answer in this run."""

    sent: Outgoing
    without: str = ""
    answer: Answered | None = None


@dataclass
class MistralLabeller:
    """Labels by a Mistral-compatible model: see `Labeller`. Close it to let go of the cache.

    resend: send again what a killed run sent and never got answered, at the risk of paying twice.
    """

    calls: MistralCalls
    cache: LabelCache
    spending: Spending
    batch_from: int = _BATCH_FROM
    poll_seconds: float = _POLL_SECONDS
    resend: bool = False

    def __post_init__(self) -> None:
        self._exchange = Exchange(self.calls, self.cache, self.spending)

    @property
    def name(self) -> str:
        return f"mistral:{self.calls.model}"

    @property
    def version(self) -> str:
        return prompt_version()

    def close(self) -> None:
        self.cache.close()

    def account(self) -> Account:
        """Outcomes, tokens and money since this was last called."""
        return self.spending.account()

    def label(self, ads: list[Ad]) -> list[Label]:
        """A label for each ad, in order. Never raises for what the server does: such ads get the rules' label."""
        by_rules = [label_ad(ad) for ad in ads]
        sent = [outgoing_ad(ad) for ad in ads]
        questions = {one.key: _Question(one, _why_not_asked(ad, one)) for ad, one in zip(ads, sent, strict=True)}
        self._answer({key: question for key, question in questions.items() if not question.without})
        return [self._label(ad, rules, questions[one.key]) for ad, rules, one in zip(ads, by_rules, sent, strict=True)]

    def _label(self, ad: Ad, by_rules: Label, question: _Question) -> Label:
        known = question.answer
        if known is not None and known.state == ANSWERED and known.answer is not None:
            answer = AdAnswer.model_validate_json(known.answer)
            checked = checked_label(answer, ad, by_rules, known.response_model or self.calls.model, self.version)
            self.spending.count("values_not_in_the_ad", checked.dropped)
            return checked.label
        reason = question.without or (known.reason if known else None) or "sent by a run that is gone, never answered"
        self.spending.count(f"by_rules: {reason}")
        version = f"{RULES_VERSION} instead of {self.version}: {reason}"
        return by_rules.model_copy(update={"labeller": RULES, "labeller_version": version})

    def _answer(self, questions: dict[str, _Question]) -> None:
        """Fill in the answers: from the cache, by asking, or by waiting for a live run that has asked already."""
        if not questions:
            return
        if self.resend:
            self.cache.forget_unanswered()
        runner = BatchRunner(self._exchange, self.poll_seconds)
        runner.resume()
        known = self.cache.known(questions)
        self.spending.count("from_cache", sum(one.state == ANSWERED for one in known.values()))
        unasked = [
            question.sent
            for key, question in questions.items()
            if key not in known or (known[key].state == CLAIMED and not known[key].leased)
        ]
        for key, reason in self._ask(runner, groups_of(unasked, _ADS_PER_CALL, _CHARACTERS_PER_CALL)).items():
            questions[key].without = reason
        self._collect(questions)

    def _ask(self, runner: BatchRunner, groups: list[Group]) -> dict[str, str]:
        if sum(len(group.keys) for group in groups) >= self.batch_from:
            return runner.run(groups)
        without: dict[str, str] = {}
        with ThreadPoolExecutor(max_workers=_PARALLEL) as pool:
            for reasons in pool.map(self._ask_claimed, groups):
                without |= reasons
        return without

    def _ask_claimed(self, group: Group) -> dict[str, str]:
        """Ask about the ads of a group that no other run has taken; those are waited for instead."""
        taken = self.cache.claim(group.keys)
        return self._exchange.ask(part(group, taken)) if taken else {}

    def _collect(self, questions: dict[str, _Question]) -> None:
        """Take up what the cache holds now, waiting for answers that another live run has asked for."""
        missing = set(questions)
        while missing:
            known = self.cache.known(missing)
            for key, row in known.items():
                questions[key].answer = row
            missing = {
                key
                for key, row in known.items()
                if row.state in (CLAIMED, SENT) and row.leased and not questions[key].without
            }
            if missing:
                time.sleep(min(self.poll_seconds, 1.0))


def mistral_labeller(settings: Settings) -> MistralLabeller:
    """The labeller of the settings (see docs/labelling.md). Raises NotPaid without key or server, BadSetting."""
    env = settings.env
    calls = MistralCalls(settings)
    lease = number_set(settings, "SALARY_ASSETS_LLM_LEASE_SECONDS") or _LEASE_SECONDS
    return MistralLabeller(
        calls,
        LabelCache(cache_url(settings), prompt_version(), calls.model, lease),
        spending_from(settings, calls.model),
        batch_from=int(number_set(settings, "SALARY_ASSETS_LLM_BATCH_FROM") or _BATCH_FROM),
        poll_seconds=number_set(settings, "SALARY_ASSETS_LLM_POLL_SECONDS") or _POLL_SECONDS,
        resend=env.get("SALARY_ASSETS_LLM_RESEND", "") == "1",
    )


def _why_not_asked(ad: Ad, sent: Outgoing) -> str:
    """Reason to leave an ad to the rules from the start, or "" to ask."""
    if len(sent.text.strip()) < _SHORTEST and not sent.title:
        return "too short to ask"
    if wording("orders", "to_the_model").search(flatten(f"{ad.title or ''}\n{ad.text}").text):
        return "speaks to the model"
    return ""
