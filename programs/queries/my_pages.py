"""What a participant's own pages show."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.core import formats
from portal.core.people import key_of
from programs.models import (
    ChallengeNote,
    EvaluationReceipt,
    InterestRegistration,
    Occasion,
    OccasionAnswer,
    Place,
    PlaceQuerySet,
    Step,
)
from programs.queries.materials import material_url, materials_for
from programs.queries.occasions import answer_path, evaluation_path, may_be_evaluated, venue_line
from programs.queries.places import place_token
from programs.states import COMES, TAKES_PART, PlaceState

# How long before an occasion its form is asked for.
DAYS_BEFORE = 60


@dataclass(frozen=True)
class Ask:
    """Something that is asked of the participant now."""

    text: str
    url: str
    action: str
    until: date | None = None


@dataclass(frozen=True)
class MyOccasion:
    """An occasion as its participant sees it."""

    occasion: Occasion
    venue: str
    materials: tuple[tuple[str, str], ...]
    answer: OccasionAnswer | None
    answer_url: str
    is_past: bool


@dataclass(frozen=True)
class Fellow:
    """Another participant who lets the others see them."""

    name: str
    role: str
    organisation: str


@dataclass(frozen=True)
class Shared:
    """What somebody in the cohort shares of their challenge; no name where they do not want to be seen."""

    step: str
    name: str
    text: str


def places_of(user: AbstractBaseUser | AnonymousUser) -> list[Place]:
    """The person's places, the newest first; those that were withdrawn are over."""
    places = Place.objects.of(user).exclude(state=PlaceState.WITHDRAWN)
    return list(places.select_related("cohort__programme", "organisation", "application"))


def interests_of(email: str) -> list[InterestRegistration]:
    """The person's interest registrations that hold."""
    found = InterestRegistration.objects.active().filter(email_key=key_of(email))
    return list(found.select_related("interest_round").prefetch_related("programmes"))


def has_a_room(place: Place) -> bool:
    """Whether they have a room of their own in the cohort: said yes, takes part, or has gone through."""
    return place.state in COMES


def takes_part(place: Place) -> bool:
    return place.state in TAKES_PART


def link(name: str, *arguments: object) -> str:
    """The address of a page by its name; "" where no such page is."""
    try:
        return reverse(name, args=arguments)
    except NoReverseMatch:
        return ""


# --- Occasions -------------------------------------------------------------------------------------------------------
def my_occasions(place: Place) -> list[MyOccasion]:
    """The occasions of the cohort, with what is known of them and what the participant has answered."""
    today = timezone.localdate()
    answers = {answer.occasion_id: answer for answer in place.answers.all()}
    materials = _materials(place)
    occasions = place.cohort.occasions.filter(cancelled_at=None).select_related("theme", "cohort__programme")
    return [
        MyOccasion(
            occasion=occasion,
            venue=venue_line(occasion),
            materials=tuple(materials.get(occasion.pk, ())),
            answer=answers.get(occasion.pk),
            answer_url=answer_path(place, occasion),
            is_past=occasion.ends_on < today,
        )
        for occasion in occasions.order_by("starts_on", "number")
    ]


def common_materials(place: Place) -> list[tuple[str, str]]:
    """What belongs to no single occasion."""
    return _materials(place).get(None, [])


def _materials(place: Place) -> dict[int | None, list[tuple[str, str]]]:
    """Title and link of each file that the person may read now, by occasion. The links run out."""
    found: dict[int | None, list[tuple[str, str]]] = {}
    for material in materials_for(place, timezone.localdate()):
        found.setdefault(material.occasion_id, []).append((material.title, material_url(material, place)))
    return found


# --- What is asked now -----------------------------------------------------------------------------------------------
def asks_of(place: Place) -> list[Ask]:
    """What the participant is asked to do now, the most urgent first."""
    token = place_token(place)
    if place.state == PlaceState.OFFERED:
        return [
            Ask(_("Du är erbjuden en plats."), link("manage_place", token), _("Svara ja eller nej"), place.answer_by)
        ]
    if place.state in (PlaceState.INVITED, PlaceState.STARTED) and not place.is_set_aside:
        return [Ask(_("Din ansökan är inte skickad än."), link("application", token), _("Fortsätt med ansökan"))]
    return [*_forms_before(place), *_evaluations_after(place)] if place.state in COMES else []


def _forms_before(place: Place) -> list[Ask]:
    today = timezone.localdate()
    answered = place.answers.values("occasion_id")
    coming = place.cohort.occasions.filter(
        cancelled_at=None, starts_on__gt=today, starts_on__lte=today + timedelta(days=DAYS_BEFORE)
    )
    return [
        Ask(
            _("Berätta om du kommer till %(occasion)s.") % {"occasion": _named(occasion)},
            answer_path(place, occasion),
            _("Svara inför tillfället"),
        )
        for occasion in coming.exclude(pk__in=answered).select_related("theme").order_by("starts_on")
    ]


def _evaluations_after(place: Place) -> list[Ask]:
    today = timezone.localdate()
    done = EvaluationReceipt.objects.filter(place=place).values("occasion_id")
    open_now = [
        occasion
        for occasion in place.cohort.occasions.exclude(pk__in=done).select_related("theme").order_by("starts_on")
        if may_be_evaluated(occasion, today)
    ]
    return [
        Ask(
            _("Säg vad du tyckte om %(occasion)s.") % {"occasion": _named(occasion)},
            evaluation_path(place, occasion),
            _("Utvärdera tillfället"),
        )
        for occasion in open_now
    ]


def _named(occasion: Occasion) -> str:
    return f"{occasion.title}, {formats.date_range(occasion.starts_on, occasion.ends_on)}"


# --- The challenge ---------------------------------------------------------------------------------------------------
def challenge_of(place: Place) -> str:
    """The challenge as it stands in the application; "" where there is none."""
    application = getattr(place, "application", None)
    return application.challenge if application else ""


def notes_by_step(place: Place) -> list[tuple[Step, ChallengeNote | None]]:
    """The four steps in their order, each with what the participant has written."""
    notes = {note.step: note for note in place.challenge_notes.all()}
    return [(step, notes.get(step)) for step in Step]


def note_values(note: ChallengeNote | None) -> dict[str, str]:
    """What is written at a step, as the form shows it."""
    return {"private_text": note.private_text, "shared_text": note.shared_text} if note else {}


# --- The others ------------------------------------------------------------------------------------------------------
def fellows_of(place: Place) -> list[Fellow]:
    """The other participants who let themselves be seen, by name."""
    others = _others(place).filter(is_listed=True).select_related("organisation").order_by("name")
    return [
        Fellow(each.name_for_lists, each.get_role_display() if each.role else "", each.organisation.label)
        for each in others
    ]


def hidden_fellows(place: Place) -> int:
    """How many more there are."""
    return _others(place).filter(is_listed=False).count()


def _others(place: Place) -> PlaceQuerySet:
    return Place.objects.filter(cohort_id=place.cohort_id).taking_part().exclude(pk=place.pk)


def shared_by_others(place: Place) -> list[Shared]:
    """What the others share of their challenges, by step."""
    notes = ChallengeNote.objects.filter(place__in=_others(place)).exclude(shared_text="").select_related("place")
    nameless = _("En deltagare i kullen")
    return [
        Shared(
            note.get_step_display(),
            note.place.name_for_lists if note.place.is_listed else nameless,
            note.shared_text,
        )
        for note in notes.order_by("step", "updated_at")
    ]
