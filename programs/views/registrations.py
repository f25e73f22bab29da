"""The pages of an interest registration: the form, its receipt, and what the link in the mail leads to."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from dataclasses import replace
from functools import wraps
from typing import TypeVar, cast

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.views.decorators.cache import cache_control, never_cache
from django.views.decorators.http import require_http_methods, require_safe

from portal.core import audit
from portal.core.captcha import ProofAlreadyUsed
from portal.core.forms import new_token
from portal.core.microcache import kept, microcached, with_text
from portal.core.receipts import decoy_id
from portal.core.requests import note_robot, seconds_to_wait, see_other
from portal.core.views import refusal
from portal.core.windows import SavedElsewhere
from programs.actions import registrations as actions
from programs.actions.arrivals import Arrival, Came
from programs.forms import ChangeInterestForm, InterestForm
from programs.mail import is_interest_token
from programs.models import InterestRegistration, Programme
from programs.models.registrations import interest_deletion_day
from programs.queries.catalogue import OpenRound, open_interest_round
from programs.queries.personal_links import id_in
from programs.queries.registrations import interest_receipt as find_receipt
from programs.queries.registrations import programmes_of_round, registration_with_details
from programs.states import InterestState

round_of_the_moment = kept(open_interest_round)

AFTER = {Came.FIRST: "", Came.AGAIN: "?igen=1", Came.CHANGED: "?andrad=1"}

SLUG = re.compile("[a-z0-9-]+")
LONGEST_SLUG = 80


def _chosen_programme(request: HttpRequest) -> str:
    """The programme that a link to the form chose beforehand; "" for anything that is no slug."""
    slug = request.GET.get("program", "")
    return slug if len(slug) <= LONGEST_SLUG and SLUG.fullmatch(slug) else ""


# Not "no-store": going back must bring the same form with its token and what was typed, so that it can be mended.
@cache_control(private=True, no_cache=True)
@require_http_methods(["GET", "HEAD", "POST"])
@microcached(vary_on=_chosen_programme, fills={"token": lambda: new_token(InterestForm.form_name)})
def register_interest(request: HttpRequest) -> HttpResponse:
    """The interest form, and what becomes of a post of it."""
    open_round = round_of_the_moment()
    if open_round is None:
        return render(request, "programs/no_open_round.html")
    if request.method == "POST":
        return _posted(request, open_round)
    form = InterestForm(open_round, chosen=_chosen_programme(request))
    return _form_page(request, form, open_round)


def _form_page(request: HttpRequest, form: InterestForm, open_round: OpenRound) -> HttpResponse:
    context = {"form": form, "open_round": open_round, "deletion_day": interest_deletion_day()}
    return render(request, "programs/register_interest.html", context, status=422 if form.is_bound else 200)


def _posted(request: HttpRequest, open_round: OpenRound) -> HttpResponse:
    if wait := seconds_to_wait("interest", request):
        return refusal(request, 429, retry_after=wait)
    form = InterestForm(open_round, request.POST)
    if form.is_from_robot:
        note_robot("interest")
        return see_other(reverse("interest_receipt", args=[decoy_id()]))
    if not form.is_valid():
        return _form_page(request, form, open_round)
    arrival = Arrival(open_round.round, form.cleaned_data["email"], form.interest(), form.submitted())
    try:
        receipt = actions.register_interest(arrival, by=audit.PERSON)
    except ProofAlreadyUsed:
        form.refuse_proof()
        return _form_page(request, form, open_round)
    except actions.OvertakenTooOften:
        form.refuse_overtaken()
        return _form_page(request, form, open_round)
    return see_other(reverse("interest_receipt", args=[receipt.id]) + AFTER[receipt.came])


@never_cache
@require_safe
def interest_receipt(request: HttpRequest, receipt: uuid.UUID) -> HttpResponse:
    """The reference, what became of the mail, and what happens next."""
    found = find_receipt(receipt)
    if found is None:
        raise Http404
    again, changed = "igen" in request.GET, "andrad" in request.GET
    told = found.mail.text if found.mail else ""
    key = ("interest_receipt", told, found.likely_domain, str(found.withdrawn), str(again), str(changed))

    def page(reference: str) -> str:
        shown = replace(found, reference=reference)
        # The request only for its path: what is kept must not hold anything of the visitor.
        context = {"receipt": shown, "again": again, "changed": changed, "request": request}
        return render_to_string("programs/interest_receipt.html", context)

    return HttpResponse(with_text(key, page, found.reference))


View = TypeVar("View", bound=Callable[..., HttpResponse])


def _may_go_meanwhile(view: View) -> View:
    """A registration that goes between the look and the deed (its day came, its form was mended): 404 as if before."""

    @wraps(view)
    def asked(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except InterestRegistration.DoesNotExist:
            raise Http404 from None

    return cast("View", asked)


def _behind(token: str) -> InterestRegistration:
    """The registration that the link in a mail belongs to; 404 for anything else."""
    pk = id_in(token)
    registration = registration_with_details(pk) if pk else None
    if registration is None or not is_interest_token(token, registration):
        raise Http404
    return registration


@never_cache
@require_safe
def manage_interest(request: HttpRequest, token: str) -> HttpResponse:
    """What is registered, and the ways to change it or take it back. Looking changes nothing."""
    registration = _behind(token)
    is_active = registration.state == InterestState.REGISTERED
    waiting = registration.repeats.filter(adopted_at=None) if is_active else []
    context = {"registration": registration, "token": token, "is_active": is_active, "waiting": waiting}
    return render(request, "programs/manage_interest.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@_may_go_meanwhile
def change_interest(request: HttpRequest, token: str) -> HttpResponse:
    """Change what was registered; a mail says what holds afterwards."""
    registration = _behind(token)
    if registration.state != InterestState.REGISTERED:
        return redirect("manage_interest", token)
    form = ChangeInterestForm(registration, _offered(registration), request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid() and _changed(registration, form):
        return see_other(reverse("manage_interest", args=[token]) + "?sparat=1")
    context = {"form": form, "registration": registration, "token": token}
    return render(request, "programs/change_interest.html", context, status=422 if form.is_bound else 200)


def _changed(registration: InterestRegistration, form: ChangeInterestForm) -> bool:
    """Whether it is kept; if not, the form says why."""
    try:
        actions.change_interest(registration, form.interest(), by=audit.PERSON, seen=form.what_was_seen())
    except SavedElsewhere as found:
        form.refuse_overwriting(found.stored)
    return not form.errors


def _offered(registration: InterestRegistration) -> tuple[Programme, ...]:
    """The programmes of the registration's round, and what was chosen from it even if it is offered no more."""
    return programmes_of_round(registration.interest_round, also=registration.programmes.all())


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@_may_go_meanwhile
def withdraw_interest(request: HttpRequest, token: str) -> HttpResponse:
    """A page with a button that takes the registration back. Only the button does."""
    registration = _behind(token)
    if request.method == "POST":
        actions.withdraw_interest(registration, by=audit.PERSON)
        return see_other(reverse("manage_interest", args=[token]))
    if registration.state != InterestState.REGISTERED:
        return redirect("manage_interest", token)
    return render(request, "programs/withdraw_interest.html", {"registration": registration, "token": token})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@_may_go_meanwhile
def adopt_interest_repeat(request: HttpRequest, token: str, repeat: uuid.UUID) -> HttpResponse:
    """A page with what was registered, what came later, and a button that lets the later one hold."""
    registration = _behind(token)
    later = registration.repeats.select_related("organisation").prefetch_related("programmes").filter(pk=repeat).first()
    if later is None:
        raise Http404
    if request.method == "POST":
        if actions.adopt_interest_repeat(later, by=audit.PERSON, shown=request.POST.get("shown", "")):
            return see_other(reverse("manage_interest", args=[token]) + "?sparat=1")
        return see_other(reverse("adopt_interest_repeat", args=[token, repeat]) + "?andrade=1")
    if registration.state != InterestState.REGISTERED:
        return redirect("manage_interest", token)
    context = {"registration": registration, "later": later, "token": token}
    return render(request, "programs/adopt_interest_repeat.html", context)
