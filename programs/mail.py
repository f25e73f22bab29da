"""The letters of the programmes, each function named as the letter that it sends."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.urls import reverse

from portal.core.models import OutgoingMail
from portal.core.outgoing import Letter, queue
from programs.models import InterestRegistration, InterestRepeat
from programs.queries.personal_links import PersonalLink

_link = PersonalLink("programs.interest")


def interest_token(registration: InterestRegistration) -> str:
    """What the link in a mail carries."""
    return _link.token(registration)


def is_interest_token(token: str, registration: InterestRegistration) -> bool:
    """Whether we made that token for the registration and the address that it has now."""
    return _link.made(token, registration)


def _context(registration: InterestRegistration, **more: Any) -> dict[str, Any]:
    path = reverse("manage_interest", args=[interest_token(registration)])
    contact_url = settings.SITE_URL + reverse("contact")
    return {"registration": registration, "manage_url": settings.SITE_URL + path, "contact_url": contact_url, **more}


def _send(name: str, registration: InterestRegistration, key: str, **more: Any) -> OutgoingMail:
    letter = Letter(f"programs/{name}", registration.email, _context(registration, **more))
    about = more.get("repeat", registration)
    return queue(letter, about=about, key=f"{name}:{key}", delete_after=registration.delete_after)


def interest_registered(
    registration: InterestRegistration, programmes: list[str], audit_id: int | None = None
) -> OutgoingMail:
    """With the line of the trail where the registration had not begun as one: it may have been told before."""
    key = registration.pk.hex if audit_id is None else f"{registration.pk.hex}:{audit_id}"
    return _send("interest_registered", registration, key, programmes=programmes)


def interest_changed(registration: InterestRegistration, programmes: list[str], audit_id: int) -> OutgoingMail:
    return _send("interest_changed", registration, f"{registration.pk.hex}:{audit_id}", programmes=programmes)


def interest_withdrawn(registration: InterestRegistration) -> OutgoingMail:
    return _send("interest_withdrawn", registration, registration.pk.hex)


def interest_repeated(repeat: InterestRepeat, audit_id: int) -> OutgoingMail:
    """The link leads to a page without a form: a mail scanner that presses every button it finds chooses nothing."""
    return _send("interest_repeated", repeat.registration, f"{repeat.pk.hex}:{audit_id}", repeat=repeat)


def interest_summary(to: str, context: dict[str, Any], about: InterestRegistration, key: str) -> OutgoingMail:
    letter = Letter("programs/interest_summary", to, context)
    return queue(letter, about=about, key=f"interest_summary:{key}", delete_after=about.delete_after)
