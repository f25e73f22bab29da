"""Cohorts in each stage, of a programme that is made up, with made-up people: moved by the same verbs as real ones.

Nothing here says anything about what SKR offers: the programme is not published and says itself that it is none.
"""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from django.db import transaction
from django.utils import timezone
from stdnum import luhn

from portal.core import audit
from portal.core.normalisation import clean_address
from portal.organisations.actions import load_sample_key_figures
from portal.organisations.models import Organisation
from programs.actions import attending, learning, places
from programs.actions.applications import save_application
from programs.actions.cohorts import move_cohort
from programs.forms_application import ApplicationDetails, InvoiceDetails
from programs.forms_invoicing import clean_organisation_number
from programs.forms_occasions import Answer, Judgement
from programs.models import Cohort, InvoiceBy, Occasion, Place, Programme, ProgrammeKind, Step
from programs.queries.places import Person
from programs.states import CohortState, PlaceState

DATA = Path(__file__).parent / "data" / "participants.csv"
SLUG = "demoprogrammet"
PARTICIPANT = "deltagare@samspel.example"
THEMES = ("Rollen", "Samspelet", "Riktningen", "Uthålligheten")
Verb = Callable[..., Place]

# What each of the made-up people has gone through after their application.
WAYS: dict[str, tuple[Verb, ...]] = {
    PlaceState.APPLIED: (),
    PlaceState.WAITING: (places.put_on_waiting_list,),
    PlaceState.OFFERED: (places.offer,),
    PlaceState.ACCEPTED: (places.offer, places.accept),
    PlaceState.DECLINED: (places.offer, places.decline),
    PlaceState.PARTICIPANT: (places.offer, places.accept, places.admit),
    PlaceState.INTERRUPTED: (places.offer, places.accept, places.admit, places.interrupt),
    PlaceState.COMPLETED: (places.offer, places.accept, places.admit, places.complete),
}
# How a cohort comes to its stage once everybody has applied.
STAGES: dict[str, tuple[CohortState, ...]] = {
    "planned": (),
    "applying": (),
    "started": (CohortState.CLOSED, CohortState.STARTED),
    "completed": (CohortState.CLOSED, CohortState.STARTED, CohortState.COMPLETED),
}


@dataclass(frozen=True)
class MadeUp:
    """One line of the file."""

    cohort: str
    state: str
    name: str
    email: str
    phone: str
    organisation: str
    role: str
    side: str
    since: str
    extent: str
    challenge: str


def made_up_people() -> list[MadeUp]:
    with DATA.open(encoding="utf-8", newline="") as file:
        return [MadeUp(**row) for row in csv.DictReader(file)]


def ensure_cohorts() -> int:
    """Make the cohorts once; returns how many people they have, 0 when they are there already."""
    if Programme.objects.filter(slug=SLUG).exists():
        return 0
    with transaction.atomic():
        programme = _programme()
        this_year = timezone.localdate().year
        _cohort(programme, this_year + 2, 300, "planned")
        people = [
            *_fill(_cohort(programme, this_year + 1, 90, "applying"), "applying"),
            *_fill(_cohort(programme, this_year, -40, "started"), "started"),
            *_fill(_cohort(programme, this_year - 1, -400, "completed"), "completed"),
        ]
        _live_through(Cohort.objects.get(programme=programme, year=this_year))
    return len(people)


def _programme() -> Programme:
    return Programme.objects.create(
        slug=SLUG,
        name="Demoprogrammet (påhittat)",
        kind=ProgrammeKind.BASIC,
        position=99,
        lead="Ett påhittat program som bara finns i demon, så att det syns hur en kull ser ut i varje skede.",
        published=False,
    )


def _cohort(programme: Programme, year: int, first_day: int, stage: str) -> Cohort:
    """A cohort whose first occasion is so many days from today; the others follow at intervals."""
    cohort = Cohort.objects.create(
        programme=programme,
        year=year,
        capacity=8,
        max_per_organisation=1,
        fee=10_000,
        lodging_per_occasion=1_000,
        venue_name="Den påhittade kursgården",
        editors_note="Påhittad kull för demon. Priser, datum och plats är exempel.",
    )
    for number, theme in enumerate(THEMES, start=1):
        day = timezone.localdate() + timedelta(days=first_day + 65 * (number - 1))
        _occasion(cohort, number, theme, day)
    if stage != "planned":
        move_cohort(cohort, CohortState.APPLICATION_OPEN, by=audit.SYSTEM)
    return cohort


