"""The interest form sent once more: the same form mended, a repeat mended, or another form from the same person."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from portal.core import audit, outgoing
from portal.core.captcha import ProofAlreadyUsed
from portal.core.forms import Submitted
from portal.core.models import OutgoingMail, label_of
from portal.core.normalisation import Address
from programs import mail
from programs.actions.arrivals import (
    Arrival,
    Came,
    Receipt,
    details_of,
    interest_of,
    programme_names,
    store_change,
    submission_of,
    take_over,
)
from programs.forms import Interest
from programs.models import InterestRegistration, InterestRepeat
from programs.models.registrations import (
    DAYS_AFTER_WITHDRAWAL,
    InterestDetails,
    InterestQuerySet,
    interest_deletion_day,
)
from programs.states import InterestState

Kept = dict[str, Any]


@transaction.atomic
def arrive_again(arrival: Arrival, *, by: audit.Actor) -> Receipt:
    """Who was there before decides: the same form, a repeat from the same form, the same person; else the proof.

    Raises `ProofAlreadyUsed`, and whatever the database raises when others change the same rows at the same time.
    """
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
    columns = details_of(arrival.interest) | submission_of(arrival.submitted) | (kept or {})
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
    if owner.email_key != arrival.address.key:
        outgoing.stop(OutgoingMail.objects.about(repeat), owner.email_key)
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
    changed = take_over(row, arrival.interest)
    row.submission_digest = arrival.submitted.digest  # type: ignore[attr-defined]  # every such row is a Submission too
    row.flags = list(arrival.submitted.flags)  # type: ignore[attr-defined]
    row.save()
    return changed


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
    store_change(registration, lambda: [*changed, *_overwrite(registration, arrival)], arrival.interest, by=by)
    if mistaken.key != arrival.address.key:
        _leave_behind(registration, mistaken, by=by)
    return Receipt(registration.pk, Came.CHANGED)


def _kept(row: InterestRegistration | InterestRepeat) -> Kept:
    """What stays as it was when a form's row moves to the other table: its receipt first of all."""
    same = ("id", "reference", "submission_token", "captcha_outcome", "captcha_proof", "created_at", "told_at")
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
    registration = InterestRegistration(interest_round=arrival.interest_round, **submission_of(arrival.submitted))
    _put_in_place_of(repeat, registration, arrival.address, arrival.interest)
    line = audit.record("programs.interest_moved", registration, by=by)
    mail.interest_changed(registration, programme_names(arrival.interest), line.pk)
    return Receipt(registration.pk, Came.CHANGED)


def _put_in_place_of(
    repeat: InterestRepeat, registration: InterestRegistration, address: Address, interest: Interest
) -> None:
    """Save the registration as what the repeat becomes: with its receipt and its reference."""
    for name, value in (details_of(interest) | _kept(repeat)).items():
        setattr(registration, name, value)
    registration.email, registration.email_key = address.typed, address.key
    repeat.delete()
    registration.save(force_insert=True)
    registration.programmes.add(*interest.programmes)


def _leave_behind(row: InterestRegistration, mistaken: Address, *, by: audit.Actor) -> None:
    """What was left beside the row at the mistaken address belongs to whoever has that address, and stays there.

    What its owner let hold, else the first, is a registration of its own from now on; the others wait beside it. Its
    owner was told that they were registered already: now they have the confirmation that they would have had then.
    What still waited to tell them of the row does not go: its link is dead.
    """
    for thing in [row, *row.repeats.all()]:
        outgoing.stop(OutgoingMail.objects.about(thing), mistaken.key)
    theirs = row.repeats.order_by(F("adopted_at").desc(nulls_last=True), "created_at", "pk").first()
    if theirs is None:
        return
    others, mails = row.repeats.exclude(pk=theirs.pk), OutgoingMail.objects.about(theirs)
    own = InterestRegistration(interest_round=row.interest_round, delete_after=_deletion_day_of(theirs))
    own.submission_digest, own.flags = theirs.submission_digest, theirs.flags
    interest = interest_of(theirs)
    _put_in_place_of(theirs, own, mistaken, interest)
    others.update(registration=own, delete_after=own.delete_after)
    mails.update(about_type=label_of(own)[0], delete_after=own.delete_after)
    line = audit.record("programs.interest_registered", own, by=by, flags=own.flags)
    mail.interest_registered(own, programme_names(interest), line.pk)


def _deletion_day_of(row: InterestRepeat) -> date:
    return interest_deletion_day(timezone.localdate(row.created_at))


def _let_mails_go(row: InterestRegistration | InterestRepeat) -> None:
    """What went to the wrong mailbox goes as soon as what is withdrawn."""
    day = timezone.localdate() + timedelta(days=DAYS_AFTER_WITHDRAWAL)
    OutgoingMail.objects.about(row).filter(delete_after__gt=day).update(delete_after=day)
