"""One socket: what comes in, is checked, relayed and sent to be committed; what goes out, in order."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable
from time import monotonic
from typing import Any

from django.db import Error

from agreements.collaboration import protocol
from agreements.collaboration.access import Seat
from agreements.collaboration.committing import Edit
from agreements.collaboration.document import EMPTY_UPDATE, get_state, missing, state_of
from agreements.collaboration.nodes import Node
from agreements.collaboration.protocol import (
    LARGEST_FRAME,
    LARGEST_MESSAGE,
    CloseCode,
    ContentMessage,
    Message,
    Notice,
    Part,
    Presence,
    PresenceMessage,
    ProtocolError,
    StateRequest,
    decode,
)
from agreements.collaboration.reading import Reading
from agreements.collaboration.rooms import Bucket, user_field
from agreements.queries.documents import Log, LogGapError, read_log

logger = logging.getLogger(__name__)

Send = Callable[[dict[str, Any]], Awaitable[None]]
Receive = Callable[[], Awaitable[dict[str, Any]]]

# What a browser that does not read may leave here.
MOST_WAITING_BYTES = 24 * 1024 * 1024
# All that was ever written in one document, since its last snapshot and in it.
LARGEST_LOG = 16 * 1024 * 1024
MOST_PEERS = 16
# Nobody needs to cut a message into crumbs.
SMALLEST_PART = 16 * 1024
# Fast typing is ten messages a second, each with one of presence.
MESSAGES_A_SECOND, MESSAGES_AT_ONCE = 100.0, 600.0
BYTES_A_SECOND, BYTES_AT_ONCE = 256 * 1024.0, 2 * 1024 * 1024.0


class Connection:
    """A peer in a room. `send`, `close` and `acknowledge` never wait; one task sends what they leave."""

    def __init__(self, node: Node, seat: Seat, send: Send) -> None:
        self.seat = seat
        self.presence: Presence | None = None
        self._node = node
        self._send = send
        self._room = node.join(self)
        self._in_flight_at_join = tuple(self._room.in_flight.values())
        self._log_at_join: Log | None = None
        self._received = 0
        self._parts: list[Part] = []
        self._out: deque[bytes] = deque()
        self._waiting_bytes = 0
        self._code: int | None = None
        # What the pump waits for while nothing is to be sent.
        self._something: asyncio.Future[None] | None = None
        now = monotonic()
        self._messages = Bucket(MESSAGES_A_SECOND, MESSAGES_AT_ONCE, MESSAGES_AT_ONCE, now)
        self._bytes = Bucket(BYTES_A_SECOND, BYTES_AT_ONCE, BYTES_AT_ONCE, now)

    # --- Going out ---------------------------------------------------------------------------------------------------
    def send(self, frame: bytes) -> None:
        if self._code is not None:
            return
        self._out.append(frame)
        self._waiting_bytes += len(frame)
        if self._waiting_bytes > MOST_WAITING_BYTES:
            self._out.clear()
            self.close(CloseCode.TRY_AGAIN)
        self._wake()

    def close(self, code: int) -> None:
        """After what was left before. The first reason counts."""
        if self._code is None:
            self._code = code
            self._wake()

    def acknowledge(self, number: int) -> None:
        self.send(protocol.ack(number))

    def _wake(self) -> None:
        if self._something is not None and not self._something.done():
            self._something.set_result(None)

    async def _pump(self) -> None:
        loop = asyncio.get_running_loop()
        while self._code is None or self._out:
            if not self._out:
                # An Event costs twice as much, and this is waited for at every frame.
                self._something = loop.create_future()
                await self._something
            while self._out:
                frame = self._out.popleft()
                self._waiting_bytes -= len(frame)
                await self._send({"type": "websocket.send", "bytes": frame})
        await self._send({"type": "websocket.close", "code": self._code})

    # --- The whole stay ----------------------------------------------------------------------------------------------
    async def run(self, receive: Receive) -> None:
        pump = asyncio.create_task(self._pump())
        # A socket that breaks while something is sent is seen by `receive` too.
        pump.add_done_callback(_ignore_broken_socket)
        try:
            await self._welcome()
            while (event := await receive())["type"] != "websocket.disconnect":
                await self._take(event.get("bytes"))
        finally:
            self._code = self._code or CloseCode.TRY_AGAIN
            pump.cancel()
            self._node.leave(self._room, self)

    async def _welcome(self) -> None:
        """Ask what the page has, and say who is here. The room's other messages are coming in already."""
        if len(self._room.peers) > MOST_PEERS:
            self.close(CloseCode.TRY_AGAIN)
            return
        if presences := self._room.presences(but=self):
            self.send(protocol.presence_message(presences))
        self._log_at_join = await self._load()
        if self._log_at_join is None:
            return
        # The state of what is committed only: so the page sends again whatever was still on its way when it lost us.
        updates = self._log_at_join.updates
        self.send(protocol.state_request(await self._node.read(lambda: state_of(updates))))

    async def _load(self) -> Log | None:
        """The log; None, and a closed socket, when it cannot be had whole. Never a part or nothing in its place."""
        try:
            log = await self._node.read(lambda: read_log(self.seat.document_id))
        except (Error, LogGapError, ValueError):
            logger.exception("co-editing: document %s could not be loaded", self.seat.document_id)
            self.close(CloseCode.TRY_AGAIN)
            return None
        if self._room.seq is None:
            self._room.seq = log.head_seq
            self._room.stored_bytes += sum(len(update) for update in log.updates)
        return log

    # --- Coming in ---------------------------------------------------------------------------------------------------
    async def _take(self, frame: bytes | None) -> None:
        if self._code is not None:
            return
        if code := self._refusal(frame):
            self.close(code)
            return
        try:
            await self._handle(decode(frame or b""))
        except ValueError:
            # ProtocolError, or an update or a state that the codec refuses.
            self.close(CloseCode.MALFORMED)

    def _refusal(self, frame: bytes | None) -> int | None:
        if frame is None:
            return CloseCode.MALFORMED
        if len(frame) > LARGEST_FRAME:
            return CloseCode.TOO_LARGE
        now = monotonic()
        is_calm = self._messages.take(1, now) and self._bytes.take(len(frame), now)
        return None if is_calm else CloseCode.TOO_FAST

    async def _handle(self, message: Message) -> None:
        if isinstance(message, ContentMessage):
            self._take_content(message.update)
        elif isinstance(message, PresenceMessage):
            if frame := self._room.take_presence(self, message.presences):
                self._node.tell(self._room, frame, but=self)
        elif isinstance(message, StateRequest):
            await self._answer(message.state)
        elif isinstance(message, Notice):
            self._take_notice(message)
        elif isinstance(message, Part):
            await self._take_part(message)
        else:
            raise ProtocolError("Browsers acknowledge nothing")

    async def _take_part(self, part: Part) -> None:
        if self._parts and part.left != self._parts[-1].left - 1:
            raise ProtocolError("A part is missing")
        self._parts.append(part)
        if sum(len(one.data) for one in self._parts) > LARGEST_MESSAGE or part.left * SMALLEST_PART > LARGEST_MESSAGE:
            self.close(CloseCode.TOO_LARGE)
            return
        if part.left == 0:
            whole = decode(b"".join(one.data for one in self._parts))
            self._parts = []
            if isinstance(whole, Part):
                raise ProtocolError("A part of a part")
            await self._handle(whole)

    def _take_content(self, update: bytes) -> None:
        self._received += 1
        if update == EMPTY_UPDATE:
            self._write(update, None)
            return
        get_state(update)
        if not self.seat.may_write:
            return
        if self._room.stored_bytes + len(update) > LARGEST_LOG:
            self.close(CloseCode.TOO_LARGE)
            return
        self._room.relay(protocol.content_update(update), but=self)
        self._write(update, self._room.put_in_flight(update))

    def _write(self, update: bytes, token: int | None) -> None:
        self._node.write(Edit(self._room, self, self.seat.member_id, self._received, update, token))

    async def _answer(self, state: bytes) -> None:
        """What the page lacks: of the log and of what was on its way when it came."""
        log, self._log_at_join = self._log_at_join, None
        in_flight = self._in_flight_at_join
        if log is None:
            in_flight = tuple(self._room.in_flight.values())
            log = await self._load()
        if log is not None:
            updates = (*log.updates, *in_flight)
            self.send(protocol.missing_part(await self._node.read(lambda: missing(updates, state))))

    def _take_notice(self, message: Notice) -> None:
        """Where somebody reads. Other notices are the server's."""
        section = message.data.get("section")
        if message.data.get("kind") != "reading" or not isinstance(section, str):
            raise ProtocolError("Unknown notice")
        self._node.note_reading(Reading(self.seat.document_id, self.seat.member_id, section))
        data = {"kind": "reading", "section": section, "member": user_field(self.seat)["id"]}
        self._node.tell(self._room, protocol.notice(data), but=self)


def _ignore_broken_socket(pump: asyncio.Task[None]) -> None:
    if not pump.cancelled() and (error := pump.exception()):
        logger.debug("co-editing: a socket broke, %s", type(error).__name__)
