"""A cohort with people in it, for tests of the workspace: made as rows, without mails and events."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable
from typing import Any

from django.utils import timezone

from portal.core.models import CaptchaOutcome
from portal.core.references import new_reference
from portal.organisations.actions import listed_organisations, load_organisations
from portal.organisations.models import Organisation
from programs.models import Application, Cohort, InterestRegistration, Place, Role, Side
from programs.states import CohortState, PlaceState
from tests.programs.builders import make_cohort, make_programme

TODAY = dt.date(2026, 11, 21)


def make_full_cohort(capacity: int | None = 25) -> Cohort:
    """A cohort in which applications are weighed, of a programme with interest in its round."""
    if not Organisation.objects.exists():
        load_organisations(listed_organisations())
    cohort = make_cohort(make_programme(), 2027, CohortState.CLOSED, round_year=2027)
    Cohort.objects.filter(pk=cohort.pk).update(capacity=capacity)
    return Cohort.objects.get(pk=cohort.pk)


def make_place(cohort: Cohort, name: str, state: PlaceState = PlaceState.APPLIED, **more: Any) -> Place:
    """One person; the organisation is Malmö unless another code is given."""
    organisation = str(more.pop("organisation", "1280"))
    email = str(more.pop("email", f"{uuid.uuid4().hex[:12]}@kommun.example"))
    place = Place(
        cohort=cohort,
        reference=new_reference(),
        name=name,
        email=email,
        email_key=email,
        organisation_id=organisation,
        role=more.pop("role", Role.KSO),
        side=more.pop("side", Side.MAJORITY),
        state=state,
        delete_after=TODAY + dt.timedelta(days=400),
        answer_by=more.pop("answer_by", TODAY + dt.timedelta(days=10)) if state == PlaceState.OFFERED else None,
        waiting_position=_next_position(cohort) if state == PlaceState.WAITING else None,
        **more,
    )
    place.save(force_insert=True)
    return place


def _next_position(cohort: Cohort) -> int:
    last = Place.objects.filter(cohort=cohort).waiting().last()
    return ((last.waiting_position or 0) if last else 0) + 1000


def make_application(place: Place, sent_at: dt.datetime | None = None, **more: Any) -> Application:
    return Application.objects.create(
        place=place, sent_at=sent_at or timezone.now(), delete_after=place.delete_after, **more
    )


def make_interest(cohort: Cohort, name: str, **more: Any) -> InterestRegistration:
    email = str(more.pop("email", f"{uuid.uuid4().hex[:12]}@kommun.example"))
    row = InterestRegistration(
        interest_round=cohort.interest_round,
        reference=new_reference(),
        name=name,
        email=email,
        email_key=email,
        organisation_id=str(more.pop("organisation", "1280")),
        role=str(more.pop("role", Role.KSO)),
        submission_token=uuid.uuid4(),
        submission_digest="",
        captcha_outcome=CaptchaOutcome.SOLVED,
        delete_after=TODAY + dt.timedelta(days=400),
        **more,
    )
    row.save(force_insert=True)
    row.programmes.set([cohort.programme])
    return row


def fill(cohort: Cohort, states: Iterable[PlaceState]) -> list[Place]:
    """One person in each of these states, from as many different municipalities as there are."""
    codes = list(Organisation.objects.filter(kind="kommun").values_list("code", flat=True))
    made = [
        make_place(
            cohort,
            f"Person {number:03d} Ö{number}",
            state,
            organisation=codes[(7 * number) % len(codes)],
            role=Role.values[number % 5],
            side=Side.values[number % 2],
        )
        for number, state in enumerate(states)
    ]
    for place in made:
        if place.state != PlaceState.INVITED:
            make_application(place)
    return made
