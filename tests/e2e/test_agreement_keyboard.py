"""From the public page to the PDF without a pointer: beginning, coming in by code, writing, agreeing, approving."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from agreements.actions import agreeing
from agreements.collaboration.content import section_hash
from agreements.models import Agreement, Document, Member, Version
from agreements.queries.documents import current_content
from agreements.tasks import make_pdf
from portal.pages.actions.content import load_pages
from tests.accounts.people import mailed_code
from tests.agreements.builders import load_rows
from tests.e2e.room import FOCUS, NewContext, PortalServer, expect_known, expect_saved, text_of
from tests.e2e.visitor import DESKTOP
from tests.services.processes import wait_until

CHAIR, CHIEF = "asa.lind@kommun.example", "bjorn.ek@kommun.example"
MOST_STOPS = 150
NAME = """() => {
    const one = document.activeElement;
    return one === document.body ? '' : (one.labels?.[0]?.textContent ?? one.getAttribute('aria-label')
        ?? document.getElementById(one.getAttribute('aria-labelledby') ?? '')?.textContent ?? one.textContent).trim();
}"""


@pytest.fixture
def server(transactional_db: None, database_url: str, tmp_path: Path) -> Iterator[PortalServer]:
    load_rows()
    load_pages()
    server = PortalServer(database_url, tmp_path)
    server.start()
    yield server
    server.stop()


@pytest.fixture
def page(new_context: NewContext) -> Page:
    """No pointer is used on this page, only `page.keyboard`."""
    return new_context(viewport=DESKTOP, reduced_motion="reduce").new_page()


def tab_to(page: Page, name: str) -> None:
    """Press Tab until the stop with exactly that name has the focus."""
    for _stop in range(MOST_STOPS):
        page.keyboard.press("Tab")
        if str(page.evaluate(NAME)) == name:
            return
    raise AssertionError(f"Tab never comes to {name!r}; it stands on {page.evaluate(NAME)!r}")


def press(page: Page, name: str) -> None:
    tab_to(page, name)
    page.keyboard.press("Enter")


def test_a_pair_comes_to_its_pdf_by_keyboard_alone(page: Page, server: PortalServer) -> None:
    page.goto(f"{server.url}{reverse('agreement_about')}")
    press(page, "Börja en överenskommelse")
    begin(page)
    come_in(page, server)
    write(page)
    agree_on_everything(page)
    the_other_agrees_and_approves()
    approve(page)
    take_the_pdf(page)


def begin(page: Page) -> None:
    page.wait_for_url("**/overenskommelser/ny/")
    tab_to(page, "Jag är ordförande")
    page.keyboard.press("Space")
    # Whoever begins to fill in the form gets the field with suggestions in place of the list.
    expect(page.locator("input#id_organisation")).to_be_visible()
    tab_to(page, "Kommun eller region")
    page.keyboard.type("stockh")
    expect(page.get_by_role("option", name="Stockholms kommun")).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    for name, value in {
        "Ordförandens namn": "Åsa Lind",
        "Ordförandens e-postadress": CHAIR,
        "Direktörens namn": "Björn Ek",
        "Direktörens e-postadress": CHIEF,
    }.items():
        tab_to(page, name)
        page.keyboard.type(value)
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/kvitto/"))


def come_in(page: Page, server: PortalServer) -> None:
    """By the button of the receipt, and the code of the mail."""
    press(page, "Logga in")
    page.wait_for_url(re.compile("/konto/login/"))
    tab_to(page, "E-postadress")
    page.keyboard.type(CHAIR)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Skriv koden från mejlet")
    if page.evaluate("() => document.activeElement?.getAttribute('name')") != "code":
        tab_to(page, "Kod")
    page.keyboard.type(mailed_code())
    page.keyboard.press("Enter")
    page.wait_for_url("**/overenskommelser/")
    press(page, "Gemensam överenskommelse")
    expect(text_of(page)).to_be_visible()


def write(page: Page) -> None:
    tab_to(page, FOCUS)
    page.keyboard.type("Skolan först.")
    expect_saved(page)


def agree_on_everything(page: Page) -> None:
    """Each heading by its own button, in turn; what was typed is saved and known beside the text first."""
    content, _seq = current_content(Document.objects.get())
    expect_known(page, Document.objects.get())
    page.reload()
    expect(text_of(page)).to_be_visible()
    for number, section in enumerate(content.sections, start=1):
        press(page, f"Jag är överens: {section.heading}")
        expect(page.get_by_role("button", name=re.compile("^Ta tillbaka"))).to_have_count(number)


def the_other_agrees_and_approves() -> None:
    """As the other does on a machine of their own; that it is done by keyboard is seen on this one."""
    agreement, chief = Agreement.objects.get(), Member.objects.get(role="chief")
    content, _seq = current_content(Document.objects.get())
    for section in content.sections:
        agreeing.mark_section(agreement, section.key, section_hash(section), by=chief)


def approve(page: Page) -> None:
    # The page would tell by itself; there is no Redis in this test, and it is looked at again.
    page.reload()
    expect(page.get_by_role("link", name="Läs igenom och godkänn")).to_be_visible()
    press(page, "Läs igenom och godkänn")
    page.wait_for_url("**/godkann/")
    press(page, "Jag godkänner")
    expect(page.get_by_text("Du har godkänt.")).to_be_visible()
    agreement, chief = Agreement.objects.get(), Member.objects.get(role="chief")
    agreeing.approve(agreement, _hash_that_was_approved(), by=chief)
    make_pdf(Version.objects.get().pk)


def _hash_that_was_approved() -> str:
    return str(Member.objects.get(role="chair").approvals.get().content_hash)


def take_the_pdf(page: Page) -> None:
    page.reload()
    press(page, "Se den godkända versionen 1")
    page.wait_for_url("**/version/1/")
    tab_to(page, "Hämta PDF-filen")
    with page.expect_download() as download:
        page.keyboard.press("Enter")
    wait_until(lambda: Path(download.value.path()).stat().st_size > 0, "the file is here")
    assert Path(download.value.path()).read_bytes().startswith(b"%PDF-1.7")
