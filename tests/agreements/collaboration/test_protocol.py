"""The wire format: what we write can be read, what is no message is refused."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agreements.collaboration import protocol
from agreements.collaboration.protocol import (
    Ack,
    ContentMessage,
    Notice,
    Presence,
    PresenceMessage,
    ProtocolError,
    StateRequest,
    decode,
)

numbers = st.integers(0, 2**53 - 1)
objects: st.SearchStrategy[dict[str, Any]] = st.dictionaries(
    st.text(max_size=5), st.none() | st.booleans() | st.integers() | st.text(max_size=8), max_size=3
).filter(lambda value: all(part.isprintable() for part in value))
presences = st.builds(Presence, numbers, numbers, st.none() | objects)


@given(st.binary(max_size=400))
def test_content_and_states(data: bytes) -> None:
    assert decode(protocol.state_request(data)) == StateRequest(data)
    assert decode(protocol.missing_part(data)) == ContentMessage(data)
    assert decode(protocol.content_update(data)) == ContentMessage(data)


@given(numbers)
def test_acknowledgements(number: int) -> None:
    assert decode(protocol.ack(number)) == Ack(number)


@given(objects)
def test_notices(data: dict[str, Any]) -> None:
    assert decode(protocol.notice(data)) == Notice(data)


@given(st.lists(presences, max_size=3).map(tuple))
def test_presences(some: tuple[Presence, ...]) -> None:
    assert decode(protocol.presence_message(some)) == PresenceMessage(some)


@given(st.binary(max_size=40))
def test_any_bytes_are_a_message_or_a_protocol_error(data: bytes) -> None:
    try:
        decode(data)
    except ProtocolError:
        return


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x00",
        b"\x00\x03\x00",
        b"\x02\x00",
        b"\x00\x02\x05abc",
        b"\x00\x02\x01ab",
        b"\x64" + b"\xff" * 9,
        b"\x65\x04nope",
        b"\x65\x02[]",
        protocol.notice({"kind": "x" * 2000}),
        protocol.presence_message((Presence(1, 1, {"x": "y" * 5000}),)),
        b"\x01\x01\x7f",
        b"\x65\xc8\x07" + b'{"a":' + b"[" * 960 + b"]" * 3,
    ],
)
def test_what_is_no_message_is_refused(data: bytes) -> None:
    with pytest.raises(ProtocolError):
        decode(data)
