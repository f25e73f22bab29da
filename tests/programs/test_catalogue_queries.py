"""Which round is open, and what the pages get to show."""

from __future__ import annotations

import datetime as dt

import pytest

from programs.models import Cohort, Programme
from programs.queries.catalogue import open_interest_round, programme_cards, programme_page
from programs.states import CohortState
from tests.programs.builders import make_cohort, make_occasion, make_programme

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 11, 21)


def test_no_round_is_open_when_nobody_gathers_interest() -> None:
    make_cohort(make_programme(), 2027)

    assert open_interest_round() is None


def test_the_earliest_round_is_open_with_its_cohorts_alone() -> None:
    first, second = make_programme("a"), make_programme("b")
    later = make_cohort(first, 2027, CohortState.INTEREST_OPEN)
    wanted = [make_cohort(first, 2026, CohortState.INTEREST_OPEN), make_cohort(second, 2026, CohortState.INTEREST_OPEN)]

    found = open_interest_round()

    assert found is not None
    assert (found.year, list(found.cohorts), list(found.programmes)) == (2026, wanted, [first, second])
    assert later not in found.cohorts


def test_two_cohorts_of_one_programme_are_one_choice() -> None:
    programme = make_programme()
    make_cohort(programme, 2026, CohortState.INTEREST_OPEN)
    make_cohort(programme, 2026, CohortState.INTEREST_OPEN, number=2)

    found = open_interest_round()

    assert found is not None
    assert (len(found.cohorts), found.programmes) == (2, (programme,))


def test_what_is_hidden_or_past_gathers_no_interest() -> None:
    make_cohort(make_programme("dolt", published=False), 2025, CohortState.INTEREST_OPEN)
    make_cohort(make_programme("forr", historic=True), 2025, CohortState.INTEREST_OPEN)

    assert open_interest_round() is None


def test_a_programme_whose_round_comes_later_waits_for_the_open_one() -> None:
    make_cohort(make_programme("a"), 2026, CohortState.INTEREST_OPEN)
    waiting = make_programme("b")
    make_cohort(waiting, 2027, CohortState.INTEREST_OPEN)

    texts = [card.situation.text for card in programme_cards(TODAY)]

    assert texts == ["Anmäl intresse för 2026.", "Det går ännu inte att anmäla intresse för 2027."]
    assert programme_page(waiting, TODAY).situation.text == texts[1]


def test_cards_show_the_published_ones_only() -> None:
    shown = make_programme("a")
    make_programme("b", published=False)

    assert [card.programme for card in programme_cards(TODAY)] == [shown]


def last_met(programme: Programme, year: int, state: CohortState, day: dt.date) -> Cohort:
    cohort = make_cohort(programme, year, state)
    make_occasion(cohort, 1, day)
    return cohort


def test_cohorts_are_ahead_or_earlier_by_their_last_day() -> None:
    programme = make_programme()
    ended = last_met(programme, 2025, CohortState.STARTED, TODAY - dt.timedelta(days=2))
    last_day_today = last_met(programme, 2026, CohortState.STARTED, TODAY - dt.timedelta(days=1))
    ahead = last_met(programme, 2027, CohortState.CLOSED, TODAY + dt.timedelta(days=90))

    page = programme_page(programme, TODAY)

    assert [entry.cohort for entry in page.coming] == [last_day_today, ahead]
    assert [entry.cohort for entry in page.earlier] == [ended]


@pytest.mark.parametrize(
    ("year", "state", "is_earlier"),
    [
        (2025, CohortState.STARTED, True),
        (2026, CohortState.STARTED, False),
        (2026, CohortState.COMPLETED, True),
        (2025, CohortState.CANCELLED, True),
        (2025, CohortState.PLANNED, False),
        (2025, CohortState.INTEREST_OPEN, False),
    ],
)
def test_without_dates_the_year_and_the_state_decide(year: int, state: CohortState, is_earlier: bool) -> None:
    programme = make_programme()
    make_cohort(programme, year, state)

    page = programme_page(programme, TODAY)

    assert bool(page.earlier) is is_earlier
    assert page.coming == ()


def test_headings_tell_cohorts_of_one_year_apart() -> None:
    programme = make_programme("a")
    make_cohort(programme, 2019, CohortState.CLOSED)
    make_cohort(programme, 2019, CohortState.CLOSED, number=2)
    make_cohort(programme, 2021, CohortState.STARTED)

    assert [entry.heading for entry in programme_page(programme, TODAY).earlier] == [
        "Programmet a 2021",
        "Programmet a 2019, kull 2",
        "Programmet a 2019, kull 1",
    ]
