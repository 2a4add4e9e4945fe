"""A judge that asks a Mistral-compatible server, with the cache, budget and care of the labeller.

An answer is data from outside: a choice that was not offered, words that were not asked about or a relation that
contradicts its choice give no verdict, and are counted.
"""

from __future__ import annotations

import functools
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import resources
from typing import Any, Literal

from salary_assets.labelling import UnusableLabeller
from salary_assets.labelling.mistral_asking import Asking, Outcome, asking_from
from salary_assets.labelling.mistral_calls import NotPaid
from salary_assets.labelling.mistral_form import Form, Strict
from salary_assets.labelling.mistral_spending import BadSetting
from salary_assets.labelling.redaction import outgoing
from salary_assets.labelling.schema import Account
from salary_assets.skills.guard import DIFFERENT
from salary_assets.skills.judge import Answer, Question
from salary_assets.skills.overrides import fold
from salary_assets.storage import Settings

_PROMPT, _REPAIR = "judge-v1", "judge-repair-v1"
_QUESTIONS_PER_CALL = 20
_CHARACTERS_PER_CALL = 12_000
_TOKENS_PER_QUESTION = 150
"""Room for an answer: two names of some twenty tokens each, a dozen for the reason, as much again for JSON."""
_LONGEST = 120
"""Characters of a spelling; longer ones are sentences, and are not asked about."""
_CONFIDENCE = 0.85
"""Below what rules are sure of, so that their merges are made first."""


class QuestionAnswer(Strict):
    """What the model says of one question."""

    question: str
    skill: str
    choice: str | None
    relation: Literal["same", "narrower", "broader", "different"]
    is_it: bool
    reason: str


class JudgeAnswer(Strict):
    """The whole answer to one call."""

    answers: list[QuestionAnswer]


@dataclass
class MistralJudge:
    """A `Judge`. Close it to let go of the cache."""

    asking: Asking

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
        fit = {question.key: _key(question) for question in questions if _may_be_sent(question)}
        items = {fit[question.key]: _item(question) for question in questions if question.key in fit}
        outcomes = self.asking.answers(items)
        self.asking.spending.count("questions_not_fit_to_send", len(questions) - len(fit))
        return [
            self._checked(question, outcomes[fit[question.key]]) if question.key in fit else None
            for question in questions
        ]

    def _checked(self, question: Question, outcome: Outcome) -> Answer | None:
        if outcome.answer is None:
            self.asking.spending.count(f"no_verdict: {outcome.why_not}")
            return None
        said = QuestionAnswer.model_validate_json(outcome.answer)
        if wrong := _what_is_wrong(said, question):
            self.asking.spending.count(f"no_verdict: {wrong}")
            return None
        reason = " ".join(said.reason.split())[:_LONGEST]
        return Answer(said.choice, said.relation, reason, _CONFIDENCE, said.is_it)


def mistral_judge(settings: Settings) -> MistralJudge:
    """The judge of the settings (see docs/skills.md). Raises UnusableLabeller where it cannot be had."""
    try:
        return MistralJudge(asking_from(settings, judge_form()))
    except (BadSetting, NotPaid) as error:
        raise UnusableLabeller(str(error)) from error


@functools.cache
def judge_form() -> Form:
    """What is asked about an uncertain spelling."""
    instructions, repair = _read(_PROMPT), _read(_REPAIR)
    shaped = json.dumps([instructions, repair, JudgeAnswer.model_json_schema()], sort_keys=True)
    return Form(
        version=f"{_PROMPT}-{hashlib.sha256(shaped.encode()).hexdigest()[:8]}",
        instructions=instructions,
        repair=repair,
        answer=JudgeAnswer,
        listed="answers",
        item="question",
        tokens_each=_TOKENS_PER_QUESTION,
        most=_QUESTIONS_PER_CALL,
        most_characters=_CHARACTERS_PER_CALL,
    )


def _item(question: Question) -> dict[str, Any]:
    names = [name for _, name in question.options]
    return {"skill": question.spelling, "professions": list(question.positions), "candidates": names}


def _key(question: Question) -> str:
    """A hash of what decides the answer. Professions are shown but do not count: they change with every night's ads."""
    asked = [question.spelling, sorted(name for _, name in question.options)]
    return hashlib.sha256(json.dumps(asked, ensure_ascii=False).encode()).hexdigest()


def _may_be_sent(question: Question) -> bool:
    """Whether a spelling is short and holds no contact, name of a person or amount."""
    return len(question.spelling) <= _LONGEST and outgoing(question.spelling) == question.spelling


def _what_is_wrong(said: QuestionAnswer, question: Question) -> str:
    if fold(said.skill) != fold(question.spelling):
        return "answer about another skill"
    if said.choice is not None and said.choice not in {name for _, name in question.options}:
        return "choice that was not offered"
    if (said.choice is None) != (said.relation == DIFFERENT):
        return "relation contradicts the choice"
    return ""


def _read(name: str) -> str:
    return resources.files("salary_assets.skills").joinpath(f"prompts/{name}.md").read_text("utf-8").strip()
