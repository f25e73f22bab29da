"""Whose request it is, and how often that address has been here."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.http import HttpRequest
from django.test import RequestFactory
from django.utils import timezone
from pytest_django import Settings

from portal.core.models import RateCounter
from portal.core.requests import BUCKETS, client_address, count, seconds_to_wait
from portal.core.schedules import purge
from tests.core.test_outgoing_races import at_once

PROXY, OTHER_PROXY, CLIENT, LIAR = "10.0.0.1", "10.0.0.2", "192.0.2.7", "203.0.113.99"
NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


def request_from(peer: str, forwarded: str | None = None) -> HttpRequest:
    headers = {} if forwarded is None else {"x-forwarded-for": forwarded}
    return RequestFactory().get("/", headers=headers, REMOTE_ADDR=peer)


@pytest.mark.parametrize(
    ("peer", "forwarded", "expected"),
    [
        (CLIENT, None, CLIENT),
        (CLIENT, LIAR, CLIENT),
        (PROXY, CLIENT, CLIENT),
        (PROXY, f"{LIAR}, {CLIENT}", CLIENT),
        (PROXY, f"{LIAR}, {CLIENT}, {OTHER_PROXY}", CLIENT),
        (PROXY, f"{CLIENT},unknown", "unknown"),
        (PROXY, "", "unknown"),
        (PROXY, None, "unknown"),
        (PROXY, OTHER_PROXY, "unknown"),
        ("", None, "unknown"),
        ("2001:db8:1:2:3:4:5:6", None, "2001:db8:1:2::/64"),
        (PROXY, "2001:db8:1:2:ffff::1", "2001:db8:1:2::/64"),
    ],
)
def test_the_address_is_the_last_one_that_our_proxies_vouch_for(
    settings: Settings, peer: str, forwarded: str | None, expected: str
) -> None:
    settings.TRUSTED_PROXIES = [PROXY, OTHER_PROXY]
    assert client_address(request_from(peer, forwarded)) == expected


def test_without_proxies_the_header_is_never_believed() -> None:
    assert client_address(request_from(CLIENT, LIAR)) == CLIENT


@pytest.mark.django_db
def test_each_window_counts_for_itself() -> None:
    assert [count("x", "a", [60, 3600], NOON) for _number in range(3)] == [[1, 1], [2, 2], [3, 3]]
    assert count("x", "a", [60, 3600], NOON + timedelta(seconds=61)) == [1, 4]
    assert count("x", "a", [60, 3600], NOON + timedelta(seconds=3700)) == [1, 1]


@pytest.mark.django_db
def test_a_window_slides_and_does_not_forget_all_at_once() -> None:
    """Who sends just before and just after a full minute is counted once more, not from nothing."""
    just_before, just_after = NOON - timedelta(seconds=1), NOON + timedelta(seconds=1)
    assert count("x", "a", [60], just_before) == [1]
    assert count("x", "a", [60], just_after) == [2]


@pytest.mark.django_db
def test_others_and_other_things_are_counted_apart() -> None:
    count("x", "a", [60], NOON)
    assert count("x", "b", [60], NOON) == count("y", "a", [60], NOON) == [1]


@pytest.mark.django_db
def test_no_address_is_stored() -> None:
    count("form:interest", CLIENT, [60], NOON)
    (counter,) = RateCounter.objects.all()
    assert CLIENT not in counter.key
    assert len(counter.key) == 64


@pytest.mark.django_db(transaction=True)
def test_the_count_is_exact_when_many_count_at_once() -> None:
    def ten_times() -> list[int]:
        return [count("x", "a", [60, 3600], NOON)[0] for _number in range(10)]

    counted = sorted(number for numbers in at_once(ten_times, 4) for number in numbers)
    assert counted == list(range(1, 41))
    connection.close()


@pytest.mark.django_db
def test_over_the_limit_one_waits_a_bucket_of_the_fullest_window(settings: Settings) -> None:
    settings.FORM_RATE_LIMITS = [(2, 60), (4, 3600)]
    request = request_from(CLIENT)
    waits = [seconds_to_wait("interest", request) for _number in range(5)]
    assert waits == [0, 0, 60 // BUCKETS, 60 // BUCKETS, 3600 // BUCKETS]
    assert seconds_to_wait("interest", request_from("192.0.2.8")) == 0


@pytest.mark.django_db
def test_old_counters_are_forgotten() -> None:
    count("x", "a", [60], timezone.now() - timedelta(days=1))
    count("x", "b", [60], timezone.now())
    purge()
    assert RateCounter.objects.count() == 1
