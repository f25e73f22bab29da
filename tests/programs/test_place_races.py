"""Many people at the same moment, really committed, each with a connection of their own."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from functools import partial

import pytest
import time_machine
from django.utils import timezone

from portal.accounts.models import User
from portal.core import audit
from portal.core.models import AuditEvent, OutgoingMail
from portal.core.states import TransitionRefused
from programs.actions import places
from programs.actions.cohorts import move_cohort
from programs.actions.deadlines import act_on_deadlines
from programs.actions.waiting_list import move_to
from programs.models import Cohort, Place, Promotion
from programs.states import CohortState, PlaceState
from tests.at_once import all_at_once
from tests.programs.places import make_place, make_round, person, told

pytestmark = pytest.mark.django_db(transaction=True)


def kinds(outcomes: list[Place | Exception]) -> Counter[str]:
    """How many got through, and what stopped the others."""
    return Counter("done" if isinstance(outcome, Place) else type(outcome).__name__ for outcome in outcomes)


def states(cohort: Cohort) -> Counter[str]:
    return Counter(Place.objects.filter(cohort=cohort).values_list("state", flat=True))


def assert_each_step_was_told_once() -> None:
    for place in Place.objects.all():
        for event, letter in told(place):
            assert event.replace("programs.", "programs/") == letter


def test_twenty_four_offers_for_five_places() -> None:
    cohort = make_round(capacity=5)
    applied = [make_place(cohort, PlaceState.APPLIED) for _number in range(24)]

    outcomes = all_at_once(partial(places.offer, place, by=audit.SYSTEM) for place in applied)

    assert kinds(outcomes) == {"done": 5, "NoPlaceLeft": 19}
    assert states(cohort) == {PlaceState.OFFERED: 5, PlaceState.APPLIED: 19}
    assert OutgoingMail.objects.filter(letter="programs/place_offered").count() == 5
    assert_each_step_was_told_once()


def test_ten_who_decline_at_once_are_followed_by_ten_reserves() -> None:
    cohort = make_round(capacity=10, promotion=Promotion.BY_ITSELF)
    offered = [make_place(cohort, PlaceState.OFFERED) for _number in range(10)]
    reserves = [make_place(cohort, PlaceState.WAITING) for _number in range(12)]

    outcomes = all_at_once(partial(places.decline, place, by=audit.PERSON) for place in offered)

    assert kinds(outcomes) == {"done": 10}
    assert states(cohort) == {PlaceState.DECLINED: 10, PlaceState.OFFERED: 10, PlaceState.WAITING: 2}
    assert list(Place.objects.filter(cohort=cohort).waiting()) == reserves[10:]
    assert_each_step_was_told_once()


def test_one_button_pressed_ten_times_counts_once() -> None:
    place = make_place(make_round(), PlaceState.OFFERED)

    outcomes = all_at_once(partial(places.accept, place, by=audit.PERSON) for _number in range(10))

    assert kinds(outcomes) == {"done": 1, "TransitionRefused": 9}
    assert told(place)[-1] == ("programs.place_accepted", "programs/place_accepted")
    assert User.objects.count() == 1


def test_yes_and_no_at_the_same_moment_leave_one_answer() -> None:
    place = make_place(make_round(), PlaceState.OFFERED)

    outcomes = all_at_once([partial(verb, place, by=audit.PERSON) for verb in (places.accept, places.decline) * 4])

    assert kinds(outcomes)["done"] == 1
    assert len(told(place)) == 4


def test_ten_invitations_to_one_address_make_one_place() -> None:
    cohort, who = make_round(), person(email="asa@kommun.example")

    outcomes = all_at_once(partial(places.invite, cohort, who, by=audit.SYSTEM) for _number in range(10))

    assert kinds(outcomes) == {"done": 1, "AlreadyThere": 9}
    assert OutgoingMail.objects.count() == 1


def test_reserves_who_come_and_are_moved_at_once_have_a_position_each() -> None:
    cohort = make_round()
    applied = [make_place(cohort, PlaceState.APPLIED) for _number in range(8)]
    waiting = [make_place(cohort, PlaceState.WAITING) for _number in range(4)]

    outcomes = all_at_once(
        [partial(places.put_on_waiting_list, place, 1, by=audit.SYSTEM) for place in applied]
        + [partial(move_to, place, 2, by=audit.SYSTEM) for place in waiting]
    )

    assert kinds(outcomes) == {"done": 12}
    positions = list(Place.objects.filter(cohort=cohort).waiting().values_list("waiting_position", flat=True))
    assert len(set(positions)) == 12


def test_two_beats_and_late_answers_lapse_each_offer_once() -> None:
    cohort = make_round(capacity=4, promotion=Promotion.BY_ITSELF)
    yesterday = timezone.now() - dt.timedelta(days=20)
    with time_machine.travel(yesterday, tick=False):
        offered = [make_place(cohort, PlaceState.OFFERED) for _number in range(4)]
        for _number in range(6):
            make_place(cohort, PlaceState.WAITING)

    outcomes = all_at_once(
        [act_on_deadlines] * 3 + [partial(places.accept, place, by=audit.PERSON) for place in offered]
    )

    assert [outcome for outcome in outcomes[:3] if not isinstance(outcome, int)] == []
    assert {type(outcome) for outcome in outcomes[3:]} <= {places.AnsweredTooLate, TransitionRefused}
    assert states(cohort) == {PlaceState.LAPSED: 4, PlaceState.OFFERED: 4, PlaceState.WAITING: 2}
    assert_each_step_was_told_once()


def test_two_beats_open_a_round_once() -> None:
    cohort = make_round()
    Cohort.objects.filter(pk=cohort.pk).update(
        state=CohortState.PLANNED, application_opens_at=timezone.now() - dt.timedelta(minutes=1)
    )

    all_at_once([act_on_deadlines] * 4)

    assert AuditEvent.objects.filter(event="programs.cohort_moved").count() == 1


def test_a_cohort_is_moved_while_places_are_given() -> None:
    """The verbs of both lock the cohort; nobody waits in a ring."""
    cohort = make_round(capacity=None)
    applied = [make_place(cohort, PlaceState.APPLIED) for _number in range(6)]

    outcomes = all_at_once(
        [partial(places.offer, place, by=audit.SYSTEM) for place in applied]
        + [partial(places.invite, cohort, person(), by=audit.SYSTEM) for _number in range(6)]
        + [partial(move_cohort, cohort, CohortState.CLOSED, by=audit.SYSTEM)]
    )

    assert [outcome for outcome in outcomes if isinstance(outcome, Exception)] == []
