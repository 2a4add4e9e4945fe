"""A Mistral server on loopback, after the published contract: chat completions, files, batch jobs.

It answers labelling questions by the rules labeller, questions about skills and titles with "none of them", counts
every ad, skill or title that a customer would have paid for, and fails on demand: each entry of `troubles` spoils one
chat completion.
"""

from __future__ import annotations

import json
import math
import time
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

from salary_assets.labelling import Ad, Label, label_text
from salary_assets.labelling.rules import label_ad
from salary_assets_tests.emulators.server import Emulator, Request, Response

MODEL = "mistral-small-2603"
_CHARACTERS_PER_TOKEN = 3.0
"""Russian text with Mistral's tokenizer: about three characters a token (English four), so counts err high."""


def rules_answer(ad: dict[str, Any]) -> dict[str, Any]:
    """What a model that knows as much as the rules would answer about one ad of the question."""
    # A model understands that an amount stood there, the rules need one to see.
    text = ad["text"].replace("[amount]", "100 000 руб.")
    label = label_ad(Ad(text=text, title=ad["title"])) if ad["title"] else label_text(text)
    return answer_of(label, ad["ad"])


def answer_of(label: Label, ad_id: str) -> dict[str, Any]:
    quotes = {one.field: one.quote for one in reversed(label.evidence)}
    named = ("position", "grades", "experience", "work_formats", "employment", "place")
    return {
        "ad": ad_id,
        "kind": label.kind,
        "position": label.position,
        "title": label.title,
        "grades": list(label.grades),
        "experience_min": label.experience_min,
        "experience_max": label.experience_max,
        "formats": list(label.work_formats),
        "employment": label.employment,
        "city": label.city,
        "skills": [skill.spelling for skill in label.skills],
        "quotes": {
            field: quotes.get(ours)
            for field, ours in zip(
                ("position", "grades", "experience", "formats", "employment", "city"), named, strict=True
            )
        },
    }


def none_of_them(question: dict[str, Any]) -> dict[str, Any]:
    """The answer about one skill that no candidate is near to."""
    return verdict_of(question, None, "different")


def verdict_of(question: dict[str, Any], choice: str | None, relation: str, is_it: bool = True) -> dict[str, Any]:
    """An answer about one skill, as the schema of the judge wants it."""
    return {
        "question": question["question"], "skill": question["skill"], "choice": choice, "relation": relation,
        "is_it": is_it, "reason": "an emulated reason",
    }  # fmt: skip


def none_of_the_kinds(question: dict[str, Any]) -> dict[str, Any]:
    """The answer about one title that names no candidate's kind of job."""
    return kind_of(question, None)


def kind_of(question: dict[str, Any], choice: str | None) -> dict[str, Any]:
    """An answer about one title, as the schema of the judge of kinds wants it."""
    asked = {"question": question["question"], "title": question["title"]}
    return {**asked, "choice": choice, "reason": "an emulated reason"}


