"""`create_app`: estimates, resumes and the page over the served bundle. Answers take nothing from the person's text
but numbers and quotes; what is sent is never written to disk nor logged."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib import resources
from pathlib import Path
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.staticfiles import StaticFiles
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.responses import FileResponse, JSONResponse, Response

from salary_assets.resume.advice_model import POINTER as ADVICE_POINTER
from salary_assets.resume.advice_model import advice_folder
from salary_assets.resume.documents import DocumentRefused, Reader
from salary_assets.resume.documents.types import MAX_BYTES
from salary_assets.salary.promotion import POINTER
from salary_assets.salary.requests import named_in
from salary_assets.service import metrics as metrics_module
from salary_assets.service.answers import (
    Served,
    catalogue,
    estimate_of,
    load_served,
    model_facts,
    resume_answer,
)
from salary_assets.service.guards import BodyLimit, SameOrigin, SecurityHeaders, problem
from salary_assets.service.metrics import Metrics
from salary_assets.service.requests import EstimateRequest
from salary_assets.service.shelf import Shelf
from salary_assets.service.upload import UploadRefused, uploaded_file
from salary_assets.storage import clock

log = logging.getLogger(__name__)

JSON_BYTES = 64 * 1024
MULTIPART_OVERHEAD = 64 * 1024
READERS = 2
WAITING = 8
"""Resumes read at once, and how many more may wait; the rest is told to come back."""

POINTER_SECONDS = 2.0
LOOPBACK = ("127.0.0.1", "localhost", "[::1]")


def create_app(models: Path, allowed_hosts: tuple[str, ...] = LOOPBACK) -> FastAPI:
    """The service over a folder of models, the served one named by its pointer file; it may be empty at first.

    allowed_hosts: names that the service answers to; a browser led here by a foreign name is refused.
    """
    metrics = Metrics()
    shelf = Shelf(models / POINTER, lambda: load_served(models), metrics, advice_folder(models) / ADVICE_POINTER)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        await run_in_threadpool(shelf.refresh)
        await run_in_threadpool(named_in, "")
        shelf.watch(POINTER_SECONDS)
        app.state.reader = await run_in_threadpool(Reader, READERS)
        app.state.slots = asyncio.Semaphore(READERS)
        app.state.waiting = 0
        yield
        shelf.close()
        app.state.reader.close()

    app = FastAPI(title="Salary assets", version="1", lifespan=lifespan, docs_url=None, redoc_url=None)
    app.state.shelf, app.state.metrics = shelf, metrics
    _add_routes(app, shelf, metrics)
    _add_errors(app)
    app.mount("/static", StaticFiles(directory=str(resources.files("salary_assets.service") / "static")), "static")
    app.add_middleware(BodyLimit, limit=JSON_BYTES, limits={"/v1/resume": MAX_BYTES + MULTIPART_OVERHEAD})
    app.add_middleware(SameOrigin)
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=[*allowed_hosts])
    app.add_middleware(SecurityHeaders)
    return app


def _add_routes(app: FastAPI, shelf: Shelf[Served], metrics: Metrics) -> None:
    page = resources.files("salary_assets.service") / "static" / "index.html"

    @app.get("/", include_in_schema=False)
    async def index() -> Response:
        return FileResponse(str(page), media_type="text/html; charset=utf-8")

    @app.get("/healthz")
    async def healthz() -> dict[str, str]:
        """The process answers."""
        return {"status": "ok"}

    @app.get("/readyz")
    async def readyz() -> JSONResponse:
        """A model answers; `degraded` when a newer one failed to load."""
        state = shelf.state()
        status = "ready" if state.loaded and not state.failure else "degraded" if state.loaded else "no_model"
        return JSONResponse({"status": status, "detail": state.failure}, 200 if state.loaded else 503)

    @app.get("/metrics", include_in_schema=False)
    async def exposition() -> Response:
        return Response(metrics.text(), media_type=metrics_module.CONTENT_TYPE)

    @app.get("/v1/catalogue")
    async def vocabularies() -> dict[str, Any]:
        """Professions, grades and formats that may be asked; places that the model knows."""
        return catalogue(shelf.current())

    @app.get("/v1/model")
    async def model() -> JSONResponse:
        """Version, data window and measured accuracy of the model that answers."""
        served = shelf.current()
        if served is None:
            return _not_ready()
        return JSONResponse(model_facts(served) | {"degraded": shelf.state().failure is not None})

    @app.post("/v1/estimate")
    async def estimate(asked: EstimateRequest) -> JSONResponse:
        """Range of net pay a month for one job, with what it rests on."""
        with metrics.timed("estimate") as status:
            served = shelf.current()
            if served is None:
                status[0] = 503
                return _not_ready()
            # A plain answer takes less time than handing it to a thread; contributions would hold others up.
            if asked.explain:
                answer = await run_in_threadpool(estimate_of, served, asked.asked(), metrics, explain=True)
            else:
                answer = estimate_of(served, asked.asked(), metrics)
            status[0] = 200
            return JSONResponse(answer)

    @app.post("/v1/resume")
    async def resume(request: Request) -> JSONResponse:
        """A resume file (multipart field `file`) -> its structure, range and advice. Nothing is kept."""
        with metrics.timed("resume") as status:
            response = await _read_resume(app, request, shelf.current(), metrics)
            status[0] = response.status_code
            return response


async def _read_resume(app: FastAPI, request: Request, served: Served | None, metrics: Metrics) -> JSONResponse:
    if app.state.waiting >= READERS + WAITING:
        metrics.documents.labels("unknown", "busy").inc()
        return problem(503, "busy", "Too many resumes are being read; try again in a minute.")
    app.state.waiting += 1
    try:
        data = await uploaded_file(request)
        async with app.state.slots:
            document = await run_in_threadpool(app.state.reader.read, data)
        answer = await run_in_threadpool(resume_answer, document, served, clock.now().date(), metrics)
    except UploadRefused as refusal:
        metrics.documents.labels("unknown", refusal.code).inc()
        return problem(400, refusal.code, str(refusal))
    except DocumentRefused as refusal:
        metrics.documents.labels("unknown", refusal.reason).inc()
        return problem(422, refusal.reason, refusal.message)
    finally:
        app.state.waiting -= 1
    metrics.documents.labels(document.kind, "read").inc()
    return JSONResponse(answer)


def _not_ready() -> JSONResponse:
    return problem(503, "not_ready", "There is no model yet: run `make refresh`, then ask again.")


def _add_errors(app: FastAPI) -> None:
    @app.exception_handler(RequestValidationError)
    async def invalid(_request: Request, error: RequestValidationError) -> JSONResponse:
        first = error.errors()[0]
        if first["type"] == "value_error" and "nothing_asked" in first["msg"]:
            return problem(422, "nothing_asked", "Give a title or a position.")
        field = ".".join(str(part) for part in first["loc"][1:]) or "body"
        return problem(422, "invalid", f"{field}: {first['msg']}", field=field)

    @app.exception_handler(HTTPException)
    async def refused(_request: Request, error: HTTPException) -> JSONResponse:
        code = {404: "not_found", 405: "not_found"}.get(error.status_code, "invalid")
        return problem(error.status_code, code, str(error.detail))

    @app.exception_handler(Exception)
    async def failed(request: Request, error: Exception) -> JSONResponse:
        # The route and the kind of error only: its message may hold what the person sent.
        log.error("%s failed with %s", request.url.path, type(error).__name__)
        return problem(500, "internal", "The service failed; try again, and tell its administrator if it repeats.")
