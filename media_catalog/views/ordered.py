"""What the link in the mail leads to: the ordered films, to watch and to download. Looking changes nothing."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from media_catalog.actions import orders as actions
from media_catalog.captions import write_captions
from media_catalog.mail import mail_with
from media_catalog.models import MediaItem
from media_catalog.models.orders import OrderLink
from media_catalog.queries.orders import link_behind, link_of_late
from media_catalog.queries.orders import ordered_film as film_of
from media_catalog.queries.orders import ordered_films as films_of
from media_catalog.states import OrderState
from portal.core import audit
from portal.core.private_files import serve
from portal.core.requests import see_other

# Who follows a link away from here tells nobody where they were, and no search engine keeps the page.
PRIVATE = {"Referrer-Policy": "same-origin", "X-Robots-Tag": "noindex, nofollow"}
LinkView = Callable[..., HttpResponseBase]


def _by_link(view: LinkView) -> LinkView:
    """The view with the link behind the token in its address: 404 when there is none, 410 when it was taken back."""

    @wraps(view)
    def wrapper(request: HttpRequest, token: str, **more: Any) -> HttpResponseBase:
        link = link_behind(token)
        if link is None:
            raise Http404
        ended = _ended(link)
        response = _gone(request, ended) if ended else view(request, link, token=token, **more)
        for name, value in PRIVATE.items():
            response.headers[name] = value
        return response

    return wrapper


def _ended(link: OrderLink) -> str:
    """Why the link opens nothing any more, as a heading; "" when it does.

    Of an order whose address was changed it tells nothing: whoever has the link may be a stranger.
    """
    if link.is_called_in:
        return _("Länken gäller inte längre")
    return _("Beställningen är återkallad") if link.order.state == OrderState.WITHDRAWN else ""


def _gone(request: HttpRequest, heading: str) -> HttpResponse:
    return render(request, "media_catalog/order_gone.html", {"heading": heading}, status=410)


@never_cache
@require_safe
@_by_link
def ordered_films(request: HttpRequest, link: OrderLink, *, token: str) -> HttpResponse:
    """The films, as long as the link works; then a button for a new one."""
    context = {"link": link, "token": token, **_renewal(request, link)}
    if not link.is_open(timezone.now()):
        return render(request, "media_catalog/order_expired.html", context)
    return render(request, "media_catalog/ordered_films.html", {**context, "films": films_of(link.order)})


def _renewal(request: HttpRequest, link: OrderLink) -> dict[str, object]:
    """What a press on the button led to. The rows say it: the address alone would go on saying it when kept."""
    asked = request.GET.get("fornyad")
    mailed = link_of_late(link.order, timezone.now()) if asked else None
    mail = mail_with(mailed) if mailed else None
    return {"mailed": mailed, "mail": mail, "renewed": asked == "1" and mailed != link}


@never_cache
@require_POST
@_by_link
def renew_order_link(request: HttpRequest, link: OrderLink, *, token: str) -> HttpResponse:
    """Mail a new link to the address of the order, unless one was mailed minutes ago. Only this button does."""
    sent = actions.renew_link(link.order, by=audit.PERSON)
    return see_other(reverse("ordered_films", args=[token]) + ("?fornyad=1" if sent else "?fornyad=nyss"))


def _open_film(link: OrderLink, guid: uuid.UUID) -> MediaItem:
    """404 once the link has run out: its page says what to do then."""
    film = film_of(link.order, guid) if link.is_open(timezone.now()) else None
    if film is None:
        raise Http404
    return film


@require_safe
@_by_link
def ordered_film(request: HttpRequest, link: OrderLink, *, token: str, guid: uuid.UUID) -> HttpResponseBase:
    """The file itself. `?spara` makes it a download."""
    file = _open_film(link, guid).file
    if file is None:
        raise Http404
    return serve(
        request,
        file.storage_name,
        content_type=file.content_type,
        filename=file.filename,
        etag=file.sha256,
        inline="spara" not in request.GET,
    )


@never_cache
@require_safe
@_by_link
def ordered_captions(request: HttpRequest, link: OrderLink, *, token: str, guid: uuid.UUID) -> HttpResponse:
    """What is said in the film, as WebVTT."""
    film = _open_film(link, guid)
    lines = film.transcript.lines if film.transcript else []
    return HttpResponse(write_captions(lines), content_type="text/vtt; charset=utf-8")
