"""Registrations while everything behind the form is hurt again and again, and the reckoning afterwards.

Used by test_interest_faults.py with few visitors and by bench/faults.py with many.
"""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from django.db import connection

from portal.core.models import OutgoingMail
from portal.core.states import MailState
from programs.models import InterestRegistration
from tests.programs.visitors import Answer, Visitor
from tests.services.processes import Program, wait_until
from tests.services.redis import RedisServer
from tests.services.servers import CeleryWorker
from tests.services.smtp import SmtpServer

# Everything that takes minutes in production, in seconds. The lease is still far longer than a dialogue.
IN_A_HURRY = {
    "MAIL_LEASE_SECONDS": "5",
    "MAIL_SWEEP_SECONDS": "1",
    "MAIL_RETRY_LADDER": ",".join(["1"] * 30),
}
# The worker lives this long between two kills; not in step with anything.
LIVES = (0.9, 1.7, 1.2, 2.0, 1.4)
# A worker that waits for Redis this long is killed too.
LONGEST_CHILDHOOD = 8.0
VISITORS_AT_ONCE = 4


@dataclass
class Reckoning:
    """What became of the registrations."""

    answers: list[Answer]
    promised: set[str]  # addresses whose visitor saw a receipt
    stored: set[str]
    ids_by_address: dict[str, list[str]]  # Message-IDs in the order in which they arrived
    kills: int

    @property
    def lost(self) -> set[str]:
        return self.promised - self.stored

    @property
    def confirmations_lost(self) -> set[str]:
        return self.promised - set(self.ids_by_address)

    @property
    def twice(self) -> dict[str, list[str]]:
        return {address: ids for address, ids in self.ids_by_address.items() if len(ids) > 1}

    @property
    def twice_with_another_id(self) -> list[str]:
        return [address for address, ids in self.twice.items() if len(set(ids)) > 1]

    @property
    def worst_request(self) -> float:
        return max(answer.seconds for answer in self.answers)

    @property
    def faulty_answers(self) -> Counter[int]:
        return Counter(answer.status for answer in self.answers if answer.status not in {200, 303})


@dataclass
class Saboteur:
    """Hurts the worker, Redis and the mail server, each in its own rhythm, until told to stop."""

    worker: CeleryWorker
    redis: RedisServer
    smtp: SmtpServer
    kills: int = 0
    _enough: threading.Event = field(default_factory=threading.Event)
    _threads: list[threading.Thread] = field(default_factory=list)
    _failures: list[BaseException] = field(default_factory=list)

    def start(self) -> None:
        for rhythm in (self._kill_the_worker, self._hurt_redis, self._close_the_mail_server):
            thread = threading.Thread(target=self._guarded, args=(rhythm,), name=rhythm.__name__)
            thread.start()
            self._threads.append(thread)

    def stop(self) -> None:
        """Everything works again when this returns."""
        self._enough.set()
        for thread in self._threads:
            thread.join()
        if self._failures:
            raise self._failures[0]
        # What a thread started dies with that thread (`Program`), so both begin once more, from this one.
        self.redis.kill()
        self.redis.start()
        self.worker.kill()
        self.worker.start()

    def _guarded(self, rhythm: Callable[[], None]) -> None:
        try:
            rhythm()
        except BaseException as error:  # noqa: BLE001 - raised again by `stop`, in the test's own thread
            self._failures.append(error)

    def _kill_the_worker(self) -> None:
        while not self._enough.wait(LIVES[self.kills % len(LIVES)]):
            self.worker.kill()
            self.kills += 1
            # Not `worker.start`, which waits until it is ready: without Redis it never is, and is killed all the same.
            Program.start(self.worker)
            self._wait_for_work()

    def _wait_for_work(self) -> None:
        deadline = time.monotonic() + LONGEST_CHILDHOOD
        while " ready." not in self.worker.output and time.monotonic() < deadline and not self._enough.is_set():
            self._enough.wait(0.05)

    def _hurt_redis(self) -> None:
        """Hung, emptied, dead; with a while in between to work in."""
        while not self._enough.wait(2):
            self.redis.pause()
            self._enough.wait(3)
            self.redis.resume()
            self._enough.wait(3)
            self.redis.flush()
            self._enough.wait(2)
            self.redis.kill()
            self._enough.wait(3)
            self.redis.start()

    def _close_the_mail_server(self) -> None:
        while not self._enough.wait(4):
            self.smtp.stop()
            self._enough.wait(3)
            self.smtp.start()


def register_under_faults(number: int, base_url: str, saboteur: Saboteur, *, pause: float = 0.0) -> Reckoning:
    """Let visitors register while the saboteur is at work, wait until every mail is settled, and add up."""
    visitors = [Visitor(base_url) for _number in range(number)]

    def visit(visitor: Visitor) -> list[Answer]:
        time.sleep(pause)
        answers = [visitor.open_form(), visitor.press_send()]
        return [*answers, visitor.look(answers[1].location)] if answers[1].location else answers

    saboteur.start()
    try:
        with ThreadPoolExecutor(VISITORS_AT_ONCE) as pool:
            journeys = list(pool.map(visit, visitors))
    finally:
        saboteur.stop()
    wait_until(nothing_is_on_its_way, "every mail is settled", timeout=60)
    promised = {visitor.email for visitor, journey in zip(visitors, journeys, strict=True) if journey[1].status == 303}
    return Reckoning(
        answers=[answer for journey in journeys for answer in journey],
        promised=promised,
        stored=set(InterestRegistration.objects.values_list("email", flat=True)),
        ids_by_address=_ids_by_address(saboteur.smtp),
        kills=saboteur.kills,
    )


def nothing_is_on_its_way() -> bool:
    waiting = OutgoingMail.objects.exclude(state__in=[MailState.SENT, MailState.FAILED])
    try:
        return not waiting.filter(not_before__isnull=False).exists()
    finally:
        connection.close()


def _ids_by_address(smtp: SmtpServer) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for mail in smtp.mails:
        found.setdefault(mail.recipients[0], []).append(mail.message_id)
    return found
