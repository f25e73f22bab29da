"""The workspace of a cohort ("Kullens arbetsyta"): one page on which staff sees and does what the cohort needs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from portal.core import audit
from portal.core.admin_site import site
from portal.core.admin_trail import who
from portal.core.states import TransitionRefused
from programs.actions.bulk import REFUSALS
from programs.actions.composition import set_wishes
from programs.actions.places import invite
from programs.actions.waiting_list import move_to
from programs.admin.cohort_states import state_tag
from programs.admin.events import sentence
from programs.admin.papers import PAPERS
from programs.admin.workspace_forms import InviteForm, WishesForm
from programs.admin.workspace_verbs import INVITE, OFFER, VERBS, at_hand, why_not
from programs.models import Cohort, CohortLetter, Place
from programs.queries import composition, suggestions, timeline
from programs.queries import workspace as queries
from programs.queries.next_things import Situation, next_things
from programs.queries.places import rank
from programs.states import HOLDS_A_PLACE, PlaceState

View = Callable[..., HttpResponse]
TEMPLATES = "admin/programs/workspace"


@dataclass(frozen=True)
class TimelineLine:
    """One line of the timeline as it is shown."""

    row: timeline.TimelineRow
    text: str
    who: str


def cohort_for(request: HttpRequest, pk: int, *permissions: str) -> Cohort:
    """The cohort, for staff that may see who is in it and do what is asked."""
    wanted = ("programs.view_cohort", "programs.view_place", *permissions)
    if not all(request.user.has_perm(permission) for permission in wanted):
        raise PermissionDenied
    return get_object_or_404(Cohort.objects.select_related("programme", "interest_round"), pk=pk)


def address(cohort: Cohort, anchor: str = "") -> str:
    """The workspace's own address, at one of its parts."""
    found = reverse("admin:programs_cohort_workspace", args=[cohort.pk])
    return f"{found}#{anchor}" if anchor else found


def page(
    request: HttpRequest, name: str, cohort: Cohort, title: str, status: int = 200, **context: Any
) -> TemplateResponse:
    """One of the workspace's pages, in admin's frame."""
    frame = {**site.each_context(request), "cohort": cohort, "title": title, "opts": Cohort._meta}
    return TemplateResponse(request, f"{TEMPLATES}/{name}.html", {**frame, **context}, status=status)


@require_GET
def workspace(request: HttpRequest, pk: int) -> HttpResponse:
    """Everything about one cohort, with what can be done at hand."""
    cohort = cohort_for(request, pk)
    people = queries.people_of(cohort)
    numbers = queries.numbers_of(cohort, people)
    context = {
        "state_tag": state_tag(cohort.state),
        "numbers": numbers,
        **_people(request, people),
        **_group(cohort, people, numbers),
        **_around(request, cohort, people, numbers),
        **_interested(request, cohort),
        "may_change": request.user.has_perm("programs.change_place"),
    }
    return page(request, "page", cohort, _("Kullens arbetsyta"), **context)


def _people(request: HttpRequest, people: queries.People) -> dict[str, Any]:
    query = request.GET.get("q", "").strip()
    rows = queries.person_rows(people, query)
    groups = queries.state_groups(rows)
    return {
        "query": query,
        "found": len(rows),
        "groups": [(group, at_hand(group.state)) for group in groups],
        "waiting": queries.waiting_rows(rows),
        "waiting_at_hand": at_hand(PlaceState.WAITING),
        "last_rank": len(people.waiting),
        "verbs": [verb for verb in VERBS if any(place.state in verb.sources for place in people.places)],
        "not_arrived": people.not_arrived,
    }


def _group(cohort: Cohort, people: queries.People, numbers: queries.Numbers) -> dict[str, Any]:
    """What the group is made of, and who would fit it next."""
    populations = composition.populations_of(people.places)
    labels = composition.group_labels(composition.counties())
    wishes = composition.wishes_of(cohort)
    seen = composition.pictures(
        people.places, capacity=cohort.capacity, wishes=wishes, labels=labels, populations=populations
    )
    suggested = suggestions.suggest(
        people.places,
        seen,
        populations=populations,
        sent=dict(people.sent),
        most_per_organisation=cohort.max_per_organisation,
        free=numbers.free,
    )
    return {
        "pictures": seen,
        "has_wishes": bool(wishes),
        "wishes_form": WishesForm(labels, wishes),
        "suggested": suggested,
        "companions": list(composition.companions(people.places, (*HOLDS_A_PLACE, PlaceState.APPLIED)).values()),
        "offer_code": OFFER,
    }


