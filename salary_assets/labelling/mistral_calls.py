"""Calls of a Mistral-compatible server over the official client, with errors sorted by whether we may have paid."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, NamedTuple

from salary_assets.labelling.mistral_form import Form, Group
from salary_assets.labelling.mistral_spending import Usage
from salary_assets.storage import Settings

DEFAULT_MODEL = "mistral-small-latest"
_SEED = 17


class NotPaid(Exception):
    """The server refused or was not reached: nothing was charged. `lasting`: no use to ask it again soon."""

    def __init__(self, message: str, lasting: bool = True) -> None:
        super().__init__(message)
        self.lasting = lasting


class Gone(NotPaid):
    """The server knows no such file or job, or no longer: results of a batch are kept for a day."""


class PerhapsPaid(Exception):
    """The question went out and no usable reply came back: it may have been charged."""


@dataclass(frozen=True)
class Reply:
    """One answer as it came. `model` is the model that really answered."""

    id: str
    raw: str
    finish_reason: str
    model: str
    usage: Usage


class JobReplies(NamedTuple):
    """Replies of a batch by custom id, None where the server failed on a line; lines that are none of its API."""

    by_id: dict[str, Reply | None]
    unreadable: int


class MistralCalls:
    """Chat completions and batches of one server."""

    def __init__(self, settings: Settings) -> None:
        """Reads MISTRAL_API_KEY, MISTRAL_SERVER_URL (host root, any compatible server), SALARY_ASSETS_MISTRAL_MODEL.

        Raises NotPaid when there is neither a key nor a server of one's own.
        """
        env = settings.env
        key, server = env.get("MISTRAL_API_KEY", ""), env.get("MISTRAL_SERVER_URL") or None
        if not key and not server:
            raise NotPaid(
                "SALARY_ASSETS_LABELLER=mistral needs MISTRAL_API_KEY, or MISTRAL_SERVER_URL of your own server"
            )
        self.model = env.get("SALARY_ASSETS_MISTRAL_MODEL") or DEFAULT_MODEL
        self._timeout_ms = int((settings.number("SALARY_ASSETS_LLM_TIMEOUT_SECONDS") or 120) * 1000)
        self._patience_ms = int((settings.number("SALARY_ASSETS_LLM_RETRY_SECONDS") or 60) * 1000)
        self._client = self._connect(key or "none", server)

    def _connect(self, key: str, server: str | None) -> Any:
        from mistralai.client import Mistral
        from mistralai.client.utils import BackoffStrategy, RetryConfig

        backoff = BackoffStrategy(500, 8_000, 2.0, self._patience_ms)
        retry = RetryConfig("backoff", backoff, retry_connection_errors=False)
        return Mistral(api_key=key, server_url=server, retry_config=retry, timeout_ms=self._timeout_ms)

    @staticmethod
    def body(group: Group, form: Form) -> dict[str, Any]:
        """Request body of a chat completion; the same for a call and for a line of a batch."""
        return {
            "messages": list(group.messages),
            "max_tokens": form.most_output(len(group.keys)),
            "temperature": 0.0,
            "random_seed": _SEED,
            "response_format": form.response_format(),
        }

    def ask(self, group: Group, form: Form) -> Reply:
        """One chat completion. 429 and 5xx are tried again for a while, as Retry-After says.

        Raises NotPaid or PerhapsPaid.
        """
        from mistralai.client.errors import MistralError, NoResponseError, ResponseValidationError

        try:
            body = self.body(group, form)
            response = self._client.chat.complete(model=self.model, prompt_cache_key=form.version, **body)
        except ResponseValidationError as error:
            raise PerhapsPaid(f"the server's reply is not of its API: {_short(error.body)}") from error
        except NoResponseError as error:
            raise PerhapsPaid("the server closed the connection without a reply") from error
        except MistralError as error:
            raise NotPaid(f"HTTP {error.status_code}: {_short(error.body)}", _refuses(error.status_code)) from error
        except Exception as error:
            raise _network(error) from error
        return _reply(response.model_dump(mode="json"))

    def upload(self, batch: str, lines: list[dict[str, Any]]) -> str:
        """Put a batch's lines on the server; returns the id of their file. Raises NotPaid."""
        content = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines).encode()
        with _housekeeping():
            file = self._client.files.upload(file={"file_name": f"{batch}.jsonl", "content": content}, purpose="batch")
        return str(file.id)

    def create_job(self, batch: str, file_id: str) -> str:
        """Start the job that answers an uploaded batch, marked with our name for it; returns the job's id.

        Raises NotPaid: a batch without a job costs nothing.
        """
        with _housekeeping():
            job = self._client.batch.jobs.create(
                endpoint="/v1/chat/completions",
                input_files=[file_id],
                model=self.model,
                metadata={"salary_assets_batch": batch},
            )
        return str(job.id)

    def find_job(self, batch: str) -> str | None:
        """The job that carries our name for a batch, if one was created."""
        with _housekeeping():
            listed = self._client.batch.jobs.list(metadata={"salary_assets_batch": batch})
        jobs = [job for job in listed.data or [] if (job.metadata or {}).get("salary_assets_batch") == batch]
        return str(jobs[0].id) if jobs else None

    def job_status(self, job_id: str) -> str:
        """QUEUED, RUNNING, SUCCESS, FAILED, TIMEOUT_EXCEEDED, CANCELLATION_REQUESTED or CANCELLED."""
        with _housekeeping():
            return str(self._client.batch.jobs.get(job_id=job_id).status)

    def job_replies(self, job_id: str) -> JobReplies:
        """What a finished job answered, in no order."""
        with _housekeeping():
            job = self._client.batch.jobs.get(job_id=job_id)
            if not job.output_file:
                return JobReplies({}, 0)
            content = self._client.files.download(file_id=job.output_file).read()
        replies: dict[str, Reply | None] = {}
        unreadable = 0
        for line in filter(None, content.split(b"\n")):
            try:
                row = json.loads(line)
                replies[str(row["custom_id"])] = _batch_reply(row.get("response") or {})
            except (ValueError, TypeError, LookupError, AttributeError):
                unreadable += 1
        return JobReplies(replies, unreadable)


