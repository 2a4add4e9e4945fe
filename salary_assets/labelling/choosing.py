"""A question that a model answers by choosing one of a few candidates or none: what is sent, and what counts.

An answer is data from outside: about something else, or with a choice that was not offered, it decides nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from pydantic import BaseModel

from salary_assets.labelling.choice import uses_mistral
from salary_assets.storage import Settings

if TYPE_CHECKING:
    from salary_assets.labelling.mistral_judge import MistralJudge

Question = TypeVar("Question")
Said = TypeVar("Said", bound=BaseModel)
Answer = TypeVar("Answer")


@dataclass(frozen=True)
class Choosing(Generic[Question, Said, Answer]):
    """One kind of choice.

    package, prompt, repair: whose prompts/<name>.md instruct the model, and correct it.
    said, answers, listed: schema of what it says of one question, of the whole answer, and the answer's list of them.
    item: what is sent of a question. decided_by: what of it decides the answer, under which the answer is cached.
    texts: what must be short (`longest` characters) and hold no contact, name or amount for a question to be sent.
    wrong: why an answer counts for nothing, "" where it counts. answer: from what was said and its shortened reason.
    """

    package: str
    prompt: str
    repair: str
    said: type[Said]
    answers: type[BaseModel]
    listed: str
    longest: int
    item: Callable[[Question], Mapping[str, Any]]
    decided_by: Callable[[Question], list[Any]]
    texts: Callable[[Question], Sequence[str]]
    wrong: Callable[[Said, Question], str]
    answer: Callable[[Said, str], Answer]


@contextmanager
def judging(
    settings: Settings, choosing: Choosing[Question, Said, Answer]
) -> Iterator[MistralJudge[Question, Said, Answer] | None]:
    """The judge that goes with the labeller of the settings: Mistral's, or None where rules label alone.

    Raises UnusableLabeller as `labeller_from` does.
    """
    if not uses_mistral(settings):
        yield None
        return
    from salary_assets.labelling.mistral_judge import mistral_judge

    with closing(mistral_judge(settings, choosing)) as judge:
        yield judge
