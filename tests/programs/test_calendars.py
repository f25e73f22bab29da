"""Calendar files, as two programs that have nothing to do with each other read them."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import vobject
from django.test import Client
from icalendar import Calendar

from portal.core import audit
from programs import calendars
from programs.actions import occasions as actions
from programs.actions import places
from programs.models import Occasion, Place
from tests.programs.builders import make_occasion
from tests.programs.meeting import join, make_meeting

pytestmark = pytest.mark.django_db
STOCKHOLM = ZoneInfo("Europe/Stockholm")


@pytest.fixture
def occasion() -> Occasion:
    return make_meeting()


@pytest.fixture
def place(occasion: Occasion) -> Place:
    return join(occasion.cohort, "Åsa Lind-Öberg")


def fetch(client: Client, place: Place, **headers: str) -> Any:
    return client.get(f"/program/kalender/{place.calendar_key}.ics", headers=headers)


def entries(text: str) -> list[dict[str, Any]]:
    """The entries as both readers see them, who must agree."""
    first = [_by_icalendar(event) for event in Calendar.from_ical(text).walk("VEVENT")]
    second = [_by_vobject(event) for event in vobject.readOne(text).contents.get("vevent", [])]
    assert first == second
    return first


def _by_icalendar(event: Any) -> dict[str, Any]:
    return {
        "uid": str(event["uid"]),
        "sequence": int(event["sequence"]),
        "start": event.decoded("dtstart"),
        "end": event.decoded("dtend"),
        "summary": str(event["summary"]),
        "location": str(event.get("location", "")),
        "status": str(event["status"]),
    }


def _by_vobject(event: Any) -> dict[str, Any]:
    return {
        "uid": event.uid.value,
        "sequence": int(event.sequence.value),
        "start": event.dtstart.value,
        "end": event.dtend.value,
        "summary": event.summary.value,
        "location": event.location.value if hasattr(event, "location") else "",
        "status": event.status.value,
    }


def test_the_feed_says_when_and_where_in_swedish_time(client: Client, occasion: Occasion, place: Place) -> None:
    response = fetch(client, place)

    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    (entry,) = entries(response.content.decode())
    assert entry == {
        "uid": f"tillfalle-{occasion.pk}@localhost",
        "sequence": 0,
        "start": dt.datetime(2026, 12, 26, 10, tzinfo=STOCKHOLM),
        "end": dt.datetime(2026, 12, 27, 13, tzinfo=STOCKHOLM),
        "summary": "Programmet ledarprogram: Styrning & ledning",
        "location": "Konferensen, Stockholm",
        "status": "CONFIRMED",
    }
    for private in (place.name, place.email, place.reference):
        assert private not in response.content.decode()


@pytest.mark.parametrize(
    ("day", "offset"), [(dt.date(2027, 3, 27), 1), (dt.date(2027, 3, 28), 2), (dt.date(2027, 10, 31), 1)]
)
def test_the_rules_of_summer_time_in_the_file_are_right(occasion: Occasion, day: dt.date, offset: int) -> None:
    """vobject takes the zone from the file itself, not from the name."""
    occasion.starts_on = occasion.ends_on = day
    file = vobject.readOne(calendars.occasion_calendar(occasion))

    starts = file.vevent.dtstart.value

    assert (starts.hour, starts.utcoffset()) == (10, dt.timedelta(hours=offset))


def test_lines_are_those_of_the_standard(occasion: Occasion) -> None:
    occasion.bullets = "Å" * 200
    raw = calendars.occasion_calendar(occasion).encode()
    lines = raw.split(b"\r\n")
    assert b"\n" not in b"".join(lines)
    assert max(len(line) for line in lines) <= 75


def test_without_hours_it_takes_whole_days(occasion: Occasion) -> None:
    occasion.starts_at = occasion.ends_at = None
    (entry,) = entries(calendars.occasion_calendar(occasion))
    assert (entry["start"], entry["end"]) == (dt.date(2026, 12, 26), dt.date(2026, 12, 28))


def test_a_move_keeps_the_uid_and_raises_the_sequence(client: Client, occasion: Occasion, place: Place) -> None:
    (before,) = entries(fetch(client, place).content.decode())
    plan = replace(actions.plan_of(occasion), starts_on=dt.date(2027, 1, 9), ends_on=dt.date(2027, 1, 10))

    actions.move_occasion(occasion, plan, by=audit.SYSTEM)

    (after,) = entries(fetch(client, place).content.decode())
    assert (after["uid"], after["sequence"]) == (before["uid"], before["sequence"] + 1)
    assert after["start"].date() == dt.date(2027, 1, 9)


def test_a_cancelled_occasion_stays_and_says_so(client: Client, occasion: Occasion, place: Place) -> None:
    make_occasion(occasion.cohort, 2, dt.date(2027, 2, 1))
    actions.cancel_occasion(occasion, by=audit.SYSTEM)

    found = entries(fetch(client, place).content.decode())

    assert [(entry["status"], entry["sequence"]) for entry in found] == [("CANCELLED", 1), ("CONFIRMED", 0)]
    occasion.refresh_from_db()
    assert "METHOD:CANCEL\r\n" in calendars.occasion_calendar(occasion)


def test_a_program_that_asks_again_is_told_that_nothing_changed(
    client: Client, occasion: Occasion, place: Place
) -> None:
    tag = fetch(client, place)["ETag"]

    assert fetch(client, place, if_none_match=tag).status_code == 304
    actions.cancel_occasion(occasion, by=audit.SYSTEM)
    again = fetch(client, place, if_none_match=tag)
    assert (again.status_code, again["ETag"] == tag) == (200, False)


def test_the_key_can_be_replaced_and_nothing_else_opens_the_feed(client: Client, place: Place) -> None:
    old = f"/program/kalender/{place.calendar_key}.ics"
    new = actions.replace_calendar_key(place, by=audit.PERSON)

    assert client.get(old).status_code == 404
    assert fetch(client, new).status_code == 200
    assert client.get(f"/program/kalender/{place.pk}.ics").status_code == 404
    assert client.post(f"/program/kalender/{new.calendar_key}.ics").status_code == 405


def test_who_left_gets_an_empty_calendar(client: Client, place: Place) -> None:
    places.withdraw(place, by=audit.PERSON)
    response = fetch(client, place)
    assert response.status_code == 200
    assert entries(response.content.decode()) == []


def test_two_people_of_the_cohort_have_their_own_addresses(occasion: Occasion, place: Place) -> None:
    other = join(occasion.cohort, "Bo Ek")
    assert other.calendar_key != place.calendar_key
