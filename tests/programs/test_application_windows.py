"""One application in two windows: an old page that still shows the draft takes nothing back of what was sent."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.test import Client
from pytest_django.live_server_helper import LiveServer

from portal.core import audit, formats
from portal.core.models import AuditEvent
from programs.actions import applications, places
from programs.mail_places import place_token
from programs.models import Application, Cohort, Invoicing, Place
from tests.programs.applying import (
    ANSWERS,
    FILLED,
    OPEN,
    SAVE,
    SEND,
    hidden_fields,
    invited,
    letters,
    load_some_organisations,
    open_round,
    send,
    shown,
)
from tests.programs.interest import errors
from tests.programs.visitors import Answer, Visitor, all_at_once

if TYPE_CHECKING:
    from tests.programs.applying import TestResponse

pytestmark = pytest.mark.django_db

CHANGE = {"send": "Spara ändringarna"}
# What the other window shows: begun, never filled in.
DRAFT = {"name": "Åsa Lind", "organisation": "0180", "challenge": "Bara en början."}
NOON = datetime(2026, 11, 23, 12, 4, tzinfo=formats.STOCKHOLM)


@pytest.fixture(autouse=True)
def cohort() -> Cohort:
    load_some_organisations()
    return open_round()


@pytest.fixture
def link(cohort: Cohort) -> str:
    return personal(invited(cohort))


def personal(place: Place) -> str:
    return f"/program/ansokan/{place_token(place)}/"


def summary(response: TestResponse) -> BeautifulSoup:
    """The list of what is wrong, at the top of the form."""
    found = BeautifulSoup(response.content, "html.parser").select_one("#error-summary")
    assert found is not None
    return BeautifulSoup(str(found), "html.parser")


def headings(response: TestResponse) -> list[str]:
    page = BeautifulSoup(response.content, "html.parser")
    return [title.get_text(strip=True) for title in page.select("main .notice__title")]


def kept() -> list[Any]:
    """All that is stored of the applications, and what was recorded and mailed about them."""
    rows = [list(model.objects.order_by("pk").values()) for model in (Place, Application, Invoicing)]
    return [*rows, list(AuditEvent.objects.order_by("pk").values_list("event", flat=True)), letters()]


def buttons(response: TestResponse) -> list[str]:
    page = BeautifulSoup(response.content, "html.parser")
    return [tag.get_text(strip=True) for tag in page.select("main form button")]


# --- The draft in the other window -----------------------------------------------------------------------------------
def test_a_draft_in_another_window_changes_nothing_that_was_sent_and_nothing_typed_is_lost(link: str) -> None:
    here, there = Client(), Client()
    there.get(link)
    assert here.post(link, {**ANSWERS, **SEND}).status_code == 303
    assert here.post(link, {**ANSWERS, **CHANGE, "challenge": "En bättre utmaning."}).status_code == 303
    before = kept()

    response = there.post(link, {**DRAFT, **SAVE})

    assert response.status_code == 422
    assert kept() == before
    assert Application.objects.get().challenge == "En bättre utmaning."
    typed = shown(response)
    assert {name: typed[name] for name in DRAFT} == DRAFT
    assert errors(response) == {}
    assert buttons(response) == ["Spara ändringarna"]


def test_the_notice_says_when_it_was_sent_and_leads_to_it(client: Client, link: str) -> None:
    with time_machine.travel(NOON, tick=False):
        client.post(link, {**ANSWERS, **SEND})
    with time_machine.travel(NOON + timedelta(hours=2), tick=False):
        same_day = summary(client.post(link, {**DRAFT, **SAVE}))
    with time_machine.travel(NOON + timedelta(days=2), tick=False):
        later = summary(client.post(link, {**DRAFT, **SAVE}))

    text = same_day.get_text(" ", strip=True)
    assert "Din ansökan är redan skickad, klockan 12.04." in text
    assert "Inget har ändrats" in text
    assert "tryck på ”Spara ändringarna”" in text
    assert "Din ansökan är redan skickad, den 23 november 2026 klockan 12.04." in later.get_text(" ", strip=True)
    way = same_day.select_one("a[target=_blank]")
    assert way is not None
    assert shown(client.get(str(way["href"])))["challenge"] == ANSWERS["challenge"]


def test_what_was_typed_replaces_what_was_sent_only_when_it_is_complete(client: Client, link: str) -> None:
    client.post(link, {**ANSWERS, **SEND})
    client.post(link, {**DRAFT, **SAVE})
    before = kept()

    gaps = client.post(link, {**DRAFT, **CHANGE})

    assert gaps.status_code == 422
    assert {"role", "in_office_since", "extent", "side", "by", "organisation_number"} <= set(errors(gaps))
    assert kept() == before
    assert client.post(link, {**ANSWERS, **DRAFT, **CHANGE}).status_code == 303
    assert Application.objects.get().challenge == DRAFT["challenge"]
    assert letters(letter="programs/application_changed") == ["programs/application_changed"]


def test_a_draft_with_faults_is_told_of_the_sent_one_as_well(client: Client, link: str) -> None:
    client.post(link, {**ANSWERS, **SEND})

    response = client.post(link, {**DRAFT, **SAVE, "in_office_since": "nyss"})

    assert "redan skickad" in summary(response).get_text()
    assert set(errors(response)) == {"in_office_since"}


def test_a_reserves_application_is_no_draft_either(client: Client, link: str) -> None:
    client.post(link, {**ANSWERS, **SEND})
    places.put_on_waiting_list(Place.objects.get(), by=audit.SYSTEM)
    before = kept()

    assert client.post(link, {**DRAFT, **SAVE}).status_code == 422
    assert kept() == before


def test_after_a_no_a_draft_can_be_saved_again(client: Client, link: str) -> None:
    client.post(link, {**ANSWERS, **SEND})
    places.not_admit(Place.objects.get(), by=audit.SYSTEM)

    assert client.post(link, {**DRAFT, **SAVE}).status_code == 303
    assert Application.objects.get().challenge == DRAFT["challenge"]


def test_one_that_was_sent_beside_another_is_no_draft_either(client: Client, cohort: Cohort) -> None:
    send(client)
    send(Client(), challenge="Samma person en gång till.")
    repeat = Place.objects.get(state="started")
    before = kept()

    response = client.post(personal(repeat), {**DRAFT, **SAVE})

    assert response.status_code == 422
    assert kept() == before
    assert buttons(response) == ["Skicka ansökan"]
    assert "tryck på ”Skicka ansökan”" in summary(response).get_text()


def test_sent_after_the_draft_was_judged_and_before_it_was_saved(link: str, monkeypatch: pytest.MonkeyPatch) -> None:
    save_application = applications.save_application

    def too_late(*arguments: Any, **more: Any) -> Place:
        monkeypatch.undo()
        assert Client().post(link, {**ANSWERS, **SEND}).status_code == 303
        return save_application(*arguments, **more)

    monkeypatch.setattr(applications, "save_application", too_late)

    response = Client().post(link, {**DRAFT, **SAVE})

    assert response.status_code == 422
    assert "redan skickad" in summary(response).get_text()
    assert shown(response)["challenge"] == DRAFT["challenge"]
    assert buttons(response) == ["Spara ändringarna"]
    assert Application.objects.get().challenge == ANSWERS["challenge"]
    assert letters(letter="programs/application_changed") == []


# --- The open form ---------------------------------------------------------------------------------------------------
def test_going_back_in_the_open_form_and_saving_changes_nothing_that_was_sent(client: Client) -> None:
    fields = {**hidden_fields(client), "email": FILLED["email"]}
    client.post(OPEN, {**fields, **FILLED, **SEND})
    before = kept()

    response = client.post(OPEN, {**fields, **DRAFT, **SAVE})

    assert response.status_code == 422
    assert kept() == before
    assert shown(response)["challenge"] == DRAFT["challenge"]
    assert "tryck på ”Skicka ansökan”" in summary(response).get_text()
    way = summary(response).select_one("a[target=_blank]")
    assert way is not None
    assert "/program/ansokan/kvitto/" in str(way["href"])
    assert Place.objects.get().reference in client.get(str(way["href"])).content.decode()


# --- What the page says afterwards -----------------------------------------------------------------------------------
def test_the_page_thanks_for_what_was_sent_and_confirms_what_was_changed(client: Client, link: str) -> None:
    sent = client.post(link, {**ANSWERS, **SEND})
    assert headings(client.get(sent.headers["Location"])) == ["Tack! Vi har tagit emot din ansökan"]

    twice = client.post(link, {**ANSWERS, **SEND})
    assert headings(client.get(twice.headers["Location"])) == ["Din ansökan är skickad"]

    changed = client.post(link, {**ANSWERS, **CHANGE, "reference": "ZZ200"})
    page = client.get(changed.headers["Location"])
    assert headings(page) == ["Ändringarna är sparade"]
    assert "Ansökan gäller som den ser ut nu." in page.content.decode()

    wrong = client.post(changed.headers["Location"], {**ANSWERS, **CHANGE, "challenge": ""})
    assert headings(wrong) == ["Din ansökan är skickad"]


# --- At the same moment ----------------------------------------------------------------------------------------------
class Writer(Visitor):
    """Somebody behind a personal link."""

    def __init__(self, base_url: str, link: str, fields: dict[str, Any]) -> None:
        super().__init__(base_url)
        self._link, self._fields = link, fields

    def open_form(self) -> Answer:
        return self._read(self._send(self._link))

    def press(self) -> Answer:
        return self._read(self._send(self._link, {**self._hidden, **self._fields}))

    def _read(self, page: Answer) -> Answer:
        """What stands in the hidden fields of the page in front of the writer."""
        hidden = BeautifulSoup(page.body, "html.parser").select("main input[type=hidden]")
        self._hidden = {str(field["name"]): str(field.get("value", "")) for field in hidden}
        return page


@pytest.mark.django_db(transaction=True)
def test_sent_and_saved_at_the_same_moment_what_was_sent_holds(cohort: Cohort, live_server: LiveServer) -> None:
    links = [personal(invited(cohort, f"person-{number}@kommun.example")) for number in range(6)]
    senders = [Writer(live_server.url, link, {**ANSWERS, **SEND}) for link in links]
    savers = [Writer(live_server.url, link, {**DRAFT, **SAVE}) for link in links]
    assert {writer.open_form().status for writer in (*senders, *savers)} == {200}

    answers = all_at_once([writer.press for pair in zip(savers, senders, strict=True) for writer in pair])

    assert {answer.status for answer in answers} <= {303, 422}
    # Whoever sends just after the draft was saved is told of it, and sends once more.
    told = [sender for sender, answer in zip(senders, answers[1::2], strict=True) if answer.status == 422]
    assert [sender.press().status for sender in told] == [303] * len(told)
    assert set(Place.objects.values_list("state", flat=True)) == {"applied"}
    held = set(Application.objects.values_list("challenge", "extent", "in_office_since"))
    assert held == {(ANSWERS["challenge"], "full_time", 2022)}
    assert letters(letter="programs/application_changed") == []
