"""The verbs of an interest registration: register, correct, change, withdraw.

Each writes the fact, its audit line and its mail in one transaction, and touches neither Redis nor a mail server.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from datetime import date, timedelta
from enum import Enum
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from portal.core import audit, normalisation
from portal.core.captcha import ProofAlreadyUsed
from portal.core.forms import Submitted
from portal.core.models import OutgoingMail, label_of
from portal.core.normalisation import Address
from portal.core.references import new_reference
from portal.core.windows import Seen
from programs import mail
from programs.forms import Interest, interest_values
from programs.models import InterestRegistration, InterestRepeat, InterestRound
from programs.models.registrations import (
    DAYS_AFTER_WITHDRAWAL,
    InterestDetails,
    InterestQuerySet,
    interest_deletion_day,
    unless_kept_as_repeat,
)
from programs.states import INTEREST_TRANSITIONS, InterestState


class OvertakenTooOften(Exception):  # noqa: N818
    """Others changed the rows in question again and again while we looked."""


# Two looks are enough for two posts at once; more means that rows come and go in between.
MOST_ATTEMPTS = 5


class Came(Enum):
    """Whether this very form had been sent before, and with another content. Never whether the person had."""

    FIRST = "first"
    AGAIN = "again"
    CHANGED = "changed"


Kept = dict[str, Any]


@dataclass(frozen=True)
class Receipt:
    """Where the visitor is sent: the id of what was stored, and how the form came."""

    id: uuid.UUID
    came: Came = Came.FIRST


@dataclass(frozen=True)
class Arrival:
    """One valid post of the interest form."""

    interest_round: InterestRound
    address: Address
    interest: Interest
    submitted: Submitted


def register_interest(arrival: Arrival, *, by: audit.Actor) -> Receipt:
    """Keep what a person sent and queue the confirmation; a repeat leads to the receipt of the first.

    The usual case asks nothing of the database beforehand: its constraints tell the others apart, however many posts of
    the same form arrive at once. A form keeps its receipt and its reference whatever is mended in it: from another one
    a stranger would see that an address is known. Raises `ProofAlreadyUsed`.
    """
    for _attempt in range(MOST_ATTEMPTS):
        try:
            return _register(arrival, by=by)
        except IntegrityError:
            # Somebody was there before: this very form, this person, or this captcha proof. Found out under a lock.
            if receipt := _arrive_again_unless_overtaken(arrival, by=by):
                return receipt
    raise OvertakenTooOften


def _arrive_again_unless_overtaken(arrival: Arrival, *, by: audit.Actor) -> Receipt | None:
    """None when the row that was in the way changed between our two looks: then all is tried once more."""
    try:
        return _arrive_again(arrival, by=by)
    except (IntegrityError, InterestRegistration.DoesNotExist):
        return None


@transaction.atomic
def _register(arrival: Arrival, *, by: audit.Actor) -> Receipt:
    token = arrival.submitted.token
    registration = InterestRegistration(
        interest_round=arrival.interest_round,
        email=arrival.address.typed,
        email_key=arrival.address.key,
        **_details(arrival.interest),
        **_submission(arrival.submitted) | {"submission_token": unless_kept_as_repeat(token)},
    )
    registration.save(force_insert=True)
    registration.submission_token = token
    registration.programmes.add(*arrival.interest.programmes)
    audit.record("programs.interest_registered", registration, by=by, flags=registration.flags)
    mail.interest_registered(registration, _programme_names(arrival.interest))
    return Receipt(registration.pk)


def _details(interest: Interest) -> dict[str, Any]:
    same = {field.name: getattr(interest, field.name) for field in fields(interest) if field.name != "programmes"}
    return {**same, "phone_e164": normalisation.e164(interest.phone), "reference": new_reference()}


def _submission(submitted: Submitted) -> dict[str, Any]:
    return {**submitted.columns(), "delete_after": interest_deletion_day()}


def _programme_names(interest: Interest) -> list[str]:
    return [programme.name for programme in interest.programmes]


@transaction.atomic
def _arrive_again(arrival: Arrival, *, by: audit.Actor) -> Receipt:
    """Who was there before decides: the same form, a repeat from the same form, the same person; else the proof."""
    token = arrival.submitted.token
    if repeat := InterestRepeat.objects.select_for_update().filter(submission_token=token).first():
        return _repeat_again(repeat, arrival, by=by)
    if same_form := InterestRegistration.objects.select_for_update().filter(submission_token=token).first():
        return _correct(same_form, arrival, by=by)
    if _proof_is_used(arrival.submitted):
        raise ProofAlreadyUsed
    return _note_repeat(_registered_at(arrival).get(), arrival, by=by)


def _proof_is_used(submitted: Submitted) -> bool:
    proof = submitted.captcha.proof
    return proof is not None and any(
        model._default_manager.filter(captcha_proof=proof).exists() for model in (InterestRegistration, InterestRepeat)
    )


def _registered_at(arrival: Arrival) -> InterestQuerySet:
    """The registration, if there is one, of the address that the form has now."""
    same_round = InterestRegistration.objects.active().filter(interest_round=arrival.interest_round)
    return same_round.filter(email_key=arrival.address.key)


def _note_repeat(
    registration: InterestRegistration, arrival: Arrival, *, by: audit.Actor, kept: Kept | None = None
) -> Receipt:
    """Keep a later form from the same address beside the registration and tell the owner of the mailbox."""
    columns = _details(arrival.interest) | _submission(arrival.submitted) | (kept or {})
    repeat = InterestRepeat(registration=registration, **columns)
    repeat.delete_after = registration.delete_after
    repeat.save(force_insert=True)
    repeat.programmes.add(*arrival.interest.programmes)
    line = audit.record("programs.interest_repeated", registration, by=by, repeat=repeat.pk.hex)
    mail.interest_repeated(repeat, line.pk)
    return Receipt(repeat.pk)


def _repeat_again(repeat: InterestRepeat, arrival: Arrival, *, by: audit.Actor) -> Receipt:
    """The form behind a repeat was sent once more: with the same content nothing happens, else the newer one counts."""
    if repeat.submission_digest == arrival.submitted.digest:
        return Receipt(repeat.pk, Came.AGAIN)
    owner = repeat.registration
    if owner.email_key != arrival.address.key or owner.state != InterestState.REGISTERED:
        found = _registered_at(arrival).first()
        if found is None:
            return _stand_alone(repeat, arrival, by=by)
        _let_mails_go(repeat)
        repeat.registration, repeat.delete_after = found, found.delete_after
    # Whoever let the earlier content hold has not seen this one.
    repeat.adopted_at = None
    _overwrite(repeat, arrival)
    line = audit.record("programs.interest_repeated", repeat.registration, by=by, repeat=repeat.pk.hex)
    mail.interest_repeated(repeat, line.pk)
    return Receipt(repeat.pk, Came.CHANGED)


def _overwrite(row: InterestDetails, arrival: Arrival) -> list[str]:
    """Put the newer content into the row; its reference stays. Returns the names of the fields that changed."""
    changed = _take_over(row, arrival.interest)
    row.submission_digest = arrival.submitted.digest  # type: ignore[attr-defined]  # every such row is a Submission too
    row.flags = list(arrival.submitted.flags)  # type: ignore[attr-defined]
    row.save()
    return changed


def _take_over(row: InterestDetails, interest: Interest) -> list[str]:
    details = _details(interest)
    del details["reference"]
    changed = [name for name, value in details.items() if getattr(row, name) != value and name != "phone_e164"]
    for name, value in details.items():
        setattr(row, name, value)
    if set(row.programmes.all()) != set(interest.programmes):
        row.programmes.set(interest.programmes)
        changed.append("programmes")
    return sorted(changed)


def _correct(registration: InterestRegistration, arrival: Arrival, *, by: audit.Actor) -> Receipt:
    """The same form came once more. Its sender went back to mend something, or only pressed twice."""
    same = registration.submission_digest == arrival.submitted.digest
    if same or registration.state != InterestState.REGISTERED:
        return Receipt(registration.pk, Came.AGAIN)
    if arrival.address.key != registration.email_key and (owner := _registered_at(arrival).first()):
        return _join(registration, owner, arrival, by=by)
    changed = ["email"] if registration.email != arrival.address.typed else []
    mistaken = Address(registration.email, registration.email_key)
    registration.email, registration.email_key = arrival.address.typed, arrival.address.key
    _store_change(registration, lambda: [*changed, *_overwrite(registration, arrival)], arrival.interest, by=by)
    if mistaken.key != arrival.address.key:
        _leave_behind(registration, mistaken, by=by)
    return Receipt(registration.pk, Came.CHANGED)


def _kept(row: InterestRegistration | InterestRepeat) -> Kept:
    """What stays as it was when a form's row moves to the other table: its receipt first of all."""
    same = ("id", "reference", "submission_token", "captcha_outcome", "captcha_proof", "created_at")
    return {name: getattr(row, name) for name in same}


