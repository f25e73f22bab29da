"""Tell the workers that there is mail, without holding the visitor for it.

A thread of its own carries the numbers of new mails to Redis. When Redis is gone or hangs, only that thread waits; what
it could not carry is found by the sweep. So a request never touches the broker (docs/adr/0004).
"""

from __future__ import annotations

import logging
import os
import queue
import threading

from celery import current_app
from kombu.exceptions import KombuError
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)

TASK = "portal.core.tasks.deliver_mail"
# More than this waits only while Redis is away; then the sweep is the faster way.
MOST_WAITING = 1000


class Doorbell:
    """The thread and its queue. One for each process: a forked child starts its own at the first ring."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._pid = 0
        self._waiting: queue.Queue[int] = queue.Queue(MOST_WAITING)

    def ring(self, mail_id: int) -> None:
        self._start_if_needed()
        try:
            self._waiting.put_nowait(mail_id)
        except queue.Full:
            logger.warning("doorbell: full, mail %s is left to the sweep", mail_id)

    def _start_if_needed(self) -> None:
        if self._pid == os.getpid():
            return
        with self._lock:
            if self._pid != os.getpid():
                self._waiting = queue.Queue(MOST_WAITING)
                threading.Thread(target=self._carry, args=(self._waiting,), name="doorbell", daemon=True).start()
                self._pid = os.getpid()

    def _carry(self, waiting: queue.Queue[int]) -> None:
        while True:
            mail_id = waiting.get()
            try:
                current_app.send_task(TASK, [mail_id])
            except (KombuError, RedisError, OSError) as error:
                logger.warning("doorbell: %s, mail %s is left to the sweep", type(error).__name__, mail_id)


_doorbell = Doorbell()


def ring(mail_id: int) -> None:
    """Ask a worker to deliver the mail with that number soon. Returns at once and never fails."""
    _doorbell.ring(mail_id)
