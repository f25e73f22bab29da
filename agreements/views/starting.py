"""Beginning an agreement: the form and its receipt."""

from __future__ import annotations

import uuid

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import cache_control, never_cache
from django.views.decorators.http import require_http_methods, require_safe

from agreements.actions.opening import TemplateNotOffered
from agreements.actions.starting import Arrival, OvertakenTooOften, start_agreement
from agreements.forms import StartForm
from agreements.queries.receipts import started_receipt
from portal.core import audit
from portal.core.captcha import ProofAlreadyUsed
from portal.core.receipts import decoy_id
from portal.core.requests import note_robot, seconds_to_wait, see_other
from portal.core.views import refusal

# How the receipt's address says what became of the form.
WORDS = {Arrival.REPEAT: "igen", Arrival.CORRECTION: "andrad", Arrival.TOO_LATE: "inte-sparad"}


# Not "no-store": going back must bring the same form with its token and what was typed.
@cache_control(private=True, no_cache=True)
@require_http_methods(["GET", "HEAD", "POST"])
def agreement_start(request: HttpRequest) -> HttpResponse:
    """The form that anybody may send, and what becomes of a post of it."""
    if request.method != "POST":
        return _form_page(request, StartForm())
    if wait := seconds_to_wait("agreement_start", request):
        return refusal(request, 429, retry_after=wait)
    form = StartForm(request.POST)
    if form.is_from_robot:
        note_robot("agreement_start")
        return see_other(reverse("agreement_started", args=[decoy_id()]))
    return _posted(request, form)


def _posted(request: HttpRequest, form: StartForm) -> HttpResponse:
    if not form.is_valid():
        return _form_page(request, form)
    try:
        receipt = start_agreement(form.order(), form.submitted(), by=audit.PERSON)
    except ProofAlreadyUsed:
        form.refuse_proof()
    except TemplateNotOffered:
        form.refuse_template()
    except OvertakenTooOften:
        form.refuse_overtaken()
    else:
        address = reverse("agreement_started", args=[receipt.id])
        word = WORDS.get(receipt.arrival)
        return see_other(f"{address}?{word}=1" if word else address)
    return _form_page(request, form)


def _form_page(request: HttpRequest, form: StartForm) -> HttpResponse:
    return render(request, "agreements/agreement_start.html", {"form": form}, status=422 if form.is_bound else 200)


@never_cache
@require_safe
def agreement_started(request: HttpRequest, receipt: uuid.UUID) -> HttpResponse:
    """What became of the two mails and what happens next. It names nobody and says nothing of who had an account."""
    found = started_receipt(receipt)
    if found is None:
        raise Http404
    arrivals = {arrival.value: word in request.GET for arrival, word in WORDS.items()}
    context = {"receipt": found, **arrivals}
    return render(request, "agreements/agreement_started.html", context)
