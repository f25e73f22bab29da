"""How long a place is kept, and with it all that belongs to the person in that cohort."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from portal.core.models import OutgoingMail
from programs.actions.locking import lock_cohort
from programs.models import Application, Attendance, ChallengeNote, Cohort, Invoicing, OccasionAnswer, Place
from programs.queries.places import STAYS_WITH_THE_PROGRAMME, deletion_day, programme_end, was_taken
from programs.states import PlaceState

# They go on the same day as the place. Needs at an occasion go sooner, invoicing later: they have days of their own.
FOLLOWERS = (Application, ChallengeNote, OccasionAnswer, Attendance)
# Bokföringslagen 7:2: to the end of the seventh year after the calendar year in which the programme ended.
YEARS_OF_BOOKKEEPING = 7


def keep_with_place(place: Place) -> None:
    """Let what belongs to the place be deleted on the same day as it. In the caller's transaction."""
    for model in FOLLOWERS:
        model._default_manager.filter(place=place).update(delete_after=place.delete_after)
    OutgoingMail.objects.about(place).update(delete_after=place.delete_after)
    if found := Invoicing.objects.filter(place=place).first():
        found.delete_after = _bookkeeping_day(place.cohort) if was_taken(place) else place.delete_after
        found.save(update_fields=["delete_after"])


def keep_beside(place: Place) -> None:
    """What was sent from its address as well is kept beside it, and goes with it. In the caller's transaction."""
    beside = Place.objects.set_aside().filter(cohort=place.cohort_id, email_key=place.email_key)
    for each in beside.exclude(pk=place.pk):
        each.delete_after = place.delete_after
        each.save(update_fields=["delete_after"])
        keep_with_place(each)


def _bookkeeping_day(cohort: Cohort) -> date:
    return date(programme_end(cohort).year + YEARS_OF_BOOKKEEPING, 12, 31)


@transaction.atomic
def renew_deletion_days(cohort: Cohort) -> int:
    """After a change of dates: count again for all who stay with the programme. Returns how many days moved."""
    locked = lock_cohort(cohort.pk)
    day = deletion_day(locked, PlaceState.PARTICIPANT)
    moved = Place.objects.filter(cohort=locked, state__in=STAYS_WITH_THE_PROGRAMME).exclude(delete_after=day)
    for place in list(moved):
        place.delete_after = day
        place.save(update_fields=["delete_after"])
        keep_with_place(place)
        keep_beside(place)
    return len(moved)
