"""One verb for many people: done one by one, each on its own, so that one refusal stops nobody else.

`rehearse` does the very same and then undoes all of it: what it shows (who, which mail, who is promoted, who cannot)
is what the verbs themselves did, and not what somebody believes that they would do.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Max

from portal.core import audit
from portal.core.models import OutgoingMail
from portal.core.states import TransitionRefused
from programs.actions.locking import lock_place
from programs.actions.places import AlreadyThere, AnsweredTooLate, LastDayHasPassed, NoPlaceLeft
from programs.models import InterestRegistration, Place
from programs.states import PlaceState

Subject = Place | InterestRegistration
Verb = Callable[[Place, audit.Actor], Place]


class ChangedMeanwhile(Exception):  # noqa: N818
    """The person is no longer where staff saw them when they chose what to do."""


# What a verb says when it will not: reasons that staff can understand, as opposed to faults.
REFUSALS = (TransitionRefused, NoPlaceLeft, AlreadyThere, AnsweredTooLate, LastDayHasPassed, ChangedMeanwhile)


@dataclass(frozen=True)
class Deed:
    """One thing to do with one person."""

    subject: Subject
    do: Callable[[], Place]


@dataclass(frozen=True)
class Outcome:
    """What came of one deed: where the person is now, or why nothing was done; and the mails that it made."""

    subject: Subject
    place: Place | None
    refusal: Exception | None = None
    mails: tuple[OutgoingMail, ...] = ()


@transaction.atomic
def as_seen(place: Place, seen: PlaceState, verb: Verb, *, by: audit.Actor) -> Place:
    """Do it if the person still is where staff saw them. Raises `ChangedMeanwhile`."""
    row = lock_place(place)
    if row.state != seen:
        raise ChangedMeanwhile(row.state)
    return verb(row, by)


def do_each(deeds: Sequence[Deed]) -> list[Outcome]:
    """Do them one by one, each in a transaction of its own."""
    return [_do(deed) for deed in deeds]


def _do(deed: Deed) -> Outcome:
    try:
        return Outcome(deed.subject, deed.do())
    except REFUSALS as refusal:
        return Outcome(deed.subject, None, refusal)


def rehearse(deeds: Sequence[Deed]) -> list[Outcome]:
    """Do them all, look at what came of it, and undo it: nothing is kept and no mail leaves."""
    with transaction.atomic():
        outcomes = [_observed(deed) for deed in deeds]
        transaction.set_rollback(True)
    return outcomes


def _observed(deed: Deed) -> Outcome:
    newest = OutgoingMail.objects.aggregate(pk=Max("pk"))["pk"] or 0
    done = _do(deed)
    made = OutgoingMail.objects.filter(pk__gt=newest, about_type=Place._meta.label_lower).order_by("pk")
    return Outcome(done.subject, done.place, done.refusal, tuple(made))
