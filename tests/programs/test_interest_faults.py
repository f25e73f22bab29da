"""Redis, the mail server and the worker fail in every way; no registration and no confirmation is lost for it.

`python -m bench.faults` does the same with 300 registrations on both databases.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from portal.core.models import OutgoingMail
from portal.core.states import MailState
from programs.models import InterestRegistration
from tests.programs.faults import IN_A_HURRY, Saboteur, register_under_faults
from tests.programs.interest import load_reference_rows
from tests.programs.visitors import BEHIND_A_PROXY, Visitor
from tests.services.processes import wait_until
from tests.services.redis import RedisServer
from tests.services.servers import CeleryBeat, CeleryWorker, ProductionServer
from tests.services.smtp import SmtpServer

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.faults]

StartServer = Callable[..., ProductionServer]
# The limit is 4 s; a request that does not wait for Redis at all takes milliseconds.
WITHOUT_WAITING = 1.0
NEVER_LONGER = 4.0


@pytest.fixture
def portal(production_server: StartServer) -> str:
    load_reference_rows()
    return production_server(**BEHIND_A_PROXY, **IN_A_HURRY).url


@pytest.fixture
def worker(database_url: str, redis_server: RedisServer, tmp_path: Path) -> Iterator[CeleryWorker]:
    """A worker that is in a hurry, not yet started."""
    worker = CeleryWorker(database_url, tmp_path, **IN_A_HURRY)
    yield worker
    worker.stop()


@pytest.fixture
def beat(database_url: str, redis_server: RedisServer, tmp_path: Path) -> Iterator[CeleryBeat]:
    """A beat that sweeps every second, not yet started."""
    beat = CeleryBeat(database_url, tmp_path, **IN_A_HURRY, VAR_DIR=str(tmp_path))
    yield beat
    beat.stop()


def register_quickly(portal: str) -> Visitor:
    visitor = Visitor(portal)
    visitor.open_form()
    answer = visitor.press_send()
    assert answer.status == 303
    assert answer.seconds < WITHOUT_WAITING
    assert visitor.look(answer.location).status == 200
    return visitor


def assert_arrived_once(smtp_server: SmtpServer, *visitors: Visitor) -> None:
    smtp_server.wait_for(len(visitors), timeout=30)
    wait_until(lambda: not OutgoingMail.objects.exclude(state=MailState.SENT).exists(), "all is noted as sent")
    arrived = sorted(mail.recipients[0] for mail in smtp_server.mails)
    assert arrived == sorted(visitor.email for visitor in visitors)


def test_redis_down_then_back(
    portal: str, redis_server: RedisServer, smtp_server: SmtpServer, worker: CeleryWorker, beat: CeleryBeat
) -> None:
    redis_server.kill()
    visitor = register_quickly(portal)
    assert InterestRegistration.objects.get().email == visitor.email
    assert OutgoingMail.objects.get().state == MailState.QUEUED

    redis_server.start()
    worker.start()
    beat.start()
    assert_arrived_once(smtp_server, visitor)


def test_redis_hung_then_emptied(
    portal: str, redis_server: RedisServer, smtp_server: SmtpServer, worker: CeleryWorker, beat: CeleryBeat
) -> None:
    redis_server.pause()
    visitors = [register_quickly(portal) for _number in range(3)]
    assert OutgoingMail.objects.filter(state=MailState.QUEUED).count() == 3

    redis_server.resume()
    redis_server.flush()
    worker.start()
    beat.start()
    assert_arrived_once(smtp_server, *visitors)


def test_the_mail_server_is_down_for_a_while(
    portal: str, redis_server: RedisServer, smtp_server: SmtpServer, worker: CeleryWorker, beat: CeleryBeat
) -> None:
    smtp_server.stop()
    worker.start()
    beat.start()
    visitor = register_quickly(portal)
    wait_until(lambda: OutgoingMail.objects.get().attempts >= 2, "two tries have failed")

    smtp_server.start()
    assert_arrived_once(smtp_server, visitor)


def test_nothing_is_lost_while_everything_fails(
    portal: str, redis_server: RedisServer, smtp_server: SmtpServer, worker: CeleryWorker, beat: CeleryBeat
) -> None:
    worker.start()
    beat.start()

    reckoning = register_under_faults(60, portal, Saboteur(worker, redis_server, smtp_server), pause=0.6)

    assert reckoning.faulty_answers == {}
    assert (len(reckoning.promised), reckoning.lost, reckoning.confirmations_lost) == (60, set(), set())
    assert reckoning.kills >= 2
    assert reckoning.twice_with_another_id == []
    # One in a hundred is the aim, held by the bench; among 60, one more is chance.
    assert len(reckoning.twice) <= 2
    assert reckoning.worst_request < NEVER_LONGER
