""" "Jag är överens" pressed at once: it stands for the words on the screen of who pressed it, and for no others."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from agreements.collaboration.content import section_hash
from agreements.models import Member, SectionMark
from agreements.queries.documents import current_content
from tests.agreements.builders import Pair
from tests.e2e.room import (
    AWAY,
    FOCUS,
    MEETINGS,
    NewContext,
    PortalServer,
    agree,
    expect_known,
    expect_marked,
    expect_saved,
    log_in,
    open_room,
    posts_by,
    save_state,
    text_of,
)
from tests.e2e.visitor import DESKTOP
from tests.services.processes import wait_until

# Seconds: twice what a mark waits, for a busy browser.
NOT_LONG = 6
CHANGED = "Texten har ändrats sedan sidan visades."
# Types at the end of the editor and presses the button, in one task of the browser: nothing is heard in between.
TYPE_AND_PRESS = """([editor, button, letters, presses]) => {
  editor.focus();
  getSelection().selectAllChildren(editor.lastElementChild);
  getSelection().collapseToEnd();
  document.execCommand("insertText", false, letters);
  window.pressed = performance.now();
  for (let press = 0; press < presses; press += 1) button.click();
}"""
# A line on which frames can be kept back by their first two numbers, and a memory of all that was announced and posted.
PREPARED = """(() => {
  const held = [];
  const { fetch } = window;
  window.fetch = (url, options) => {
    if (options.method === "POST") window.posted = performance.now();
    return fetch(url, options);
  };
  window.told = [];
  document.addEventListener("DOMContentLoaded", () => {
    const region = document.querySelector("[data-announcements]");
    new MutationObserver(() => window.told.push(region.textContent)).observe(region, { childList: true });
  });
  window.hold = () => false;
  window.WebSocket = class extends window.WebSocket {
    set onmessage(listener) {
      super.onmessage = listener && (event => {
        if (window.hold(...new Uint8Array(event.data))) held.push(() => listener(event));
        else listener(event);
      });
    }
  };
  window.letGo = () => {
    window.hold = () => false;
    for (const tell of held.splice(0)) tell();
  };
})()"""
HOLD_UPDATES = "() => { window.hold = (kind, step) => kind === 0 && step === 2; }"
HOLD_ACKNOWLEDGEMENTS = "() => { window.hold = kind => kind === 100; }"


def open_as(new_context: NewContext, server: PortalServer, member: Member) -> Page:
    page = log_in(new_context(viewport=DESKTOP), server.url, member)
    page.add_init_script(PREPARED)
    open_room(page, server.url, member.agreement)
    expect_saved(page)
    return page


@pytest.fixture
def chair(new_context: NewContext, server: PortalServer, pair: Pair) -> Page:
    return open_as(new_context, server, pair.chair)


@pytest.fixture
def chief(new_context: NewContext, server: PortalServer, pair: Pair) -> Page:
    return open_as(new_context, server, pair.chief)


def type_and_press(page: Page, letters: str, presses: int = 1) -> None:
    handles = [text_of(page).element_handle(), agree(page).element_handle()]
    page.evaluate(TYPE_AND_PRESS, [*handles, letters, presses])


def expect_told(page: Page, words: str) -> None:
    """It is announced from now on, or was since this was last asked for; and it stands where it was pressed."""
    wait_until(lambda: words in " ".join(page.evaluate("window.told")), f"{words} is announced")
    page.evaluate("() => { window.told = []; }")
    expect(page.locator("[data-part^=agreed-] .notice").filter(has_text=words)).to_be_visible()
    expect(agree(page)).not_to_have_attribute("aria-disabled", "true")


def hashes(pair: Pair) -> dict[str, str]:
    content, _seq = current_content(pair.document)
    return {section.heading: section_hash(section) for section in content.sections}


def marks() -> list[str]:
    return list(SectionMark.objects.values_list("content_hash", flat=True))


def waited(page: Page) -> float:
    """The seconds from the press to the post, by the page's own clock."""
    return float(page.evaluate("window.posted - window.pressed")) / 1000


# --- At once ---------------------------------------------------------------------------------------------------------
def test_a_mark_right_after_ones_own_last_letters_is_of_them(chair: Page, pair: Pair) -> None:
    type_and_press(chair, "Skolan först.")
    expect_marked(chair)
    assert marks() == [hashes(pair)[FOCUS]]

    text_of(chair).press_sequentially(" Sedan bostäder.")
    agree(chair).click()
    expect_marked(chair)
    assert marks() == [hashes(pair)[FOCUS]]


def test_a_double_press_sends_one_mark_and_the_button_says_that_it_works(chair: Page, pair: Pair) -> None:
    posts = posts_by(chair)
    chair.evaluate(HOLD_ACKNOWLEDGEMENTS)
    type_and_press(chair, "Skolan först.", presses=2)
    # It goes by the same name meanwhile.
    for state in ("aria-busy", "aria-disabled"):
        expect(agree(chair)).to_have_attribute(state, "true")
    agree(chair).click(force=True)
    assert posts == []

    chair.evaluate("() => window.letGo()")
    expect_marked(chair)
    assert marks() == [hashes(pair)[FOCUS]]
    assert posts == ["markera/fokus/"]


def test_what_the_other_wrote_and_both_see_is_agreed_to_at_once(chair: Page, chief: Page, pair: Pair) -> None:
    text_of(chief).press_sequentially("Skolan först. ")
    expect(text_of(chair)).to_contain_text("Skolan först. ")
    type_and_press(chair, "Sedan bostäder.")
    expect_marked(chair)
    assert marks() == [hashes(pair)[FOCUS]]


