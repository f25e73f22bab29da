"""Attendance, taken on a phone at the door: one tap for each person and day. A tap is a post, without script."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from portal.core import audit
from portal.core.admin_site import site
from portal.core.requests import see_other
from programs.actions.attending import take_attendance
from programs.admin.occasion_pages import occasion_for, page
from programs.models import Attendance, Occasion, Place
from programs.queries.occasions import coming_to, days_of

PRESENT, AWAY = "ja", "nej"


@dataclass(frozen=True)
class AttendanceRow:
    """One person at the door; `present` is None before anybody has tapped."""

    place: Place
    present: bool | None
    is_expected: bool


@require_http_methods(["GET", "HEAD", "POST"])
def attendance(request: HttpRequest, pk: int) -> HttpResponse:
    """Everybody in the cohort with two large buttons, for one day of the occasion."""
    occasion = occasion_for(request, pk, "programs.change_occasion")
    day = _day(request, occasion)
    if request.method == "POST":
        return _tapped(request, occasion, day)
    rows = _rows(occasion, day)
    context: dict[str, Any] = {
        "day": day,
        "days": days_of(occasion),
        "rows": rows,
        "there": sum(row.present is True for row in rows),
        "away": sum(row.present is False for row in rows),
    }
    return page(request, "attendance", occasion, _("Närvaro"), **context)


def _day(request: HttpRequest, occasion: Occasion) -> date:
    """The day that was asked for, else today if the occasion is on, else its first day."""
    days = days_of(occasion)
    try:
        asked = parse_date(request.POST.get("dag") or request.GET.get("dag") or "")
    except ValueError:
        asked = None
    today = timezone.localdate()
    return asked if asked in days else (today if today in days else days[0])


def _tapped(request: HttpRequest, occasion: Occasion, day: date) -> HttpResponse:
    chosen, _colon, said = request.POST.get("tapped", "").partition(":")
    found = {str(place.pk): place for place in coming_to(occasion)}
    if chosen in found and said in (PRESENT, AWAY):
        by = audit.staff(request.user)
        take_attendance(found[chosen], occasion, day, present=said == PRESENT, by=by)
    address = reverse("admin:programs_occasion_attendance", args=[occasion.pk])
    # Back to the same person: nobody scrolls from the top after each tap.
    return see_other(f"{address}?dag={day.isoformat()}#p-{chosen if chosen in found else ''}")


def _rows(occasion: Occasion, day: date) -> list[AttendanceRow]:
    taken = dict(Attendance.objects.filter(occasion=occasion, day=day).values_list("place", "present"))
    away = set(occasion.answers.filter(comes=False).values_list("place", flat=True))
    return [AttendanceRow(place, taken.get(place.pk), place.pk not in away) for place in coming_to(occasion)]


def attendance_urls() -> list[URLPattern]:
    return [path("<int:pk>/narvaro/", site.admin_view(attendance), name="programs_occasion_attendance")]
