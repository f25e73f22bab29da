"""How long a place is kept, and with it all that belongs to the person in that cohort."""

from __future__ import annotations

from django.db import transaction

from portal.core.models import OutgoingMail
from programs.actions.locking import lock_cohort
from programs.models import Application, Attendance, ChallengeNote, Cohort, OccasionAnswer, Place
from programs.queries.places import STAYS_WITH_THE_PROGRAMME, deletion_day
from programs.states import PlaceState

# They go on the same day as the place. Needs at an occasion go sooner, invoicing later: they have days of their own.
FOLLOWERS = (Application, ChallengeNote, OccasionAnswer, Attendance)


def keep_with_place(place: Place) -> None:
    """Let what belongs to the place be deleted on the same day as it. In the caller's transaction."""
    for model in FOLLOWERS:
        model._default_manager.filter(place=place).update(delete_after=place.delete_after)
    OutgoingMail.objects.about(place).update(delete_after=place.delete_after)


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
    return len(moved)
