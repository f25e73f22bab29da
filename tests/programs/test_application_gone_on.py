"""The open form in an old tab, when somebody has gone on by the personal link: it replaces nothing saved later."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from portal.core import audit, formats
from portal.core.models import AuditEvent
from programs.actions import corrections, places
from programs.mail_places import place_token
from programs.models import Application, Cohort, Invoicing, Place
from programs.states import PlaceState
from tests.programs.applying import (
    EMAIL,
    FILLED,
    OPEN,
    SAVE,
    SEND,
    hidden_fields,
    letters,
    load_some_organisations,
    open_round,
    shown,
)
from tests.programs.interest import errors
from tests.programs.test_application_windows import Writer, kept, personal, summary
from tests.programs.visitors import Answer, Visitor, all_at_once
from tests.two_windows import Window

if TYPE_CHECKING:
    from tests.programs.applying import TestResponse

pytestmark = pytest.mark.django_db

BEGUN = {"name": "Åsa Lind", "email": EMAIL, "organisation": "0180", "challenge": "Bara en början."}
LATER = "Det jag skrev vidare på bussen."
AGAIN = "Det jag skrev vidare vid skrivbordet."
OTHER = "other@kommun.example"


@pytest.fixture(autouse=True)
def cohort() -> Cohort:
    load_some_organisations()
    return open_round()


class OldTab:
    """The open form as it stays in a browser, with the token that it was opened with."""

    def __init__(self) -> None:
        self._client = Client()
        self._fields = hidden_fields(self._client)

    def press(self, button: dict[str, str], **typed: Any) -> TestResponse:
        return self._client.post(OPEN, {**self._fields, **typed, **button})


@pytest.fixture
def tab() -> OldTab:
    """It was saved as a draft."""
    tab = OldTab()
    assert tab.press(SAVE, **BEGUN).status_code == 303
    return tab


def by_link(button: dict[str, str] = SAVE, **typed: Any) -> None:
    """The owner of the mailbox goes on, on another device."""
    assert Window(Client(), personal(Place.objects.get())).save(**button, **typed) == 303


def challenge() -> str:
    return str(Application.objects.get().challenge)


# --- What is refused -------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("button", [SAVE, SEND], ids=["saved", "sent"])
@pytest.mark.parametrize("mended", [{}, {"email": OTHER}], ids=["as it was", "another address"])
def test_a_draft_that_was_gone_on_with_is_never_replaced_by_the_old_tab(
    tab: OldTab, button: dict[str, str], mended: dict[str, str]
) -> None:
    by_link(challenge=LATER)
    before = kept()

    typed = {**FILLED, "challenge": "Det gamla fönstrets text.", **mended}
    answers = [tab.press(button, **typed) for _persistent in range(2)]

    assert [answer.status_code for answer in answers] == [422, 422]
    assert kept() == before
    assert challenge() == LATER
    for answer in answers:
        assert errors(answer) == {}
        assert {name: shown(answer)[name] for name in typed} == typed
        assert "Öppna länken i mejlet och fortsätt där." in summary(answer).get_text(" ", strip=True)


def test_what_was_sent_by_the_link_holds(tab: OldTab) -> None:
    by_link(SEND, **{name: value for name, value in FILLED.items() if name != "email"})
    before = kept()

    assert tab.press(SEND, **{**FILLED, **BEGUN}).status_code == 422
    assert tab.press(SAVE, **BEGUN).status_code == 422
    assert kept() == before
    assert Place.objects.get().state == PlaceState.APPLIED
    assert letters(letter="programs/application_changed") == []


def test_a_page_that_a_browser_opens_and_posts_anew_takes_nothing_back(tab: OldTab) -> None:
    """The very post of before: a phone that has put the tab to sleep sends it again."""
    by_link(challenge="")

    assert tab.press(SAVE, **BEGUN).status_code == 422
    assert challenge() == ""


def test_what_staff_has_put_right_is_not_undone(tab: OldTab) -> None:
    tab.press(SEND, **FILLED)
    paper = Invoicing.objects.get()
    paper.reference = "RÄTT1"
    corrections.correct_papers(paper, ["reference"], by=audit.SYSTEM)

    assert tab.press(SEND, **{**FILLED, "challenge": "Mer."}).status_code == 422
    assert (Invoicing.objects.get().reference, challenge()) == ("RÄTT1", FILLED["challenge"])


@pytest.mark.parametrize("decide", [places.not_admit, places.withdraw], ids=["not admitted", "withdrawn"])
def test_what_is_decided_on_is_no_longer_the_old_tabs(tab: OldTab, decide: Callable[..., object]) -> None:
    tab.press(SEND, **FILLED)
    decide(Place.objects.get(), by=audit.SYSTEM)
    before = kept()

    assert tab.press(SEND, **{**FILLED, "challenge": "Mer."}).status_code == 422
    assert kept() == before
    # What was sent, sent once more, is an answer and nothing new.
    assert tab.press(SEND, **FILLED).status_code == 303
    assert (kept()[3:], challenge()) == (before[3:], FILLED["challenge"])


def test_a_withdrawn_draft_is_not_sent_by_the_old_tab(tab: OldTab) -> None:
    places.withdraw(Place.objects.get(), by=audit.PERSON)

    assert tab.press(SEND, **FILLED).status_code == 422
    assert tab.press(SAVE, **BEGUN).status_code == 422
    assert Place.objects.get().state == PlaceState.WITHDRAWN


# --- What is told ----------------------------------------------------------------------------------------------------
def test_the_refusal_tells_who_has_no_link_nothing_of_what_is_there(tab: OldTab) -> None:
    """Somebody else's address in the form: its owner has gone on, and sent it."""
    own = {**FILLED, "name": "Ägaren Själv", "challenge": LATER, "reference": "HEMLIG9"}
    by_link(SEND, **{name: value for name, value in own.items() if name != "email"})
    place = Place.objects.get()
    sent_at = place.application.sent_at
    assert sent_at is not None

    pages = [tab.press(button, **{**FILLED, **BEGUN}).content.decode() for button in (SAVE, SEND)]

    when = formats.time(sent_at)
    own_words = ("Ägaren", LATER, "HEMLIG9", place.reference, str(place.pk), place_token(place), "redan skickad", when)
    assert [word for page in pages for word in own_words if word in page] == []


