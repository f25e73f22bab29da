"""The participant's own pages in a browser: axe in both schemes, narrow and wide; the keyboard alone; no script."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import BrowserContext, Page, expect

from portal.core import audit
from portal.organisations.actions import load_key_figures, load_sample_key_figures
from programs.actions import learning
from programs.models import ChallengeNote, Place, Step
from programs.states import PlaceState
from tests.accounts.people import mailed_code
from tests.e2e.room import PortalServer
from tests.e2e.visitor import DESKTOP, PHONE
from tests.programs.builders import make_occasion
from tests.programs.places import make_place, make_round
from tests.services.browser import axe_violations

TOO_WIDE = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
NewContext = Callable[..., BrowserContext]


@pytest.fixture
def place(transactional_db: None) -> Place:
    """Somebody in the middle of a programme: an occasion behind and one ahead, notes, another who shares."""
    cohort = make_round(10)
    place = make_place(cohort, PlaceState.PARTICIPANT, email=new_address())
    for number, days in ((1, -10), (2, 20)):
        make_occasion(cohort, number, timezone.localdate() + dt.timedelta(days=days))
    other = make_place(cohort, PlaceState.PARTICIPANT)
    learning.show_to_cohort(other, shown=True, by=audit.PERSON)
    learning.write_challenge_note(other, Step.PLATFORM, "", "Vi prövar.", by=audit.PERSON)
    load_key_figures()
    load_sample_key_figures(place.organisation)
    return place


@pytest.fixture
def server(place: Place, database_url: str, tmp_path: Path) -> Iterator[PortalServer]:
    server = PortalServer(database_url, tmp_path)
    server.start()
    yield server
    server.stop()


def new_address() -> str:
    """Another one in each test: somebody who asks for a code again and again is refused."""
    return f"deltagare-{uuid.uuid4().hex[:8]}@kommun.example"


def press_until(page: Page, name: str) -> None:
    """Tab until the control of that name has the focus."""
    for _step in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("() => (document.activeElement.innerText || '').trim()").startswith(name):
            return
    pytest.fail(f"the keyboard does not reach {name!r}")


def log_in_by_keyboard(page: Page, server: PortalServer, place: Place) -> None:
    page.goto(server.url + reverse("my_pages"))
    page.get_by_label("E-postadress").focus()
    page.keyboard.type(place.email)
    page.keyboard.press("Enter")
    expect(page.get_by_label("Kod")).to_be_visible()
    page.get_by_label("Kod").focus()
    page.keyboard.type(mailed_code())
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Mina sidor")).to_be_visible()


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["390", "1280"])
def test_axe_has_nothing_to_say(new_context: NewContext, server: PortalServer, place: Place, size: object) -> None:
    page = new_context(viewport=size, reduced_motion="reduce").new_page()
    log_in_by_keyboard(page, server, place)
    addresses = [
        *(reverse(name) for name in ("my_pages", "my_data", "erase_me", "erase_me_now")),
        *(reverse(name, args=[place.pk]) for name in ("my_place", "my_challenge", "my_cohort", "my_key_figures")),
        reverse("my_challenge_step", args=[place.pk, 1]),
    ]
    for address in addresses:
        page.goto(server.url + address)
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            found = [line for line in axe_violations(page) if ".demo-banner" not in line]
            assert found == [], f"{address}, {scheme}"
        assert page.evaluate(TOO_WIDE) <= 0, address


def test_everything_is_done_by_the_keyboard(new_context: NewContext, server: PortalServer, place: Place) -> None:
    page = new_context(viewport=DESKTOP).new_page()
    log_in_by_keyboard(page, server, place)
    press_until(page, str(place.cohort))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Tillfällen", exact=True)).to_be_visible()
    press_until(page, "Min utmaning")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="De fyra stegen")).to_be_visible()
    press_until(page, "Skriv")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Egna anteckningar")).to_be_visible()
    page.get_by_label("Egna anteckningar").focus()
    page.keyboard.type("Skrivet utan mus")
    press_until(page, "Spara")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Det du skrev är sparat.")).to_be_visible()
    assert ChallengeNote.objects.get(place=place).private_text == "Skrivet utan mus"


def test_what_another_window_saved_is_shown_and_replaced_only_knowingly(
    new_context: NewContext, server: PortalServer, place: Place
) -> None:
    context = new_context(viewport=PHONE, reduced_motion="reduce")
    page = context.new_page()
    log_in_by_keyboard(page, server, place)
    other = context.new_page()
    for window in (page, other):
        window.goto(server.url + reverse("my_challenge_step", args=[place.pk, 1]))
    other.get_by_label("Egna anteckningar").fill("Från det andra fönstret.\n" * 3)
    other.get_by_role("button", name="Spara").click()
    expect(other.get_by_text("Det du skrev är sparat.")).to_be_visible()
    page.get_by_label("Egna anteckningar").fill("Mitt")
    page.get_by_role("button", name="Spara").click()

    expect(page.locator("[data-error-summary]")).to_be_focused()
    expect(page.locator(".field__saved")).to_have_text("Från det andra fönstret.\n" * 3)
    expect(page.get_by_label("Egna anteckningar")).to_have_value("Mitt")
    for size in (PHONE, DESKTOP):
        page.set_viewport_size({"width": size["width"], "height": size["height"]})
        assert [line for line in axe_violations(page) if ".demo-banner" not in line] == []
        assert page.evaluate(TOO_WIDE) <= 0
    page.get_by_role("button", name="Spara").click()
    expect(page.get_by_text("Det du skrev är sparat.")).to_be_visible()
    assert ChallengeNote.objects.get(place=place).private_text == "Mitt"


def test_one_erases_oneself_without_script(new_context: NewContext, server: PortalServer, place: Place) -> None:
    page = new_context(viewport=PHONE, java_script_enabled=False).new_page()
    page.goto(server.url + reverse("my_pages"))
    page.get_by_label("E-postadress").fill(place.email)
    page.keyboard.press("Enter")
    # The mail is there before the page is.
    expect(page.get_by_label("Kod")).to_be_visible()
    page.get_by_label("Kod").fill(mailed_code())
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Radera mig").click()
    page.get_by_role("link", name="Gå vidare").click()
    page.get_by_role("button", name="Ja, radera mig").click()
    expect(page.get_by_role("heading", name="Dina uppgifter är raderade")).to_be_visible()
    assert not Place.objects.filter(pk=place.pk).exists()
