"""reCAPTCHA, against a Google of our own: asked only after consent, and unable to cost a registration."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from playwright.sync_api import BrowserContext, Page, expect
from pytest_django import Settings

from portal.core.models import CaptchaOutcome
from tests.e2e.google import Answer, Google
from tests.e2e.visitor import EMAIL, FORM, MESSAGE, PHONE, expect_receipt, fill_in, only, send
from tests.programs.interest import BASE, errors, load_reference_rows, register
from tests.services.browser import axe_violations
from tests.services.servers import ProductionServer

NewContext = Callable[..., BrowserContext]
SHOW = "Visa kontrollen"


@pytest.fixture
def google(tmp_path: Path) -> Iterator[Google]:
    """A started Google that says yes."""
    server = Google(tmp_path)
    server.start()
    yield server
    server.stop()


# --- What siteverify answers ------------------------------------------------------------------------------------------
@pytest.fixture
def visitor(google: Google, settings: Settings, monkeypatch: pytest.MonkeyPatch, db: None) -> Client:
    """A visitor without a browser, whose posts are verified by our Google."""
    for name in ("CAPTCHA_PROVIDER", "RECAPTCHA_PUBLIC_KEY", "RECAPTCHA_PRIVATE_KEY", "RECAPTCHA_DOMAIN"):
        setattr(settings, name, google.environment[name])
    settings.RECAPTCHA_VERIFY_REQUEST_TIMEOUT = 0.5
    monkeypatch.setenv("SSL_CERT_FILE", str(google.certificate))
    load_reference_rows()
    return Client()


def test_a_confirmed_answer_registers_and_tells_google_no_address(visitor: Client, google: Google) -> None:
    assert register(visitor, **{"g-recaptcha-response": "ticked"}).status_code == 303

    assert (only().captcha_outcome, only().flags) == (CaptchaOutcome.SOLVED, [])
    assert google.verified == [{"secret": "secret-key", "response": "ticked", "remoteip": ""}]


def test_a_refused_answer_is_an_error_at_the_field_and_keeps_the_text(visitor: Client, google: Google) -> None:
    google.answer = Answer.FAILURE

    response = register(visitor, **{"g-recaptcha-response": "made up"})

    assert response.status_code == 422
    assert list(errors(response).values()) == ["Fel: Google kunde inte bekräfta att du är en människa. Försök igen."]
    assert BASE["message"] in BeautifulSoup(response.content, "html.parser").select_one("#id_message").text  # type: ignore[union-attr]  # the field is there


@pytest.mark.parametrize("answer", [Answer.SILENCE, Answer.NONSENSE, Answer.OTHER_JSON, Answer.ERROR])
def test_a_google_that_fails_costs_no_registration(visitor: Client, google: Google, answer: Answer) -> None:
    google.answer = answer

    assert register(visitor, **{"g-recaptcha-response": "ticked"}).status_code == 303

    assert google.verified
    assert only().captcha_outcome == CaptchaOutcome.UNAVAILABLE
    assert "captcha_unavailable" in only().flags


def test_a_google_that_refuses_connections_costs_no_registration(visitor: Client, google: Google) -> None:
    google.stop()

    assert register(visitor, **{"g-recaptcha-response": "ticked"}).status_code == 303

    assert "captcha_unavailable" in only().flags


def test_one_answer_counts_once(visitor: Client, google: Google) -> None:
    register(visitor, **{"g-recaptcha-response": "ticked"})

    again = register(visitor, email="bo@kommun.example", **{"g-recaptcha-response": "ticked"})

    assert (again.status_code, len(errors(again))) == (422, 1)
    assert only().email == BASE["email"]


# --- In the browser --------------------------------------------------------------------------------------------------
@pytest.fixture
def form(
    new_context: NewContext,
    google: Google,
    reference_rows: None,
    production_server: Callable[..., ProductionServer],
) -> Page:
    """The filled-in form of a production server with Google's keys."""
    server = production_server(**google.environment)
    page = new_context(viewport=PHONE, ignore_https_errors=True).new_page()
    page.goto(server.url + FORM)
    fill_in(page)
    return page


def test_google_is_asked_after_the_button_and_its_no_keeps_the_text(form: Page, google: Google) -> None:
    assert axe_violations(form) == []
    assert google.asked == []
    google.answer = Answer.FAILURE
    agree_and_tick(form)
    assert google.asked == ["/recaptcha/api.js?hl=sv"]
    send(form)

    expect(form.locator("[data-error-summary]")).to_contain_text("Google kunde inte bekräfta")
    expect(form.get_by_role("textbox", name="Meddelande")).to_have_value(MESSAGE)
    assert axe_violations(form) == []

    google.answer = Answer.SUCCESS
    agree_and_tick(form)
    send(form)
    expect_receipt(form)
    assert (only().email, only().captcha_outcome, only().flags) == (EMAIL, CaptchaOutcome.SOLVED, [])


def agree_and_tick(page: Page) -> None:
    page.get_by_role("button", name=SHOW).click()
    page.get_by_role("checkbox", name="Jag ar inte en robot").check()


def test_who_cannot_reach_google_can_send_the_form_anyway(form: Page, google: Google) -> None:
    google.stop()
    form.get_by_role("button", name=SHOW).click()
    expect(form.get_by_role("status").filter(has_text="Du kan skicka formuläret ändå")).to_be_visible()

    send(form)

    expect_receipt(form)
    assert only().captcha_outcome == CaptchaOutcome.NO_SCRIPT
    assert "captcha_no_script" in only().flags
    assert google.asked == []