def _join(row: InterestRegistration, owner: InterestRegistration, arrival: Arrival, *, by: audit.Actor) -> Receipt:
    """The address was the mistake, and the right one's owner is registered: the form goes beside that registration.

    The row goes, so that the link in the wrong mailbox opens nothing, as when the right address is a new one.
    """
    kept = _kept(row)
    audit.record("programs.interest_moved", row, by=by)
    _let_mails_go(row)
    mistaken = Address(row.email, row.email_key)
    # The address is free from here on; what others left there stays, and does not go with the row.
    row.email_key = row.pk.hex
    row.save(update_fields=["email_key"])
    _leave_behind(row, mistaken, by=by)
    row.delete()
    return replace(_note_repeat(owner, arrival, by=by, kept=kept), came=Came.CHANGED)


def _stand_alone(repeat: InterestRepeat, arrival: Arrival, *, by: audit.Actor) -> Receipt:
    """The address was the mistake, and the right one is new here: the form is a registration of its own."""
    _let_mails_go(repeat)
    registration = InterestRegistration(interest_round=arrival.interest_round, **_submission(arrival.submitted))
    _put_in_place_of(repeat, registration, arrival.address, arrival.interest)
    line = audit.record("programs.interest_moved", registration, by=by)
    mail.interest_changed(registration, _programme_names(arrival.interest), line.pk)
    return Receipt(registration.pk, Came.CHANGED)


