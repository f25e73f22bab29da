"""Whatever many people and staff do in any order, or at once: the places are never too few, the trail never wrong.

A small model of our own says what each verb must lead to; it shares no code with the portal but the table of states.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import partial

import hypothesis.strategies as st
import pytest
import time_machine
from django.db import transaction
from hypothesis import given, settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from portal.core import audit
from portal.core.models import AuditEvent, OutgoingMail
from portal.core.states import TransitionRefused
from programs.actions import places
from programs.actions.deadlines import act_on_deadlines
from programs.actions.waiting_list import move_to
from programs.models import Cohort, Place, Promotion
from programs.queries.places import rank
from programs.states import HOLDS_A_PLACE, PLACE_TRANSITIONS, PlaceState
from tests.at_once import all_at_once
from tests.programs.places import make_place, make_round, person

SETTINGS = settings(deadline=None, derandomize=True, database=None)
NOON = dt.datetime(2027, 3, 1, 11, tzinfo=dt.UTC)
ANSWER_DAYS = 3
CODES = ("0180", "1480", "0980")
PEOPLE = st.integers(0, 7)

# Each verb with the state that it leads to; two of them lead to the same one from different states.
VERBS: dict[str, tuple[Callable[..., Place], PlaceState]] = {
    "apply": (places.apply, PlaceState.APPLIED),
    "put_on_waiting_list": (places.put_on_waiting_list, PlaceState.WAITING),
    "offer": (places.offer, PlaceState.OFFERED),
    "accept": (places.accept, PlaceState.ACCEPTED),
    "decline": (places.decline, PlaceState.DECLINED),
    "lapse": (places.lapse, PlaceState.LAPSED),
    "not_admit": (places.not_admit, PlaceState.NOT_ADMITTED),
    "admit": (places.admit, PlaceState.PARTICIPANT),
    "complete": (places.complete, PlaceState.COMPLETED),
    "interrupt": (places.interrupt, PlaceState.INTERRUPTED),
    "resume": (places.resume, PlaceState.PARTICIPANT),
    "withdraw": (places.withdraw, PlaceState.WITHDRAWN),
}


def is_a_way(verb: str, before: PlaceState) -> bool:
    to = VERBS[verb][1]
    if to == PlaceState.PARTICIPANT and (before == PlaceState.INTERRUPTED) != (verb == "resume"):
        return False
    return PLACE_TRANSITIONS.allows(before, to)


def assert_the_trail_tells_each_step_once(cohort: Cohort) -> None:
    """From nothing to where each place is now, along the table, and for each step one line and one mail."""
    people = {str(place.pk): place for place in Place.objects.filter(cohort=cohort)}
    steps = AuditEvent.objects.filter(subject_type="programs.place", subject_id__in=people).order_by("pk")
    reached: dict[str, str] = dict.fromkeys(people, "")
    for event in steps.exclude(event__in=["programs.place_moved_in_line", "programs.place_reminded"]):
        before, after = event.data["from_state"], event.data["to_state"]
        assert before == reached[event.subject_id]
        assert not before or PLACE_TRANSITIONS.allows(PlaceState(before), PlaceState(after))
        reached[event.subject_id] = after
    assert reached == {pk: place.state for pk, place in people.items()}
    lines = sorted((event.subject_id, event.event.removeprefix("programs.")) for event in steps if _is_told(event))
    mails = OutgoingMail.objects.filter(about_type="programs.place", about_id__in=people)
    letters = sorted((mail.about_id, mail.letter.removeprefix("programs/")) for mail in mails)
    assert lines == letters


def _is_told(event: AuditEvent) -> bool:
    return event.event != "programs.place_moved_in_line"


def assert_nobody_sits_on_anothers_seat(cohort: Cohort) -> None:
    people = Place.objects.filter(cohort=cohort)
    capacity = Cohort.objects.get(pk=cohort.pk).capacity
    assert capacity is not None
    assert people.holding().count() <= capacity
    positions = list(people.waiting().values_list("waiting_position", flat=True))
    assert None not in positions
    assert len(set(positions)) == len(positions)
    counted = list(people.counted().values_list("email_key", flat=True))
    assert len(set(counted)) == len(counted)


class LifeOfPlaces(RuleBasedStateMachine):
    """Eight people from three municipalities, three places, a waiting list, days that pass."""

    def __init__(self) -> None:
        super().__init__()
        self.clock = time_machine.travel(NOON, tick=False)
        self.now = self.clock.start()
        # Beat looks at every cohort: what one example leaves behind must not meet the next.
        self.example = transaction.atomic()
        self.example.__enter__()
        self.people: dict[int, Place] = {}
        self.state: dict[int, PlaceState] = {}
        self.line: list[int] = []
        self.last_day: dict[int, dt.date] = {}

    def teardown(self) -> None:
        try:
            assert_the_trail_tells_each_step_once(self.cohort)
        finally:
            transaction.set_rollback(True)
            self.example.__exit__(None, None, None)
            self.clock.stop()

    @initialize(by_itself=st.booleans(), most=st.sampled_from([None, 1, 2]), capacity=st.integers(1, 3))
    def open_a_round(self, by_itself: bool, most: int | None, capacity: int) -> None:
        promotion = Promotion.BY_ITSELF if by_itself else Promotion.BY_STAFF
        self.cohort = make_round(capacity, promotion=promotion, max_per_organisation=most, answer_days=ANSWER_DAYS)

    # --- What people and staff do ---
    @rule(who=PEOPLE)
    def invite(self, who: int) -> None:
        if who in self.people and self.state[who] != PlaceState.WITHDRAWN:
            return
        # Nobody comes at the same moment as another.
        self.now.shift(dt.timedelta(seconds=1))
        self.people[who] = places.invite(self.cohort, person(CODES[who % 3], self._address(who)), by=audit.SYSTEM)
        self.state[who] = PlaceState.INVITED

    @rule(who=PEOPLE)
    def invite_somebody_who_is_there(self, who: int) -> None:
        if self.state.get(who, PlaceState.WITHDRAWN) == PlaceState.WITHDRAWN:
            return
        with pytest.raises(places.AlreadyThere):
            places.invite(self.cohort, person(CODES[who % 3], self._address(who)), by=audit.SYSTEM)

    @rule(who=PEOPLE, verb=st.sampled_from(sorted(VERBS)))
    def do_anything(self, who: int, verb: str) -> None:
        if who in self.people:
            self._do(who, verb)

    @rule(who=PEOPLE, data=st.data())
    def go_on(self, who: int, data: st.DataObject) -> None:
        """What chance alone would seldom come to: one of the ways that the table has."""
        ways = [verb for verb in sorted(VERBS) if who in self.people and is_a_way(verb, self.state[who])]
        if ways:
            self._do(who, data.draw(st.sampled_from(ways)))

    @rule(who=PEOPLE, wanted=st.integers(1, 9))
    def move_in_line(self, who: int, wanted: int) -> None:
        if who not in self.line:
            return
        move_to(self.people[who], wanted, by=audit.SYSTEM)
        self.line.remove(who)
        self.line.insert(wanted - 1, who)

    @rule(days=st.integers(1, ANSWER_DAYS + 1))
    def days_pass(self, days: int) -> None:
        """Beat comes each day at noon, twice."""
        for _day in range(days):
            self.now.shift(dt.timedelta(days=1))
            late = [who for who in self.last_day if self.last_day[who] < self._today()]
            for who in sorted(late, key=lambda who: (self.last_day[who], self.people[who].created_at)):
                self._model_step(who, PlaceState.LAPSED)
            act_on_deadlines()
            assert act_on_deadlines() == 0

    # --- What must come of it ---
    def _do(self, who: int, verb: str) -> None:
        action, to = VERBS[verb]
        before = self.state[who]
        if not is_a_way(verb, before):
            with pytest.raises(TransitionRefused):
                action(self.people[who], by=audit.PERSON)
        elif to in HOLDS_A_PLACE and before not in HOLDS_A_PLACE and not self._free():
            with pytest.raises(places.NoPlaceLeft):
                action(self.people[who], by=audit.PERSON)
        else:
            assert action(self.people[who], by=audit.PERSON).state == to
            self._model_step(who, to)

    def _model_step(self, who: int, to: PlaceState) -> None:
        before = self.state[who]
        self.state[who] = to
        self.last_day.pop(who, None)
        if who in self.line:
            self.line.remove(who)
        if to == PlaceState.WAITING:
            self.line.append(who)
        if to == PlaceState.OFFERED:
            self.last_day[who] = self._today() + dt.timedelta(days=ANSWER_DAYS)
        if before in HOLDS_A_PLACE and to not in HOLDS_A_PLACE and self.cohort.promotion == Promotion.BY_ITSELF:
            fitting = [reserve for reserve in self.line if self._fits(reserve)]
            if fitting:
                self._model_step(fitting[0], PlaceState.OFFERED)

    def _free(self) -> int:
        return (self.cohort.capacity or 0) - sum(state in HOLDS_A_PLACE for state in self.state.values())

    def _fits(self, reserve: int) -> bool:
        same = [who for who, state in self.state.items() if state in HOLDS_A_PLACE and who % 3 == reserve % 3]
        most = self.cohort.max_per_organisation
        return most is None or len(same) < most

    def _today(self) -> dt.date:
        return dt.datetime.now(dt.UTC).date()

    def _address(self, who: int) -> str:
        return f"person-{who}@kommun-{self.cohort.pk}.example"

    @invariant()
    def all_is_as_the_model_says(self) -> None:
        stored = {place.pk: place for place in Place.objects.filter(cohort=self.cohort)}
        assert {who: stored[place.pk].state for who, place in self.people.items()} == self.state
        line = sorted(
            (p for p in stored.values() if p.waiting_position is not None), key=lambda p: p.waiting_position or 0
        )
        assert [place.pk for place in line] == [self.people[who].pk for who in self.line]
        assert {
            who: stored[place.pk].answer_by for who, place in self.people.items() if who in self.last_day
        } == self.last_day

    @invariant()
    def there_are_places_for_all_who_have_one(self) -> None:
        assert_nobody_sits_on_anothers_seat(self.cohort)


@pytest.mark.django_db
def test_any_order_of_steps_by_many_people() -> None:
    run_state_machine_as_test(LifeOfPlaces, settings=settings(SETTINGS, max_examples=10, stateful_step_count=30))


# --- At the same moment ----------------------------------------------------------------------------------------------
STARTS = [
    *[PlaceState.APPLIED] * 3,
    *[PlaceState.WAITING] * 3,
    PlaceState.OFFERED,
    PlaceState.OFFERED,
    PlaceState.PARTICIPANT,
]
DEEDS = st.lists(st.tuples(st.integers(0, len(STARTS) - 1), st.sampled_from(sorted(VERBS))), min_size=12, max_size=12)


@pytest.mark.django_db(transaction=True)
@given(deeds=DEEDS, by_itself=st.booleans())
@settings(SETTINGS, max_examples=4)
def test_any_steps_of_many_people_at_the_same_moment(deeds: list[tuple[int, str]], by_itself: bool) -> None:
    cohort = make_round(capacity=3, promotion=Promotion.BY_ITSELF if by_itself else Promotion.BY_STAFF)
    people = [make_place(cohort, state) for state in STARTS]

    outcomes = all_at_once(
        [partial(VERBS[verb][0], people[who], by=audit.PERSON) for who, verb in deeds]
        + [partial(move_to, people[3], 3, by=audit.SYSTEM), partial(move_to, people[5], 1, by=audit.SYSTEM)]
    )

    unexpected = [
        outcome for outcome in outcomes if not isinstance(outcome, Place | TransitionRefused | places.NoPlaceLeft)
    ]
    assert unexpected == []
    assert_nobody_sits_on_anothers_seat(cohort)
    assert_the_trail_tells_each_step_once(cohort)
    ranks = [rank(place) for place in Place.objects.filter(cohort=cohort).waiting()]
    assert ranks == list(range(1, len(ranks) + 1))
