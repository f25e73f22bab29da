"""Questions about interest registrations."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q

from portal.core import normalisation
from portal.core.mail_status import MailStatus, latest_status
from portal.core.models import OutgoingMail
from portal.core.receipts import decoy_reference, is_decoy
from programs.models import InterestRegistration, InterestRepeat, InterestRound, Programme
from programs.states import InterestState


@dataclass(frozen=True)
class InterestReceipt:
    """What the receipt page shows: no personal data, and not whether the person had registered before."""

    reference: str
    mail: MailStatus | None
    likely_domain: str = ""
    withdrawn: bool = False


def interest_receipt(receipt: uuid.UUID) -> InterestReceipt | None:
    """The receipt with that id: of a registration, of a later form, or of nothing at all (for robots)."""
    # Only what is shown: at an opening hundreds ask for this page at once.
    shown = InterestRegistration.objects.only("reference", "email", "state")
    if registration := shown.filter(pk=receipt).first():
        return _receipt(registration, registration)
    if repeat := InterestRepeat.objects.select_related("registration").filter(pk=receipt).first():
        return _receipt(repeat, repeat.registration)
    return InterestReceipt(decoy_reference(receipt), None) if is_decoy(receipt) else None


def _receipt(row: InterestRegistration | InterestRepeat, registration: InterestRegistration) -> InterestReceipt:
    return InterestReceipt(
        reference=row.reference,
        mail=latest_status(OutgoingMail.objects.about(row).filter(resend_of=None)),
        likely_domain=normalisation.likely_domain(registration.email) if row is registration else "",
        withdrawn=row is registration and registration.state == InterestState.WITHDRAWN,
    )


def registration_with_details(pk: str) -> InterestRegistration | None:
    """The registration behind a link in a mail, with what its pages show."""
    rows = InterestRegistration.objects.select_related("organisation", "interest_round").prefetch_related("programmes")
    return rows.filter(pk=pk).first()


def programmes_of_round(interest_round: InterestRound, *, also: Iterable[Programme]) -> tuple[Programme, ...]:
    """The published programmes that have a cohort in the round, and the given ones."""
    wanted = Q(cohorts__interest_round=interest_round, published=True) | Q(pk__in=[programme.pk for programme in also])
    return tuple(Programme.objects.filter(wanted).distinct())