class MistralEmulator(Emulator):
    """`with MistralEmulator() as server: ... server.url`.

    troubles: one for each answer to spoil, in order: truncated, refused, empty, prose, wrong_enum, extra_keys,
        other_ids, missing_ad, wrong_order, slow (comes after `slow_seconds`), or "" for none. What breaks below the
        answers (status codes, pages, connections) is in `faults`, as with every emulator.
    paid: how often each ad, skill or title was answered, by its text.
    """

    def __init__(
        self,
        answer: Callable[[dict[str, Any]], dict[str, Any]] = rules_answer,
        troubles: Sequence[str] = (),
        slow_seconds: float = 3.0,
        delay_seconds: float = 0.0,
        port: int = 0,
        judge: Callable[[dict[str, Any]], dict[str, Any]] = none_of_them,
        kinds: Callable[[dict[str, Any]], dict[str, Any]] = none_of_the_kinds,
    ) -> None:
        super().__init__(port)
        self.answer = answer
        self.judge = judge
        self.kinds = kinds
        self.troubles = list(troubles)
        self.slow_seconds = slow_seconds
        self.delay_seconds = delay_seconds
        self.paid: Counter[str] = Counter()
        self.questions: list[dict[str, Any]] = []
        self.tokens: Counter[str] = Counter()
        self.jobs: dict[str, dict[str, Any]] = {}
        self.files: dict[str, bytes] = {}
        self._seen_prefixes: set[str] = set()

    def handle(self, request: Request) -> Response:
        match request.method, request.path.strip("/").split("/"):
            case "POST", ["v1", "chat", "completions"]:
                return self._chat(json.loads(request.body))
            case "POST", ["v1", "files"]:
                return Response.json(self._uploaded(request))
            case "POST", ["v1", "batch", "jobs"]:
                return Response.json(self.create_job(json.loads(request.body)))
            case "GET", ["v1", "batch", "jobs"]:
                return Response.json(self.listed(json.loads(request.one("metadata", "{}"))))
            case "GET", ["v1", "batch", "jobs", job_id] if job_id in self.jobs:
                return Response.json(self.job(job_id))
            case "GET", ["v1", "files", file_id, "content"] if file_id in self.files:
                return Response(self.files[file_id], content_type="application/octet-stream")
        return failure(404)

    def _chat(self, body: dict[str, Any]) -> Response:
        trouble = self._next_trouble()
        answer = self.complete(body, trouble)
        time.sleep(self.slow_seconds if trouble == "slow" else self.delay_seconds)
        return Response.json(answer)

    def _next_trouble(self) -> str:
        return self.troubles.pop(0) if self.troubles else ""

    def _uploaded(self, request: Request) -> dict[str, Any]:
        boundary = request.headers["content-type"].split("boundary=")[1].strip('"').encode()
        parts = [part for part in request.body.split(b"--" + boundary) if b'name="file"' in part]
        content = parts[0].split(b"\r\n\r\n", 1)[1].removesuffix(b"\r\n")
        file_id = f"file-{len(self.files) + 1}"
        self.files[file_id] = content
        return {
            "id": file_id, "object": "file", "bytes": len(content), "created_at": 1_770_000_000,
            "filename": "batch.jsonl", "purpose": "batch", "sample_type": "batch_request", "source": "upload",
        }  # fmt: skip

    def complete(self, body: dict[str, Any], trouble: str = "") -> dict[str, Any]:
        """A chat completion for a question of the labeller or of a judge; what it asks about counts as paid."""
        asked = json.loads(body["messages"][1]["content"])
        self.questions.append(body)
        form = body["response_format"]["json_schema"]["name"]
        if form == "answers":
            self.paid.update(question["skill"] for question in asked)
            content = _spoiled([self.judge(question) for question in asked], trouble, form, "question")
        elif form == "kinds":
            self.paid.update(question["title"] for question in asked)
            content = _spoiled([self.kinds(question) for question in asked], trouble, form, "question")
        else:
            self.paid.update(ad["text"] for ad in asked)
            content = _spoiled([self.answer(ad) for ad in asked], trouble, "labels", "ad")
        usage = self._usage(body, content)
        return {
            "id": f"cmpl-{len(self.questions)}-{id(body):x}",
            "object": "chat.completion",
            "created": 1_770_000_000,
            "model": MODEL,
            "choices": [
                {
                    "index": 0,
                    "finish_reason": "length" if trouble == "truncated" else "stop",
                    "message": {"role": "assistant", "content": content},
                }
            ],
            "usage": usage,
        }

    def create_job(self, request: dict[str, Any]) -> dict[str, Any]:
        job_id = f"job-{len(self.jobs) + 1}"
        self.jobs[job_id] = {"request": request, "looked_at": 0, "output": None}
        return self._described(job_id)

    def job(self, job_id: str) -> dict[str, Any]:
        """A job is QUEUED when made, RUNNING at the first look, done at the second."""
        job = self.jobs[job_id]
        job["looked_at"] += 1
        if job["looked_at"] == 2:
            job["output"] = f"out-{job_id}"
            self.files[job["output"]] = self._job_output(job["request"])
        return self._described(job_id)

    def _described(self, job_id: str) -> dict[str, Any]:
        job = self.jobs[job_id]
        request = job["request"]
        lines = self.files[request["input_files"][0]].count(b"\n")
        return {
            "id": job_id, "object": "batch", "endpoint": "/v1/chat/completions", "model": request.get("model"),
            "input_files": request["input_files"], "metadata": request.get("metadata"), "errors": [],
            "status": {0: "QUEUED", 1: "RUNNING"}.get(job["looked_at"], "SUCCESS"), "created_at": 1_770_000_000,
            "total_requests": lines, "completed_requests": lines, "succeeded_requests": lines, "failed_requests": 0,
            "output_file": job["output"],
        }  # fmt: skip

    def listed(self, wanted: dict[str, str]) -> dict[str, Any]:
        found = [
            self._described(job_id)
            for job_id, job in self.jobs.items()
            if wanted.items() <= (job["request"].get("metadata") or {}).items()
        ]
        return {"object": "list", "data": found, "total": len(found)}

    def _job_output(self, request: dict[str, Any]) -> bytes:
        """Answers of all lines, last line first: a batch promises no order."""
        lines = []
        for line in self.files[request["input_files"][0]].decode().splitlines():
            asked = json.loads(line)
            body = self.complete(asked["body"], self._next_trouble())
            lines.append(
                {"custom_id": asked["custom_id"], "response": {"status_code": 200, "body": body}, "error": None}
            )
        return "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in reversed(lines)).encode()

    def _usage(self, body: dict[str, Any], content: str) -> dict[str, Any]:
        system, *rest = (message["content"] for message in body["messages"])
        schema = json.dumps(body.get("response_format") or {})
        prefix = _tokens(system + schema)
        cached = prefix if body.get("prompt_cache_key") and system in self._seen_prefixes else 0
        self._seen_prefixes.add(system)
        given = prefix + sum(_tokens(one) for one in rest)
        self.tokens.update(input=given, cached=cached, output=_tokens(content))
        return {
            "prompt_tokens": given,
            "completion_tokens": _tokens(content),
            "total_tokens": given + _tokens(content),
            "prompt_tokens_details": {"cached_tokens": cached},
        }


def _tokens(text: str) -> int:
    return math.ceil(len(text) / _CHARACTERS_PER_TOKEN)


def _spoiled(labels: list[dict[str, Any]], trouble: str, listed: str, item: str) -> str:
    """The answer as text, wrong in the way of the trouble."""
    if trouble == "wrong_enum":
        labels[0] = labels[0] | ({"kind": "job"} if item == "ad" else {"relation": "cousin"})
    elif trouble == "extra_keys":
        labels[0] = labels[0] | {"salary": 500_000}
    elif trouble == "other_ids":
        labels = [label | {item: f"z{place}"} for place, label in enumerate(labels)]
    elif trouble == "missing_ad":
        labels = labels[1:]
    elif trouble == "wrong_order":
        labels = labels[::-1]
    text = json.dumps({listed: labels}, ensure_ascii=False)
    return {
        "truncated": text[: len(text) // 2],
        "refused": "I'm sorry, I can't help with that.",
        "empty": "",
        "prose": f"Here you are:\n```json\n{text}\n```",
    }.get(trouble, text)


def failure(status: int) -> Response:
    """An error of the API, as it is documented."""
    if status == 401:
        return Response.json({"detail": "Unauthorized"}, 401)
    return Response.json({"object": "error", "message": "try later"}, status, Retry_After="0")
