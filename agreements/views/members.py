"""Who is in the room: inviting, removing, handing over, ending."""

from __future__ import annotations

import uuid
from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from agreements import permissions
from agreements.actions import members as actions
from agreements.actions.agreeing import NotAllowed
from agreements.forms import HandOverForm, ReaderForm, RoomForm
from agreements.models import Member, MemberRole
from agreements.queries.rooms import people_of
from agreements.views.access import Visit, for_members, for_members_filling_in, visit
from agreements.views.agreeing import room_address
from agreements.views.ended import ended_response, is_ended, why_refused
from portal.core.requests import see_other
from portal.core.states import TransitionRefused


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@for_members_filling_in(ReaderForm)
def agreement_members(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Who may see the agreement, and the form that invites a reader."""
    here = visit(request, pk)
    form = ReaderForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        return _tried(request, here, form, lambda: _invite(here, form))
    return _members_page(request, here, form)


def _members_page(request: HttpRequest, here: Visit, form: RoomForm) -> HttpResponse:
    context = {
        "agreement": here.agreement,
        "me": here.member,
        "people": people_of(here.agreement),
        "form": form,
        "may_invite": permissions.may_invite(here.agreement, here.member),
    }
    return render(request, "agreements/agreement_members.html", context, status=422 if form.is_bound else 200)


def _invite(here: Visit, form: ReaderForm) -> None:
    data = form.cleaned_data
    actions.invite_reader(here.agreement, data["email"], data["name"], data["title"], data["until"], by=here.member)


def _tried(request: HttpRequest, here: Visit, form: RoomForm, act: Callable[[], object]) -> HttpResponse:
    """Do it and go back to the list of people, or say at the field why not."""
    try:
        act()
    except actions.AlreadyInside:
        form.add_error("email", _("Den adressen hör till någon av er två."))
        return _members_page(request, here, form)
    except NotAllowed:
        messages.error(request, why_refused(here.agreement, _("Bara ni två kan ändra vilka som är med.")))
    else:
        messages.success(request, _("Klart. Personen får ett mejl om hur man kommer in."))
    return see_other(reverse("agreement_members", args=[here.agreement.pk]))


@never_cache
@require_POST
@for_members
def agreement_remove_reader(request: HttpRequest, pk: uuid.UUID, member: int) -> HttpResponse:
    """Close the room to a reader."""
    here = visit(request, pk, as_writer=True)
    reader = get_object_or_404(here.agreement.members.filter(role=MemberRole.READER), pk=member)
    try:
        actions.remove_reader(reader, by=here.member)
    except NotAllowed:
        messages.error(request, why_refused(here.agreement, _("Bara ni två kan ändra vilka som är med.")))
    return see_other(reverse("agreement_members", args=[here.agreement.pk]))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@for_members_filling_in(HandOverForm)
def agreement_hand_over(request: HttpRequest, pk: uuid.UUID, member: int) -> HttpResponse:
    """One of the two leaves, and says who comes instead."""
    here = visit(request, pk, as_writer=True)
    if is_ended(here.agreement):
        return ended_response(request, here.agreement, _("Lämna över"))
    leaving = get_object_or_404(here.agreement.members.inside().pair(), pk=member)
    form = HandOverForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        return _handed_over(request, here, leaving, form)
    return _hand_over_page(request, here, leaving, form)


def _hand_over_page(request: HttpRequest, here: Visit, leaving: Member, form: RoomForm) -> HttpResponse:
    context = {"agreement": here.agreement, "me": here.member, "leaving": leaving, "form": form}
    return render(request, "agreements/agreement_hand_over.html", context, status=422 if form.is_bound else 200)


def _handed_over(request: HttpRequest, here: Visit, leaving: Member, form: HandOverForm) -> HttpResponse:
    data = form.cleaned_data
    try:
        actions.hand_over(leaving, data["email"], data["name"], data["title"], by=here.member)
    except actions.AlreadyInside:
        form.add_error("email", _("Den adressen hör till någon av er två."))
        return _hand_over_page(request, here, leaving, form)
    except NotAllowed:
        messages.error(request, why_refused(here.agreement, _("Platsen är redan överlämnad.")))
    else:
        messages.success(request, _("Platsen är överlämnad. Efterträdaren får ett mejl."))
    still_inside = leaving.pk != here.member.pk
    return see_other(
        reverse("agreement_members", args=[here.agreement.pk]) if still_inside else reverse("agreement_list")
    )


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@for_members
def agreement_end(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """A page with a button that ends the agreement."""
    here = visit(request, pk, as_writer=True)
    if is_ended(here.agreement):
        return ended_response(request, here.agreement, _("Avsluta överenskommelsen"))
    if request.method != "POST":
        return render(request, "agreements/agreement_end.html", {"agreement": here.agreement})
    try:
        actions.end_agreement(here.agreement, by=here.member)
    except (NotAllowed, TransitionRefused):
        messages.info(request, why_refused(here.agreement, _("Överenskommelsen är redan avslutad.")))
    return see_other(room_address(here.agreement))
