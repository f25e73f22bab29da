"""Long films ordered in a real browser: the form, the mail from a real mail server, the link, play, seek, renew."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from django.test import Client
from django.utils import timezone
from playwright.sync_api import BrowserContext, Locator, Page, expect

from media_catalog.actions.orders import withdraw_order
from media_catalog.models import MediaItem, Order, OrderLink
from portal.core import audit
from portal.core.models import OutgoingMail
from tests.accounts.people import log_in, make_staff
from tests.admin.test_browser import inspect
from tests.e2e.test_accessibility import problems
from tests.e2e.visitor import DESKTOP, EMAIL, NAME, PHONE, choose_organisation, expect_receipt
from tests.media_catalog.ordering import FILE, LINK, link_in, make_film, newest_mail, ordered
from tests.media_catalog.test_orders import tallied
from tests.services.browser import axe_violations
from tests.services.servers import CeleryWorker
from tests.services.smtp import ReceivedMail, SmtpServer

NewContext = Callable[..., BrowserContext]
FORM = "/film-och-podd/bestall/"


@pytest.fixture
def films(reference_rows: None) -> list[MediaItem]:
    return [make_film(1), make_film(2)]


@pytest.fixture
def phone(new_context: NewContext) -> Page:
    return new_context(viewport=PHONE, has_touch=True, is_mobile=True).new_page()


def fill_in(page: Page, *, films: tuple[int, ...] = (1, 2), script: bool = True) -> None:
    for number in films:
        page.get_by_role("checkbox", name=f"Att styra tillsammans {number}").check()
    page.get_by_role("textbox", name="Namn").fill(NAME)
    page.get_by_role("textbox", name="E-postadress").fill(EMAIL)
    if script:
        choose_organisation(page)
    page.get_by_role("textbox", name="Vad ska filmerna användas till?").fill("Vi ser den i styrelsen.")


def send(page: Page) -> None:
    page.get_by_role("button", name="Beställ", exact=True).click()


def own_link(mail: ReceivedMail) -> str:
    found = LINK.search(mail.text)
    assert found is not None
    assert found[0] in mail.html
    return found[0]


def position(video: Locator) -> float:
    return float(video.evaluate("video => video.currentTime"))


# --- The journey -----------------------------------------------------------------------------------------------------
def test_from_the_form_to_the_films_and_to_a_new_link(
    phone: Page, site: str, films: list[MediaItem], smtp_server: SmtpServer, celery_worker_process: CeleryWorker
) -> None:
    phone.goto(f"{site}{FORM}")
    fill_in(phone)
    send(phone)
    reference = expect_receipt(phone, "Tack! Din länk är på väg")
    assert Order.objects.get().reference == reference
    expect(phone.locator("[data-mail-status]")).to_contain_text("skickad och mottagen av e-postservern kl.")

    (mail,) = smtp_server.wait_for(1)
    assert mail.recipients == (EMAIL,)
    link = own_link(mail)
    look_as_a_scanner(link)
    phone.goto(link)
    expect(phone.get_by_role("heading", level=1)).to_have_text("Dina filmer")
    expect(phone.locator("video")).to_have_count(2)
    play_and_seek(phone)

    OrderLink.objects.update(expires_at=timezone.now() - timedelta(days=1), created_at=timezone.now() - timedelta(31))
    phone.reload()
    expect(phone.get_by_role("heading", level=1)).to_have_text("Länken har gått ut")
    phone.get_by_role("button", name="Skicka en ny länk").click()
    expect(phone.get_by_role("main")).to_contain_text("En ny länk är på väg")
    renewed = smtp_server.wait_for(2)[1]
    assert renewed.recipients == (EMAIL,)
    assert own_link(renewed) != link
    phone.goto(own_link(renewed))
    expect(phone.locator("video")).to_have_count(2)
    # What is sent is in the mailbox and nowhere else.
    assert set(OutgoingMail.objects.values_list("text_body", flat=True)) == {""}
    assert tallied() == {("film-1", "kommun"): 1, ("film-2", "kommun"): 1}


def look_as_a_scanner(link: str) -> None:
    """A mail program's scanner opens the link twice and asks for the film. Nothing changes by that."""
    before = (OutgoingMail.objects.count(), OrderLink.objects.count())
    with httpx.Client(follow_redirects=True) as client:
        for _look in range(2):
            assert client.head(link).status_code == client.get(link).status_code == 200
    assert (OutgoingMail.objects.count(), OrderLink.objects.count()) == before


