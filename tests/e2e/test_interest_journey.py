"""An interest registration from the start page to the mailbox and back, and what people do on the way.

Cases of tests/data/bad_inputs.yaml that need a browser: C08, F10, X02, X03, X04, X11.
"""

from __future__ import annotations

import re
from collections.abc import Callable

import httpx
import pytest
from playwright.sync_api import BrowserContext, Page, Route, expect

from portal.core.models import CaptchaOutcome, OutgoingMail
from programs.actions import registrations
from programs.states import InterestState
from tests.accounts.people import mailed_code, make_staff
from tests.e2e.visitor import (
    EMAIL,
    FORM,
    MESSAGE,
    NAME,
    PHONE,
    SEND,
    counts,
    expect_receipt,
    fill_in,
    only,
    organisation_field,
    send,
)
from tests.services.browser import assert_no_axe_violations
from tests.services.servers import CeleryWorker
from tests.services.smtp import ReceivedMail, SmtpServer

NewContext = Callable[..., BrowserContext]
AGAIN = "Vi har redan tagit emot din anmälan"
CHANGED = "Din anmälan är ändrad"


@pytest.fixture
def phone(new_context: NewContext) -> Page:
    return new_context(viewport=PHONE, has_touch=True, is_mobile=True).new_page()


def own_link(mail: ReceivedMail) -> str:
    found = re.search(r"http://localhost:\d+/program/intresse/min/\S+", mail.text)
    assert found is not None
    return found.group()


def links(mail: ReceivedMail) -> set[str]:
    return set(re.findall(r"http://localhost:\d+[^\s\"<>]*", mail.text + mail.html))


# --- The journey -----------------------------------------------------------------------------------------------------
def test_from_the_start_page_to_the_mailbox_and_back(
    phone: Page,
    site: str,
    smtp_server: SmtpServer,
    celery_worker_process: CeleryWorker,
    new_context: NewContext,
) -> None:
    phone.goto(site)
    phone.get_by_role("main").get_by_role("link", name="Toppolitikerprogrammet", exact=True).first.click()
    phone.get_by_role("link", name="Anmäl intresse för 2025").click()
    expect(phone.get_by_role("checkbox", name="Toppolitikerprogrammet", exact=True)).to_be_checked()
    fill_in(phone)
    send(phone)

    reference = expect_receipt(phone)
    row = only()
    assert (row.reference, row.name, row.email, row.organisation_id) == (reference, NAME, EMAIL, "1280")
    assert (row.captcha_outcome, row.flags) == (CaptchaOutcome.SOLVED, [])
    # The page tells by itself; nobody reloads it.
    expect(phone.locator("[data-mail-status]")).to_contain_text("skickad och mottagen av e-postservern kl.")

    (mail,) = smtp_server.wait_for(1)
    assert mail.recipients == (EMAIL,)
    assert reference in mail.text
    assert reference in mail.html
    look_as_a_scanner(new_context, mail)

    change_by_the_link(phone, own_link(mail))
    assert "Ny text från länken" in smtp_server.wait_for(2)[1].text
    withdraw_by_the_link(phone, own_link(mail))
    assert "tillbakatagen" in smtp_server.wait_for(3)[2].subject


def look_as_a_scanner(new_context: NewContext, mail: ReceivedMail) -> None:
    """X11: a mail scanner opens every link twice, runs what it finds there and sends every form."""
    with httpx.Client(follow_redirects=True) as client:
        for link in [*links(mail), *links(mail)]:
            assert client.head(link).status_code == client.get(link).status_code == 200
    scanner = new_context().new_page()
    for link in links(mail):
        scanner.goto(link)
        for number in range(scanner.locator("main form").count()):
            with scanner.expect_navigation():
                scanner.locator("main form").nth(number).evaluate("form => form.submit()")
            scanner.goto(link)
    scanner.context.close()
    assert counts() == (1, 1)
    assert (only().state, only().message) == (InterestState.REGISTERED, MESSAGE)


def change_by_the_link(page: Page, link: str) -> None:
    page.goto(link)
    page.get_by_role("link", name="Ändra uppgifterna").click()
    page.get_by_role("textbox", name="Meddelande").fill("Ny text från länken")
    page.get_by_role("button", name="Spara ändringarna").click()
    expect(page.get_by_role("main")).to_contain_text("Ändringen är sparad")
    assert (only().message, only().organisation_id) == ("Ny text från länken", "1280")


