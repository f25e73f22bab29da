"""What the mails about a place say: exactly what holds, with dates, and links that lead where they say."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from bs4 import BeautifulSoup
from django.test import Client

from portal.core import audit
from portal.core.models import OutgoingMail
from programs.actions import places
from programs.models import Cohort, Place
from programs.states import PlaceState
from tests.programs.builders import make_occasion
from tests.programs.places import make_place, make_round

pytestmark = pytest.mark.django_db

LINK = re.compile(r"http://localhost(/\S+)")


@pytest.fixture
def cohort() -> Cohort:
    """With a name that must neither be escaped in a subject nor run in a page, two occasions, and a price."""
    cohort = make_round(capacity=30, name_then="Mål & <b>mening</b>", fee=24000, venue_name="Anläggningen")
    for number, day in ((1, 5), (2, 20)):
        occasion = make_occasion(cohort, number, dt.date(2027, 9, day))
        occasion.starts_at, occasion.ends_at = dt.time(10), dt.time(16, 30)
        occasion.save()
    return cohort


def newest(place: Place) -> OutgoingMail:
    mail = OutgoingMail.objects.about(place).first()
    assert mail is not None
    return mail


@pytest.mark.parametrize("state", [state for state in PlaceState if state != PlaceState.STARTED])
def test_every_letter_says_the_same_in_both_forms_and_leads_to_the_persons_page(
    cohort: Cohort, state: PlaceState, client: Client
) -> None:
    place = make_place(cohort, state)
    mail = newest(place)

    page = BeautifulSoup(mail.html_body, "html.parser")
    assert (mail.subject.count("Mål & <b>mening</b> 2027"), mail.to_email) == (1, place.email)
    assert page.h1 is not None
    assert page.find("b") is None
    assert "{{" not in mail.text_body
    assert "{%" not in mail.text_body
    action = page.select_one("a.action")
    assert action is not None
    assert LINK.findall(mail.text_body).count(str(action["href"]).removeprefix("http://localhost")) == 1
    assert client.get(str(action["href"])).status_code == 200
    assert mail.delete_after == place.delete_after


@pytest.mark.parametrize("state", [PlaceState.INVITED, PlaceState.OFFERED, PlaceState.ACCEPTED, PlaceState.WAITING])
def test_the_dates_the_hours_and_the_place_are_told(cohort: Cohort, state: PlaceState) -> None:
    mail = newest(make_place(cohort, state))
    expected = "5–6 september 2027: Tema 1, från kl. 10.00 första dagen till kl. 16.30 sista dagen, Anläggningen"
    assert f"- {expected}" in mail.text_body
    assert expected in mail.html_body


def test_what_is_not_known_is_not_mentioned() -> None:
    mail = newest(make_place(make_round(), PlaceState.OFFERED))
    assert "När och var" not in mail.text_body
    assert "Vad det kostar" not in mail.html_body


def test_an_offer_says_what_it_costs_and_the_last_day(cohort: Cohort) -> None:
    place = places.offer(make_place(cohort, PlaceState.APPLIED), dt.date(2030, 5, 29), by=audit.SYSTEM)
    mail = newest(place)
    assert mail.subject == "Du erbjuds en plats i Mål & <b>mening</b> 2027: svara senast den 29 maj 2030"
    assert "Svara senast den 29 maj 2030. Hela den dagen räknas, till midnatt." in mail.text_body
    assert "- Avgift: 24\u00a0000\u00a0kr, exklusive moms" in mail.text_body


@pytest.mark.parametrize("state", [PlaceState.ACCEPTED, PlaceState.PARTICIPANT])
def test_who_has_a_place_gets_the_calendar_and_the_way_to_log_in(cohort: Cohort, state: PlaceState) -> None:
    place = make_place(cohort, state)
    mail = newest(place)
    assert mail.calendar.count("BEGIN:VEVENT") == 2
    assert f"http://localhost/program/kalender/{place.calendar_key}.ics" in mail.text_body
    assert "http://localhost/mina-sidor/" in mail.text_body


def test_nobody_else_gets_a_calendar(cohort: Cohort) -> None:
    assert newest(make_place(cohort, PlaceState.OFFERED)).calendar == ""


def test_an_invitation_and_an_offer_that_lapsed_are_told_apart(cohort: Cohort) -> None:
    invited = places.lapse(make_place(cohort), by=audit.SYSTEM)
    offered = make_place(cohort, PlaceState.LAPSED)
    assert newest(invited).subject == "Tiden för att söka till Mål & <b>mening</b> 2027 är slut"
    assert newest(offered).subject == "Erbjudandet om plats i Mål & <b>mening</b> 2027 gäller inte längre"


def test_an_application_that_counts_again_says_so(cohort: Cohort) -> None:
    place = places.apply(make_place(cohort, PlaceState.DECLINED), by=audit.SYSTEM)
    assert newest(place).subject == "Din ansökan till Mål & <b>mening</b> 2027 gäller igen"


def test_whoever_applies_after_the_invitation_lapsed_applies_for_the_first_time(cohort: Cohort) -> None:
    lapsed = places.lapse(make_place(cohort), by=audit.SYSTEM)
    place = places.apply(lapsed, by=audit.PERSON)
    assert newest(place).subject == "Vi har fått din ansökan till Mål & <b>mening</b> 2027"