def _around(request: HttpRequest, cohort: Cohort, people: queries.People, numbers: queries.Numbers) -> dict[str, Any]:
    """What is to be done next, the occasions, the letters, and what happened."""
    occasions = queries.occasion_facts(cohort, people)
    by_id = {str(place.pk): place for place in people.places}
    rows = timeline.newest(cohort, by_id, timeline.things_of(cohort))
    return {
        "next_things": next_things(Situation(cohort, numbers, people, occasions, timezone.localdate())),
        "occasions": occasions,
        "papers": [(kind, paper.label) for kind, paper in PAPERS.items() if request.user.has_perm(paper.permission)],
        "letters": CohortLetter.objects.filter(cohort=cohort)[:5],
        "timeline": lines(rows) if request.user.has_perm("core.view_auditevent") else [],
    }


def lines(rows: list[timeline.TimelineRow]) -> list[TimelineLine]:
    return [TimelineLine(row, sentence(row), who(row.event)) for row in rows]


def _interested(request: HttpRequest, cohort: Cohort) -> dict[str, Any]:
    """Those who asked to hear of it, for staff that may see them."""
    if cohort.interest_round_id is None or not request.user.has_perm("programs.view_interestregistration"):
        return {"interested": None}
    query = request.GET.get("intresse", "").strip()
    found = queries.interested_page(cohort, query, request.GET.get("sida", "1"))
    return {"interested": found, "interest_query": query, "invite_code": INVITE}


@require_GET
def history(request: HttpRequest, pk: int) -> HttpResponse:
    """All that happened, page by page."""
    cohort = cohort_for(request, pk, "core.view_auditevent")
    by_id = {str(place.pk): place for place in Place.objects.filter(cohort=cohort).sent()}
    found, rows = timeline.page_of(cohort, by_id, timeline.things_of(cohort), request.GET.get("sida", "1"))
    return page(request, "history", cohort, _("Allt som har hänt"), found=found, timeline=lines(rows))


@require_POST
def move_in_line(request: HttpRequest, pk: int) -> HttpResponse:
    """One step up or down the waiting list, by a button."""
    cohort = cohort_for(request, pk, "programs.change_place")
    direction, _colon, place_id = request.POST.get("move", "").partition(":")
    place = get_object_or_404(Place, cohort=cohort, pk=place_id if is_uuid(place_id) else None)
    steps = {"up": -1, "down": 1}
    now = rank(place)
    if direction in steps and now is not None:
        try:
            move_to(place, max(1, now + steps[direction]), by=audit.staff(request.user))
        except TransitionRefused as refusal:
            messages.error(request, why_not(refusal))
    return redirect(address(cohort, f"plats-{place.pk}"))


def is_uuid(text: str) -> bool:
    return len(text) == 36 and all(sign in "0123456789abcdef-" for sign in text)


@require_POST
def wish(request: HttpRequest, pk: int) -> HttpResponse:
    """Save what mix is wished for."""
    cohort = cohort_for(request, pk, "programs.change_compositionwish")
    labels = composition.group_labels(composition.counties())
    form = WishesForm(labels, composition.wishes_of(cohort), request.POST)
    if not form.is_valid():
        return page(request, "wishes", cohort, _("Önskad sammansättning"), 422, form=form)
    if set_wishes(cohort, form.wishes(), by=audit.staff(request.user)):
        messages.success(request, _("Önskemålen är sparade. Förslagen är räknade på nytt."))
    return redirect(address(cohort, "sammansattning"))


@require_http_methods(["GET", "POST"])
def invite_other(request: HttpRequest, pk: int) -> HttpResponse:
    """Invite somebody who is not in the list of those interested."""
    cohort = cohort_for(request, pk, "programs.change_place")
    form = InviteForm(request.POST or None, label_suffix="")
    if form.is_valid():
        try:
            place = invite(cohort, form.person(), by=audit.staff(request.user))
        except REFUSALS as refusal:
            form.add_error("email", why_not(refusal))
        else:
            text = _("%(name)s är inbjuden att söka. Mejlet är på väg.") % {"name": place.name_for_lists}
            messages.success(request, text)
            return redirect(address(cohort, "lage-invited"))
    return page(request, "invite", cohort, _("Bjud in någon att söka"), 422 if form.errors else 200, form=form)


def workspace_urls() -> list[URLPattern]:
    """The addresses below a cohort's own in admin."""
    routes: list[tuple[str, View, str]] = [
        ("", workspace, "workspace"),
        ("handelser/", history, "workspace_history"),
        ("reservlista/", move_in_line, "workspace_move"),
        ("onskemal/", wish, "workspace_wishes"),
        ("bjud-in/", invite_other, "workspace_invite"),
    ]
    return [route(*parts) for parts in routes]


def route(tail: str, view: View, name: str) -> URLPattern:
    return path(f"<int:pk>/arbetsyta/{tail}", site.admin_view(view), name=f"programs_cohort_{name}")
