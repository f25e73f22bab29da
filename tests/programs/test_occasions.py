"""An occasion moves, is cancelled, comes back: who is told, what exactly, and with which calendar file."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
import time_machine
from django.test import Client
from icalendar import Calendar

from portal.core import audit, outgoing
from portal.core.models import AuditEvent, OutgoingMail
from programs.actions import occasions as actions
from programs.actions import places
from programs.actions.attending import answer_occasion
from programs.forms_occasions import Answer
from programs.models import Occasion, OccasionNeeds, Place
from tests.programs.applying import invited, letters
from tests.programs.meeting import join, make_meeting
from tests.services.smtp import SmtpServer

pytestmark = pytest.mark.django_db


@pytest.fixture
def occasion() -> Occasion:
    return make_meeting()


@pytest.fixture
def place(occasion: Occasion) -> Place:
    return join(occasion.cohort, "Åsa Lind-Öberg")


def later(occasion: Occasion) -> actions.OccasionPlan:
    """Two weeks later, an hour earlier, somewhere else."""
    return replace(
        actions.plan_of(occasion),
        starts_on=dt.date(2027, 1, 9),
        ends_on=dt.date(2027, 1, 10),
        starts_at=dt.time(9),
        venue_name="Slottet",
        venue_address="Storgatan 1",
    )


def about(letter: str) -> list[OutgoingMail]:
    return list(OutgoingMail.objects.filter(letter=f"programs/{letter}").order_by("to_email"))


def test_a_move_tells_the_old_and_the_new_to_those_concerned_and_to_nobody_else(
    occasion: Occasion, place: Place
) -> None:
    other, gone = join(occasion.cohort, "Bo Ek"), join(occasion.cohort, "Cecilia Dahl")
    places.withdraw(gone, by=audit.PERSON)
    invited(occasion.cohort, "dan@kommun.example")

    changes = actions.move_occasion(occasion, later(occasion), by=audit.SYSTEM)

    assert [str(change.what) for change in changes] == ["Datum", "Tid", "Plats"]
    mails = about("occasion_moved")
    assert [mail.to_email for mail in mails] == sorted([place.email, other.email])
    for part in (
        "Datum: 26–27 december 2026 → 9–10 januari 2027",
        "Tid: 10.00 första dagen till 13.00 sista dagen → 09.00 första dagen till 13.00 sista dagen",
        "Plats: Konferensen, Stockholm → Slottet, Storgatan 1",
    ):
        assert part in mails[0].text_body
    assert mails[0].subject == "Ändrat: Styrning & ledning"
    (entry,) = Calendar.from_ical(mails[0].calendar).walk("VEVENT")
    assert (entry["sequence"], entry.decoded("dtstart").date()) == (1, dt.date(2027, 1, 9))
    event = AuditEvent.objects.about(occasion).get()
    assert event.event == "programs.occasion_moved"
    assert sorted(event.data["fields"]) == ["ends_on", "starts_at", "starts_on", "venue_address", "venue_name"]


def test_a_move_that_changes_nothing_does_nothing(occasion: Occasion, place: Place) -> None:
    assert actions.move_occasion(occasion, actions.plan_of(occasion), by=audit.SYSTEM) == []
    occasion.refresh_from_db()
    assert (occasion.calendar_sequence, about("occasion_moved"), AuditEvent.objects.about(occasion).count()) == (
        0,
        [],
        0,
    )


def test_only_what_changed_is_told(occasion: Occasion, place: Place) -> None:
    actions.move_occasion(occasion, replace(actions.plan_of(occasion), venue_name="Slottet"), by=audit.SYSTEM)
    (mail,) = about("occasion_moved")
    assert "Plats: Konferensen, Stockholm → Slottet" in mail.text_body
    assert "→" not in mail.text_body.replace("Plats: Konferensen, Stockholm → Slottet", "")


def test_a_cancelled_occasion_is_told_once_and_leaves_the_calendars(occasion: Occasion, place: Place) -> None:
    actions.cancel_occasion(occasion, by=audit.SYSTEM)
    with pytest.raises(actions.OccasionIsCancelled):
        actions.cancel_occasion(occasion, by=audit.SYSTEM)

    (mail,) = about("occasion_cancelled")
    assert "METHOD:CANCEL" in mail.calendar
    assert "STATUS:CANCELLED" in mail.calendar
    assert "Inställt" in mail.subject


def test_a_cancelled_occasion_comes_back_with_a_new_date(occasion: Occasion, place: Place) -> None:
    actions.cancel_occasion(occasion, by=audit.SYSTEM)
    actions.move_occasion(occasion, later(occasion), by=audit.SYSTEM)

    (mail,) = about("occasion_moved")
    assert "Status: Inställt → Blir av" in mail.text_body
    (entry,) = Calendar.from_ical(mail.calendar).walk("VEVENT")
    assert (entry["sequence"], str(entry["status"])) == (2, "CONFIRMED")


def test_what_is_over_is_put_right_without_mails(occasion: Occasion, place: Place) -> None:
    with time_machine.travel("2027-02-01"):
        past = replace(actions.plan_of(occasion), venue_name="Slottet")
        assert actions.move_occasion(occasion, past, by=audit.SYSTEM)
    assert about("occasion_moved") == []


def test_needs_and_places_are_kept_until_after_the_new_date(occasion: Occasion, place: Place) -> None:
    answer_occasion(
        place, occasion, Answer(comes=True, sleeps_over=True, food="Vegetariskt", access=""), by=audit.PERSON
    )
    before = place.delete_after

    actions.move_occasion(occasion, later(occasion), by=audit.SYSTEM)

    place.refresh_from_db()
    assert OccasionNeeds.objects.get().delete_after == dt.date(2027, 1, 10) + dt.timedelta(days=30)
    assert place.delete_after == before + dt.timedelta(days=14)
    (mail,) = about("occasion_moved")
    assert "Stämmer svaret fortfarande?" in mail.text_body


def test_new_words_reach_the_calendars_without_a_mail(occasion: Occasion, place: Place) -> None:
    occasion.theme_name = "Omvärlden"
    actions.reword_occasion(occasion, ["theme_name"], by=audit.SYSTEM)

    saved = Occasion.objects.get()
    assert (saved.theme_name, saved.calendar_sequence) == ("Omvärlden", 1)
    assert not [letter for letter in letters() if "occasion" in letter]


def test_the_calendar_file_arrives_with_the_mail(occasion: Occasion, place: Place, smtp_server: SmtpServer) -> None:
    actions.cancel_occasion(occasion, by=audit.SYSTEM)
    outgoing.deliver(about("occasion_cancelled")[0].pk)

    (arrived,) = smtp_server.mails
    part = next(arrived.message.iter_attachments())
    assert (part.get_content_type(), part.get_param("method")) == ("text/calendar", "CANCEL")
    (entry,) = Calendar.from_ical(str(part.get_content())).walk("VEVENT")
    assert str(entry["summary"]).endswith("Styrning & ledning")


def test_the_programmes_page_says_that_it_is_cancelled(client: Client, occasion: Occasion) -> None:
    actions.cancel_occasion(occasion, by=audit.SYSTEM)
    assert "Inställt" in client.get("/program/ledarprogram/").content.decode()
