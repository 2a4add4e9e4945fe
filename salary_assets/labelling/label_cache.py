"""Answers of the LLM, kept so that no ad is ever paid for twice: SQLite in the home, or PostgreSQL by URL.

A question is claimed before it is sent. Several runs may share a cache: each sends only what it has claimed. What
was sent and never answered (a killed run, a time-out) may have been paid, so it is not sent again by itself.
"""

from __future__ import annotations

import os
import socket
import time
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError, OperationalError, ProgrammingError

from salary_assets.storage import Settings, clock

CLAIMED, SENT, ANSWERED, INVALID = "claimed", "sent", "answered", "invalid"
"""States of a question: taken by a run; on its way, maybe paid; answered; answered unusably, twice."""

CACHE_SETTING = "SALARY_ASSETS_LABEL_CACHE_URL"

_METADATA = sa.MetaData()
_ANSWERS = sa.Table(
    "llm_answers",
    _METADATA,
    sa.Column("key", sa.String(64), primary_key=True),
    sa.Column("prompt_version", sa.String(80), primary_key=True),
    sa.Column("model", sa.String(120), primary_key=True),
    sa.Column("state", sa.String(12), nullable=False),
    sa.Column("run", sa.String(64), nullable=False),
    sa.Column("batch", sa.String(64)),
    sa.Column("lease_until", sa.Float, nullable=False),
    sa.Column("answer", sa.Text),
    sa.Column("reason", sa.Text),
    sa.Column("response_model", sa.String(120)),
    sa.Column("raw_id", sa.String(64)),
)
_RAW = sa.Table(
    "llm_raw",
    _METADATA,
    sa.Column("raw_id", sa.String(64), primary_key=True),
    sa.Column("received_at", sa.String(40), nullable=False),
    sa.Column("run", sa.String(64), nullable=False),
    sa.Column("response_model", sa.String(120)),
    sa.Column("finish_reason", sa.String(40)),
    sa.Column("input_tokens", sa.Integer, nullable=False),
    sa.Column("cached_tokens", sa.Integer, nullable=False),
    sa.Column("output_tokens", sa.Integer, nullable=False),
    sa.Column("usd", sa.Float, nullable=False),
    sa.Column("raw", sa.Text, nullable=False),
)
_BATCHES = sa.Table(
    "llm_batches",
    _METADATA,
    sa.Column("batch", sa.String(64), primary_key=True),
    sa.Column("prompt_version", sa.String(80), nullable=False),
    sa.Column("model", sa.String(120), nullable=False),
    sa.Column("run", sa.String(64), nullable=False),
    sa.Column("lease_until", sa.Float, nullable=False),
    sa.Column("job_id", sa.String(120)),
    sa.Column("questions", sa.Text, nullable=False),
    sa.Column("finished", sa.Boolean, nullable=False),
)


@dataclass(frozen=True)
class Answered:
    """A row of the cache. `answer` is JSON of one AdAnswer; None unless the state is ANSWERED."""

    key: str
    state: str
    answer: str | None
    reason: str | None
    response_model: str | None
    leased: bool


@dataclass(frozen=True)
class Batch:
    """A batch of questions handed, or about to be handed, to the batch API. `questions`: its JSON lines."""

    batch: str
    job_id: str | None
    questions: str


