"""Before an occasion: who is asked when, what they answer, and what the venue gets to know of it. And attendance."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.test import Client
from pytest_django import Settings

from portal.core import audit
from portal.core.models import AuditEvent, OutgoingMail
from portal.core.personal_data import purge_expired
from programs.actions import asking, places
from programs.actions.attending import NoDayOfTheOccasion, take_attendance
from programs.actions.occasions import cancel_occasion
from programs.mail_occasions import answer_url
from programs.models import Attendance, Occasion, OccasionAnswer, OccasionNeeds, Place
from programs.queries import occasions as queries
from programs.schedules import ask_about_occasions
from tests.programs.builders import make_cohort, make_occasion, make_programme
from tests.programs.interest import errors
from tests.programs.meeting import FIRST_DAY, TODAY, join, make_meeting

pytestmark = pytest.mark.django_db
COMES = {"comes": "ja", "sleeps_over": "ja", "food": "Vegetariskt", "access": "Hörslinga"}


@pytest.fixture
def occasion() -> Occasion:
    return make_meeting()


@pytest.fixture
def place(occasion: Occasion) -> Place:
    return join(occasion.cohort, "Åsa Lind-Öberg")


def path(place: Place, occasion: Occasion) -> str:
    return answer_url(place, occasion).removeprefix("http://localhost")


def asked(letter: str = "occasion_asked") -> list[str]:
    return sorted(OutgoingMail.objects.filter(letter=f"programs/{letter}").values_list("to_email", flat=True))


# --- The form --------------------------------------------------------------------------------------------------------
def test_an_answer_is_kept_shown_and_changed_by_the_same_link(client: Client, occasion: Occasion, place: Place) -> None:
    link = path(place, occasion)
    for look in (client.get, client.head):
        assert look(link).status_code == 200
    assert OccasionAnswer.objects.count() == 0

    response = client.post(link, COMES)
    assert response.status_code == 303
    page = client.get(response.headers["Location"]).content.decode()
    assert "Du kommer och sover över." in page
    assert "Vegetariskt" in page
    client.post(link, {"comes": "nej"})

    answer = OccasionAnswer.objects.get()
    assert (answer.comes, answer.sleeps_over, answer.delete_after) == (False, False, place.delete_after)
    assert OccasionNeeds.objects.count() == 0
    event = AuditEvent.objects.about(place).filter(event="programs.occasion_answered").first()
    assert event is not None
    assert event.data == {"occasion": occasion.pk, "comes": False, "sleeps_over": False}


def test_what_is_missing_is_said_at_its_field(client: Client, occasion: Occasion, place: Place) -> None:
    response = client.post(path(place, occasion), {"food": "Vegetariskt"})
    assert response.status_code == 422
    assert set(errors(response)) == {"comes", "sleeps_over"}
    assert "Vegetariskt" in response.content.decode()
    assert set(errors(client.post(path(place, occasion), {"comes": "ja"}))) == {"sleeps_over"}
    assert OccasionAnswer.objects.count() == 0


def test_one_day_has_no_night(client: Client, place: Place, occasion: Occasion) -> None:
    Occasion.objects.filter(pk=occasion.pk).update(ends_on=occasion.starts_on)
    assert client.post(path(place, occasion), {"comes": "ja"}).status_code == 303
    assert not OccasionAnswer.objects.get().sleeps_over


def test_needs_go_a_month_after_the_occasion_and_the_answer_stays(
    client: Client, occasion: Occasion, place: Place
) -> None:
    client.post(path(place, occasion), COMES)
    last = occasion.ends_on + dt.timedelta(days=30)

    purge_expired(last)
    assert OccasionNeeds.objects.count() == 1
    purge_expired(last + dt.timedelta(days=1))

    assert (OccasionNeeds.objects.count(), OccasionAnswer.objects.count()) == (0, 1)


def test_links_that_lead_nowhere(client: Client, occasion: Occasion, place: Place) -> None:
    link = path(place, occasion)
    token = link.split("/")[3]
    other = make_other_occasion()
    assert client.get(link.replace(token, token[:-1] + ("A" if token[-1] != "A" else "B"))).status_code == 404
    assert client.get(path(place, other)).status_code == 404


def make_other_occasion() -> Occasion:
    return make_occasion(make_cohort(make_programme("annat"), 2027), 1, FIRST_DAY)


def test_when_it_is_too_late_or_off_the_page_says_so(client: Client, occasion: Occasion, place: Place) -> None:
    link = path(place, occasion)
    with time_machine.travel("2027-01-15"):
        assert "Tillfället har varit" in client.get(link).content.decode()
        client.post(link, COMES)
    cancel_occasion(occasion, by=audit.SYSTEM)
    assert "Tillfället är inställt" in client.get(link).content.decode()
    places.withdraw(place, by=audit.PERSON)
    assert "Länken gäller den som deltar" in client.get(link).content.decode()
    assert OccasionAnswer.objects.count() == 0


# --- What the venue gets ---------------------------------------------------------------------------------------------
def test_the_lists_hold_a_name_and_what_is_needed_and_nothing_else(
    client: Client, occasion: Occasion, place: Place
) -> None:
    bo, cecilia = join(occasion.cohort, "Bo Ek"), join(occasion.cohort, "Cecilia Dahl")
    client.post(path(place, occasion), COMES)
    client.post(path(bo, occasion), {"comes": "ja", "sleeps_over": "nej"})
    client.post(path(cecilia, occasion), {"comes": "nej"})

    assert queries.rooming_list(occasion) == [queries.RoomLine("Åsa Lind-Öberg")]
    assert queries.meal_list(occasion) == [
        queries.MealLine("Bo Ek", ""),
        queries.MealLine("Åsa Lind-Öberg", "Vegetariskt"),
    ]
    assert queries.access_list(occasion) == [queries.AccessLine("Åsa Lind-Öberg", "Hörslinga")]
    assert queries.count_answers(occasion) == queries.AnswerCount(asked=3, comes=2, stays_away=1, sleeps_over=1)
    assert [set(line.__dataclass_fields__) for line in (queries.RoomLine, queries.MealLine, queries.AccessLine)] == [
        {"name"},
        {"name", "food"},
        {"name", "access"},
    ]


def test_who_left_sleeps_nowhere(client: Client, occasion: Occasion, place: Place) -> None:
    client.post(path(place, occasion), COMES)
    places.withdraw(place, by=audit.PERSON)
    assert (queries.rooming_list(occasion), queries.meal_list(occasion)) == ([], [])


# --- Who is asked ----------------------------------------------------------------------------------------------------
def test_everybody_is_asked_two_weeks_before_once(occasion: Occasion, place: Place) -> None:
    bo = join(occasion.cohort, "Bo Ek")

    assert asking.ask_before_occasions(TODAY - dt.timedelta(days=1)) == 0
    assert asking.ask_before_occasions(TODAY) == 2
    assert asking.ask_before_occasions(TODAY) == asking.ask_before_occasions(TODAY + dt.timedelta(days=1)) == 0

    assert asked() == sorted([place.email, bo.email])
    mail = OutgoingMail.objects.filter(letter="programs/occasion_asked", to_email=place.email).get()
    assert answer_url(place, occasion) in mail.text_body
    assert "BEGIN:VEVENT" in mail.calendar


@time_machine.travel("2026-12-12T08:05:00+01:00", tick=True)
def test_beat_asks(occasion: Occasion, place: Place, settings: Settings) -> None:
    planned = settings.CELERY_BEAT_SCHEDULE["ask_about_occasions"]["task"]
    assert planned == ask_about_occasions.name
    ask_about_occasions()
    assert asked() == [place.email]


def test_only_those_who_have_not_answered_are_reminded_and_once(
    client: Client, occasion: Occasion, place: Place
) -> None:
    bo = join(occasion.cohort, "Bo Ek")
    with time_machine.travel("2026-12-12"):
        asking.ask_before_occasions()
        client.post(path(place, occasion), COMES)
    with time_machine.travel("2026-12-20"):
        assert asking.remind_before_occasions() == 0
    with time_machine.travel("2026-12-21"):
        late = join(occasion.cohort, "Cecilia Dahl")
        assert asking.ask_before_occasions() == 1
        assert asking.remind_before_occasions() == 1
        assert asking.remind_before_occasions() == 0

    assert asked("occasion_reminded") == [bo.email]
    assert late.email in asked()


def test_nobody_is_asked_about_what_is_cancelled_or_has_begun(occasion: Occasion, place: Place) -> None:
    assert asking.ask_before_occasions(occasion.starts_on) == 0
    cancel_occasion(occasion, by=audit.SYSTEM)
    assert asking.ask_before_occasions(TODAY) == 0


def test_a_new_date_is_asked_about_anew(client: Client, occasion: Occasion, place: Place) -> None:
    asking.ask_before_occasions(TODAY)
    Occasion.objects.update(starts_on=dt.date(2027, 1, 9), ends_on=dt.date(2027, 1, 10))
    assert asking.ask_before_occasions(dt.date(2026, 12, 27)) == 1


# --- Attendance ------------------------------------------------------------------------------------------------------
def test_attendance_is_taken_for_each_day_and_the_last_tap_counts(occasion: Occasion, place: Place) -> None:
    for present in (True, True, False):
        take_attendance(place, occasion, occasion.starts_on, present=present, by=audit.SYSTEM)
    take_attendance(place, occasion, occasion.ends_on, present=True, by=audit.SYSTEM)

    found = list(Attendance.objects.order_by("day").values_list("day", "present"))
    assert found == [(occasion.starts_on, False), (occasion.ends_on, True)]
    assert AuditEvent.objects.about(place).filter(event="programs.attendance_taken").count() == 3
    with pytest.raises(NoDayOfTheOccasion):
        take_attendance(place, occasion, occasion.ends_on + dt.timedelta(days=1), present=True, by=audit.SYSTEM)


def test_the_page_says_what_was_changed_after_the_occasion_before(
    client: Client, occasion: Occasion, place: Place
) -> None:
    Occasion.objects.filter(pk=occasion.pk).update(changes_text="Längre raster.")
    second = make_occasion(occasion.cohort, 2, dt.date(2027, 3, 1))
    page = BeautifulSoup(client.get(path(place, second)).content, "html.parser")
    assert "Längre raster." in page.get_text()


def test_the_participants_own_page_leads_to_the_form(client: Client, occasion: Occasion, place: Place) -> None:
    assert place.user is not None
    client.force_login(place.user, backend="django.contrib.auth.backends.ModelBackend")
    page = BeautifulSoup(client.get(f"/mina-sidor/{place.pk}/").content, "html.parser")
    assert path(place, occasion) in [str(link["href"]) for link in page.select("main a")]
