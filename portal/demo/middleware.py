"""In the demo, too, an address that leads nowhere is told of in our own words."""

from __future__ import annotations

from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse
from django.views.defaults import page_not_found

# What Django's own page says with DEBUG, in English, beside all addresses of the portal.
TECHNICAL = b"<code>DEBUG = True</code>"


class OwnNotFound:
    """The page that people see in production in place of Django's for developers."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code != 404 or response.streaming or TECHNICAL not in response.content:
            return response
        return page_not_found(request, Http404())
