"""A pair from the public form to the approved version, in two real browsers with mails from a real SMTP server."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from agreements.models import Agreement, Approval, Document, Version
from agreements.states import AgreementState
from tests.agreements.builders import load_rows
from tests.e2e.room import (
    AWAY,
    FOCUS,
    NewContext,
    PortalServer,
    expect_equal,
    expect_known,
    expect_saved,
    save_state,
    section_of,
    text_of,
)
from tests.e2e.visitor import DESKTOP, PHONE
from tests.services.processes import wait_until
from tests.services.servers import CeleryWorker
from tests.services.smtp import ReceivedMail, SmtpServer

CHAIR, CHIEF = "asa.lind@kommun.example", "bjorn.ek@kommun.example"
CODE = re.compile(r"^[A-Z0-9]{4}-[A-Z0-9]{4}$", re.MULTILINE)
HEADINGS = 8


@pytest.fixture
def server(transactional_db: None, database_url: str, tmp_path: Path) -> Iterator[PortalServer]:
    load_rows()
    server = PortalServer(database_url, tmp_path)
    server.start()
    yield server
    server.stop()


def newest_to(smtp: SmtpServer, address: str, subject: str) -> ReceivedMail:
    """The newest mail to that person whose subject holds these words; waits for it."""

    def found() -> list[ReceivedMail]:
        return [mail for mail in smtp.mails if mail.recipients == (address,) and subject in mail.subject]

    wait_until(lambda: bool(found()), f"{subject} comes to {address}")
    return found()[-1]


def begin(page: Page, site: str) -> None:
    page.goto(f"{site}/overenskommelser/ny/")
    page.get_by_role("radio", name="Jag är ordförande").check()
    field = page.get_by_role("combobox", name="Kommun eller region")
    expect(page.locator("input#id_organisation")).to_be_visible()
    field.press_sequentially("stockh")
    page.get_by_role("option", name="Stockholms kommun").click()
    page.get_by_role("radio", name="Gemensam överenskommelse").check()
    for label, value in {
        "Ordförandens namn": "Åsa Lind",
        "Ordförandens e-postadress": CHAIR,
        "Direktörens namn": "Björn Ek",
        "Direktörens e-postadress": CHIEF,
    }.items():
        page.get_by_role("textbox", name=label).fill(value)
    page.get_by_role("button", name="Börja").click()
    page.wait_for_url(re.compile("/kvitto/"))
    # The receipt tells by itself when the mail server has taken both mails.
    told = page.locator("[data-mail-status] .notice--success")
    expect(told).to_contain_text("Mejlet till ordföranden är mottaget", timeout=60_000)
    expect(told).to_contain_text("Mejlet till direktören är mottaget")


def come_in_by_code(page: Page, smtp: SmtpServer, address: str) -> None:
    """From the link in the mail to the room, with the code of a second mail."""
    invitation = newest_to(smtp, address, "Er överenskommelse är påbörjad")
    link = re.search(r"http://localhost:\d+/konto/login/\S+", invitation.text)
    assert link is not None
    page.goto(link.group())
    page.get_by_role("textbox", name="E-postadress").fill(address)
    page.get_by_role("button", name="Skicka kod").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Skriv koden från mejlet")
    code = CODE.search(newest_to(smtp, address, "kod").text)
    assert code is not None
    page.locator("main input[name=code]").fill(code.group())
    page.get_by_role("button", name="Logga in").click()
    expect(text_of(page)).to_be_visible()


def mark_every_section(page: Page) -> None:
    buttons = page.get_by_role("button", name=re.compile("^Jag är överens"))
    for left in range(HEADINGS, 0, -1):
        expect(buttons).to_have_count(left)
        buttons.first.click()
    expect(page.get_by_role("button", name=re.compile("^Ta tillbaka"))).to_have_count(HEADINGS)


def approve(page: Page) -> None:
    page.get_by_role("link", name="Läs igenom och godkänn").click()
    expect(page.get_by_role("region", name=FOCUS)).to_contain_text("Skolan först.")
    page.get_by_role("button", name="Jag godkänner").click()


def test_a_pair_writes_agrees_and_approves(
    new_context: NewContext, server: PortalServer, smtp_server: SmtpServer, celery_worker_process: CeleryWorker
) -> None:
    chair = new_context(viewport=DESKTOP).new_page()
    chief = new_context(viewport=PHONE, has_touch=True, is_mobile=True).new_page()
    begin(chair, server.url)
    come_in_by_code(chair, smtp_server, CHAIR)
    come_in_by_code(chief, smtp_server, CHIEF)

    write_together(chair, chief)
    go_through_a_tunnel(chair, chief)
    comment(chair, chief)

    mark_every_section(chair)
    mark_every_section(chief)
    an_edit_takes_the_marks_of_its_section(chair, chief)
    approve(chair)
    expect(chair.get_by_role("main")).to_contain_text("Du har godkänt.")
    approve(chief)
    expect(chief.get_by_role("main")).to_contain_text("Versionen är låst")
    # Whoever still has the room open is told, and cannot write any more.
    expect(save_state(chair)).to_have_text("Texten är godkänd och låst. Ladda om sidan för att se den.")
    expect(text_of(chair)).to_have_attribute("contenteditable", "false")

    version = Version.objects.get()
    assert Agreement.objects.get().state == AgreementState.APPROVED
    assert set(Approval.objects.values_list("content_hash", flat=True)) == {version.content_hash}
    for address in (CHAIR, CHIEF):
        newest_to(smtp_server, address, "Ni har godkänt överenskommelsen")
    get_the_pdf(chief)


def write_together(chair: Page, chief: Page) -> None:
    text_of(chair).click()
    text_of(chief).click()
    for letter in "samspel":
        chair.keyboard.type(letter.upper())
        chief.keyboard.type(letter)
    assert sorted(expect_equal(chair, chief)) == sorted("samspelSAMSPEL")
    chair.keyboard.press("Control+a")
    chair.keyboard.type("Skolan först. ")
    assert expect_equal(chair, chief) == "Skolan först. "


def go_through_a_tunnel(chair: Page, chief: Page) -> None:
    chief.context.set_offline(True)
    expect(save_state(chief)).to_have_text(AWAY, timeout=3_000)
    text_of(chief).press_sequentially("Sedan bostäder. ")
    chair.keyboard.type("Och klimatet. ")
    chief.context.set_offline(False)
    expect_saved(chief)
    said = expect_equal(chair, chief)
    assert said.count("Sedan bostäder. ") == said.count("Och klimatet. ") == 1


def comment(chair: Page, chief: Page) -> None:
    text_of(chair).click()
    chair.keyboard.press("Control+Home")
    for _letter in "Skolan":
        chair.keyboard.press("Shift+ArrowRight")
    section_of(chair).get_by_role("button", name="Kommentera", exact=True).click()
    chair.keyboard.type("Räcker det?")
    section_of(chair).get_by_role("button", name="Skicka kommentaren").last.click()

    thread = section_of(chief).locator("[data-thread]")
    expect(thread).to_contain_text("Räcker det?")
    expect(section_of(chief).locator(".commented")).to_have_text("Skolan")
    thread.get_by_text(re.compile("^Svara på kommentar")).click()
    thread.get_by_role("textbox").fill("Ja, i två år.")
    thread.get_by_role("button", name="Skicka kommentaren").click()
    expect(section_of(chair).locator("[data-thread]")).to_contain_text("Ja, i två år.")
    section_of(chair).get_by_role("button", name=re.compile("^Markera kommentar")).click()
    expect(section_of(chief).locator(".commented")).to_have_count(0)


def an_edit_takes_the_marks_of_its_section(chair: Page, chief: Page) -> None:
    again = chair.get_by_role("button", name=f"Jag är överens: {FOCUS}")
    text_of(chief).press_sequentially("Tillägg. ")
    expect_equal(chair, chief)
    expect(again).to_be_visible()
    for page in (chair, chief):
        expect_known(page, Document.objects.get(owner=None))
    expect(chief.get_by_role("button", name=re.compile("^Jag är överens"))).to_have_count(1)
    again.click()
    chief.get_by_role("button", name=f"Jag är överens: {FOCUS}").click()
    expect(section_of(chief)).to_contain_text("Ni är överens om den här rubriken.")
    expect(section_of(chair)).to_contain_text("Ni är överens om den här rubriken.")


def get_the_pdf(page: Page) -> None:
    link = page.get_by_role("link", name="Hämta PDF-filen")
    # The page tells by itself when the worker is done.
    expect(link).to_be_visible(timeout=30_000)
    with page.expect_download() as download:
        link.click()
    assert Path(download.value.path()).read_bytes().startswith(b"%PDF-1.7")
