"""The page of a person's own place: it says what holds, and only a button of its own changes anything."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.test import Client
from django.urls import reverse

from portal.core import audit
from portal.core.models import AuditEvent, OutgoingMail
from programs.actions import places
from programs.models import Place
from programs.queries.places import place_token
from programs.states import PlaceState
from tests.programs.places import make_place, make_round

pytestmark = pytest.mark.django_db

ANSWERS = {
    "accept_offer": (PlaceState.OFFERED, PlaceState.ACCEPTED),
    "decline_offer": (PlaceState.OFFERED, PlaceState.DECLINED),
    "withdraw_place": (PlaceState.WAITING, PlaceState.WITHDRAWN),
}
SAID = {
    PlaceState.STARTED: "Din ansökan är inte skickad",
    PlaceState.INVITED: "Du är inbjuden att söka",
    PlaceState.APPLIED: "Vi har fått din ansökan",
    PlaceState.WAITING: "Du är reserv nummer 1",
    PlaceState.OFFERED: "Du erbjuds en plats",
    PlaceState.ACCEPTED: "Du har en plats",
    PlaceState.DECLINED: "Du har tackat nej",
    PlaceState.LAPSED: "Tiden att svara är slut",
    PlaceState.NOT_ADMITTED: "Du fick inte plats den här gången",
    PlaceState.PARTICIPANT: "Du är deltagare",
    PlaceState.COMPLETED: "Du har gått klart programmet",
    PlaceState.INTERRUPTED: "Du är inte längre deltagare",
    PlaceState.WITHDRAWN: "Du har dragit dig ur",
}
LEADS_TO = {
    PlaceState.STARTED: {"application", "withdraw_place"},
    PlaceState.INVITED: {"application", "withdraw_place"},
    PlaceState.OFFERED: {"accept_offer", "decline_offer"},
    PlaceState.ACCEPTED: {"my_pages", "withdraw_place"},
    PlaceState.PARTICIPANT: {"my_pages", "withdraw_place"},
    PlaceState.COMPLETED: {"my_pages"},
    PlaceState.DECLINED: set(),
    PlaceState.INTERRUPTED: set(),
    PlaceState.WITHDRAWN: set(),
}


def address(name: str, place: Place) -> str:
    return reverse(name, args=[] if name == "my_pages" else [place_token(place)])


def page_of(client: Client, place: Place, name: str = "manage_place") -> BeautifulSoup:
    response = client.get(address(name, place))
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html.parser")


@pytest.mark.parametrize("state", PlaceState)
def test_the_page_says_what_holds_and_leads_to_what_can_be_done(client: Client, state: PlaceState) -> None:
    place = make_place(make_round(), state)
    page = page_of(client, place)

    notice = page.select_one("main .notice")
    assert notice is not None
    assert SAID[state] in notice.get_text(" ", strip=True)
    links = {str(link["href"]) for link in page.select("main .button-row a")}
    assert links == {address(name, place) for name in LEADS_TO.get(state, {"withdraw_place"})}
    # Whoever fetches the link finds nothing to press.
    assert page.select("main form") == []


@pytest.mark.parametrize("name", ANSWERS)
def test_only_the_button_answers(client: Client, name: str) -> None:
    before, after = ANSWERS[name]
    place = make_place(make_round(), before)
    lines = AuditEvent.objects.count()
    for method in (client.get, client.head):
        assert method(address(name, place)).status_code == 200
        assert method(address("manage_place", place)).status_code == 200
    assert AuditEvent.objects.count() == lines
    (form,) = page_of(client, place, name).select("main form")
    assert form["method"] == "post"

    response = client.post(address(name, place), follow=True)

    place.refresh_from_db()
    assert place.state == after
    event = AuditEvent.objects.about(place)[0]
    assert event.actor_kind == AuditEvent.ActorKind.PERSON
    assert response.redirect_chain == [(address("manage_place", place) + "?svarat=1", 303)]
    assert "Ditt svar är sparat" in response.content.decode()
    assert response["Referrer-Policy"] in ("same-origin", "no-referrer")


@pytest.mark.parametrize("name", ANSWERS)
def test_pressing_twice_is_as_once(client: Client, name: str) -> None:
    place = make_place(make_round(), ANSWERS[name][0])
    client.post(address(name, place))
    mails = OutgoingMail.objects.count()

    response = client.post(address(name, place))

    assert (response.status_code, response["Location"]) == (303, address("manage_place", place))
    assert OutgoingMail.objects.count() == mails


def test_a_form_without_its_token_answers_nothing() -> None:
    place = make_place(make_round(), PlaceState.OFFERED)
    assert Client(enforce_csrf_checks=True).post(address("accept_offer", place)).status_code == 403
    place.refresh_from_db()
    assert place.state == PlaceState.OFFERED


def test_after_the_last_day_the_page_says_so(client: Client) -> None:
    evening = dt.datetime(2027, 3, 12, 23, 58, tzinfo=ZoneInfo("Europe/Stockholm"))
    with time_machine.travel(evening, tick=False) as clock:
        place = places.offer(make_place(make_round(), PlaceState.APPLIED), dt.date(2027, 3, 12), by=audit.SYSTEM)
        assert client.get(address("accept_offer", place)).status_code == 200
        clock.shift(120)
        page = page_of(client, place)
        answer = client.post(address("accept_offer", place))
    place.refresh_from_db()
    assert "Sista dagen att svara var den 12 mars 2027." in page.get_text()
    assert (answer.status_code, place.state) == (303, PlaceState.OFFERED)


@pytest.mark.parametrize("token", ["x", "0" * 32, "0" * 32 + ".x"])
@pytest.mark.parametrize("name", ["manage_place", *ANSWERS])
def test_a_token_that_we_did_not_make_leads_nowhere(client: Client, name: str, token: str) -> None:
    assert client.get(reverse(name, args=[token])).status_code == 404
    assert client.post(reverse(name, args=[token])).status_code == (405 if name == "manage_place" else 404)


def test_a_place_that_is_gone_leads_nowhere(client: Client) -> None:
    place = make_place(make_round())
    link = address("manage_place", place)
    place.delete()
    assert client.get(link).status_code == 404


def test_nobody_keeps_or_finds_the_page(client: Client) -> None:
    response = client.get(address("manage_place", make_place(make_round())))
    assert "no-store" in response["Cache-Control"]
    page = BeautifulSoup(response.content, "html.parser")
    names = {str(tag["name"]): str(tag["content"]) for tag in page.select("meta[name][content]")}
    assert (names["robots"], names["referrer"]) == ("noindex", "no-referrer")
