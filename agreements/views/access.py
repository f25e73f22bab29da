"""The one way into an agreement's pages. Whoever is not in the room gets 404, staff and superusers included."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404

from agreements.models import Agreement, Member
from agreements.permissions import membership


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
