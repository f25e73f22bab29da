"""Comments, answers and settling a talk."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from agreements.actions import comments as actions
from agreements.actions.agreeing import NotAllowed
from agreements.forms import CommentForm
from agreements.models import CommentThread
from agreements.views.access import Visit, for_members, for_members_filling_in, visit
from agreements.views.agreeing import room_address
from agreements.views.rooms import room_response
from portal.core.requests import see_other


@never_cache
@require_POST
@for_members_filling_in(CommentForm, of_room=True)
def agreement_comment(request: HttpRequest, pk: uuid.UUID, key: str) -> HttpResponse:
    """A new talk about a section, or about a passage of it."""
    here = visit(request, pk)
    form = CommentForm(request.POST)
    if not form.is_valid():
        return room_response(request, here, form, key)
    data = form.cleaned_data
    try:
        actions.add_comment(
            here.agreement, key, data["text"], by=here.member, quote=data["quote"], anchor=data["anchor"]
        )
    except NotAllowed:
        _refuse(request)
    return see_other(room_address(here.agreement, key))


@never_cache
@require_POST
@for_members_filling_in(CommentForm, of_room=True)
def agreement_answer(request: HttpRequest, pk: uuid.UUID, thread: int) -> HttpResponse:
    """One more contribution to a talk."""
    here, found = _thread(request, pk, thread)
    form = CommentForm(request.POST)
    if not form.is_valid():
        return room_response(request, here, form, f"thread-{thread}")
    try:
        actions.answer_comment(found, form.cleaned_data["text"], by=here.member)
    except NotAllowed:
        _refuse(request)
    return see_other(room_address(here.agreement, found.section_key))


@never_cache
@require_POST
@for_members
def agreement_resolve(request: HttpRequest, pk: uuid.UUID, thread: int) -> HttpResponse:
    """The talk is settled."""
    here, found = _thread(request, pk, thread)
    try:
        actions.resolve_thread(found, by=here.member)
    except NotAllowed:
        _refuse(request)
    return see_other(room_address(here.agreement, found.section_key))


def _thread(request: HttpRequest, pk: uuid.UUID, thread: int) -> tuple[Visit, CommentThread]:
    here = visit(request, pk)
    return here, get_object_or_404(here.agreement.threads.select_related("agreement"), pk=thread)


def _refuse(request: HttpRequest) -> None:
    messages.error(request, _("Det går inte att kommentera här längre."))
