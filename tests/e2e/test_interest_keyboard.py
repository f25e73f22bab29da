"""The interest form by keyboard alone: every stop is seen, and nothing needs a pointer."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from portal.core.models import CaptchaOutcome
from tests.e2e.visitor import DESKTOP, EMAIL, FORM, MESSAGE, NAME, PHONE, SEND, expect_receipt, only, organisation_field

NewContext = Callable[..., BrowserContext]
MOST_STOPS = 40

# What a sighted person needs to know at each stop: it is in the window, nothing lies over it, it looks focused.
STOP = """() => {
    const element = document.activeElement;
    const look = e => {
        const style = getComputedStyle(e);
        return [style.outlineStyle, style.outlineWidth, style.outlineColor, style.boxShadow].join();
    };
    const box = element.getBoundingClientRect();
    const x = Math.min(Math.max(box.left + box.width / 2, 0), innerWidth - 1);
    const y = Math.min(Math.max(box.top + Math.min(box.height / 2, 20), 0), innerHeight - 1);
    const top = document.elementFromPoint(x, y);
    const label = element.labels?.[0];
    const focused = look(element);
    const outlined = getComputedStyle(element).outlineStyle !== "none";
    element.blur();
    const plain = look(element);
    element.focus({ focusVisible: true, preventScroll: true });
    return {
        name: (label?.textContent || element.getAttribute("aria-label") || element.textContent || element.id).trim(),
        id: element.id,
        inside: box.width > 0 && box.bottom > 0 && box.top < innerHeight
            && box.left >= -1 && box.right <= innerWidth + 1,
        uncovered: top !== null && (element.contains(top) || top.contains(element) || label?.contains(top) === true),
        marked: outlined && focused !== plain,
    };
}"""


@pytest.fixture(params=[PHONE, DESKTOP], ids=["390", "1280"])
def page(request: pytest.FixtureRequest, new_context: NewContext) -> Page:
    """No pointer is used on this page, only `page.keyboard`."""
    return new_context(viewport=request.param).new_page()


def look(page: Page) -> str:
    """Hold what a person sees at this stop; returns the stop's name."""
    stop = page.evaluate(STOP)
    assert (stop["inside"], stop["uncovered"], stop["marked"]) == (True, True, True), stop
    return f"{stop['name']} #{stop['id']}"


def tab_to(page: Page, name: str, key: str = "Tab") -> None:
    """Press the key until the stop with that text or id has the focus, looking at each stop on the way."""
    seen = []
    for _ in range(MOST_STOPS):
        page.keyboard.press(key)
        seen.append(look(page))
        if name in seen[-1]:
            return
    raise AssertionError(f"{name} was not reached by {key}; the stops were {seen}")


def test_from_the_address_bar_to_the_receipt(page: Page, site: str) -> None:
    page.goto(site)
    page.keyboard.press("Tab")
    assert "Hoppa till innehållet" in look(page)
    page.keyboard.press("Enter")
    tab_to(page, "Toppolitikerprogrammet")
    page.keyboard.press("Enter")
    page.wait_for_url("**/program/toppolitikerprogrammet/")
    tab_to(page, "Anmäl intresse för 2025")
    page.keyboard.press("Enter")
    page.wait_for_url("**/program/intresse/*")

    tab_to(page, "#id_name")
    page.keyboard.type(NAME)
    tab_to(page, "#id_email")
    page.keyboard.type(EMAIL)
    tab_to(page, "#id_phone")
    choose_the_organisation(page)
    tab_to(page, "#id_role_0")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    look(page)
    page.keyboard.press("ArrowUp")
    tab_to(page, "#id_programmes_1")
    page.keyboard.press("Space")
    tab_to(page, "#id_message")
    page.keyboard.type(MESSAGE)
    # Back with Shift and Tab, and forth again.
    tab_to(page, "#id_email", "Shift+Tab")
    tab_to(page, SEND)
    page.keyboard.press("Enter")

    expect_receipt(page)
    row = only()
    assert (row.name, row.email, row.organisation_id, row.role) == (NAME, EMAIL, "1280", "rso")
    assert (row.message, row.captcha_outcome) == (MESSAGE, CaptchaOutcome.SOLVED)
    # The programme that the link had chosen, and the one that the space bar chose.
    assert row.programmes.count() == 2


def choose_the_organisation(page: Page) -> None:
    """Type, go down and up in the suggestions, choose with Enter. The form is not sent by it."""
    expect(page.locator("input#id_organisation")).to_be_visible()
    tab_to(page, "#id_organisation")
    page.keyboard.type("malm")
    field = organisation_field(page)
    expect(field).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("ArrowDown")
    focused = page.locator("[role=option][aria-selected=true]")
    expect(focused).to_have_text("Malmö kommun (Malmö stad)")
    assert marked_apart(page)
    page.keyboard.press("Enter")
    expect(field).to_have_value("Malmö kommun (Malmö stad)")
    expect(field).to_have_attribute("aria-expanded", "false")
    expect(field).to_be_focused()


def marked_apart(page: Page) -> bool:
    """Whether the chosen suggestion can be told from a plain one by its colours."""
    return bool(
        page.evaluate(
            """() => {
                const chosen = document.querySelector("[role=option][aria-selected=true]");
                const list = chosen.closest("[role=listbox]");
                return getComputedStyle(chosen).backgroundColor !== getComputedStyle(list).backgroundColor;
            }"""
        )
    )


def test_escape_closes_the_suggestions_and_keeps_the_text(page: Page, site: str) -> None:
    page.goto(site + FORM)
    page.locator("#id_phone").focus()
    expect(page.locator("input#id_organisation")).to_be_visible()
    page.keyboard.press("Tab")
    page.keyboard.type("kommun")
    expect(page.get_by_role("option").first).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("option")).to_have_count(0)
    expect(organisation_field(page)).to_have_value("kommun")


def test_errors_get_the_focus_and_their_links_lead_to_the_fields(page: Page, site: str) -> None:
    page.goto(site + FORM)
    page.locator("#id_name").focus()
    expect(page.locator("input#id_organisation")).to_be_visible()
    tab_to(page, SEND)
    page.keyboard.press("Enter")

    summary = page.locator("[data-error-summary]")
    expect(summary).to_be_focused()
    assert page.title().startswith("Fel:")
    look(page)
    texts = summary.get_by_role("link").all_inner_texts()
    assert len(texts) == 5
    for number, text in enumerate(texts):
        follow_error(page, number, text)


def follow_error(page: Page, number: int, text: str) -> None:
    """From the summary by Tab and Enter to the field, which is described by the same text; that may name the field."""
    page.locator("[data-error-summary]").focus()
    for _ in range(number + 1):
        page.keyboard.press("Tab")
    assert text in look(page)
    page.keyboard.press("Enter")
    described = page.evaluate(
        """() => {
            const field = document.activeElement;
            const describing = field.getAttribute("aria-describedby")
                || field.closest("fieldset")?.getAttribute("aria-describedby") || "";
            return describing.split(" ").map(id => document.getElementById(id)?.textContent || "").join(" ");
        }"""
    )
    without_name = text.partition(": ")[2] or text
    assert text in described or without_name in described, (text, described)
    look(page)
