"""A small HTTP/1.1 server on loopback for emulators: real sockets, an answer per request, faults on demand.

Written on asyncio streams, because the faults worth having (a reset in the middle of a body, a byte a second) are below
what web frameworks let one do.
"""

from __future__ import annotations

import asyncio
import contextlib
import gzip
import json
import re
import socket
import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from salary_assets_tests.emulators.listener import Listener

GUARD = b"<!DOCTYPE html><html><head><title>Guard</title></head><body>Checking your browser</body></html>"


@dataclass(frozen=True)
class Request:
    method: str
    path: str
    query: tuple[tuple[str, str], ...]
    headers: dict[str, str]
    body: bytes

    def all(self, name: str) -> list[str]:
        return [value for key, value in self.query if key == name]

    def one(self, name: str, default: str = "") -> str:
        return next(iter(self.all(name)), default)

    @property
    def form(self) -> dict[str, str]:
        return dict(parse_qsl(self.body.decode("utf-8")))


@dataclass(frozen=True)
class Response:
    body: bytes = b""
    status: int = 200
    content_type: str = "application/json; charset=utf-8"
    headers: tuple[tuple[str, str], ...] = ()

    @staticmethod
    def json(value: Any, status: int = 200, **headers: str) -> Response:
        named = tuple((name.replace("_", "-"), text) for name, text in headers.items())
        return Response(json.dumps(value, ensure_ascii=False).encode("utf-8", "surrogatepass"), status, headers=named)

    @staticmethod
    def html(text: str, status: int = 200) -> Response:
        return Response(text.encode("utf-8"), status, "text/html; charset=utf-8")


@dataclass
class Fault:
    """What goes wrong with answers to requests whose path matches `on`: `times` of them, after `skip` good ones.

    kind: reset (the connection breaks in the middle of the body), stall (nothing for `seconds`), drip (a byte at a
    time), cut_gzip (the compressed body lacks its second half), page (HTML instead of data, with `status`), answer
    (`response` instead), change (`change` makes another response of the good one).
    """

    kind: str
    times: int = 1
    skip: int = 0
    on: str = ""
    seconds: float = 30.0
    status: int = 200
    response: Response = field(default_factory=Response)
    change: Callable[[Response], Response] = lambda response: response

    def strikes(self, request: Request) -> bool:
        if self.times == 0 or not re.search(self.on, request.path):
            return False
        if self.skip:
            self.skip -= 1
            return False
        self.times -= 1
        return True


class Emulator(Listener):
    """An HTTP server in a thread of its own. Subclasses answer requests in `handle`; use it as a context manager.

    url: where it listens; requests: all that it was asked, in order; faults: what goes wrong, the first that strikes.
    """

    def __init__(self, port: int = 0) -> None:
        super().__init__(port)
        self.requests: list[Request] = []
        self.faults: list[Fault] = []

    def handle(self, request: Request) -> Response:
        raise NotImplementedError

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    def paths(self, containing: str = "") -> list[str]:
        return [request.path for request in self.requests if containing in request.path]

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
            while True:
                request = await _read(reader)
                self.requests.append(request)
                fault = next((one for one in self.faults if one.strikes(request)), None)
                if fault is None:
                    _write(writer, request, self.handle(request))
                elif not await self._spoil(fault, request, writer):
                    break
                await writer.drain()
        writer.close()

    async def _spoil(self, fault: Fault, request: Request, writer: asyncio.StreamWriter) -> bool:
        """Answer wrongly; whether the connection is still of use."""
        if fault.kind == "answer":
            _write(writer, request, fault.response)
        elif fault.kind == "page":
            _write(writer, request, Response(GUARD, fault.status, "text/html", (("Server", "ddos-guard"),)))
        elif fault.kind == "change":
            _write(writer, request, fault.change(self.handle(request)))
        elif fault.kind == "stall":
            await asyncio.sleep(fault.seconds)
            return False
        elif fault.kind == "cut_gzip":
            good = self.handle(request)
            half = gzip.compress(good.body, 6)
            half = half[: len(half) // 2]
            answer = Response(half, 200, good.content_type, (("Content-Encoding", "gzip"),))
            _write(writer, request, answer, encoded=True)
        elif fault.kind == "drip":
            head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n"
            writer.write(head)
            for _ in range(1000):
                writer.write(b" ")
                await writer.drain()
                await asyncio.sleep(fault.seconds)
        elif fault.kind == "reset":
            body = self.handle(request).body
            head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
            writer.write(head.encode() + body[: len(body) // 2])
            await writer.drain()
            raw = writer.get_extra_info("socket")
            raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            writer.transport.abort()
            return False
        else:
            raise ValueError(f"no fault {fault.kind!r}")
        return True


async def _read(reader: asyncio.StreamReader) -> Request:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    method, target, _ = head[0].split(" ", 2)
    headers = {
        name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:] if line)
    }
    body = await reader.readexactly(int(headers.get("content-length", 0)))
    parts = urlsplit(target)
    return Request(method, unquote(parts.path), tuple(parse_qsl(parts.query, keep_blank_values=True)), headers, body)


def _write(writer: asyncio.StreamWriter, request: Request, response: Response, encoded: bool = False) -> None:
    body, headers = response.body, [*response.headers]
    if not encoded and len(body) > 200 and "gzip" in request.headers.get("accept-encoding", ""):
        body = gzip.compress(body, 1)
        headers.append(("Content-Encoding", "gzip"))
    headers += [("Content-Type", response.content_type), ("Content-Length", str(len(body)))]
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers)
    writer.write(f"HTTP/1.1 {response.status} -\r\n{lines}\r\n".encode("latin-1") + body)


@contextlib.contextmanager
def serving(*emulators: Emulator) -> Iterator[None]:
    """Several emulators at once."""
    with contextlib.ExitStack() as stack:
        for emulator in emulators:
            stack.enter_context(emulator)
        yield
