"""Between the choice and the deed: a page that shows who, which mail and what follows, and then what came of it.

The page is made by doing it all and undoing it again (`programs.actions.bulk.rehearse`), so that it shows the very
letters. What is confirmed is done one by one; whoever is no longer where staff saw them is left alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import URLPattern
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from portal.core import audit
from portal.core.personal_data import Text
from programs.actions.bulk import Deed, Outcome, do_each, rehearse
from programs.admin.workspace import address, cohort_for, is_uuid, page, route
from programs.admin.workspace_verbs import (
    BY_CODE,
    INVITE,
    INVITE_CONSEQUENCE,
    INVITE_LABEL,
    OFFER,
    StaffVerb,
    deed,
    invitation,
    why_not,
)
from programs.models import Cohort, InterestRegistration, Place
from programs.queries.places import last_day_to_answer
from programs.queries.workspace import interested
from programs.states import PlaceState


@dataclass(frozen=True)
class Choice:
    """What was chosen on the workspace: one verb, and whom. `seen`: in which state each was when it was chosen."""

    verb: StaffVerb | None
    places: tuple[Place, ...]
    interests: tuple[InterestRegistration, ...]
    seen: Mapping[str, PlaceState]
    answer_by: date | None

    @property
    def code(self) -> str:
        return self.verb.code if self.verb else INVITE

    @property
    def label(self) -> Text:
        return self.verb.label if self.verb else INVITE_LABEL

    @property
    def consequence(self) -> Text:
        return self.verb.consequence if self.verb else INVITE_CONSEQUENCE

    @property
    def asks_for_day(self) -> bool:
        return self.code == OFFER

    def deeds(self, cohort: Cohort, by: audit.Actor) -> list[Deed]:
        if self.verb is None:
            return [invitation(cohort, interest, by=by) for interest in self.interests]
        return [
            deed(self.verb, place, self.seen[str(place.pk)], by=by, answer_by=self.answer_by) for place in self.places
        ]


@dataclass(frozen=True)
class Line:
    """One person on the page: what will happen to them, or why nothing can."""

    outcome: Outcome
    refusal: str

    @property
    def name(self) -> str:
        return self.outcome.subject.name_for_lists


@require_POST
def review(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what will happen; do it when it is confirmed."""
    cohort = cohort_for(request, pk, "programs.change_place")
    choice = _choice(request.POST, cohort)
    if isinstance(choice, str):
        messages.warning(request, choice)
        return redirect(address(cohort, "personer"))
    by = audit.staff(request.user)
    if "confirmed" in request.POST:
        return _done(request, cohort, choice, do_each(choice.deeds(cohort, by)))
    outcomes = rehearse(choice.deeds(cohort, by))
    return page(request, "review", cohort, str(choice.label), **_shown(cohort, choice, outcomes))


def _choice(data: QueryDict, cohort: Cohort) -> Choice | str:
    """What was chosen, or what is missing in words."""
    code, _colon, only = data.get("one", "").partition(":")
    code = code or data.get("verb", "")
    verb = BY_CODE.get(code)
    if verb is None and code != INVITE:
        return _("Välj vad du vill göra med de valda.")
    interests = _interests(data, cohort, only) if verb is None else ()
    places = _places(data, cohort, only) if verb else ()
    if not interests and not places:
        return _("Välj minst en person.")
    today = timezone.localdate()
    day = _day(data.get("answer_by", "")) or last_day_to_answer(cohort, today)
    return Choice(verb, places, interests, _seen(data, places), day if code == OFFER else None)


def _day(text: str) -> date | None:
    try:
        return parse_date(text)
    except ValueError:
        return None


def _places(data: QueryDict, cohort: Cohort, only: str) -> tuple[Place, ...]:
    """One by the button at their row; else those ticked, singly or a whole state.

    In the order in which they stood on the page: who comes first gets the last place. A whole state follows, the
    waiting list in its own order.
    """
    places = Place.objects.filter(cohort=cohort).sent().select_related("organisation")
    ticked = [only] if only else data.getlist("place")
    order = {pk: number for number, pk in enumerate(ticked)}
    states = set() if only else set(data.getlist("group"))
    found = [place for place in places if str(place.pk) in order or place.state in states]
    last = len(order)
    return tuple(
        sorted(found, key=lambda row: (order.get(str(row.pk), last), row.waiting_position or 0, row.created_at))
    )


def _interests(data: QueryDict, cohort: Cohort, only: str) -> tuple[InterestRegistration, ...]:
    if "all_interested" in data and not only:
        return tuple(interested(cohort))
    ticked = [only] if only else data.getlist("interest")
    return tuple(interested(cohort).filter(pk__in=[pk for pk in ticked if is_uuid(pk)]))


def _seen(data: QueryDict, places: Iterable[Place]) -> dict[str, PlaceState]:
    """Where each was when the page with the choice was made; the confirmation carries it on."""
    told = dict(pair.split(":", 1) for pair in data.getlist("seen") if ":" in pair)
    known = {place_id: state for place_id, state in told.items() if state in PlaceState.values}
    return {str(place.pk): PlaceState(known.get(str(place.pk), place.state)) for place in places}


def _shown(cohort: Cohort, choice: Choice, outcomes: list[Outcome]) -> dict[str, Any]:
    lines = [Line(outcome, why_not(outcome.refusal) if outcome.refusal else "") for outcome in outcomes]
    can = [line for line in lines if not line.refusal]
    return {
        "choice": choice,
        "can": can,
        "cannot": [line for line in lines if line.refusal],
        "mail_count": sum(len(line.outcome.mails) for line in can),
        "workspace_url": address(cohort),
        "today": timezone.localdate(),
        "seen": choice.seen,
    }


def _done(request: HttpRequest, cohort: Cohort, choice: Choice, outcomes: list[Outcome]) -> HttpResponse:
    """Say what was done, and each refusal by itself."""
    done = [outcome for outcome in outcomes if outcome.refusal is None]
    if done:
        text = ngettext(
            "%(label)s: klart för %(name)s. Mejlet är på väg.",
            "%(label)s: klart för %(count)d personer. Mejlen är på väg.",
            len(done),
        )
        facts = {"label": choice.label, "count": len(done), "name": done[0].subject.name_for_lists}
        messages.success(request, text % facts)
    for outcome in outcomes:
        if outcome.refusal is not None:
            messages.error(request, f"{outcome.subject.name_for_lists}: {why_not(outcome.refusal)}")
    return redirect(address(cohort))


def review_urls() -> list[URLPattern]:
    return [route("gor/", review, "workspace_review")]
