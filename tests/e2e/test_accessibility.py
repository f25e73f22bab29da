"""Every public page in every state: axe finds nothing, nothing is cut off, narrow or enlarged.

Each state is looked at 390 and 1280 px wide, light and dark, 320 px wide (as 1280 px enlarged four times), and with
text of twice the size on each of these widths. A state that fails is named with all that is wrong in it.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.template.loader import render_to_string
from django.utils import timezone
from playwright.sync_api import BrowserContext, Page, Route, expect

from portal.core.models import OutgoingMail
from portal.core.states import MailState
from programs.models import Cohort, InterestRepeat, Programme
from programs.states import CohortState
from tests.accounts.people import mailed_code, make_staff
from tests.e2e.visitor import (
    DESKTOP,
    EMAIL,
    FORM,
    MESSAGE,
    NAME,
    PHONE,
    expect_receipt,
    fill_in,
    only,
    organisation_field,
    send,
)
from tests.services.browser import BrowserWatch, axe_violations

NewContext = Callable[..., BrowserContext]
NARROW = {"width": 320, "height": 640}
# The rules whose answer depends on the colours; all others say the same in the dark.
COLOUR_RULES = ["color-contrast", "link-in-text-block"]
DARK = (
    "rules => axe.run(document, {runOnly: {type: 'rule', values: rules}, resultTypes: ['violations'], preload: false})"
)
# What sticks out to the right. Regions that scroll by themselves (tables) are allowed to hold wider things.
TOO_WIDE = """() => {
    const wide = document.documentElement.scrollWidth - document.documentElement.clientWidth;
    if (wide <= 0) return [];
    return [...document.querySelectorAll("body *")]
        .filter(element => element.getBoundingClientRect().right > document.documentElement.clientWidth + 1)
        .map(element => `${element.tagName}.${element.className} sticks out by ${wide} px`).slice(0, 5);
}"""
Problems = dict[str, list[str]]


def problems(page: Page) -> Problems:
    """What is wrong with the page as it stands, by the circumstance."""
    found: Problems = {}
    for size in (PHONE, DESKTOP):
        page.set_viewport_size(size)  # type: ignore[arg-type]  # a plain dict is what it takes
        found[f"axe at {size['width']}"] = axe_violations(page)
        page.emulate_media(color_scheme="dark")
        found[f"axe at {size['width']}, dark"] = colour_violations(page)
        page.emulate_media(color_scheme="light")
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    found["text of twice the size"] = page.evaluate(TOO_WIDE)
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    found["text of twice the size on a phone"] = page.evaluate(TOO_WIDE)
    page.set_viewport_size(NARROW)  # type: ignore[arg-type]
    found["text of twice the size at 320 px"] = page.evaluate(TOO_WIDE)
    page.evaluate("document.documentElement.style.fontSize = ''")
    found["320 px"] = page.evaluate(TOO_WIDE)
    return {circumstance: lines for circumstance, lines in found.items() if lines}


def colour_violations(page: Page) -> list[str]:
    result: dict[str, Any] = page.evaluate(DARK, COLOUR_RULES)
    return [
        f"{rule['id']}: {' '.join(map(str, node['target']))} — {node['failureSummary']}"
        for rule in result["violations"]
        for node in rule["nodes"]
    ]


class Survey:
    """Looks at state after state and tells at the end what was wrong where."""

    def __init__(self, page: Page, site: str) -> None:
        self.page = page
        self.site = site
        self.found: dict[str, Problems] = {}
        self.looked: list[str] = []

    def look(self, state: str) -> None:
        self.looked.append(state)
        if wrong := problems(self.page):
            self.found[state] = wrong
        self.page.set_viewport_size(DESKTOP)  # type: ignore[arg-type]

    def look_at(self, path: str, status: int = 200) -> None:
        response = self.page.goto(self.site + path)
        assert response is not None
        assert response.status == status, path
        self.look(path)


@pytest.fixture
def survey(new_context: NewContext, site: str) -> Survey:
    # Transitions would be caught half-way between two colours.
    return Survey(new_context(viewport=DESKTOP, reduced_motion="reduce").new_page(), site)


def test_the_survey_finds_what_is_wrong(survey: Survey) -> None:
    survey.page.goto(f"{survey.site}/uppdraget/")
    survey.page.evaluate(
        """() => {
            const line = document.createElement("p");
            line.textContent = "Grått";
            line.style.color = "#5c6663";
            const wide = document.createElement("div");
            wide.style.width = "350px";
            wide.textContent = "Bred";
            document.querySelector("main").append(line, wide);
        }"""
    )
    survey.look("spoilt")
    assert set(survey.found["spoilt"]) == {
        "axe at 390, dark",
        "axe at 1280, dark",
        "text of twice the size at 320 px",
        "320 px",
    }


# --- Pages -----------------------------------------------------------------------------------------------------------
def test_pages_to_read(survey: Survey) -> None:
    programmes = [programme.get_absolute_url() for programme in Programme.objects.filter(published=True)]
    assert len(programmes) >= 3
    for path in ("/", "/uppdraget/", "/program/", *programmes, "/tillganglighet/", "/personuppgifter/"):
        survey.look_at(path)
    assert survey.found == {}


def test_contact_report_and_feedback(survey: Survey) -> None:
    page = survey.page
    survey.look_at("/kontakt/")
    page.get_by_role("button", name="Skicka meddelandet").click()
    expect(page.locator("[data-error-summary]")).to_be_focused()
    survey.look("contact: errors")
    page.get_by_role("textbox", name="Namn").fill(NAME)
    page.get_by_role("textbox", name="E-post").fill(EMAIL)
    page.get_by_role("textbox", name="Meddelande").fill(MESSAGE)
    page.get_by_role("button", name="Skicka meddelandet").click()
    expect(page.locator(".reference")).to_be_visible()
    survey.look("contact: receipt")

    survey.look_at("/tillganglighet/rapportera/")
    page.get_by_role("button", name="Skicka rapporten").click()
    expect(page.locator("[data-error-summary]")).to_be_focused()
    survey.look("report: errors")
    page.locator("#id_message").fill("Knappen går inte att nå.")
    page.get_by_role("button", name="Skicka rapporten").click()
    page.wait_for_url("**/rapportera/tack/")
    survey.look("report: sent")

    for answer in ("Ja", "Nej"):
        page.goto(f"{survey.site}/uppdraget/")
        page.locator(".feedback").get_by_role("button", name=answer).click()
        page.wait_for_url("**/feedback/tack/**")
        survey.look(f"feedback: {answer}")
    assert survey.found == {}


def test_the_interest_form(survey: Survey) -> None:
    page = survey.page
    survey.look_at(FORM)
    page.get_by_role("button", name="Skicka intresseanmälan").click()
    expect(page.locator("[data-error-summary]")).to_be_focused()
    survey.look("errors in every field that must be filled in")

    page.get_by_role("textbox", name="E-postadress").fill("Åsa <asa@kommun.example>")
    page.get_by_role("textbox", name="Telefonnummer").fill("12")
    expect(page.locator("input#id_organisation")).to_be_visible()
    organisation_field(page).fill("Ankeborg")
    page.get_by_role("textbox", name="Meddelande").fill("å" * 5001)
    page.get_by_role("button", name="Skicka intresseanmälan").click()
    expect(page.locator("[data-error-summary]")).to_be_focused()
    expect(page.locator(".field__error[id]")).to_have_count(7)
    survey.look("other errors in every field")

    expect(page.locator("input#id_organisation")).to_be_visible()
    organisation_field(page).fill("")
    organisation_field(page).press_sequentially("kommun")
    expect(page.get_by_role("option").first).to_be_visible()
    page.keyboard.press("ArrowDown")
    survey.look("suggestions open")
    organisation_field(page).press_sequentially("xyz")
    expect(page.get_by_text("Inget namn i listan passar").first).to_be_visible()
    survey.look("no suggestions")

    Cohort.objects.filter(state=CohortState.INTEREST_OPEN).update(state=CohortState.CLOSED)
    survey.look_at(FORM)
    expect(page.get_by_role("heading", level=1)).to_have_text("Just nu går det inte att anmäla intresse")
    assert survey.found == {}


def test_the_receipt_and_the_pages_behind_the_link(survey: Survey) -> None:
    page = survey.page
    page.goto(survey.site + FORM)
    fill_in(page, email="asa@gmial.com")
    send(page)
    expect_receipt(page)
    receipt = page.url.removeprefix(survey.site)
    for state in mail_states():
        OutgoingMail.objects.update(**state)
        survey.look_at(receipt)
    survey.look_at(f"{receipt}?igen=1")

    own = own_path()
    survey.look_at(own)
    survey.look_at(f"{own}?sparat=1")
    survey.look_at(f"{own}andra/")
    page.locator("#id_name").fill("")
    page.get_by_role("button", name="Spara ändringarna").click()
    expect(page.locator("[data-error-summary]")).to_be_focused()
    survey.look("change: errors")
    survey.look_at(f"{own}ta-tillbaka/")

    adopt = later_form(page, survey.site, own)
    survey.look_at(own)
    survey.look_at(adopt)
    page.get_by_role("button", name="Byt till de nya uppgifterna").click()
    expect(page.get_by_role("main")).to_contain_text("Ändringen är sparad")
    survey.look_at(adopt)

    page.goto(f"{survey.site}{own}ta-tillbaka/")
    page.get_by_role("button", name="Ja, ta tillbaka anmälan").click()
    expect(page.get_by_role("main")).to_contain_text("Anmälan är tillbakatagen")
    survey.look("withdrawn")
    survey.look_at(receipt)
    assert survey.found == {}


def mail_states() -> list[dict[str, Any]]:
    now = timezone.now()
    later = now + timedelta(minutes=5)
    return [
        {"state": MailState.QUEUED, "attempts": 0, "not_before": now},
        {"state": MailState.QUEUED, "attempts": 1, "not_before": later},
        {"state": MailState.UNCERTAIN, "attempts": 1, "not_before": later},
        {"state": MailState.FAILED, "attempts": 1, "not_before": None},
        {"state": MailState.SENT, "attempts": 1, "not_before": None, "sent_at": now},
    ]


def own_path() -> str:
    text = OutgoingMail.objects.get(letter="programs/interest_registered").text_body
    return "/program/intresse/min/" + text.split("/program/intresse/min/")[1].split()[0]


def later_form(page: Page, site: str, own: str) -> str:
    """The same person registers once more; returns the path of the page that asks which of the two shall hold."""
    page.goto(site + FORM)
    fill_in(page, email=only().email, message="Den senare")
    send(page)
    expect_receipt(page)
    return f"{own}byt/{InterestRepeat.objects.get().pk}/"


def test_pages_of_errors(survey: Survey, browser_watch: BrowserWatch) -> None:
    page = survey.page
    survey.look_at("/finns-inte/", 404)
    for name in ("400", "403", "403_csrf", "413", "429", "500", "503"):
        # The real page with the real style sheet; only the reason for it is played.
        page.route("**/spelat-fel/", serve(render_to_string(f"{name}.html")))
        survey.look_at("/spelat-fel/")
        page.unroute("**/spelat-fel/")
    assert survey.found == {}


def serve(body: str) -> Callable[[Route], None]:
    return lambda route: route.fulfill(body=body, content_type="text/html; charset=utf-8")


def test_pages_of_the_log_in(survey: Survey) -> None:
    page = survey.page
    staff = make_staff()
    survey.look_at("/konto/login/")
    page.get_by_role("textbox", name="E-postadress").fill("inte en adress")
    page.get_by_role("button", name="Skicka kod").click()
    expect(page.locator(".field__error").first).to_be_visible()
    survey.look("log-in: error")
    page.get_by_role("textbox", name="E-postadress").fill(staff.email)
    page.get_by_role("button", name="Skicka kod").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Skriv koden från mejlet")
    survey.look("log-in: the code of the mail")
    page.locator("input[name=code]").fill(mailed_code())
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_url("**/2fa/authenticate/**")
    survey.look("log-in: the second step")
    assert survey.found == {}


# --- Preferences -----------------------------------------------------------------------------------------------------
def test_reduced_motion_is_respected(new_context: NewContext, site: str) -> None:
    page = new_context(reduced_motion="reduce").new_page()
    page.goto(site)
    moving = """() => [...document.querySelectorAll("*")].filter(element => {
        const style = getComputedStyle(element);
        return parseFloat(style.transitionDuration) > 0.01 || style.animationName !== "none";
    }).map(element => element.className)"""
    assert page.evaluate(moving) == []
    page.emulate_media(reduced_motion="no-preference")
    assert page.evaluate(moving) != []


def test_in_forced_colours_buttons_and_fields_keep_their_borders(new_context: NewContext, site: str) -> None:
    page = new_context(forced_colors="active", viewport=PHONE).new_page()
    page.goto(site + FORM)
    assert page.evaluate("matchMedia('(forced-colors: active)').matches")
    borderless = """() => [...document.querySelectorAll("main button, main input:not([type=hidden]), main select")]
        .filter(element => element.checkVisibility() && !element.closest(".hp"))
        .filter(element => !["radio", "checkbox"].includes(element.type))
        .filter(element => getComputedStyle(element).borderTopWidth === "0px")
        .map(element => element.outerHTML)"""
    assert page.evaluate(borderless) == []
