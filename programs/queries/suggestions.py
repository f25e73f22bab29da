"""Whom to offer a place next, and why, in words. The same people and wishes always give the same answer; pure.

The people are taken one by one. At each step every candidate gets points: for each wish, how much of the wished number
is still missing in their group (or, as a minus, how far it is passed). Whoever has the most points is next, and counts
as inside when the step after is weighed. Somebody from a municipality or region that is in already comes after all
who are not. The waiting list comes before those who only have applied, in its own order, when points are equal.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from programs.models import Dimension, Place
from programs.queries.composition import CANDIDATES, Group, Picture, Populations, body_of, values_of
from programs.states import HOLDS_A_PLACE, PlaceState

# How many to name when no place is free: the next in line, should one fall free.
WHEN_FULL = 3
# Who has no place in the queue comes after all who have.
LAST = 10**9


@dataclass(frozen=True)
class Suggestion:
    """One person to offer a place, with the reasons for it and what speaks against."""

    place: Place
    reasons: tuple[str, ...]
    doubts: tuple[str, ...]


@dataclass(frozen=True)
class Weighed:
    """A candidate at one step."""

    place: Place
    points: float
    reasons: tuple[str, ...]
    doubts: tuple[str, ...]
    from_same: int
    sent_at: datetime

    @property
    def order(self) -> tuple[int, float, int, datetime, str]:
        position = self.place.waiting_position
        return (self.from_same, -round(self.points, 6), LAST if position is None else position, self.sent_at, self.key)

    @property
    def key(self) -> str:
        return str(self.place.pk)


class Room:
    """Who is inside so far: those with a place, and those whom the suggestion has taken."""

    def __init__(
        self,
        places: Sequence[Place],
        pictures: Sequence[Picture],
        populations: Populations,
        sent: dict[str, datetime],
        most: int | None,
    ) -> None:
        self.populations = populations
        self.sent = sent
        self.most = most or 1
        self.wished = {
            (picture.dimension, group.value): group
            for picture in pictures
            for group in picture.groups
            if group.wished is not None
        }
        self.counts: Counter[tuple[Dimension, str]] = Counter()
        self.bodies: Counter[str] = Counter()
        for place in places:
            if place.state in HOLDS_A_PLACE:
                self.let_in(place)

    def let_in(self, place: Place) -> None:
        self.counts.update(values_of(place, self.populations).items())
        self.bodies[body_of(place.organisation)] += 1

    def weigh(self, place: Place) -> Weighed:
        points = 0.0
        reasons: list[str] = []
        doubts: list[str] = []
        for key in values_of(place, self.populations).items():
            group = self.wished.get(key)
            if group is None:
                continue
            inside = self.counts[key]
            points += _points(group, inside)
            (reasons if inside < (group.wished or 0) else doubts).append(_words(group, inside))
        same = self.bodies[body_of(place.organisation)]
        if same:
            doubts.append(_same_body(place, same))
        return Weighed(
            place,
            points,
            (*_queue_words(place), *reasons),
            tuple(doubts),
            max(0, same + 1 - self.most),
            self.sent.get(str(place.pk), place.created_at),
        )


def _points(group: Group, inside: int) -> float:
    """Close to 1 when most of what is wished for is missing; below 0 for one more than that, at worst -1."""
    wished = group.wished or 0
    missing = wished - inside
    return max(-1.0, (missing if missing > 0 else missing - 1) / max(wished, 1))


def _words(group: Group, inside: int) -> str:
    facts = {"group": group.label, "inside": inside, "wished": group.wished}
    if inside < (group.wished or 0):
        return _("%(group)s: %(inside)d av önskade %(wished)d har plats.") % facts
    return _("%(group)s: de önskade %(wished)d är redan nådda.") % facts


def _same_body(place: Place, same: int) -> str:
    facts = {"organisation": place.organisation.short_name, "count": same}
    text = ngettext(
        "En från %(organisation)s har redan plats.", "%(count)d från %(organisation)s har redan plats.", same
    )
    return text % facts


def _queue_words(place: Place) -> tuple[str, ...]:
    return (_("Står på reservlistan."),) if place.state == PlaceState.WAITING else ()


def suggest(
    places: Sequence[Place],
    pictures: Sequence[Picture],
    *,
    populations: Populations,
    sent: dict[str, datetime],
    most_per_organisation: int | None,
    free: int | None,
) -> list[Suggestion]:
    """Whom to offer the free places, best first; when all are taken, who would be next. `sent`: when each applied."""
    room = Room(places, pictures, populations, sent, most_per_organisation)
    left = [place for place in places if place.state in CANDIDATES]
    found: list[Suggestion] = []
    while left and len(found) < (free or WHEN_FULL):
        best = min((room.weigh(place) for place in left), key=lambda weighed: weighed.order)
        reasons = best.reasons or (_first_words(best, room),)
        found.append(Suggestion(best.place, reasons, best.doubts))
        room.let_in(best.place)
        left.remove(best.place)
    return found


def _first_words(weighed: Weighed, room: Room) -> str:
    if room.wished and weighed.doubts:
        return _("Ingen av dem som är kvar fyller en önskan bättre.")
    return _("Sökte först av dem som är kvar.")
