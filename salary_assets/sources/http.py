"""The one HTTP client of all collectors: polite, patient within limits, and clear about what went wrong.

Every way in which a request can fail ends in one of three: an answer (404 is one), `Blocked` (the site refuses us:
asking again would only make it worse), or `Broken` (it does not work: asking again later may).
"""

from __future__ import annotations

import email.utils
import random
import re
import time
import zlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import Any
from urllib.parse import quote, urlsplit
from urllib.request import getproxies, proxy_bypass

import httpx

from salary_assets import __version__
from salary_assets.sources.base import Refused
from salary_assets.sources.files import json_value
from salary_assets.sources.politeness import HostLimit
from salary_assets.storage import BadSetting, Settings

ATTEMPTS = 6
LONGEST_WAIT = 120.0
"""Seconds. A site that asks for a longer pause is not waited for: the run ends and says when to come again."""

LONGEST_BODY = 64 << 20
LONGEST_ANSWER = 60.0
"""Seconds for a whole answer, however slowly it drips."""

Params = Mapping[str, Any] | Sequence[tuple[str, Any]]


class CollectionError(Exception):
    """Collecting cannot go on; the message says why and what to do now."""


class Blocked(CollectionError):
    """The source refuses us: no credentials, a captcha, a ban, a pause longer than we wait."""


class Broken(CollectionError):
    """The source does not work or answers with something that is not what it publishes."""


