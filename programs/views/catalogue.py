"""The programme list and the page of one programme."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from portal.core.microcache import microcached
from programs.models import Programme
from programs.queries.catalogue import programme_cards, programme_page


@require_safe
@microcached()
def programme_list(request: HttpRequest) -> HttpResponse:
    cards = programme_cards(timezone.localdate())
    offered = [card for card in cards if not card.programme.historic]
    earlier = [card for card in cards if card.programme.historic]
    return render(request, "programs/programme_list.html", {"offered": offered, "earlier": earlier})


@require_safe
@microcached()
def programme(request: HttpRequest, slug: str) -> HttpResponse:
    found = get_object_or_404(Programme.objects.published(), slug=slug)
    return render(request, "programs/programme.html", {"page": programme_page(found, timezone.localdate())})
