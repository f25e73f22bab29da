"""The participant's own pages. Somebody else's place does not exist here: 404, for staff as for everybody."""

from __future__ import annotations

import uuid

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal.core import audit, my_pages
from portal.core.logged_out import login_required
from portal.core.requests import see_other
from portal.core.windows import SavedElsewhere
from portal.organisations.plots import plot_of
from portal.organisations.queries import key_figures_of
from programs import pdf
from programs.actions import learning
from programs.actions.occasions import replace_calendar_key
from programs.forms_learning import ChallengeNoteForm
from programs.models import Place, Step
from programs.queries import my_pages as queries
from programs.queries import papers
from programs.states import PlaceState


def _mine(request: HttpRequest, pk: uuid.UUID, *, only_participants: bool = False, with_room: bool = True) -> Place:
    """The person's own place; 404 when it is somebody else's, or has no such page."""
    learning.bind_places(request.user)
    places = Place.objects.of(request.user).exclude(state=PlaceState.WITHDRAWN)
    place = get_object_or_404(places.select_related("cohort__programme", "organisation", "application"), pk=pk)
    allowed = queries.takes_part(place) if only_participants else queries.has_a_room(place) or not with_room
    if not allowed:
        raise Http404
    return place


@login_required()
@never_cache
@require_safe
def my_pages_list(request: HttpRequest) -> HttpResponse:
    """Everything of the person's: places, and what the other apps have put up."""
    learning.bind_places(request.user)
    places = queries.places_of(request.user)
    asks = [(place, ask) for place in places for ask in queries.asks_of(place)]
    context = {"places": places, "asks": asks, "shelves": my_pages.shelves(request.user)}
    return render(request, "programs/my_pages.html", context)


@login_required()
@never_cache
@require_safe
def my_place(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """One place: what is asked now, the occasions, and the ways to the rest."""
    place = _mine(request, pk, with_room=False)
    context = {
        "place": place,
        "asks": queries.asks_of(place),
        "occasions": queries.my_occasions(place) if queries.has_a_room(place) else [],
        "materials": queries.common_materials(place),
        "has_room": queries.has_a_room(place),
        "takes_part": queries.takes_part(place),
        "calendar_path": queries.link("calendar_feed", place.calendar_key),
    }
    return render(request, "programs/my_place.html", context)


@login_required()
@never_cache
@require_safe
def my_challenge(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """The challenge and its four steps, with what the participant has written."""
    place = _mine(request, pk)
    context = {"place": place, "challenge": queries.challenge_of(place), "steps": queries.notes_by_step(place)}
    return render(request, "programs/my_challenge.html", context)


@login_required(ChallengeNoteForm)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def my_challenge_step(request: HttpRequest, pk: uuid.UUID, step: int) -> HttpResponse:
    """Write at one step."""
    place = _mine(request, pk)
    if step not in Step.values:
        raise Http404
    chosen = Step(step)
    data = request.POST if request.method == "POST" else None
    form = ChallengeNoteForm(data, stored=queries.note_values(place.challenge_notes.filter(step=step).first()))
    if form.is_bound and form.is_valid() and _noted(place, chosen, form):
        return see_other(reverse("my_challenge", args=[pk]) + "?sparat=1")
    context = {"place": place, "step": chosen, "form": form}
    return render(request, "programs/my_challenge_step.html", context, status=422 if form.is_bound else 200)


def _noted(place: Place, step: Step, form: ChallengeNoteForm) -> bool:
    """Whether it is kept; if not, the form says why."""
    told, seen = form.cleaned_data, form.what_was_seen()
    texts = told["private_text"], told["shared_text"]
    try:
        learning.write_challenge_note(place, step, *texts, by=audit.PERSON, seen=seen)
    except SavedElsewhere as found:
        form.refuse_overwriting(found.stored)
    return not form.errors


@login_required()
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def my_cohort(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """The others, as far as they want to be seen; a post says whether they see me."""
    place = _mine(request, pk, only_participants=True)
    if request.method == "POST":
        learning.show_to_cohort(place, shown=request.POST.get("visas") == "ja", by=audit.PERSON)
        return see_other(reverse("my_cohort", args=[pk]))
    context = {
        "place": place,
        "fellows": queries.fellows_of(place),
        "hidden": queries.hidden_fellows(place),
        "shared": queries.shared_by_others(place),
    }
    return render(request, "programs/my_cohort.html", context)


@login_required()
@never_cache
@require_safe
def my_key_figures(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Key figures of the person's municipality or region, with the country beside."""
    place = _mine(request, pk)
    figures = key_figures_of(place.organisation)
    name = place.organisation.short_name
    context = {
        "place": place,
        "plots": [(found, plot_of(found, name)) for found in figures],
        "is_sample": any(found.is_sample for found in figures),
        "fetched_on": max((found.fetched_on for found in figures), default=None),
    }
    return render(request, "programs/my_key_figures.html", context)


@login_required()
@never_cache
@require_safe
def my_diploma(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """The diploma of somebody who has gone through the programme."""
    diploma = papers.diploma_of(_mine(request, pk))
    if diploma is None:
        raise Http404
    response = HttpResponse(pdf.diplomas([diploma]), content_type="application/pdf")
    response["Content-Disposition"] = 'attachment; filename="diplom.pdf"'
    response["X-Content-Type-Options"] = "nosniff"
    return response


@login_required(page="my_place")
@never_cache
@require_POST
def renew_my_calendar(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """A new address for the calendar; the old one shows nothing any more."""
    replace_calendar_key(_mine(request, pk), by=audit.PERSON)
    return see_other(reverse("my_place", args=[pk]) + "#kalender")