@pytest.mark.parametrize("heading", [FOCUS, MEETINGS])
def test_words_that_the_page_and_the_editor_lay_out_differently_are_the_same(
    chair: Page, pair: Pair, heading: str
) -> None:
    """No mark of a text that stands still asks the server for it once more, however it looks."""
    chair.get_by_role("button", name="Lägg till ett möte").click()
    for label, value in {"Möte eller kontakt": " Veckomöte\u00e5 ", "Vem förbereder": "Åsa  & <Björn>"}.items():
        chair.get_by_role("textbox", name=label).fill(value)
    chair.get_by_role("button", name="Lägg till ett möte").click()
    write_in_every_way(chair, heading)
    expect_saved(chair)
    expect_known(chair, pair.document, heading)

    let_no_page_through(chair, pair)
    agree(chair, heading).click()
    expect_marked(chair, heading=heading)
    assert marks() == [hashes(pair)[heading]]


def let_no_page_through(page: Page, pair: Pair) -> None:
    """What is posted goes through, with the page to which its answer leads."""
    page.route(re.compile(f"/overenskommelser/{pair.agreement.pk}/$"), lambda _route: None)


def write_in_every_way(page: Page, heading: str) -> None:
    """Looks, links, lists in lists, decomposed letters, odd blanks, and empty lines at ends and in the middle."""
    text_of(page, heading).click()
    keys = page.keyboard
    keys.insert_text("A\u030a och  två\u00a0blanka. ")
    keys.press("Control+b")
    keys.insert_text("Fet")
    keys.press("Control+i")
    keys.insert_text(" och kursiv")
    keys.press("Control+b")
    keys.press("Control+i")
    keys.insert_text(" <b>&amp; inte</b>")
    for line in ("", "- ett", "", "", "1. två", "tre", "", "", ""):
        keys.press("Enter")
        keys.type(line)
    link = '<p> x <a href="https://skr.se/å?a=1&b=2">SKR</a> <a href="https://[trasig">trasig</a></p>'
    nested = "<ul><li><p></p><p>b</p><ol><li></li><li> <b>c</b></li></ol><p></p></li></ul>"
    page.evaluate(
        """([editor, html]) => {
          const data = new DataTransfer();
          data.setData("text/html", html);
          editor.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
        }""",
        [text_of(page, heading).element_handle(), link + nested + "<p>\u0065\u0301</p>"],
    )
    keys.press("Enter")
    keys.press("Enter")


# --- What was not seen -----------------------------------------------------------------------------------------------
def test_no_mark_is_of_words_that_have_not_reached_the_screen(chair: Page, chief: Page, pair: Pair) -> None:
    """The server has the other's words and gives their hash; the line that brings them hangs."""
    chair.evaluate(HOLD_UPDATES)
    text_of(chief).press_sequentially("Inte sett. ")
    expect_saved(chief)
    for letters in ("Skolan ", "först."):
        # The second time the page itself holds that hash already.
        type_and_press(chair, letters)
        expect_told(chair, CHANGED)
        expect_known(chair, pair.document)
    agree(chair).click()
    expect_told(chair, CHANGED)
    expect(text_of(chair)).not_to_contain_text("Inte sett.")
    assert marks() == []

    chair.evaluate("() => window.letGo()")
    expect(text_of(chair)).to_contain_text("Inte sett.")
    agree(chair).click()
    expect_marked(chair)
    expect(chair.locator(".agreed .notice")).to_have_count(0)
    assert marks() == [hashes(pair)[FOCUS]]


def test_what_the_other_writes_while_a_mark_is_on_its_way_is_not_agreed_to(
    chair: Page, chief: Page, pair: Pair
) -> None:
    chair.evaluate(HOLD_ACKNOWLEDGEMENTS)
    type_and_press(chair, "Skolan först.")
    text_of(chief).press_sequentially("Efteråt. ")
    expect_saved(chief)
    chair.evaluate("() => window.letGo()")
    expect_told(chair, CHANGED)
    assert marks() == []


# --- Nothing hangs ---------------------------------------------------------------------------------------------------
def test_a_server_that_does_not_acknowledge_is_not_waited_for_long(chair: Page) -> None:
    chair.evaluate(HOLD_ACKNOWLEDGEMENTS)
    type_and_press(chair, "Skolan först.")
    expect_told(chair, CHANGED)
    assert waited(chair) < NOT_LONG
    assert marks() == []


def test_a_page_that_comes_too_late_is_not_waited_for(chair: Page, pair: Pair) -> None:
    let_no_page_through(chair, pair)
    type_and_press(chair, "Skolan först.")
    expect_told(chair, CHANGED)
    assert waited(chair) < NOT_LONG
    assert marks() == []


def test_offline_it_says_so(chair: Page) -> None:
    """At once, or, in the moment in which the page tries to come back, when that has failed."""
    chair.context.set_offline(True)
    expect(save_state(chair)).to_have_text(AWAY)
    type_and_press(chair, "Skolan först.")
    expect_told(chair, "Du är frånkopplad just nu. Försök igen om en stund.")
    assert waited(chair) < NOT_LONG
    assert marks() == []
    chair.context.set_offline(False)
    expect_saved(chair)
    agree(chair).click()
    expect_marked(chair)
