"""A participant's calendar feed: fetched by calendar programs, again and again, without anybody logged in."""

from __future__ import annotations

import hashlib
import uuid

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag
from django.views.decorators.http import require_safe

from programs import calendars
from programs.models import Place
from programs.queries.occasions import PLANS_BY_THE_DATES
from programs.states import PlaceState


@require_safe
def calendar_feed(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """The cohort's occasions. Who left gets an empty calendar: their program then clears the entries away."""
    place = Place.objects.select_related("cohort__programme").filter(calendar_key=key).first()
    if place is None:
        raise Http404
    shows = place.state in (*PLANS_BY_THE_DATES, PlaceState.COMPLETED)
    text = calendars.feed(place.cohort, is_empty=not shows)
    tag = quote_etag(hashlib.sha256(text.encode()).hexdigest())
    headers = {
        "ETag": tag,
        "Cache-Control": "private, no-cache",
        "Content-Disposition": 'inline; filename="samspel.ics"',
        "Referrer-Policy": "no-referrer",
        "X-Robots-Tag": "noindex",
    }
    answer = HttpResponse(text, content_type="text/calendar; charset=utf-8", headers=headers)
    return get_conditional_response(request, etag=tag, response=answer) or answer
