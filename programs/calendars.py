"""The occasions as calendar files (RFC 5545): one goes with a mail, another is the feed of a participant.

An entry is recognised by its UID, made of the occasion's primary key, and a later version of it by its SEQUENCE. The
same facts make the same bytes, so that a feed that has not changed can say so.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from email.utils import parseaddr
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _
from icalendar import Calendar, Event, Timezone, TimezoneDaylight, TimezoneStandard, vCalAddress

from portal.core.formats import STOCKHOLM
from programs.models import Cohort, Occasion
from programs.queries.occasions import venue_line

PRODUCT = "-//Sveriges Kommuner och Regioner//Samspel//SV"
# How often a calendar program should look again; most do so anyway at their own pace.
LOOK_AGAIN = timedelta(hours=6)


def uid(occasion: Occasion) -> str:
    """What the entry is known by, whatever happens to the occasion."""
    return f"tillfalle-{occasion.pk}@{urlsplit(settings.SITE_URL).hostname or 'localhost'}"


def cohort_calendar(cohort: Cohort) -> str:
    """All occasions of the cohort, as a file that goes with a mail."""
    return _text("PUBLISH", _occasions(cohort))


def occasion_calendar(occasion: Occasion) -> str:
    """One occasion, as a file that goes with a mail. A cancelled one takes its entry away again (RFC 5546, 3.2.5)."""
    return _text("CANCEL" if occasion.cancelled_at else "PUBLISH", [occasion])


def feed(cohort: Cohort, *, is_empty: bool = False) -> str:
    """What a participant's calendar program fetches. Empty for somebody who takes part no more."""
    calendar = _calendar("PUBLISH")
    calendar.add("x-wr-calname", str(cohort))
    calendar.add("name", str(cohort))
    calendar.add("refresh-interval", LOOK_AGAIN, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", "PT6H")
    return _filled(calendar, [] if is_empty else _occasions(cohort))


def _occasions(cohort: Cohort) -> list[Occasion]:
    found = list(Occasion.objects.filter(cohort=cohort).select_related("theme").order_by("number"))
    for occasion in found:
        occasion.cohort = cohort
    return found


def _calendar(method: str) -> Calendar:
    calendar = Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", PRODUCT)
    calendar.add("method", method)
    calendar.add("x-wr-timezone", STOCKHOLM.key)
    return calendar


def _text(method: str, occasions: Iterable[Occasion]) -> str:
    return _filled(_calendar(method), occasions)


def _filled(calendar: Calendar, occasions: Iterable[Occasion]) -> str:
    # Not every program knows the zone by its name.
    calendar.add_component(_swedish_time())
    for occasion in occasions:
        calendar.add_component(_entry(occasion))
    return str(calendar.to_ical().decode())


def _swedish_time() -> Timezone:
    """The rule of the European Union (directive 2000/84/EC): the last Sundays of March and October, at 01.00 UTC."""
    zone = Timezone()
    zone.add("tzid", STOCKHOLM.key)
    for part, month, begins, before, after, name in (
        (TimezoneDaylight(), 3, datetime(1996, 3, 31, 2), 1, 2, "CEST"),  # noqa: DTZ001 - local time, as it must be
        (TimezoneStandard(), 10, datetime(1996, 10, 27, 3), 2, 1, "CET"),  # noqa: DTZ001
    ):
        part.add("dtstart", begins)
        part.add("rrule", {"FREQ": "YEARLY", "BYMONTH": month, "BYDAY": "-1SU"})
        part.add("tzoffsetfrom", timedelta(hours=before))
        part.add("tzoffsetto", timedelta(hours=after))
        part.add("tzname", name)
        zone.add_component(part)
    return zone


def _entry(occasion: Occasion) -> Event:
    entry = Event()
    entry.add("uid", uid(occasion))
    entry.add("sequence", occasion.calendar_sequence)
    entry.add("dtstamp", occasion.calendar_changed_at)
    entry.add("last-modified", occasion.calendar_changed_at)
    _add_times(entry, occasion)
    entry.add("summary", f"{occasion.cohort.title}: {occasion.title}")
    if where := venue_line(occasion):
        entry.add("location", where)
    entry.add("description", _description(occasion))
    entry.add("url", settings.SITE_URL + "/mina-sidor/")
    entry.add("status", "CANCELLED" if occasion.cancelled_at else "CONFIRMED")
    organiser = vCalAddress(f"mailto:{parseaddr(settings.DEFAULT_FROM_EMAIL)[1]}")
    organiser.params["CN"] = "Samspel"
    entry.add("organizer", organiser)
    return entry


def _add_times(entry: Event, occasion: Occasion) -> None:
    """On the clock in Sweden when the hours are known, else whole days; the last day is then the one after it."""
    if occasion.starts_at and occasion.ends_at:
        entry.add("dtstart", datetime.combine(occasion.starts_on, occasion.starts_at, STOCKHOLM))
        entry.add("dtend", datetime.combine(occasion.ends_on, occasion.ends_at, STOCKHOLM))
    else:
        entry.add("dtstart", occasion.starts_on)
        entry.add("dtend", occasion.ends_on + timedelta(days=1))


def _description(occasion: Occasion) -> str:
    lines = [*occasion.bullet_lines, _("Allt om tillfället: %(url)s") % {"url": settings.SITE_URL + "/mina-sidor/"}]
    return "\n".join(lines)
