"""The podcast's feed, and the page that tells how to follow it."""

from __future__ import annotations

from hashlib import sha256

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.cache import get_conditional_response
from django.utils.http import http_date, quote_etag
from django.views.decorators.http import require_safe

from media_catalog.exports.podcast import podcast_feed as feed_of
from media_catalog.exports.structured_data import absolute
from media_catalog.queries import podcast


@require_safe
def podcast_feed(request: HttpRequest) -> HttpResponseBase:
    """304 for an app that has this very feed already."""
    changed_at = podcast.changed_at()
    content = feed_of(podcast.episodes(), changed_at)
    etag = quote_etag(sha256(content).hexdigest())
    response = HttpResponse(content, content_type="application/rss+xml; charset=utf-8", headers={"ETag": etag})
    response.headers["Cache-Control"] = "public, max-age=300"
    latest = int(changed_at.timestamp()) if changed_at else None
    if latest is not None:
        response.headers["Last-Modified"] = http_date(latest)
    return get_conditional_response(request, etag=etag, last_modified=latest, response=response) or response


@require_safe
def podcast_subscribe(request: HttpRequest) -> HttpResponse:
    context = {"title": podcast.TITLE, "episodes": podcast.episodes(), "feed": absolute("/podd.xml")}
    return render(request, "media_catalog/podcast_subscribe.html", context)
