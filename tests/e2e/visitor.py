"""What a visitor does on the pages of an interest registration, in a real browser."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page, expect

from portal.core.models import OutgoingMail
from programs.models import InterestRegistration

FORM = "/program/intresse/"
PHONE = {"width": 390, "height": 844}
DESKTOP = {"width": 1280, "height": 800}
# The machine may be busy with other tests; what is expected comes at once on an idle one.
PATIENCE = 15_000
REFERENCE = re.compile(r"SAM-[0-9A-Z]{4}-[0-9A-Z]{4}")
NAME, EMAIL, MESSAGE = "Åsa Lind-Öberg", "asa.lind@kommun.example", "Hej! Jag vill veta mer."
SEND = "Skicka intresseanmälan"

expect.set_options(timeout=PATIENCE)


def organisation_field(page: Page) -> Locator:
    """The field with suggestions, which takes the place of the list when somebody begins to fill in the form."""
    return page.get_by_role("combobox", name="Kommun eller region")


def choose_organisation(page: Page, typed: str = "malm", name: str = "Malmö kommun (Malmö stad)") -> None:
    field = organisation_field(page)
    expect(page.locator("input#id_organisation")).to_be_visible()
    field.press_sequentially(typed)
    page.get_by_role("option", name=name).click()
    expect(field).to_have_value(name)


def fill_in(page: Page, *, email: str = EMAIL, message: str = MESSAGE, script: bool = True) -> None:
    """Everything but the button. Without a script the organisation is chosen in the plain list."""
    page.get_by_role("textbox", name="Namn").fill(NAME)
    page.get_by_role("textbox", name="E-postadress").fill(email)
    page.get_by_role("textbox", name="Telefonnummer").fill("070-174 06 05")
    if script:
        choose_organisation(page)
    else:
        page.get_by_role("combobox", name="Kommun eller region").select_option("1280")
    page.get_by_role("radio", name="Kommunstyrelsens ordförande").check()
    page.get_by_role("checkbox", name="Toppolitikerprogrammet", exact=True).check()
    page.get_by_role("textbox", name="Meddelande").fill(message)


def send(page: Page) -> None:
    page.get_by_role("button", name=SEND).click()


def expect_receipt(page: Page, heading: str = "Tack! Vi har tagit emot din anmälan") -> str:
    """Wait for the receipt and return its reference."""
    expect(page.get_by_role("heading", level=1)).to_have_text(heading)
    reference = page.locator(".reference").inner_text()
    assert REFERENCE.fullmatch(reference)
    return reference


def only() -> InterestRegistration:
    return InterestRegistration.objects.get()


def counts() -> tuple[int, int]:
    """Rows and mails."""
    return InterestRegistration.objects.count(), OutgoingMail.objects.count()


def settled(page: Page, pattern: str) -> None:
    """Wait until the address is this one."""
    page.wait_for_url(re.compile(pattern), timeout=PATIENCE)
