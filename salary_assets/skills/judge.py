"""What a judge of uncertain pairs is asked and answers. A judge chooses one of a few candidates or none.

Choosing is safer than yes/no on pairs: merging by a chain of yeses with 5 % of them false drops precision from
.97 to .68, one choice out of eight with every other candidate a cannot-link keeps .92.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from salary_assets.labelling import uses_mistral
from salary_assets.storage import Settings

if TYPE_CHECKING:
    from salary_assets.skills.mistral_judge import MistralJudge


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


@contextmanager
def judge_from(settings: Settings) -> Iterator[MistralJudge | None]:
    """The judge that goes with the labeller of the settings: Mistral's, or None where rules label alone.

    Raises UnusableLabeller as `labeller_from` does.
    """
    if not uses_mistral(settings):
        yield None
        return
    from salary_assets.skills.mistral_judge import mistral_judge

    with closing(mistral_judge(settings)) as judge:
        yield judge
