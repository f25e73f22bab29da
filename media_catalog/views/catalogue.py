"""The list of films, episodes and publications, and the page of one of them."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from media_catalog.exports.structured_data import absolute, structured_data
from media_catalog.models import MediaItem
from media_catalog.queries.catalogue import KINDS, LENGTHS, Filters, all_themes, item_page, media_page

# Nothing lasts longer than a day.
LAST_SECOND = 24 * 3600


@require_safe
def media_list(request: HttpRequest) -> HttpResponse:
    themes = all_themes()
    filters = Filters.from_address(request.GET.dict(), themes)
    context = {
        "result": media_page(filters, request.GET.get("sida", "1")),
        "filters": filters,
        "kinds": [(value, label) for value, (label, _kind) in KINDS.items()],
        "lengths": [(value, label) for value, (label, _condition) in LENGTHS.items()],
        "themes": [(theme.slug, theme.name) for theme in themes],
    }
    return render(request, "media_catalog/media_list.html", context)


@require_safe
def media_item(request: HttpRequest, slug: str) -> HttpResponse:
    """`?t=83` begins at that second, without script too. A long version is told of on the page of its short one."""
    items = MediaItem.objects.published().select_related("theme", "file", "poster", "transcript", "short_version")
    item = get_object_or_404(items.prefetch_related("credits", "chapters"), slug=slug)
    if item.short_version and item.short_version.published:
        return redirect(item.get_absolute_url())
    page = item_page(item, _second(request.GET.get("t", "")))
    context = {
        "page": page,
        "item": item,
        "data": structured_data(page),
        "address": absolute(item.get_absolute_url()),
        "picture": absolute(item.poster_url),
    }
    return render(request, "media_catalog/media_item.html", context)


def _second(value: str) -> int:
    """The second that is asked for; nonsense is the beginning."""
    return min(int(value), LAST_SECOND) if value.isascii() and value.isdecimal() and len(value) <= 6 else 0
