"""What is written, to take along: the PDF of a version, exports, the calendar. Only for those in the room."""

from __future__ import annotations

import uuid

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.text import slugify
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from agreements.actions.papers import make_paper
from agreements.exports import FORMATS, ICS, export, meetings_ics
from agreements.models import Agreement, Version
from agreements.queries.papers import Sheet, file_of, paper_of, sheet_of_draft, sheet_of_version
from agreements.views.access import for_members, visit
from portal.core.requests import see_other


def _file(content: bytes, media_type: str, name: str) -> HttpResponse:
    """A file that is saved and never shown inside the portal."""
    response = HttpResponse(content, content_type=media_type)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _file_name(agreement: Agreement, number: int | None, ending: str) -> str:
    edition = "utkast" if number is None else f"version-{number}"
    return (
        f"{slugify(agreement.template_version.template.name)}-{slugify(agreement.organisation.name)}-{edition}.{ending}"
    )


def _version(agreement: Agreement, number: int) -> Version:
    return get_object_or_404(agreement.versions, number=number)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@for_members
def agreement_paper(request: HttpRequest, pk: uuid.UUID, number: int) -> HttpResponse:
    """How far the PDF has come, and the version in all formats. A post has a PDF that failed made again."""
    is_post = request.method == "POST"
    here = visit(request, pk, as_writer=is_post)
    version = _version(here.agreement, number)
    if is_post:
        make_paper(version, by=here.member)
        return see_other(reverse("agreement_paper", args=[pk, number]))
    context = {"agreement": here.agreement, "me": here.member, "version": version, "paper": paper_of(version)}
    return render(request, "agreements/agreement_paper.html", context)


@never_cache
@require_safe
@for_members
def agreement_pdf(request: HttpRequest, pk: uuid.UUID, number: int) -> HttpResponse:
    """The stored file; the page that tells how far it has come while there is none."""
    agreement = visit(request, pk).agreement
    content = file_of(_version(agreement, number))
    if content is None:
        return redirect("agreement_paper", pk, number)
    return _file(content, "application/pdf", _file_name(agreement, number, "pdf"))


def _sheet(request: HttpRequest, agreement: Agreement) -> Sheet:
    """Of the version that the address names, else of the text as it stands."""
    number = request.GET.get("version", "")
    if not number:
        return sheet_of_draft(agreement)
    if not number.isdecimal() or not number.isascii():
        raise Http404
    return sheet_of_version(_version(agreement, int(number[:5])))


@never_cache
@require_safe
@for_members
def agreement_export(request: HttpRequest, pk: uuid.UUID, fmt: str) -> HttpResponse:
    """One of the formats, of a version or of the draft. The PDF of a version is the stored one."""
    agreement = visit(request, pk).agreement
    if fmt not in FORMATS:
        raise Http404
    sheet = _sheet(request, agreement)
    if fmt == "pdf" and sheet.number is not None:
        return redirect("agreement_pdf", pk, sheet.number)
    made = export(sheet, fmt)
    return _file(made.content, made.media_type, _file_name(agreement, sheet.number, made.ending))


@never_cache
@require_safe
@for_members
def agreement_meetings_ics(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """The meetings that come back, as a file for the calendar."""
    agreement = visit(request, pk).agreement
    sheet = _sheet(request, agreement)
    return _file(meetings_ics(agreement, sheet), ICS, _file_name(agreement, sheet.number, "ics"))
