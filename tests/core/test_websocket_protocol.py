"""The short way of whole frames gives and takes what uvicorn's own way would (portal/websocket_protocol.py)."""

import socket
import struct
from collections.abc import Iterator
from pathlib import Path

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.frames import Frame, Opcode
from websockets.sync.client import ClientConnection, connect

from dev.services import free_port
from tests.services.processes import Program, environment

# Says again what it hears; "many" is answered by many, and after "bye" it says one thing more and ends without closing.
APPLICATION = """
async def application(scope, receive, send):
    await receive()
    await send({"type": "websocket.accept"})
    while (event := await receive())["type"] == "websocket.receive":
        said = event.get("bytes")
        if said == b"many":
            for number in range(5000):
                await send({"type": "websocket.send", "bytes": str(number).encode()})
        elif said == b"bye":
            await send({"type": "websocket.send", "bytes": b"one thing more"})
            return
        else:
            await send({name: value for name, value in event.items() if name != "type"} | {"type": "websocket.send"})
"""
LARGEST = 1_000_000
SIZES = (0, 1, 125, 126, 127, 65_535, 65_536, LARGEST)


@pytest.fixture
def url(tmp_path: Path) -> Iterator[str]:
    (tmp_path / "echo.py").write_text(APPLICATION)
    port = free_port()
    words = ["--app-dir", str(tmp_path), "--lifespan", "off", "--port", str(port), "--ws-max-size", str(LARGEST)]
    words += ["--ws", "portal.websocket_protocol:QuickFramesProtocol", "--ws-per-message-deflate", "false"]
    server = Program(["python", "-m", "uvicorn", "echo:application", *words], tmp_path / "log", environment(""))
    server.start()
    try:
        server.wait_until(lambda: "Uvicorn running" in server.output, "uvicorn listens")
        yield f"ws://127.0.0.1:{port}/"
    finally:
        server.stop()


@pytest.fixture
def client(url: str) -> Iterator[ClientConnection]:
    with connect(url, compression=None, max_size=None) as connection:
        yield connection


def _frame(data: bytes, opcode: Opcode = Opcode.BINARY, *, fin: bool = True, mask: bool = True) -> bytes:
    return Frame(opcode, data, fin).serialize(mask=mask)


def test_messages_of_all_sizes_come_back_in_order(client: ClientConnection) -> None:
    said = [bytes([size % 251]) * size for size in SIZES for _ in range(3)]
    for data in said:
        client.send(data)
    assert [client.recv(10) for _ in said] == said


def test_text_stays_text(client: ClientConnection) -> None:
    for data in ("åäö", b"\x00", "åäö" * 30_000):
        client.send(data)
    assert [client.recv(10) for _ in range(3)] == ["åäö", b"\x00", "åäö" * 30_000]


def test_frames_cut_anywhere_and_glued_together_are_the_same_messages(client: ClientConnection) -> None:
    said = [b"first", b"x" * 300, b"y" * 70_000, b"", b"last"]
    fragments = _frame(b"in ", fin=False) + _frame(b"", Opcode.PING) + _frame(b"two", Opcode.CONT)
    stream = b"".join(map(_frame, said)) + fragments + _frame(b"after")
    for size in (len(stream), 1000, 7):
        for start in range(0, len(stream), size):
            client.socket.sendall(stream[start : start + size])
        assert [client.recv(10) for _ in range(7)] == [*said, b"in two", b"after"]


@pytest.mark.parametrize(
    ("stream", "code"),
    [
        (_frame(b"unmasked", mask=False), 1002),
        (_frame(b"goes on", Opcode.CONT), 1002),
        (bytes((0xC2, 0x81)) + b"maskx", 1002),
        (bytes((0x82, 0xFF)) + struct.pack("!Q", LARGEST + 1) + b"mask", 1009),
    ],
    ids=["not masked", "goes on with nothing", "compressed", "too large"],
)
def test_what_is_wrong_closes_the_socket(client: ClientConnection, stream: bytes, code: int) -> None:
    client.send(b"well")
    assert client.recv(10) == b"well"
    client.socket.sendall(stream)
    with pytest.raises(ConnectionClosed):
        client.recv(10)
    assert client.close_code == code


def test_what_is_sent_last_arrives(client: ClientConnection) -> None:
    client.send(b"bye")
    assert client.recv(10) == b"one thing more"
    with pytest.raises(ConnectionClosed):
        client.recv(10)


def test_many_frames_at_once_come_whole_and_in_order(client: ClientConnection) -> None:
    client.send(b"many")
    client.send(b"x" * LARGEST)
    assert [client.recv(10) for _ in range(5000)] == [str(number).encode() for number in range(5000)]
    assert client.recv(10) == b"x" * LARGEST


def test_who_does_not_read_is_not_read_either(url: str) -> None:
    """Neither what the client says nor what it should hear is kept without a bound."""
    with connect(url, compression=None) as connection:
        raw = connection.socket
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 64 * 1024)
        raw.settimeout(1)
        with pytest.raises(TimeoutError):
            _say(raw, 200 * 1024 * 1024)


def _say(raw: socket.socket, total: int) -> None:
    frames = _frame(b"z" * 60_000) * 10
    for _ in range(total // len(frames)):
        raw.sendall(frames)
