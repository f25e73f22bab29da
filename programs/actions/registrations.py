"""The verbs of an interest registration: register, change, withdraw, let a later form hold.

Each writes the fact, its audit line and its mail in one transaction, and touches neither Redis nor a mail server.
"""

from __future__ import annotations

from datetime import timedelta

from django.db import IntegrityError, OperationalError, transaction
from django.utils import timezone

from portal.core import audit
from portal.core.deadlocks import is_deadlock
from portal.core.models import OutgoingMail
from portal.core.windows import Seen
from programs import mail
from programs.actions.arrivals import (
    Arrival,
    Receipt,
    details_of,
    interest_of,
    programme_names,
    store_change,
    submission_of,
    take_over,
)
from programs.actions.mending import arrive_again
from programs.forms import Interest, interest_values
from programs.models import InterestRegistration, InterestRepeat
from programs.models.registrations import DAYS_AFTER_WITHDRAWAL, unless_kept_as_repeat
from programs.states import INTEREST_TRANSITIONS, InterestState


class OvertakenTooOften(Exception):  # noqa: N818
    """Others changed the rows in question again and again while we looked."""


# Two looks are enough for two posts at once; more means that rows come and go in between.
MOST_ATTEMPTS = 5


def register_interest(arrival: Arrival, *, by: audit.Actor) -> Receipt:
    """Keep what a person sent and queue the confirmation; a repeat leads to the receipt of the first.

    The usual case asks nothing of the database beforehand: its constraints tell the others apart, however many posts of
    the same form arrive at once. A form keeps its receipt and its reference whatever is mended in it: from another one
    a stranger would see that an address is known. Raises `ProofAlreadyUsed` or `OvertakenTooOften`.
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
    """None when the row that was in the way changed between our two looks: then all is tried once more.

    Or when somebody mends a form of theirs to the address of this one, and each waits for the other's row.
    """
    try:
        return arrive_again(arrival, by=by)
    except (IntegrityError, InterestRegistration.DoesNotExist):
        return None
    except OperationalError as error:
        if not is_deadlock(error):
            raise
        return None


@transaction.atomic
def _register(arrival: Arrival, *, by: audit.Actor) -> Receipt:
    token = arrival.submitted.token
    registration = InterestRegistration(
        interest_round=arrival.interest_round,
        email=arrival.address.typed,
        email_key=arrival.address.key,
        **details_of(arrival.interest),
        **submission_of(arrival.submitted) | {"submission_token": unless_kept_as_repeat(token)},
    )
    registration.save(force_insert=True)
    registration.submission_token = token
    registration.programmes.add(*arrival.interest.programmes)
    audit.record("programs.interest_registered", registration, by=by, flags=registration.flags)
    mail.interest_registered(registration, programme_names(arrival.interest))
    return Receipt(registration.pk)


def _locked(registration: InterestRegistration) -> InterestRegistration:
    return InterestRegistration.objects.select_for_update().get(pk=registration.pk)


@transaction.atomic
def change_interest(
    registration: InterestRegistration, interest: Interest, *, by: audit.Actor, seen: Seen | None = None
) -> None:
    """Change what was registered, by the link in the mail; the person gets a mail that says what holds now.

    A button pressed twice changes nothing the second time, and no mail goes. Raises `SavedElsewhere`, or
    `InterestRegistration.DoesNotExist` when it went in between, as the other two do.
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
        changed = take_over(row, interest)
        row.save()
        return changed

    store_change(row, change, interest, by=by)


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
        change_interest(row, interest_of(later), by=by)
    return True
