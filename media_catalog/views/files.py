"""What players and podcast apps fetch: files, captions, chapters. Only of items that anybody may play."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Q
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from media_catalog.captions import write_captions
from media_catalog.exports.podcast import chapters
from media_catalog.models import MediaFile, MediaItem
from portal.core.private_files import serve

# A file never changes under its address; an item that is taken away is gone within the hour.
KEPT = "public, max-age=3600"


@require_safe
def media_file(request: HttpRequest, pk: UUID, name: str) -> HttpResponseBase:
    """The file or the picture of a published item. A film on order is never here. `?spara` makes it a download."""
    may_be_had = Q(item__published=True, item__on_order=False) | Q(poster_of__published=True)
    file = get_object_or_404(MediaFile.objects.filter(may_be_had), pk=pk)
    response = serve(
        request,
        file.storage_name,
        content_type=file.content_type,
        filename=name,
        etag=file.sha256,
        inline="spara" not in request.GET,
    )
    if response.status_code in {200, 206, 304}:
        response.headers["Cache-Control"] = KEPT
    return response


def _open_item(slug: str) -> MediaItem:
    item: MediaItem = get_object_or_404(MediaItem.objects.open().select_related("transcript"), slug=slug)
    return item


@require_safe
def media_captions(request: HttpRequest, slug: str) -> HttpResponse:
    """What is said, as WebVTT."""
    item = _open_item(slug)
    lines = item.transcript.lines if item.transcript else []
    return HttpResponse(write_captions(lines), content_type="text/vtt; charset=utf-8", headers={"Cache-Control": KEPT})


@require_safe
def media_chapters(request: HttpRequest, slug: str) -> HttpResponse:
    return JsonResponse(
        chapters(_open_item(slug)), content_type="application/json+chapters", headers={"Cache-Control": KEPT}
    )
