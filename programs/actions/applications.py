"""The verbs of an application: save it, send it, change what was sent.

Whether it counts is a matter of the place's state, which `programs.actions.places.apply` moves and nothing here does.
"""

from __future__ import annotations

import uuid
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from portal.core import audit, normalisation, outgoing
from portal.core.captcha import ProofAlreadyUsed
from portal.core.forms import Submitted
from portal.core.models import OutgoingMail
from portal.core.normalisation import Address
from portal.core.references import new_reference
from portal.core.states import TransitionRefused
from portal.core.windows import SavedElsewhere, Seen, stamp
from programs import mail_applications, mail_places
from programs.actions import places
from programs.actions.keeping import keep_beside
from programs.actions.locking import lock_cohort, lock_place
from programs.actions.readdressing import readdress, tell_right_address
from programs.forms_application import ApplicationDetails
from programs.models import Application, Cohort, Invoicing, Place
from programs.queries.applications import (
    CAN_BE_CHANGED,
    CAN_BE_SENT,
    OWN_FIELDS,
    application_of,
    application_values,
    takes_applications,
)
from programs.queries.places import counted_place, deletion_day
from programs.states import NOT_COUNTED, PlaceState

PLACE_FIELDS = ("name", "phone", "organisation", "role", "side")
# Where the open form's own page still leads on. From the others only the personal link does.
STILL_OPEN = (PlaceState.STARTED, *CAN_BE_CHANGED)
# And where it may still mend the address: what that changes is nobody's decision yet.
ADDRESS_STILL_OPEN = (PlaceState.STARTED, PlaceState.APPLIED)


class RoundIsClosed(Exception):  # noqa: N818 - an answer to the caller
    """The cohort takes no applications at this moment."""


class AlreadySent(Exception):  # noqa: N818 - an answer to the caller
    """A draft was to be saved over an application that has been sent: nothing is written."""

    def __init__(self, receipt: Receipt, at: datetime | None) -> None:
        super().__init__(receipt, at)
        self.receipt, self.at = receipt, at


class GoneOn(Exception):  # noqa: N818 - an answer to the caller
    """What this very open form left has been changed from elsewhere since: nothing is written.

    It says no more than that: who sends an open form has not shown that the mailbox is theirs.
    """


@dataclass(frozen=True)
class Receipt:
    """Where the visitor is sent: the place's id, and whether this very form had been sent before."""

    id: uuid.UUID
    again: bool = False


@dataclass(frozen=True)
class OpenArrival:
    """One valid post of the open form; `is_sent` is False when it was only to be saved."""

    address: Address
    details: ApplicationDetails
    submitted: Submitted
    is_sent: bool

    def place_id(self, cohort: Cohort) -> uuid.UUID:
        """The same for every repeat of the same form."""
        return uuid.uuid5(self.submitted.token, str(cohort.pk))


@transaction.atomic
def save_open_application(cohort: Cohort, arrival: OpenArrival, *, by: audit.Actor) -> Receipt:
    """Keep what the open form says, as a draft or as an application; a repeat of the form changes the same row.

    Who looks on learns nothing of the address: if it has a place already, what came in is kept as a draft, the visitor
    sees the usual receipt, and the owner of the mailbox gets a mail. What somebody saved after the form by the personal
    link is never replaced by it. Raises `ProofAlreadyUsed`, `RoundIsClosed`, `GoneOn` and `AlreadySent`.
    """
    locked = _open(lock_cohort(cohort.pk))
    place = Place.objects.filter(pk=arrival.place_id(locked)).select_related("organisation").first()
    if place is None:
        place = _draft(locked, arrival)
        _save_draft(place, arrival, by=by)
        return Receipt(place.pk)
    place.cohort = locked
    _arrive_again(place, arrival, by=by)
    return Receipt(place.pk, again=True)


def _open(cohort: Cohort) -> Cohort:
    if not takes_applications(cohort, timezone.now()):
        raise RoundIsClosed
    return cohort


def _draft(cohort: Cohort, arrival: OpenArrival) -> Place:
    proof = arrival.submitted.captcha.proof
    if proof is not None and Application.objects.filter(captcha_proof=proof).exists():
        raise ProofAlreadyUsed
    place = Place(
        id=arrival.place_id(cohort),
        cohort=cohort,
        reference=new_reference(),
        email=arrival.address.typed,
        email_key=arrival.address.key,
        state=PlaceState.STARTED,
        delete_after=deletion_day(cohort, PlaceState.STARTED),
        **_person(arrival.details),
    )
    place.save(force_insert=True)
    return place


