""" "Hjälpte informationen på sidan dig?": the answer, and after a no the question what was missing."""

from __future__ import annotations

import uuid

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from portal.core.requests import seconds_to_wait
from portal.core.views import refusal
from portal.pages.actions.feedback import answer_feedback, comment_feedback
from portal.pages.forms import FeedbackCommentForm, FeedbackForm
from portal.pages.models import FeedbackAnswer


def _thanks(answer: FeedbackAnswer) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("feedback_thanks", args=[answer.pk]), status=303)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def feedback(request: HttpRequest) -> HttpResponse:
    """Keep a yes or a no about a page of ours. Whoever opens the bare address is sent to the start page."""
    if request.method != "POST":
        return redirect("start")
    if wait := seconds_to_wait("feedback", request):
        return refusal(request, 429, retry_after=wait)
    form = FeedbackForm(request.POST)
    if not form.is_valid():
        return render(request, "pages/feedback.html", {"form": form}, status=422)
    return _thanks(answer_feedback(form.feedback_content()))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def feedback_thanks(request: HttpRequest, answer: uuid.UUID) -> HttpResponse:
    """Thanks; after a no also the question what was missing, which nobody has to answer."""
    found = get_object_or_404(FeedbackAnswer, pk=answer)
    form = FeedbackCommentForm(request.POST if request.method == "POST" else None)
    if form.is_bound:
        if wait := seconds_to_wait("feedback", request):
            return refusal(request, 429, retry_after=wait)
        if form.is_valid():
            comment_feedback(found, form.cleaned_data["comment"])
            return _thanks(found)
    context = {"form": form, "asks": not found.helpful and not found.comment, "commented": bool(found.comment)}
    return render(request, "pages/feedback_thanks.html", context, status=422 if form.is_bound else 200)
