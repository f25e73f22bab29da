"""A place whose address was wrong: nothing that went to the wrong mailbox opens it, and the right one gets a way in."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from portal.accounts.models import User
from portal.core import audit
from portal.core.models import AuditEvent, OutgoingMail
from portal.core.states import MailState
from programs.actions import asking, places
from programs.mail_occasions import evaluation_url
from programs.models import Application, Cohort, Evaluation, EvaluationReceipt, Occasion, OccasionAnswer, Place
from programs.states import PlaceState
from tests.accounts.people import log_in, make_staff
from tests.programs import meeting
from tests.programs.applying import (
    FILLED,
    OPEN,
    SAVE,
    SEND,
    hidden_fields,
    letters,
    load_some_organisations,
    open_round,
)
from tests.programs.places import make_place, make_round

pytestmark = pytest.mark.django_db
WRONG, RIGHT = "fel@kommun.example", "ratt@kommun.example"
PATH = re.compile(r"http://localhost(/program/\S+)")
TOLD = f"Din e-postadress hos oss är ändrad till {RIGHT}."


def admin() -> Client:
    return log_in(Client(), User.objects.filter(is_staff=True).first() or make_staff())


def mend(place: Place, email: str = RIGHT, **more: str) -> None:
    """As staff does it on the person's page in admin."""
    fields = {"name": place.name, "email": email, "organisation": place.organisation_id, "role": place.role, **more}
    posted = admin().post(f"/admin/programs/place/{place.pk}/change/", fields)
    assert posted.status_code == 302


def mails_to(address: str) -> list[OutgoingMail]:
    return list(OutgoingMail.objects.filter(to_email=address).order_by("pk"))


def links_to(address: str) -> set[str]:
    """Every path of a programme page in the mails that went there."""
    return {path for mail in mails_to(address) for path in PATH.findall(mail.text_body)}


def all_have_gone() -> None:
    OutgoingMail.objects.update(state=MailState.SENT, sent_at=timezone.now(), not_before=None)


def statuses(paths: set[str]) -> set[int]:
    return {answer for path in paths for answer in (Client().get(path).status_code, Client().head(path).status_code)}


# --- Staff puts the address right ------------------------------------------------------------------------------------
@pytest.mark.parametrize("state", [state for state in PlaceState if state != PlaceState.STARTED])
def test_the_wrong_mailbox_is_shut_and_the_right_one_is_told_what_holds(state: PlaceState) -> None:
    place = make_place(make_round(10), state, email=WRONG)
    last = mails_to(WRONG)[-1]
    old = links_to(WRONG)
    assert statuses(old) == {200}

    mend(place)

    assert statuses(old) == {404}
    told = mails_to(RIGHT)
    assert [(mail.letter, mail.subject) for mail in told] == [(last.letter, last.subject)]
    assert (TOLD in told[0].text_body, TOLD in told[0].html_body, told[0].delete_after) == (
        True,
        True,
        Place.objects.get().delete_after,
    )
    assert statuses(links_to(RIGHT)) == {200}
    assert len(mails_to(WRONG)) == OutgoingMail.objects.count() - 1


def test_no_button_behind_the_old_link_does_anything() -> None:
    place = make_place(make_round(10), PlaceState.OFFERED, email=WRONG)
    token = links_to(WRONG).pop().rstrip("/").rpartition("/")[2]
    mend(place)

    names = ("manage_place", "accept_offer", "decline_offer", "withdraw_place", "application")
    answers = {Client().post(reverse(name, args=[token]), {**FILLED, **SEND}).status_code for name in names[1:]}

    assert answers == {404}
    assert Place.objects.get().state == PlaceState.OFFERED
    assert Application.objects.count() == 0


def test_an_address_that_is_written_otherwise_is_the_same_mailbox() -> None:
    place = make_place(make_round(10), PlaceState.APPLIED, email=WRONG)
    count, key = OutgoingMail.objects.count(), place.calendar_key

    mend(place, "FEL@Kommun.Example", name="Ett Annat Namn")

    place.refresh_from_db()
    assert (place.name, place.calendar_key, OutgoingMail.objects.count()) == ("Ett Annat Namn", key, count)
    assert statuses(links_to(WRONG)) == {200}


def test_a_form_that_is_saved_twice_tells_once() -> None:
    place = make_place(make_round(10), PlaceState.APPLIED, email=WRONG)
    for _twice in range(2):
        mend(Place.objects.get(pk=place.pk))
    assert len(mails_to(RIGHT)) == 1


def test_an_address_that_comes_back_has_its_links_back() -> None:
    place = make_place(make_round(10), PlaceState.APPLIED, email=WRONG)
    mend(place)
    mend(Place.objects.get(), WRONG)
    assert statuses(links_to(WRONG)) == {200}
    assert statuses(links_to(RIGHT)) == {404}


def test_what_lapsed_is_told_as_what_it_was() -> None:
    place = places.lapse(make_place(make_round(10), email=WRONG), by=audit.SYSTEM)
    mend(place)
    assert mails_to(RIGHT)[0].subject.startswith("Tiden för att söka till ")


