"""The waiting list: ranks without holes, and who gets the place that falls free."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable

import pytest
from django.utils import timezone

from portal.core import audit
from portal.core.models import AuditEvent, OutgoingMail
from portal.core.states import TransitionRefused
from programs.actions import places
from programs.actions.waiting_list import GAP, move_to
from programs.models import Cohort, Place, Promotion
from programs.queries.places import free_places, rank
from programs.states import CohortState, PlaceState
from tests.programs.builders import make_occasion
from tests.programs.places import make_place, make_round, told

pytestmark = pytest.mark.django_db


def line(cohort: Cohort) -> list[Place]:
    """The waiting list, and that everybody is told the place in it that they have."""
    waiting = list(Place.objects.filter(cohort=cohort).waiting())
    assert [rank(place) for place in waiting] == list(range(1, len(waiting) + 1))
    return waiting


def reserves(cohort: Cohort, number: int, code: str = "0180") -> list[Place]:
    return [make_place(cohort, PlaceState.WAITING, code=code) for _number in range(number)]


def state_of(place: Place) -> str:
    place.refresh_from_db()
    return place.state


# --- The order -------------------------------------------------------------------------------------------------------
def test_whoever_comes_last_is_last_unless_another_rank_is_wished_for() -> None:
    cohort = make_round()
    first, second = reserves(cohort, 2)
    before_all = places.put_on_waiting_list(make_place(cohort, PlaceState.APPLIED), 1, by=audit.SYSTEM)
    between = places.put_on_waiting_list(make_place(cohort, PlaceState.APPLIED), 3, by=audit.SYSTEM)
    beyond = places.put_on_waiting_list(make_place(cohort, PlaceState.APPLIED), 99, by=audit.SYSTEM)

    assert line(cohort) == [before_all, first, between, second, beyond]
    assert rank(make_place(cohort, PlaceState.APPLIED)) is None


def test_the_mail_says_which_reserve_one_is() -> None:
    cohort = make_round()
    reserves(cohort, 2)
    mail = OutgoingMail.objects.filter(letter="programs/place_put_on_waiting_list").first()
    assert mail is not None
    assert mail.subject == f"Du är reserv nummer 2 till {cohort}"
    assert "Just nu är du nummer 2 i kön. Det är ännu inte en plats." in mail.text_body


def test_moving_in_line_is_audited_and_sends_no_mail() -> None:
    cohort = make_round()
    first, second, third = reserves(cohort, 3)
    mails = OutgoingMail.objects.count()

    move_to(third, 1, by=audit.SYSTEM)
    move_to(first, 99, by=audit.SYSTEM)
    move_to(second, 2, by=audit.SYSTEM)

    assert line(cohort) == [third, second, first]
    assert OutgoingMail.objects.count() == mails
    facts = (
        AuditEvent.objects.filter(event="programs.place_moved_in_line").order_by("pk").values_list("data", flat=True)
    )
    assert [(fact["from_rank"], fact["to_rank"]) for fact in facts] == [(3, 1), (2, 3)]


def test_only_who_waits_is_moved() -> None:
    with pytest.raises(TransitionRefused):
        move_to(make_place(make_round(), PlaceState.APPLIED), 1, by=audit.SYSTEM)


def test_many_moves_to_the_same_spot_open_the_gaps_anew() -> None:
    cohort = make_round()
    expected = reserves(cohort, 4)
    chance = random.Random(4)

    for _number in range(40):
        place, spot = chance.choice(expected), chance.choice((1, 2))
        move_to(place, spot, by=audit.SYSTEM)
        expected.remove(place)
        expected.insert(spot - 1, place)
        assert line(cohort) == expected

    positions = Place.objects.values_list("waiting_position", flat=True)
    assert max(abs(position or 0) for position in positions) < 100 * GAP


# --- Who gets the place that falls free ------------------------------------------------------------------------------
FALLS_FREE: dict[Callable[..., Place], PlaceState] = {
    places.decline: PlaceState.OFFERED,
    places.lapse: PlaceState.OFFERED,
    places.withdraw: PlaceState.ACCEPTED,
    places.interrupt: PlaceState.PARTICIPANT,
}


@pytest.mark.parametrize("verb", FALLS_FREE, ids=lambda verb: verb.__name__)
def test_a_free_place_is_offered_to_the_first_in_line(verb: Callable[..., Place]) -> None:
    cohort = make_round(capacity=1, promotion=Promotion.BY_ITSELF)
    holder = make_place(cohort, FALLS_FREE[verb])
    first, second = reserves(cohort, 2)

    verb(holder, by=audit.PERSON)

    assert (state_of(first), state_of(second)) == (PlaceState.OFFERED, PlaceState.WAITING)
    assert first.answer_by == timezone.localdate() + dt.timedelta(days=cohort.answer_days)
    assert told(first)[-1] == ("programs.place_offered", "programs/place_offered")
    event = AuditEvent.objects.about(first)[0]
    assert (event.actor_kind, event.data["promoted"]) == (AuditEvent.ActorKind.SYSTEM, True)


@pytest.mark.parametrize("verb", FALLS_FREE, ids=lambda verb: verb.__name__)
def test_staff_decides_when_the_cohort_is_set_so(verb: Callable[..., Place]) -> None:
    cohort = make_round(capacity=1, promotion=Promotion.BY_STAFF)
    holder = make_place(cohort, FALLS_FREE[verb])
    (first,) = reserves(cohort, 1)

    verb(holder, by=audit.PERSON)

    assert (state_of(first), free_places(cohort)) == (PlaceState.WAITING, 1)


def test_who_would_be_one_too_many_from_the_same_place_is_passed_over() -> None:
    cohort = make_round(capacity=2, promotion=Promotion.BY_ITSELF, max_per_organisation=1)
    make_place(cohort, PlaceState.ACCEPTED, code="0180")
    leaving = make_place(cohort, PlaceState.ACCEPTED, code="1480")
    (same,) = reserves(cohort, 1, code="0180")
    (other,) = reserves(cohort, 1, code="0980")

    places.withdraw(leaving, by=audit.PERSON)

    assert (state_of(same), state_of(other)) == (PlaceState.WAITING, PlaceState.OFFERED)


def test_gotland_is_one_body_under_two_names() -> None:
    cohort = make_round(capacity=2, promotion=Promotion.BY_ITSELF, max_per_organisation=1)
    make_place(cohort, PlaceState.ACCEPTED, code="0980")
    leaving = make_place(cohort, PlaceState.ACCEPTED, code="0180")
    (region,) = reserves(cohort, 1, code="09")

    places.withdraw(leaving, by=audit.PERSON)

    assert state_of(region) == PlaceState.WAITING


def test_a_cohort_that_has_more_people_than_places_takes_nobody_in() -> None:
    cohort = make_round(capacity=2, promotion=Promotion.BY_ITSELF)
    leaving, _staying = (make_place(cohort, PlaceState.ACCEPTED) for _number in range(2))
    (first,) = reserves(cohort, 1)
    cohort.capacity = 1
    cohort.save()

    places.withdraw(leaving, by=audit.PERSON)

    assert (state_of(first), free_places(cohort)) == (PlaceState.WAITING, 0)


def test_a_promotion_that_nobody_wants_goes_through_the_whole_line() -> None:
    cohort = make_round(capacity=1, promotion=Promotion.BY_ITSELF)
    holder = make_place(cohort, PlaceState.OFFERED)
    waiting = reserves(cohort, 3)

    for place in [holder, *waiting]:
        places.decline(place, by=audit.PERSON)

    assert {state_of(place) for place in waiting} == {PlaceState.DECLINED}
    assert (line(cohort), free_places(cohort)) == ([], 1)


@pytest.mark.parametrize("state", [CohortState.CANCELLED, CohortState.COMPLETED])
def test_nobody_is_taken_into_a_cohort_that_is_over(state: CohortState) -> None:
    cohort = make_round(capacity=1, promotion=Promotion.BY_ITSELF)
    holder = make_place(cohort, PlaceState.OFFERED)
    (first,) = reserves(cohort, 1)
    Cohort.objects.filter(pk=cohort.pk).update(state=state)

    places.decline(holder, by=audit.PERSON)

    assert state_of(first) == PlaceState.WAITING


@pytest.mark.parametrize(
    ("days_until_start", "state", "last_day"),
    [
        (30, PlaceState.OFFERED, 10),
        (5, PlaceState.OFFERED, 4),
        (1, PlaceState.WAITING, None),
        (-1, PlaceState.WAITING, None),
    ],
)
def test_a_promotion_leaves_time_to_answer_before_the_start(
    days_until_start: int, state: PlaceState, last_day: int | None
) -> None:
    cohort = make_round(capacity=1, promotion=Promotion.BY_ITSELF)
    holder = make_place(cohort, PlaceState.OFFERED)
    (first,) = reserves(cohort, 1)
    today = timezone.localdate()
    make_occasion(cohort, 1, today + dt.timedelta(days=days_until_start))

    places.decline(holder, by=audit.PERSON)

    assert state_of(first) == state
    assert first.answer_by == (None if last_day is None else today + dt.timedelta(days=last_day))
