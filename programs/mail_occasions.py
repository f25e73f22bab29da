"""The letters about an occasion, with its calendar file, and the personal links that they carry."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.urls import reverse

from portal.core.models import OutgoingMail
from portal.core.outgoing import Letter, queue
from programs.calendars import occasion_calendar
from programs.models import Occasion, Place
from programs.queries import occasions as queries


def _site(path: str) -> str:
    return f"{settings.SITE_URL}{path}"


def answer_url(place: Place, occasion: Occasion) -> str:
    """Where a participant says whether they come, sleep over, and what they need."""
    return _site(queries.answer_path(place, occasion))


def evaluation_url(place: Place, occasion: Occasion) -> str:
    """Where a participant says what they thought."""
    return _site(queries.evaluation_path(place, occasion))


def feed_url(place: Place) -> str:
    """The participant's own calendar feed."""
    return _site(reverse("calendar_feed", args=[place.calendar_key]))


def _context(place: Place, occasion: Occasion) -> dict[str, Any]:
    return {
        "place": place,
        "occasion": occasion,
        "cohort": occasion.cohort,
        "where": queries.venue_line(occasion),
        "hours": queries.hours(occasion),
        "answer_url": answer_url(place, occasion),
        "evaluation_url": evaluation_url(place, occasion),
        "feed_url": feed_url(place),
        "contact_url": _site(reverse("contact")),
    }


def occasion_moved(place: Place, occasion: Occasion, changes: Sequence[object], audit_id: int) -> OutgoingMail:
    more = {"changes": changes, "has_answered": queries.answer_of(place, occasion) is not None}
    return _send("occasion_moved", place, occasion, f"{audit_id}:{place.pk.hex}", more, with_calendar=True)


def occasion_cancelled(place: Place, occasion: Occasion, audit_id: int) -> OutgoingMail:
    return _send("occasion_cancelled", place, occasion, f"{audit_id}:{place.pk.hex}", {}, with_calendar=True)


def occasion_asked(place: Place, occasion: Occasion) -> OutgoingMail:
    more = {"changed_before": queries.changes_before(occasion)}
    return _send("occasion_asked", place, occasion, once(place, occasion), more, with_calendar=True)


def occasion_reminded(place: Place, occasion: Occasion) -> OutgoingMail:
    return _send("occasion_reminded", place, occasion, once(place, occasion), {})


def evaluation_asked(place: Place, occasion: Occasion) -> OutgoingMail:
    return _send("evaluation_asked", place, occasion, once(place, occasion), {})


def once(place: Place, occasion: Occasion) -> str:
    """The part of a key that lets one person get one letter of a kind about one occasion.

    With its first day: who has been asked about a day that was moved is asked anew about the other.
    """
    return f"{occasion.pk}:{occasion.starts_on:%Y%m%d}:{place.pk.hex}"


def _send(
    name: str, place: Place, occasion: Occasion, key: str, more: dict[str, Any], *, with_calendar: bool = False
) -> OutgoingMail:
    context = {**_context(place, occasion), **more}
    calendar = occasion_calendar(occasion) if with_calendar else ""
    letter = Letter(f"programs/{name}", place.email, context, calendar=calendar)
    return queue(letter, about=place, key=f"{name}:{key}", delete_after=place.delete_after)
