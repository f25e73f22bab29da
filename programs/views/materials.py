"""A cohort's files, to those who take part, by links that run out."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from portal.core.private_files import serve
from programs.models import Material, Place
from programs.queries.materials import LinkHasExpired, materials_for, read_material_token


@require_safe
def material(request: HttpRequest, token: str) -> HttpResponseBase:
    """The file, as long as the link lasts and the person takes part."""
    try:
        found = read_material_token(token)
    except LinkHasExpired:
        return render(request, "programs/material_expired.html", status=410)
    place = Place.objects.filter(pk=found[1]).first() if found else None
    if found is None or place is None:
        raise Http404
    row = materials_for(place, timezone.localdate()).filter(pk=found[0]).first()
    if row is None:
        raise Http404
    return _file(request, row)


def _file(request: HttpRequest, row: Material) -> HttpResponseBase:
    """A PDF or a picture is read in the browser, anything else is downloaded."""
    is_shown = row.content_type == "application/pdf" or row.content_type.startswith("image/")
    answer = serve(
        request,
        row.storage_name,
        content_type=row.content_type,
        filename=row.file_name,
        etag=row.sha256,
        inline=is_shown,
    )
    answer["X-Content-Type-Options"] = "nosniff"
    return answer
