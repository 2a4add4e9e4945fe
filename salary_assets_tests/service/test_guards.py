"""Sizes, origins and headers, over real sockets."""

import socket
import time
from collections.abc import Iterator

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from salary_assets.service.guards import SECURITY_HEADERS, BodyLimit, SameOrigin, SecurityHeaders
from salary_assets_tests.service.running import running

LIMIT = 100_000


async def count(request: Request) -> JSONResponse:
    return JSONResponse({"bytes": len(await request.body())})


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    app = Starlette(
        routes=[Route("/count", count, methods=["GET", "POST"]), Route("/v1/count", count, methods=["POST"])]
    )
    with running(SecurityHeaders(SameOrigin(BodyLimit(app, LIMIT, {"/v1/count": 10})))) as where:
        yield where


def test_a_body_within_the_limit_arrives_whole(address: str) -> None:
    assert httpx.post(f"{address}/count", content=b"x" * LIMIT).json() == {"bytes": LIMIT}


def test_a_path_may_have_its_own_limit(address: str) -> None:
    assert httpx.post(f"{address}/v1/count", content=b"x" * 11).status_code == 413


def test_a_declared_length_above_the_limit_is_refused_before_the_body_is_read(address: str) -> None:
    host, port = address.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=10) as connection:
        connection.sendall(b"POST /count HTTP/1.1\r\nHost: x\r\nContent-Length: 300000000\r\n\r\n")

        answer = connection.recv(1000)

    assert answer.startswith(b"HTTP/1.1 413")


def test_a_body_without_a_length_is_refused_once_it_passes_the_limit(address: str) -> None:
    sent = []

    def endless() -> Iterator[bytes]:
        while True:
            sent.append(1)
            yield b"x" * 65_536

    started = time.monotonic()
    try:
        status = httpx.post(f"{address}/count", content=endless(), timeout=20).status_code
    except httpx.WriteError:
        status = 413

    assert status == 413
    assert time.monotonic() - started < 10


def test_a_length_that_is_no_number_is_refused(address: str) -> None:
    host, port = address.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=10) as connection:
        connection.sendall(b"POST /count HTTP/1.1\r\nHost: x\r\nContent-Length: many\r\n\r\n")

        answer = connection.recv(1000)

    assert answer.split(b" ")[1] in (b"400", b"413")


@pytest.mark.parametrize(
    "headers",
    [{"origin": "https://elsewhere.example"}, {"origin": "null"}, {"sec-fetch-site": "cross-site"}],
    ids=["another site", "a sandboxed page", "as the browser says"],
)
def test_a_page_of_another_site_cannot_post(address: str, headers: dict[str, str]) -> None:
    assert httpx.post(f"{address}/count", content=b"x", headers=headers).status_code == 403


def test_the_own_page_and_programs_can_post(address: str) -> None:
    own = {"origin": address, "sec-fetch-site": "same-origin"}

    assert httpx.post(f"{address}/count", content=b"x", headers=own).status_code == 200
    assert httpx.post(f"{address}/count", content=b"x").status_code == 200


def test_every_answer_carries_the_security_headers(address: str) -> None:
    for answer in (httpx.get(f"{address}/count"), httpx.get(f"{address}/nothing"), httpx.post(f"{address}/v1/count")):
        assert {name: answer.headers.get(name) for name in SECURITY_HEADERS} == SECURITY_HEADERS


def test_answers_about_a_person_are_not_cached(address: str) -> None:
    assert httpx.post(f"{address}/v1/count").headers["cache-control"] == "no-store"
