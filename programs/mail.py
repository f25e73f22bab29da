"""The letters of the programmes, each function named as the letter that it sends."""

from __future__ import annotations

import re
from typing import Any

from django.conf import settings
from django.core import signing
from django.urls import reverse
from django.utils.crypto import constant_time_compare

from portal.core.models import OutgoingMail
from portal.core.outgoing import Letter, queue
from programs.models import InterestRegistration, InterestRepeat

HEX_ID = re.compile("[0-9a-f]{32}")

_signer = signing.Signer(salt="programs.interest", sep=".")


def interest_token(registration: InterestRegistration) -> str:
    """What the link in a mail carries: only we can make it, and it names nobody.

    It holds for the address that it was sent to: when that was a mistake and is mended, the link in the wrong mailbox
    opens nothing any more.
    """
    signature = _signer.signature(f"{registration.pk.hex}{_signer.sep}{registration.email_key}")
    return f"{registration.pk.hex}{_signer.sep}{signature}"


def read_interest_token(token: str) -> str | None:
    """The id in a token, or None for what is none. Whether we made it tells `is_interest_token`."""
    pk, _sep, _signature = token.partition(_signer.sep)
    return pk if HEX_ID.fullmatch(pk) else None


def is_interest_token(token: str, registration: InterestRegistration) -> bool:
    """Whether we made that token for the registration and the address that it has now."""
    return constant_time_compare(token, interest_token(registration))


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
