"""Marks, approvals, versions, revisions. Each post leads back to a page that shows what came of it."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from agreements.actions import agreeing as actions
from agreements.collaboration.content import Content, to_html
from agreements.models import Agreement
from agreements.queries.papers import paper_of
from agreements.queries.room_page import room_page
from agreements.states import AgreementState
from agreements.views.access import Visit, for_members, visit
from agreements.views.ended import ended_response, is_ended, why_refused
from portal.core.requests import see_other


def room_address(agreement: Agreement, key: str = "") -> str:
    path = reverse("agreement", args=[agreement.pk])
    return f"{path}#{key}" if key else path


@never_cache
@require_POST
@for_members
def agreement_mark(request: HttpRequest, pk: uuid.UUID, key: str) -> HttpResponse:
    """ "Jag är överens" on a section, or taking it back."""
    here = visit(request, pk, as_writer=True)
    try:
        if request.POST.get("do") == "unmark":
            actions.unmark_section(here.agreement, key, by=here.member)
        else:
            actions.mark_section(here.agreement, key, request.POST.get("hash", ""), by=here.member)
    except actions.ContentChanged:
        messages.warning(request, _("Texten har ändrats sedan sidan visades. Läs den igen innan du svarar."))
    except actions.NotAllowed:
        messages.error(request, _("Det går inte längre: överenskommelsen skrivs inte just nu."))
    return see_other(room_address(here.agreement, key))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@for_members
def agreement_approve(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """The whole text as it stands, and the button that approves exactly that."""
    here = visit(request, pk, as_writer=True)
    if here.agreement.state != AgreementState.WRITING:
        return see_other(room_address(here.agreement))
    if request.method == "POST":
        return _approve(request, here)
    page = room_page(here.agreement, here.member)
    context = {"agreement": here.agreement, "me": here.member, "page": page}
    return render(request, "agreements/agreement_approve.html", context)


def _approve(request: HttpRequest, here: Visit) -> HttpResponse:
    here_again = reverse("agreement_approve", args=[here.agreement.pk])
    try:
        version = actions.approve(here.agreement, request.POST.get("hash", ""), by=here.member)
    except actions.ContentChanged:
        messages.warning(request, _("Texten har ändrats sedan sidan visades. Läs den igen innan du godkänner."))
        return see_other(here_again)
    except actions.NotAgreedYet:
        messages.warning(request, _("Ni behöver båda vara överens om varje rubrik innan ni godkänner helheten."))
        return see_other(room_address(here.agreement))
    except actions.NotAllowed:
        messages.error(request, _("Det går inte längre: överenskommelsen skrivs inte just nu."))
        return see_other(room_address(here.agreement))
    if version is None:
        messages.success(request, _("Du har godkänt. Vi har mejlat den andra, som godkänner på samma sätt."))
        return see_other(room_address(here.agreement))
    messages.success(request, _("Ni har nu båda godkänt. Versionen är låst och ändras inte mer."))
    return see_other(reverse("agreement_version", args=[here.agreement.pk, version.number]))


@never_cache
@require_safe
@for_members
def agreement_version(request: HttpRequest, pk: uuid.UUID, number: int) -> HttpResponse:
    """What was approved, when and by whom. It never changes."""
    here = visit(request, pk)
    version = get_object_or_404(here.agreement.versions, number=number)
    content = Content.from_json(version.content)
    context = {
        "agreement": here.agreement,
        "me": here.member,
        "version": version,
        "paper": paper_of(version),
        "approvals": version.approvals.select_related("member").order_by("at"),
        "sections": [(section, to_html(section)) for section in content.sections],
    }
    return render(request, "agreements/agreement_version.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@for_members
def agreement_revise(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """A page with a button that begins a new draft from what was approved."""
    here = visit(request, pk, as_writer=True)
    if is_ended(here.agreement):
        return ended_response(request, here.agreement, _("Börja ändra"))
    if request.method != "POST":
        return render(request, "agreements/agreement_revise.html", {"agreement": here.agreement})
    try:
        actions.start_revision(here.agreement, by=here.member)
    except actions.NotAllowed:
        messages.info(request, why_refused(here.agreement, _("Överenskommelsen skrivs redan.")))
    return see_other(room_address(here.agreement))
