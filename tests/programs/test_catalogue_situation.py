"""What the programme page says by itself: every combination of states that a programme can meet."""

from __future__ import annotations

import datetime as dt

import pytest

from programs.models import Cohort, InterestRound
from programs.queries.situation import Situation, situation_of
from programs.states import CohortState

TODAY = dt.date(2026, 11, 21)
PLANNED, INTEREST, APPLICATION, CLOSED, STARTED, COMPLETED, CANCELLED = CohortState
NO_COHORT = "Just nu går det inte att anmäla sig."


def cohort(year: int, state: CohortState, number: int = 1, last_day: dt.date | None = None) -> Cohort:
    interest_round = InterestRound(year=year) if state == INTEREST else None
    return Cohort(year=year, number=number, state=state, interest_round=interest_round, last_application_date=last_day)


def situation(*cohorts: Cohort, open_year: int | None = None, historic: bool = False) -> Situation:
    rounds = [each.interest_round.year for each in cohorts if each.interest_round]
    return situation_of(cohorts, open_year=open_year or min(rounds, default=None), today=TODAY, historic=historic)


@pytest.mark.parametrize(
    ("cohorts", "text"),
    [
        ([], NO_COHORT),
        ([cohort(2027, PLANNED)], "Nästa kull planeras till 2027."),
        ([cohort(2025, PLANNED)], NO_COHORT),
        ([cohort(2025, INTEREST)], "Anmäl intresse för 2025."),
        ([cohort(2027, APPLICATION)], "Anmälan till 2027 är öppen."),
        ([cohort(2024, CLOSED)], f"Anmälan till 2024 är stängd. {NO_COHORT}"),
        ([cohort(2024, STARTED)], f"Anmälan till 2024 är stängd. {NO_COHORT}"),
        ([cohort(2024, COMPLETED)], NO_COHORT),
        ([cohort(2027, CANCELLED)], f"Programmet 2027 är inställt. {NO_COHORT}"),
        ([cohort(2024, CANCELLED)], NO_COHORT),
        ([cohort(2024, STARTED), cohort(2025, INTEREST)], "Anmälan till 2024 är stängd. Anmäl intresse för 2025."),
        ([cohort(2024, CLOSED), cohort(2025, INTEREST)], "Anmälan till 2024 är stängd. Anmäl intresse för 2025."),
        ([cohort(2024, COMPLETED), cohort(2025, INTEREST)], "Anmäl intresse för 2025."),
        (
            [cohort(2021, STARTED), cohort(2024, COMPLETED), cohort(2025, INTEREST)],
            "Anmäl intresse för 2025.",
        ),
        (
            [cohort(2026, STARTED), cohort(2027, PLANNED)],
            "Anmälan till 2026 är stängd. Nästa kull planeras till 2027.",
        ),
        (
            [cohort(2024, STARTED), cohort(2026, APPLICATION), cohort(2027, INTEREST)],
            "Anmälan till 2024 är stängd. Anmälan till 2026 är öppen. Anmäl intresse för 2027.",
        ),
        (
            [cohort(2026, CANCELLED), cohort(2027, INTEREST)],
            "Programmet 2026 är inställt. Anmäl intresse för 2027.",
        ),
        (
            [cohort(2024, STARTED), cohort(2026, CANCELLED)],
            f"Programmet 2026 är inställt. {NO_COHORT}",
        ),
        (
            [cohort(2019, CLOSED), cohort(2019, CLOSED, 2), cohort(2020, INTEREST)],
            "Anmälan till 2019 är stängd. Anmäl intresse för 2020.",
        ),
        (
            [cohort(2027, CLOSED), cohort(2027, APPLICATION, 2)],
            "Anmälan till 2027, kull 1 är stängd. Anmälan till 2027, kull 2 är öppen.",
        ),
        (
            [cohort(2027, CLOSED), cohort(2027, CANCELLED, 2)],
            f"Anmälan till 2027, kull 1 är stängd. Programmet 2027, kull 2 är inställt. {NO_COHORT}",
        ),
    ],
)
def test_the_sentence(cohorts: list[Cohort], text: str) -> None:
    assert situation(*cohorts).text == text


@pytest.mark.parametrize("state", list(CohortState))
def test_every_state_alone_says_something(state: CohortState) -> None:
    assert situation(cohort(2027, state)).text.endswith(".")


def test_an_open_application_tells_its_closing_day() -> None:
    found = situation(cohort(2027, APPLICATION, last_day=TODAY))

    assert found == Situation("Anmälan till 2027 är öppen till och med 21 november 2026.", None, application_open=True)


def test_an_application_past_its_closing_day_is_closed() -> None:
    found = situation(cohort(2027, APPLICATION, last_day=TODAY - dt.timedelta(days=1)))

    assert found == Situation(f"Anmälan till 2027 är stängd. {NO_COHORT}", None, application_open=False)


def test_interest_for_the_open_round_is_invited() -> None:
    found = situation(cohort(2025, INTEREST), cohort(2026, INTEREST))

    assert (found.invites_interest, found.interest_year) == (True, 2025)


def test_interest_for_a_later_round_than_the_open_one_is_not_invited() -> None:
    found = situation(cohort(2027, INTEREST), open_year=2026)

    assert found == Situation("Det går ännu inte att anmäla intresse för 2027.")
    assert not found.invites_interest


def test_a_programme_of_the_past_says_so_whatever_its_cohorts_are() -> None:
    found = situation(cohort(2025, INTEREST), historic=True)

    assert found == Situation("Det här är ett tidigare program som inte längre går att anmäla sig till.")
