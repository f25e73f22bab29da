"""Looking at the agreement again: the date, the answers to each section, and the quarterly pulse."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from agreements import permissions
from agreements.actions import reviews as actions
from agreements.actions.agreeing import NotAllowed
from agreements.actions.reviews import Pulse, SectionAnswer
from agreements.collaboration.content import Content, to_html
from agreements.forms_reviews import PulseForm, ReviewForm, ReviewPlanForm, posted_fields
from agreements.models import Verdict, Version
from agreements.queries import reviews as queries
from agreements.views.access import Visit, for_members_filling_in, visit
from agreements.views.ended import ended_response, is_ended
from portal.core.requests import see_other
from portal.core.windows import SavedElsewhere


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@for_members_filling_in(ReviewPlanForm)
def agreement_review_plan(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """When to look at the agreement again."""
    here = visit(request, pk, as_writer=True)
    if is_ended(here.agreement):
        return ended_response(request, here.agreement, _("När omprövar ni?"))
    data = request.POST if request.method == "POST" else None
    form = ReviewPlanForm(data, stored=queries.planned_review(here.agreement))
    if form.is_bound and form.is_valid() and _planned(request, here, form):
        return see_other(reverse("agreement_review", args=[pk]))
    context = {"agreement": here.agreement, "form": form}
    return render(request, "agreements/agreement_review_plan.html", context, status=422 if form.is_bound else 200)


def _planned(request: HttpRequest, here: Visit, form: ReviewPlanForm) -> bool:
    """Whether to go on to the review; if not, the form says why."""
    try:
        actions.plan_review(here.agreement, form.day(), by=here.member, seen=form.what_was_seen())
    except NotAllowed:
        messages.error(request, _("Det går inte längre: överenskommelsen är avslutad."))
    except SavedElsewhere as found:
        form.refuse_overwriting(found.stored)
    return not form.errors


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@for_members_filling_in(posted_fields)
def agreement_review(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """What was agreed, section by section, and what to do with each."""
    here = visit(request, pk, as_writer=True)
    if is_ended(here.agreement) and request.method == "POST":
        return ended_response(request, here.agreement, _("Omprövning"))
    version = queries.newest_agreed(here.agreement)
    if version is None:
        return render(request, "agreements/agreement_review.html", {"agreement": here.agreement, "version": None})
    form = ReviewForm(version, queries.answers_of(version, here.member), request.POST or None)
    if form.is_bound and form.is_valid():
        return _reviewed(request, here, version, form)
    return _review_page(request, here, version, form)


def _review_page(request: HttpRequest, here: Visit, version: Version, form: ReviewForm) -> HttpResponse:
    content = Content.from_json(version.content)
    rows = [(content.section(key), to_html(content.section(key)), *fields) for key, *fields in form.rows()]
    context = {
        "agreement": here.agreement,
        "version": version,
        "form": form,
        "rows": rows,
        "has_answered": bool(queries.answers_of(version, here.member)),
        "both": queries.both_answers(version, here.member),
        "may_answer": permissions.may_invite(here.agreement, here.member),
    }
    return render(request, "agreements/agreement_review.html", context, status=422 if form.is_bound else 200)


def _reviewed(request: HttpRequest, here: Visit, version: Version, form: ReviewForm) -> HttpResponse:
    data = form.cleaned_data
    answers = {key: SectionAnswer(Verdict(data[f"verdict_{key}"]), data[f"note_{key}"]) for key in form.keys}
    try:
        actions.answer_review(version, answers, by=here.member, seen=form.what_was_seen())
    except SavedElsewhere as found:
        form.refuse_overwriting(found.stored)
        return _review_page(request, here, version, form)
    except NotAllowed:
        messages.error(request, _("Det går inte längre: överenskommelsen är avslutad."))
    else:
        messages.success(request, _("Dina svar är sparade. Ni ser varandras svar när ni båda har svarat."))
    return see_other(reverse("agreement_review", args=[here.agreement.pk]))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@for_members_filling_in(PulseForm)
def agreement_pulse(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Three questions each quarter. What one answered is shown to nobody until the two who are in now both have."""
    here = visit(request, pk, as_writer=True)
    if is_ended(here.agreement) and request.method == "POST":
        return ended_response(request, here.agreement, _("Hur går det?"))
    quarter = queries.quarter_of(timezone.localdate())
    form = PulseForm(request.POST or None)
    if form.is_bound and form.is_valid():
        _answered(request, here, Pulse(**form.cleaned_data))
        return see_other(reverse("agreement_pulse", args=[pk]))
    context = {
        "agreement": here.agreement,
        "form": form,
        "quarter": quarter,
        "has_answered": queries.pulse_of(here.member, quarter) is not None,
        "may_answer": permissions.may_invite(here.agreement, here.member),
        "pulses": queries.pulses(here.member, quarter),
    }
    return render(request, "agreements/agreement_pulse.html", context, status=422 if form.is_bound else 200)


def _answered(request: HttpRequest, here: Visit, pulse: Pulse) -> None:
    try:
        is_kept = actions.answer_pulse(here.agreement, pulse, by=here.member)
    except NotAllowed:
        messages.error(request, _("Det går inte längre: överenskommelsen är avslutad."))
    else:
        if not is_kept:
            messages.info(request, _("Du hade redan svarat för det här kvartalet. Det svar du gav först gäller."))
