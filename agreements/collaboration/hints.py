"""Tell the processes that hold sockets that something happened, without holding anybody up for it.

Hints make things quick and nothing more: each process also looks into the database every second (nodes.py), so whatever
is lost here is seen then. A thread of its own carries the hints to Redis; when Redis is gone or hangs, only it waits.
"""

from __future__ import annotations

import base64
import json
import logging
import os
import queue
import threading
import uuid
from collections.abc import Callable, Sequence
from typing import Any

from django.conf import settings
from django.db import transaction
from redis import Redis
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)

# With the number of the messages' form: while a new release comes in, the old one speaks beside it.
CHANNEL = "agreements:coediting:2"
MOST_WAITING = 1000
# Begins each message, so that a process knows its own without reading them.
NODE = uuid.uuid4().hex.encode()
Hint = dict[str, Any]
_listeners: list[Callable[[Hint], None]] = []


def membership_changed(agreement_id: uuid.UUID) -> None:
    """Somebody may no longer, or now, be in the room: look again at once. Call it inside the action's transaction."""
    _after_commit({"kind": "look", "agreement": str(agreement_id)})


def changed(agreement_id: uuid.UUID, what: str) -> None:
    """A part of the open pages is old: "marks", "comments", "approvals", "members" or "read"."""
    notice = {"kind": "changed", "what": what}
    _after_commit({"kind": "notice", "agreement": str(agreement_id), "notice": notice})


def written(epoch: uuid.UUID, last: int, updates: Sequence[bytes]) -> None:
    """Updates were appended to a log by other ways than a socket, the last one under this number."""
    _after_commit(log_hint(epoch, last - len(updates) + 1, last, updates))


def log_hint(epoch: uuid.UUID, first: int, last: int, updates: Sequence[bytes]) -> Hint:
    frames = [pack(update) for update in updates]
    return {"kind": "log", "epoch": str(epoch), "first": first, "last": last, "frames": frames}


def pack(data: bytes) -> str:
    return base64.b64encode(data).decode()


def unpack(text: str) -> bytes:
    return base64.b64decode(text)


def encode(hints: Sequence[Hint]) -> bytes:
    return NODE + json.dumps(hints).encode()


def decode(data: bytes) -> list[Hint]:
    """The hints of another process; of this one none."""
    if data.startswith(NODE):
        return []
    hints: list[Hint] = json.loads(data[len(NODE) :])
    return hints


def listen(listener: Callable[[Hint], None]) -> None:
    """Sockets in this very process are told directly."""
    _listeners.append(listener)


def _after_commit(hint: Hint) -> None:
    transaction.on_commit(lambda: _send(hint), robust=True)


def _send(hint: Hint) -> None:
    for listener in _listeners:
        listener(hint)
    _carrier.carry(encode([hint]))


class _Carrier:
    """The thread and its queue. One for each process: a forked child starts its own at its first hint."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._pid = 0
        self._waiting: queue.Queue[bytes] = queue.Queue(MOST_WAITING)

    def carry(self, message: bytes) -> None:
        with self._lock:
            if self._pid != os.getpid():
                self._waiting = queue.Queue(MOST_WAITING)
                threading.Thread(target=self._run, args=(self._waiting,), name="hints", daemon=True).start()
                self._pid = os.getpid()
        try:
            self._waiting.put_nowait(message)
        except queue.Full:
            logger.warning("hints: full, one is left to the next look")

    def _run(self, waiting: queue.Queue[bytes]) -> None:
        client = Redis.from_url(settings.REDIS_URL, socket_timeout=1, socket_connect_timeout=1)
        while True:
            message = waiting.get()
            try:
                client.publish(CHANNEL, message)
            except RedisError as error:
                logger.info("hints: %s, one is left to the next look", type(error).__name__)


_carrier = _Carrier()
