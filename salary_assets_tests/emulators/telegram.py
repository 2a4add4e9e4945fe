"""Telegram on loopback: MTProto 2.0 as far as an unmodified Telethon needs it, and the public preview pages.

The session string names 127.0.0.1 and a key that both sides know, so no key exchange is needed. Posts are lines of a
Telethon dump; their Markdown becomes text with entities, and HTML on the pages.
"""

from __future__ import annotations

import asyncio
import base64
import html
import inspect
import ipaddress
import itertools
import os
import struct
import time
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any
from zlib import crc32

from telethon.crypto import AES, AuthKey
from telethon.extensions import BinaryReader, markdown
from telethon.extensions import html as telegram_html
from telethon.network.mtprotostate import MTProtoState
from telethon.tl import functions, types
from telethon.tl.core import GzipPacked, MessageContainer

from salary_assets_tests.emulators.listener import Listener
from salary_assets_tests.emulators.server import Emulator, Request, Response

PAGE = 20
RPC_RESULT, VECTOR = 0xF35C6D01, 0x1CB5C415
Post = dict[str, Any]
_ACCOUNTS = itertools.count()


class Refusal(Exception):
    """An RPC error of Telegram: code and name."""

    def __init__(self, code: int, name: str) -> None:
        super().__init__(name)
        self.code, self.name = code, name


@dataclass
class Channels:
    """What both faces of the emulator serve: channels by lower-case name, posts by number.

    private: channels whose history is refused; banned: channels that Telegram closed; hidden: channels without a
        preview.
    """

    posts: dict[str, dict[int, Post]] = field(default_factory=lambda: defaultdict(dict))
    private: set[str] = field(default_factory=set)
    banned: set[str] = field(default_factory=set)
    hidden: set[str] = field(default_factory=set)

    @staticmethod
    def of(lines: Iterable[Post]) -> Channels:
        channels = Channels()
        for line in lines:
            channels.put(line)
        return channels

    def put(self, line: Post) -> None:
        self.posts[str(line["channel"]).lower()][int(line["id"])] = line

    def remove(self, channel: str, number: int) -> None:
        del self.posts[channel.lower()][number]