def play_and_seek(page: Page) -> None:
    """By keyboard: play, captions, and a jump to where the server has sent nothing yet."""
    video = page.locator("video").first
    assert video.evaluate("video => video.autoplay || !video.paused") is False
    video.evaluate("video => { video.muted = true; }")
    video.focus()
    page.keyboard.press("Space")
    page.wait_for_function("() => document.querySelector('video').currentTime > 0.3")
    captions = page.get_by_role("button", name="Undertexter").first
    captions.focus()
    page.keyboard.press("Enter")
    expect(captions).to_have_attribute("aria-pressed", "true")
    page.wait_for_function("() => document.querySelector('video').textTracks[0].activeCues.length === 1")
    video.evaluate("video => { video.currentTime = 30; }")
    page.wait_for_function(
        "() => { const v = document.querySelector('video'); return !v.seeking && v.currentTime >= 30; }"
    )


def test_the_browser_asks_for_parts_of_the_film(phone: Page, site: str, films: list[MediaItem]) -> None:
    phone.goto(f"{site}{FORM}?film=film-1")
    expect(phone.get_by_role("checkbox", name="Att styra tillsammans 1")).to_be_checked()
    fill_in(phone, films=())
    send(phone)
    expect_receipt(phone, "Tack! Din länk är på väg")
    statuses: list[int] = []
    phone.on("response", lambda response: statuses.append(response.status) if "/film/" in response.url else None)
    phone.goto(site + link_in(newest_mail()))
    phone.wait_for_function("() => document.querySelector('video').readyState >= 1")
    assert set(statuses) <= {200, 206}
    assert 206 in statuses


def test_without_script_all_of_it_works(new_context: NewContext, site: str, films: list[MediaItem]) -> None:
    page = new_context(java_script_enabled=False, viewport=PHONE, accept_downloads=True).new_page()
    page.goto(f"{site}{FORM}")
    fill_in(page, films=(2,), script=False)
    page.get_by_role("combobox", name="Kommun eller region").select_option("09")
    send(page)
    expect_receipt(page, "Tack! Din länk är på väg")
    page.goto(site + link_in(newest_mail()))
    with page.expect_download() as download:
        page.get_by_role("link", name="Ladda ner ”Att styra tillsammans 2”").click()
    assert download.value.suggested_filename == "film-2.mp4"
    assert Path(download.value.path()).read_bytes() == FILE.read_bytes()
    page.get_by_role("button", name="Skicka en ny länk").click()
    expect(page.get_by_role("main")).to_contain_text("En länk är redan på väg")


def test_an_error_is_told_and_what_was_typed_stays(phone: Page, site: str, films: list[MediaItem]) -> None:
    phone.goto(f"{site}{FORM}")
    phone.get_by_role("textbox", name="Namn").fill(NAME)
    phone.get_by_role("textbox", name="E-postadress").fill("asa")
    send(phone)
    expect(phone).to_have_title(re.compile("^Fel:"))
    expect(phone.locator(".error-summary")).to_be_focused()
    expect(phone.get_by_role("textbox", name="Namn")).to_have_value(NAME)
    assert Order.objects.count() == 0


