"""A judge of borderline merges that asks a Mistral-compatible server, with the cache, budget and care of the labeller.

An answer is data from outside: about another title, or with a choice that was not offered, it decides nothing.
"""

from __future__ import annotations

import functools
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import resources
from typing import Any

from salary_assets.clusters.judge import Answer, Question
from salary_assets.labelling import UnusableLabeller
from salary_assets.labelling.mistral_asking import Asking, Outcome, asking_from
from salary_assets.labelling.mistral_calls import NotPaid
from salary_assets.labelling.mistral_form import Form, Strict
from salary_assets.labelling.mistral_spending import BadSetting
from salary_assets.labelling.redaction import outgoing
from salary_assets.labelling.schema import Account
from salary_assets.storage import Settings

_PROMPT, _REPAIR = "kinds-v1", "kinds-repair-v1"
_QUESTIONS_PER_CALL = 20
_CHARACTERS_PER_CALL = 12_000
_TOKENS_PER_QUESTION = 150
"""Room for an answer: two titles of some thirty tokens each, a dozen for the reason, as much again for JSON."""
_LONGEST = 150
"""Characters of a title; longer ones are sentences, and are not asked about."""


class KindAnswer(Strict):
    """What the model says of one title."""

    question: str
    title: str
    choice: str | None
    reason: str


class KindAnswers(Strict):
    """The whole answer to one call."""

    kinds: list[KindAnswer]


@dataclass
class MistralKindJudge:
    """A `Judge`. Close it to let go of the cache."""

    asking: Asking

    def close(self) -> None:
        self.asking.close()

    def account(self) -> Account:
        """Outcomes, tokens and money since this was last called."""
        return self.asking.spending.account()

    def choose(self, questions: Sequence[Question]) -> list[Answer | None]:
        """An answer for each question, in order; None where there is none. Never raises for what the server does."""
        keys = [_key(question) if _may_be_sent(question) else None for question in questions]
        items = {key: _item(question) for key, question in zip(keys, questions, strict=True) if key is not None}
        outcomes = self.asking.answers(items)
        self.asking.spending.count("titles_not_fit_to_send", keys.count(None))
        return [
            None if key is None else self._checked(question, outcomes[key])
            for key, question in zip(keys, questions, strict=True)
        ]

    def _checked(self, question: Question, outcome: Outcome) -> Answer | None:
        if outcome.answer is None:
            self.asking.spending.count(f"not_judged: {outcome.why_not}")
            return None
        said = KindAnswer.model_validate_json(outcome.answer)
        wrong = ""
        if said.title.split() != question.title.split():
            wrong = "answer about another title"
        elif said.choice is not None and said.choice not in question.options:
            wrong = "choice that was not offered"
        if wrong:
            self.asking.spending.count(f"not_judged: {wrong}")
            return None
        return Answer(said.choice, " ".join(said.reason.split())[:_LONGEST])


def mistral_judge(settings: Settings) -> MistralKindJudge:
    """The judge of the settings (see docs/market.md). Raises UnusableLabeller where it cannot be had."""
    try:
        return MistralKindJudge(asking_from(settings, kind_form()))
    except (BadSetting, NotPaid) as error:
        raise UnusableLabeller(str(error)) from error


@functools.cache
def kind_form() -> Form:
    """What is asked about a rare title."""
    instructions, repair = _read(_PROMPT), _read(_REPAIR)
    shaped = json.dumps([instructions, repair, KindAnswers.model_json_schema()], sort_keys=True)
    return Form(
        version=f"{_PROMPT}-{hashlib.sha256(shaped.encode()).hexdigest()[:8]}",
        instructions=instructions,
        repair=repair,
        answer=KindAnswers,
        listed="kinds",
        item="question",
        tokens_each=_TOKENS_PER_QUESTION,
        most=_QUESTIONS_PER_CALL,
        most_characters=_CHARACTERS_PER_CALL,
    )


def _item(question: Question) -> dict[str, Any]:
    return {"title": question.title, "profession": question.profession, "candidates": list(question.options)}


def _key(question: Question) -> str:
    asked = [question.title, question.profession, sorted(question.options)]
    return hashlib.sha256(json.dumps(asked, ensure_ascii=False).encode()).hexdigest()


def _may_be_sent(question: Question) -> bool:
    """Whether all titles are short and hold no contact, name of a person or amount."""
    return all(len(title) <= _LONGEST and outgoing(title) == title for title in (question.title, *question.options))


def _read(name: str) -> str:
    return resources.files("salary_assets.clusters").joinpath(f"prompts/{name}.md").read_text("utf-8").strip()
