"""Before what cannot be taken back, admin asks: one page that says what follows, and for whom."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from portal.core.admin_site import site

# As many as somebody reads the names of before they answer, and as a form may carry.
MOST: Final = 200
ANSWER: Final = "confirmed"


@dataclass(frozen=True)
class Question:
    """What staff reads before the deed."""

    title: str | Promise
    text: str | Promise
    # What the button says.
    yes: str | Promise
    # Whom or what it is about, a line each.
    about: Sequence[str] = ()
    note: str | Promise = ""


def is_answered(request: HttpRequest) -> bool:
    return ANSWER in request.POST


def ask(
    admin: ModelAdmin[Any], request: HttpRequest, question: Question, *, back: str, of: Model | None = None
) -> HttpResponse:
    """Ask on a page of its own; the answer is posted to the same address. `of`: the row whose page led here."""
    return _page(admin, request, question, back, {"row": of, "carried": [(ANSWER, "1")]})


def ask_about_chosen(
    admin: ModelAdmin[Any], request: HttpRequest, question: Question, chosen: Iterable[Model]
) -> HttpResponse:
    """Ask before an action of the list. The answer runs the action again, for those that the page named."""
    keys = [("_selected_action", str(row.pk)) for row in chosen]
    carried = [("action", request.POST.get("action", "")), (ANSWER, "1"), *keys]
    return _page(admin, request, question, request.get_full_path(), {"carried": carried})


def _page(
    admin: ModelAdmin[Any], request: HttpRequest, question: Question, back: str, more: dict[str, Any]
) -> HttpResponse:
    frame = {**site.each_context(request), "title": question.title, "opts": admin.opts}
    return TemplateResponse(request, "admin/question.html", {**frame, "question": question, "back": back, **more})


def are_too_many(request: HttpRequest, chosen: Sequence[Model]) -> bool:
    """Whether more are chosen than anybody reads; they are told so. Fetch at most one more than `MOST`."""
    if len(chosen) > MOST:
        messages.warning(request, _("Du kan göra det med högst %(most)d åt gången.") % {"most": MOST})
    return len(chosen) > MOST
