"""The doorbell never holds and never fails the one who rings, whatever Redis does."""

from __future__ import annotations

import base64
import json
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
FIRST = 1_000_000  # no mail of these tests has such a number


def seconds_of_ringing(bell: Doorbell) -> float:
    started = time.perf_counter()
    for number in range(FIRST, FIRST + RINGS):
        bell.ring(number)
    return time.perf_counter() - started


def messages_in(redis_server: RedisServer) -> list[set[int]]:
    """The numbers of each message that a worker would find: of one task, or of those that it is to hand out."""
    with redis_server.client() as client:
        messages: list[bytes] = client.lrange("celery", 0, -1)
    arguments = [json.loads(base64.b64decode(json.loads(message)["body"]))[0] for message in messages]
    return [set(one[1] if len(one) == 2 else one) for one in arguments]


def waiting_in(redis_server: RedisServer) -> set[int]:
    """All of them. The bell of an earlier test may still be carrying some of its own."""
    return set().union(*messages_in(redis_server))


def test_a_ring_reaches_redis(redis_server: RedisServer) -> None:
    Doorbell().ring(1_004_711)
    wait_until(lambda: 1_004_711 in waiting_in(redis_server), "the number is in Redis")


def test_a_rush_of_rings_is_few_messages(redis_server: RedisServer) -> None:
    seconds_of_ringing(Doorbell())
    rush = set(range(FIRST, FIRST + RINGS))
    wait_until(lambda: rush <= waiting_in(redis_server), "all numbers are in Redis")
    # One, unless the machine let the bell's thread run twice meanwhile.
    assert len([message for message in messages_in(redis_server) if message & rush]) <= 2


def test_without_redis_a_ring_returns_at_once() -> None:
    assert seconds_of_ringing(Doorbell()) < NOT_HELD


def test_with_a_hung_redis_a_ring_returns_at_once_and_later_rings_get_through(redis_server: RedisServer) -> None:
    bell = Doorbell()
    redis_server.pause()
    assert seconds_of_ringing(bell) < NOT_HELD
    redis_server.resume()
    bell.ring(1_004_712)
    wait_until(lambda: 1_004_712 in waiting_in(redis_server), "the number is in Redis", timeout=2.0 * RINGS)


def test_the_thread_outlives_a_redis_that_dies_and_comes_back(redis_server: RedisServer) -> None:
    bell = Doorbell()
    bell.ring(1_004_713)
    wait_until(lambda: 1_004_713 in waiting_in(redis_server), "the first number is in Redis")
    redis_server.kill()
    bell.ring(1_004_714)
    redis_server.start()

    def gets_through() -> bool:
        bell.ring(1_004_715)
        return 1_004_715 in waiting_in(redis_server)

    wait_until(gets_through, "a later number is in Redis")


def test_too_many_rings_are_left_to_the_sweep(
    redis_server: RedisServer, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doorbell, "MOST_WAITING", 3)
    redis_server.pause()
    assert seconds_of_ringing(Doorbell()) < NOT_HELD
    assert f"doorbell: full, mail {FIRST + RINGS - 1} is left to the sweep" in caplog.messages


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("letters")
def test_nobody_rings_for_a_mail_that_was_never_stored(redis_server: RedisServer) -> None:
    with transaction.atomic():
        queue()
        transaction.set_rollback(True)
    with transaction.atomic():
        stored = queue()
        assert stored.pk not in waiting_in(redis_server)
    wait_until(lambda: stored.pk in waiting_in(redis_server), "the stored mail was announced")
    assert len({number for number in waiting_in(redis_server) if number < FIRST}) == 1


@pytest.mark.faults
@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("letters", "celery_worker_process")
def test_a_stored_mail_is_sent_within_seconds(smtp_server: SmtpServer) -> None:
    mail = queue()
    (arrived,) = smtp_server.wait_for(1)
    assert arrived.message_id == mail.message_id


@pytest.mark.faults
@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("letters", "celery_worker_process")
def test_mails_of_a_rush_are_each_sent_once(smtp_server: SmtpServer) -> None:
    with transaction.atomic():
        mails = [queue() for _mail in range(5)]
    arrived = smtp_server.wait_for(len(mails))
    assert sorted(one.message_id for one in arrived) == sorted(mail.message_id for mail in mails)
