"""The one way into an agreement's pages. Whoever is not in the room gets 404, staff and superusers included."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from http import HTTPStatus
from typing import TypeVar, cast

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse

from agreements.models import Agreement, Document, Member, Version
from agreements.permissions import is_membership_of, membership
from portal.core.logged_out import Form, typed_page

# Sent by the scripts of an open page: the membership that the page was made for.
PAGE_OF = "Samspel-Member"
View = TypeVar("View", bound=Callable[..., HttpResponse])


def for_members(view: View) -> View:
    """Who is logged out comes to log in and then to the room, whether there is such an agreement or not.

    What they typed they see first (`portal.core.logged_out`); a view with a form says so by `for_members_filling_in`.
    A script of an open page is told in a word: 401 logged out, 412 logged in as somebody else than the page is of. And
    what goes away between the look who asks and the deed (the agreement, the seat) is 404 as if it had gone before.
    """

    return _asking(view, None, of_room=True)


def for_members_filling_in(form: Form, *, of_room: bool = False) -> Callable[[View], View]:
    """As `for_members`, where this form is posted: from the room, or from the page at this same address."""

    def decorate(view: View) -> View:
        return _asking(view, form, of_room=of_room)

    return decorate


def _asking(view: View, form: Form | None, *, of_room: bool) -> View:
    @wraps(view)
    def asked(request: HttpRequest, pk: uuid.UUID, **rest: object) -> HttpResponse:
        page_of = request.headers.get(PAGE_OF, "")
        if not request.user.is_authenticated and page_of:
            return HttpResponse(status=HTTPStatus.UNAUTHORIZED)
        if not request.user.is_authenticated:
            return _logged_out(request, pk, form, of_room=of_room)
        if not is_membership_of(request.user, page_of):
            return HttpResponse(status=HTTPStatus.PRECONDITION_FAILED)
        try:
            return view(request, pk, **rest)
        except (Agreement.DoesNotExist, Document.DoesNotExist, Member.DoesNotExist, Version.DoesNotExist):
            raise Http404 from None

    return cast("View", asked)


def _logged_out(request: HttpRequest, pk: uuid.UUID, form: Form | None, *, of_room: bool) -> HttpResponse:
    """Many an address that is posted to shows nothing by itself: from there the way goes to the room."""
    here, room = request.get_full_path(), reverse("agreement", args=[pk])
    if request.method in {"GET", "HEAD"}:
        return redirect_to_login(here)
    return typed_page(request, room if of_room else here, form) or redirect_to_login(room)


@dataclass(frozen=True)
class Visit:
    """Somebody in a room."""

    agreement: Agreement
    member: Member


def visit(request: HttpRequest, pk: uuid.UUID, *, as_writer: bool = False) -> Visit:
    """The room and the membership by which the person is in it; 404 for everybody else.

    `as_writer`: readers get 404 too, since the page is not for them.
    """
    rooms = Agreement.objects.visible_to(request.user).select_related("organisation", "template_version__template")
    agreement = get_object_or_404(rooms, pk=pk)
    member = membership(agreement, request.user)
    if member is None or (as_writer and not member.may_write):
        raise Http404
    return Visit(agreement, member)