def _put_in_place_of(
    repeat: InterestRepeat, registration: InterestRegistration, address: Address, interest: Interest
) -> None:
    """Save the registration as what the repeat becomes: with its receipt and its reference."""
    for name, value in (_details(interest) | _kept(repeat)).items():
        setattr(registration, name, value)
    registration.email, registration.email_key = address.typed, address.key
    repeat.delete()
    registration.save(force_insert=True)
    registration.programmes.add(*interest.programmes)


def _leave_behind(row: InterestRegistration, mistaken: Address, *, by: audit.Actor) -> None:
    """What was left beside the row at the mistaken address belongs to whoever has that address, and stays there.

    What its owner let hold, else the first, is a registration of its own from now on; the others wait beside it. Its
    owner was told that they were registered already: now they have the confirmation that they would have had then.
    """
    theirs = row.repeats.order_by(F("adopted_at").desc(nulls_last=True), "created_at", "pk").first()
    if theirs is None:
        return
    others, mails = row.repeats.exclude(pk=theirs.pk), OutgoingMail.objects.about(theirs)
    own = InterestRegistration(interest_round=row.interest_round, delete_after=_deletion_day_of(theirs))
    own.submission_digest, own.flags = theirs.submission_digest, theirs.flags
    interest = _interest_of(theirs)
    _put_in_place_of(theirs, own, mistaken, interest)
    others.update(registration=own, delete_after=own.delete_after)
    mails.update(about_type=label_of(own)[0], delete_after=own.delete_after)
    line = audit.record("programs.interest_registered", own, by=by, flags=own.flags)
    mail.interest_registered(own, _programme_names(interest), line.pk)


