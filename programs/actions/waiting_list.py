"""The order of the waiting list. Positions have gaps, so that somebody can come in between without moving the rest."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Max

from portal.core import audit
from portal.core.states import TransitionRefused
from programs.actions.locking import lock_place
from programs.models import Cohort, Place, PlaceQuerySet
from programs.queries.places import rank as rank_of
from programs.states import PlaceState

GAP = 1000


def position_at(cohort: Cohort, rank: int | None, *, moving: Place | None = None) -> int:
    """A position for whoever is to be number `rank` in line (1 for the first), or last. The cohort is locked."""
    others = _line(cohort).exclude(pk=moving.pk) if moving else _line(cohort)
    positions = [place.waiting_position or 0 for place in others.only("waiting_position")]
    if rank is None or rank > len(positions):
        return (positions[-1] if positions else 0) + GAP
    index = max(rank, 1) - 1
    after = positions[index]
    before = positions[index - 1] if index else after - 2 * GAP
    if after - before > 1:
        return (before + after) // 2
    _spread(cohort)
    return position_at(cohort, rank, moving=moving)


def _line(cohort: Cohort) -> PlaceQuerySet:
    return Place.objects.filter(cohort=cohort).waiting()


def _spread(cohort: Cohort) -> None:
    """Open the gaps again, above all that are taken: no two are at one position on the way either."""
    start: int = _line(cohort).aggregate(last=Max("waiting_position"))["last"]
    for number, pk in enumerate(list(_line(cohort).values_list("pk", flat=True)), start=1):
        Place.objects.filter(pk=pk).update(waiting_position=start + number * GAP)


@transaction.atomic
def move_to(place: Place, rank: int, *, by: audit.Actor) -> Place:
    """Let somebody on the waiting list be number `rank` in line. No mail: the page of each says where they are."""
    row = lock_place(place)
    if row.state != PlaceState.WAITING:
        raise TransitionRefused(row.state, PlaceState.WAITING)
    before = rank_of(row)
    row.waiting_position = position_at(row.cohort, rank, moving=row)
    row.save(update_fields=["waiting_position"])
    after = rank_of(row)
    if after != before:
        audit.record("programs.place_moved_in_line", row, by=by, cohort=row.cohort_id, from_rank=before, to_rank=after)
    return row
