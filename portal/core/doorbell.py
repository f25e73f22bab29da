"""Tell the workers that there is something to do, without holding the visitor for it.

A thread of its own carries the numbers of new mails, and of other work, to Redis. When Redis is gone or hangs, only
that thread waits; what it could not carry is found by a sweep. So a request never touches the broker (docs/adr/0004).
"""

from __future__ import annotations

import logging
import os
import queue
import threading
import time
from collections import defaultdict
from operator import attrgetter

from celery import current_app
from kombu.exceptions import KombuError
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)

TASK = "portal.core.tasks.deliver_mail"
HAND_OUT_TASK = "portal.core.tasks.hand_out"
# More than this waits only while Redis is away; then the sweep is the faster way.
MOST_WAITING = 1000
MOMENT_SECONDS = 0.1
# Celery loads these when they are first asked for.
LOADED_LATE = ("tasks", "amqp.router", "events.Dispatcher")

Ring = tuple[int, str]


def _what(task: str) -> str:
    """What a task is about, for the log: "mail" for deliver_mail, "pdf" for make_pdf."""
    return task.rsplit("_", 1)[-1]


class Doorbell:
    """The thread and its queue. One for each process: a forked child starts its own at the first ring."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._pid = 0
        self._waiting: queue.Queue[Ring] = queue.Queue(MOST_WAITING)

    def ring(self, number: int, task: str = TASK) -> None:
        self._start_if_needed()
        try:
            self._waiting.put_nowait((number, task))
        except queue.Full:
            logger.warning("doorbell: full, %s %s is left to the sweep", _what(task), number)

    def _start_if_needed(self) -> None:
        if self._pid == os.getpid():
            return
        with self._lock:
            if self._pid != os.getpid():
                self._waiting = queue.Queue(MOST_WAITING)
                threading.Thread(target=self._carry, args=(self._waiting,), name="doorbell", daemon=True).start()
                self._pid = os.getpid()

    def _carry(self, waiting: queue.Queue[Ring]) -> None:
        while True:
            rings = [waiting.get()]
            # Only this thread waits. What comes meanwhile is carried along: in a rush people's answers go first, and a
            # publish costs a tenth of one. What a process takes with it when it ends here is found by the sweep.
            time.sleep(MOMENT_SECONDS)
            rings += [waiting.get_nowait() for _ in range(waiting.qsize())]
            for task, numbers in _by_task(rings).items():
                try:
                    _announce(task, numbers)
                except (KombuError, RedisError, OSError) as error:
                    left = ", ".join(map(str, numbers))
                    logger.warning("doorbell: %s, %s %s is left to the sweep", type(error).__name__, _what(task), left)


def _by_task(rings: list[Ring]) -> dict[str, list[int]]:
    by_task = defaultdict(list)
    for number, task in rings:
        by_task[task].append(number)
    return by_task


def _announce(task: str, numbers: list[int]) -> None:
    """One message, however many there are: a worker hands out what came together."""
    if len(numbers) == 1:
        current_app.send_task(task, numbers)
    else:
        current_app.send_task(HAND_OUT_TASK, [task, numbers])


_doorbell = Doorbell()


def load() -> None:
    """Load what the first ring needs, and connect to nobody. A process calls it before it serves visitors.

    Else its first ring takes 70 ms of the interpreter, in the middle of what its visitors wait for.
    """
    for part in LOADED_LATE:
        attrgetter(part)(current_app)
    current_app.connection_for_write().get_transport_cls()
    # What Python loads when it looks up its first host name.
    "redis".encode("idna")


def ring(number: int, task: str = TASK) -> None:
    """Ask a worker to do the task for that number soon: to deliver a mail, unless another one is named.

    Returns at once and never fails. Each such task has a sweep that finds what no ring announced.
    """
    _doorbell.ring(number, task)
