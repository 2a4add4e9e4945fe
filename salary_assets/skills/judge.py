"""What a judge of uncertain pairs is asked and answers. A judge chooses one of a few candidates or none.

Choosing is safer than yes/no on pairs: merging by a chain of yeses with 5 % of them false drops precision from
.97 to .68, one choice out of eight with every other candidate a cannot-link keeps .92.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol

from salary_assets.labelling.choosing import Choosing, judging
from salary_assets.labelling.mistral_form import Strict
from salary_assets.skills.guard import DIFFERENT
from salary_assets.skills.overrides import fold
from salary_assets.storage import Settings

if TYPE_CHECKING:
    from salary_assets.labelling.mistral_judge import MistralJudge

_LONGEST = 120
"""Characters of a spelling; longer ones are sentences, and are not asked about."""
_CONFIDENCE = 0.85
"""Below what rules are sure of, so that their merges are made first."""


@dataclass(frozen=True)
class Question:
    """An unmapped key, how it is usually written, who asks for it, and up to eight (key, name) it may mean."""

    key: str
    spelling: str
    positions: tuple[str, ...]
    options: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Answer:
    """The name chosen, or None for none of them; relation is one of the verdicts of skill_verdicts.

    is_it: whether the key asked about is an IT skill; None where the judge does not say.
    """

    choice: str | None
    relation: str
    reason: str
    confidence: float
    is_it: bool | None = None


class Judge(Protocol):
    """Answers questions in order; None where it could not (budget spent, server down, answer unusable)."""

    @property
    def name(self) -> str:
        """What skill_verdicts shows as `by`, e.g. mistral:<model>."""
        ...

    def choose(self, questions: Sequence[Question]) -> list[Answer | None]:
        """One answer for each question."""
        ...


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


def _names(question: Question) -> list[str]:
    return [name for _, name in question.options]


def _what_is_wrong(said: QuestionAnswer, question: Question) -> str:
    if fold(said.skill) != fold(question.spelling):
        return "answer about another skill"
    if said.choice is not None and said.choice not in _names(question):
        return "choice that was not offered"
    if (said.choice is None) != (said.relation == DIFFERENT):
        return "relation contradicts the choice"
    return ""


SKILLS = Choosing(
    package="salary_assets.skills",
    prompt="judge-v1",
    repair="judge-repair-v1",
    said=QuestionAnswer,
    answers=JudgeAnswer,
    listed="answers",
    longest=_LONGEST,
    item=lambda question: {
        "skill": question.spelling,
        "professions": list(question.positions),
        "candidates": _names(question),
    },
    # Professions are shown but do not count: they change with every night's ads.
    decided_by=lambda question: [question.spelling, sorted(_names(question))],
    texts=lambda question: [question.spelling],
    wrong=_what_is_wrong,
    answer=lambda said, reason: Answer(said.choice, said.relation, reason, _CONFIDENCE, said.is_it),
)


def judge_from(settings: Settings) -> AbstractContextManager[MistralJudge[Question, QuestionAnswer, Answer] | None]:
    """The judge that goes with the labeller of the settings, or None. Raises UnusableLabeller."""
    return judging(settings, SKILLS)
