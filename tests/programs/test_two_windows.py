"""A participant has the same page open on the phone and on the desk: nothing that was saved goes away unseen."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django.live_server_helper import LiveServer

from portal.core.models import AuditEvent
from portal.organisations.models import Organisation
from programs.mail import interest_token
from programs.mail_places import place_token
from programs.models import Application, ChallengeNote, InterestRegistration, OccasionAnswer, OccasionNeeds, Place
from programs.queries.occasions import answer_path
from programs.states import PlaceState
from tests.programs.applying import ANSWERS, SAVE, SEND, invited, letters, load_some_organisations, open_round
from tests.programs.interest import load_reference_rows, register
from tests.programs.meeting import join, make_meeting
from tests.programs.places import make_place, make_round
from tests.programs.visitors import Answer, Visitor, all_at_once
from tests.two_windows import Window, fields

pytestmark = pytest.mark.django_db
CHANGE = {"send": "Spara ändringarna"}


# --- A step of the challenge -----------------------------------------------------------------------------------------
@pytest.fixture
def step(client: Client) -> str:
    place = make_place(make_round(10), PlaceState.PARTICIPANT, email="deltagare@kommun.example")
    client.force_login(place.user or pytest.fail("no account"))
    return reverse("my_challenge_step", args=[place.pk, 1])


def test_a_note_of_another_window_is_shown_and_replaced_only_knowingly(client: Client, step: str) -> None:
    phone, desk = Window(client, step), Window(client, step)
    assert phone.save(private_text="Från telefonen\nrad två", shared_text="") == 303
    lines = AuditEvent.objects.count()

    assert desk.save(private_text="Från datorn", shared_text="Delas") == 422

    note = ChallengeNote.objects.get()
    assert (note.private_text, note.shared_text) == ("Från telefonen\nrad två", "")
    assert AuditEvent.objects.count() == lines
    assert (desk.fields["private_text"], desk.fields["shared_text"]) == ("Från datorn", "Delas")
    assert desk.saved_now == ["Från telefonen\nrad två", "Inget är ifyllt."]
    assert "har ändrats sedan du öppnade sidan" in desk.summary
    assert "Under ”Egna anteckningar” är något annat sparat nu." in desk.summary
    assert "tryck på ”Spara” en gång till" in desk.summary
    assert desk.save() == 303
    note.refresh_from_db()
    assert (note.private_text, note.shared_text) == ("Från datorn", "Delas")


def test_a_third_window_is_told_again(client: Client, step: str) -> None:
    phone, desk, other = (Window(client, step) for _ in range(3))
    phone.save(private_text="Ett")
    assert desk.save(private_text="Två") == 422
    assert other.save(private_text="Tre") == 422
    assert other.save() == 303

    assert desk.save() == 422

    assert desk.saved_now == ["Tre"]
    assert ChallengeNote.objects.get().private_text == "Tre"


def test_the_same_words_twice_are_no_conflict(client: Client, step: str) -> None:
    phone, desk = Window(client, step), Window(client, step)
    assert [phone.save(private_text="Samma"), phone.save(private_text="Samma"), desk.save(private_text="Samma")] == [
        303
    ] * 3


def test_one_window_after_the_other_is_no_conflict(client: Client, step: str) -> None:
    assert [Window(client, step).save(private_text=text) for text in ("Ett", "Två", "")] == [303] * 3


def test_the_page_carries_no_word_of_the_note_outside_its_field(client: Client, step: str) -> None:
    Window(client, step).save(private_text="Hemligt")
    page = Window(client, step)
    assert page.fields["private_text"] == "Hemligt"
    assert len(page.fields["seen"]) == 64
    assert page.page.content.decode().count("Hemligt") == 1


def test_what_was_cleared_in_another_window_does_not_come_back_unseen(client: Client, step: str) -> None:
    Window(client, step).save(private_text="Bort med det")
    stale = Window(client, step)
    assert Window(client, step).save(private_text="") == 303

    assert stale.save(private_text="Bort med det också") == 422

    assert stale.saved_now == ["Inget är ifyllt."]


# --- Before an occasion ----------------------------------------------------------------------------------------------
def test_an_answer_of_another_window_is_not_taken_back_unseen(client: Client) -> None:
    occasion = make_meeting(timezone.localdate() + timedelta(days=20))
    link = answer_path(join(occasion.cohort, "Åsa Lind-Öberg"), occasion)
    phone, desk = Window(client, link), Window(client, link)
    assert phone.save(comes="ja", sleeps_over="ja", food="Inga nötter") == 303

    assert desk.save(comes="nej") == 422

    assert OccasionAnswer.objects.get().comes is True
    assert OccasionNeeds.objects.get().food == "Inga nötter"
    assert desk.saved_now == ["Ja", "Ja", "Inga nötter"]
    assert desk.save() == 303
    assert OccasionAnswer.objects.get().comes is False
    assert not OccasionNeeds.objects.exists()
    assert desk.save() == 303


# --- An interest registration ----------------------------------------------------------------------------------------
@pytest.fixture
def registered(client: Client) -> str:
    load_reference_rows()
    assert register(client).status_code == 303
    return reverse("change_interest", args=[interest_token(InterestRegistration.objects.get())])


def test_a_change_of_an_interest_in_another_window_holds(client: Client, registered: str) -> None:
    phone, desk = Window(client, registered), Window(client, registered)
    assert phone.save(phone="08-123 456 78", programmes=["toppolitikerprogrammet", "mer-information"]) == 303
    sent = letters()

    assert desk.save(role="annat") == 422

    row = InterestRegistration.objects.get()
    assert (row.phone, row.role, row.wants_information) == ("08-123 456 78", "kso", True)
    assert letters() == sent
    assert desk.saved_now[0] == "08-123 456 78"
    assert desk.saved_now[1].startswith("Kommunstyrelsens")
    assert "mer information" in desk.saved_now[2]
    assert desk.save() == 303
    row.refresh_from_db()
    assert (row.phone, row.role, row.wants_information) == ("070-174 06 05", "annat", False)


def test_what_is_no_longer_offered_is_told_by_its_name(client: Client, registered: str) -> None:
    phone, desk = Window(client, registered), Window(client, registered)
    assert phone.save(organisation="0980") == 303
    Organisation.objects.filter(code="0980").update(active=False)

    assert desk.save(role="annat") == 422

    assert desk.saved_now[0] == "Gotlands kommun (Region Gotland)"
    box = BeautifulSoup(client.get(registered).content, "html.parser").select_one("select[name=organisation]")
    assert box is not None
    assert box["data-typed"] == "Gotlands kommun (Region Gotland)"


def test_a_change_pressed_twice_is_one_change_and_one_mail(client: Client, registered: str) -> None:
    page = Window(client, registered)

    assert [page.save(message="Nytt"), page.save(message="Nytt")] == [303, 303]

    assert letters(letter="programs/interest_changed") == ["programs/interest_changed"]


# --- An application --------------------------------------------------------------------------------------------------
@pytest.fixture
def link() -> str:
    load_some_organisations()
    return f"/program/ansokan/{place_token(invited(open_round()))}/"


def test_changes_of_a_sent_application_in_another_window_hold(client: Client, link: str) -> None:
    assert Window(client, link).save(**ANSWERS, **SEND) == 303
    phone, desk = Window(client, link), Window(client, link)
    assert phone.save(challenge="Från telefonen.", organisation="0980", **CHANGE) == 303
    sent = letters()

    assert desk.save(challenge="Från datorn.", **CHANGE) == 422

    assert (Application.objects.get().challenge, Place.objects.get().organisation_id) == ("Från telefonen.", "0980")
    assert letters() == sent
    assert desk.fields["challenge"] == "Från datorn."
    assert desk.saved_now == ["Gotlands kommun (Region Gotland)", "Från telefonen."]
    assert "tryck på ”Spara ändringarna” en gång till" in desk.summary
    assert "Under ”Kommun eller region” är något annat sparat nu." in desk.summary
    assert "Telefonnummer" not in desk.summary
    assert desk.save(**CHANGE) == 303
    assert (Application.objects.get().challenge, Place.objects.get().organisation_id) == ("Från datorn.", "0180")
    assert letters(letter="programs/application_changed") == ["programs/application_changed"] * 2


def test_a_draft_in_two_windows(client: Client, link: str) -> None:
    phone, desk = Window(client, link), Window(client, link)
    assert phone.save(challenge="Början.", in_office_since="2019", **SAVE) == 303

    assert desk.save(message="Bara det här.", **SAVE) == 422

    stored = Application.objects.get()
    assert (stored.challenge, stored.message, stored.in_office_since) == ("Början.", "", 2019)
    assert desk.saved_now == ["2019", "Början.", "Inget är ifyllt."]
    assert "tryck på ”Spara och fortsätt senare” en gång till" in desk.summary
    assert desk.save(**SAVE) == 303
    stored.refresh_from_db()
    assert (stored.challenge, stored.message, stored.in_office_since) == ("", "Bara det här.", None)


def test_an_old_draft_is_not_sent_over_a_newer_one_unseen(client: Client, link: str) -> None:
    phone, desk = Window(client, link), Window(client, link)
    assert phone.save(**{**ANSWERS, "challenge": "Från telefonen."}, **SAVE) == 303

    assert desk.save(**ANSWERS, **SEND) == 422

    assert Place.objects.get().state == "invited"
    assert desk.saved_now == ["Från telefonen."]
    assert "tryck på ”Skicka ansökan” en gång till" in desk.summary
    assert desk.save(**SEND) == 303
    assert Place.objects.get().state == "applied"
    assert Application.objects.get().challenge == ANSWERS["challenge"]


def test_who_was_told_that_it_is_sent_has_seen_what_was_sent(client: Client, link: str) -> None:
    phone, desk = Window(client, link), Window(client, link)
    assert phone.save(**ANSWERS, **SEND) == 303
    assert desk.save(**{**ANSWERS, "challenge": "Ett gammalt utkast."}, **SAVE) == 422
    assert "redan skickad" in desk.summary

    assert desk.save(**CHANGE) == 303

    assert Application.objects.get().challenge == "Ett gammalt utkast."


def test_sending_twice_is_sending_once(client: Client, link: str) -> None:
    page = Window(client, link)

    assert [page.save(**ANSWERS, **SEND), page.save(**ANSWERS, **SEND)] == [303, 303]

    assert letters(letter="programs/application_changed") == []


def test_what_staff_changed_meanwhile_is_not_taken_back(client: Client, link: str) -> None:
    assert Window(client, link).save(**ANSWERS, **SEND) == 303
    stale = Window(client, link)
    Place.objects.update(name="Åsa Lind")

    assert stale.save(message="Ett tillägg.", **CHANGE) == 422

    assert Place.objects.get().name == "Åsa Lind"
    assert stale.saved_now == ["Åsa Lind", "Inget är ifyllt."]


# --- At the same moment ----------------------------------------------------------------------------------------------
class Writer(Visitor):
    """Somebody behind a personal link who writes one thing."""

    def __init__(self, base_url: str, link: str, **typed: Any) -> None:
        super().__init__(base_url)
        self._link, self._typed = link, typed

    def open_form(self) -> Answer:
        page = self._send(self._link)
        self._fields = fields(page.body)
        return page

    def press(self) -> Answer:
        return self._send(self._link, {**self._fields, **self._typed})


@pytest.mark.django_db(transaction=True)
def test_of_several_windows_at_the_same_moment_one_saves_and_the_others_are_told(live_server: LiveServer) -> None:
    load_some_organisations()
    link = f"/program/ansokan/{place_token(invited(open_round()))}/"
    writers = [Writer(live_server.url, link, message=f"Fönster {number}", save="1") for number in range(6)]
    assert {writer.open_form().status for writer in writers} == {200}

    answers = all_at_once([writer.press for writer in writers])

    assert sorted(answer.status for answer in answers) == [303, *[422] * 5]
    winner = next(number for number, answer in enumerate(answers) if answer.status == 303)
    assert Application.objects.get().message == f"Fönster {winner}"
