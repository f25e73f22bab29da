"""What search engines are told: where the list of pages is, and which addresses are nobody's but one person's."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

PRIVATE = ("/admin/", "/konto/", "/overenskommelser/", "/film-och-podd/bestallning/", "/program/intresse/min/")

# The form with which anybody begins an agreement, and nothing below it.
PUBLIC = ("/overenskommelser/ny/$",)


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    refused = "".join(f"Disallow: {path}\n" for path in PRIVATE)
    allowed = "".join(f"Allow: {path}\n" for path in PUBLIC)
    address = f"{settings.SITE_URL.rstrip('/')}{reverse('sitemap')}"
    return HttpResponse(
        f"User-agent: *\n{refused}{allowed}\nSitemap: {address}\n", content_type="text/plain; charset=utf-8"
    )
