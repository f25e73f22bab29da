"""The letters of the pages: what the sender gets, and the notice to staff.

What somebody wrote is in no letter: a form must not be a way to send any text to any address, and a copy in a mailbox
would outlive the day on which we promise to delete it. Staff reads it in admin.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.urls import reverse

from portal.core.models import OutgoingMail
from portal.core.outgoing import Letter, queue
from portal.pages.models import AccessibilityReport, ContactMessage, Enquiry

CONTACT_LETTERS = ("pages/contact_received", "pages/contact_corrected")


def _send(name: str, enquiry: Enquiry, to: str, key: str, **more: Any) -> OutgoingMail:
    letter = Letter(f"pages/{name}", to, {"enquiry": enquiry, **more})
    return queue(letter, about=enquiry, key=f"{name}:{enquiry.pk.hex}:{key}", delete_after=enquiry.delete_after)


def contact_received(message: ContactMessage) -> OutgoingMail:
    return _send("contact_received", message, message.email, "0")


def contact_corrected(message: ContactMessage) -> OutgoingMail:
    return _send("contact_corrected", message, message.email, str(message.corrections))


def accessibility_received(report: AccessibilityReport) -> OutgoingMail:
    return _send("accessibility_received", report, report.email, str(report.corrections))


def accessibility_corrected(report: AccessibilityReport) -> OutgoingMail:
    return _send("accessibility_corrected", report, report.email, str(report.corrections))


def _notify_staff(name: str, enquiry: Enquiry) -> list[OutgoingMail]:
    admin_path = reverse(f"admin:{enquiry._meta.app_label}_{enquiry._meta.model_name}_change", args=[enquiry.pk])
    context = {"admin_url": settings.SITE_URL + admin_path}
    addresses: list[str] = settings.STAFF_EMAILS
    return [
        _send(name, enquiry, to, f"{enquiry.corrections}:{number}", **context) for number, to in enumerate(addresses)
    ]


def contact_notice(message: ContactMessage) -> list[OutgoingMail]:
    return _notify_staff("contact_notice", message)


def accessibility_notice(report: AccessibilityReport) -> list[OutgoingMail]:
    return _notify_staff("accessibility_notice", report)