def withdraw_by_the_link(page: Page, link: str) -> None:
    page.goto(link)
    page.get_by_role("link", name="Ta tillbaka anmälan").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Vill du ta tillbaka anmälan?")
    assert only().state == InterestState.REGISTERED
    page.get_by_role("button", name="Ja, ta tillbaka anmälan").click()
    expect(page.get_by_role("main")).to_contain_text("Anmälan är tillbakatagen")
    assert only().state == InterestState.WITHDRAWN


# --- Repeats ---------------------------------------------------------------------------------------------------------
def test_double_click_reload_and_back_make_one_row_and_one_mail(phone: Page, site: str) -> None:
    """X02 and X03, after a double click."""
    phone.goto(site + FORM)
    fill_in(phone)
    phone.get_by_role("button", name=SEND).dblclick()
    reference = expect_receipt(phone)

    phone.reload()
    assert expect_receipt(phone) == reference

    phone.go_back()
    expect(phone.get_by_role("textbox", name="Meddelande")).to_have_value(MESSAGE)
    send(phone)
    assert expect_receipt(phone, AGAIN) == reference
    assert counts() == (1, 1)


def test_back_and_a_change_is_a_correction(phone: Page, site: str) -> None:
    """X04: one row, two mails, the same reference."""
    phone.goto(site + FORM)
    fill_in(phone)
    send(phone)
    reference = expect_receipt(phone)

    phone.go_back()
    phone.get_by_role("textbox", name="Meddelande").fill("Rättad text")
    send(phone)

    assert expect_receipt(phone, CHANGED) == reference
    assert counts() == (1, 2)
    assert (only().message, only().organisation_id) == ("Rättad text", "1280")
    assert "Rättad text" in OutgoingMail.objects.get(letter="programs/interest_changed").text_body


def test_a_double_click_without_scripts_makes_one_row_and_one_mail(new_context: NewContext, site: str) -> None:
    page = new_context(viewport=PHONE, java_script_enabled=False).new_page()
    page.goto(site + FORM)
    fill_in(page, script=False)
    page.get_by_role("button", name=SEND).dblclick()
    expect(page.locator(".reference")).to_be_visible()
    assert counts() == (1, 1)


# --- Poor circumstances ----------------------------------------------------------------------------------------------
def test_a_slow_network_says_that_it_works_and_sends_once(phone: Page, site: str) -> None:
    phone.goto(site + FORM)
    fill_in(phone)
    network = phone.context.new_cdp_session(phone)
    slow = {"offline": False, "latency": 700, "downloadThroughput": 50_000, "uploadThroughput": 20_000}
    network.send("Network.emulateNetworkConditions", slow)
    pressed_twice = """button => {
        button.click();
        button.click();
        return [button.textContent, button.getAttribute("aria-disabled")];
    }"""
    text, disabled = phone.get_by_role("button", name=SEND).evaluate(pressed_twice)
    assert text in {"Kontrollerar …", "Skickar …"}
    assert disabled == "true"
    expect_receipt(phone)
    assert counts() == (1, 1)


def test_without_a_network_nothing_that_was_typed_is_lost(phone: Page, site: str) -> None:
    """In a tunnel: the browser's own error page would take the form's place, and the way back leads past it."""
    phone.goto(site + FORM)
    fill_in(phone)
    phone.context.set_offline(True)
    send(phone)
    expect(phone.get_by_role("alert").filter(has_text="Du har inget nät just nu")).to_be_in_viewport()
    assert counts() == (0, 0)

    phone.context.set_offline(False)
    expect(phone.get_by_text("Du har inget nät just nu")).to_have_count(0)
    send(phone)
    expect_receipt(phone)
    assert counts() == (1, 1)
    assert (only().name, only().message, only().organisation_id) == (NAME, MESSAGE, "1280")


def test_a_browser_that_wrongly_believes_to_be_offline_sends(phone: Page, site: str) -> None:
    phone.add_init_script("Object.defineProperty(navigator, 'onLine', { get: () => false })")
    phone.goto(site + FORM)
    fill_in(phone)
    phone.get_by_role("button", name=SEND).dblclick()
    expect_receipt(phone)
    assert counts() == (1, 1)