# --- Accessibility ---------------------------------------------------------------------------------------------------
def test_every_page_of_an_order_is_accessible(new_context: NewContext, site: str, films: list[MediaItem]) -> None:
    page = new_context(viewport=DESKTOP, reduced_motion="reduce").new_page()
    found = {}

    def look(name: str, path: str = "") -> None:
        if path:
            page.goto(site + path)
        found[name] = problems(page)

    look("form", FORM)
    send(page)
    expect(page.locator(".error-summary")).to_be_visible()
    look("form with errors")
    page.goto(site + FORM)
    fill_in(page)
    send(page)
    expect_receipt(page, "Tack! Din länk är på väg")
    look("receipt")
    link = link_in(newest_mail())
    look("films", link)
    OrderLink.objects.update(expires_at=timezone.now())
    look("expired", link)
    page.get_by_role("button", name="Skicka en ny länk").click()
    look("renewed")
    withdraw_order(Order.objects.get(), by=audit.SYSTEM)
    look("withdrawn", link)
    look("process leading", "/processledning/")
    look("mentor", "/mentorprogram/")
    assert {name: lines for name, lines in found.items() if lines} == {}


# --- Staff -----------------------------------------------------------------------------------------------------------
@pytest.fixture
def staff(new_context: NewContext, site: str, client: Client) -> Page:
    log_in(client, make_staff())
    context = new_context(color_scheme="light", viewport=DESKTOP, reduced_motion="reduce")
    context.add_cookies([{"name": "session", "value": client.cookies["session"].value, "url": site}])
    return context.new_page()


def test_staff_reads_the_statistics_and_sends_a_link_again(staff: Page, site: str, films: list[MediaItem]) -> None:
    staff.goto(f"{site}{FORM}")
    fill_in(staff)
    send(staff)
    expect_receipt(staff, "Tack! Din länk är på väg")
    staff.goto(f"{site}/admin/media_catalog/order/")
    staff.get_by_role("link", name=NAME).click()
    staff.get_by_role("link", name="Skicka en ny länk").click()
    staff.get_by_role("button", name="Skicka en ny länk").click()
    expect(staff.locator("body")).to_contain_text("En ny länk är på väg.")
    staff.goto(f"{site}/admin/media_catalog/order/statistik/")
    expect(staff.locator("figure.plot")).to_have_count(3)
    staff.locator("figure.plot summary").first.click()
    expect(staff.locator("figure.plot table").first).to_contain_text("Att styra tillsammans 1")
    assert axe_violations(staff) == []


def test_staff_pages_of_orders_are_accessible(staff: Page, site: str, films: list[MediaItem], client: Client) -> None:
    ordered(client)
    pk = Order.objects.get().pk
    pages = ["", f"{pk}/change/", f"{pk}/gor/aterkalla/", "statistik/", "statistik/?period=allt"]
    assert [line for path in pages for line in inspect(staff, f"{site}/admin/media_catalog/order/{path}")] == []


def test_an_upload_tells_how_far_it_has_come(staff: Page, site: str, films: list[MediaItem], tmp_path: Path) -> None:
    staff.goto(f"{site}/admin/media_catalog/film/{films[0].pk}/change/")
    slow = staff.context.new_cdp_session(staff)
    slow.send("Network.enable")
    slow.send(
        "Network.emulateNetworkConditions",
        {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": 100_000},
    )
    staff.locator("input[name=new_file]").set_input_files(FILE)
    staff.get_by_role("button", name="Spara och fortsätt redigera").click()
    expect(staff.get_by_role("progressbar", name="Uppladdning")).to_be_visible()
    expect(staff.get_by_role("status")).to_contain_text("procent")
    expect(staff.locator(".messagelist")).to_contain_text("Ändrade film")
    assert MediaItem.objects.get(pk=films[0].pk).file_id != films[0].file_id


def test_a_wrong_file_is_refused_and_the_old_one_stays(
    staff: Page, site: str, films: list[MediaItem], tmp_path: Path
) -> None:
    renamed = tmp_path / "film.mp4"
    renamed.write_bytes(b"MZ\x90\x00" + b"\0" * 5000)
    staff.goto(f"{site}/admin/media_catalog/film/{films[0].pk}/change/")
    staff.locator("input[name=new_file]").set_input_files(renamed)
    staff.get_by_role("button", name="Spara och fortsätt redigera").click()
    expect(staff.locator("body")).to_contain_text("Filen heter .mp4 men innehåller något annat.")
    assert MediaItem.objects.get(pk=films[0].pk).file_id == films[0].file_id