@contextmanager
def _housekeeping() -> Iterator[None]:
    """Failures of calls about files and jobs cost nothing: the job itself goes on at the server."""
    try:
        yield
    except Exception as error:
        status = getattr(error, "status_code", None)
        kind = Gone if status in (404, 410) else NotPaid
        refused = status is not None and _refuses(status)
        raise kind(f"{type(error).__name__}: {_short(str(error))}", lasting=refused) from error


def _refuses(status: int) -> bool:
    """Whether an HTTP status is the server's last word, not a matter of time."""
    return status not in (408, 429) and status < 500


def _batch_reply(response: Mapping[str, Any]) -> Reply | None:
    ok = response.get("status_code") == 200 and isinstance(response.get("body"), dict)
    return _reply(response["body"]) if ok else None


def _reply(body: Mapping[str, Any]) -> Reply:
    choice = (body.get("choices") or [{}])[0]
    message = choice.get("message") or {}
    usage = body.get("usage") or {}
    details = usage.get("prompt_tokens_details") or {}
    return Reply(
        id=str(body.get("id") or ""),
        raw=_text(message.get("content")),
        finish_reason=str(choice.get("finish_reason") or ""),
        model=str(body.get("model") or ""),
        usage=Usage(
            int(usage.get("prompt_tokens") or 0),
            int(details.get("cached_tokens") or 0),
            int(usage.get("completion_tokens") or 0),
        ),
    )


def _text(content: Any) -> str:
    """Content as text: it may be a string or, from reasoning models, a list of chunks.

    Without what a database cannot keep: PostgreSQL takes no U+0000, none takes half a surrogate pair.
    """
    if isinstance(content, list):
        content = "".join(str(chunk.get("text") or "") for chunk in content if isinstance(chunk, dict))
    return str(content or "").replace("\0", "").encode("utf-8", "replace").decode("utf-8")


def _network(error: Exception) -> Exception:
    name = type(error).__name__
    if name in ("ConnectError", "ConnectTimeout", "PoolTimeout"):
        return NotPaid(f"the server cannot be reached: {_short(str(error))}", lasting=False)
    return PerhapsPaid(f"{name}: {_short(str(error))}")


def _short(text: str | None) -> str:
    return " ".join((text or "").split())[:200]
