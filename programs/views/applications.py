"""The pages of an application: the open form, the personal one, and the receipt."""

from __future__ import annotations

import uuid

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import cache_control, never_cache
from django.views.decorators.http import require_http_methods, require_safe

from portal.core import audit
from portal.core.captcha import ProofAlreadyUsed
from portal.core.receipts import decoy_id
from portal.core.requests import note_robot, seconds_to_wait, see_other
from portal.core.states import TransitionRefused
from portal.core.views import refusal
from portal.core.windows import SavedElsewhere
from programs.actions import applications as actions
from programs.forms_application import OpenApplicationForm, PersonalApplicationForm, SentBefore
from programs.models import Cohort, Place, Programme
from programs.queries import applications as queries
from programs.queries.places import deletion_day, place_behind
from programs.states import CohortState, PlaceState

# Before it opens, as opposed to after it has closed.
AHEAD = (CohortState.PLANNED, CohortState.INTEREST_OPEN)


# Not "no-store": going back must bring the same form with its token and what was typed, so that it can be mended.
@cache_control(private=True, no_cache=True)
@require_http_methods(["GET", "HEAD", "POST"])
def open_application(request: HttpRequest, slug: str) -> HttpResponse:
    """The form for anybody, as long as a cohort of the programme takes open applications."""
    programme = get_object_or_404(Programme.objects.published(), slug=slug)
    cohort = queries.open_cohort(programme, timezone.now())
    if cohort is None:
        return _closed_to_all(request, programme)
    if request.method == "POST":
        return _posted(request, cohort)
    return _open_page(request, OpenApplicationForm(), cohort)


def _closed_to_all(request: HttpRequest, programme: Programme) -> HttpResponse:
    context = {"programme": programme, "opens_at": queries.opens_later(programme, timezone.now())}
    return render(request, "programs/application_closed.html", context)


def _open_page(request: HttpRequest, form: OpenApplicationForm, cohort: Cohort) -> HttpResponse:
    day = deletion_day(cohort, PlaceState.APPLIED)
    context = {"form": form, "cohort": cohort, "deletion_day": day}
    return render(request, "programs/open_application.html", context, status=422 if form.is_bound else 200)


def _posted(request: HttpRequest, cohort: Cohort) -> HttpResponse:
    if wait := seconds_to_wait("application", request):
        return refusal(request, 429, retry_after=wait)
    form = OpenApplicationForm(request.POST)
    if form.is_from_robot:
        note_robot("application")
        return see_other(reverse("application_receipt", args=[decoy_id()]))
    if not form.is_valid():
        return _open_page(request, form, cohort)
    arrival = actions.OpenArrival(form.applicant, form.details(), form.submitted(), form.is_sent)
    try:
        receipt = actions.save_open_application(cohort, arrival, by=audit.PERSON)
    except ProofAlreadyUsed:
        form.refuse_proof()
        return _open_page(request, form, cohort)
    except actions.RoundIsClosed:
        return _closed_to_all(request, cohort.programme)
    except actions.AlreadySent as found:
        form.refuse_draft(SentBefore(found.at, reverse("application_receipt", args=[found.receipt.id])))
        return _open_page(request, form, cohort)
    except actions.GoneOn:
        form.refuse_left_behind(reverse("contact"))
        return _open_page(request, form, cohort)
    address = reverse("application_receipt", args=[receipt.id])
    return see_other(f"{address}?igen=1" if receipt.again else address)


@never_cache
@require_safe
def application_receipt(request: HttpRequest, receipt: uuid.UUID) -> HttpResponse:
    """The reference, what became of the mail, and what happens next."""
    found = queries.application_receipt(receipt)
    if found is None:
        raise Http404
    context = {"receipt": found, "again": "igen" in request.GET}
    return render(request, "programs/application_receipt.html", context)


def _behind(token: str) -> Place:
    """The place that a personal link belongs to; 404 for anything else."""
    place = place_behind(token)
    if place is None:
        raise Http404
    return place


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def application(request: HttpRequest, token: str) -> HttpResponse:
    """The form behind a personal link: to begin, to go on with, to change until the round closes."""
    place = _behind(token)
    may_write = place.state in (*queries.CAN_BE_SENT, *queries.CAN_BE_CHANGED)
    if not may_write or not queries.takes_applications(place.cohort, timezone.now()):
        return _closed_to_one(request, place, token)
    form = _personal_form(request, place, token)
    if form.is_bound and form.is_valid():
        return _saved(request, place, form, token)
    return _personal_page(request, form, place, token)


def _personal_form(request: HttpRequest, place: Place, token: str) -> PersonalApplicationForm:
    data = request.POST if request.method == "POST" else None
    return PersonalApplicationForm(
        data,
        stored=queries.application_values(place),
        initial=queries.filled_in_before(place),
        sent=_sent_before(place, token),
        is_change=place.state in queries.CAN_BE_CHANGED,
    )


def _sent_before(place: Place, token: str) -> SentBefore | None:
    application = queries.application_of(place)
    if not actions.is_held_as_sent(place, application):
        return None
    return SentBefore(application.sent_at if application else None, reverse("application", args=[token]))


def _saved(request: HttpRequest, place: Place, form: PersonalApplicationForm, token: str) -> HttpResponse:
    try:
        actions.save_application(
            place, form.details(), is_sent=form.is_sent, by=audit.PERSON, seen=form.what_was_seen()
        )
    except (actions.RoundIsClosed, TransitionRefused):
        # It closed, or staff moved the place, while the form was being filled in.
        return _closed_to_one(request, _behind(token), token)
    except actions.AlreadySent:
        # It was sent since this request began: the same post is judged by what holds now.
        return application(request, token)
    except SavedElsewhere as found:
        form.refuse_overwriting(found.stored)
        return _personal_page(request, form, place, token)
    return see_other(reverse("application", args=[token]) + _outcome(place, form))


def _outcome(place: Place, form: PersonalApplicationForm) -> str:
    """What the page says that comes next; a button pressed twice has neither sent nor changed anything anew."""
    if not form.is_sent:
        return "?sparat=1"
    if place.state not in queries.CAN_BE_CHANGED:
        return "?skickat=1"
    return "?andrat=1" if form.says_something_new else ""


def _personal_page(request: HttpRequest, form: PersonalApplicationForm, place: Place, token: str) -> HttpResponse:
    application = queries.application_of(place)
    context = {
        "form": form,
        "place": place,
        "cohort": place.cohort,
        "token": token,
        "application": application,
        "receipt": queries.receipt_of(application) if application else None,
        "is_sent": form.sent is not None,
    }
    return render(request, "programs/application.html", context, status=422 if form.is_bound else 200)


def _closed_to_one(request: HttpRequest, place: Place, token: str) -> HttpResponse:
    is_ahead = place.cohort.state in AHEAD
    context = {
        "place": place,
        "programme": place.cohort.programme,
        "opens_at": place.cohort.application_opens_at if is_ahead else None,
        "is_ahead": is_ahead,
        "token": token,
        "was_sent": place.is_set_aside or place.state not in (*queries.CAN_BE_SENT, PlaceState.WITHDRAWN),
    }
    return render(request, "programs/application_closed.html", context)
