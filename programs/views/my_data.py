"""Everything that we have about the person who is logged in, and letting it go: by the answers of each app."""

from __future__ import annotations

from dataclasses import asdict

from django.contrib import auth
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from portal.core import audit, people
from portal.core.logged_out import login_required
from portal.core.people import Reader


def _key(request: HttpRequest) -> str:
    return people.key_of(getattr(request.user, "email", ""))


@login_required()
@never_cache
@require_safe
def my_data(request: HttpRequest) -> HttpResponse:
    """All that we have, to read."""
    return render(request, "programs/my_data.html", {"sections": people.tell(_key(request), Reader.PERSON)})


@login_required()
@never_cache
@require_safe
def my_data_json(request: HttpRequest) -> HttpResponse:
    """The same as a file that a machine reads."""
    sections = [asdict(section) for section in people.tell(_key(request), Reader.PERSON)]
    response = JsonResponse({"uppgifter": sections}, json_dumps_params={"ensure_ascii": False, "indent": 2})
    response["Content-Disposition"] = 'attachment; filename="mina-uppgifter.json"'
    return response


@login_required()
@never_cache
@require_safe
def erase_me(request: HttpRequest) -> HttpResponse:
    """The first step: what goes, what stays and why. Nothing happens here."""
    return render(request, "programs/erase_me.html", _what_goes(request))


@login_required()
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def erase_me_now(request: HttpRequest) -> HttpResponse:
    """The second step: the button that does it. The account goes too, so the session ends."""
    context = _what_goes(request)
    if request.method != "POST" or context["is_staff"]:
        return render(request, "programs/erase_me_now.html", context)
    disposal, kept = people.erase(_key(request), Reader.PERSON, by=audit.PERSON)
    auth.logout(request)
    return render(request, "programs/erased.html", {"kept": kept, "total": disposal.total})


def _what_goes(request: HttpRequest) -> dict[str, object]:
    key = _key(request)
    is_staff = bool(getattr(request.user, "is_staff", False))
    return {"sections": people.tell(key, Reader.PERSON), "kept": people.keeps(key, Reader.PERSON), "is_staff": is_staff}