def _occasion(cohort: Cohort, number: int, theme: str, day: date) -> Occasion:
    return Occasion.objects.create(
        cohort=cohort, number=number, theme_name=theme, starts_on=day, ends_on=day + timedelta(days=1)
    )


def _fill(cohort: Cohort, stage: str) -> list[Place]:
    """Let everybody apply while the round is open, then move the cohort, then answer them."""
    made = [(one, _apply(cohort, one)) for one in made_up_people() if one.cohort == stage]
    for state in STAGES[stage]:
        move_cohort(cohort, state, by=audit.SYSTEM)
    return [_go_on(place, one) for one, place in made]


def _apply(cohort: Cohort, one: MadeUp) -> Place:
    organisation = Organisation.objects.get(code=one.organisation)
    who = Person(one.name, clean_address(one.email), organisation, one.phone, one.role, one.side)
    place = places.invite(cohort, who, by=audit.SYSTEM)
    if one.state == PlaceState.INVITED:
        return place
    return save_application(place, _details(one, organisation), is_sent=True, by=audit.PERSON)


def _made_up_number(organisation: Organisation) -> str:
    """A right organisation number that nobody has: none is given out that begins with 4."""
    number = f"49999{organisation.code:0>4}"
    return clean_organisation_number(number + luhn.calc_check_digit(number))


def _details(one: MadeUp, organisation: Organisation) -> ApplicationDetails:
    invoice = InvoiceDetails(
        _made_up_number(organisation),
        f"REF-{one.organisation}",
        InvoiceBy.POST,
        "",
        "",
        f"{organisation.name}\nExempelvägen 1",
    )
    return ApplicationDetails(
        name=one.name,
        phone=one.phone,
        organisation=organisation,
        role=one.role,
        side=one.side,
        in_office_since=int(one.since),
        extent=one.extent,
        challenge=one.challenge,
        message="",
        assistant_name="",
        assistant_email="",
        assistant_phone="",
        invoice=invoice,
    )


def _go_on(place: Place, one: MadeUp) -> Place:
    for verb in WAYS.get(one.state, ()):
        place = verb(place, by=audit.SYSTEM)
    return place


def _live_through(cohort: Cohort) -> None:
    """The first occasion of the started cohort is over: answered, attended, evaluated, written about."""
    first = cohort.occasions.get(number=1)
    for number, place in enumerate(Place.objects.filter(cohort=cohort).taking_part().order_by("email")):
        learning.show_to_cohort(place, shown=number % 3 != 2, by=audit.PERSON)
        food = "Vegetariskt" if number == 1 else ""
        attending.answer_occasion(
            place, first, Answer(comes=True, sleeps_over=number != 0, food=food, access=""), by=audit.PERSON
        )
        for day in (first.starts_on, first.ends_on):
            attending.take_attendance(place, first, day, present=number != 3 or day == first.starts_on, by=audit.SYSTEM)
        if place.email != PARTICIPANT:
            judged = Judgement(4 + number % 2, 3 + number % 3, 4, "Tiden att tänka.", "Kortare pass efter lunch.")
            attending.evaluate_occasion(place, first, judged)
        _write(place)


def _write(place: Place) -> None:
    if place.email == PARTICIPANT:
        private, shared = "Påhittad anteckning: fråga de andra hur de gör.", "Vi börjar varje möte med målet."
        learning.write_challenge_note(place, Step.PLATFORM, private, shared, by=audit.PERSON)
        load_sample_key_figures(place.organisation)
    else:
        text = f"{place.name.split()[0]} provar ett nytt sätt att öppna mötena."
        learning.write_challenge_note(place, Step.INSPIRATION, "", text, by=audit.PERSON)