def _save_draft(place: Place, arrival: OpenArrival, *, by: audit.Actor) -> None:
    submitted = arrival.submitted
    came_in = {"captcha_outcome": submitted.captcha.outcome, "captcha_proof": submitted.captcha.proof}
    _write_open(place, arrival.details, flags=list(submitted.flags), **came_in)
    if arrival.is_sent:
        _send(place, by=by)
    else:
        _tell_where_to_go_on(place, by=by)


def _tell_where_to_go_on(place: Place, *, by: audit.Actor) -> None:
    line = audit.record("programs.place_started", place, by=by, to_state=PlaceState.STARTED, cohort=place.cohort_id)
    mail_places.tell("place_started", place, line.pk, before="")


def _arrive_again(place: Place, arrival: OpenArrival, *, by: audit.Actor) -> None:
    """The same form once more: pressed twice, mended after going back, or sent after it was saved."""
    _refuse_where_gone_on(place, arrival)
    mistaken, counted = Address(place.email, place.email_key), place.state not in NOT_COUNTED
    was_sent = place.application.sent_at is not None
    if was_sent and not arrival.is_sent:
        raise AlreadySent(Receipt(place.pk, again=True), place.application.sent_at)
    moved = _take_new_address(place, arrival.address, by=by)
    changed = [*moved, *_write_open(place, arrival.details)]
    # One that was sent from the address of somebody who has a place does not count: with its own it does.
    counts_first_now = not was_sent or (moved and place.state == PlaceState.STARTED)
    if arrival.is_sent and counts_first_now:
        _send(place, by=by, before=place.application.sent_at)
    elif moved and not was_sent:
        _tell_where_to_go_on(place, by=by)
    elif changed and place.state in CAN_BE_CHANGED:
        _tell_change(place, changed, by=by)
    if moved and counted:
        _let_count_what_was_left(place.cohort, mistaken, by=by)


def _refuse_where_gone_on(place: Place, arrival: OpenArrival) -> None:
    """Raises `GoneOn` where the form would replace what it did not leave there itself, or what has been decided on.

    The address, too: staff may have mended it. A page of what was sent that is sent again, by a browser that opens its
    tabs anew, is no such thing.
    """
    application, stored = place.application, application_values(place) | _at(place.email_key)
    seen = Seen(application.open_form_stamp, _told(arrival.details) | _at(arrival.address.key))
    try:
        seen.check(stored)
    except SavedElsewhere:
        raise GoneOn from None
    leads_on = STILL_OPEN if place.email_key == arrival.address.key else ADDRESS_STILL_OPEN
    if place.state not in leads_on and not (application.sent_at and seen.repeats(stored)):
        raise GoneOn


def _take_new_address(place: Place, address: Address, *, by: audit.Actor) -> list[str]:
    """A mistyped address is mended by going back.

    Where the right one's owner has a place already, the application is from now on what it would have been had it been
    sent from there at first: kept beside that place, counted as nothing, and told of to its owner.
    """
    if place.email_key == address.key:
        return []
    if place.state != PlaceState.STARTED and counted_place(place.cohort, address):
        places.set_aside(place, by=by)
        place.refresh_from_db(fields=["state", "state_since", "delete_after"])
    readdress(place, address)
    return ["email"]


def _let_count_what_was_left(cohort: Cohort, mistaken: Address, *, by: audit.Actor) -> None:
    """What came in from the mistaken address beside the place that was there belongs to whoever has that address.

    They were told that they had a place already. The newest counts from now on, and they have its confirmation.
    """
    left = Place.objects.filter(cohort=cohort, email_key=mistaken.key, state=PlaceState.STARTED)
    sent = list(left.filter(application__sent_at__isnull=False).order_by("-application__sent_at", "-pk"))
    for place in sent:
        outgoing.stop(OutgoingMail.objects.about(place), mistaken.key)
    if sent:
        places.apply(sent[0], by=by)


