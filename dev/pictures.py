"""Take the pictures of the README from a running `make run`: `python -m dev.pictures [address] [names]`.

It does in a browser what a visitor, a pair and a member of staff do: registers interest, waits for the mail, writes in
an agreement, watches a film, logs in with the codes that the demo shows, and keeps each picture small.
"""

import io
import re
import sys
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, expect, sync_playwright

from dev.steps import ROOT, step

FOLDER = ROOT / "docs" / "pictures"
CHROMIUM = "/usr/bin/chromium"
PHONE = {"width": 390, "height": 844}
COMPUTER = {"width": 1280, "height": 800}
COLOURS = 96
CODE = re.compile(r"\b[A-Z0-9]{4}-[A-Z0-9]{4}\b")
# The made-up pair that writes (portal/demo/data/agreements.toml), and where.
PAIR = ("vera.demolind@demo-2080.example", "karim.demoberg@demo-2080.example")
HEADING = "Fokus på de närmaste åren"
# The made-up cohort that takes applications, and somebody who takes part in another (portal/demo/cohorts.py).
COHORT = "Demoprogrammet (påhittat) 2027"
PARTICIPANT = "deltagare@samspel.example"


def main() -> None:
    site = sys.argv[1].rstrip("/") if len(sys.argv) > 1 else "http://localhost:8000"
    FOLDER.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        wanted = sys.argv[2:]
        for take in (start, form_and_receipt, admin, agreement, participant, film):
            if wanted and take.__name__ not in wanted:
                continue
            with step(take.__name__.replace("_", " ")):
                take(browser, site)
        browser.close()


def start(browser: Browser, site: str) -> None:
    page = _page(browser, COMPUTER)
    page.goto(site, wait_until="networkidle")
    _keep(page, "start-1280")


def form_and_receipt(browser: Browser, site: str) -> None:
    page = _page(browser, PHONE)
    page.goto(f"{site}/program/intresse/?program=toppolitikerprogrammet")
    page.locator("#id_name").fill("Åsa Exempel")
    page.locator("#id_email").fill("asa.exempel@kommun.example")
    field = page.get_by_role("combobox", name="Kommun eller region")
    expect(page.locator("input#id_organisation")).to_be_visible()
    field.press_sequentially("malm")
    expect(page.get_by_role("option").first).to_be_visible()
    page.locator(".field", has=page.locator("#id_name")).evaluate("field => field.scrollIntoView()")
    _keep(page, "form-390")
    page.get_by_role("option").first.click()
    page.locator("#id_role_0").check()
    page.get_by_role("button", name="Skicka intresseanmälan").click()
    expect(page.locator("[data-mail-status] .notice--success")).to_be_visible(timeout=30_000)
    page.evaluate("scrollTo(0, 0)")
    _keep(page, "receipt-390")


def admin(browser: Browser, site: str) -> None:
    page = _page(browser, COMPUTER)
    page.goto(f"{site}/demo/")
    staff = page.locator("[data-totp]").first.get_attribute("data-totp") or ""
    page.goto(f"{site}/admin/")
    _log_in(page, browser, site, staff)
    demo = _page(browser, COMPUTER)
    demo.goto(f"{site}/demo/")
    page.locator("input[name=code]").fill(demo.locator(f"[data-totp='{staff}']").inner_text())
    page.locator("main button[type=submit]").first.click()
    page.wait_for_url("**/admin/")
    page.goto(f"{site}/admin/programs/interestregistration/", wait_until="networkidle")
    _keep(page, "admin-1280")
    page.goto(f"{site}/admin/programs/cohort/", wait_until="networkidle")
    page.locator("#result_list tr", has_text=COHORT).get_by_role("link").first.click()
    page.wait_for_url("**/arbetsyta/")
    _keep(page, "workspace-1280")


def agreement(browser: Browser, site: str) -> None:
    """The made-up pair that writes, each in a browser of their own, at the same heading."""
    chair, chief = _page(browser, COMPUTER), _page(browser, PHONE)
    for page, address in zip((chair, chief), PAIR, strict=True):
        page.goto(f"{site}/overenskommelser/")
        _log_in(page, browser, site, address)
        page.get_by_role("link", name="Gemensam överenskommelse").click()
        page.get_by_role("textbox", name=HEADING, exact=True).click()
        page.keyboard.press("Control+End")
    expect(chair.locator(".caret__name")).to_be_visible()
    expect(chief.locator("[data-save-state]")).to_contain_text("sparat")
    for page, name in ((chair, "agreement-1280"), (chief, "agreement-390")):
        page.locator("section", has=page.get_by_role("textbox", name=HEADING, exact=True)).evaluate(
            "section => scrollTo(0, section.getBoundingClientRect().top + scrollY - 90)"
        )
        page.wait_for_timeout(500)
        _keep(page, name)


def participant(browser: Browser, site: str) -> None:
    page = _page(browser, PHONE)
    page.goto(f"{site}/mina-sidor/")
    _log_in(page, browser, site, PARTICIPANT)
    page.goto(f"{site}/mina-sidor/", wait_until="networkidle")
    page.get_by_role("main").locator("a[href*='/mina-sidor/']").first.click()
    page.get_by_role("heading", level=1).evaluate("heading => heading.scrollIntoView()")
    _keep(page, "participant-390")


def film(browser: Browser, site: str) -> None:
    page = _page(browser, COMPUTER)
    page.goto(f"{site}/film-och-podd/uppdraget-som-kso-och-rso/", wait_until="networkidle")
    page.locator("video").evaluate("player => scrollTo(0, player.getBoundingClientRect().top + scrollY - 250)")
    _keep(page, "film-1280")


def _log_in(page: Page, browser: Browser, site: str, address: str) -> None:
    """On the page that asks for the address; the code comes by mail."""
    page.get_by_role("textbox", name="E-postadress").fill(address)
    page.get_by_role("button", name="Skicka kod").click()
    page.locator("input[name=code]").fill(_mailed_code(_page(browser, COMPUTER), site, address))
    page.get_by_role("button", name="Logga in").click()


def _mailed_code(page: Page, site: str, staff: str) -> str:
    """The code in the newest mail to that address, as soon as it has arrived in the demo's mailbox."""
    for _attempt in range(60):
        page.goto(f"{site}/demo/brevlada/")
        newest = page.locator("main .card").filter(has_text=staff).first
        if newest.count():
            newest.get_by_role("link").click()
            if found := CODE.search(page.get_by_role("main").inner_text()):
                return found.group()
        page.wait_for_timeout(500)
    raise TimeoutError("no mail with a code arrived in the demo's mailbox")


def _page(browser: Browser, size: dict[str, int]) -> Page:
    context = browser.new_context(
        viewport={"width": size["width"], "height": size["height"]},
        locale="sv-SE",
        timezone_id="Europe/Stockholm",
        reduced_motion="reduce",
    )
    return context.new_page()


def _keep(page: Page, name: str) -> None:
    """The window as it stands, with so few colours that the file stays small."""
    picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    path: Path = FOLDER / f"{name}.png"
    picture.quantize(COLOURS, dither=Image.Dither.NONE).save(path, optimize=True)


if __name__ == "__main__":
    main()
