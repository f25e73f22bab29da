"""The doorbell never holds and never fails the one who rings, whatever Redis does."""

from __future__ import annotations

import time

import pytest
from django.db import transaction

from portal.core import doorbell
from portal.core.doorbell import Doorbell
from tests.core.letters import queue
from tests.services.processes import wait_until
from tests.services.redis import RedisServer
from tests.services.smtp import SmtpServer

# Each ring that waited for Redis would take a second (the broker's socket_timeout): this many take far longer than
# rings that wait for nobody, however busy the machine is.
RINGS = 30
NOT_HELD = RINGS / 3


def seconds_of_ringing(bell: Doorbell) -> float:
    started = time.perf_counter()
    for number in range(RINGS):
        bell.ring(number)
    return time.perf_counter() - started


def waiting_in(redis_server: RedisServer) -> int:
    with redis_server.client() as client:
        return int(str(client.llen("celery")))


def test_a_ring_reaches_redis(redis_server: RedisServer) -> None:
    Doorbell().ring(4711)
    wait_until(lambda: waiting_in(redis_server) == 1, "the number is in Redis")


def test_without_redis_a_ring_returns_at_once() -> None:
    assert seconds_of_ringing(Doorbell()) < NOT_HELD


def test_with_a_hung_redis_a_ring_returns_at_once_and_later_rings_get_through(redis_server: RedisServer) -> None:
    bell = Doorbell()
    redis_server.pause()
    assert seconds_of_ringing(bell) < NOT_HELD
    redis_server.resume()
    bell.ring(4711)
    wait_until(lambda: waiting_in(redis_server) >= 1, "a number is in Redis")


def test_the_thread_outlives_a_redis_that_dies_and_comes_back(redis_server: RedisServer) -> None:
    bell = Doorbell()
    bell.ring(1)
    wait_until(lambda: waiting_in(redis_server) == 1, "the first number is in Redis")
    redis_server.kill()
    bell.ring(2)
    redis_server.start()

    def gets_through() -> bool:
        bell.ring(3)
        return waiting_in(redis_server) >= 1

    wait_until(gets_through, "a later number is in Redis")


def test_too_many_rings_are_left_to_the_sweep(
    redis_server: RedisServer, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doorbell, "MOST_WAITING", 3)
    redis_server.pause()
    assert seconds_of_ringing(Doorbell()) < NOT_HELD
    assert f"doorbell: full, mail {RINGS - 1} is left to the sweep" in caplog.messages


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("letters")
def test_nobody_rings_for_a_mail_that_was_never_stored(redis_server: RedisServer) -> None:
    with transaction.atomic():
        queue()
        transaction.set_rollback(True)
    with transaction.atomic():
        stored = queue()
        assert waiting_in(redis_server) == 0
    wait_until(lambda: waiting_in(redis_server) == 1, "the stored mail was announced")
    assert stored.pk is not None


@pytest.mark.faults
@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("letters", "celery_worker_process")
def test_a_stored_mail_is_sent_within_seconds(smtp_server: SmtpServer) -> None:
    mail = queue()
    (arrived,) = smtp_server.wait_for(1)
    assert arrived.message_id == mail.message_id
