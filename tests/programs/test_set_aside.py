"""An application that was sent, and counts for nothing beside its owner's place, is no draft."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.test import Client
from django.utils import timezone

from portal.accounts.models import User
from portal.core import audit
from portal.core.models import OutgoingMail
from programs.actions import places
from programs.actions.deadlines import act_on_deadlines
from programs.mail_places import place_token
from programs.models import Cohort, Place
from programs.states import PlaceState
from tests.programs.applying import OPEN, load_some_organisations, open_round
from tests.programs.test_joining import Applicant, owned, place_of
from tests.programs.test_readdressing import RIGHT, mails_to

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2027, 3, 10, 10, tzinfo=dt.UTC)
DRAFT = "Skickar du inte ansökan raderas"


@pytest.fixture(autouse=True)
def cohort() -> Cohort:
    load_some_organisations()
    return open_round(capacity=20)


def beside(cohort: Cohort, state: PlaceState = PlaceState.APPLIED) -> tuple[Place, Place]:
    """The owner's place, and what was sent from the owner's address as well."""
    known = owned(cohort, state)
    applicant = Applicant()
    applicant.send(RIGHT)
    return known, place_of(applicant, cohort)


def words(path: str, client: Client | None = None) -> str:
    page = BeautifulSoup((client or Client()).get(path).content, "html.parser").select_one("main")
    assert page is not None
    return page.get_text(" ", strip=True)


# --- What its owner reads --------------------------------------------------------------------------------------------
def test_its_page_says_that_it_was_sent(cohort: Cohort) -> None:
    _known, place = beside(cohort)

    page = words(f"/program/plats/{place_token(place)}/")

    assert "Ansökan är skickad" in page
    assert (DRAFT in page, "inte skickad" in page, "Bara du ser den" in page) == (False, False, False)


def test_its_page_is_the_same_whether_the_other_place_holds_or_not(cohort: Cohort) -> None:
    known, place = beside(cohort)
    path = f"/program/plats/{place_token(place)}/"
    before = words(path)
    Place.objects.filter(pk=known.pk).update(state=PlaceState.WITHDRAWN)

    assert words(path) == before


def test_a_draft_still_says_that_it_is_one(cohort: Cohort) -> None:
    applicant = Applicant()
    applicant.client.post(OPEN, {**applicant.fields, "save": "1", "email": RIGHT})

    page = words(f"/program/plats/{place_token(Place.objects.get())}/")

    assert ("Din ansökan är inte skickad" in page, DRAFT in page) == (True, True)


def test_when_the_round_is_closed_its_link_says_that_it_came_in(cohort: Cohort) -> None:
    _known, place = beside(cohort)
    Cohort.objects.update(state="closed")

    assert "Din ansökan har kommit in" in words(f"/program/ansokan/{place_token(place)}/")


def test_the_owners_own_pages_do_not_ask_them_to_send_it(cohort: Cohort) -> None:
    beside(cohort)
    owner = Client()
    owner.force_login(User.objects.create_user(RIGHT))

    page = words("/mina-sidor/", owner)

    assert page.count(str(cohort)) == 2
    assert "Skickad ansökan" in page
    assert ("inte skickad" in page, "Påbörjad" in page) == (False, False)


def test_taken_away_its_letter_does_not_say_that_it_was_never_sent(cohort: Cohort) -> None:
    known, place = beside(cohort)
    path = f"/program/plats/{place_token(place)}/dra-dig-ur/"

    assert "Vill du ta bort ansökan?" in words(path)
    Client().post(path)

    known.refresh_from_db()
    mail = mails_to(RIGHT)[-1]
    assert (mail.letter, mail.subject) == ("programs/place_withdrawn", f"Ansökan till {cohort} är borttagen")
    told = "Finns något mer från dig hos oss gäller det som förut."
    assert (told in mail.text_body, told in mail.html_body) == (True, True)
    assert ("blev aldrig skickad" in mail.text_body, known.state) == (False, PlaceState.APPLIED)


# --- What time does --------------------------------------------------------------------------------------------------
def test_nobody_is_reminded_to_send_what_was_sent(cohort: Cohort) -> None:
    with time_machine.travel(NOW, tick=False) as clock:
        Cohort.objects.update(application_closes_at=NOW + dt.timedelta(days=5))
        known, _place = beside(cohort)
        places.withdraw(known, by=audit.PERSON)
        clock.move_to(NOW + dt.timedelta(days=3))
        act_on_deadlines()

    assert not OutgoingMail.objects.filter(letter="programs/application_reminded").exists()


# --- How long it is kept ---------------------------------------------------------------------------------------------
def days_of(place: Place) -> set[dt.date]:
    """The last days of the place, of what belongs to it, and of its mails."""
    place.refresh_from_db()
    rows = (place, place.application, place.invoicing)
    mails = OutgoingMail.objects.about(place).values_list("delete_after", flat=True)
    return {*(row.delete_after for row in rows), *mails}


@pytest.mark.parametrize("state", [PlaceState.INVITED, PlaceState.APPLIED, PlaceState.PARTICIPANT])
def test_it_goes_with_the_place_that_it_lies_beside(cohort: Cohort, state: PlaceState) -> None:
    known, place = beside(cohort, state)

    assert days_of(place) == {known.delete_after}
    assert known.delete_after > timezone.localdate() + dt.timedelta(days=90)


def test_it_follows_when_the_day_of_the_place_moves(cohort: Cohort) -> None:
    known, place = beside(cohort)
    for verb in (places.offer, places.accept):
        known = verb(known, by=audit.SYSTEM)
        assert days_of(place) == {known.delete_after}

    known = places.withdraw(known, by=audit.PERSON)

    assert days_of(place) == {known.delete_after} == {timezone.localdate() + dt.timedelta(days=30)}


def test_one_that_is_taken_away_takes_no_other_with_it(cohort: Cohort) -> None:
    known, place = beside(cohort)
    other = Applicant(name="Bo Ek")
    other.send(RIGHT)

    places.withdraw(Place.objects.get(name="Bo Ek"), by=audit.PERSON)

    assert days_of(place) == {known.delete_after}


def test_an_unsent_draft_keeps_its_ninety_days(cohort: Cohort) -> None:
    known = owned(cohort, PlaceState.APPLIED)
    applicant = Applicant()
    applicant.client.post(OPEN, {**applicant.fields, "save": "1", "email": RIGHT})
    draft = place_of(applicant, cohort)

    places.offer(known, by=audit.SYSTEM)

    draft.refresh_from_db()
    assert draft.delete_after == timezone.localdate() + dt.timedelta(days=90)
