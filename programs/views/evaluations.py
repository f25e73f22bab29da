"""What participants thought of an occasion. The link proves that they were asked; the answer is kept without it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from portal.core.requests import see_other
from programs.actions.attending import evaluate_occasion as keep
from programs.forms_occasions import EvaluationForm
from programs.queries.occasions import has_evaluated, may_be_evaluated
from programs.views.occasion_links import guest_behind


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def evaluate_occasion(request: HttpRequest, token: str) -> HttpResponse:
    """The form, once for each; afterwards a thank you, and in time what we changed."""
    guest = guest_behind(token)
    context = {"guest": guest, "occasion": guest.occasion}
    if guest.takes_part and has_evaluated(guest.place, guest.occasion):
        again = request.method == "POST" or "igen" in request.GET
        return render(request, "programs/evaluation_thanks.html", {**context, "again": again})
    if not guest.takes_part or not may_be_evaluated(guest.occasion, timezone.localdate()):
        return render(request, "programs/occasion_closed.html", {**context, "is_evaluation": True})
    form = EvaluationForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        is_new = keep(guest.place, guest.occasion, form.judgement())
        return see_other(reverse("evaluate_occasion", args=[token]) + ("" if is_new else "?igen=1"))
    status = 422 if form.is_bound else 200
    return render(request, "programs/evaluate_occasion.html", {**context, "form": form}, status=status)
