"""The life of a place, verb by verb: the table decides, the trail and the mail follow."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Callable

import pytest
from django.utils import timezone

from portal.accounts.models import User
from portal.core import audit
from portal.core.models import AuditEvent, OutgoingMail
from portal.core.states import TransitionRefused
from programs.actions import places
from programs.models import Place
from programs.states import HOLDS_A_PLACE, PLACE_TRANSITIONS, PlaceState
from tests.programs.places import make_place, make_round, person, told

pytestmark = pytest.mark.django_db

# Each verb with the state it leads to, and the states that only it and no other verb of that state starts from.
VERBS: dict[Callable[..., Place], tuple[PlaceState, set[PlaceState]]] = {
    places.apply: (PlaceState.APPLIED, set(PlaceState)),
    places.put_on_waiting_list: (PlaceState.WAITING, set(PlaceState)),
    places.offer: (PlaceState.OFFERED, set(PlaceState)),
    places.accept: (PlaceState.ACCEPTED, set(PlaceState)),
    places.decline: (PlaceState.DECLINED, set(PlaceState)),
    places.lapse: (PlaceState.LAPSED, set(PlaceState)),
    places.not_admit: (PlaceState.NOT_ADMITTED, set(PlaceState)),
    places.admit: (PlaceState.PARTICIPANT, {PlaceState.ACCEPTED}),
    places.resume: (PlaceState.PARTICIPANT, {PlaceState.INTERRUPTED}),
    places.complete: (PlaceState.COMPLETED, set(PlaceState)),
    places.interrupt: (PlaceState.INTERRUPTED, set(PlaceState)),
    places.withdraw: (PlaceState.WITHDRAWN, set(PlaceState)),
    places.set_aside: (PlaceState.STARTED, set(PlaceState)),
}
# Their mailbox is the wrong one: the right one is told when the application comes in there.
TELLS_NOBODY = {places.set_aside}


@pytest.mark.parametrize("state", PlaceState)
@pytest.mark.parametrize("verb", VERBS, ids=lambda verb: verb.__name__)
def test_a_verb_goes_where_the_table_leads_and_nowhere_else(verb: Callable[..., Place], state: PlaceState) -> None:
    place = make_place(make_round(), state)
    lines, mails = AuditEvent.objects.about(place).count(), OutgoingMail.objects.about(place).count()
    to, starts = VERBS[verb]

    if PLACE_TRANSITIONS.allows(state, to) and state in starts:
        moved = verb(place, by=audit.SYSTEM)
        step = 1
        assert moved.state == Place.objects.get().state == to
        event = AuditEvent.objects.about(place)[0]
        assert (event.data["from_state"], event.data["to_state"]) == (state, to)
        assert event.data["cohort"] == place.cohort_id
    else:
        with pytest.raises(TransitionRefused):
            verb(place, by=audit.SYSTEM)
        step = 0
        assert Place.objects.get().state == state

    assert AuditEvent.objects.about(place).count() == lines + step
    assert OutgoingMail.objects.about(place).count() == mails + (step if verb not in TELLS_NOBODY else 0)


def test_every_way_of_the_table_has_a_verb() -> None:
    ways = {
        (before, to) for before, to in itertools.product(PlaceState, PlaceState) if PLACE_TRANSITIONS.allows(before, to)
    }
    assert ways == {way for way in ways if any(to == way[1] and way[0] in starts for to, starts in VERBS.values())}


def test_each_step_is_told_once_in_the_trail_and_by_mail() -> None:
    place = make_place(make_round(), PlaceState.COMPLETED)

    steps = ["invited", "applied", "offered", "accepted", "admitted", "completed"]
    assert told(place) == [(f"programs.place_{step}", f"programs/place_{step}") for step in steps]


def test_nobody_gets_an_offer_when_all_places_are_taken() -> None:
    cohort = make_round(capacity=1)
    make_place(cohort, PlaceState.OFFERED)
    waiting = make_place(cohort, PlaceState.WAITING)

    with pytest.raises(places.NoPlaceLeft):
        places.offer(waiting, by=audit.SYSTEM)

    waiting.refresh_from_db()
    assert waiting.state == PlaceState.WAITING
    assert Place.objects.holding().count() == 1


def test_whoever_comes_back_needs_a_place_too() -> None:
    cohort = make_round(capacity=1)
    gone = make_place(cohort, PlaceState.INTERRUPTED)
    make_place(cohort, PlaceState.ACCEPTED)

    with pytest.raises(places.NoPlaceLeft):
        places.resume(gone, by=audit.SYSTEM)


def test_a_cohort_without_a_limit_is_never_full() -> None:
    cohort = make_round(capacity=None)
    assert {make_place(cohort, PlaceState.OFFERED).state for _number in range(3)} == {PlaceState.OFFERED}


def test_one_address_has_one_place_in_a_cohort() -> None:
    cohort = make_round()
    first = make_place(cohort, email="Asa.Lind@kommun.example")

    with pytest.raises(places.AlreadyThere) as refused:
        places.invite(cohort, person(email="asa.lind@KOMMUN.example"), by=audit.SYSTEM)

    assert refused.value.place == first
    draft = make_place(cohort, PlaceState.STARTED, email="asa.lind@kommun.example")
    with pytest.raises(places.AlreadyThere):
        places.apply(draft, by=audit.PERSON)
    places.withdraw(first, by=audit.PERSON)
    assert places.apply(draft, by=audit.PERSON).state == PlaceState.APPLIED


def test_whoever_accepts_can_log_in() -> None:
    place = make_place(make_round(), PlaceState.ACCEPTED, email="asa.lind@kommun.example")

    user = User.objects.get()
    assert (place.user, user.email, user.is_staff) == (user, "asa.lind@kommun.example", False)


@pytest.mark.parametrize("days", [-1, 0, 4])
def test_an_offer_names_its_last_day(days: int) -> None:
    place = make_place(make_round(answer_days=5), PlaceState.APPLIED)
    today = timezone.localdate()
    last = today + dt.timedelta(days=days)

    if days < 0:
        with pytest.raises(places.LastDayHasPassed):
            places.offer(place, last, by=audit.SYSTEM)
        return
    assert places.offer(place, last, by=audit.SYSTEM).answer_by == last
    assert AuditEvent.objects.about(place)[0].data["answer_by"] == last.isoformat()


def test_an_offer_without_a_day_gives_the_days_of_the_cohort() -> None:
    place = make_place(make_round(answer_days=5), PlaceState.OFFERED)
    assert place.answer_by == timezone.localdate() + dt.timedelta(days=5)


def test_saving_a_place_never_moves_it() -> None:
    place = make_place(make_round(), PlaceState.APPLIED)
    stale = Place.objects.get()
    places.offer(place, by=audit.SYSTEM)

    stale.name = "Åsa Öberg"
    stale.save()

    saved = Place.objects.get()
    assert (saved.name, saved.state) == ("Åsa Öberg", PlaceState.OFFERED)
    assert saved.answer_by is not None


def test_every_offer_and_place_is_counted() -> None:
    cohort = make_round(capacity=20)
    for state in PlaceState:
        make_place(cohort, state)
    assert Place.objects.holding().count() == len(HOLDS_A_PLACE)
