"""The verbs of a place: each locks, looks the way up in the table, saves, audits and mails, in one transaction.

The cohort is locked before the place, always in this order: so its places are counted by one at a time, and never more
are given than there are. Verb, audit event and letter share their name: `offer` writes `programs.place_offered` and
sends `mail/programs/place_offered`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from portal.accounts.actions import account_for
from portal.accounts.models import User
from portal.core import audit, normalisation
from portal.core.models import AuditEvent
from portal.core.references import new_reference
from portal.core.states import TransitionRefused
from programs import mail_places
from programs.actions.keeping import keep_beside, keep_with_place
from programs.actions.locking import lock_cohort, lock_place
from programs.actions.waiting_list import position_at
from programs.models import Cohort, InterestRegistration, Place, Promotion
from programs.queries import places as queries
from programs.queries.places import Person
from programs.states import HOLDS_A_PLACE, NOT_COUNTED, PLACE_TRANSITIONS, PlaceState

__all__ = ["AlreadyThere", "AnsweredTooLate", "LastDayHasPassed", "NoPlaceLeft", "Person"]


class NoPlaceLeft(Exception):  # noqa: N818 - the pages handle it
    """Every place of the cohort is taken or offered."""


class AlreadyThere(Exception):  # noqa: N818
    """The address has a place in the cohort already: `place`."""

    def __init__(self, place: Place) -> None:
        super().__init__(place.pk)
        self.place = place


class AnsweredTooLate(Exception):  # noqa: N818
    """The last day of the offer has passed, though beat has not come by yet."""


class LastDayHasPassed(Exception):  # noqa: N818
    """Nobody can be asked to answer by a day that is over."""


@dataclass(frozen=True)
class Step:
    """One way in the table: where it leads, what it is called, what it changes, and what is said of it besides."""

    to: PlaceState
    name: str
    changes: dict[str, Any] = field(default_factory=dict)
    told: dict[str, audit.Fact] = field(default_factory=dict)
    # Whether the letter says that the address is a new one.
    is_readdressed: bool = False


def _take(step: Step, row: Place, *, by: audit.Actor) -> Place:
    """Go one step with a locked place. The place that falls free by it is offered to the next in the same moment."""
    before = PlaceState(row.state)
    PLACE_TRANSITIONS.check(before, step.to)
    if before in NOT_COUNTED and step.to not in NOT_COUNTED:
        _refuse_second(row)
    if step.to in HOLDS_A_PLACE and before not in HOLDS_A_PLACE and queries.is_full(row.cohort):
        raise NoPlaceLeft
    row.state, row.state_since = step.to, timezone.now()
    row.answer_by = row.waiting_position = None
    for name, value in step.changes.items():
        setattr(row, name, value)
    row.delete_after = queries.deletion_day(row, step.to)
    row.save(update_fields=["state", "state_since", "answer_by", "waiting_position", "delete_after", "user"])
    _tell(step, row, before.value, by=by)
    if before in HOLDS_A_PLACE and step.to not in HOLDS_A_PLACE:
        _promote(row.cohort)
    return row


def _refuse_second(row: Place) -> None:
    others = Place.objects.counted().filter(cohort_id=row.cohort_id, email_key=row.email_key)
    if known := others.exclude(pk=row.pk).first():
        raise AlreadyThere(known)


def _tell(step: Step, row: Place, before: str, *, by: audit.Actor) -> AuditEvent:
    """The line in the trail and the mail to the person; both belong to the fact and stand or fall with it."""
    facts: dict[str, audit.Fact] = {"from_state": before, "to_state": step.to.value, "cohort": row.cohort_id}
    line = audit.record(f"programs.{step.name}", row, by=by, **facts, **step.told)
    mail_places.tell(step.name, row, line.pk, before=before, is_readdressed=step.is_readdressed)
    keep_with_place(row)
    # What leaves while it counts for nothing decides nothing for its neighbours.
    if before not in NOT_COUNTED or row.state not in NOT_COUNTED:
        keep_beside(row)
    return line


def _promote(cohort: Cohort) -> None:
    """Offer the free place to the first in line that fits, when the cohort is set so."""
    today = timezone.localdate()
    if cohort.promotion != Promotion.BY_ITSELF or not queries.fills_by_itself(cohort, today):
        return
    first = None if queries.is_full(cohort) else queries.first_in_line_that_fits(cohort)
    if first is not None:
        first.cohort = cohort
        _take(_offer_step(cohort, None, promoted=True), first, by=audit.SYSTEM)


def _new_place(cohort: Cohort, person: Person, state: PlaceState, **more: Any) -> Place:
    place = Place(
        cohort=cohort,
        reference=new_reference(),
        name=person.name,
        email=person.email.typed,
        email_key=person.email.key,
        phone=person.phone,
        phone_e164=normalisation.e164(person.phone),
        organisation=person.organisation,
        role=person.role,
        side=person.side,
        state=state,
        delete_after=queries.deletion_day(cohort, state),
        **more,
    )
    place.save(force_insert=True)
    return place


@transaction.atomic
def invite(cohort: Cohort, person: Person, *, by: audit.Actor, interest: InterestRegistration | None = None) -> Place:
    """Ask somebody to apply, by a personal link in a mail. Raises `AlreadyThere`."""
    locked = lock_cohort(cohort.pk)
    if known := queries.counted_place(locked, person.email):
        raise AlreadyThere(known)
    place = _new_place(locked, person, PlaceState.INVITED, interest=interest)
    _tell(Step(PlaceState.INVITED, "place_invited"), place, "", by=by)
    return place


@transaction.atomic
def apply(place: Place, *, by: audit.Actor, is_readdressed: bool = False) -> Place:
    """Let the application count: sent for the first time, or taken up again after a no. Raises `AlreadyThere`."""
    return _take(Step(PlaceState.APPLIED, "place_applied", is_readdressed=is_readdressed), lock_place(place), by=by)


@transaction.atomic
def set_aside(place: Place, *, by: audit.Actor) -> Place:
    """Let an application count no more: its sender says that it is somebody's who has a place here. It stays readable.

    No letter of its own goes: the mailbox that it was sent from is the wrong one, and the right one hears of it when
    the application comes in there.
    """
    row = lock_place(place)
    before = PlaceState(row.state)
    PLACE_TRANSITIONS.check(before, PlaceState.STARTED)
    row.state, row.state_since = PlaceState.STARTED.value, timezone.now()
    row.delete_after = queries.deletion_day(row, PlaceState.STARTED)
    row.save(update_fields=["state", "state_since", "delete_after"])
    facts: dict[str, audit.Fact] = {"from_state": before.value, "to_state": row.state, "cohort": row.cohort_id}
    audit.record("programs.place_set_aside", row, by=by, **facts)
    keep_with_place(row)
    return row


@transaction.atomic
def put_on_waiting_list(place: Place, position: int | None = None, *, by: audit.Actor) -> Place:
    """Make somebody reserve number `position` (1 is first in line), or the last one."""
    row = lock_place(place)
    PLACE_TRANSITIONS.check(PlaceState(row.state), PlaceState.WAITING)
    changes = {"waiting_position": position_at(row.cohort, position)}
    return _take(Step(PlaceState.WAITING, "place_put_on_waiting_list", changes), row, by=by)


@transaction.atomic
def offer(place: Place, answer_by: date | None = None, *, by: audit.Actor) -> Place:
    """Offer a place, to be answered by the end of a day. Raises `NoPlaceLeft` or `LastDayHasPassed`."""
    row = lock_place(place)
    return _take(_offer_step(row.cohort, answer_by), row, by=by)


def _offer_step(cohort: Cohort, answer_by: date | None, **told: audit.Fact) -> Step:
    today = timezone.localdate()
    if answer_by is not None and answer_by < today:
        raise LastDayHasPassed
    last = answer_by or queries.last_day_to_answer(cohort, today)
    facts: dict[str, audit.Fact] = {"answer_by": last.isoformat(), **told}
    return Step(PlaceState.OFFERED, "place_offered", {"answer_by": last}, facts)


@transaction.atomic
def accept(place: Place, *, by: audit.Actor) -> Place:
    """Say yes: the place is theirs, and they can log in with the address. Raises `AnsweredTooLate`.

    The day ends at midnight even if beat comes later; staff may still write down a yes that came by telephone.
    """
    row = lock_place(place)
    PLACE_TRANSITIONS.check(PlaceState(row.state), PlaceState.ACCEPTED)
    if by.kind == AuditEvent.ActorKind.PERSON and row.answer_by is not None and row.answer_by < timezone.localdate():
        raise AnsweredTooLate
    return _take(Step(PlaceState.ACCEPTED, "place_accepted", {"user": _account(row, by=by)}), row, by=by)


def _account(row: Place, *, by: audit.Actor) -> User:
    try:
        with transaction.atomic():
            return account_for(row.email, row.name, by=by)
    except IntegrityError:
        # Another cohort's place made the account in the same moment.
        return account_for(row.email, row.name, by=by)


@transaction.atomic
def decline(place: Place, *, by: audit.Actor) -> Place:
    """Say no to an offer; the place falls free."""
    return _take(Step(PlaceState.DECLINED, "place_declined"), lock_place(place), by=by)


@transaction.atomic
def lapse(place: Place, *, by: audit.Actor) -> Place:
    """An offer or an invitation that nobody answered in time no longer stands."""
    return _take(Step(PlaceState.LAPSED, "place_lapsed"), lock_place(place), by=by)


@transaction.atomic
def not_admit(place: Place, *, by: audit.Actor) -> Place:
    """Tell somebody that there was no place for them this time."""
    return _take(Step(PlaceState.NOT_ADMITTED, "place_not_admitted"), lock_place(place), by=by)


@transaction.atomic
def admit(place: Place, *, by: audit.Actor) -> Place:
    """Make a participant of somebody who has said yes."""
    row = lock_place(place)
    before = PlaceState(row.state)
    if before != PlaceState.ACCEPTED:
        raise TransitionRefused(before, PlaceState.PARTICIPANT)
    return _take(Step(PlaceState.PARTICIPANT, "place_admitted"), row, by=by)


@transaction.atomic
def complete(place: Place, *, by: audit.Actor) -> Place:
    """Somebody has gone through the programme."""
    return _take(Step(PlaceState.COMPLETED, "place_completed"), lock_place(place), by=by)


@transaction.atomic
def interrupt(place: Place, *, by: audit.Actor) -> Place:
    """Somebody leaves on the way; the place falls free."""
    return _take(Step(PlaceState.INTERRUPTED, "place_interrupted"), lock_place(place), by=by)


@transaction.atomic
def resume(place: Place, *, by: audit.Actor) -> Place:
    """Somebody who had left is back. Raises `NoPlaceLeft`."""
    row = lock_place(place)
    before = PlaceState(row.state)
    if before != PlaceState.INTERRUPTED:
        raise TransitionRefused(before, PlaceState.PARTICIPANT)
    return _take(Step(PlaceState.PARTICIPANT, "place_resumed"), row, by=by)


@transaction.atomic
def withdraw(place: Place, *, by: audit.Actor) -> Place:
    """Somebody wants no more of it. What we know of them goes within a month."""
    return _take(Step(PlaceState.WITHDRAWN, "place_withdrawn"), lock_place(place), by=by)
