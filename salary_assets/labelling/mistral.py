"""The Mistral labeller: markup, then the model's answer as far as the ad bears it out, then the rules.

Every path that ends without a usable answer ends with the rules' label, which says so in its version.
"""

from __future__ import annotations

from dataclasses import dataclass

from salary_assets.labelling.ad import Ad
from salary_assets.labelling.lexicon import wording
from salary_assets.labelling.mistral_answer import AdAnswer, checked_label
from salary_assets.labelling.mistral_asking import Asking, Outcome, asking_from
from salary_assets.labelling.mistral_calls import NotPaid
from salary_assets.labelling.mistral_prompt import Outgoing, label_form, outgoing_ad
from salary_assets.labelling.mistral_spending import Spending
from salary_assets.labelling.rules import RULES_VERSION, label_ad
from salary_assets.labelling.schema import RULES, Account, Label
from salary_assets.money.pay_text import flatten
from salary_assets.storage import Settings

__all__ = ["MistralLabeller", "NotPaid", "mistral_labeller"]

_SHORTEST = 30
"""Shorter texts have nothing to ask about."""


@dataclass
class MistralLabeller:
    """Labels by a Mistral-compatible model: see `Labeller`. Close it to let go of the cache."""

    asking: Asking

    @property
    def name(self) -> str:
        return f"mistral:{self.asking.calls.model}"

    @property
    def version(self) -> str:
        return self.asking.form.version

    @property
    def spending(self) -> Spending:
        return self.asking.spending

    def close(self) -> None:
        self.asking.close()

    def account(self) -> Account:
        """Outcomes, tokens and money since this was last called."""
        return self.spending.account()

    def label(self, ads: list[Ad]) -> list[Label]:
        """A label for each ad, in order. Never raises for what the server does: such ads get the rules' label."""
        by_rules = [label_ad(ad) for ad in ads]
        sent = [outgoing_ad(ad) for ad in ads]
        without = {one.key: _why_not_asked(ad, one) for ad, one in zip(ads, sent, strict=True)}
        outcomes = self.asking.answers({one.key: one.item for one in sent if not without[one.key]})
        outcomes |= {key: Outcome(None, "", reason) for key, reason in without.items() if reason}
        return [self._label(ad, rules, outcomes[one.key]) for ad, rules, one in zip(ads, by_rules, sent, strict=True)]

    def _label(self, ad: Ad, by_rules: Label, outcome: Outcome) -> Label:
        if outcome.answer is not None:
            answer = AdAnswer.model_validate_json(outcome.answer)
            checked = checked_label(answer, ad, by_rules, outcome.model, self.version)
            self.spending.count("values_not_in_the_ad", checked.dropped)
            return checked.label
        self.spending.count(f"by_rules: {outcome.why_not}")
        version = f"{RULES_VERSION} instead of {self.version}: {outcome.why_not}"
        return by_rules.model_copy(update={"labeller": RULES, "labeller_version": version})


def mistral_labeller(settings: Settings) -> MistralLabeller:
    """The labeller of the settings (see docs/labelling.md). Raises NotPaid without key or server, BadSetting."""
    return MistralLabeller(asking_from(settings, label_form()))


def _why_not_asked(ad: Ad, sent: Outgoing) -> str:
    """Reason to leave an ad to the rules from the start, or "" to ask."""
    if len(sent.text.strip()) < _SHORTEST and not sent.title:
        return "too short to ask"
    if wording("orders", "to_the_model").search(flatten(f"{ad.title or ''}\n{ad.text}").text):
        return "speaks to the model"
    return ""
