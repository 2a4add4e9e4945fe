"""One kind of question to a model: its instructions, numbered items sent as JSON data, and the answer's schema.

What is sent, cached and paid for is the same machinery for every form; a form says what is asked and how it is read.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

_TOKENS_BESIDE = 100
"""Room in an answer beside its items."""


class Strict(BaseModel):
    """A piece of an answer: it has the fields of its schema and no others."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class BadAnswer(ValueError):
    """An answer that cannot be used; the message is fit to be shown to the model. `cut_off`: it had no room to end."""

    def __init__(self, message: str, cut_off: bool = False) -> None:
        super().__init__(message)
        self.cut_off = cut_off


@dataclass(frozen=True)
class Group:
    """Items asked about in one call: their keys, and the chat messages that ask, in the same order."""

    keys: tuple[str, ...]
    messages: tuple[dict[str, str], ...]

    @property
    def ids(self) -> list[str]:
        """The numbers that the items have in the question: a1, a2, ..."""
        return [_number(place) for place in range(len(self.keys))]

    @property
    def characters(self) -> int:
        return sum(len(message["content"]) for message in self.messages)


@dataclass(frozen=True)
class Form:
    """A kind of question.

    version: of everything that shapes an answer; answers are cached under it.
    item, listed: the field that numbers an item, in question and answer, and the answer's list of them.
    answer: schema of the whole answer. tokens_each: room that the answer about one item needs.
    most, most_characters: items, and characters of their text, in one call.
    """

    version: str
    instructions: str
    repair: str
    answer: type[BaseModel]
    listed: str
    item: str
    tokens_each: int
    most: int
    most_characters: int

    def groups(self, items: Mapping[str, Mapping[str, Any]]) -> list[Group]:
        """Questions about all items (by key), in order."""
        groups: list[list[str]] = []
        size = 0
        for key, item in items.items():
            length = sum(len(value) for value in item.values() if isinstance(value, str))
            if not groups or len(groups[-1]) >= self.most or size + length > self.most_characters:
                groups.append([])
                size = 0
            groups[-1].append(key)
            size += length
        return [self._group(keys, [items[key] for key in keys]) for keys in groups]

    def halves(self, group: Group) -> list[Group]:
        """The same items in two questions; one item stays one question."""
        if len(group.keys) < 2:
            return [group]
        asked, middle = json.loads(group.messages[1]["content"]), len(group.keys) // 2
        return [self._group(group.keys[:middle], asked[:middle]), self._group(group.keys[middle:], asked[middle:])]

    def part(self, group: Group, keys: Iterable[str]) -> Group:
        """The question about some of a group's items."""
        wanted = set(keys)
        asked = json.loads(group.messages[1]["content"])
        chosen = [(key, item) for key, item in zip(group.keys, asked, strict=True) if key in wanted]
        return self._group([key for key, _ in chosen], [item for _, item in chosen])

    def again(self, group: Group, error: str) -> Group:
        """The same question with the reason why its answer was refused; the bad answer itself is not repeated."""
        message = {"role": "user", "content": self.repair.format(error=error[:300])}
        return Group(group.keys, (*group.messages, message))

    def read(self, raw: str, finish_reason: str, asked: Sequence[str]) -> dict[str, str]:
        """JSON of each item's answer by the item's number; the order of the answer does not matter.

        Raises BadAnswer when it is cut off, refused, not JSON of the schema, or about other items than `asked`.
        """
        if finish_reason in ("length", "model_length"):
            raise BadAnswer("it was cut off before its end; be brief", cut_off=True)
        if not raw.strip():
            raise BadAnswer("it was empty")
        try:
            answer = self.answer.model_validate_json(raw)
        except ValidationError as error:
            raise BadAnswer(_first_error(error)) from error
        read = {getattr(one, self.item): one.model_dump_json() for one in getattr(answer, self.listed)}
        given = [getattr(one, self.item) for one in getattr(answer, self.listed)]
        if sorted(given) != sorted(asked):
            raise BadAnswer(
                f"it must have one entry for each of {', '.join(asked)}, it has {', '.join(given)[:80] or 'none'}"
            )
        return read

    def holds(self, kept: str | None) -> bool:
        """Whether this is JSON of one item's answer, as `read` returns it."""
        try:
            answer = self.answer.model_validate_json(f'{{"{self.listed}": [{kept}]}}')
        except ValidationError:
            return False
        return len(getattr(answer, self.listed)) == 1

    def response_format(self) -> dict[str, Any]:
        """What a chat completion is told of the answer's schema."""
        schema = {"name": self.listed, "schema": self.answer.model_json_schema(), "strict": True}
        return {"type": "json_schema", "json_schema": schema}

    def most_output(self, items: int) -> int:
        """Tokens allowed for an answer about so many items."""
        return self.tokens_each * items + _TOKENS_BESIDE

    def _group(self, keys: Sequence[str], asked: Sequence[Mapping[str, Any]]) -> Group:
        numbered = [{self.item: _number(place)} | _unnumbered(item, self.item) for place, item in enumerate(asked)]
        system = {"role": "system", "content": self.instructions}
        return Group(tuple(keys), (system, {"role": "user", "content": json.dumps(numbered, ensure_ascii=False)}))


def _unnumbered(item: Mapping[str, Any], field: str) -> dict[str, Any]:
    return {name: value for name, value in item.items() if name != field}


def _number(place: int) -> str:
    return f"a{place + 1}"


def _first_error(error: ValidationError) -> str:
    first = error.errors(include_input=False, include_url=False)[0]
    where = ".".join(str(part) for part in first["loc"])
    return f"{where}: {first['msg']}" if where else str(first["msg"])
