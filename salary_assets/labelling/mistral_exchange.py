"""Questions to the model and what becomes of the replies: budget first, then the call, then the cache; one repair."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from salary_assets.labelling.label_cache import LabelCache
from salary_assets.labelling.mistral_calls import MistralCalls, NotPaid, PerhapsPaid, Reply
from salary_assets.labelling.mistral_form import BadAnswer, Form, Group
from salary_assets.labelling.mistral_spending import Spending

_BREAKER = 3
"""Failed calls in a row after which a run stops asking."""


class Refused(Exception):
    """There is no reply for a group; the message says why."""


@dataclass
class Exchange:
    """All calls of one run. Thread-safe as far as its parts are; the breaker opens a call late at worst."""

    form: Form
    calls: MistralCalls
    cache: LabelCache
    spending: Spending
    failures: int = 0
    failure: str = ""

    def ask(self, group: Group) -> dict[str, str]:
        """Ask about items claimed before. Answers go to the cache; returned is why a key has none, for this run."""
        try:
            reply = self._call(group)
        except Refused as refused:
            return dict.fromkeys(group.keys, str(refused))
        bad = self.keep(reply, group)
        return self.ask_again(group, bad) if bad else {}

    def ask_again(self, group: Group, bad: BadAnswer) -> dict[str, str]:
        """One more try: after a cut-off answer in two halves, after any other with the error shown."""
        for question in self.form.halves(group) if bad.cut_off else [self.form.again(group, str(bad))]:
            try:
                still_bad = self.keep(self._call(question, again=True), question)
            except Refused as refused:
                self.cache.give_up(question.keys, f"unusable answer: {bad}; then {refused}")
                continue
            if still_bad:
                self.cache.give_up(question.keys, f"unusable answer: {still_bad}")
        return {}

    def keep(self, reply: Reply, group: Group, batch: bool = False) -> BadAnswer | None:
        """Write a raw reply, and the answers it holds, to the cache; returns what is wrong with it, if anything."""
        bad: BadAnswer | None = None
        answers: dict[str, str] = {}
        try:
            read = self.form.read(reply.raw, reply.finish_reason, group.ids)
            answers = {key: read[number] for key, number in zip(group.keys, group.ids, strict=True)}
        except BadAnswer as error:
            bad = error
        self.cache.answer(
            raw_id=reply.id or uuid.uuid4().hex,
            raw=reply.raw,
            finish_reason=reply.finish_reason,
            response_model=reply.model,
            tokens=(reply.usage.input, reply.usage.cached, reply.usage.output),
            usd=self.spending.cost(reply.usage, batch),
            answers=answers,
        )
        self.spending.count("unusable_answers", bad is not None)
        return bad

    def _call(self, group: Group, again: bool = False) -> Reply:
        """One call within budget and breaker. Raises Refused; a first question that was not paid is given back."""
        reserved = self._reserve(group)
        if isinstance(reserved, str):
            self._give_back(group, again)
            raise Refused(reserved)
        self.cache.send(group.keys)
        try:
            reply = self.calls.ask(group, self.form)
        except NotPaid as refused:
            self.spending.free(reserved)
            self._give_back(group, again)
            self._failed(str(refused), _BREAKER if refused.lasting else 1)
            raise Refused(f"server failing: {refused}") from refused
        except PerhapsPaid as lost:
            self.spending.lose(reserved)
            self.cache.lost(group.keys, f"no answer: {lost}")
            self._failed(str(lost), 1)
            raise Refused(f"no answer: {lost}") from lost
        self.failures = 0
        self.spending.settle(reserved, reply.usage, len(group.keys), self.form.item)
        return reply

    def _reserve(self, group: Group) -> float | str:
        """Money set aside for a call, or why it is not made."""
        if self.failures >= _BREAKER:
            return f"server failing: {self.failure}"
        reserved = self.spending.reserve(group.characters, self.form.most_output(len(group.keys)))
        return "budget" if reserved is None else reserved

    def _give_back(self, group: Group, again: bool) -> None:
        if not again:
            self.cache.release(group.keys)

    def _failed(self, reason: str, weight: int) -> None:
        self.failures += weight
        self.failure = reason
