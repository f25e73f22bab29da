"""Mails that wait to go to an address that is mended meanwhile: none goes there, and what they told is told anew."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from portal.accounts.models import User
from portal.core import audit, outgoing
from portal.core.models import AuditEvent, OutgoingMail
from portal.core.states import MailState
from programs.actions import asking, letters
from programs.models import Cohort, CohortLetter, LetterKind, Place
from programs.queries.letters import progress
from programs.states import PlaceState
from tests.programs import meeting
from tests.programs.interest import BASE, load_reference_rows, open_form, post, register
from tests.programs.places import make_place, make_round
from tests.programs.test_readdressing import RIGHT, WRONG, all_have_gone, links_to, mails_to, mend, statuses

pytestmark = pytest.mark.django_db
STAFF = audit.Actor(AuditEvent.ActorKind.STAFF)
NOON = dt.datetime(2026, 12, 12, 11, tzinfo=dt.UTC)


def states(address: str) -> list[tuple[str, str]]:
    return [(mail.letter.rpartition("/")[2], mail.state) for mail in mails_to(address)]


def written(cohort: Cohort, body: str = "{{ länk }}") -> CohortLetter:
    letter = letters.draft_letter(cohort, LetterKind.OTHER, by=STAFF)
    return letters.change_letter(letter, "Hej", body, by=STAFF)


# --- A place ---------------------------------------------------------------------------------------------------------
def test_what_waits_for_the_wrong_address_does_not_go_and_the_right_one_is_told() -> None:
    place = make_place(make_round(10), PlaceState.OFFERED, email=WRONG)
    mend(place)
    assert states(WRONG) == [(name, MailState.STOPPED) for name in ("place_invited", "place_applied", "place_offered")]
    assert states(RIGHT) == [("place_offered", MailState.QUEUED)]


def test_what_went_there_already_is_shown_as_sent() -> None:
    place = make_place(make_round(10), PlaceState.OFFERED, email=WRONG)
    all_have_gone()
    mend(place)
    assert {state for _letter, state in states(WRONG)} == {MailState.SENT}


def test_a_letter_tried_out_on_the_place_goes_to_staff_all_the_same() -> None:
    place = make_place(make_round(10), PlaceState.APPLIED, email=WRONG)
    letters.send_test(written(place.cohort), User.objects.create_user("prov@skr.example"), place, by=STAFF)
    mend(place)
    assert states("prov@skr.example") == [("letter", MailState.QUEUED)]


@pytest.mark.parametrize("failed_first", [False, True])
def test_a_letter_to_the_cohort_that_was_stopped_is_written_anew_to_the_right_address(failed_first: bool) -> None:
    place = make_place(make_round(10), PlaceState.ACCEPTED, email=WRONG)
    other = make_place(place.cohort, PlaceState.ACCEPTED)
    all_have_gone()
    letter = written(place.cohort)
    letters.send(letter, [place, other], by=STAFF)
    if failed_first:
        first = mails_to(WRONG)[-1]
        OutgoingMail.objects.filter(pk=first.pk).update(state=MailState.FAILED, not_before=None)
        outgoing.resend(first, by=STAFF)

    mend(place)

    assert states(WRONG)[-1] == ("letter", MailState.STOPPED)
    assert states(RIGHT) == [("place_accepted", MailState.QUEUED), ("letter", MailState.QUEUED)]
    assert statuses(links_to(RIGHT)) == {200}
    told = {delivery.place.email: delivery.state for delivery in progress(letter).deliveries}
    assert told == {RIGHT: MailState.QUEUED, other.email: MailState.QUEUED}


def test_a_letter_that_went_is_not_written_anew() -> None:
    place = make_place(make_round(10), PlaceState.ACCEPTED, email=WRONG)
    letters.send(written(place.cohort), [place], by=STAFF)
    all_have_gone()
    mend(place)
    assert states(RIGHT) == [("place_accepted", MailState.QUEUED)]


def test_a_letter_that_would_have_a_hole_by_now_stays_as_stopped() -> None:
    place = make_place(make_round(10), PlaceState.OFFERED, email=WRONG)
    letter = written(place.cohort, "Svara senast {{ svara senast }}.")
    letters.send(letter, [place], by=STAFF)
    Place.objects.filter(pk=place.pk).update(state=PlaceState.ACCEPTED, answer_by=None)
    mend(place)
    assert states(RIGHT) == [("place_accepted", MailState.QUEUED)]
    assert (progress(letter).in_trouble, progress(letter).is_done) == (1, True)


def test_a_question_that_was_stopped_is_asked_of_the_right_address() -> None:
    with time_machine.travel(NOON, tick=False):
        occasion = meeting.make_meeting()
        place = meeting.join(occasion.cohort, "Fel Adress")
        all_have_gone()
        asking.ask_before_occasions()
        assert states(place.email)[-1] == ("occasion_asked", MailState.QUEUED)

        mend(place)
        again = [asking.ask_before_occasions() for _twice in range(2)]

        assert (again, states(RIGHT)[-1]) == ([1, 0], ("occasion_asked", MailState.QUEUED))
        assert statuses(links_to(RIGHT)) == {200}


# --- An interest registration ----------------------------------------------------------------------------------------
@pytest.fixture
def _interest() -> None:
    load_reference_rows()


def send_interest(*addresses: str) -> None:
    client = Client()
    fields = {**open_form(client), **BASE}
    for number, email in enumerate(addresses):
        post(client, {**fields, "email": email, "message": f"Nr {number}"})


@pytest.mark.usefixtures("_interest", "in_haste")
@pytest.mark.parametrize("is_known", [False, True])
def test_an_interest_form_that_is_mended_stops_what_waits(is_known: bool) -> None:
    if is_known:
        register(Client(), email=RIGHT)
    send_interest(WRONG, RIGHT)
    assert states(WRONG) == [("interest_registered", MailState.STOPPED)]
    assert states(RIGHT)[-1] == ("interest_repeated" if is_known else "interest_changed", MailState.QUEUED)


@pytest.mark.usefixtures("_interest", "in_haste")
def test_a_later_interest_form_that_is_mended_stops_what_waits_and_nothing_else() -> None:
    register(Client(), email=WRONG)
    send_interest(WRONG, RIGHT)
    assert states(WRONG) == [("interest_registered", MailState.QUEUED), ("interest_repeated", MailState.STOPPED)]
    assert states(RIGHT) == [("interest_changed", MailState.QUEUED)]


@pytest.mark.usefixtures("_interest", "in_haste")
def test_who_owns_the_mistaken_address_gets_the_confirmation_and_no_dead_link() -> None:
    client = Client()
    fields = {**open_form(client), **BASE}
    post(client, {**fields, "email": WRONG})
    register(Client(), email=WRONG)
    OutgoingMail.objects.filter(letter="programs/interest_registered").update(
        state=MailState.SENT, sent_at=timezone.now(), not_before=None
    )
    post(client, {**fields, "email": RIGHT})
    assert states(WRONG)[1:] == [("interest_repeated", MailState.STOPPED), ("interest_registered", MailState.QUEUED)]
