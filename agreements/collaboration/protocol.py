"""The messages of a socket, between bytes and values. Pure. Binary as in y-protocols, with two kinds of our own.

From the browser: 0 0 state (what it has), 0 1 update and 0 2 update (content, numbered 1, 2, 3 ... per connection), 1
presence, 101 JSON, 102 n a part of a message, n parts before its last. To the browser the same but for parts, and
100 n: content messages 1..n are committed.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

SYNC, AWARENESS, ACK, NOTICE, PART = 0, 1, 100, 101, 102
STEP1, STEP2, UPDATE = 0, 1, 2
# Numbers of Yjs fit in the 53 bits of JavaScript.
MOST_BITS = 53
LONGEST_STATE = 4096
# What one frame may hold, and what one message in several frames: a long paste, or a long time without a network.
LARGEST_FRAME = 256 * 1024
LARGEST_MESSAGE = 1024 * 1024
LONGEST_NOTICE = 1024


class CloseCode:
    """Why a socket was closed by us, for the browser to act on."""

    NOT_LOGGED_IN = 4001
    MALFORMED = 4002
    NOT_ALLOWED = 4003
    FROZEN = 4009
    TOO_LARGE = 4010
    OTHER_EPOCH = 4011
    OTHER_PERSON = 4012
    ENDED = 4013
    # A draft that somebody wrote alone is part of the shared text now: both were ready.
    SHOWN = 4014
    TOO_FAST = 4029
    TRY_AGAIN = 1013


class ProtocolError(ValueError):
    """The bytes are no message of ours."""


@dataclass(frozen=True, slots=True)
class StateRequest:
    """SyncStep1: send me what I lack."""

    state: bytes


@dataclass(frozen=True, slots=True)
class ContentMessage:
    """SyncStep2 or Update."""

    update: bytes


@dataclass(frozen=True, slots=True)
class Presence:
    """Where one page of one person is. `state` is None when it left."""

    client_id: int
    clock: int
    state: dict[str, Any] | None


@dataclass(frozen=True, slots=True)
class PresenceMessage:
    presences: tuple[Presence, ...]


@dataclass(frozen=True, slots=True)
class Notice:
    data: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Ack:
    number: int


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a message that is too large for one frame. `left` pieces follow."""

    left: int
    data: bytes


Message = StateRequest | ContentMessage | PresenceMessage | Notice | Ack | Part


class _Reader:
    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    def number(self) -> int:
        value = shift = 0
        while True:
            if self._at >= len(self._data):
                raise ProtocolError("The message ends too early")
            byte = self._data[self._at]
            self._at += 1
            value |= (byte & 0x7F) << shift
            shift += 7
            if value.bit_length() > MOST_BITS or shift > MOST_BITS + 7:
                raise ProtocolError("A number is too large")
            if byte < 0x80:
                return value

    def block(self) -> bytes:
        end = self.number() + self._at
        if end > len(self._data):
            raise ProtocolError("The message ends too early")
        data = self._data[self._at : end]
        self._at = end
        return data

    def end(self) -> None:
        if self._at != len(self._data):
            raise ProtocolError("Something follows the message")


def varuint(number: int) -> bytes:
    data = bytearray()
    while number > 0x7F:
        data.append(0x80 | (number & 0x7F))
        number >>= 7
    data.append(number)
    return bytes(data)


def _block(data: bytes) -> bytes:
    return varuint(len(data)) + data


# --- Reading ---------------------------------------------------------------------------------------------------------
def decode(data: bytes) -> Message:
    """The message in a frame. Raises ProtocolError for anything else, and for anything behind it."""
    reader = _Reader(data)
    message = _read(reader)
    reader.end()
    return message


def _read(reader: _Reader) -> Message:
    kind = reader.number()
    if kind == SYNC:
        return _read_sync(reader)
    if kind == AWARENESS:
        return PresenceMessage(_read_presences(reader.block()))
    if kind == NOTICE:
        return Notice(_read_object(reader.block(), LONGEST_NOTICE))
    if kind == ACK:
        return Ack(reader.number())
    if kind == PART:
        return Part(reader.number(), reader.block())
    raise ProtocolError("Unknown kind of message")


def _read_sync(reader: _Reader) -> Message:
    step = reader.number()
    if step == STEP1:
        return StateRequest(reader.block())
    if step in {STEP2, UPDATE}:
        return ContentMessage(reader.block())
    raise ProtocolError("Unknown step")


def _read_presences(data: bytes) -> tuple[Presence, ...]:
    reader = _Reader(data)
    count = reader.number()
    if count > len(data):
        raise ProtocolError("More presences are announced than fit")
    presences = tuple(_read_presence(reader) for _ in range(count))
    reader.end()
    return presences


def _read_presence(reader: _Reader) -> Presence:
    client_id, clock, state = reader.number(), reader.number(), reader.block()
    return Presence(client_id, clock, None if state == b"null" else _read_object(state, LONGEST_STATE))


def _read_object(data: bytes, longest: int) -> dict[str, Any]:
    if len(data) > longest:
        raise ProtocolError("The object is too long")
    try:
        value = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise ProtocolError("This is no JSON") from error
    if not isinstance(value, dict):
        raise ProtocolError("This is no object")
    return value


# --- Writing ---------------------------------------------------------------------------------------------------------
def state_request(state: bytes) -> bytes:
    return bytes((SYNC, STEP1)) + _block(state)


def missing_part(update: bytes) -> bytes:
    return bytes((SYNC, STEP2)) + _block(update)


def content_update(update: bytes) -> bytes:
    return bytes((SYNC, UPDATE)) + _block(update)


def ack(number: int) -> bytes:
    return bytes((ACK,)) + varuint(number)


def parts(message: bytes, size: int) -> list[bytes]:
    """The frames of a message of which each holds so many bytes of it."""
    pieces = [message[start : start + size] for start in range(0, len(message), size)]
    return [bytes((PART,)) + varuint(len(pieces) - place) + _block(piece) for place, piece in enumerate(pieces, 1)]


def notice(data: Mapping[str, Any]) -> bytes:
    return bytes((NOTICE,)) + _block(_json(data))


def presence_message(presences: tuple[Presence, ...]) -> bytes:
    parts = [varuint(one.client_id) + varuint(one.clock) + _block(_json(one.state)) for one in presences]
    return bytes((AWARENESS,)) + _block(varuint(len(parts)) + b"".join(parts))


def _json(data: Mapping[str, Any] | None) -> bytes:
    return json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode(errors="replace")
