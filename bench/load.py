"""A load generator that costs little beside what it measures: one process and one kept connection for each client."""

from __future__ import annotations

import multiprocessing
import re
import socket
import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from multiprocessing.connection import Connection as Pipe
from multiprocessing.synchronize import Barrier as BarrierType
from urllib.parse import urlencode

FORK = multiprocessing.get_context("fork")
LENGTH = re.compile(rb"\r\ncontent-length: (\d+)\r\n", re.IGNORECASE)


class Broken(Exception):  # noqa: N818
    """The server closed the connection before it answered."""


@dataclass(frozen=True)
class Reply:
    status: int
    head: bytes
    body: bytes

    def header(self, name: str) -> str:
        found = re.search(rb"\r\n" + name.encode() + rb": ([^\r]*)", self.head, re.IGNORECASE)
        return found.group(1).decode() if found else ""

    def cookies(self) -> str:
        """What a browser would send back."""
        return "; ".join(pair.decode() for pair in re.findall(rb"\r\nset-cookie: ([^;\r]*)", self.head, re.IGNORECASE))


def written_get(port: int, path: str, **headers: str) -> bytes:
    """A request as it goes over the line; `_` in a header's name stands for `-`."""
    return _written("GET", port, path, headers, b"")


def written_post(port: int, path: str, fields: Mapping[str, str | list[str]], **headers: str) -> bytes:
    """A form as it goes over the line."""
    body = urlencode(fields, doseq=True).encode()
    form = {"Content-Type": "application/x-www-form-urlencoded", "Content-Length": str(len(body))}
    return _written("POST", port, path, form | headers, body)


def _written(method: str, port: int, path: str, headers: Mapping[str, str], body: bytes) -> bytes:
    lines = [f"{method} {path} HTTP/1.1", f"Host: localhost:{port}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode() + body


class Client:
    """One kept HTTP/1.1 connection. It knows just as much of HTTP as our servers make use of."""

    def __init__(self, port: int, *, patience: float = 30) -> None:
        self._port = port
        self._patience = patience
        self._socket: socket.socket | None = None

    def get(self, path: str, **headers: str) -> Reply:
        return self._request(written_get(self._port, path, **headers))

    def post(self, path: str, fields: Mapping[str, str | list[str]], **headers: str) -> Reply:
        return self._request(written_post(self._port, path, fields, **headers))

    def close(self) -> None:
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    def _request(self, message: bytes) -> Reply:
        if self._socket is not None:
            try:
                return self._exchange(self._socket, message)
            except Broken:
                # Servers close kept connections when they like; a browser opens another one, and so do we.
                self.close()
        self._socket = socket.create_connection(("127.0.0.1", self._port), timeout=self._patience)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return self._exchange(self._socket, message)

    def _exchange(self, connection: socket.socket, message: bytes) -> Reply:
        head, body = _receive_head(connection, message)
        if length := LENGTH.search(head + b"\r\n"):
            body = _receive(connection, body, lambda data: len(data) >= int(length.group(1)))
        elif b"chunked" in head.lower():
            body = _receive(connection, body, lambda data: data.endswith(b"0\r\n\r\n"))
        if b"\r\nconnection: close" in head.lower():
            self.close()
        return Reply(int(head[9:12]), head, body)


def _receive_head(connection: socket.socket, message: bytes) -> tuple[bytes, bytes]:
    try:
        connection.sendall(message)
        data = _receive(connection, b"", lambda data: b"\r\n\r\n" in data)
    except (ConnectionResetError, BrokenPipeError) as error:
        raise Broken from error
    head, _, body = data.partition(b"\r\n\r\n")
    return head, body


def _receive(connection: socket.socket, data: bytes, is_whole: Callable[[bytes], bool]) -> bytes:
    while not is_whole(data):
        piece = connection.recv(65536)
        if not piece:
            raise Broken
        data += piece
    return data


# One unit of work: a page, or a whole registration. Raises when the answer is not the expected one.
Unit = Callable[[Client], None]


@dataclass
class Figures:
    """What one measured stretch gave."""

    seconds: float
    latencies: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    @property
    def rate(self) -> float:
        return len(self.latencies) / self.seconds

    def percentile(self, percent: int) -> float:
        """In milliseconds."""
        if len(self.latencies) < 2:
            return 1000 * sum(self.latencies)
        return 1000 * statistics.quantiles(self.latencies, n=100, method="inclusive")[percent - 1]


def measure(port: int, unit: Unit, *, clients: int, seconds: float) -> Figures:
    """Let `clients` processes do `unit` again and again for `seconds`, and collect how long each took."""
    barrier = FORK.Barrier(clients)
    started = [_start(port, unit, seconds, barrier) for _number in range(clients)]
    figures = Figures(seconds)
    for process, pipe in started:
        latencies, errors = pipe.recv()
        figures.latencies += latencies
        figures.errors += errors
        process.join()
    return figures


def _start(
    port: int, unit: Unit, seconds: float, barrier: BarrierType
) -> tuple[multiprocessing.process.BaseProcess, Pipe]:
    ours, theirs = FORK.Pipe(duplex=False)
    process = FORK.Process(target=_work, args=(port, unit, seconds, barrier, theirs), daemon=True)
    process.start()
    return process, ours


def _work(port: int, unit: Unit, seconds: float, barrier: BarrierType, pipe: Pipe) -> None:
    client, latencies, errors = Client(port), [], []
    barrier.wait()
    end = time.perf_counter() + seconds
    while (begun := time.perf_counter()) < end:
        try:
            unit(client)
        except (AssertionError, Broken, OSError) as error:
            errors.append(f"{type(error).__name__}: {error}"[:300])
            client.close()
        else:
            latencies.append(time.perf_counter() - begun)
    pipe.send((latencies, errors))
