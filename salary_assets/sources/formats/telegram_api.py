"""Telegram channels over its API (Telethon), with an account's session: only what is new, and the last posts again.

Edits are not announced, so the last posts are read again each time and those whose words changed become new versions;
albums are several messages with one caption and become one post. As of Telethon 1.45.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import struct
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from filelock import FileLock

from salary_assets.sources.base import RawAd
from salary_assets.sources.formats.telegram import MESSAGE_TYPE
from salary_assets.sources.http import LONGEST_WAIT, Blocked, Broken, limit_of, timeout_of
from salary_assets.sources.live import Complete, Context, Heard, Listed, NotConfigured, Span, fingerprint
from salary_assets.sources.politeness import HostLimit
from salary_assets.storage import Settings, write_text

BATCH = 100
"""Messages that one request brings."""

PER_SECOND = 0.5
"""About ten history requests are allowed before a flood wait of half a minute (Telethon's documentation)."""

FLOODS = 5
"""Flood waits in a row that one request is patient with."""

REREAD = 200
"""Messages before the newest known one that are read again for edits and deletions."""

PATIENCE = 4
"""Times the usual timeout: Telethon connects again by itself, for ever, when a connection breaks."""

HOW_TO_GET = (
    "set TELEGRAM_SESSION, TELEGRAM_API_ID and TELEGRAM_API_HASH (an account's StringSession, see docs/new-source.md),"
    " or export the channel with Telegram Desktop and add the export"
)


def is_configured(context: Context) -> bool:
    return bool(context.settings.env.get("TELEGRAM_SESSION"))


@contextmanager
def open_telegram(context: Context) -> Iterator[TelegramSource]:
    """A connection with the session of TELEGRAM_SESSION. Raises NotConfigured, Blocked, Broken."""
    from telethon import TelegramClient
    from telethon.sessions import StringSession

    env = context.settings.env
    try:
        session = StringSession(env["TELEGRAM_SESSION"].strip())
        api_id, api_hash = int(env["TELEGRAM_API_ID"]), env["TELEGRAM_API_HASH"].strip()
    except (KeyError, ValueError, struct.error) as error:
        raise NotConfigured(f"Telegram's credentials are not complete ({type(error).__name__}): {HOW_TO_GET}") from None
    with asyncio.Runner() as runner:
        client = TelegramClient(
            session,
            api_id,
            api_hash,
            loop=runner.get_loop(),
            receive_updates=False,
            flood_sleep_threshold=0,
            request_retries=3,
            connection_retries=2,
            retry_delay=1,
            raise_last_call_error=True,
        )
        source = TelegramSource(context, client, runner)
        try:
            source.ask(client.connect)
            yield source
        finally:
            runner.run(_left(client))


async def _left(client: Any) -> None:
    # Outside of a running loop this method returns no coroutine.
    await client.disconnect()


class TelegramSource:
    """An open connection to Telegram."""

    def __init__(self, context: Context, client: Any, runner: asyncio.Runner) -> None:
        self.http, self._context, self._client, self._runner = self, context, client, runner
        self.requests = self.bytes = 0
        self._patience = PATIENCE * timeout_of(context.settings)
        self._limit = HostLimit(context.settings.locks, "telegram", limit_of(context.settings, PER_SECOND))
        self._channel = str(context.feed.options["channel"])
        self._account = hashlib.sha256(context.settings.env["TELEGRAM_SESSION"].strip().encode()).hexdigest()[:16]

    def listing(self, span: Span) -> Iterator[Heard]:
        """The channel's posts of the span, oldest first: those not known, and the last known ones. Raises
        CollectionError."""
        entity = self._entity()
        last = self._start(entity, span)
        first_date: datetime | None = None
        album: list[Any] = []
        while True:
            batch, begun = self._history(entity, min_id=last, reverse=True), last
            for message in batch:
                if album and (message.grouped_id is None or message.grouped_id != album[0].grouped_id):
                    yield self._listed(album)
                    album = []
                if message.date >= span.last:
                    last = begun
                    break
                if message.action is None and message.date >= span.first:
                    first_date = first_date or message.date
                    album.append(message)
                last = message.id
            if last <= begun:
                break
        if album:
            yield self._listed(album)
        if first_date is not None:
            yield Complete(Span(first_date, span.last))

    def whole(self, listed: Listed) -> RawAd:
        return listed.raw

    def ask(self, request: Callable[..., Any], *given: Any, **options: Any) -> Any:
        """Make one request, with Telegram's refusals in words; short flood waits are waited out. Raises Blocked or
        Broken."""
        from telethon import errors

        async def answered() -> Any:
            return await asyncio.wait_for(request(*given, **options), self._patience)

        for _ in range(FLOODS):
            self._limit.wait()
            self.requests += 1
            try:
                return self._run(answered)
            except errors.FloodWaitError as error:
                if error.seconds > LONGEST_WAIT:
                    raise Blocked(f"Telegram asks to wait {error.seconds} s: run again after that") from error
                time.sleep(error.seconds)
        raise Blocked("Telegram asks to wait again and again: run later")

    def _run(self, answered: Callable[[], Any]) -> Any:
        from telethon import errors

        try:
            return self._runner.run(answered())
        except errors.FloodWaitError:
            raise
        except (errors.ChannelPrivateError, errors.ChannelInvalidError) as error:
            raise Blocked(
                f"the channel {self._channel} is private, or this account was banned from it: join it with the"
                " account, or export it with Telegram Desktop and add the export"
            ) from error
        except (errors.UsernameNotOccupiedError, errors.UsernameInvalidError) as error:
            raise Broken(f"there is no channel t.me/{self._channel}: correct `channel:` in the registry") from error
        except (errors.UnauthorizedError, errors.AuthKeyDuplicatedError, errors.AuthKeyError) as error:
            raise Blocked(
                f"Telegram does not accept the session ({type(error).__name__}): it was ended, or is used from two"
                " places; make a new one and set TELEGRAM_SESSION"
            ) from error
        except errors.RPCError as error:
            raise Broken(f"Telegram answers {error} for {self._channel}: run again later") from error
        except OSError as error:
            told = str(error) or "no answer in time"
            raise Broken(f"Telegram cannot be reached ({told}): run again later") from error
        except ValueError as error:
            if "Cannot find any entity" in str(error) or "No user has" in str(error):
                raise Broken(f"there is no channel t.me/{self._channel}: correct `channel:` in the registry") from error
            raise

    def _history(self, entity: Any, **options: Any) -> list[Any]:
        return list(self.ask(self._client.get_messages, entity, limit=BATCH, wait_time=0, **options))

    def _start(self, entity: Any, span: Span) -> int:
        """The message after which reading begins: before the last known ones, else before the span."""
        known = [int(native_id) for native_id in self._context.known if native_id.isdigit()]
        if known:
            return max(0, max(known) - REREAD)
        before = list(self.ask(self._client.get_messages, entity, limit=1, wait_time=0, offset_date=span.first))
        return int(before[0].id) if before else 0

    def _entity(self) -> Any:
        """The channel, by its cached number: resolving names is limited to few a day."""
        from telethon.tl import types

        known = self._resolved()
        if self._channel in known:
            return types.InputPeerChannel(*known[self._channel])
        entity = self.ask(self._client.get_entity, self._channel)
        if not isinstance(entity, types.Channel):
            raise Broken(f"t.me/{self._channel} is not a channel: correct `channel:` in the registry")
        reasons = getattr(entity, "restriction_reason", None) or []
        if getattr(entity, "restricted", False) and reasons:
            raise Blocked(f"Telegram has banned the channel {self._channel}: {reasons[0].text}; disable the feed")
        settings = self._context.settings
        with FileLock(settings.locks / "telegram-channels.lock"):
            channels = self._resolved() | {self._channel: [entity.id, entity.access_hash]}
            write_text(_cache(settings), json.dumps({"account": self._account, "channels": channels}))
        return entity

    def _resolved(self) -> dict[str, list[int]]:
        """Number and access hash of the channels that this account resolved: to another one the hashes mean nothing."""
        file = _cache(self._context.settings)
        kept = json.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}
        return dict(kept["channels"]) if kept.get("account") == self._account else {}

    def _listed(self, album: list[Any]) -> Listed:
        """A post of one message or of an album: its number is the first one's, its words are all captions."""
        first = album[0]
        texts = [words for words in map(_words, album) if words]
        text = "\n".join(texts)
        captioned = next((message for message in album if message.raw_text), first)
        payload: dict[str, Any] = {
            "channel": self._channel,
            "id": first.id,
            "date": first.date.isoformat(),
            "text": text,
            "entities": [_entity_of(one) for one in captioned.entities or []] if len(texts) < 2 else [],
            "media_type": type(first.media).__name__ if first.media is not None else None,
        }
        if len(album) > 1:
            payload["grouped_id"] = first.grouped_id
        edited = max((message.edit_date for message in album if message.edit_date), default=None)
        if edited is not None:
            payload["edit_date"] = edited.isoformat()
        raw = RawAd(
            source=self._context.feed.slug,
            native_id=str(first.id),
            published_at=first.date,
            fetched_at=self._context.now,
            transport="api",
            url=f"https://t.me/{self._channel}/{first.id}",
            content_type=MESSAGE_TYPE,
            payload=json.dumps(payload, ensure_ascii=False).encode("utf-8", "replace"),
            origin=f"telegram {self._channel}/{first.id}",
        )
        return Listed(raw, fingerprint(text), excerpt=False)


def _cache(settings: Settings) -> Path:
    return settings.cache / "telegram-channels.json"


def _words(message: Any) -> str:
    """A message's text; of a rich message, which has none, the text of its blocks, a line each."""
    if message.raw_text:
        return str(message.raw_text)
    rich = getattr(message, "rich_message", None)
    blocks = rich.to_dict().get("blocks", []) if rich is not None else []
    return "\n".join(filter(None, map(_plain, blocks)))


def _plain(node: Any) -> str:
    if isinstance(node, dict):
        if node.get("_") == "TextPlain":
            return str(node.get("text", ""))
        return "".join(_plain(value) for value in node.values())
    return "".join(map(_plain, node)) if isinstance(node, list) else ""


def _entity_of(entity: Any) -> dict[str, Any]:
    """Kind and place of a piece of markup, in UTF-16 units as Telegram counts."""
    found: dict[str, Any] = {
        "type": type(entity).__name__.removeprefix("MessageEntity"),
        "offset": entity.offset,
        "length": entity.length,
    }
    url = getattr(entity, "url", None)
    return found | {"url": url} if url else found
