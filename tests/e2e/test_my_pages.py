"""The participant's own pages in a browser: axe in both schemes, narrow and wide; the keyboard alone; no script."""

from __future__ import annotations

import datetime as dt
import re
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
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
from tests.e2e.test_accessibility import problems
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


def open_step(context: BrowserContext, server: PortalServer, place: Place, text: str) -> Page:
    """Somebody who is logged in, and has written at the first step."""
    log_in_anew(context, server, place)
    page = context.new_page()
    page.goto(server.url + reverse("my_challenge_step", args=[place.pk, 1]))
    page.get_by_label("Egna anteckningar").fill(text)
    return page


def log_in_anew(context: BrowserContext, server: PortalServer, place: Place) -> None:
    """As every log-in does, this one ends the tokens of before."""
    client = Client()
    client.force_login(place.user or pytest.fail("no account"))
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    context.clear_cookies()
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": server.url}])


WRITTEN = "Det första.\n\nDet andra, efter en tom rad.\n" + "Mer. " * 60


def test_what_was_typed_survives_a_log_out_in_another_tab_by_the_keyboard_alone(
    new_context: NewContext, server: PortalServer, place: Place
) -> None:
    context = new_context(viewport=DESKTOP, reduced_motion="reduce")
    page = open_step(context, server, place, WRITTEN)
    other = context.new_page()
    other.goto(f"{server.url}/konto/logout/")
    other.get_by_role("main").get_by_role("button", name="Logga ut").click()
    expect(other).not_to_have_url(re.compile("logout"))

    with page.expect_response(lambda response: response.request.method == "POST") as answered:
        page.get_by_role("button", name="Spara").click()
    assert answered.value.status == 401
    expect(page.get_by_role("heading", level=1)).to_have_text("Du är utloggad")
    kept = page.get_by_label("Egna anteckningar")
    expect(kept).to_have_value(WRITTEN)
    assert problems(page) == {}

    kept.focus()
    page.keyboard.press("Control+a")
    assert page.evaluate("() => { const one = document.activeElement; return one.selectionEnd - one.selectionStart; }")
    with page.expect_popup() as opened:
        press_until(page, "Logga in (öppnas i en ny flik)")
        page.keyboard.press("Enter")
    new = opened.value
    new.get_by_label("E-postadress").fill(place.email)
    new.keyboard.press("Enter")
    expect(new.get_by_label("Kod")).to_be_visible()
    new.get_by_label("Kod").fill(mailed_code())
    new.keyboard.press("Enter")
    new.get_by_label("Egna anteckningar").fill(kept.input_value())
    new.get_by_role("button", name="Spara").click()
    expect(new.get_by_text("Det du skrev är sparat.")).to_be_visible()
    assert ChallengeNote.objects.get(place=place).private_text == WRITTEN.strip()


def test_an_old_page_after_a_new_log_in_in_another_tab_says_how_to_keep_the_text_and_that_works(
    new_context: NewContext, server: PortalServer, place: Place
) -> None:
    context = new_context(viewport=PHONE, reduced_motion="reduce")
    page = open_step(context, server, place, WRITTEN)
    log_in_anew(context, server, place)
    context.new_page().goto(server.url + reverse("my_pages"))

    page.get_by_role("button", name="Spara").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Formuläret gick inte att ta emot")
    expect(page.get_by_role("main")).to_contain_text("när du har loggat in på nytt i en annan flik")
    assert "Det första." not in page.content()
    assert problems(page) == {}

    page.go_back()
    expect(page.get_by_label("Egna anteckningar")).to_have_value(WRITTEN)
    page.get_by_role("button", name="Spara").click()
    expect(page.get_by_text("Det du skrev är sparat.")).to_be_visible()
    assert ChallengeNote.objects.get(place=place).private_text == WRITTEN.strip()


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