@transaction.atomic
def save_application(
    place: Place, details: ApplicationDetails, *, is_sent: bool, by: audit.Actor, seen: Seen | None = None
) -> Place:
    """Keep what was written behind the personal link; send it when `is_sent`, or change what was sent before.

    Raises `RoundIsClosed`, `TransitionRefused`, `AlreadySent` and `SavedElsewhere`.
    """
    row = lock_place(place)
    _open(row.cohort)
    state = PlaceState(row.state)
    if state not in (*CAN_BE_SENT, *CAN_BE_CHANGED):
        raise TransitionRefused(state, PlaceState.APPLIED)
    before = application_of(row)
    if not is_sent and is_held_as_sent(row, before):
        raise AlreadySent(Receipt(row.pk, again=True), before.sent_at if before else None)
    if seen:
        seen.check(application_values(row))
    changed = _write(row, details)
    if state in CAN_BE_CHANGED:
        if changed:
            _tell_change(row, changed, by=by)
        return row
    if is_sent:
        return _send(row, by=by)
    audit.record("programs.application_saved", row, by=by, fields=changed)
    return row


def is_held_as_sent(place: Place, application: Application | None) -> bool:
    """Whether what is written was sent and still stands so. After a no it may be a draft once more.

    One whose address had a place already never came to count; it was sent all the same.
    """
    never_counted = place.state == PlaceState.STARTED and application is not None and application.sent_at is not None
    return place.state in CAN_BE_CHANGED or never_counted


def _send(place: Place, *, by: audit.Actor, before: datetime | None = None) -> Place:
    """Let it count, or tell the owner of the mailbox that they have one already.

    One that was sent `before`, from another address, keeps its time and is told of as one whose address was mended: its
    sender sees no more than that, whether somebody has a place by that other address or not.
    """
    Application.objects.filter(place=place).update(sent_at=before or timezone.now())
    known = counted_place(place.cohort, Address(place.email, place.email_key))
    if known is None or known.pk == place.pk:
        return places.apply(place, by=by, is_readdressed=before is not None)
    line = audit.record("programs.application_repeated", known, by=by, repeat=place.pk.hex)
    keep_beside(known)
    place.refresh_from_db(fields=["delete_after"])
    mail_applications.application_repeated(place, known, line.pk)
    return place


def _tell_change(place: Place, changed: list[str], *, by: audit.Actor) -> None:
    """To a mailbox that has had nothing yet, as one that saw it before its address was mended, all that holds."""
    line = audit.record("programs.application_changed", place, by=by, fields=sorted(changed))
    tell = tell_right_address if "email" in changed else mail_applications.application_changed
    tell(place, line.pk)


def _person(details: ApplicationDetails) -> dict[str, Any]:
    values = {name: getattr(details, name) for name in PLACE_FIELDS}
    return {**values, "phone_e164": normalisation.e164(details.phone)}


def _told(details: ApplicationDetails) -> dict[str, Any]:
    """What a form says, by the names under which it is stored."""
    return {name: getattr(details, name) for name in (*PLACE_FIELDS, *OWN_FIELDS)} | asdict(details.invoice)


def _at(key: str) -> dict[str, Any]:
    return {"email": key}


def _write_open(place: Place, details: ApplicationDetails, **came_in: Any) -> list[str]:
    """Write what the open form says, and remember that this is what it left."""
    changed = _write(place, details, **came_in)
    left = stamp(_told(details) | _at(place.email_key))
    Application.objects.filter(place=place).update(open_form_stamp=left)
    return changed


def _write(place: Place, details: ApplicationDetails, **came_in: Any) -> list[str]:
    """Write what the form says over what was there; the names of what changed."""
    changed = _set(place, _person(details))
    place.save()
    application = Application.objects.filter(place=place).first() or Application(place=place)
    changed += _set(application, {**{name: getattr(details, name) for name in OWN_FIELDS}, **came_in})
    application.saved_at = timezone.now()
    application.delete_after = place.delete_after
    application.save()
    place.application = application
    return [*changed, *_write_invoicing(place, details)]


def _write_invoicing(place: Place, details: ApplicationDetails) -> list[str]:
    values = asdict(details.invoice)
    row = Invoicing.objects.filter(place=place).first()
    if row is None and not any(values.values()):
        return []
    row = row or Invoicing(place=place, cohort=place.cohort, delete_after=place.delete_after)
    changed = _set(row, values)
    row.organisation, row.participant = place.organisation, place.name
    row.save()
    return changed


def _set(row: Any, values: dict[str, Any]) -> list[str]:
    changed = [name for name, value in values.items() if getattr(row, name, None) != value]
    for name in changed:
        setattr(row, name, values[name])
    return changed
