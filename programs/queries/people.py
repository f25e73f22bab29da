"""What the programmes hold about one address."""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from portal.core.models import AuditEvent
from portal.core.people import Entry, Reader, Section, is_address, section_about, sections_of
from programs.models import (
    Application,
    Attendance,
    ChallengeNote,
    InterestRegistration,
    InterestRepeat,
    Invoicing,
    OccasionAnswer,
    OccasionNeeds,
    Place,
)

# Everything that hangs on a place, in the order in which a reader meets it.
OF_A_PLACE = (Application, Invoicing, OccasionAnswer, OccasionNeeds, Attendance, ChallengeNote)


def places_at(key: str) -> QuerySet[Place]:
    return (
        Place.objects.filter(email_key=key).select_related("cohort__programme", "organisation").order_by("created_at")
    )


def interests_at(key: str) -> QuerySet[InterestRegistration]:
    return InterestRegistration.objects.filter(email_key=key).order_by("created_at")


def assisted_at(key: str) -> QuerySet[Application]:
    """Applications that name the address as that of somebody's assistant."""
    return Application.objects.filter(is_address("assistant_email", key))


def name_at(key: str) -> str | None:
    """The name that the address was last used with; None when we hold nothing."""
    if place := places_at(key).last():
        return place.name
    if interest := interests_at(key).last():
        return interest.name
    assisted = assisted_at(key).first()
    return assisted.assistant_name if assisted else None


def tell(key: str, reader: Reader) -> list[Section]:
    """Interest, places and all that hangs on them, as an assistant too."""
    interests, places = interests_at(key), places_at(key)
    repeats = InterestRepeat.objects.filter(registration__in=interests)
    found = sections_of(interests, reader, "reference", "state", "created_at")
    found += sections_of(repeats, reader, "reference", "created_at")
    found += sections_of(places, reader, "reference", "cohort", "state", "is_listed", "created_at")
    for model in OF_A_PLACE:
        found += sections_of(model._default_manager.filter(place__in=places), reader, "occasion", "day", "step")
    return [*found, *_as_assistant(key)]


def _as_assistant(key: str) -> list[Section]:
    """Only what is the assistant's own; the rest is somebody else's."""
    entries = [Entry(tuple(pair for pair in _assistant(row) if pair[1])) for row in assisted_at(key)]
    return [section_about(Application.personal_record, entries)] if entries else []


def _assistant(row: Application) -> tuple[tuple[str, str], ...]:
    return (
        (_("Namn"), row.assistant_name),
        (_("E-postadress"), row.assistant_email),
        (_("Telefonnummer"), row.assistant_phone),
    )


def invoicing_to_keep(key: str) -> QuerySet[Invoicing]:
    """What bookkeeping needs: of places that were taken at some time, whatever became of them later."""
    taken = AuditEvent.objects.filter(
        event="programs.place_accepted",
        subject_type=Place._meta.label_lower,
        subject_id__in=[str(pk) for pk in places_at(key).values_list("pk", flat=True)],
    )
    return Invoicing.objects.filter(place__in=list(taken.values_list("subject_id", flat=True)))
