"""What is written, in the formats that people and programs can take along: JSON, HTML, Word, calendar."""

from __future__ import annotations

import base64
import hashlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from icalendar import Calendar, Event, vRecur

from agreements.collaboration.content import HowOften, Meeting, canonical
from agreements.models import Agreement
from agreements.pdf import agreement_pdf, body, stylesheet, title
from agreements.queries.papers import Sheet
from agreements.word import agreement_docx
from portal.core.formats import STOCKHOLM

ICS = "text/calendar; charset=utf-8"
# No day and hour is agreed: the series begins as a suggestion on a Monday morning, and is moved in the calendar.
SUGGESTED = time(9, 0)
LENGTH = timedelta(hours=1)
# As long as the calendar knows when summer time begins and ends.
YEARS_AHEAD = 10
MONTHS_BETWEEN = {HowOften.MONTHLY: 1, HowOften.QUARTERLY: 3, HowOften.HALFYEARLY: 6, HowOften.YEARLY: 12}
WEEKS_BETWEEN = {HowOften.WEEKLY: 1, HowOften.BIWEEKLY: 2}


@dataclass(frozen=True)
class Export:
    """A file to hand out."""

    content: bytes
    media_type: str
    ending: str


def _json(sheet: Sheet) -> Export:
    """Exactly the bytes that the fingerprint is made over."""
    return Export(canonical(sheet.content).encode(), "application/json; charset=utf-8", "json")


def _html(sheet: Sheet) -> Export:
    """One file that needs no other: the style sheet travels in its address, and there is no script."""
    style = base64.b64encode(stylesheet().encode()).decode()
    context = {"body": body(sheet, on_paper=False), "title": title(sheet), "style": f"data:text/css;base64,{style}"}
    page = render_to_string("pdf/agreements/agreement_page.html", context)
    return Export(page.encode(), "text/html; charset=utf-8", "html")


def _docx(sheet: Sheet) -> Export:
    media_type = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    return Export(agreement_docx(sheet), media_type, "docx")


def _pdf(sheet: Sheet) -> Export:
    return Export(agreement_pdf(sheet), "application/pdf", "pdf")


FORMATS = {"json": _json, "html": _html, "docx": _docx, "pdf": _pdf}


def export(sheet: Sheet, name: str) -> Export:
    """The sheet in one of FORMATS."""
    return FORMATS[name](sheet)


# --- Calendar --------------------------------------------------------------------------------------------------------
def _first_monday(year: int, month: int) -> date:
    first = date(year, month, 1)
    return first + timedelta(days=-first.weekday() % 7)


def _start(often: HowOften, after: date) -> date:
    """The coming Monday, or for what comes back by the month the first Monday of the next month."""
    if often in WEEKS_BETWEEN:
        return after + timedelta(days=7 - after.weekday())
    return _first_monday(after.year + after.month // 12, after.month % 12 + 1)


def _rule(often: HowOften, until: date | None) -> vRecur:
    rule: dict[str, object]
    if often in WEEKS_BETWEEN:
        rule = {"freq": "weekly", "interval": WEEKS_BETWEEN[often]}
    else:
        rule = {"freq": "monthly", "interval": MONTHS_BETWEEN[often], "byday": "1MO"}
    if until is not None:
        rule["until"] = datetime.combine(until, time(23, 59, 59), tzinfo=STOCKHOLM).astimezone(UTC)
    return vRecur(rule)


def _numbered(meetings: tuple[Meeting, ...]) -> Iterator[tuple[Meeting, str]]:
    """Each meeting with a name of its own that stays the same while what it is called does."""
    seen: Counter[str] = Counter()
    for meeting in meetings:
        what = meeting.what.casefold()
        seen[what] += 1
        yield meeting, f"{what}\n{seen[what]}"


def _event(agreement: Agreement, sheet: Sheet, meeting: Meeting, name: str) -> Event:
    begins = datetime.combine(_start(meeting.how_often, sheet.dated.date()), SUGGESTED, tzinfo=STOCKHOLM)
    digest = hashlib.sha256(f"{agreement.pk}\n{name}".encode()).hexdigest()[:32]
    event = Event()
    event.add("uid", f"{digest}@{urlsplit(settings.SITE_URL).hostname or 'localhost'}")
    event.add("sequence", sheet.number or 0)
    event.add("dtstamp", sheet.dated)
    event.add("summary", meeting.what or _("Möte"))
    event.add("dtstart", begins)
    event.add("dtend", begins + LENGTH)
    event.add("rrule", _rule(meeting.how_often, agreement.term_ends_on))
    event.add("status", "TENTATIVE")
    event.add("description", _description(meeting))
    return event


def _description(meeting: Meeting) -> str:
    lines = [
        _("Vilka: %(who)s") % {"who": meeting.who} if meeting.who else "",
        _("Förbereds av: %(who)s") % {"who": meeting.who_prepares} if meeting.who_prepares else "",
        _("Dag och tid är ett förslag. Flytta serien till en tid som passar er."),
    ]
    return "\n".join(line for line in lines if line)


def meetings_ics(agreement: Agreement, sheet: Sheet) -> bytes:
    """The meetings that come back, as series. What is held when needed has no place in a calendar."""
    calendar = Calendar()
    calendar.add("prodid", "-//Samspel//sv")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", title(sheet))
    meetings = tuple(meeting for section in sheet.content.sections for meeting in section.meetings or ())
    for meeting, name in _numbered(meetings):
        if meeting.how_often != HowOften.WHEN_NEEDED:
            calendar.add_component(_event(agreement, sheet, meeting, name))
    year = sheet.dated.year
    calendar.add_missing_timezones(first_date=date(year, 1, 1), last_date=date(year + YEARS_AHEAD, 1, 1))
    return bytes(calendar.to_ical())
