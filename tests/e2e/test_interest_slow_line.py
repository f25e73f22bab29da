"""On a slow line the field with suggestions takes the place of the list late: it takes nobody's focus or text."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, Route, expect

from tests.e2e.visitor import FORM, PHONE, choose_organisation, expect_receipt, fill_in, only, organisation_field, send

NewContext = Callable[..., BrowserContext]
BUNDLE = "**/autocomplete*.js"
MALMO = "Malmö kommun (Malmö stad)"


class Line:
    """The connection over which the bundle comes; it is held until `arrive` or `fail`."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._held: list[Route] = []
        page.route(BUNDLE, self._hold)

    def _hold(self, route: Route) -> None:
        self._held.append(route)

    def asked(self) -> None:
        """Wait until the page has asked for the bundle."""
        while not self._held:
            self._page.wait_for_timeout(10)

    def arrive(self) -> None:
        self.asked()
        self._held.pop().continue_()
        expect(self._page.locator("input#id_organisation")).to_be_visible()

    def fail(self) -> None:
        self.asked()
        with self._page.expect_event("requestfailed"):
            self._held.pop().abort()


@pytest.fixture
def page(new_context: NewContext, site: str) -> Page:
    page = new_context(viewport=PHONE).new_page()
    page.goto(site + FORM)
    return page


@pytest.fixture
def line(page: Page) -> Line:
    return Line(page)


def test_who_has_gone_on_to_another_field_is_left_there(page: Page, line: Line) -> None:
    page.locator("#id_phone").focus()
    page.keyboard.press("Tab")
    expect(page.locator("select#id_organisation")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    line.arrive()

    expect(page.locator("#id_role_0")).to_be_focused()
    expect(page.locator("#id_role_0")).to_be_checked()
    expect(organisation_field(page)).to_have_value("")


def test_who_stands_on_the_list_stands_on_the_field(page: Page, line: Line) -> None:
    page.locator("#id_phone").focus()
    page.keyboard.press("Tab")
    line.arrive()
    expect(organisation_field(page)).to_be_focused()
    page.keyboard.type("malm")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(organisation_field(page)).to_have_value(MALMO)


def test_what_was_chosen_in_the_list_stands_in_the_field_and_typing_replaces_it(page: Page, line: Line) -> None:
    page.locator("#id_phone").focus()
    page.keyboard.press("Tab")
    page.keyboard.type("malm")
    expect(page.locator("select#id_organisation")).to_have_value("1280")
    line.arrive()
    expect(organisation_field(page)).to_have_value(MALMO)
    page.keyboard.type("lund")
    expect(organisation_field(page)).to_have_value("lund")
    page.get_by_role("option", name="Lunds kommun").click()
    assert page.locator("#id_organisation-select").input_value() == "1281"


def test_a_press_on_the_list_leads_into_the_field_even_when_the_bundle_is_on_its_way(page: Page, line: Line) -> None:
    page.locator("#id_phone").click()
    line.asked()
    page.locator("select#id_organisation").click()
    line.arrive()
    expect(organisation_field(page)).to_be_focused()
    choose_organisation(page)


def test_when_the_bundle_never_comes_the_list_works(page: Page, line: Line) -> None:
    page.locator("#id_phone").focus()
    line.fail()
    page.locator("select#id_organisation").click()
    fill_in(page, script=False)
    send(page)
    expect_receipt(page)
    assert only().organisation_id == "1280"
