"""The letters about an application that no step of a place sends: it was changed, or came in once more."""

from __future__ import annotations

from django.conf import settings
from django.urls import reverse

from portal.core.models import OutgoingMail
from portal.core.outgoing import Letter, queue
from programs.mail_places import place_token
from programs.models import Place
from programs.states import PlaceState


def application_url(place: Place) -> str:
    """The personal address of the application."""
    return str(settings.SITE_URL) + reverse("application", args=[place_token(place)])


def _own_url(place: Place) -> str:
    """Where somebody goes on: to the form as long as nothing is sent, then to the page of the place."""
    if place.state == PlaceState.INVITED:
        return application_url(place)
    return str(settings.SITE_URL) + reverse("manage_place", args=[place_token(place)])


def application_changed(place: Place, audit_id: int) -> OutgoingMail:
    context = {"place": place, "application_url": application_url(place)}
    letter = Letter("programs/application_changed", place.email, context)
    key = f"application_changed:{place.pk.hex}:{audit_id}"
    return queue(letter, about=place, key=key, delete_after=place.delete_after)


def application_repeated(repeat: Place, known: Place, audit_id: int) -> OutgoingMail:
    """To whoever owns the mailbox: an application came in, but they have one already. Nothing is changed by it.

    Its sender may mend the address from one such mailbox to another: each is told.
    """
    context = {"repeat": repeat, "place": known, "is_invited": known.state == PlaceState.INVITED}
    ways = {"own_url": _own_url(known), "contact_url": str(settings.SITE_URL) + reverse("contact")}
    letter = Letter("programs/application_repeated", known.email, {**context, **ways})
    key = f"application_repeated:{repeat.pk.hex}:{audit_id}"
    return queue(letter, about=repeat, key=key, delete_after=repeat.delete_after)
