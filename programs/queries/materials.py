"""Which files a participant may read now, and the links to them, which run out."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

from django.core import signing
from django.db.models import Q, QuerySet
from django.urls import reverse

from programs.models import Material, Place
from programs.states import COMES

# A link is made when its page is shown. It lasts a meeting day, not longer: a forwarded one leads nowhere tomorrow.
LINK_LIFETIME = timedelta(hours=12)
_signer = signing.TimestampSigner(salt="programs.material", sep=".")


def materials_for(place: Place, today: date) -> QuerySet[Material]:
    """What this person may read today; nothing for somebody who does not take part."""
    if place.state not in COMES:
        return Material.objects.none()
    shown = Q(visible_from__isnull=True) | Q(visible_from__lte=today)
    return Material.objects.filter(shown, cohort=place.cohort_id).select_related("occasion")


def material_url(material: Material, place: Place) -> str:
    """A link for this person to this file, for some hours."""
    return reverse("material", args=[_signer.sign(f"{material.pk.hex}-{place.pk.hex}")])


class LinkHasExpired(Exception):  # noqa: N818 - an answer to the caller
    """We made the link, but too long ago."""


def read_material_token(token: str) -> tuple[UUID, UUID] | None:
    """The ids of the file and the person, or None for a token that we did not make. Raises `LinkHasExpired`."""
    try:
        material, _dash, place = _signer.unsign(token, max_age=LINK_LIFETIME).partition("-")
    except signing.SignatureExpired as late:
        raise LinkHasExpired from late
    except signing.BadSignature:
        return None
    return UUID(hex=material), UUID(hex=place)