def _deletion_day_of(row: InterestRepeat) -> date:
    return interest_deletion_day(timezone.localdate(row.created_at))


def _let_mails_go(row: InterestRegistration | InterestRepeat) -> None:
    """What went to the wrong mailbox goes as soon as what is withdrawn."""
    day = timezone.localdate() + timedelta(days=DAYS_AFTER_WITHDRAWAL)
    OutgoingMail.objects.about(row).filter(delete_after__gt=day).update(delete_after=day)


def _store_change(
    registration: InterestRegistration, change: Callable[[], list[str]], interest: Interest, *, by: audit.Actor
) -> None:
    registration.updated_at = timezone.now()
    changed = change()
    line = audit.record("programs.interest_changed", registration, by=by, fields=changed)
    mail.interest_changed(registration, _programme_names(interest), line.pk)


def _locked(registration: InterestRegistration) -> InterestRegistration:
    return InterestRegistration.objects.select_for_update().get(pk=registration.pk)


@transaction.atomic
def change_interest(
    registration: InterestRegistration, interest: Interest, *, by: audit.Actor, seen: Seen | None = None
) -> None:
    """Change what was registered, by the link in the mail; the person gets a mail that says what holds now.

    A button pressed twice changes nothing the second time, and no mail goes. Raises `SavedElsewhere`.
    """
    row = _locked(registration)
    if row.state != InterestState.REGISTERED:
        return
    if seen:
        stored = interest_values(row)
        seen.check(stored)
        if seen.repeats(stored):
            return

    def change() -> list[str]:
        changed = _take_over(row, interest)
        row.save()
        return changed

    _store_change(row, change, interest, by=by)


@transaction.atomic
def withdraw_interest(registration: InterestRegistration, *, by: audit.Actor) -> bool:
    """Take the registration back: nobody is contacted any more, and the row goes within a month.

    Twice is as once; False when it was taken back before.
    """
    row = _locked(registration)
    if row.state != InterestState.REGISTERED:
        return False
    _withdraw(row, by=by)
    mail.interest_withdrawn(row)
    return True


def _withdraw(row: InterestRegistration, *, by: audit.Actor) -> None:
    INTEREST_TRANSITIONS.check(InterestState(row.state), InterestState.WITHDRAWN)
    row.state = InterestState.WITHDRAWN
    row.withdrawn_at = timezone.now()
    row.delete_after = timezone.localdate() + timedelta(days=DAYS_AFTER_WITHDRAWAL)
    row.save()
    _let_go_with(row)
    audit.record("programs.interest_withdrawn", row, by=by)


def _let_go_with(row: InterestRegistration) -> None:
    """What belongs to the registration is deleted on the same day as it."""
    for thing in [row, *row.repeats.all()]:
        OutgoingMail.objects.about(thing).update(delete_after=row.delete_after)
    row.repeats.update(delete_after=row.delete_after)


@transaction.atomic
def adopt_interest_repeat(repeat: InterestRepeat, *, by: audit.Actor, shown: str = "") -> bool:
    """Let the later form replace what was registered, as its owner chose by the link in the mail. Twice is as once.

    `shown` is the digest of what the owner had in front of them. False, and nothing is changed, when the form's sender
    has mended it since, or it is here no more: nobody lets hold what they have not seen.
    """
    row = _locked(repeat.registration)
    later = row.repeats.select_for_update().filter(pk=repeat.pk).first()
    if later is None or row.state != InterestState.REGISTERED or shown not in ("", later.submission_digest):
        return False
    if later.adopted_at is None:
        later.adopted_at = timezone.now()
        later.save(update_fields=["adopted_at"])
        change_interest(row, _interest_of(later), by=by)
    return True


def _interest_of(row: InterestDetails) -> Interest:
    same = {field.name: getattr(row, field.name) for field in fields(Interest) if field.name != "programmes"}
    return Interest(programmes=tuple(row.programmes.all()), **same)
