"""Questions about applications: whether a cohort takes them, what is known already, what a receipt shows."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone

from portal.core import normalisation
from portal.core.mail_status import MailStatus, latest_status
from portal.core.models import OutgoingMail
from portal.core.receipts import decoy_reference, is_decoy
from programs.models import Application, Cohort, InterestRegistration, Invoicing, Place, Programme
from programs.states import CohortState, PlaceState

# An application can be sent from here; from the others it can at most be changed or looked at.
CAN_BE_SENT = (
    PlaceState.STARTED,
    PlaceState.INVITED,
    PlaceState.DECLINED,
    PlaceState.LAPSED,
    PlaceState.NOT_ADMITTED,
)
CAN_BE_CHANGED = (PlaceState.APPLIED, PlaceState.WAITING)
OWN_FIELDS = (
    "in_office_since",
    "extent",
    "challenge",
    "message",
    "assistant_name",
    "assistant_email",
    "assistant_phone",
)
INVOICE_FIELDS = ("organisation_number", "reference", "by", "peppol_id", "gln", "address")
# What follows a person from one cohort to the next; the challenge and the message were for that time.
LASTING_FIELDS = ("in_office_since", "extent", "assistant_name", "assistant_email", "assistant_phone")


def takes_applications(cohort: Cohort, now: datetime) -> bool:
    """Whether an application can be sent at this moment. The closing time counts even if beat comes later."""
    if cohort.state != CohortState.APPLICATION_OPEN:
        return False
    closes, last = cohort.application_closes_at, cohort.last_application_date
    return (closes is None or now < closes) and (last is None or timezone.localdate(now) <= last)


def open_cohort(programme: Programme, now: datetime) -> Cohort | None:
    """The programme's earliest cohort that takes an application from anybody."""
    cohorts = Cohort.objects.filter(programme=programme, state=CohortState.APPLICATION_OPEN, application_is_public=True)
    found = cohorts.chronological().select_related("programme")
    return next((cohort for cohort in found if takes_applications(cohort, now)), None)


def opens_later(programme: Programme, now: datetime) -> datetime | None:
    """When the next open round of the programme begins, if that is decided."""
    coming = Cohort.objects.filter(programme=programme, application_is_public=True, application_opens_at__gt=now)
    first = coming.exclude(state=CohortState.CANCELLED).order_by("application_opens_at").first()
    return first.application_opens_at if first else None


def application_of(place: Place) -> Application | None:
    return Application.objects.filter(place=place).first()


def filled_in_before(place: Place) -> dict[str, Any]:
    """What the form shows when it opens: this application, else what the same person has told us earlier."""
    stored = application_values(place)
    if application_of(place):
        return stored
    told = {name: value for name, value in stored.items() if value}
    return {**stored, **_from_earlier(place), **told}


def application_values(place: Place) -> dict[str, Any]:
    """What is stored of this application itself, as the form shows it."""
    own = application_of(place)
    return {
        **_from_the_place(place),
        **({name: getattr(own, name) for name in OWN_FIELDS} if own else {}),
        **_invoicing(Invoicing.objects.filter(place=place).first()),
    }


def _from_the_place(place: Place) -> dict[str, Any]:
    own = {"name": place.name, "phone": place.phone, "organisation": place.organisation_id}
    return {**own, "role": place.role, "side": place.side}


def _from_earlier(place: Place) -> dict[str, Any]:
    """From an application that the same person began or sent before, then from the interest registration."""
    found = _gaps_from_interest(place)
    earlier = Application.objects.filter(place__email_key=place.email_key).exclude(place=place)
    last = earlier.select_related("place").order_by("-saved_at").first()
    if last is None:
        return found
    own = {name: getattr(last, name) for name in LASTING_FIELDS}
    if last.place.cohort_id == place.cohort_id:
        own |= {"challenge": last.challenge, "message": last.message}
    found |= own | _known(place, {"phone": last.place.phone, "role": last.place.role, "side": last.place.side})
    if last.place.organisation_id == place.organisation_id:
        found |= _invoicing(Invoicing.objects.filter(place=last.place).first())
    return found


def _gaps_from_interest(place: Place) -> dict[str, Any]:
    registration = place.interest or _newest_interest(place)
    return _known(place, {"phone": registration.phone, "role": registration.role}) if registration else {}


def _newest_interest(place: Place) -> InterestRegistration | None:
    return InterestRegistration.objects.active().filter(email_key=place.email_key).order_by("-created_at").first()


def _known(place: Place, earlier: dict[str, str]) -> dict[str, str]:
    """What the place itself does not say yet."""
    return {name: value for name, value in earlier.items() if value and not getattr(place, name)}


def _invoicing(row: Invoicing | None) -> dict[str, Any]:
    return {name: getattr(row, name) for name in INVOICE_FIELDS} if row else {}


@dataclass(frozen=True)
class ApplicationReceipt:
    """What the receipt shows: no personal data, and nothing of what we knew of the address before."""

    reference: str
    mail: MailStatus | None
    is_sent: bool = True
    likely_domain: str = ""


def application_receipt(receipt: uuid.UUID) -> ApplicationReceipt | None:
    """The receipt of what the open form made: an application, a draft, or nothing at all (for robots)."""
    application = Application.objects.filter(place=receipt).select_related("place").first()
    if application is None:
        return ApplicationReceipt(decoy_reference(receipt), None) if is_decoy(receipt) else None
    return receipt_of(application)


def receipt_of(application: Application) -> ApplicationReceipt:
    place = application.place
    return ApplicationReceipt(
        reference=place.reference,
        mail=latest_status(OutgoingMail.objects.about(place).filter(resend_of=None)),
        is_sent=application.sent_at is not None,
        likely_domain=normalisation.likely_domain(place.email),
    )
