"""What the database refuses, whoever forgets to check."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import IntegrityError

from programs.models import Cohort, InterestRound, Occasion, Programme
from programs.states import CohortState
from tests.programs.builders import make_cohort, make_occasion, make_programme, make_theme

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("constraint", "facts"),
    [
        ("cohort_fee_is_positive", {"fee": 0}),
        ("cohort_lodging_is_positive", {"lodging_per_occasion": 0}),
        ("cohort_capacity_is_positive", {"capacity": 0}),
        ("cohort_number_is_positive", {"number": 0}),
        ("cohort_year_is_sane", {"year": 24}),
        ("cohort_state_is_known", {"state": "open"}),
        ("cohort_gathering_interest_has_a_round", {"state": CohortState.INTEREST_OPEN}),
    ],
)
def test_a_cohort_that_cannot_be(constraint: str, facts: dict[str, Any]) -> None:
    programme = make_programme()

    with pytest.raises(IntegrityError, match=constraint):
        Cohort.objects.create(programme=programme, **{"year": 2026, **facts})


def test_an_occasion_cannot_end_before_it_starts() -> None:
    cohort = make_cohort(make_programme(), 2026)

    with pytest.raises(IntegrityError, match="occasion_ends_after_it_starts"):
        Occasion.objects.create(cohort=cohort, number=1, starts_on=dt.date(2026, 5, 8), ends_on=dt.date(2026, 5, 7))


def test_a_number_is_used_once_a_year() -> None:
    cohort = make_cohort(make_programme(), 2026)

    with pytest.raises(IntegrityError):
        make_cohort(cohort.programme, 2026)


def test_an_occasion_number_is_used_once_a_cohort() -> None:
    occasion = make_occasion(make_cohort(make_programme(), 2026), 1, dt.date(2026, 5, 7))

    with pytest.raises(IntegrityError):
        make_occasion(occasion.cohort, 1, dt.date(2026, 6, 7))


def test_a_theme_number_is_used_once_a_programme() -> None:
    theme = make_theme(make_programme(), 1)

    with pytest.raises(IntegrityError):
        make_theme(theme.programme, 1)


def test_a_round_is_a_year_of_its_own() -> None:
    InterestRound.objects.create(year=2027)

    with pytest.raises(IntegrityError):
        InterestRound.objects.create(year=2027)


def test_a_programme_has_at_least_one_occasion_or_an_unknown_number() -> None:
    make_programme()

    with pytest.raises(IntegrityError, match="programme_has_some_occasions"):
        Programme.objects.update(occasion_count=0)


def test_names() -> None:
    programme = make_programme("ledarprogram")
    second = make_cohort(programme, 2019, number=2)
    second.name_then = "Ledarprogram för toppolitiker"
    occasion = make_occasion(second, 4, dt.date(2020, 2, 13))

    assert str(make_cohort(programme, 2024)) == "Programmet ledarprogram 2024"
    assert str(second) == "Ledarprogram för toppolitiker 2019:2"
    assert str(occasion) == "Tema 4 (2020-02-13)"
    occasion.theme_name = ""
    assert occasion.title == "Tillfälle 4"
    occasion.theme = make_theme(programme, 1)
    assert occasion.title == "Tema 1"
