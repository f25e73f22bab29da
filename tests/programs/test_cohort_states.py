"""A cohort moves by the table alone, and every move is audited."""

from __future__ import annotations

import itertools

import pytest

from portal.core import audit
from portal.core.models import AuditEvent
from portal.core.states import TransitionRefused
from programs.actions.cohorts import move_cohort
from programs.models import Cohort
from programs.states import COHORT_TRANSITIONS, CohortState
from tests.programs.builders import make_cohort, make_programme

ALLOWED = {
    ("planned", "interest_open"),
    ("planned", "application_open"),
    ("planned", "cancelled"),
    ("interest_open", "application_open"),
    ("interest_open", "planned"),
    ("interest_open", "cancelled"),
    ("application_open", "closed"),
    ("application_open", "interest_open"),
    ("application_open", "cancelled"),
    ("closed", "started"),
    ("closed", "application_open"),
    ("closed", "cancelled"),
    ("started", "completed"),
    ("started", "cancelled"),
    ("cancelled", "planned"),
}


def test_the_table_allows_these_ways_and_no_others() -> None:
    pairs = itertools.product(CohortState, repeat=2)
    assert {
        (before.value, after.value) for before, after in pairs if COHORT_TRANSITIONS.allows(before, after)
    } == ALLOWED


def test_every_state_can_be_reached_from_planned() -> None:
    reached = {CohortState.PLANNED}
    while more := {after for state in reached for after in COHORT_TRANSITIONS.after(state)} - reached:
        reached |= more
    assert reached == set(CohortState)


@pytest.mark.django_db
def test_a_move_saves_and_audits() -> None:
    cohort = make_cohort(make_programme(), 2026, CohortState.CLOSED)

    moved = move_cohort(cohort, CohortState.STARTED, by=audit.SYSTEM)

    assert moved.state == Cohort.objects.get().state == CohortState.STARTED
    event = AuditEvent.objects.about(cohort).get()
    assert (event.event, event.data) == ("programs.cohort_moved", {"from_state": "closed", "to_state": "started"})


@pytest.mark.django_db
def test_a_refused_move_changes_nothing() -> None:
    cohort = make_cohort(make_programme(), 2026, CohortState.COMPLETED)

    with pytest.raises(TransitionRefused):
        move_cohort(cohort, CohortState.APPLICATION_OPEN, by=audit.SYSTEM)

    assert Cohort.objects.get().state == CohortState.COMPLETED
    assert not AuditEvent.objects.exists()


@pytest.mark.django_db
def test_the_row_decides_and_not_what_the_caller_remembers() -> None:
    cohort = make_cohort(make_programme(), 2026, CohortState.CLOSED)
    stale = Cohort.objects.get(pk=cohort.pk)
    move_cohort(cohort, CohortState.STARTED, by=audit.SYSTEM)

    with pytest.raises(TransitionRefused):
        move_cohort(stale, CohortState.APPLICATION_OPEN, by=audit.SYSTEM)


@pytest.mark.django_db
def test_saving_a_cohort_never_moves_it() -> None:
    cohort = make_cohort(make_programme(), 2026, CohortState.CLOSED)
    stale = Cohort.objects.get(pk=cohort.pk)
    move_cohort(cohort, CohortState.STARTED, by=audit.SYSTEM)

    stale.fee = 24000
    stale.save()

    saved = Cohort.objects.get()
    assert (saved.fee, saved.state) == (24000, CohortState.STARTED)


@pytest.mark.django_db
def test_opening_for_interest_joins_the_round_of_the_year() -> None:
    cohort = make_cohort(make_programme(), 2027)

    moved = move_cohort(cohort, CohortState.INTEREST_OPEN, by=audit.SYSTEM)

    assert moved.interest_round is not None
    assert moved.interest_round.year == 2027


@pytest.mark.django_db
def test_a_round_that_staff_chose_is_kept() -> None:
    cohort = make_cohort(make_programme(), 2027, round_year=2026)

    moved = move_cohort(cohort, CohortState.INTEREST_OPEN, by=audit.SYSTEM)

    assert moved.interest_round is not None
    assert moved.interest_round.year == 2026
