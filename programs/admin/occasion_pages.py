"""The pages around an occasion: move it, cancel it, who comes and what they need, what they thought.

Moving and cancelling show before the click which mails go: it is all done, looked at and undone again.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Max
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from portal.core import audit
from portal.core.admin_site import site
from portal.core.admin_widgets import DateInput, TimeInput
from portal.core.models import OutgoingMail
from programs.actions import occasions as actions
from programs.models import Occasion
from programs.queries import occasions as queries
from programs.queries.evaluations import summary_of
from programs.queries.occasions import occasion_with_details

TEMPLATES = "admin/programs/occasion"


class MoveForm(forms.Form):
    """When and where the occasion is to be."""

    error_css_class = "errors"

    starts_on = forms.DateField(label=gettext_lazy("Första dagen"), widget=DateInput)
    ends_on = forms.DateField(label=gettext_lazy("Sista dagen"), widget=DateInput)
    starts_at = forms.TimeField(label=gettext_lazy("Börjar första dagen"), widget=TimeInput, required=False)
    ends_at = forms.TimeField(label=gettext_lazy("Slutar sista dagen"), widget=TimeInput, required=False)
    venue_name = forms.CharField(
        label=gettext_lazy("Anläggning"),
        max_length=120,
        required=False,
        help_text=gettext_lazy("Tomt betyder kullens vanliga."),
    )
    venue_address = forms.CharField(label=gettext_lazy("Anläggningens adress"), max_length=160, required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        first, last = cleaned.get("starts_on"), cleaned.get("ends_on")
        if first and last and last < first:
            self.add_error("ends_on", _("Sista dagen kan inte ligga före den första."))
        if first and first == last and self._ends_before_it_starts(cleaned):
            self.add_error("ends_at", _("Sluttiden måste ligga efter starttiden samma dag."))
        return cleaned

    def _ends_before_it_starts(self, cleaned: dict[str, Any]) -> bool:
        start, end = cleaned.get("starts_at"), cleaned.get("ends_at")
        return bool(start and end and end <= start)

    def plan(self) -> actions.OccasionPlan:
        return actions.OccasionPlan(**self.cleaned_data)


def occasion_for(request: HttpRequest, pk: int, permission: str) -> Occasion:
    """The occasion, if there is one and this person may."""
    if not request.user.has_perm(permission):
        raise PermissionDenied
    occasion = occasion_with_details(pk)
    if occasion is None:
        raise Http404
    return occasion


def page(
    request: HttpRequest, name: str, occasion: Occasion, title: str, status: int = 200, **context: Any
) -> TemplateResponse:
    """One of the occasion's pages, in admin's frame."""
    frame = {**site.each_context(request), "occasion": occasion, "title": title, "opts": Occasion._meta}
    return TemplateResponse(request, f"{TEMPLATES}/{name}.html", {**frame, **context}, status=status)


def rehearse(do: Callable[[], object]) -> list[OutgoingMail]:
    """Do it, look at the mails that it made, and undo it: nothing is kept and nothing leaves."""
    with transaction.atomic():
        before = OutgoingMail.objects.aggregate(newest=Max("pk"))["newest"] or 0
        do()
        mails = list(OutgoingMail.objects.filter(pk__gt=before).order_by("pk"))
        transaction.set_rollback(True)
    return mails


@require_http_methods(["GET", "HEAD", "POST"])
def move(request: HttpRequest, pk: int) -> HttpResponse:
    """New dates, hours or place: first the form, then what it changes and for whom, then the deed."""
    occasion = occasion_for(request, pk, "programs.change_occasion")
    form = MoveForm(request.POST if request.method == "POST" else None, initial=vars(actions.plan_of(occasion)))
    title = _("Flytta tillfället") if not occasion.cancelled_at else _("Planera tillfället på nytt")
    if not form.is_bound or "mend" in request.POST or not form.is_valid():
        status = 422 if form.is_bound and form.errors else 200
        return page(request, "move", occasion, title, status, form=form)
    plan, by = form.plan(), audit.staff(request.user)
    if "confirmed" in request.POST:
        actions.move_occasion(occasion, plan, by=by)
        messages.success(request, _("Tillfället är ändrat, och de som berörs får ett mejl."))
        return redirect(_own_page(occasion))
    mails = rehearse(lambda: actions.move_occasion(occasion, plan, by=by))
    context: dict[str, Any] = {"form": form, "changes": actions.changes_to(occasion, plan), "mails": mails}
    return page(request, "move_review", occasion, title, **context)


@require_http_methods(["GET", "HEAD", "POST"])
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Who gets to know, and a button that does it."""
    occasion = occasion_for(request, pk, "programs.change_occasion")
    by = audit.staff(request.user)
    if occasion.cancelled_at:
        messages.warning(request, _("Tillfället är redan inställt."))
        return redirect(_own_page(occasion))
    if request.method == "POST":
        actions.cancel_occasion(occasion, by=by)
        messages.success(request, _("Tillfället är inställt, och de som berörs får ett mejl."))
        return redirect(_own_page(occasion))
    mails = rehearse(lambda: actions.cancel_occasion(occasion, by=by))
    return page(request, "cancel", occasion, _("Ställ in tillfället"), mails=mails)


@require_safe
def answers(request: HttpRequest, pk: int) -> HttpResponse:
    """Who comes and sleeps over, and what the venue has to know: three lists, each with a name and nothing else."""
    occasion = occasion_for(request, pk, "programs.view_occasion")
    context: dict[str, Any] = {
        "counts": queries.count_answers(occasion),
        "missing": queries.without_answer(occasion),
        "rooms": queries.rooming_list(occasion),
        "meals": queries.meal_list(occasion),
        "access": queries.access_list(occasion),
    }
    return page(request, "answers", occasion, _("Svar inför tillfället"), **context)


@require_safe
def evaluation(request: HttpRequest, pk: int) -> HttpResponse:
    """What participants thought, once there are enough of them."""
    occasion = occasion_for(request, pk, "programs.view_occasion")
    return page(request, "evaluation", occasion, _("Utvärdering"), summary=summary_of(occasion))


def _own_page(occasion: Occasion) -> str:
    return reverse("admin:programs_occasion_change", args=[occasion.pk])


def occasion_urls() -> list[URLPattern]:
    pages = (("flytta", move), ("stall-in", cancel), ("svar", answers), ("utvardering", evaluation))
    names = {"flytta": "move", "stall-in": "cancel", "svar": "answers", "utvardering": "evaluation"}
    return [
        path(f"<int:pk>/{part}/", site.admin_view(view), name=f"programs_occasion_{names[part]}")
        for part, view in pages
    ]
