"""Questions about interest registrations."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import connection
from django.db.models import Q

from portal.core import normalisation
from portal.core.mail_status import TOLD, MailStatus, latest_status, status_of
from portal.core.models import OutgoingMail, label_of
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


# A registration and the newest of its own letters. Written here, since Django writes it anew for each who asks: that
# was two thirds of what the receipt page costs, and at an opening hundreds ask for it at once.
_REGISTRATION_AND_MAIL = f"""
    SELECT mail.id, {", ".join(f"mail.{column}" for column in TOLD)},
           registration.reference, registration.email, registration.state AS registration_state
    FROM {InterestRegistration._meta.db_table} registration
    LEFT JOIN {OutgoingMail._meta.db_table} mail
           ON mail.about_type = %s AND mail.about_id = %s AND mail.resend_of_id IS NULL
    WHERE registration.id = %s
    ORDER BY mail.id DESC LIMIT 1
"""  # noqa: S608 - only names of our own tables and columns; what a visitor sent goes as a parameter


def interest_receipt(receipt: uuid.UUID) -> InterestReceipt | None:
    """The receipt with that id: of a registration, of a later form, or of nothing at all (for robots)."""
    if found := _receipt_of_registration(receipt):
        return found
    rows = InterestRepeat.objects.select_related("registration").only("reference", "registration__email")
    if repeat := rows.filter(pk=receipt).first():
        mails = OutgoingMail.objects.about(repeat).filter(resend_of=None)
        # The domain only, and the sender typed it too.
        domain = normalisation.likely_domain(repeat.registration.email)
        return InterestReceipt(repeat.reference, latest_status(mails), domain)
    return InterestReceipt(decoy_reference(receipt), None) if is_decoy(receipt) else None


def _receipt_of_registration(receipt: uuid.UUID) -> InterestReceipt | None:
    registration = InterestRegistration(pk=receipt)
    key = InterestRegistration._meta.pk.get_db_prep_value(receipt, connection)
    mail = next(iter(OutgoingMail.objects.raw(_REGISTRATION_AND_MAIL, [*label_of(registration), key])), None)
    if mail is None:
        return None
    # What the statement says beside the mail's own columns.
    shown = vars(mail)
    return InterestReceipt(
        reference=shown["reference"],
        mail=status_of(mail) if mail.pk else None,
        likely_domain=normalisation.likely_domain(shown["email"]),
        withdrawn=shown["registration_state"] == InterestState.WITHDRAWN,
    )


def registration_with_details(pk: str) -> InterestRegistration | None:
    """The registration behind a link in a mail, with what its pages show."""
    rows = InterestRegistration.objects.select_related("organisation", "interest_round").prefetch_related("programmes")
    return rows.filter(pk=pk).first()


def programmes_of_round(interest_round: InterestRound, *, also: Iterable[Programme]) -> tuple[Programme, ...]:
    """The published programmes that have a cohort in the round, and the given ones."""
    wanted = Q(cohorts__interest_round=interest_round, published=True) | Q(pk__in=[programme.pk for programme in also])
    return tuple(Programme.objects.filter(wanted).distinct())
