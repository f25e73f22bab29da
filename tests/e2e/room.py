"""A pair's room in real browsers: the portal with its sockets in one process, and what the two do there."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from playwright.sync_api import BrowserContext, Locator, Page, Request, expect

from agreements.collaboration.content import section_hash
from agreements.models import Agreement, Document, Member
from agreements.queries.documents import current_content
from dev.services import free_port
from tests.agreements.builders import logged_in
from tests.e2e.visitor import PATIENCE
from tests.services.processes import Program, environment, wait_until
from tests.services.servers import ProductionServer, procfile_command

NewContext = Callable[..., BrowserContext]
# The section that most tests write in, and the one with a list.
FOCUS, MEETINGS = "Fokus på de närmaste åren", "Möten och kontakter"
SAVED = re.compile(r"Sparat \d\d\.\d\d|Allt är sparat")
AWAY = "Du är frånkopplad, allt sparas här tills du är tillbaka"


class PortalServer(ProductionServer):
    """What `make run` starts: pages and sockets in one uvicorn."""

    def __init__(self, database_url: str, folder: Path) -> None:
        self.port = free_port()
        self.url = f"http://localhost:{self.port}"
        own = {"SITE_URL": self.url, "UVICORN_PORT": str(self.port), "UVICORN_HOST": "localhost"}
        Program.__init__(self, procfile_command("web"), folder / "web.log", environment(database_url, **own))


def come_in(new_context: NewContext, site: str, member: Member, **options: object) -> Page:
    """A browser in which that person is logged in, with the room open."""
    page = log_in(new_context(**options), site, member)
    open_room(page, site, member.agreement)
    return page


def log_in(context: BrowserContext, site: str, member: Member) -> Page:
    session = logged_in(member).cookies[settings.SESSION_COOKIE_NAME].value
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": site}])
    return context.new_page()


def open_room(page: Page, site: str, agreement: Agreement) -> None:
    page.goto(f"{site}/overenskommelser/{agreement.pk}/")
    expect(text_of(page)).to_be_visible()


def text_of(page: Page, heading: str = FOCUS) -> Locator:
    """The editor of a section."""
    return page.get_by_role("textbox", name=heading, exact=True)


def section_of(page: Page, heading: str = FOCUS) -> Locator:
    return page.get_by_role("region", name=heading, exact=True)


def agree(page: Page, heading: str = FOCUS) -> Locator:
    return page.get_by_role("button", name=f"Jag är överens: {heading}")


def expect_marked(page: Page, name: str = "Åsa Lind", heading: str = FOCUS) -> None:
    expect(section_of(page, heading)).to_contain_text(f"{name} är överens")


def posts_by(page: Page) -> list[str]:
    """What is posted from now on, by its address below the agreement's."""
    sent: list[str] = []

    def note(request: Request) -> None:
        if request.method == "POST":
            sent.append(request.url.rsplit("/overenskommelser/", 1)[-1].partition("/")[2])

    page.on("request", note)
    return sent


def save_state(page: Page) -> Locator:
    return page.locator("[data-save-state]")


def expect_saved(page: Page) -> None:
    expect(save_state(page)).to_have_text(SAVED)


def words(page: Page, heading: str = FOCUS) -> str:
    """What a section says, without the names at the others' carets."""
    said = text_of(page, heading).evaluate(
        "editor => { const copy = editor.cloneNode(true);"
        " copy.querySelectorAll('.caret').forEach(caret => caret.remove()); return copy.textContent; }"
    )
    return str(said)


def expect_equal(one: Page, other: Page, heading: str = FOCUS) -> str:
    """Both have the same words before them, soon after each saved its own."""
    expect_saved(one)
    expect_saved(other)
    wait_until(lambda: words(one, heading) == words(other, heading), "both see the same", timeout=PATIENCE / 1000)
    return words(one, heading)


def expect_known(page: Page, document: Document, heading: str = FOCUS) -> None:
    """What stands beside the text is of the text as the server has it: a mark that is made now is of all its words."""
    content, _seq = current_content(document)
    written = next(section_hash(section) for section in content.sections if section.heading == heading)
    expect(section_of(page, heading).locator("input[name=hash]")).to_have_value(written)
