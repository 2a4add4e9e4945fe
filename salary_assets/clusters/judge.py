"""What a judge of borderline merges is asked and answers: which known kind of job a rare title names, or none.

Titles near the threshold of likeness are where rules err; a judge, where one is configured, decides those alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from salary_assets.labelling.choosing import Choosing, judging
from salary_assets.labelling.mistral_form import Strict
from salary_assets.storage import Settings

if TYPE_CHECKING:
    from salary_assets.labelling.mistral_judge import MistralJudge

_LONGEST = 150
"""Characters of a title; longer ones are sentences, and are not asked about."""


@dataclass(frozen=True)
class Question:
    """A rare title, its profession, and titles of up to five kinds of job of that profession that are near to it."""

    title: str
    profession: str
    options: tuple[str, ...]


@dataclass(frozen=True)
class Answer:
    """The title chosen of those offered, or None for none of them."""

    choice: str | None
    reason: str


class Judge(Protocol):
    """Answers questions in order; None where it could not (budget spent, server down, answer unusable)."""

    def choose(self, questions: Sequence[Question]) -> list[Answer | None]:
        """One answer for each question."""
        ...


class KindAnswer(Strict):
    """What the model says of one title."""

    question: str
    title: str
    choice: str | None
    reason: str


class KindAnswers(Strict):
    """The whole answer to one call."""

    kinds: list[KindAnswer]


def _what_is_wrong(said: KindAnswer, question: Question) -> str:
    if said.title.split() != question.title.split():
        return "answer about another title"
    if said.choice is not None and said.choice not in question.options:
        return "choice that was not offered"
    return ""


KINDS = Choosing(
    package="salary_assets.clusters",
    prompt="kinds-v1",
    repair="kinds-repair-v1",
    said=KindAnswer,
    answers=KindAnswers,
    listed="kinds",
    longest=_LONGEST,
    item=lambda question: {
        "title": question.title,
        "profession": question.profession,
        "candidates": list(question.options),
    },
    decided_by=lambda question: [question.title, question.profession, sorted(question.options)],
    texts=lambda question: [question.title, *question.options],
    wrong=_what_is_wrong,
    answer=lambda said, reason: Answer(said.choice, reason),
)


def judge_from(settings: Settings) -> AbstractContextManager[MistralJudge[Question, KindAnswer, Answer] | None]:
    """The judge that goes with the labeller of the settings, or None. Raises UnusableLabeller."""
    return judging(settings, KINDS)
