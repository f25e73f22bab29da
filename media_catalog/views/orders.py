"""The order form for long films, and its receipt."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control, never_cache
from django.views.decorators.http import require_http_methods, require_safe

from media_catalog.actions.orders import Receipt, place_order
from media_catalog.forms.orders import FilmOrderForm, OrdererForm
from media_catalog.models import MediaItem
from media_catalog.models.orders import OrderKind, order_deletion_day
from media_catalog.queries.orders import OrderReceipt, offered_films
from media_catalog.queries.orders import order_receipt as find_receipt
from portal.core import audit
from portal.core.captcha import ProofAlreadyUsed
from portal.core.forms import new_token
from portal.core.microcache import kept, microcached
from portal.core.receipts import decoy_id
from portal.core.requests import note_robot, seconds_to_wait, see_other
from portal.core.views import refusal

films_of_the_moment = kept(offered_films)
SLUG = re.compile("[a-z0-9-]{1,100}")


def _chosen_film(request: HttpRequest) -> str:
    """The film that a link to the form chose beforehand; "" for anything that is no slug."""
    slug = request.GET.get("film", "")
    return slug if SLUG.fullmatch(slug) else ""


# Not "no-store": going back must bring the same form with its token and what was typed, so that it can be mended.
@cache_control(private=True, no_cache=True)
@require_http_methods(["GET", "HEAD", "POST"])
@microcached(vary_on=_chosen_film, fills={"token": lambda: new_token(FilmOrderForm.form_name)})
def order_films(request: HttpRequest) -> HttpResponse:
    """The order form, and what becomes of a post of it."""
    films = films_of_the_moment()
    if not films:
        return render(request, "media_catalog/no_films_to_order.html")

    def page(form: OrdererForm) -> HttpResponse:
        return _form_page(request, form, films)

    if request.method == "POST":
        return posted(request, lambda: FilmOrderForm(films, request.POST), page, "film_order_receipt")
    return page(FilmOrderForm(films, chosen=_chosen_film(request)))


def _form_page(request: HttpRequest, form: OrdererForm, films: tuple[MediaItem, ...]) -> HttpResponse:
    context = {"form": form, "films": films, "deletion_day": order_deletion_day()}
    return render(request, "media_catalog/order_films.html", context, status=422 if form.is_bound else 200)


def posted(
    request: HttpRequest,
    read: Callable[[], OrdererForm],
    page: Callable[[OrdererForm], HttpResponse],
    receipt_name: str,
) -> HttpResponse:
    """What becomes of a post of any order form: the receipt, or `page` with its errors."""
    form_name = receipt_name.removesuffix("_receipt")
    if wait := seconds_to_wait(form_name, request):
        return refusal(request, 429, retry_after=wait)
    form = read()
    if form.is_from_robot:
        note_robot(form_name)
        return see_other(reverse(receipt_name, args=[decoy_id()]))
    if not form.is_valid():
        return page(form)
    try:
        receipt = place_order(form.order(), form.submitted(), by=audit.PERSON)
    except ProofAlreadyUsed:
        form.refuse_proof()
        return page(form)
    return see_other(reverse(receipt_name, args=[receipt.id]) + _told_by(receipt))


def _told_by(receipt: Receipt) -> str:
    """What the address of the receipt says of how it was reached."""
    if receipt.corrected:
        return "?andrad=1"
    return "?igen=1" if receipt.again else ""


def receipt_page(request: HttpRequest, receipt: uuid.UUID, kind: OrderKind) -> HttpResponse:
    """The reference, what became of the mail, and what happens next. Nothing about the person."""
    found = find_receipt(receipt, kind)
    if found is None or found.kind != kind:
        raise Http404
    context = {"receipt": found, "heading": _heading(request, found)}
    return render(request, "media_catalog/order_receipt.html", context)


def _heading(request: HttpRequest, receipt: OrderReceipt) -> str:
    """The news in one line, also for the tab of the browser."""
    if receipt.withdrawn:
        return _("Beställningen är återkallad") if receipt.has_films else _("Förfrågan är återkallad")
    if "andrad" in request.GET and receipt.corrected:
        return _("Din ändring är sparad")
    if "igen" in request.GET:
        return _("Vi har redan tagit emot det du skickade")
    return _("Tack! Din länk är på väg") if receipt.has_films else _("Tack! Vi har tagit emot det du skickade")


@never_cache
@require_safe
def film_order_receipt(request: HttpRequest, receipt: uuid.UUID) -> HttpResponse:
    return receipt_page(request, receipt, OrderKind.FILMS)
