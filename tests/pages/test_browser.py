"""The pages in a real browser: axe silent, nothing to the side, and the forms by keyboard alone."""

from __future__ import annotations

import uuid
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from portal.core.audit import PERSON
from portal.core.captcha import NO_SCRIPT
from portal.core.forms import Submitted
from portal.pages.actions.content import load_pages
from portal.pages.actions.enquiries import report_barrier, send_message
from portal.pages.actions.feedback import answer_feedback
from portal.pages.forms import FeedbackContent, MessageContent, ReportContent
from portal.pages.models import AccessibilityReport, ContactMessage, FeedbackAnswer, PageKey
from programs.actions.catalogue import load_programmes
from tests.pages.visitors import MESSAGE, REPORT
from tests.services.browser import axe_violations

pytestmark = pytest.mark.e2e

NAMES = [*PageKey.values, "accessibility_report", "accessibility_report_sent"]
PHONE, DESK = 390, 1280


@pytest.fixture
def site(live: LiveServer, transactional_db: None) -> LiveServer:
    load_programmes()
    load_pages()
    return live


def submitted() -> Submitted:
    """A form of its own, sent without JavaScript and full of things to look at."""
    return Submitted(uuid.uuid4(), "digest", NO_SCRIPT, ("captcha_no_script", "personal_number"))


def judge(page: Page) -> list[str]:
    """What axe says of the page as it stands, at the width of a phone and of a desk."""
    found = []
    for width in (PHONE, DESK):
        page.set_viewport_size({"width": width, "height": 900})
        found += axe_violations(page)
    return found


@pytest.mark.parametrize("name", NAMES)
def test_axe_finds_nothing_and_nothing_stands_to_the_side(site: LiveServer, page: Page, name: str) -> None:
    page.goto(site.url + reverse(name))

    assert judge(page) == []
    page.set_viewport_size({"width": 320, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def test_a_message_is_sent_by_keyboard_alone(site: LiveServer, page: Page) -> None:
    page.goto(site.url + reverse("contact"))
    page.locator("#id_name").focus()
    for text in ("Åsa Lind", "fel", "Exempelkommun", "Hej! Vilket program passar mig?"):
        page.keyboard.type(text)
        page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Skicka meddelandet")).to_be_focused()
    page.keyboard.press("Enter")

    expect(page.locator(".error-summary")).to_be_focused(timeout=30_000)
    assert judge(page) == []
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#id_email")).to_be_focused()
    page.keyboard.press("Control+A")
    page.keyboard.type("asa@kommun.example")
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", level=1)).to_have_text("Tack! Vi har tagit emot ditt meddelande", timeout=30_000)
    assert judge(page) == []
    assert ContactMessage.objects.get().captcha_outcome == "solved"


def test_a_report_and_an_answer_need_no_script(site: LiveServer, new_context: Callable[..., BrowserContext]) -> None:
    page = new_context(java_script_enabled=False).new_page()
    page.goto(site.url + reverse("accessibility_report"))
    page.get_by_label("Vad fungerade inte").fill("Knappen syns inte.")
    page.get_by_role("button", name="Skicka rapporten").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Tack! Vi har tagit emot din rapport")

    page.goto(site.url + reverse("mission"))
    page.get_by_role("button", name="Nej").click()
    page.get_by_label("Vad saknade du?").fill("Ett exempel.")
    page.get_by_role("button", name="Skicka svaret").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Tack! Ditt svar hjälper oss")

    assert AccessibilityReport.objects.get().message == "Knappen syns inte."
    assert FeedbackAnswer.objects.get().comment == "Ett exempel."


def test_axe_finds_nothing_on_the_pages_of_admin(
    site: LiveServer, context: BrowserContext, page: Page, staff_client: Client
) -> None:
    message = send_message(MessageContent(**MESSAGE), submitted(), by=PERSON)
    report_barrier(ReportContent(**REPORT), submitted(), by=PERSON)
    answer_feedback(FeedbackContent("mission", helpful=False))
    context.add_cookies([{"name": "session", "value": staff_client.cookies["session"].value, "url": site.url}])

    for model in ("page", "contactmessage", "accessibilityreport", "feedbackanswer", "responsible"):
        page.goto(site.url + reverse(f"admin:pages_{model}_changelist"))
        assert judge(page) == []
    page.goto(site.url + reverse("admin:pages_contactmessage_change", args=[message.pk]))
    assert judge(page) == []
    page.goto(site.url + reverse("admin:pages_page_changelist"))
    page.get_by_role("link", name="Tillgänglighet på Samspel").click()
    page.wait_for_url("**/change/")
    assert judge(page) == []
