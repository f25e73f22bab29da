"""A visitor finds a sentence, goes to its second, plays with captions by keyboard, and reads it all without script."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from media_catalog.actions.catalogue import load_media
from portal.demo.media import ensure_media
from tests.e2e.test_accessibility import problems
from tests.e2e.visitor import DESKTOP, PHONE

NewContext = Callable[..., BrowserContext]
FILM = "/film-och-podd/uppdraget-som-kso-och-rso/"
EPISODE = "/film-och-podd/uppdrag-demokrati/"


@pytest.fixture
def site(live: LiveServer) -> str:
    load_media()
    ensure_media()
    return live.url


@pytest.fixture
def page(new_context: NewContext, site: str) -> Page:
    # Transitions would be caught half-way between two colours.
    return new_context(viewport=DESKTOP, base_url=site, reduced_motion="reduce").new_page()


def state(page: Page, expression: str) -> object:
    return page.evaluate(f"() => {{ const media = document.querySelector('video, audio'); return {expression}; }}")


def wait_for(page: Page, condition: str) -> None:
    page.wait_for_function(f"() => {{ const media = document.querySelector('video, audio'); return {condition}; }}")


def test_from_a_word_to_its_second(page: Page) -> None:
    page.goto("/film-och-podd/")
    page.get_by_label("Sök", exact=True).fill("åsa")
    page.keyboard.press("Enter")
    expect(page.get_by_text("1 träff")).to_be_visible()
    expect(page.locator("mark").first).to_have_text("Åsa")

    page.get_by_role("link", name=re.compile("Gå till 0:06")).click()

    expect(page).to_have_url(re.compile(r"/uppdrag-demokrati/\?t=6#spelare$"))
    wait_for(page, "media.currentTime >= 6")
    assert state(page, "media.paused") is True
    expect(page.locator("[data-lines] [aria-current=true]")).to_contain_text("Åsa Eriksson")


def test_a_film_by_keyboard_with_captions(page: Page) -> None:
    page.goto(FILM)
    wait_for(page, "media.readyState >= 1")
    assert state(page, "[media.paused, media.autoplay, media.textTracks[0].mode]") == [True, False, "disabled"]

    page.get_by_label("Uppdraget som KSO och RSO").focus()
    page.keyboard.press("Space")
    wait_for(page, "!media.paused && media.currentTime > 0.8")
    captions = page.get_by_role("button", name="Undertexter")
    captions.focus()
    page.keyboard.press("Enter")

    expect(captions).to_have_attribute("aria-pressed", "true")
    wait_for(page, "media.textTracks[0].mode === 'showing' && media.textTracks[0].activeCues?.length > 0")
    # The text beside says the same as the captions, whatever has been said by now.
    current = "document.querySelector('[data-lines] [aria-current=true] span').textContent"
    wait_for(page, f"media.textTracks[0].activeCues?.[0]?.text === {current}")


def test_a_line_of_the_transcript_is_a_way_through_the_film(page: Page) -> None:
    page.goto(FILM)
    wait_for(page, "media.readyState >= 1")
    line = page.locator("[data-lines] li").nth(6)
    link = line.get_by_role("link")
    link.focus()
    page.keyboard.press("Enter")

    wait_for(page, f"media.currentTime >= {line.get_attribute('data-start')}")
    expect(line).to_have_attribute("aria-current", "true")
    expect(link).to_be_focused()
    expect(page).to_have_url(re.compile(f"{FILM}$"))


def test_the_speed_is_chosen(page: Page) -> None:
    page.goto(EPISODE)
    page.get_by_label("Hastighet").select_option("1.5")

    assert state(page, "media.playbackRate") == 1.5


def test_without_script_everything_is_there(new_context: NewContext, site: str) -> None:
    page = new_context(viewport=PHONE, base_url=site, java_script_enabled=False).new_page()
    page.goto("/film-och-podd/?q=styra")
    page.get_by_role("link", name=re.compile("Gå till")).first.click()

    expect(page.locator("[data-lines] li[aria-current=true]")).to_contain_text("styra")
    assert "#t=" in (page.locator("audio, video").get_attribute("src") or "")
    expect(page.get_by_role("button", name="Undertexter")).to_be_hidden()
    expect(page.get_by_role("heading", name="Utskrift")).to_be_visible()


@pytest.mark.parametrize(
    "path",
    ["/film-och-podd/", "/film-och-podd/?q=styra", "/film-och-podd/?q=finnsinte", FILM, EPISODE,
     "/film-och-podd/uppdrag-och-samspel/", "/film-och-podd/prenumerera/"],
)  # fmt: skip
def test_axe_has_nothing_to_say(page: Page, path: str) -> None:
    page.goto(path)

    assert problems(page) == {}
