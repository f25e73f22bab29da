"""The watch that fails the other browser tests notices what it should, under our strict policy."""

from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer

from tests.services.browser import BrowserWatch, axe_violations


def test_axe_runs_under_our_policy_and_finds(page: Page, live: LiveServer) -> None:
    page.goto(f"{live.url}/halsa/live")
    page.evaluate("document.body.append(document.createElement('img'))")
    assert any(line.startswith("image-alt:") for line in axe_violations(page))


def test_the_watch_sees_inline_scripts_strangers_and_errors(
    page: Page, live: LiveServer, browser_watch: BrowserWatch
) -> None:
    page.goto(f"{live.url}/tillganglighet/")
    page.evaluate(
        """() => {
            const inline = document.createElement("script");
            inline.textContent = "1";
            const stranger = document.createElement("img");
            stranger.src = "http://stranger.invalid/x.png";
            document.body.append(inline, stranger);
            setTimeout(() => { throw new Error("broken"); });
        }"""
    )
    page.wait_for_timeout(200)
    assert len(browser_watch.csp_violations) == 2
    assert browser_watch.foreign_requests == ["http://stranger.invalid/x.png"]
    assert browser_watch.script_errors == ["broken"]
    browser_watch.forget()
