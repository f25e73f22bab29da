"""Rows for tests about the catalogue: each builder fills in what its test does not care about."""

from __future__ import annotations

import datetime as dt

from programs.models import Cohort, InterestRound, Occasion, Programme, ProgrammeKind, Theme
from programs.states import CohortState


def make_programme(slug: str = "ledarprogram", *, published: bool = True, historic: bool = False) -> Programme:
    return Programme.objects.create(
        slug=slug,
        name=f"Programmet {slug}",
        kind=ProgrammeKind.BASIC,
        lead="En ingress.",
        published=published,
        historic=historic,
    )


def make_cohort(
    programme: Programme, year: int, state: CohortState = CohortState.PLANNED, *, number: int = 1, round_year: int = 0
) -> Cohort:
    """A cohort in any state; one that gathers interest gets the round of its year unless another is asked for."""
    needs_round = round_year or state == CohortState.INTEREST_OPEN
    interest_round = InterestRound.objects.get_or_create(year=round_year or year)[0] if needs_round else None
    return Cohort.objects.create(
        programme=programme, year=year, number=number, state=state, interest_round=interest_round
    )


def make_occasion(cohort: Cohort, number: int, starts_on: dt.date) -> Occasion:
    return Occasion.objects.create(
        cohort=cohort,
        number=number,
        theme_name=f"Tema {number}",
        starts_on=starts_on,
        ends_on=starts_on + dt.timedelta(days=1),
    )


def make_theme(programme: Programme, number: int) -> Theme:
    return Theme.objects.create(programme=programme, number=number, name=f"Tema {number}", text="En text.")