class TelegramEmulator(Listener):
    """A Telegram data centre with one account, to which alone its access hashes mean anything.

    calls: names of the requests it was asked; refusals: given out first to requests for posts; drops: connections to
    break instead of answering such a request.
    """

    def __init__(self, lines: Iterable[Post] = (), port: int = 0) -> None:
        super().__init__(port)
        self.channels = Channels.of(lines)
        self.calls: list[str] = []
        self.refusals: list[Refusal] = []
        self.drops = 0
        self._key = bytes([next(_ACCOUNTS) % 256]) + os.urandom(255)
        self._auth = AuthKey(self._key)

    @property
    def session(self) -> str:
        """The StringSession of an account that is signed in here."""
        address = ipaddress.ip_address("127.0.0.1").packed
        packed = struct.pack(">B4sH256s", 2, address, self._port, self._key)
        return "1" + base64.urlsafe_b64encode(packed).decode()

    @property
    def url(self) -> str:
        return f"mtproto://127.0.0.1:{self._port}"

    @property
    def requests(self) -> list[str]:
        return self.calls

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connection = _Connection(self._key, self._auth, writer)
        try:
            while True:
                length, _ = struct.unpack("<ii", await reader.readexactly(8))
                packet = (await reader.readexactly(length - 8))[:-4]
                session, number, message = connection.opened(packet)
                for inner_number, inner in _unpacked(number, message):
                    await self._answer(connection, session, inner_number, inner)
        except (asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
            writer.close()

    async def _answer(self, connection: _Connection, session: int, number: int, query: Any) -> None:
        wrappers = (
            functions.InvokeWithLayerRequest,
            functions.InitConnectionRequest,
            functions.InvokeWithoutUpdatesRequest,
        )
        while isinstance(query, wrappers):
            query = query.query
        if isinstance(query, types.MsgsAck):
            return
        if isinstance(query, functions.PingRequest | functions.PingDelayDisconnectRequest):
            await connection.send(session, bytes(types.Pong(msg_id=number, ping_id=query.ping_id)))
            return
        self.calls.append(type(query).__name__)
        if self.drops and isinstance(query, functions.messages.GetHistoryRequest):
            self.drops -= 1
            connection.break_off()
            return
        try:
            if self.refusals and isinstance(query, functions.messages.GetHistoryRequest):
                raise self.refusals.pop(0)
            result = self.handle(query)
            listed = isinstance(result, list)
            vector = struct.pack("<Ii", VECTOR, len(result)) if listed else b""
            packed = vector + b"".join(map(bytes, result if listed else [result]))
        except Refusal as refusal:
            packed = bytes(types.RpcError(error_code=refusal.code, error_message=refusal.name))
        await connection.send(session, struct.pack("<Iq", RPC_RESULT, number) + packed)

    def handle(self, query: Any) -> Any:
        if isinstance(query, functions.help.GetConfigRequest):
            return _config()
        if isinstance(query, functions.contacts.ResolveUsernameRequest):
            channel = self._channel(query.username.lower())
            return types.contacts.ResolvedPeer(peer=types.PeerChannel(channel.id), chats=[channel], users=[])
        if isinstance(query, functions.messages.GetHistoryRequest):
            return self._history(query)
        if isinstance(query, functions.users.GetUsersRequest):
            return [types.User(id=777, is_self=True, access_hash=1, first_name="emulated")]
        if isinstance(query, functions.updates.GetStateRequest):
            return types.updates.State(pts=1, qts=1, date=datetime.now(UTC), seq=1, unread_count=0)
        if isinstance(query, functions.updates.GetDifferenceRequest):
            return types.updates.DifferenceEmpty(date=datetime.now(UTC), seq=1)
        raise Refusal(400, "METHOD_NOT_EMULATED")

    def _channel(self, name: str) -> types.Channel:
        if name not in self.channels.posts:
            raise Refusal(400, "USERNAME_NOT_OCCUPIED")
        number = 1000 + sorted(self.channels.posts).index(name)
        told = types.RestrictionReason("all", "terms", "This channel can't be displayed")
        reasons = [told] if name in self.channels.banned else None
        return types.Channel(
            id=number,
            title=name,
            photo=types.ChatPhotoEmpty(),
            date=datetime(2020, 1, 1, tzinfo=UTC),
            username=name,
            access_hash=number * 7 + self._key[0],
            broadcast=True,
            restricted=bool(reasons),
            restriction_reason=reasons,
        )

    def _history(self, query: Any) -> Any:
        name = sorted(self.channels.posts)[query.peer.channel_id - 1000]
        if query.peer.access_hash != self._channel(name).access_hash:
            raise Refusal(400, "CHANNEL_INVALID")
        if name in self.channels.private:
            raise Refusal(400, "CHANNEL_PRIVATE")
        posts = self.channels.posts[name]
        numbers = sorted(posts, reverse=True)
        # On the wire "no date" is zero.
        until = query.offset_date if query.offset_date and query.offset_date.year > 1970 else None
        older = [
            number
            for number in numbers
            if (not query.offset_id or number < query.offset_id) and (until is None or _date(posts[number]) < until)
        ]
        start = len(numbers) - len(older) + query.add_offset
        shown = numbers[max(0, start) : max(0, start + query.limit)]
        channel = self._channel(name)
        messages = [_message(posts[number], channel.id) for number in shown]
        return types.messages.ChannelMessages(
            pts=1, count=len(numbers), messages=messages, topics=[], chats=[channel], users=[]
        )


class _Connection:
    """Encryption and framing of one TCP connection (MTProto 2.0, full transport)."""

    def __init__(self, key: bytes, auth: AuthKey, writer: asyncio.StreamWriter) -> None:
        self._key, self._auth, self._writer = key, auth, writer
        self._sent = self._last = 0

    def opened(self, packet: bytes) -> tuple[int, int, Any]:
        """A packet of the client -> session, message number, message."""
        key, iv = MTProtoState._calc_key(self._key, packet[8:24], True)
        with BinaryReader(AES.decrypt_ige(packet[24:], key, iv)) as reader:
            reader.read_long()
            session, number = reader.read_long(), reader.read_long()
            reader.read_int()
            reader.read_int()
            return session, number, reader.tgread_object()

    def break_off(self) -> None:
        self._writer.transport.abort()

    async def send(self, session: int, body: bytes) -> None:
        self._last = max(self._last + 4, int(time.time()) << 32) | 1
        plain = struct.pack("<qqqii", 0, session, self._last, 1, len(body)) + body
        plain += os.urandom(-(len(plain) + 12) % 16 + 12)
        digest = sha256(self._key[96:128] + plain).digest()[8:24]
        key, iv = MTProtoState._calc_key(self._key, digest, False)
        packet = struct.pack("<Q", self._auth.key_id) + digest + AES.encrypt_ige(plain, key, iv)
        frame = struct.pack("<ii", len(packet) + 12, self._sent) + packet
        self._writer.write(frame + struct.pack("<I", crc32(frame)))
        self._sent += 1
        await self._writer.drain()


def _unpacked(number: int, message: Any) -> list[tuple[int, Any]]:
    if isinstance(message, GzipPacked):
        with BinaryReader(message.data) as reader:
            return _unpacked(number, reader.tgread_object())
    if isinstance(message, MessageContainer):
        return [pair for one in message.messages for pair in _unpacked(one.msg_id, one.obj)]
    return [(number, message)]


def _config() -> types.Config:
    now = datetime.now(UTC)
    given = {
        "date": now,
        "expires": now + timedelta(hours=1),
        "test_mode": False,
        "dc_options": [types.DcOption(id=2, ip_address="127.0.0.1", port=1)],
    }
    needed = [
        (name, str(one.annotation))
        for name, one in inspect.signature(types.Config.__init__).parameters.items()
        if name != "self" and one.default is inspect.Parameter.empty
    ]
    return types.Config(**{name: given.get(name, "x" if "str" in kind else 1) for name, kind in needed})


def _message(line: Post, channel_id: int) -> types.Message:
    text, entities = markdown.parse(line["text"])
    edited = line.get("edit_date")
    return types.Message(
        id=int(line["id"]),
        peer_id=types.PeerChannel(channel_id),
        date=_date(line),
        message=text,
        entities=entities or None,
        media=types.MessageMediaPhoto() if line.get("media_type") else None,
        grouped_id=line.get("grouped_id"),
        edit_date=datetime.fromisoformat(edited) if edited else None,
        post=True,
    )


def _date(line: Post) -> datetime:
    return datetime.fromisoformat(line["date"])


class PreviewEmulator(Emulator):
    """t.me/s/<channel>: twenty posts a page, newest first, albums as one post."""

    def __init__(self, lines: Iterable[Post] = (), port: int = 0) -> None:
        super().__init__(port)
        self.channels = Channels.of(lines)

    def handle(self, request: Request) -> Response:
        name = request.path.removeprefix("/s/").lower()
        if name in self.channels.hidden:
            return Response(b"", 302, "text/html", (("Location", f"{self.url}/{name}"),))
        if name not in self.channels.posts:
            return Response.html(
                '<html><body><div class="tgme_page"><div class="tgme_icon_user"></div></div></body></html>'
            )
        posts = [post for post in self.channels.posts[name].values() if not _is_inner(post, self.channels.posts[name])]
        before = int(request.one("before") or 10**9)
        older = sorted((post for post in posts if int(post["id"]) < before), key=lambda post: int(post["id"]))
        shown = older[-PAGE:]
        more = f'<a class="tme_messages_more" data-before="{shown[0]["id"]}"></a>' if len(older) > PAGE else ""
        body = "".join(map(_widget, shown))
        return Response.html(
            f'<html><body><div class="tgme_channel_info"><div class="tgme_channel_info_header_title">{name}</div></div>'
            f'<section class="tgme_channel_history">{more}{body}</section></body></html>'
        )


def _is_inner(post: Post, posts: dict[int, Post]) -> bool:
    """Whether it is a further picture of an album."""
    group = post.get("grouped_id")
    return group is not None and any(
        other.get("grouped_id") == group and int(other["id"]) < int(post["id"]) for other in posts.values()
    )


def _widget(post: Post) -> str:
    text, entities = markdown.parse(post["text"])
    written = telegram_html.unparse(text, entities).replace("\n", "<br/>")
    body = f'<div class="tgme_widget_message_text js-message_text" dir="auto">{written}</div>' if text else ""
    where = html.escape(f"{post['channel']}/{post['id']}")
    return (
        f'<div class="tgme_widget_message_wrap"><div class="tgme_widget_message" data-post="{where}">'
        f'<div class="tgme_widget_message_bubble">{body}<div class="tgme_widget_message_info">'
        f'<span class="tgme_widget_message_views">1.2K</span>'
        f'<a class="tgme_widget_message_date"><time datetime="{post["date"]}">12:00</time></a>'
        "</div></div></div></div>"
    )
