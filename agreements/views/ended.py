"""What the pages that change an agreement say once it is ended."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from agreements.models import Agreement
from agreements.states import AgreementState
from portal.core import formats
from portal.core.requests import see_other


def is_ended(agreement: Agreement) -> bool:
    return agreement.state == AgreementState.ENDED


def ended_response(request: HttpRequest, agreement: Agreement, heading: str) -> HttpResponse:
    """The page says that it is ended; a post, of which nothing can come, leads back to the text and says so there."""
    if request.method == "POST":
        messages.info(request, _ended_on(agreement))
        return see_other(reverse("agreement", args=[agreement.pk]))
    return render(request, "agreements/agreement_ended.html", {"agreement": agreement, "heading": heading})


def why_refused(agreement: Agreement, otherwise: str) -> str:
    """Why something was refused: that it has been ended meanwhile, else what the caller knows."""
    agreement.refresh_from_db(fields=["state", "ended_at"])
    return _ended_on(agreement) if is_ended(agreement) else otherwise


def _ended_on(agreement: Agreement) -> str:
    if agreement.ended_at is None:
        return _("Överenskommelsen är avslutad.")
    return _("Överenskommelsen avslutades den %(day)s.") % {"day": formats.date(agreement.ended_at)}
