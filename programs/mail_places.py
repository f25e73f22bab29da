"""The letters about a place. Each says exactly what holds: a place, which reserve, the last day to answer."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core import signing
from django.urls import reverse

from portal.core.models import OutgoingMail
from portal.core.outgoing import Letter, queue
from programs.models import Place
from programs.queries.places import rank

_signer = signing.Signer(salt="programs.place", sep=".")


def place_token(place: Place) -> str:
    """What the link in a mail carries: only we can make it, and it names nobody."""
    return _signer.sign(place.pk.hex)


def read_place_token(token: str) -> str | None:
    """The place's id, or None for a token that we did not make."""
    try:
        return _signer.unsign(token)
    except signing.BadSignature:
        return None


def _link(name: str, place: Place) -> str:
    return f"{settings.SITE_URL}{reverse(name, args=[place_token(place)])}"


def _context(place: Place, **more: Any) -> dict[str, Any]:
    return {
        "place": place,
        "cohort": place.cohort,
        "occasions": list(place.cohort.occasions.filter(cancelled_at=None).select_related("theme")),
        "rank": rank(place),
        "manage_url": _link("manage_place", place),
        "contact_url": settings.SITE_URL + reverse("contact"),
        **more,
    }


def tell(name: str, place: Place, audit_id: int, *, before: str) -> OutgoingMail:
    """The letter about one step of a place ("place_offered"), once for its line in the trail."""
    key = f"{name}:{place.pk.hex}:{audit_id}"
    return _send(name, place, key, before=before)


def remind(name: str, place: Place, key: str) -> OutgoingMail:
    """A reminder, once for its key."""
    return _send(name, place, key)


def _send(name: str, place: Place, key: str, **more: Any) -> OutgoingMail:
    letter = Letter(f"programs/{name}", place.email, _context(place, **more))
    return queue(letter, about=place, key=key, delete_after=place.delete_after)
