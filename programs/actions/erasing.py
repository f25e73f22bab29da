"""Letting go of one person: what the programmes hold about an address."""

from __future__ import annotations

import re
from collections import Counter

from django.db import transaction

from portal.core import audit
from portal.core.people import Erasure, Kept, let_go, spellings
from programs.actions.places import withdraw
from programs.models import Application, InterestRepeat, Invoicing, Place
from programs.queries import people
from programs.queries.people import OF_A_PLACE
from programs.states import PLACE_TRANSITIONS, PlaceState

# Free text in which the person's name or address may stand.
FREE_TEXT = ("reference", "address", "peppol_id")


@transaction.atomic
def erase_person(key: str, *, by: audit.Actor, kept: list[Kept]) -> Erasure:
    """Free the person's places, so that somebody else can have them; then let everything go but the bookkeeping's."""
    for place in people.places_at(key):
        if PLACE_TRANSITIONS.allows(PlaceState(place.state), PlaceState.WITHDRAWN):
            withdraw(place, by=by)
    for invoicing in people.invoicing_to_keep(key).select_related("place"):
        _unname(invoicing, key)
    gone = _forget_as_assistant(key) + _let_go_of_all(key)
    return Erasure(gone, kept)


def _let_go_of_all(key: str) -> Counter[str]:
    gone: Counter[str] = Counter()
    places, interests = people.places_at(key), people.interests_at(key)
    for model in OF_A_PLACE:
        gone += let_go(model._default_manager.filter(place__in=places))
    gone += let_go(Place.objects.filter(pk__in=list(places.values_list("pk", flat=True))))
    gone += let_go(InterestRepeat.objects.filter(registration__in=interests))
    return gone + let_go(interests)


def _unname(invoicing: Invoicing, key: str) -> None:
    """Whom the invoice is for stays, and the reference of the place; the person's name and address go."""
    place = invoicing.place
    if place is None:
        return
    words = [word for word in (place.name, invoicing.participant, place.email, *spellings(key)) if word]
    pattern = re.compile("|".join(re.escape(word) for word in words), re.IGNORECASE)
    for name in FREE_TEXT:
        setattr(invoicing, name, pattern.sub(place.reference, getattr(invoicing, name)))
    invoicing.participant, invoicing.place = place.reference, None
    invoicing.save()


def _forget_as_assistant(key: str) -> Counter[str]:
    """The application is somebody else's and stays; the assistant in it goes."""
    found = people.assisted_at(key).update(assistant_name="", assistant_email="", assistant_phone="")
    return Counter({Application._meta.label_lower: found} if found else {})
