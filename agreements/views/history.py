"""Who wrote what, what differs between two points, and taking an earlier text back."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from agreements import permissions
from agreements.actions.agreeing import NotAllowed
from agreements.actions.restoring import restore_section
from agreements.models import Agreement, Version
from agreements.queries.differences import differences
from agreements.queries.history import NOW, Point, point_of, sessions, version_before
from agreements.views.access import for_members, visit
from agreements.views.agreeing import room_address
from portal.core.requests import see_other


@never_cache
@require_safe
@for_members
def agreement_history(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Versions, and the sessions of the newest draft, or of the one that became the version in `version`."""
    here = visit(request, pk)
    version = _version(here.agreement, request.GET.get("version", ""))
    context = {
        "agreement": here.agreement,
        "me": here.member,
        "versions": list(here.agreement.versions.all()),
        "version": version,
        "sessions": sessions(here.agreement, version),
        "earlier": version_before(here.agreement, version),
    }
    return render(request, "agreements/agreement_history.html", context)


def _version(agreement: Agreement, number: str) -> Version | None:
    if not number:
        return None
    if not number.isdecimal() or not number.isascii():
        raise Http404
    return get_object_or_404(agreement.versions, number=int(number[:5]))


def _point(agreement: Agreement, name: str) -> Point:
    found = point_of(agreement, name)
    if found is None:
        raise Http404
    return found


@never_cache
@require_safe
@for_members
def agreement_difference(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """What differs between two points (`fran`, `till`), section by section."""
    here = visit(request, pk)
    old = _point(here.agreement, request.GET.get("fran", ""))
    new = _point(here.agreement, request.GET.get("till", NOW))
    context = {
        "agreement": here.agreement,
        "old": old,
        "new": new,
        "differences": differences(old.content, new.content),
        "may_write": permissions.may_write(here.agreement, here.member) and new.name == NOW,
    }
    return render(request, "agreements/agreement_difference.html", context)


@never_cache
@require_POST
@for_members
def agreement_restore(request: HttpRequest, pk: uuid.UUID, key: str) -> HttpResponse:
    """Let a section say what it said at the point `fran`."""
    here = visit(request, pk, as_writer=True)
    point = _point(here.agreement, request.POST.get("fran", ""))
    try:
        restore_section(here.agreement, key, point, by=here.member)
    except NotAllowed:
        messages.error(request, _("Det går inte: överenskommelsen skrivs inte just nu."))
    else:
        messages.success(request, _("Texten är tillbaka. Markeringarna för rubriken gäller inte längre."))
    return see_other(room_address(here.agreement, key))