def test_the_refusal_leads_to_us_in_another_tab(tab: OldTab) -> None:
    by_link(challenge=LATER)

    (link,) = summary(tab.press(SAVE, **BEGUN, phone="08-123 456 78")).select("a[target=_blank]")

    assert link["href"] == "/kontakt/"


# --- What still goes -------------------------------------------------------------------------------------------------
def test_whoever_has_only_looked_behind_the_link_goes_on_in_the_old_tab(tab: OldTab) -> None:
    link = personal(Place.objects.get())
    assert Client().get(link).status_code == 200
    assert Window(Client(), link).save(**SAVE) == 303

    assert tab.press(SAVE, **{**BEGUN, "challenge": "Lite till."}).status_code == 303
    assert tab.press(SAVE, **{**BEGUN, "challenge": "Ännu mer."}).status_code == 303
    assert tab.press(SEND, **FILLED).status_code == 303
    assert (challenge(), Place.objects.get().state) == (FILLED["challenge"], PlaceState.APPLIED)


def test_whoever_says_what_is_saved_already_is_not_refused(tab: OldTab) -> None:
    by_link(challenge=LATER)

    assert tab.press(SAVE, **{**BEGUN, "challenge": LATER}).status_code == 303
    # And has it in front of them from there on.
    assert tab.press(SEND, **FILLED).status_code == 303
    assert challenge() == FILLED["challenge"]


def test_a_form_from_before_the_stamps_is_believed(tab: OldTab) -> None:
    Application.objects.update(open_form_stamp="")

    assert tab.press(SEND, **FILLED).status_code == 303


def test_a_change_of_the_secret_key_refuses_nobody(tab: OldTab, settings: Settings) -> None:
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another-key-" * 5

    assert tab.press(SEND, **FILLED).status_code == 303


def test_the_audit_trail_names_no_stamp(tab: OldTab) -> None:
    tab.press(SEND, **FILLED)
    tab.press(SEND, **{**FILLED, "challenge": "Mer."})

    changed = AuditEvent.objects.get(event="programs.application_changed")
    assert changed.data["fields"] == ["challenge"]


# --- At the same moment ----------------------------------------------------------------------------------------------
class Applicant(Visitor):
    """Somebody who has saved the open form once and keeps it open."""

    def __init__(self, base_url: str, email: str) -> None:
        super().__init__(base_url)
        hidden = BeautifulSoup(self._send(OPEN).body, "html.parser").select("main input[type=hidden]")
        self._fields = {str(field["name"]): str(field.get("value", "")) for field in hidden}
        self._fields |= {**BEGUN, **SAVE, "email": email}

    def press(self) -> Answer:
        return self._send(OPEN, self._fields)

    def again(self) -> Answer:
        """More has been typed meanwhile."""
        return self._send(OPEN, {**self._fields, "challenge": AGAIN})


@pytest.mark.django_db(transaction=True)
def test_saved_in_the_old_tab_and_by_the_link_at_the_same_moment_one_holds_and_the_other_is_told(
    cohort: Cohort, live_server: LiveServer
) -> None:
    emails = [f"person-{number}@kommun.example" for number in range(6)]
    applicants = [Applicant(live_server.url, email) for email in emails]
    assert {applicant.press().status for applicant in applicants} == {303}
    typed = {name: BEGUN[name] for name in ("name", "organisation")}
    rows = [Place.objects.get(email=email) for email in emails]
    owners = [Writer(live_server.url, personal(row), {**typed, "challenge": LATER, **SAVE}) for row in rows]
    assert {owner.open_form().status for owner in owners} == {200}

    presses = [press for pair in zip(applicants, owners, strict=True) for press in (pair[0].again, pair[1].press)]
    answers = [answer.status for answer in all_at_once(presses)]

    pairs = list(zip(answers[::2], answers[1::2], strict=True))
    assert {tuple(sorted(pair)) for pair in pairs} == {(303, 422)}
    expected = [AGAIN if in_tab == 303 else LATER for in_tab, _by_link in pairs]
    assert [Application.objects.get(place=row).challenge for row in rows] == expected
