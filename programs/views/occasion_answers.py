"""The two minutes before an occasion: who comes, who sleeps over, what they need."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from portal.core import audit
from portal.core.requests import see_other
from portal.core.windows import SavedElsewhere
from programs.actions.attending import answer_occasion as write_down
from programs.forms_occasions import OccasionAnswerForm
from programs.mail_occasions import feed_url
from programs.queries import occasions as queries
from programs.views.occasion_links import Guest, guest_behind


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def answer_occasion(request: HttpRequest, token: str) -> HttpResponse:
    """The form with what was answered before; it can be changed until the occasion begins. Looking changes nothing."""
    guest = guest_behind(token)
    if not guest.takes_part or guest.occasion.cancelled_at or guest.occasion.ends_on < timezone.localdate():
        return render(request, "programs/occasion_closed.html", {"guest": guest, "occasion": guest.occasion})
    form = _form(request, guest)
    if form.is_bound and form.is_valid() and _written_down(guest, form):
        return see_other(reverse("answer_occasion", args=[token]) + "?sparat=1")
    return _page(request, guest, form)


def _written_down(guest: Guest, form: OccasionAnswerForm) -> bool:
    """Whether it is kept; if not, the form says why."""
    try:
        write_down(guest.place, guest.occasion, form.answer(), by=audit.PERSON, seen=form.what_was_seen())
    except SavedElsewhere as found:
        form.refuse_overwriting(found.stored)
    return not form.errors


def _form(request: HttpRequest, guest: Guest) -> OccasionAnswerForm:
    answer = queries.answer_of(guest.place, guest.occasion)
    needs = queries.needs_of(guest.place, guest.occasion)
    return OccasionAnswerForm(guest.occasion, answer, needs, request.POST if request.method == "POST" else None)


def _page(request: HttpRequest, guest: Guest, form: OccasionAnswerForm) -> HttpResponse:
    context = {
        "guest": guest,
        "occasion": guest.occasion,
        "form": form,
        "answer": queries.answer_of(guest.place, guest.occasion),
        "where": queries.venue_line(guest.occasion),
        "hours": queries.hours(guest.occasion),
        "changed_before": queries.changes_before(guest.occasion),
        "feed_url": feed_url(guest.place),
    }
    return render(request, "programs/answer_occasion.html", context, status=422 if form.is_bound else 200)
