"""What time does by itself, in Sweden's time, once however often it is asked."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
import time_machine

from portal.core import audit
from portal.core.models import AuditEvent, OutgoingMail
from programs.actions import deadlines, places
from programs.actions.cohorts import move_cohort
from programs.actions.deadlines import act_on_deadlines
from programs.models import Cohort, Place, Promotion
from programs.states import CohortState, PlaceState
from tests.programs.builders import make_cohort, make_programme
from tests.programs.places import make_place, make_round, told

pytestmark = pytest.mark.django_db

STOCKHOLM = ZoneInfo("Europe/Stockholm")


def at(day: int, hour: int = 12, minute: int = 0, month: int = 3) -> dt.datetime:
    """A moment in March 2027 by the clock on a Swedish wall. Summer time begins on the 28th."""
    return dt.datetime(2027, month, day, hour, minute, tzinfo=STOCKHOLM)


def act_twice() -> int:
    done = act_on_deadlines()
    assert act_on_deadlines() == 0
    return done


def state_of(thing: Place | Cohort) -> str:
    thing.refresh_from_db()
    return thing.state


# --- Rounds ----------------------------------------------------------------------------------------------------------
@pytest.fixture
def planned() -> Cohort:
    cohort = make_cohort(make_programme(), 2027)
    cohort.interest_opens_at = at(1, 9)
    cohort.application_opens_at = at(10, 9)
    cohort.application_closes_at = at(28, 23, 59)
    cohort.save()
    return cohort


@pytest.mark.parametrize(
    ("now", "state"),
    [
        (at(1, 8, 59), CohortState.PLANNED),
        (at(1, 9), CohortState.INTEREST_OPEN),
        (at(10, 8, 59), CohortState.INTEREST_OPEN),
        (at(10, 9), CohortState.APPLICATION_OPEN),
        (at(28, 23, 58), CohortState.APPLICATION_OPEN),
        (at(28, 23, 59), CohortState.CLOSED),
    ],
)
def test_rounds_open_and_close_at_their_time(planned: Cohort, now: dt.datetime, state: CohortState) -> None:
    with time_machine.travel(now, tick=False):
        act_twice()

    assert state_of(planned) == state
    moves = AuditEvent.objects.about(planned).order_by("pk")
    assert [event.data["to_state"] for event in moves][-1:] == ([] if state == CohortState.PLANNED else [state])
    assert {event.actor_kind for event in moves} <= {AuditEvent.ActorKind.SYSTEM}


def test_what_staff_decides_after_the_time_stands(planned: Cohort) -> None:
    staff = audit.Actor(AuditEvent.ActorKind.STAFF)
    with time_machine.travel(at(1, 9), tick=False) as clock:
        act_twice()
        clock.move_to(at(1, 10))
        move_cohort(planned, CohortState.PLANNED, by=staff)
        assert act_on_deadlines() == 0
        assert state_of(planned) == CohortState.PLANNED
        # The next time counts all the same.
        clock.move_to(at(10, 9))
        assert act_twice() == 1
        assert state_of(planned) == CohortState.APPLICATION_OPEN


def test_a_cohort_that_was_closed_by_hand_stays_closed(planned: Cohort) -> None:
    with time_machine.travel(at(10, 9), tick=False) as clock:
        act_twice()
        clock.shift(60)
        move_cohort(planned, CohortState.CLOSED, by=audit.SYSTEM)
        clock.move_to(at(29))
        assert act_twice() == 0


# --- Offers ----------------------------------------------------------------------------------------------------------
def offered(cohort: Cohort, last: dt.date) -> Place:
    return places.offer(make_place(cohort, PlaceState.APPLIED), last, by=audit.SYSTEM)


@pytest.mark.parametrize(
    ("last", "before", "after"),
    [
        (dt.date(2027, 3, 20), at(20, 23, 59), at(21, 0)),
        # The night in which the clock is moved forward, and one in summer time: midnight is Sweden's.
        (dt.date(2027, 3, 27), at(27, 23, 59), at(28, 0)),
        (dt.date(2027, 6, 5), at(5, 23, 59, month=6), at(6, 0, month=6)),
    ],
)
def test_an_offer_stands_to_the_end_of_its_last_day(last: dt.date, before: dt.datetime, after: dt.datetime) -> None:
    with time_machine.travel(at(10), tick=False) as clock:
        place = offered(make_round(), last)
        clock.move_to(before)
        act_twice()
        assert state_of(place) == PlaceState.OFFERED
        clock.move_to(after)
        assert act_twice() == 1
    assert state_of(place) == PlaceState.LAPSED
    assert told(place)[-1] == ("programs.place_lapsed", "programs/place_lapsed")


def test_a_lapsed_offer_goes_on_to_the_first_reserve() -> None:
    with time_machine.travel(at(10), tick=False) as clock:
        cohort = make_round(capacity=1, promotion=Promotion.BY_ITSELF, answer_days=5)
        offered(cohort, dt.date(2027, 3, 12))
        reserve = make_place(cohort, PlaceState.WAITING)
        clock.move_to(at(13, 0))
        assert act_twice() == 1
    assert state_of(reserve) == PlaceState.OFFERED
    assert reserve.answer_by == dt.date(2027, 3, 18)


def test_nobody_accepts_after_midnight_though_beat_is_late() -> None:
    with time_machine.travel(at(10), tick=False) as clock:
        place = offered(make_round(), dt.date(2027, 3, 12))
        clock.move_to(at(13, 0))
        with pytest.raises(places.AnsweredTooLate):
            places.accept(place, by=audit.PERSON)
        # What somebody said by telephone before midnight, staff may still write down.
        assert places.accept(place, by=audit.Actor(AuditEvent.ActorKind.STAFF)).state == PlaceState.ACCEPTED


# --- Reminders -------------------------------------------------------------------------------------------------------
def reminders() -> int:
    return OutgoingMail.objects.filter(letter__endswith="_reminded").count()


def test_the_reminder_comes_once_three_days_before_and_not_at_night() -> None:
    with time_machine.travel(at(10), tick=False) as clock:
        place = offered(make_round(), dt.date(2027, 3, 20))
        for day, hour, expected in ((16, 23, 0), (17, 7, 0), (17, 8, 1), (17, 20, 0), (18, 9, 0), (20, 9, 0)):
            clock.move_to(at(day, hour))
            assert (act_twice(), reminders()) == (expected, int((day, hour) >= (17, 8)))
    assert told(place)[-1] == ("programs.place_reminded", "programs/place_reminded")


def test_a_late_reminder_is_better_than_none_but_not_on_the_day_of_the_offer() -> None:
    with time_machine.travel(at(10), tick=False) as clock:
        offered(make_round(), dt.date(2027, 3, 12))
        assert act_twice() == 0
        clock.move_to(at(11))
        assert act_twice() == 1


def test_whoever_has_answered_is_not_reminded() -> None:
    with time_machine.travel(at(10), tick=False) as clock:
        places.accept(offered(make_round(), dt.date(2027, 3, 20)), by=audit.PERSON)
        clock.move_to(at(18))
        assert act_twice() == 0


@pytest.mark.parametrize("state", [PlaceState.INVITED, PlaceState.STARTED])
def test_whoever_has_not_applied_is_reminded_before_the_round_closes(state: PlaceState) -> None:
    with time_machine.travel(at(10), tick=False) as clock:
        make_place(make_round(application_closes_at=at(20, 17)), state)
        for day, expected in ((16, 0), (17, 1), (19, 0)):
            clock.move_to(at(day))
            assert act_twice() == expected


def test_a_draft_beside_an_application_is_left_in_peace() -> None:
    with time_machine.travel(at(10), tick=False) as clock:
        cohort = make_round(application_closes_at=at(20, 17))
        make_place(cohort, PlaceState.APPLIED, email="asa@kommun.example")
        make_place(cohort, PlaceState.STARTED, email="asa@kommun.example")
        clock.move_to(at(18))
        assert act_twice() == 0


# --- Invitations -----------------------------------------------------------------------------------------------------
def test_an_invitation_lapses_when_the_round_closes() -> None:
    with time_machine.travel(at(10), tick=False) as clock:
        cohort = make_round(application_closes_at=at(12, 17))
        place = make_place(cohort)
        clock.move_to(at(12, 17))
        assert act_twice() == 2
        assert (state_of(cohort), state_of(place)) == (CohortState.CLOSED, PlaceState.LAPSED)
        late = make_place(cohort)
        assert act_twice() == 0
        assert state_of(late) == PlaceState.INVITED


def test_one_deadline_that_fails_does_not_hold_up_the_others(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    with time_machine.travel(at(10), tick=False) as clock:
        broken, fine = (offered(make_round(), dt.date(2027, 3, 12)) for _number in range(2))

        def lapse(place: Place, *, by: audit.Actor) -> Place:
            if place == broken:
                raise OSError
            return places.lapse(place, by=by)

        monkeypatch.setattr(deadlines, "lapse", lapse)
        clock.move_to(at(13))
        assert act_on_deadlines() == 1

    assert (state_of(broken), state_of(fine)) == (PlaceState.OFFERED, PlaceState.LAPSED)
    assert [record.getMessage() for record in caplog.records] == [f"deadline of programs.place {broken.pk}"]