class LabelCache:
    """Questions of one prompt version and model. Every method is one transaction; safe across processes.

    lease_seconds: how long a claim holds when its run cannot be asked whether it still lives (another machine).
    """

    def __init__(self, url: str, prompt_version: str, model: str, lease_seconds: float) -> None:
        if url.startswith("sqlite:///"):
            Path(url.removeprefix("sqlite:///")).parent.mkdir(parents=True, exist_ok=True)
        self._engine = sa.create_engine(url, **({"connect_args": {"timeout": 60}} if url.startswith("sqlite") else {}))
        if url.startswith("sqlite"):
            with self._engine.connect() as connection:
                connection.exec_driver_sql("PRAGMA journal_mode=WAL")
        _create_tables(self._engine)
        self._version, self._model, self._lease = prompt_version, model, lease_seconds
        self._run = f"{socket.gethostname()}:{os.getpid()}:{uuid.uuid4().hex[:8]}"

    def close(self) -> None:
        self._engine.dispose()

    def known(self, keys: Iterable[str]) -> dict[str, Answered]:
        """What the cache holds of these questions."""
        found: dict[str, Answered] = {}
        wanted = sorted(set(keys))
        with self._engine.connect() as connection:
            for start in range(0, len(wanted), 500):
                chosen = self._mine().where(_ANSWERS.c.key.in_(wanted[start : start + 500]))
                for row in connection.execute(chosen):
                    leased = _held(row.run, row.lease_until)
                    found[row.key] = Answered(row.key, row.state, row.answer, row.reason, row.response_model, leased)
        return found

    def claim(self, keys: Sequence[str], batch: str | None = None) -> list[str]:
        """Take questions that no run has, or that a gone run took and never sent; returns those taken."""
        taken = []
        for key in keys:
            if self._insert(key, batch) or self._take_over(key, batch):
                taken.append(key)
        return taken

    def send(self, keys: Sequence[str]) -> None:
        """Note, before the call, that these questions go out: from here on they may be paid."""
        self._set(keys, state=SENT, lease_until=self._until())

    def release(self, keys: Sequence[str]) -> None:
        """Give back questions that certainly were not paid (refused connection, 429, 5xx, no budget)."""
        with self._engine.begin() as connection:
            for key in keys:
                mine = self._where(key) & (_ANSWERS.c.run == self._run) & (_ANSWERS.c.state != ANSWERED)
                connection.execute(_ANSWERS.delete().where(mine))

    def give_up(self, keys: Sequence[str], reason: str) -> None:
        """Questions that were paid for and have no usable answer: not asked again."""
        self._set(keys, state=INVALID, reason=reason)

    def lost(self, keys: Sequence[str], reason: str) -> None:
        """Questions that went out and have no answer: not sent again, for they may have been paid."""
        with self._engine.begin() as connection:
            for key in keys:
                unanswered = self._where(key) & (_ANSWERS.c.state != ANSWERED)
                values = {"state": SENT, "reason": reason, "lease_until": 0.0}
                connection.execute(_ANSWERS.update().where(unanswered).values(**values))

    def answer(
        self,
        raw_id: str,
        raw: str,
        finish_reason: str,
        response_model: str,
        tokens: tuple[int, int, int],
        usd: float,
        answers: dict[str, str],
    ) -> None:
        """Keep a raw answer and, in the same transaction, what it says of each question (key -> JSON of AdAnswer)."""
        with self._engine.begin() as connection:
            connection.execute(_RAW.delete().where(_RAW.c.raw_id == raw_id))
            connection.execute(
                _RAW.insert().values(
                    raw_id=raw_id, received_at=clock.now().isoformat(), run=self._run, response_model=response_model,
                    finish_reason=finish_reason, input_tokens=tokens[0], cached_tokens=tokens[1],
                    output_tokens=tokens[2], usd=usd, raw=raw,
                )
            )  # fmt: skip
            for key, said in answers.items():
                values = {"state": ANSWERED, "answer": said, "reason": None}
                self._update(connection, key, response_model=response_model, raw_id=raw_id, **values)

    def open_batch(self, batch: str, questions: str) -> None:
        """Note a batch before it is handed over, so that a killed run's batch is found again."""
        with self._engine.begin() as connection:
            connection.execute(
                _BATCHES.insert().values(
                    batch=batch, prompt_version=self._version, model=self._model, run=self._run,
                    lease_until=self._until(), job_id=None, questions=questions, finished=False,
                )
            )  # fmt: skip

    def batch_job(self, batch: str, job_id: str) -> None:
        """Note the job that answers a batch."""
        self._set_batch(batch, job_id=job_id, lease_until=self._until())

    def hold_batch(self, batch: str) -> None:
        """Keep a batch from other runs while this one waits for it."""
        self._set_batch(batch, lease_until=self._until())

    def leave_batch(self, batch: str) -> None:
        """Let whoever comes next, this run too, take in the answers of a batch instead of waiting for them."""
        self._set_batch(batch, lease_until=0.0)
        with self._engine.begin() as connection:
            connection.execute(_ANSWERS.update().where(_ANSWERS.c.batch == batch).values(lease_until=0.0))

    def finish_batch(self, batch: str) -> None:
        self._set_batch(batch, finished=True)

    def abandoned_batches(self) -> list[Batch]:
        """Unfinished batches whose run is gone or has left them; they now belong to this run."""
        mine = (_BATCHES.c.prompt_version == self._version) & (_BATCHES.c.model == self._model)
        with self._engine.connect() as connection:
            left = connection.execute(sa.select(_BATCHES).where(mine & ~_BATCHES.c.finished)).all()
        taken = []
        for row in sorted(left, key=lambda row: str(row.batch)):
            if _held(row.run, row.lease_until):
                continue
            unchanged = (_BATCHES.c.batch == row.batch) & (_BATCHES.c.run == row.run)
            unchanged &= _BATCHES.c.lease_until == row.lease_until
            with self._engine.begin() as connection:
                values = {"run": self._run, "lease_until": self._until()}
                if connection.execute(_BATCHES.update().where(unchanged).values(**values)).rowcount:
                    connection.execute(_ANSWERS.update().where(_ANSWERS.c.batch == row.batch).values(**values))
                    taken.append(Batch(row.batch, row.job_id, row.questions))
        return taken

    def forget_unanswered(self) -> int:
        """Let questions that were sent and never answered be sent again, at the risk of paying twice."""
        with self._engine.begin() as connection:
            finished = sa.select(_BATCHES.c.batch).where(_BATCHES.c.finished)
            left = _ANSWERS.c.batch.is_(None) | _ANSWERS.c.batch.in_(finished)
            gone = self._prompt() & (_ANSWERS.c.state == SENT) & left
            rows = connection.execute(sa.select(_ANSWERS).where(gone)).all()
            forgotten = [row.key for row in rows if not _held(row.run, row.lease_until)]
            for key in forgotten:
                connection.execute(_ANSWERS.delete().where(self._where(key)))
        return len(forgotten)

    def forget(self, keys: Iterable[str]) -> None:
        """Let these questions be asked again."""
        with self._engine.begin() as connection:
            for key in keys:
                connection.execute(_ANSWERS.delete().where(self._where(key)))

    def _insert(self, key: str, batch: str | None) -> bool:
        row = {"key": key, "prompt_version": self._version, "model": self._model, "state": CLAIMED, "run": self._run}
        try:
            with self._engine.begin() as connection:
                connection.execute(_ANSWERS.insert().values(**row, batch=batch, lease_until=self._until()))
        except IntegrityError:
            return False
        return True

    def _take_over(self, key: str, batch: str | None) -> bool:
        with self._engine.begin() as connection:
            row = connection.execute(self._mine().where(_ANSWERS.c.key == key)).first()
            if row is None or row.state != CLAIMED or _held(row.run, row.lease_until):
                return False
            unchanged = self._where(key) & (_ANSWERS.c.state == CLAIMED) & (_ANSWERS.c.run == row.run)
            values = {"run": self._run, "batch": batch, "lease_until": self._until()}
            return bool(connection.execute(_ANSWERS.update().where(unchanged).values(**values)).rowcount)

    def _set(self, keys: Sequence[str], **values: str | float) -> None:
        with self._engine.begin() as connection:
            for key in keys:
                self._update(connection, key, **values)

    def _update(self, connection: sa.Connection, key: str, **values: str | float | None) -> None:
        connection.execute(_ANSWERS.update().where(self._where(key)).values(**values))

    def _set_batch(self, batch: str, **values: str | float | bool) -> None:
        with self._engine.begin() as connection:
            connection.execute(_BATCHES.update().where(_BATCHES.c.batch == batch).values(**values))

    def _mine(self) -> sa.Select[tuple[str]]:
        return sa.select(_ANSWERS).where(self._prompt())

    def _prompt(self) -> sa.ColumnElement[bool]:
        return (_ANSWERS.c.prompt_version == self._version) & (_ANSWERS.c.model == self._model)

    def _where(self, key: str) -> sa.ColumnElement[bool]:
        return self._prompt() & (_ANSWERS.c.key == key)

    def _until(self) -> float:
        return time.time() + self._lease


def cache_url(settings: Settings) -> str:
    """SALARY_ASSETS_LABEL_CACHE_URL (an SQLAlchemy URL, for PostgreSQL), else a SQLite file in the home."""
    return settings.env.get(CACHE_SETTING) or f"sqlite:///{settings.cache / 'labels.sqlite'}"


def _create_tables(engine: sa.Engine) -> None:
    """Make what is not there. Runs that start together may all try: the one that comes second looks again."""
    for last in (False, False, True):
        try:
            with engine.begin() as connection:
                for table in _METADATA.sorted_tables:
                    connection.execute(sa.schema.CreateTable(table, if_not_exists=True))
            return
        except (IntegrityError, OperationalError, ProgrammingError):
            if last:
                raise


def _held(run: str, lease_until: float) -> bool:
    """Whether a claim still holds: its lease is not over, and its run, where it is on this machine, is alive."""
    if lease_until <= time.time():
        return False
    host, pid, _ = run.rsplit(":", 2)
    return host != socket.gethostname() or psutil.pid_exists(int(pid))
