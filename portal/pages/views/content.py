"""The content pages: their texts come from the database, what is true right now from the apps."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from portal.core import personal_data
from portal.core.microcache import microcached
from portal.pages.models import Page, PageKey
from portal.pages.queries import start_page


def _page(request: HttpRequest, key: PageKey, **context: Any) -> HttpResponse:
    page = get_object_or_404(Page.objects.published(), key=key)
    return render(request, f"pages/{key}.html", {"page": page, **context})


@require_safe
@microcached()
def start(request: HttpRequest) -> HttpResponse:
    """What Samspel is, for whom, which programmes there are and what one can do now."""
    return _page(request, PageKey.START, programmes=start_page(timezone.localdate()))


@require_safe
@microcached()
def mission(request: HttpRequest) -> HttpResponse:
    """Uppdraget som ledande förtroendevald."""
    return _page(request, PageKey.MISSION)


@require_safe
@microcached()
def agreement_about(request: HttpRequest) -> HttpResponse:
    """Why two who lead together write down how, and how it is done."""
    return _page(request, PageKey.AGREEMENT)


@require_safe
@microcached()
def accessibility(request: HttpRequest) -> HttpResponse:
    """The accessibility statement."""
    page = get_object_or_404(Page.objects.published().select_related("statement"), key=PageKey.ACCESSIBILITY)
    return render(request, "pages/accessibility.html", {"page": page})


@require_safe
@microcached()
def privacy(request: HttpRequest) -> HttpResponse:
    """What we keep about people, straight from the declarations that the purge obeys, and which cookies there are."""
    cookies = {"csrf": settings.CSRF_COOKIE_NAME, "session": settings.SESSION_COOKIE_NAME}
    uses_recaptcha = settings.CAPTCHA_PROVIDER == "recaptcha"
    records = personal_data.register()
    return _page(request, PageKey.PRIVACY, records=records, cookies=cookies, uses_recaptcha=uses_recaptcha)
