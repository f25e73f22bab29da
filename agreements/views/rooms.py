"""The list of a person's agreements, and the room of each."""

from __future__ import annotations

import uuid

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from agreements import permissions
from agreements.actions.visits import enter_room
from agreements.forms import CommentForm, NoteForm
from agreements.queries.room_page import room_page
from agreements.queries.rooms import rooms_of
from agreements.states import AgreementState
from agreements.views.access import Visit, for_members, visit
from portal.core.logged_out import login_required


@login_required()
@never_cache
@require_safe
def agreement_list(request: HttpRequest) -> HttpResponse:
    """The rooms that the person is in."""
    return render(request, "agreements/agreement_list.html", {"agreements": rooms_of(request.user)})


@never_cache
@require_safe
@for_members
def agreement(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """The room: the text as it stands, and all that can be done with it. Works without JavaScript."""
    return room_response(request, visit(request, pk))


def room_response(
    request: HttpRequest, here: Visit, form: CommentForm | NoteForm | None = None, form_key: str = ""
) -> HttpResponse:
    """The page of the room; `form` is a refused comment or note, shown again where it was written."""
    page = room_page(here.agreement, here.member)
    enter_room(here.member, page.document, page.content, page.seq)
    may_write = permissions.may_write(here.agreement, here.member)
    newest_version = here.agreement.versions.first()
    context = {
        "agreement": here.agreement,
        "me": here.member,
        "page": page,
        "may_write": may_write,
        "may_invite": permissions.may_invite(here.agreement, here.member),
        "newest_version": newest_version,
        # While it is written, what one takes along is the draft.
        "version_to_take": None if here.agreement.state == AgreementState.WRITING else newest_version,
        "form": form,
        "form_key": form_key,
        "empty_form": CommentForm(auto_id=False),
        "room_path": reverse("agreement", args=[here.agreement.pk]),
    }
    return render(request, "agreements/room.html", context, status=422 if form is not None else 200)
