"""Several workers at once, with real transactions: each mail has one sender."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Barrier
from typing import TypeVar

import pytest
from django.db import connection
from django.utils import timezone

from portal.core import outgoing
from portal.core.models import OutgoingMail
from portal.core.schedules import sweep_mail
from portal.core.states import MailState
from tests.core.letters import held_by_a_dead_worker, queue
from tests.services.processes import wait_until
from tests.services.redis import RedisServer
from tests.services.servers import CeleryWorker
from tests.services.smtp import SmtpServer

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("letters")]

WORKERS = 6
Result = TypeVar("Result")


def at_once(action: Callable[[], Result], times: int = WORKERS) -> list[Result]:
    """Run the action in several threads from the same moment; each has a database connection of its own."""
    barrier = Barrier(times)

    def run() -> Result:
        try:
            barrier.wait()
            return action()
        finally:
            connection.close()

    with ThreadPoolExecutor(times) as pool:
        return [future.result() for future in [pool.submit(run) for _ in range(times)]]


def claim_now(mail_id: int) -> OutgoingMail | None:
    return outgoing.claim(mail_id, timezone.now())


def test_one_of_many_claims_wins() -> None:
    for _round in range(10):
        mail = queue()
        claims = at_once(partial(claim_now, mail.pk))
        assert len([claimed for claimed in claims if claimed is not None]) == 1
        mail.refresh_from_db()
        assert (mail.state, mail.attempts) == (MailState.SENDING, 1)


def test_many_deliveries_of_the_same_mails_send_each_once(smtp_server: SmtpServer) -> None:
    mails = [queue() for _number in range(10)]
    at_once(lambda: [outgoing.deliver(mail.pk) for mail in mails])
    assert sorted(mail.message_id for mail in smtp_server.mails) == sorted(mail.message_id for mail in mails)


def test_one_of_many_sweeps_gives_back_what_a_dead_worker_held() -> None:
    mails = [queue() for _number in range(5)]
    latest = max(held_by_a_dead_worker(mail, handed_over=True) for mail in mails)
    assert sum(at_once(lambda: outgoing.release_expired(latest))) == len(mails)
    assert set(OutgoingMail.objects.values_list("state", "doubts")) == {(MailState.UNCERTAIN, 0)}


@pytest.mark.faults
def test_two_sweeps_at_once_send_nothing_twice(
    redis_server: RedisServer, smtp_server: SmtpServer, celery_worker_process: CeleryWorker
) -> None:
    mails = [queue() for _number in range(30)]
    at_once(sweep_mail, 2)
    smtp_server.wait_for(len(mails), timeout=30)
    sweep_mail()
    with redis_server.client() as client:
        wait_until(lambda: client.llen("celery") == 0, "the workers have taken all that was announced")
    assert sorted(mail.message_id for mail in smtp_server.mails) == sorted(mail.message_id for mail in mails)
    assert set(OutgoingMail.objects.values_list("state", "attempts")) == {(MailState.SENT, 1)}
