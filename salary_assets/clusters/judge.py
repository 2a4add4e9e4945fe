"""What a judge of borderline merges is asked and answers: which known kind of job a rare title names, or none.

Titles near the threshold of likeness are where rules err; a judge, where one is configured, decides those alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from salary_assets.labelling import uses_mistral
from salary_assets.storage import Settings

if TYPE_CHECKING:
    from salary_assets.clusters.mistral_judge import MistralKindJudge


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


@contextmanager
def judge_from(settings: Settings) -> Iterator[MistralKindJudge | None]:
    """The judge that goes with the labeller of the settings: Mistral's, or None where rules label alone.

    Raises UnusableLabeller as `labeller_from` does.
    """
    if not uses_mistral(settings):
        yield None
        return
    from salary_assets.clusters.mistral_judge import mistral_judge

    with closing(mistral_judge(settings)) as judge:
        yield judge
