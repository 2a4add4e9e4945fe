"""What a judge of uncertain pairs is asked and answers. A judge chooses one of a few candidates or none.

Choosing is safer than yes/no on pairs: merging by a chain of yeses with 5 % of them false drops precision from
.97 to .68, one choice out of eight with every other candidate a cannot-link keeps .92.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class Question:
    """An unmapped key, how it is usually written, who asks for it, and up to eight (key, name) it may mean."""

    key: str
    spelling: str
    positions: tuple[str, ...]
    options: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Answer:
    """The name chosen, or None for none of them; relation is one of the verdicts of skill_verdicts."""

    choice: str | None
    relation: str
    reason: str
    confidence: float


class Judge(Protocol):
    """Answers questions in order; None where it could not (budget spent, server down, answer unusable)."""

    @property
    def name(self) -> str:
        """What skill_verdicts shows as `by`, e.g. mistral:<model>."""
        ...

    def choose(self, questions: Sequence[Question]) -> list[Answer | None]:
        """One answer for each question."""
        ...
