"""A judge that asks a Mistral-compatible server, with the cache, budget and care of the labeller.

An answer that may not count gives none, and is counted by its reason.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import resources
from typing import Any, Generic

from salary_assets.labelling.choice import UnusableLabeller
from salary_assets.labelling.choosing import Answer, Choosing, Question, Said
from salary_assets.labelling.mistral_asking import Asking, Outcome, asking_from
from salary_assets.labelling.mistral_calls import NotPaid
from salary_assets.labelling.mistral_form import Form
from salary_assets.labelling.redaction import outgoing
from salary_assets.labelling.schema import Account
from salary_assets.storage import BadSetting, Settings

_QUESTIONS_PER_CALL = 20
_CHARACTERS_PER_CALL = 12_000
_TOKENS_PER_QUESTION = 150
"""Room for an answer: two names of some thirty tokens each, a dozen for the reason, as much again for JSON."""


@dataclass
class MistralJudge(Generic[Question, Said, Answer]):
    """Chooses for questions of one kind. Close it to let go of the cache."""

    asking: Asking
    choosing: Choosing[Question, Said, Answer]

    @property
    def name(self) -> str:
        return f"mistral:{self.asking.calls.model}"

    def close(self) -> None:
        self.asking.close()

    def account(self) -> Account:
        """Outcomes, tokens and money since this was last called."""
        return self.asking.spending.account()

    def choose(self, questions: Sequence[Question]) -> list[Answer | None]:
        """An answer for each question, in order; None where there is none. Never raises for what the server does."""
        keys = [self._key(question) if self._may_be_sent(question) else None for question in questions]
        asked = list(zip(keys, questions, strict=True))
        outcomes = self.asking.answers({key: self.choosing.item(question) for key, question in asked if key})
        self.asking.spending.count("questions_not_fit_to_send", keys.count(None))
        return [self._checked(question, outcomes[key]) if key else None for key, question in asked]

    def _checked(self, question: Question, outcome: Outcome) -> Answer | None:
        if outcome.answer is None:
            self.asking.spending.count(f"no_verdict: {outcome.why_not}")
            return None
        said = self.choosing.said.model_validate_json(outcome.answer)
        if wrong := self.choosing.wrong(said, question):
            self.asking.spending.count(f"no_verdict: {wrong}")
            return None
        return self.choosing.answer(said, " ".join(getattr(said, "reason", "").split())[: self.choosing.longest])

    def _key(self, question: Question) -> str:
        decided_by = self.choosing.decided_by(question)
        return hashlib.sha256(json.dumps(decided_by, ensure_ascii=False).encode()).hexdigest()

    def _may_be_sent(self, question: Question) -> bool:
        texts = self.choosing.texts(question)
        return all(len(text) <= self.choosing.longest and outgoing(text) == text for text in texts)


def mistral_judge(
    settings: Settings, choosing: Choosing[Question, Said, Answer]
) -> MistralJudge[Question, Said, Answer]:
    """The judge of the settings (see docs/labelling.md). Raises UnusableLabeller where it cannot be had."""
    try:
        return MistralJudge(asking_from(settings, _form(choosing)), choosing)
    except (BadSetting, NotPaid) as error:
        raise UnusableLabeller(str(error)) from error


def _form(choosing: Choosing[Any, Any, Any]) -> Form:
    prompts = resources.files(choosing.package).joinpath("prompts")
    instructions, repair = (
        prompts.joinpath(f"{name}.md").read_text("utf-8").strip() for name in (choosing.prompt, choosing.repair)
    )
    shaped = json.dumps([instructions, repair, choosing.answers.model_json_schema()], sort_keys=True)
    return Form(
        version=f"{choosing.prompt}-{hashlib.sha256(shaped.encode()).hexdigest()[:8]}",
        instructions=instructions,
        repair=repair,
        answer=choosing.answers,
        listed=choosing.listed,
        item="question",
        tokens_each=_TOKENS_PER_QUESTION,
        most=_QUESTIONS_PER_CALL,
        most_characters=_CHARACTERS_PER_CALL,
    )
