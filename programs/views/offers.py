"""The page of a person's own place, by the link in the mail: what holds now, the answer to an offer, the way out.

The link leads to a page without a form, and each button stands on a page of its own: whatever fetches the link, or
presses what it finds there, answers nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from portal.core import audit
from portal.core.requests import see_other
from portal.core.states import TransitionRefused
from programs.actions import places as actions
from programs.models import Place
from programs.queries import places as queries
from programs.queries.places import kept_until, rank
from programs.states import COMES, PLACE_TRANSITIONS, PlaceState


def place_behind(token: str) -> Place:
    """The place that the link in a mail belongs to; 404 for anything else."""
    place = queries.place_behind(token)
    if place is None:
        raise Http404
    return place


def _is_too_late(place: Place) -> bool:
    """The last day is over, though beat has not come by yet."""
    return place.answer_by is not None and place.answer_by < timezone.localdate()


def _may(place: Place, state: PlaceState) -> bool:
    return PLACE_TRANSITIONS.allows(PlaceState(place.state), state) and not (
        state == PlaceState.ACCEPTED and _is_too_late(place)
    )


def _page(request: HttpRequest, name: str, place: Place, token: str) -> HttpResponse:
    context = {
        "place": place,
        "cohort": place.cohort,
        "token": token,
        "rank": rank(place),
        "is_too_late": _is_too_late(place),
        "may_apply": place.state in (PlaceState.STARTED, PlaceState.INVITED),
        "occasions": [occasion for occasion in place.cohort.occasions.all() if occasion.cancelled_at is None],
        "may_log_in": place.state in COMES,
        "may_answer": _may(place, PlaceState.ACCEPTED),
        "may_withdraw": _may(place, PlaceState.WITHDRAWN),
        "kept_until": kept_until(place),
    }
    return render(request, f"programs/{name}.html", context)


@never_cache
@require_safe
def manage_place(request: HttpRequest, token: str) -> HttpResponse:
    """What holds now, and what can be done about it. Looking changes nothing."""
    return _page(request, "manage_place", place_behind(token), token)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def accept_offer(request: HttpRequest, token: str) -> HttpResponse:
    """A page with a button that says yes to the place."""
    return _answer(request, token, Answer("accept_offer", PlaceState.ACCEPTED, actions.accept))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def decline_offer(request: HttpRequest, token: str) -> HttpResponse:
    """A page with a button that says no to the place."""
    return _answer(request, token, Answer("decline_offer", PlaceState.DECLINED, actions.decline))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw_place(request: HttpRequest, token: str) -> HttpResponse:
    """A page with a button by which somebody leaves, whatever they had."""
    return _answer(request, token, Answer("withdraw_place", PlaceState.WITHDRAWN, actions.withdraw))


@dataclass(frozen=True)
class Answer:
    """What a button on a page of its own does."""

    page: str
    to: PlaceState
    verb: Callable[..., Place]


def _answer(request: HttpRequest, token: str, answer: Answer) -> HttpResponse:
    """The button's page; only a post presses it. What is no longer possible leads to what holds now."""
    place = place_behind(token)
    here = reverse("manage_place", args=[token])
    if not _may(place, answer.to):
        return see_other(here)
    if request.method != "POST":
        return _page(request, answer.page, place, token)
    try:
        answer.verb(place, by=audit.PERSON)
    except (TransitionRefused, actions.AnsweredTooLate):
        # Somebody was first: staff, beat, or another window.
        return see_other(here)
    return see_other(f"{here}?svarat=1")