@pytest.mark.parametrize("script", [True, False], ids=["with scripts", "without"])
def test_from_the_browsers_own_error_page_a_reload_sends_what_was_typed(
    new_context: NewContext, site: str, script: bool
) -> None:
    """The server is down, or a hotel's network lets nothing through, while the browser believes to be online."""
    page = new_context(viewport=PHONE, java_script_enabled=script).new_page()
    page.goto(site + FORM)
    fill_in(page, script=script)
    page.context.route("**/*", refuse)
    with page.expect_event("requestfailed", lambda request: request.method == "POST"):
        send(page)
    page.wait_for_function("location.protocol === 'chrome-error:'")
    page.context.unroute("**/*", refuse)

    page.reload()
    reference = expect_receipt(page)
    page.go_back()
    page.go_forward()
    assert expect_receipt(page) == reference
    assert counts() == (1, 1)
    assert (only().name, only().message, only().organisation_id) == (NAME, MESSAGE, "1280")
    assert only().captcha_outcome == (CaptchaOutcome.SOLVED if script else CaptchaOutcome.NO_SCRIPT)


def test_an_organisation_typed_without_its_dots_is_chosen(phone: Page, site: str) -> None:
    phone.goto(site + FORM)
    fill_in(phone)
    organisation_field(phone).fill("upplands vasby")
    send(phone)
    expect_receipt(phone)
    assert only().organisation_id == "0114"


def test_without_scripts_the_form_works_and_is_flagged(new_context: NewContext, site: str) -> None:
    page = new_context(viewport=PHONE, java_script_enabled=False).new_page()
    page.goto(site + FORM)
    fill_in(page, script=False)
    send(page)
    expect_receipt(page)
    assert only().captcha_outcome == CaptchaOutcome.NO_SCRIPT
    assert "captcha_no_script" in only().flags


def refuse(route: Route) -> None:
    route.abort()


def test_without_any_static_file_the_form_works(phone: Page, site: str) -> None:
    """F10: neither styles nor scripts arrive."""
    phone.route("**/static/**", refuse)
    phone.goto(site + FORM)
    fill_in(phone, script=False)
    send(phone)
    expect_receipt(phone)
    assert counts() == (1, 1)


# --- The token against forgery ---------------------------------------------------------------------------------------
def test_logging_in_beside_the_open_form_costs_a_friendly_page_and_no_text(
    page: Page, site: str, smtp_server: SmtpServer
) -> None:
    """C08: the log-in in another tab rotates the token that the open form holds."""
    staff = make_staff(with_app=False)
    page.goto(site + FORM)
    fill_in(page)
    log_in(page.context.new_page(), site, staff.email)

    with page.expect_response(lambda response: response.request.method == "POST") as refused:
        send(page)
    assert refused.value.status == 403
    expect(page.get_by_role("heading", level=1)).to_have_text("Formuläret gick inte att ta emot")
    expect(page.get_by_role("link", name="Kontakta oss")).to_be_visible()
    assert counts()[0] == 0

    send_again(page)
    expect_receipt(page)
    assert (only().name, only().message, only().organisation_id) == (NAME, MESSAGE, "1280")


def test_cleared_cookies_cost_a_friendly_page_and_no_text(page: Page, site: str) -> None:
    page.goto(site + FORM)
    fill_in(page)
    page.context.clear_cookies()
    send(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Formuläret gick inte att ta emot")

    send_again(page)
    expect_receipt(page)
    assert (only().message, only().organisation_id) == (MESSAGE, "1280")


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
def test_a_fault_of_ours_costs_a_kind_page_and_no_text(
    new_context: NewContext, site: str, monkeypatch: pytest.MonkeyPatch, *, script: bool
) -> None:
    page = new_context(viewport=PHONE, java_script_enabled=script).new_page()
    page.goto(site + FORM)
    fill_in(page, script=script)
    with monkeypatch.context() as broken:
        broken.setattr(registrations, "register_interest", None)
        send(page)
        expect(page.get_by_role("heading", level=1)).to_have_text("Något gick fel hos oss")
    expect(page.get_by_label("Det du skrev, ruta 2")).to_have_value(MESSAGE)
    if script:
        assert_no_axe_violations(page)
    assert counts() == (0, 0)

    send_again(page)
    expect_receipt(page)
    assert (only().message, only().organisation_id) == (MESSAGE, "1280")


def log_in(page: Page, site: str, email: str) -> None:
    page.goto(f"{site}/konto/login/")
    page.get_by_role("textbox", name="E-postadress").fill(email)
    page.get_by_role("button", name="Skicka").click()
    page.get_by_role("textbox").first.fill(mailed_code())
    page.locator("main form button[type=submit]").first.click()
    expect(page).not_to_have_url(re.compile("/konto/login"))


def send_again(page: Page) -> None:
    """The page of the refusal holds what was typed, and a token that counts."""
    page.get_by_role("button", name="Skicka igen").click()
