"""The letters about a place. Each says exactly what holds: a place, which reserve, the last day to answer."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.urls import reverse

from portal.core.models import OutgoingMail
from portal.core.outgoing import Letter, queue
from programs.calendars import cohort_calendar
from programs.models import Place
from programs.queries.places import kept_until, last_step_from, place_token, rank, times_applied
from programs.states import PlaceState

__all__ = ["own_url", "place_token", "remind", "tell", "tell_anew"]

# Their letters carry the cohort's calendar and the way to the pages behind log-in.
WITH_CALENDAR = {"place_accepted", "place_admitted", "place_resumed"}
# The letter that says what holds in a state, where it is not called as the state is.
LETTER_OF = {PlaceState.WAITING: "place_put_on_waiting_list", PlaceState.PARTICIPANT: "place_admitted"}


def own_url(place: Place) -> str:
    """Where somebody goes on: to the form as long as nothing is sent, then to the page of the place."""
    still_to_send = place.state in (PlaceState.STARTED, PlaceState.INVITED)
    return _site("application" if still_to_send else "manage_place", place_token(place))


def _site(name: str, *parts: object) -> str:
    return f"{settings.SITE_URL}{reverse(name, args=parts)}"


def _context(place: Place, **more: Any) -> dict[str, Any]:
    return {
        "place": place,
        "cohort": place.cohort,
        "occasions": list(place.cohort.occasions.filter(cancelled_at=None).select_related("theme")),
        "rank": rank(place),
        # One that was set aside meanwhile has had no answer.
        "is_again": times_applied(place) > 1 and more.get("before") != PlaceState.STARTED,
        "is_readdressed": False,
        "own_url": own_url(place),
        "my_pages_url": _site("my_pages"),
        "feed_url": _site("calendar_feed", place.calendar_key),
        "contact_url": _site("contact"),
        "kept_until": kept_until(place),
        **more,
    }


def tell(name: str, place: Place, audit_id: int, *, before: str, is_readdressed: bool = False) -> OutgoingMail:
    """The letter about one step of a place ("place_offered"), once for its line in the trail."""
    key = f"{name}:{place.pk.hex}:{audit_id}"
    return _send(name, place, key, before=before, is_readdressed=is_readdressed)


def tell_anew(place: Place, audit_id: int) -> OutgoingMail:
    """What holds now, to the address that the place has got: the letter of its state, which says why it comes.

    Whoever is there may have had none of the letters, and has no link that works.
    """
    name = LETTER_OF.get(PlaceState(place.state), f"place_{place.state}")
    key = f"{name}:{place.pk.hex}:{audit_id}"
    return _send(name, place, key, before=last_step_from(place), is_readdressed=True)


def remind(name: str, place: Place, key: str) -> OutgoingMail:
    """A reminder, once for its key."""
    return _send(name, place, key)


def _send(name: str, place: Place, key: str, **more: Any) -> OutgoingMail:
    context = _context(place, **more)
    calendar = cohort_calendar(place.cohort) if name in WITH_CALENDAR and context["occasions"] else ""
    letter = Letter(f"programs/{name}", place.email, context, calendar=calendar)
    return queue(letter, about=place, key=key, delete_after=place.delete_after)
