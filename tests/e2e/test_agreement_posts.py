"""What is posted beside the text goes one after the other, and no older answer takes the place of a newer one."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import APIResponse, Locator, Page, Route, expect

from agreements.models import Comment, Member, SectionMark
from tests.agreements.builders import Pair
from tests.e2e.room import (
    FOCUS,
    MEETINGS,
    NewContext,
    PortalServer,
    agree,
    come_in,
    expect_marked,
    expect_saved,
    posts_by,
    section_of,
    text_of,
)
from tests.e2e.visitor import DESKTOP, PATIENCE
from tests.services.processes import wait_until

MARK_FOCUS, MARK_MEETINGS = "markera/fokus/", "markera/moten/"
ROOM = re.compile(r"/overenskommelser/[0-9a-f-]+/$")
# Notes each time the button is there that gives a mark which was given already.
WATCH_FOR = """name => {
  window.wasThere = 0;
  const look = () => {
    window.wasThere += [...document.querySelectorAll("button")].some(one => one.textContent === name);
  };
  new MutationObserver(look).observe(document.getElementById("agreement"), { childList: true, subtree: true });
}"""


@pytest.fixture
def chair(new_context: NewContext, server: PortalServer, pair: Pair) -> Page:
    return open_as(new_context, server, pair.chair)


@pytest.fixture
def chief(new_context: NewContext, server: PortalServer, pair: Pair) -> Page:
    return open_as(new_context, server, pair.chief)


def open_as(new_context: NewContext, server: PortalServer, member: Member) -> Page:
    page = come_in(new_context, server.url, member, viewport=DESKTOP)
    expect_saved(page)
    return page


class Held:
    """The first request to an address is kept until it is let go; later ones pass.

    A page is answered by the server at once, so that what comes late is as old as its request.
    """

    def __init__(self, page: Page, address: str | re.Pattern[str]) -> None:
        self.page = page
        self.requests = 0
        self._route: Route | None = None
        self._answer: APIResponse | None = None
        page.route(address, self._hold)

    def _hold(self, route: Route) -> None:
        self.requests += 1
        if self.requests > 1:
            route.continue_()
            return
        self._route = route
        if route.request.method == "GET":
            self._answer = route.fetch()

    def expect_one(self) -> None:
        # Playwright hears of requests only while it waits for the page.
        wait_until(lambda: bool(self.page.evaluate("1")) and self._is_held, "a request is held")

    @property
    def _is_held(self) -> bool:
        return self._route is not None and (self._route.request.method == "POST" or self._answer is not None)

    def let_go(self) -> None:
        assert self._route is not None
        if self._answer is None:
            self._route.continue_()
        else:
            self._route.fulfill(response=self._answer)

    def fail(self) -> None:
        assert self._route is not None
        self._route.abort()


def press_and_hold(page: Page) -> Held:
    """A mark that was pressed, and does not reach the server before it is let go."""
    mark = Held(page, f"**/{MARK_FOCUS}")
    agree(page).click()
    mark.expect_one()
    return mark


def expect_busy(button: Locator) -> None:
    for state in ("aria-busy", "aria-disabled"):
        expect(button).to_have_attribute(state, "true")


def take_back(page: Page, heading: str = FOCUS) -> Locator:
    return page.get_by_role("button", name=f"Ta tillbaka: {heading}")


# --- One after the other ---------------------------------------------------------------------------------------------
def test_a_second_mark_waits_for_the_first_and_both_are_given(chair: Page) -> None:
    posts = posts_by(chair)
    first = press_and_hold(chair)
    agree(chair, MEETINGS).click()
    for heading in (FOCUS, MEETINGS):
        expect_busy(agree(chair, heading))
        # Neither is sent twice.
        agree(chair, heading).click(force=True)
    assert posts == [MARK_FOCUS]

    first.let_go()
    for heading in (FOCUS, MEETINGS):
        expect_marked(chair, heading=heading)
        expect(take_back(chair, heading)).not_to_have_attribute("aria-busy", "true")
    assert posts == [MARK_FOCUS, MARK_MEETINGS]
    assert SectionMark.objects.count() == 2


def test_a_post_that_fails_holds_nobody_up(chair: Page) -> None:
    first = press_and_hold(chair)
    agree(chair, MEETINGS).click()

    first.fail()
    expect_marked(chair, heading=MEETINGS)
    expect(agree(chair)).not_to_have_attribute("aria-busy", "true")
    agree(chair).click()
    expect_marked(chair)
    assert SectionMark.objects.count() == 2


def test_another_answer_leaves_what_waits_and_what_is_being_written_as_it_is(chair: Page) -> None:
    """Three forms of one part: one under way, one behind it, one that somebody writes in."""
    section = section_of(chair)
    section.get_by_text(f"Kommentera {FOCUS}").click()
    for text in ("Ett.", "Två."):
        write_comment(section.locator("form[data-comment-form]"), text)
        expect(section.locator("[data-thread]").filter(has_text=text)).to_be_visible()
    one, two = (section.locator("[data-thread]").filter(has_text=text) for text in ("Ett.", "Två."))
    for thread in (one, two):
        thread.get_by_text(re.compile("^Svara på kommentar")).click()
    posts = posts_by(chair)
    first = Held(chair, "**/svar/")
    write_comment(one.locator("form:has(textarea)"), "Svar ett.")
    first.expect_one()
    two.get_by_role("button", name=re.compile("^Markera kommentar")).click()
    two.get_by_role("textbox").press_sequentially("Svar t")
    # What is on its way cannot be written on: it would be lost with the answer.
    expect(one.get_by_role("textbox")).not_to_be_editable()
    second = Held(chair, "**/klar/")

    first.let_go()
    expect(one).to_contain_text("Svar ett.")
    second.expect_one()
    expect_busy(two.get_by_role("button", name=re.compile("^Markera kommentar")))
    expect(two.get_by_role("textbox")).to_be_focused()
    chair.keyboard.type("vå.")
    second.let_go()
    expect(two).to_contain_text("Klar enligt Åsa Lind.")
    expect(two.get_by_role("textbox")).to_have_value("Svar två.")
    two.get_by_role("button", name="Skicka kommentaren").click()
    expect(two.locator("p", has_text="Svar två.")).to_be_visible()
    assert [address.rsplit("/", 2)[1] for address in posts] == ["svar", "klar", "svar"]
    assert Comment.objects.count() == 4


def write_comment(form: Locator, text: str) -> None:
    form.get_by_role("textbox").fill(text)
    form.get_by_role("button", name="Skicka kommentaren").click()


def test_who_goes_on_writing_after_a_press_stays_in_the_text(chair: Page) -> None:
    mark = press_and_hold(chair)
    text_of(chair, MEETINGS).click()
    mark.let_go()
    expect_marked(chair)
    expect(text_of(chair, MEETINGS)).to_be_focused()


def test_the_page_asks_before_it_is_left_while_something_is_on_its_way(chair: Page) -> None:
    mark = press_and_hold(chair)
    with chair.expect_event("dialog") as asked:
        chair.close(run_before_unload=True)
    assert asked.value.type == "beforeunload"
    asked.value.dismiss()
    mark.let_go()
    expect_marked(chair)


# --- Newer and older -------------------------------------------------------------------------------------------------
def test_an_older_page_never_takes_the_place_of_a_newer_answer(chair: Page, chief: Page) -> None:
    older = Held(chair, ROOM)
    agree(chief, MEETINGS).click()
    older.expect_one()
    agree(chair).click()
    expect_marked(chair)
    expect_marked(chair, "Björn Ek", MEETINGS)

    chair.evaluate(WATCH_FOR, f"Jag är överens: {FOCUS}")
    older.let_go()
    # What happens next is seen, after whatever the older page would have done.
    agree(chief).click()
    expect(section_of(chair)).to_contain_text("Ni är överens om den här rubriken.")
    assert chair.evaluate("window.wasThere") == 0


def test_what_happens_while_the_page_is_fetched_is_fetched_after_it(chair: Page, chief: Page) -> None:
    news = news_to(chair)
    older = Held(chair, ROOM)
    agree(chief).click()
    older.expect_one()
    heard = len(news)
    agree(chief, MEETINGS).click()
    wait_until(lambda: bool(chair.evaluate("1")) and len(news) > heard, "the second mark is told")
    # Longer than news are gathered.
    chair.evaluate("() => new Promise(done => setTimeout(done, 400))")
    assert older.requests == 1

    older.let_go()
    expect_marked(chair, "Björn Ek")
    expect_marked(chair, "Björn Ek", MEETINGS)


def news_to(page: Page) -> list[bytes]:
    """What the page is told from now on of what stands beside the text."""
    news: list[bytes] = []

    def note(frame: bytes | str) -> None:
        if isinstance(frame, bytes) and b'"changed"' in frame:
            news.append(frame)

    page.on("websocket", lambda socket: socket.on("framereceived", note))
    page.reload()
    expect_saved(page)
    return news


def test_what_could_not_be_fetched_is_fetched_again(chair: Page, chief: Page) -> None:
    chair.route(ROOM, lambda route: route.fulfill(status=503), times=2)
    agree(chief).click()
    expect_marked(chair, "Björn Ek")


def test_who_types_without_a_pause_hears_what_happens_beside_the_text(chair: Page, chief: Page) -> None:
    marked = section_of(chair, MEETINGS).get_by_text("Björn Ek är överens")
    text_of(chair).click()
    agree(chief, MEETINGS).click()

    def type_on() -> bool:
        chair.keyboard.type("a")
        return marked.is_visible()

    wait_until(type_on, "the mark is seen", timeout=PATIENCE / 1000)
