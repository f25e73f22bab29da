"""ALTCHA in a browser: a proof of work from this very site, which no failure turns into a closed door.

Case K11 of tests/data/bad_inputs.yaml is here.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, Route, expect

from portal.core.models import CaptchaOutcome
from tests.e2e.visitor import EMAIL, FORM, NAME, PHONE, expect_receipt, fill_in, only, send

NewContext = Callable[..., BrowserContext]


@pytest.fixture
def phone(new_context: NewContext) -> Page:
    return new_context(viewport=PHONE, has_touch=True, is_mobile=True).new_page()


def refuse(route: Route) -> None:
    route.abort()


def test_nothing_of_the_captcha_is_fetched_before_somebody_uses_the_form(phone: Page, site: str) -> None:
    fetched: list[str] = []
    phone.on("request", lambda request: fetched.append(request.url))
    phone.goto(site + FORM, wait_until="networkidle")
    assert not [url for url in fetched if "altcha" in url or "kontroll" in url]

    with phone.expect_response("**/kontroll/interest/"):
        phone.locator("#id_name").focus()
    expect(phone.locator("input[name=altcha]")).not_to_have_value("")


def test_after_an_error_the_proof_is_made_anew_and_counts(phone: Page, site: str) -> None:
    phone.goto(site + FORM)
    fill_in(phone, email="asa lind@kommun.example")
    send(phone)
    expect(phone.locator("[data-error-summary]")).to_be_focused()

    phone.get_by_role("textbox", name="E-postadress").fill(EMAIL)
    send(phone)

    expect_receipt(phone)
    assert (only().captcha_outcome, only().flags) == (CaptchaOutcome.SOLVED, [])


@pytest.mark.parametrize("what", ["**/altcha*.js", "**/kontroll/**"])
def test_a_captcha_that_cannot_be_fetched_does_not_stop_the_form(phone: Page, site: str, what: str) -> None:
    phone.route(what, refuse)
    phone.goto(site + FORM)
    fill_in(phone)
    send(phone)
    expect_receipt(phone)
    assert only().captcha_outcome == CaptchaOutcome.NO_SCRIPT
    assert "captcha_no_script" in only().flags


def test_a_captcha_that_never_finishes_holds_the_form_for_twenty_seconds_at_most(phone: Page, site: str) -> None:
    """Its worker did not arrive: the widget waits for ever, our patience ends."""
    phone.clock.install()
    phone.route("**/altcha-worker*.js", refuse)
    phone.goto(site + FORM)
    fill_in(phone)
    send(phone)
    expect(phone.get_by_role("button", name="Kontrollerar …")).to_be_visible()
    phone.clock.fast_forward(20_000)
    expect_receipt(phone)
    assert only().captcha_outcome == CaptchaOutcome.NO_SCRIPT


def test_sending_half_a_second_after_opening_is_accepted(phone: Page, site: str) -> None:
    """K11: the browser filled everything in by itself; speed alone never blocks a person."""
    phone.goto(site + FORM)
    phone.evaluate(
        """([name, email]) => {
            document.querySelector("#id_name").value = name;
            document.querySelector("#id_email").value = email;
            document.querySelector("#id_organisation").value = "1280";
            document.querySelector("input[name=role]").checked = true;
            document.querySelector("input[name=programmes]").checked = true;
            document.querySelector("form button[type=submit]").click();
        }""",
        [NAME, EMAIL],
    )
    expect_receipt(phone)
    assert (only().captcha_outcome, only().flags) == (CaptchaOutcome.SOLVED, [])