@dataclass(frozen=True)
class Answer:
    """What came back: status, headers with lower-case names, the decoded body, the address asked."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    url: str

    def json(self) -> Any:
        """The body as JSON, decoded once. Raises Refused when it is not JSON."""
        return self._json

    @cached_property
    def _json(self) -> Any:
        return json_value(self.body)

    @property
    def is_html(self) -> bool:
        head = self.body[:200].lstrip().lower()
        return head.startswith((b"<!doctype html", b"<html")) or "text/html" in self.headers.get("content-type", "")


class Http:
    """A client of one site.

    refuse: told every answer before it is judged by its status; raises Blocked or Broken for what it knows better.
    requests, bytes: what was asked and received so far, retries included.
    """

    def __init__(
        self,
        settings: Settings,
        base_url: str,
        per_second: float,
        headers: Mapping[str, str] | None = None,
        refuse: Callable[[Answer], None] = lambda _answer: None,
    ) -> None:
        timeout = timeout_of(settings)
        pause = settings.number("SALARY_ASSETS_RETRY_SECONDS")
        self._pause = 1.0 if pause is None else pause
        self._host = urlsplit(base_url).netloc
        self._limit = HostLimit(settings.locks, self._host, limit_of(settings, per_second))
        self._refuse = refuse
        self._base = httpx.URL(base_url)
        self._headers = httpx.Headers(
            {"User-Agent": user_agent(settings), "Accept": "*/*", "Accept-Encoding": "gzip", **(headers or {})}
        )
        self._timeout = httpx.Timeout(timeout, connect=min(timeout, 10.0)).as_dict()
        self._plain = httpx.Request("GET", self._base, headers=self._headers)
        # No client around it: cookies, redirects and logins, unused here, take as much CPU as the request itself.
        self._transport = httpx.HTTPTransport(proxy=_proxy(base_url))
        self.requests = 0
        self.bytes = 0

    def __enter__(self) -> Http:
        return self

    def __exit__(self, *_: object) -> None:
        self._transport.close()

    def get(
        self, path: str, params: Params | None = None, json: bool = False, headers: Mapping[str, str] | None = None
    ) -> Answer:
        """GET until there is an answer: 2xx, 3xx or 404. With `json`, a 2xx answer that is not JSON is no answer.

        Raises Blocked or Broken.
        """
        return self._until_answered("GET", path, params, None, json, headers)

    def post_form(self, path: str, form: Mapping[str, str]) -> Answer:
        """POST a form once; 4xx are answers, too. Raises Broken when there is none."""
        try:
            return self._once("POST", path, None, form, None)
        except (httpx.TransportError, httpx.DecodingError) as error:
            raise Broken(self._unreachable(path, error)) from error

    def _until_answered(
        self,
        method: str,
        path: str,
        params: Params | None,
        form: Mapping[str, str] | None,
        json: bool,
        headers: Mapping[str, str] | None,
    ) -> Answer:
        problem = ""
        for attempt in range(ATTEMPTS):
            wait = self._pause * 2**attempt * random.uniform(0.5, 1.0)
            try:
                answer = self._once(method, path, params, form, headers)
            except (httpx.TransportError, httpx.DecodingError) as error:
                problem = self._unreachable(path, error)
            else:
                self._refuse(answer)
                problem = _trouble(answer, json, headers)
                if not problem:
                    return answer
                if answer.status in (429, 503):
                    wait = max(wait, self._asked_pause(answer))
            if attempt + 1 < ATTEMPTS:
                time.sleep(wait)
        if problem.startswith("429"):
            raise Blocked(f"{self._host} still answers 429 (too many requests) after {ATTEMPTS} attempts: run later")
        raise Broken(f"{self._host}{path}: {problem}, {ATTEMPTS} times: run again later")

    def _once(
        self,
        method: str,
        path: str,
        params: Params | None,
        form: Mapping[str, str] | None,
        headers: Mapping[str, str] | None,
    ) -> Answer:
        self._limit.wait()
        self.requests += 1
        begun = time.monotonic()
        query = f"?{httpx.QueryParams(params)}" if params else ""  # type: ignore[arg-type]
        target = f"{self._base.path.rstrip('/')}{quote(path)}{query}"
        if headers or form or method != "GET":
            request = httpx.Request(method, self._base, headers={**self._headers, **(headers or {})}, data=form)
        else:
            request = self._plain
        # Where it goes is said by `target`: taking each address to pieces again would cost as much as sending it.
        request.extensions = {"timeout": self._timeout, "target": target.encode("ascii")}
        response = self._transport.handle_request(request)
        try:
            said = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in response.headers.raw}
            body = _body(response.iter_raw(), said.get("content-encoding", ""), begun + LONGEST_ANSWER)
        finally:
            response.close()
        self.bytes += response.num_bytes_downloaded
        return Answer(response.status_code, said, body, f"{self._base.scheme}://{self._host}{target}")

    def _asked_pause(self, answer: Answer) -> float:
        """Seconds that Retry-After asks for. Raises Blocked when that is longer than we wait."""
        seconds = retry_after(answer.headers.get("retry-after", ""), datetime.now(UTC))
        if seconds > LONGEST_WAIT:
            raise Blocked(f"{self._host} asks to wait {seconds:.0f} s: run again after that")
        return seconds

    def _unreachable(self, path: str, error: Exception) -> str:
        kind = "no answer in time" if isinstance(error, httpx.TimeoutException) else "the connection failed"
        return f"{kind} ({type(error).__name__}: {error})" if str(error) else f"{kind} ({type(error).__name__})"


def _body(stream: Iterable[bytes], encoding: str, until: float) -> bytes:
    """The decoded body. Raises httpx errors for one that does not end by `until` (monotonic) or is cut off.

    Decoded here because httpx takes a compressed body without its end for a whole one: half a page of ads.
    """
    encoding = encoding.strip().lower()
    if encoding not in ("", "identity", "gzip", "x-gzip"):
        raise httpx.DecodingError(f"a body in {encoding}, which was not asked for")
    member = zlib.decompressobj(wbits=31) if "gzip" in encoding else None
    pieces, size = [], 0
    for raw in stream:
        try:
            piece = member.decompress(raw, LONGEST_BODY) if member else raw
        except zlib.error as error:
            raise httpx.DecodingError(f"a damaged compressed body: {error}") from None
        pieces.append(piece)
        size += len(piece)
        if size > LONGEST_BODY or time.monotonic() > until:
            raise httpx.ReadTimeout(f"the answer does not end ({size} bytes so far)")
    if member and pieces and (not member.eof or member.unconsumed_tail):
        raise httpx.DecodingError("a compressed body without its end")
    return b"".join(pieces)


def _proxy(url: str) -> str | None:
    """The proxy that the environment (HTTPS_PROXY, ALL_PROXY, NO_PROXY) names for a site, as curl understands it."""
    parts = urlsplit(url)
    if proxy_bypass(parts.hostname or ""):
        return None
    proxies = getproxies()
    return proxies.get(parts.scheme) or proxies.get("all")


def timeout_of(settings: Settings) -> float:
    """Seconds without a byte after which a site does not answer. Raises BadSetting."""
    chosen = settings.number("SALARY_ASSETS_TIMEOUT")
    if chosen == 0:
        raise BadSetting("SALARY_ASSETS_TIMEOUT=0: no answer comes in no time; write seconds, or unset it")
    return 20.0 if chosen is None else chosen


def limit_of(settings: Settings, per_second: float) -> float:
    """Requests a second to one host: the operator's limit, else the source's own. Raises BadSetting."""
    chosen = settings.number("SALARY_ASSETS_REQUESTS_PER_SECOND")
    return per_second if chosen is None else chosen


def user_agent(settings: Settings) -> str:
    """Who we are, with the operator's contact (SALARY_ASSETS_CONTACT), so that a site can reach us.

    Raises BadSetting for a contact that no header can carry.
    """
    contact = settings.contact.strip()
    if not (contact.isascii() and contact.isprintable()):
        raise BadSetting(
            f"SALARY_ASSETS_CONTACT={contact!r}: requests carry Latin letters and signs in one line only; write an"
            " e-mail or the address of a page"
        )
    return f"salary-assets/{__version__}" + (f" ({contact})" if contact else "")


def retry_after(value: str, now: datetime) -> float:
    """Seconds that a Retry-After header asks for: a number or an HTTP date; 0 for none, nonsense or the past."""
    text = value.strip()
    if re.fullmatch(r"-?[0-9]{1,9}", text):
        return max(0.0, float(text))
    try:
        moment = email.utils.parsedate_to_datetime(text)
        return max(0.0, (moment.astimezone(UTC) - now).total_seconds())
    except (ValueError, TypeError, IndexError, OverflowError):
        return 0.0


def _trouble(answer: Answer, json: bool, headers: Mapping[str, str] | None) -> str:
    """Why an answer is none and may be asked for again, or nothing."""
    if answer.status in (429, 408, 425) or answer.status >= 500:
        return f"{answer.status}"
    if answer.status == 304 and not headers:
        return "304 (not modified), which was not asked for"
    elsewhere = urlsplit(answer.headers.get("location", "")).netloc
    if 300 <= answer.status < 400 and elsewhere not in ("", urlsplit(answer.url).netloc):
        raise Blocked(
            f"{answer.url} sends us to {elsewhere} (a login, a guard, a provider's notice, or the site moved): open it"
            " in a browser from this machine to see which; no ad was taken for gone"
        )
    refused = answer.status in (401, 403, 451)
    data = json and answer.status < 400 and answer.status != 304
    if answer.is_html and (refused or data):
        raise Blocked(
            f"{answer.url} answers {answer.status} with a page instead of data (a captcha, a guard or a login): open it"
            " in a browser from this machine to see which; collecting stops so as not to make it worse"
        )
    if answer.status >= 400 and answer.status != 404:
        told = f"{answer.url} answers {answer.status}: {answer.body[:200].decode('utf-8', 'replace')!r}"
        if refused:
            raise Blocked(f"{told}: it refuses this machine or its credentials; check both, then run again")
        raise Broken(f"{told}: it is not asked rightly any more, report this")
    if not data:
        return ""
    try:
        answer.json()
    except Refused as refusal:
        return f"{answer.status} with a body that is {refusal}"
    return ""
