"""The order in which the verbs of a place lock: the cohort, then the place. Always, so that nobody waits in a ring.

`no_key`: rows that point at a cohort or a place may come in meanwhile; nobody waits for a lock because of them.
"""

from __future__ import annotations

from programs.models import Cohort, Place


def lock_cohort(pk: int) -> Cohort:
    """Take the cohort until the transaction ends: whoever counts its places, or moves one, has it alone."""
    cohorts = Cohort.objects.select_for_update(of=("self",), no_key=True).select_related("programme")
    return cohorts.get(pk=pk)


def lock_place(place: Place) -> Place:
    """The place as it now is, with its cohort locked before it."""
    cohort = lock_cohort(place.cohort_id)
    places = Place.objects.select_for_update(of=("self",), no_key=True).select_related("organisation")
    row = places.get(pk=place.pk)
    row.cohort = cohort
    return row
