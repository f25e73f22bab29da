"""Beginning an agreement: the room, the two people, the empty text."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from enum import Enum

from django.db import IntegrityError, transaction

from agreements import mail
from agreements.actions.correcting import correct
from agreements.actions.opening import let_in, offered_version, open_document
from agreements.forms import StartOrder
from agreements.models import Agreement, AgreementStart
from portal.core import audit
from portal.core.captcha import ProofAlreadyUsed
from portal.core.forms import Submitted
from portal.core.references import new_reference

# The same form, or a form about the same new address, arrived in the same moment: looked at again this many times.
MOST_ATTEMPTS = 5


class OvertakenTooOften(Exception):  # noqa: N818 - the view asks to press once more
    """Others were first again and again."""


class Arrival(Enum):
    """What a post turned out to be."""

    FIRST = "first"
    REPEAT = "repeat"
    CORRECTION = "correction"
    TOO_LATE = "too_late"


@dataclass(frozen=True)
class StartReceipt:
    """The id in the receipt's address, and what became of the form."""

    id: uuid.UUID
    arrival: Arrival = Arrival.FIRST


def start_agreement(order: StartOrder, submitted: Submitted, *, by: audit.Actor) -> StartReceipt:
    """Make the room, let the two in and tell them by mail.

    A repeat of the same form leads to the same receipt. The same form with other content counts instead of the first,
    until one of the two has begun. Raises `ProofAlreadyUsed`, `TemplateNotOffered` or `OvertakenTooOften`.
    """
    for _attempt in range(MOST_ATTEMPTS):
        try:
            return _arrive_again(order, submitted, by=by) or _start(order, submitted, by=by)
        except IntegrityError:
            # Somebody was there before: this very form, its captcha proof, or an account for one of the addresses.
            if _proof_is_used(submitted):
                raise ProofAlreadyUsed from None
    raise OvertakenTooOften


def _proof_is_used(submitted: Submitted) -> bool:
    proof = submitted.captcha.proof
    others = AgreementStart.objects.exclude(submission_token=submitted.token)
    return proof is not None and others.filter(captcha_proof=proof).exists()


@transaction.atomic
def _arrive_again(order: StartOrder, submitted: Submitted, *, by: audit.Actor) -> StartReceipt | None:
    """What becomes of a form that came before; None when it has not. Its row is held, so that posts take turns."""
    start = AgreementStart.objects.select_for_update().filter(submission_token=submitted.token).first()
    if start is None:
        return None
    if start.submission_digest == submitted.digest:
        return StartReceipt(start.pk, Arrival.REPEAT)
    is_saved = correct(start, order, submitted, by=by)
    return StartReceipt(start.pk, Arrival.CORRECTION if is_saved else Arrival.TOO_LATE)


@transaction.atomic
def _start(order: StartOrder, submitted: Submitted, *, by: audit.Actor) -> StartReceipt:
    version = offered_version(order.template)
    agreement = Agreement.objects.create(
        organisation=order.organisation, template_version=version, term_ends_on=order.term_ends_on
    )
    start = _keep_form(agreement, submitted)
    first, second = (let_in(agreement, person, by=by) for person in order.people)
    open_document(agreement, version)
    audit.record("agreements.agreement_started", agreement, by=by, template=order.template, version=version.number)
    for member, other in ((first, second), (second, first)):
        mail.agreement_started(member, other)
    return StartReceipt(start.pk)


def _keep_form(agreement: Agreement, submitted: Submitted) -> AgreementStart:
    return AgreementStart.objects.create(
        agreement=agreement,
        reference=new_reference(),
        delete_after=AgreementStart.personal_record.delete_after(),
        **submitted.columns(),
    )