def test_a_participants_occasions_calendar_and_account_are_shut_and_opened_too() -> None:
    with time_machine.travel("2026-12-12T09:00:00+01:00", tick=False):
        occasion = meeting.make_meeting()
        place = meeting.join(occasion.cohort, "Fel Adress")
        wrong = place.email
        asking.ask_before_occasions()
        account = place.user
        assert account is not None
        old, before = links_to(wrong), Client()
        before.force_login(account)
        answer = next(path for path in old if "/kalender/" not in path and "/plats/" not in path)
        assert (len([path for path in old if "/kalender/" in path]), statuses(old)) == (1, {200})

        mend(place)

        assert statuses(old) == {404}
        assert Client().post(answer, {"comes": "nej"}).status_code == 404
        assert OccasionAnswer.objects.count() == 0
        assert before.get(reverse("my_place", args=[place.pk])).status_code == 404
        mail = mails_to(RIGHT)[0]
        assert (mail.letter, mail.calendar.count("BEGIN:VEVENT")) == ("programs/place_admitted", 1)
        assert "Prenumererade du redan på datumen?" in mail.text_body
        assert "Prenumererade du redan på datumen?" in mail.html_body
        assert statuses(links_to(RIGHT)) == {200}
        after = Client()
        after.force_login(User.objects.get(email=RIGHT))
        assert "inför tillfället" in after.get(reverse("my_place", args=[place.pk])).content.decode()


@time_machine.travel("2026-12-28T09:00:00+01:00", tick=False)
def test_an_evaluation_by_the_right_link_is_as_nameless_as_ever() -> None:
    occasion: Occasion = meeting.make_meeting()
    place = meeting.join(occasion.cohort, "Åsa Lind-Öberg")
    old = evaluation_url(place, occasion).removeprefix("http://localhost")
    mend(place)
    new = evaluation_url(Place.objects.get(), occasion).removeprefix("http://localhost")
    marks = {"usefulness": "5", "challenge": "4", "setting": "3", "best": "Samtalen.", "change": ""}

    assert Client().post(old, marks).status_code == 404
    trail = AuditEvent.objects.count()
    assert Client().post(new, marks).status_code == 303

    assert ("kommun" in new, AuditEvent.objects.count()) == (False, trail)
    assert (Evaluation.objects.count(), EvaluationReceipt.objects.count()) == (1, 1)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda token: token[:32],
        lambda token: token.partition(".")[2],
        lambda token: f"{token[:32]}-1.{token.partition('.')[2]}",
        lambda token: f"{token[:32]}-{'9' * 400}.x",
        lambda token: "x" * len(token),
        lambda token: f"{'f' * 32}{token[32:]}",
        lambda token: f"{token[:-1]}å",
    ],
)
def test_what_we_did_not_make_is_not_found(spoil: Callable[[str], str]) -> None:
    make_place(make_round(10), PlaceState.OFFERED, email=WRONG)
    token = links_to(WRONG).pop().rstrip("/").rpartition("/")[2]
    names = ("manage_place", "application", "answer_occasion", "evaluate_occasion", "manage_interest")
    assert {Client().get(reverse(name, args=[spoil(token)])).status_code for name in names} == {404}


def test_whoever_sends_a_mail_again_is_told_where_it_goes() -> None:
    place = make_place(make_round(10), PlaceState.OFFERED, email=WRONG)
    all_have_gone()
    mend(place)
    mail = mails_to(WRONG)[0]
    page = admin().get(f"/admin/core/outgoingmail/{mail.pk}/skicka-igen/").content.decode()
    assert "gäller länkarna i mejlet inte längre" in page
    page = admin().get(f"/admin/programs/place/{place.pk}/change/").content.decode()
    assert "Ändrar du adressen får personen ett mejl dit" in page


# --- Whoever sent it goes back to the form and puts it right ---------------------------------------------------------
@pytest.fixture
def cohort() -> Cohort:
    load_some_organisations()
    return open_round()


class Applicant:
    """Somebody with the open form before them, who goes back to it."""

    def __init__(self) -> None:
        self.client = Client()
        self.fields = {**hidden_fields(self.client), **FILLED}

    def press(self, button: dict[str, str], email: str) -> None:
        assert self.client.post(OPEN, {**self.fields, **button, "email": email}).status_code == 303


@pytest.mark.parametrize(
    ("first", "then", "letter"),
    [
        (SEND, SEND, "programs/place_applied"),
        (SAVE, SAVE, "programs/place_started"),
        (SAVE, SEND, "programs/place_applied"),
    ],
)
def test_an_address_mended_by_going_back_shuts_the_wrong_mailbox(
    cohort: Cohort, first: dict[str, str], then: dict[str, str], letter: str
) -> None:
    applicant = Applicant()
    applicant.press(first, WRONG)
    old, key = links_to(WRONG), Place.objects.get().calendar_key
    intruder = Client()
    intruder.force_login(User.objects.create_user(WRONG))
    own = reverse("my_pages")
    reference = Place.objects.get().reference
    assert str(cohort) in intruder.get(own).content.decode()

    applicant.press(then, RIGHT)

    place = Place.objects.get()
    assert (place.email, place.reference, place.calendar_key == key) == (RIGHT, reference, False)
    assert statuses(old) == {404}
    assert letters(to_email=RIGHT) == [letter]
    assert statuses(links_to(RIGHT)) == {200}
    assert str(cohort) not in intruder.get(own).content.decode()
    owner = Client()
    owner.force_login(User.objects.create_user(RIGHT))
    assert str(cohort) in owner.get(own).content.decode()


def test_an_application_sent_from_a_colleagues_address_counts_once_it_is_mended(cohort: Cohort) -> None:
    """The colleague has a place already: what came in beside it was kept, and never came to count."""
    Applicant().press(SEND, WRONG)
    applicant = Applicant()
    applicant.press(SEND, WRONG)
    mistaken = Place.objects.get(state=PlaceState.STARTED)

    applicant.press(SEND, RIGHT)

    mistaken.refresh_from_db()
    assert (mistaken.state, mistaken.email) == (PlaceState.APPLIED, RIGHT)
    assert letters(to_email=RIGHT) == ["programs/place_applied"]
    assert Place.objects.get(email=WRONG).state == PlaceState.APPLIED
