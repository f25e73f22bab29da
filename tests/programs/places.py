"""Cohorts with places, and people for them."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

from portal.core import audit
from portal.core.models import AuditEvent, OutgoingMail
from portal.core.normalisation import clean_address
from portal.core.references import new_reference
from portal.organisations.models import Organisation, OrganisationKind
from programs.actions import places
from programs.actions.places import Person
from programs.models import Cohort, Place
from programs.queries.places import deletion_day
from programs.states import CohortState, PlaceState
from tests.programs.builders import make_cohort, make_programme

_numbers = itertools.count(1)


def organisation(code: str = "0180") -> Organisation:
    """A municipality (four digits) or a region (two)."""
    kind = OrganisationKind.MUNICIPALITY if len(code) == 4 else OrganisationKind.REGION
    facts = {"kind": kind, "name": f"Ort {code}", "short_name": f"Ort {code}", "county_code": code[:2]}
    return Organisation.objects.get_or_create(
        code=code, defaults={**facts, "county_name": "Länet", "kolada_id": code.zfill(4)}
    )[0]


def person(code: str = "0180", email: str = "") -> Person:
    address = email or f"person-{next(_numbers)}@kommun.example"
    return Person(name="Åsa Lind-Öberg", email=clean_address(address), organisation=organisation(code), role="kso")


def make_round(capacity: int | None = 2, slug: str = "", **facts: Any) -> Cohort:
    """A cohort that takes applications."""
    programme = make_programme(slug or f"program-{next(_numbers)}")
    cohort = make_cohort(programme, 2027, CohortState.APPLICATION_OPEN)
    for name, value in {"capacity": capacity, **facts}.items():
        setattr(cohort, name, value)
    cohort.save()
    return cohort


# How somebody comes to each state, verb by verb.
WAYS: dict[PlaceState, tuple[Callable[..., Place], ...]] = {
    PlaceState.INVITED: (),
    PlaceState.APPLIED: (places.apply,),
    PlaceState.WAITING: (places.apply, places.put_on_waiting_list),
    PlaceState.OFFERED: (places.apply, places.offer),
    PlaceState.ACCEPTED: (places.apply, places.offer, places.accept),
    PlaceState.DECLINED: (places.apply, places.offer, places.decline),
    PlaceState.LAPSED: (places.apply, places.offer, places.lapse),
    PlaceState.NOT_ADMITTED: (places.apply, places.not_admit),
    PlaceState.PARTICIPANT: (places.apply, places.offer, places.accept, places.admit),
    PlaceState.COMPLETED: (places.apply, places.offer, places.accept, places.admit, places.complete),
    PlaceState.INTERRUPTED: (places.apply, places.offer, places.accept, places.admit, places.interrupt),
    PlaceState.WITHDRAWN: (places.apply, places.withdraw),
}


def make_place(cohort: Cohort, state: PlaceState = PlaceState.INVITED, *, code: str = "0180", email: str = "") -> Place:
    """Somebody who came to the state by the verbs."""
    who = person(code, email)
    if state == PlaceState.STARTED:
        return make_draft(cohort, who)
    place = places.invite(cohort, who, by=audit.SYSTEM)
    for verb in WAYS[state]:
        place = verb(place, by=audit.SYSTEM)
    return place


def make_draft(cohort: Cohort, who: Person) -> Place:
    """An open application that its writer has not sent."""
    return Place.objects.create(
        cohort=cohort,
        reference=new_reference(),
        name=who.name,
        email=who.email.typed,
        email_key=who.email.key,
        organisation=who.organisation,
        state=PlaceState.STARTED,
        delete_after=deletion_day(cohort, PlaceState.STARTED),
    )


def told(place: Place) -> list[tuple[str, str]]:
    """The lines of the trail and the mails about the place, in their order: each step makes one of both."""
    events = AuditEvent.objects.about(place).order_by("pk").values_list("event", flat=True)
    letters = OutgoingMail.objects.about(place).order_by("pk").values_list("letter", flat=True)
    return list(zip(events, letters, strict=True))
