"""Writing alone first. The page shows one's own draft, and of the other's nothing but whether it is ready."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from agreements import permissions
from agreements.actions import silence as actions
from agreements.actions.agreeing import NotAllowed
from agreements.collaboration.content import to_html
from agreements.forms import SilentForm
from agreements.models import Document
from agreements.queries.documents import current_content
from agreements.queries.rooms import other_of_pair
from agreements.views.access import Visit, for_members, visit
from agreements.views.agreeing import room_address
from portal.core.requests import see_other


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@for_members
def agreement_silent(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """The offer to write alone first; then one's own draft."""
    here = visit(request, pk, as_writer=True)
    if request.method == "POST":
        return _posted(request, here)
    if not permissions.may_write(here.agreement, here.member):
        return see_other(room_address(here.agreement))
    if not here.agreement.writes_silently:
        return _offer_page(request, here, SilentForm(here.agreement.template_version))
    return _draft_page(request, here)


def _offer_page(request: HttpRequest, here: Visit, form: SilentForm) -> HttpResponse:
    context = {"agreement": here.agreement, "form": form}
    return render(request, "agreements/agreement_silent_offer.html", context, status=422 if form.is_bound else 200)


def _draft_page(request: HttpRequest, here: Visit) -> HttpResponse:
    document = get_object_or_404(Document, agreement=here.agreement, owner=here.member)
    content, _seq = current_content(document)
    questions = {row.key: row.question_lines for row in here.agreement.template_version.sections.all()}
    context = {
        "agreement": here.agreement,
        "me": here.member,
        "other": other_of_pair(here.member),
        "document": document,
        "sections": [
            (section, to_html(section), questions[section.key])
            for section in content.sections
            if section.key in here.agreement.silent_keys
        ],
        "room_path": reverse("agreement", args=[here.agreement.pk]),
    }
    return render(request, "agreements/agreement_silent.html", context)


def _posted(request: HttpRequest, here: Visit) -> HttpResponse:
    page = reverse("agreement_silent", args=[here.agreement.pk])
    try:
        if request.POST.get("do") != "ready":
            return _opened(request, here, page)
        revealed = actions.finish_silent_draft(here.agreement, by=here.member)
    except NotAllowed:
        messages.error(request, _("Det går inte: överenskommelsen skrivs inte just nu."))
        return see_other(room_address(here.agreement))
    here.agreement.refresh_from_db(fields=["silent_keys"])
    if not revealed and not here.agreement.writes_silently:
        # The page had been open since before: nobody is waited for any more.
        messages.info(request, _("Ni skriver inte längre var för sig. Bådas texter finns under varje rubrik."))
        return see_other(room_address(here.agreement))
    if revealed:
        messages.success(request, _("Ni är båda klara. Här är bådas texter, under varje rubrik."))
        return see_other(room_address(here.agreement))
    messages.success(request, _("Du är klar. Ni ser båda texterna när den andra också är klar."))
    return see_other(page)


def _opened(request: HttpRequest, here: Visit, page: str) -> HttpResponse:
    form = SilentForm(here.agreement.template_version, request.POST)
    if not form.is_valid():
        return _offer_page(request, here, form)
    actions.open_silent_start(here.agreement, form.cleaned_data["sections"], by=here.member)
    return see_other(page)
