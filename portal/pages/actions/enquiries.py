"""The verbs of an enquiry: send a message, report a barrier, mark it handled or not handled.

Each writes the fact, its audit line and its mails in one transaction, and touches neither Redis nor a mail server.
"""

from __future__ import annotations

from dataclasses import asdict
from enum import Enum
from typing import TypeVar

from django.db import IntegrityError, transaction
from django.utils import timezone

from portal.core import audit, outgoing
from portal.core.captcha import ProofAlreadyUsed
from portal.core.forms import Submitted
from portal.core.models import OutgoingMail
from portal.core.people import key_of
from portal.pages import mail
from portal.pages.forms import MessageContent, ReportContent
from portal.pages.models import AccessibilityReport, ContactMessage, Enquiry
from portal.pages.states import ENQUIRY_TRANSITIONS, EnquiryState

EnquiryT = TypeVar("EnquiryT", bound=Enquiry)


class Arrival(Enum):
    """What a post turned out to be."""

    FIRST = "first"
    REPEAT = "repeat"
    CORRECTION = "correction"


@transaction.atomic
def send_message(content: MessageContent, submitted: Submitted, *, by: audit.Actor) -> ContactMessage:
    """Keep a message, confirm it to its sender and tell staff; a repeat of the same form leads to the same row.

    Raises `ProofAlreadyUsed`.
    """
    message, arrival = _keep(_filled(ContactMessage(**asdict(content)), submitted), asdict(content))
    if arrival is Arrival.FIRST:
        audit.record("pages.message_sent", message, by=by, flags=message.flags)
        mail.contact_received(message)
        mail.contact_notice(message)
    elif arrival is Arrival.CORRECTION:
        audit.record("pages.message_corrected", message, by=by, flags=message.flags)
        mail.contact_corrected(message)
        mail.contact_notice(message)
    return message


@transaction.atomic
def report_barrier(content: ReportContent, submitted: Submitted, *, by: audit.Actor) -> AccessibilityReport:
    """Keep a report of a barrier, tell staff, and confirm it if an address was left. Raises `ProofAlreadyUsed`."""
    report, arrival = _keep(_filled(AccessibilityReport(**asdict(content)), submitted), asdict(content))
    if arrival is Arrival.REPEAT:
        return report
    event = "pages.barrier_reported" if arrival is Arrival.FIRST else "pages.barrier_report_corrected"
    audit.record(event, report, by=by, flags=report.flags)
    if report.email:
        confirm = mail.accessibility_received if arrival is Arrival.FIRST else mail.accessibility_corrected
        confirm(report)
    mail.accessibility_notice(report)
    return report


def _filled(enquiry: EnquiryT, submitted: Submitted) -> EnquiryT:
    """The new row with what every submission has, ready to be stored."""
    for name, value in submitted.columns().items():
        setattr(enquiry, name, value)
    enquiry.delete_after = enquiry.personal_record.delete_after()
    return enquiry


def _keep(new: EnquiryT, content: dict[str, str]) -> tuple[EnquiryT, Arrival]:
    """Store the row, or find the one that the same form made before. The database decides, however many come."""
    try:
        with transaction.atomic():
            new.save(force_insert=True)
    except IntegrityError:
        return _arrive_again(new, content)
    return new, Arrival.FIRST


def _arrive_again(new: EnquiryT, content: dict[str, str]) -> tuple[EnquiryT, Arrival]:
    rows = type(new)._default_manager.select_for_update()
    found = rows.filter(submission_token=new.submission_token).first()
    if found is None:
        raise ProofAlreadyUsed
    if found.submission_digest == new.submission_digest:
        return found, Arrival.REPEAT
    _correct(found, new, content)
    return found, Arrival.CORRECTION


def _correct(found: EnquiryT, new: EnquiryT, content: dict[str, str]) -> None:
    """The sender went back, changed something and sent again: the newer content counts, and staff looks once more.

    What still waits to go to an address that was mended does not.
    """
    mistaken = key_of(found.email)  # type: ignore[attr-defined]  # both kinds have one
    if mistaken and mistaken != key_of(content["email"]):
        outgoing.stop(OutgoingMail.objects.about(found), mistaken)
    for name, value in content.items():
        setattr(found, name, value)
    found.submission_digest, found.flags = new.submission_digest, new.flags
    found.state, found.handled_at = EnquiryState.NEW, None
    found.corrections += 1
    found.save()


@transaction.atomic
def mark_handled(enquiry: Enquiry, *, by: audit.Actor) -> None:
    """Staff has dealt with it. Raises `TransitionRefused` when somebody already had."""
    row = _locked(enquiry)
    ENQUIRY_TRANSITIONS.check(EnquiryState(row.state), EnquiryState.HANDLED)
    row.state, row.handled_at = EnquiryState.HANDLED, timezone.now()
    row.save(update_fields=["state", "handled_at"])
    audit.record("pages.enquiry_handled", row, by=by)


@transaction.atomic
def mark_not_handled(enquiry: Enquiry, *, by: audit.Actor) -> None:
    """It needs another look after all. Raises `TransitionRefused` when it was not marked as handled."""
    row = _locked(enquiry)
    ENQUIRY_TRANSITIONS.check(EnquiryState(row.state), EnquiryState.NEW)
    row.state, row.handled_at = EnquiryState.NEW, None
    row.save(update_fields=["state", "handled_at"])
    audit.record("pages.enquiry_not_handled", row, by=by)


def _locked(enquiry: EnquiryT) -> EnquiryT:
    return type(enquiry)._default_manager.select_for_update().get(pk=enquiry.pk)
