"""An offer answered in a browser without JavaScript, and every page of a place looked at by axe."""

from __future__ import annotations

import datetime as dt

import pytest
from playwright.sync_api import expect

from portal.core.models import OutgoingMail
from programs.models import Place
from programs.queries.places import place_token
from programs.states import PlaceState
from tests.e2e.test_accessibility import NewContext, Survey, survey
from tests.programs.builders import make_occasion
from tests.programs.places import make_place, make_round

__all__ = ["survey"]
pytestmark = pytest.mark.django_db(transaction=True)


def places_in_every_state() -> list[Place]:
    cohort = make_round(capacity=30, name_then="Toppolitikerprogrammet", fee=24000, venue_name="Anläggningen")
    make_occasion(cohort, 1, dt.date(2030, 9, 5))
    return [make_place(cohort, state) for state in PlaceState]


def test_pages_of_a_place(survey: Survey) -> None:
    for place in places_in_every_state():
        survey.look_at(f"/program/plats/{place_token(place)}/")
        if place.state == PlaceState.OFFERED:
            for step in ("ja", "nej", "dra-dig-ur"):
                survey.look_at(f"/program/plats/{place_token(place)}/{step}/")
    assert survey.found == {}


@pytest.mark.usefixtures("site")
def test_an_offer_is_answered_by_keyboard_without_javascript(new_context: NewContext) -> None:
    place = make_place(make_round(), PlaceState.OFFERED)
    page = new_context(java_script_enabled=False).new_page()
    link = OutgoingMail.objects.about(place).filter(letter="programs/place_offered").get().text_body
    page.goto(next(word for word in link.split() if "/program/plats/" in word))

    page.get_by_role("link", name="Tacka ja").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Vill du tacka ja till platsen")
    page.get_by_role("button", name="Ja, jag tar platsen").press("Enter")

    expect(page.get_by_role("heading", name="Du har en plats")).to_be_visible()
    expect(page.get_by_role("link", name="Till Mina sidor")).to_be_visible()
    place.refresh_from_db()
    assert place.state == PlaceState.ACCEPTED
