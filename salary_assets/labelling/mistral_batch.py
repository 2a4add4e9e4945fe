"""The batch API for backfills: half the price, and a batch of a killed run is found again, not handed over twice.

A batch is noted before its job is created, and the job carries the batch's name, so that after a kill at any moment
the next run either finds the job or knows that none was created and nothing was paid.
"""

from __future__ import annotations

import json
import time
import uuid
from dataclasses import dataclass
from typing import Any

from salary_assets.labelling.label_cache import Batch
from salary_assets.labelling.mistral_calls import Gone, NotPaid
from salary_assets.labelling.mistral_exchange import Exchange
from salary_assets.labelling.mistral_form import BadAnswer, Group

_LINES = 10_000
"""Lines of one job; the server's limits conflict between 100 000 and a million, and 512 MB."""
_DONE = ("SUCCESS", "FAILED", "TIMEOUT_EXCEEDED", "CANCELLED")


@dataclass
class BatchRunner:
    """Hands groups over in batches and waits for their answers."""

    exchange: Exchange
    poll_seconds: float

    def resume(self, resend: bool = False) -> None:
        """Take in the answers of batches whose runs are gone; let go of questions that never reached the server.

        resend: give up batches that the server no longer knows, so that their questions can be sent again.
        """
        for batch in self.exchange.cache.abandoned_batches():
            groups = _groups(batch)
            try:
                job = batch.job_id or self.exchange.calls.find_job(batch.batch)
                if job is None:
                    self.exchange.cache.release([key for group in groups.values() for key in group.keys])
                    self.exchange.cache.finish_batch(batch.batch)
                else:
                    self._finish(batch.batch, groups, job)
            except NotPaid as refused:
                if resend and isinstance(refused, Gone):
                    self.exchange.cache.lost([key for group in groups.values() for key in group.keys], str(refused))
                    self.exchange.cache.finish_batch(batch.batch)
                else:
                    self.exchange.cache.leave_batch(batch.batch)
                    self.exchange.spending.count(f"batch left for later: {refused}")

    def run(self, groups: list[Group]) -> dict[str, str]:
        """Ask about all groups; returns why a key has no answer, for this run."""
        without: dict[str, str] = {}
        for start in range(0, len(groups), _LINES):
            without |= self._run(groups[start : start + _LINES])
        return without

    def _run(self, groups: list[Group]) -> dict[str, str]:
        exchange = self.exchange
        name = f"salary-assets-{uuid.uuid4().hex[:16]}"
        claimed = [exchange.form.part(group, exchange.cache.claim(group.keys, name)) for group in groups]
        taken, without, reserved = self._afford([group for group in claimed if group.keys])
        exchange.cache.release(list(without))
        if not taken:
            return without
        batch = Batch(name, None, json.dumps([_line(name, place, group) for place, group in enumerate(taken)]))
        keys = [key for group in taken for key in group.keys]
        bodies = [
            {"custom_id": line, "body": exchange.calls.body(group, exchange.form)}
            for line, group in _groups(batch).items()
        ]
        try:
            file = exchange.calls.upload(name, bodies)
        except NotPaid as refused:
            exchange.cache.release(keys)
            exchange.spending.free(reserved)
            return without | dict.fromkeys(keys, _refusal(refused))
        exchange.cache.open_batch(name, batch.questions)
        exchange.cache.send(keys)
        try:
            job = exchange.calls.create_job(name, file)
        except NotPaid as refused:
            exchange.spending.free(reserved)
            if not refused.lasting:
                return without | self._left(name, keys, refused)
            exchange.cache.release(keys)
            exchange.cache.finish_batch(name)
            return without | dict.fromkeys(keys, _refusal(refused))
        try:
            self._finish(name, _groups(batch), job)
        except NotPaid as refused:
            # Its job goes on at the server and will be charged: what was set aside for it stays so.
            return without | self._left(name, keys, refused)
        exchange.spending.free(reserved)
        return without

    def _left(self, name: str, keys: list[str], refused: NotPaid) -> dict[str, str]:
        self.exchange.cache.leave_batch(name)
        return dict.fromkeys(keys, f"batch left for later: {refused}")

    def _afford(self, groups: list[Group]) -> tuple[list[Group], dict[str, str], float]:
        """The groups that the budget has room for, why the others' keys have no answer, the dollars set aside."""
        taken: list[Group] = []
        without: dict[str, str] = {}
        total = 0.0
        for group in groups:
            most = self.exchange.form.most_output(len(group.keys))
            reserved = self.exchange.spending.reserve(group.characters, most, batch=True)
            if reserved is None:
                without |= dict.fromkeys(group.keys, "budget")
            else:
                taken.append(group)
                total += reserved
        return taken, without, total

    def _finish(self, name: str, groups: dict[str, Group], job: str) -> None:
        """Wait for a job and keep its replies. Raises NotPaid to be tried later."""
        exchange = self.exchange
        exchange.cache.batch_job(name, job)
        while (status := exchange.calls.job_status(job)) not in _DONE:
            exchange.cache.hold_batch(name)
            time.sleep(self.poll_seconds)
        replies = exchange.calls.job_replies(job)
        failed: list[tuple[Group, BadAnswer]] = []
        for line, group in groups.items():
            reply = replies.by_id.get(line)
            if line not in replies.by_id and replies.unreadable:
                exchange.cache.lost(group.keys, "its line of the batch's results cannot be read")
                continue
            if reply is None:
                exchange.cache.release(group.keys)
                exchange.spending.count(f"batch line without an answer: {status}", len(group.keys))
                continue
            exchange.spending.settle(0.0, reply.usage, len(group.keys), exchange.form.item, batch=True)
            bad = exchange.keep(reply, group, batch=True)
            if bad:
                failed.append((group, bad))
        exchange.cache.finish_batch(name)
        for group, bad in failed:
            exchange.ask_again(group, bad)


def _refusal(refused: NotPaid) -> str:
    return f"batch refused: {refused}; a server without batches needs a higher SALARY_ASSETS_LLM_BATCH_FROM"


def _groups(batch: Batch) -> dict[str, Group]:
    """The questions of a batch by custom id."""
    lines: list[dict[str, Any]] = json.loads(batch.questions)
    return {line["id"]: Group(tuple(line["keys"]), tuple(line["messages"])) for line in lines}


def _line(batch: str, place: int, group: Group) -> dict[str, Any]:
    return {"id": f"{batch}-{place}", "keys": group.keys, "messages": group.messages}
