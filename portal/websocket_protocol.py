"""uvicorn's WebSocket protocol with a short way for frames that are whole, binary and small: nearly all that we get."""

from __future__ import annotations

import asyncio
from collections import deque
from typing import Any

from uvicorn._types import ASGIReceiveCallable, ASGIReceiveEvent, ASGISendCallable, ASGISendEvent, Scope
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

# In C where that is there, so it is imported into that module and not named among what it offers.
from websockets.frames import apply_mask  # type: ignore[attr-defined]
from websockets.protocol import OPEN

WHOLE_BINARY = 0x82
MASKED = 0x80
# Up to here the length of a frame is in its second byte; this value says that it is in the next two.
SHORT, TWO_BYTES = 125, 126
LARGEST_QUICK = 0xFFFF
# Messages that may wait for the application before its socket is no longer read; uvicorn lets none wait.
MOST_WAITING = 16


class _Inbox:
    """What an asyncio.Queue does for uvicorn, with a part of its work. An application reads in one task at a time."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._events: deque[ASGIReceiveEvent] = deque()
        self._reader: asyncio.Future[None] | None = None

    def put_nowait(self, event: ASGIReceiveEvent) -> None:
        self._events.append(event)
        if self._reader is not None and not self._reader.done():
            self._reader.set_result(None)

    async def get(self) -> ASGIReceiveEvent:
        while not self._events:
            self._reader = self._loop.create_future()
            await self._reader
        return self._events.popleft()

    def empty(self) -> bool:
        return not self._events

    def qsize(self) -> int:
        return len(self._events)


class QuickFramesProtocol(WebSocketsSansIOProtocol):
    """Handshake, control frames, texts, fragments, large frames and whatever is wrong go uvicorn's own way.

    That way takes each frame apart through several generators, stops reading the socket at each message, and writes
    each frame that goes out by itself: a call of the kernel here and one at the reader (docs/adr/0010).
    """

    def __init__(self, *arguments: Any, **more: Any) -> None:
        super().__init__(*arguments, **more)
        # uvicorn says Queue, and uses of it what an inbox has.
        self.queue = _Inbox(self.loop)  # type: ignore[assignment]
        self._application, self.app = self.app, self._run
        self._waiting = bytearray()

    async def _run(self, scope: Scope, receive: ASGIReceiveCallable, send: ASGISendCallable) -> None:
        """uvicorn closes the socket of an application that has ended: what it sent last goes before."""
        try:
            await self._application(scope, receive, send)
        finally:
            self._write_waiting()

    def data_received(self, data: bytes) -> None:
        # A frame or a message of which uvicorn holds the beginning is uvicorn's to the end.
        is_between = not self.conn.reader.buffer and self.conn.current_size is None
        taken = self._take_whole_frames(data) if is_between and self._is_open() else 0
        if taken < len(data):
            super().data_received(data[taken:])

    def _is_open(self) -> bool:
        is_open = self.conn.state is OPEN and self.handshake_complete and not self.close_sent and not self.disconnected
        return is_open and not self.conn.extensions

    def _take_whole_frames(self, data: bytes) -> int:
        """Give the application the frames that begin the data; how many bytes they were."""
        at = 0
        while (frame := self._whole_frame(data, at)) is not None:
            start, at = frame
            payload = apply_mask(data[start:at], data[start - 4 : start])
            self.queue.put_nowait({"type": "websocket.receive", "bytes": payload})
        if self.queue.qsize() > MOST_WAITING and not self.read_paused:
            self.read_paused = True
            self.transport.pause_reading()
        return at

    def _whole_frame(self, data: bytes, at: int) -> tuple[int, int] | None:
        """Where the payload of the frame begins and ends, if it is one for the short way."""
        start = at + 6
        if len(data) < start or data[at] != WHOLE_BINARY:
            return None
        length = data[at + 1] - MASKED
        if length == TWO_BYTES:
            length = int.from_bytes(data[at + 2 : at + 4], "big")
            start += 2
        elif not 0 <= length <= SHORT:
            return None
        largest = self.conn.max_message_size
        is_whole = start + length <= len(data) and (largest is None or length <= largest)
        return (start, start + length) if is_whole else None

    async def send(self, message: ASGISendEvent) -> None:
        data = message.get("bytes") if message["type"] == "websocket.send" else None
        if data is None or len(data) > LARGEST_QUICK or not self._is_open() or not self.writable.is_set():
            self._write_waiting()
            await super().send(message)
            return
        if not self._waiting:
            self.loop.call_soon(self._write_waiting)
        self._waiting += _header(len(data))
        self._waiting += data
        if len(self._waiting) > LARGEST_QUICK:
            self._write_waiting()

    def _write_waiting(self) -> None:
        """All frames of one turn of the event loop together. To somebody who is leaving nothing more is said."""
        if self._waiting and self._is_open():
            self.transport.write(bytes(self._waiting))
        self._waiting.clear()


def _header(length: int) -> bytes:
    if length <= SHORT:
        return bytes((WHOLE_BINARY, length))
    return bytes((WHOLE_BINARY, TWO_BYTES, length >> 8, length & 0xFF))
