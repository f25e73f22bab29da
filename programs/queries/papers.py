"""What the papers of a cohort say: lists, badges, the basis of invoices, diplomas."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

from django.utils import timezone

from programs.models import Cohort, InvoiceBy, Invoicing, Occasion, OccasionAnswer, OccasionNeeds, Place
from programs.queries.occasions import sleeping_over, who_comes
from programs.queries.places import STAYS_WITH_THE_PROGRAMME
from programs.states import COMES, PlaceState


@dataclass(frozen=True)
class Attendee:
    """A participant as the list for staff has them."""

    name: str
    role: str
    organisation: str
    email: str
    phone: str
    side: str
    state: str


@dataclass(frozen=True)
class VenueLine:
    """What the venue needs to know of somebody, and nothing else."""

    name: str
    sleeps_over: bool
    food: str
    access: str


@dataclass(frozen=True)
class InvoiceLine:
    """What one participant is to be invoiced for, and where to."""

    payer: str
    organisation_number: str
    participant: str
    state: str
    reference: str
    way: str
    address: str
    nights: int | None
    is_complete: bool


@dataclass(frozen=True)
class Payer:
    """One municipality or region with its lines."""

    name: str
    lines: tuple[InvoiceLine, ...]


@dataclass(frozen=True)
class Diploma:
    """What a diploma says of one person who has gone through a programme."""

    name: str
    organisation: str
    programme: str
    occasions: tuple[tuple[str, date, date], ...]
    reference: str
    completed_at: datetime


def participants(cohort: Cohort) -> list[Place]:
    """Those who are in the cohort, or have said that they will be, by name."""
    places = Place.objects.filter(cohort=cohort, state__in=COMES).select_related("organisation")
    return sorted(places, key=lambda place: (place.name.casefold(), place.reference))


def attendees(cohort: Cohort) -> list[Attendee]:
    return [
        Attendee(
            name=place.name_for_lists,
            role=place.get_role_display() if place.role else "",
            organisation=place.organisation.label,
            email=place.email,
            phone=place.phone,
            side=place.get_side_display() if place.side else "",
            state=place.get_state_display(),
        )
        for place in participants(cohort)
    ]


def chosen_occasion(cohort: Cohort, number: str) -> Occasion | None:
    """The occasion with that number; without one the next to come, else the last."""
    occasions = cohort.occasions.filter(cancelled_at=None).select_related("theme", "cohort__programme")
    if number.isdecimal() and number.isascii():
        return occasions.filter(number=int(number[:5])).first()
    coming = occasions.filter(ends_on__gte=timezone.localdate()).order_by("starts_on").first()
    return coming or occasions.order_by("-starts_on").first()


def venue_list(occasion: Occasion) -> list[VenueLine]:
    """Everybody who comes, with what the venue needs."""
    needs = {row.place_id: row for row in OccasionNeeds.objects.filter(occasion=occasion)}
    sleepers = set(sleeping_over(occasion).values_list("pk", flat=True))
    return [_venue_line(place, needs.get(place.pk), place.pk in sleepers) for place in who_comes(occasion)]


def _venue_line(place: Place, needs: OccasionNeeds | None, sleeps_over: bool) -> VenueLine:
    food, access = (needs.food, needs.access) if needs else ("", "")
    return VenueLine(place.name_for_lists, sleeps_over, food, access)


# --- Invoicing -------------------------------------------------------------------------------------------------------
def payers(cohort: Cohort) -> list[Payer]:
    """Everybody who took a place, by payer; those who have told nothing about invoicing too."""
    lines = [*_of_places(cohort), *_of_the_gone(cohort)]
    lines.sort(key=lambda line: (line.payer.casefold(), line.participant.casefold()))
    return [Payer(name, tuple(found)) for name, found in groupby(lines, key=lambda line: line.payer)]


def _of_places(cohort: Cohort) -> Iterable[InvoiceLine]:
    places = Place.objects.filter(cohort=cohort, state__in=STAYS_WITH_THE_PROGRAMME)
    slept = OccasionAnswer.objects.filter(place__in=places, sleeps_over=True, occasion__cancelled_at=None)
    nights = Counter(slept.values_list("place", flat=True))
    for place in places.select_related("organisation", "invoicing__organisation"):
        told: Invoicing | None = getattr(place, "invoicing", None)
        yield _line(told, place, nights[place.pk])


def _of_the_gone(cohort: Cohort) -> Iterable[InvoiceLine]:
    """What bookkeeping keeps of those whose place is deleted already."""
    for told in Invoicing.objects.filter(cohort=cohort, place=None).select_related("organisation"):
        yield _line(told, None, None)


def _line(told: Invoicing | None, place: Place | None, nights: int | None) -> InvoiceLine:
    payer = told.organisation.label if told else place.organisation.label if place else ""
    name = place.name_for_lists if place else told.participant if told else ""
    where = _address(told) if told else ""
    return InvoiceLine(
        payer=payer,
        organisation_number=told.organisation_number if told else "",
        participant=name,
        state=place.get_state_display() if place else "",
        reference=told.reference if told else "",
        way=told.get_by_display() if told and told.by else "",
        address=where,
        nights=nights,
        is_complete=bool(told and told.organisation_number and where),
    )


def _address(told: Invoicing) -> str:
    return {InvoiceBy.PEPPOL: told.peppol_id, InvoiceBy.GLN: told.gln, InvoiceBy.POST: told.address}.get(
        InvoiceBy(told.by) if told.by else InvoiceBy.POST, ""
    )


# --- Diplomas --------------------------------------------------------------------------------------------------------
def diplomas(cohort: Cohort) -> list[Diploma]:
    """Of all who have gone through the programme, by name."""
    places = [place for place in participants(cohort) if place.state == PlaceState.COMPLETED]
    occasions = _held(cohort)
    return [_diploma(place, cohort, occasions) for place in places]


def diploma_of(place: Place) -> Diploma | None:
    """None for somebody who has not gone through it."""
    if place.state != PlaceState.COMPLETED:
        return None
    return _diploma(place, place.cohort, _held(place.cohort))


def _held(cohort: Cohort) -> tuple[tuple[str, date, date], ...]:
    occasions = cohort.occasions.filter(cancelled_at=None).select_related("theme").order_by("starts_on", "number")
    return tuple((occasion.title, occasion.starts_on, occasion.ends_on) for occasion in occasions)


def _diploma(place: Place, cohort: Cohort, occasions: tuple[tuple[str, date, date], ...]) -> Diploma:
    return Diploma(
        name=place.name_for_lists,
        organisation=place.organisation.label,
        programme=cohort.title,
        occasions=occasions,
        reference=place.reference,
        completed_at=timezone.localtime(place.state_since),
    )
