"""The check and the page of a paper in a browser: axe, narrow screens, the keyboard, no file sent."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.urls import reverse
from playwright.sync_api import BrowserContext, Page, Request, expect
from pytest_django.live_server_helper import LiveServer

from agreements.models import Paper, Version
from agreements.states import PaperState
from agreements.tasks import make_pdf
from tests.agreements.builders import Pair, logged_in, make_pair
from tests.agreements.test_agreeing import approve_both
from tests.services.browser import axe_violations

pytestmark = pytest.mark.e2e

PHONE, DESK, NARROW = 390, 1280, 320
FITS = "document.documentElement.scrollWidth <= document.documentElement.clientWidth"


@pytest.fixture
def room(live: LiveServer, transactional_db: None) -> Pair:
    pair = make_pair()
    pair.write(pair.chair, "fokus", "Skolan")
    approve_both(pair)
    return pair


def judge(page: Page) -> list[str]:
    """What axe says of the page as it stands, and whether anything sticks out."""
    found = []
    for width in (PHONE, DESK):
        page.set_viewport_size({"width": width, "height": 900})
        found += axe_violations(page)
    page.set_viewport_size({"width": NARROW, "height": 800})
    return found if page.evaluate(FITS) else [*found, "sticks out at 320 px"]


def enter(context: BrowserContext, live: LiveServer, pair: Pair) -> None:
    session = logged_in(pair.chair).cookies["session"].value
    context.add_cookies([{"name": "session", "value": session, "url": live.url}])


def test_the_page_of_a_paper_tells_by_itself_when_it_is_made(
    live: LiveServer, room: Pair, context: BrowserContext, page: Page
) -> None:
    enter(context, live, room)
    version = Version.objects.get()
    page.goto(live.url + reverse("agreement_paper", args=[room.agreement.pk, 1]))
    expect(page.locator("[data-paper-status]")).to_contain_text("står i kö")
    assert judge(page) == []

    make_pdf(version.pk)

    expect(page.get_by_role("link", name="Hämta PDF-filen")).to_be_visible(timeout=20_000)
    assert judge(page) == []
    with page.expect_download() as download:
        page.get_by_role("link", name="Hämta PDF-filen").click()
    assert Path(download.value.path()).read_bytes() == bytes(Paper.objects.get().content or b"")


def test_a_paper_that_failed_says_what_to_do(live: LiveServer, room: Pair, context: BrowserContext, page: Page) -> None:
    enter(context, live, room)
    Paper.objects.create(version=Version.objects.get(), state=PaperState.FAILED, attempts=5)
    page.goto(live.url + reverse("agreement_paper", args=[room.agreement.pk, 1]))

    assert judge(page) == []
    page.get_by_role("button", name="Försök igen").click()
    expect(page.locator("[data-paper-status]")).to_contain_text("står i kö")


def test_a_file_is_checked_without_being_sent(live: LiveServer, room: Pair, page: Page, tmp_path: Path) -> None:
    make_pdf(Version.objects.get().pk)
    file = tmp_path / "avtal.pdf"
    file.write_bytes(bytes(Paper.objects.get().content or b""))
    sent: list[bytes] = []
    page.on("request", lambda request: sent.append(_body(request)))

    page.goto(live.url + reverse("agreement_check"))
    assert judge(page) == []
    page.get_by_label("PDF-fil").set_input_files(file)
    expect(page.locator("[data-check-told]")).to_contain_text("Filen skickas inte")
    page.get_by_role("button", name="Kontrollera").click()

    expect(page.get_by_role("heading", name="Ja, filen är äkta")).to_be_visible()
    assert judge(page) == []
    assert not any(b"%PDF" in body for body in sent)


def _body(request: Request) -> bytes:
    return request.post_data_buffer or b""


def test_a_wrong_fingerprint_is_explained(live: LiveServer, transactional_db: None, page: Page) -> None:
    page.goto(live.url + reverse("agreement_check"))
    page.get_by_label("Fingeravtryck").fill("abc")
    page.keyboard.press("Enter")

    expect(page.locator(".error-summary")).to_be_focused()
    assert judge(page) == []
    page.get_by_label("Fingeravtryck").fill("0" * 64)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Nej, vi känner inte igen den")).to_be_visible()
