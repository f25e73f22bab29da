"""The editor by keyboard alone, and axe in each of its states, narrow and wide, light and dark."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from agreements.actions.silence import open_silent_start
from agreements.queries.documents import current_content
from tests.agreements.builders import Pair
from tests.e2e.room import (
    FOCUS,
    MEETINGS,
    NewContext,
    PortalServer,
    come_in,
    expect_known,
    expect_saved,
    log_in,
    save_state,
    section_of,
    text_of,
    words,
)
from tests.e2e.visitor import DESKTOP, PHONE
from tests.services.browser import axe_violations
from tests.services.processes import wait_until

TOO_WIDE = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"


def assert_good(page: Page, state: str) -> None:
    """Nothing for axe to say in either scheme, and nothing that sticks out to the right."""
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        # The banner of a developer's machine, which stands on every page of this server, has no landmark.
        found = [line for line in axe_violations(page) if ".demo-banner" not in line]
        assert found == [], f"{state}, {scheme}"
    page.emulate_media(color_scheme="light")
    assert page.evaluate(TOO_WIDE) <= 0, state


def focused(page: Page) -> str:
    """What the control that has the focus is called."""
    return str(
        page.evaluate(
            "() => { const one = document.activeElement;"
            " return one === document.body ? '' : one.getAttribute('aria-label') ?? one.textContent; }"
        )
    )


@pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["390", "1280"])
def test_axe_has_nothing_to_say_in_any_state(
    new_context: NewContext, server: PortalServer, pair: Pair, viewport: dict[str, int]
) -> None:
    pair.write(pair.chief, "fokus", "Tre mål till 2030.")
    page = come_in(new_context, server.url, pair.chair, viewport=viewport, reduced_motion="reduce")
    expect_saved(page)
    assert_good(page, "just opened")
    _write(page)

    other = come_in(new_context, server.url, pair.chief)
    text_of(other).click()
    expect(page.locator(".caret")).to_be_visible()
    assert_good(page, "the other's caret is here")

    page.get_by_role("button", name="Lägg till ett möte").click()
    page.keyboard.type("Veckomöte")
    assert_good(page, "a meeting in the list")
    _comment(page)

    page.get_by_text("Skriva med tangentbordet").click()
    page.context.set_offline(True)
    expect(save_state(page)).to_contain_text("frånkopplad")
    assert_good(page, "offline, with the help unfolded")


def _write(page: Page) -> None:
    """A list, bold text and a link."""
    text_of(page).click()
    page.keyboard.press("Control+a")
    page.keyboard.type("Skolan ")
    page.keyboard.press("Control+b")
    page.keyboard.type("först")
    page.keyboard.press("Enter")
    page.keyboard.type("- ett")
    page.keyboard.press("Enter")
    page.keyboard.type("två")
    assert_good(page, "writing in a list")

    page.keyboard.press("Control+k")
    assert_good(page, "asked for a link")
    page.keyboard.press("Enter")
    assert_good(page, "an address that is none")
    page.keyboard.type("skr.se")
    page.keyboard.press("Enter")
    expect(text_of(page).get_by_role("link")).to_have_attribute("href", "https://skr.se")


def _comment(page: Page) -> None:
    """A comment on a passage: first an empty one, then one with words."""
    text_of(page).click()
    page.keyboard.press("Control+Home")
    page.keyboard.press("Shift+End")
    page.keyboard.press("Control+Alt+m")
    section_of(page).get_by_role("button", name="Skicka kommentaren").last.click()
    expect(section_of(page).locator(".field__error")).to_be_visible()
    assert_good(page, "an empty comment was refused")
    section_of(page).get_by_role("textbox", name="Din kommentar").fill("Bra")
    section_of(page).get_by_role("button", name="Skicka kommentaren").last.click()
    expect(section_of(page).locator("[data-thread]")).to_contain_text("Bra")
    assert_good(page, "a comment")


def test_axe_has_nothing_to_say_of_a_reader_and_of_a_draft(
    new_context: NewContext, server: PortalServer, pair: Pair
) -> None:
    open_silent_start(pair.agreement, by=pair.chair)
    page = log_in(new_context(viewport=PHONE, reduced_motion="reduce"), server.url, pair.chair)
    page.goto(f"{server.url}/overenskommelser/{pair.agreement.pk}/tyst/")
    expect(text_of(page)).to_be_visible()
    text_of(page).press_sequentially("Bara mitt.")
    expect_saved(page)
    assert_good(page, "a draft of one's own")
    other = come_in(new_context, server.url, pair.chief)
    assert "Bara mitt" not in other.content()


# --- Keyboard --------------------------------------------------------------------------------------------------------
@pytest.fixture
def page(new_context: NewContext, server: PortalServer, pair: Pair) -> Page:
    return come_in(new_context, server.url, pair.chair, viewport=DESKTOP)


def tab_to(page: Page, name: str, *, key: str = "Tab") -> None:
    """Press Tab until that is focused, as somebody without a pointer does."""
    for _press in range(60):
        if name in focused(page):
            return
        page.keyboard.press(key)
    raise AssertionError(f"Tab never comes to {name}; it stands on {focused(page)}")


def test_the_toolbar_by_keyboard(page: Page, pair: Pair) -> None:
    tab_to(page, "Fet")
    page.keyboard.press("Tab")
    expect(text_of(page, "Uppdraget – det gemensamma")).to_be_focused()
    page.keyboard.type("rad")

    page.keyboard.press("Alt+F10")
    assert focused(page) == "Fet"
    page.keyboard.press("Enter")
    expect(page.locator(":focus")).to_have_attribute("aria-pressed", "true")
    for _step in range(3):
        page.keyboard.press("ArrowRight")
    assert focused(page) == "Punktlista"
    page.keyboard.press("Space")
    expect(page.locator(":focus")).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("End")
    assert focused(page) == "Kommentera"
    page.keyboard.press("ArrowRight")
    assert focused(page) == "Fet"
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Home")
    assert focused(page) == "Fet"
    page.keyboard.press("Escape")
    page.keyboard.type(" fet")
    page.keyboard.press("Enter")
    page.keyboard.type("under")
    page.keyboard.press("Control+]")

    text = text_of(page, "Uppdraget – det gemensamma")
    expect(text.locator("ul > li > p > strong").first).to_have_text(" fet")
    expect(text.locator("ul ul > li")).to_have_text("under")
    page.keyboard.press("Control+[")
    expect(text.locator("ul ul")).to_have_count(0)
    expect_saved(page)


def test_tab_always_leaves_the_text(page: Page) -> None:
    text_of(page).click()
    page.keyboard.type("- punkt")
    page.keyboard.press("Tab")
    expect(text_of(page)).not_to_be_focused()
    page.keyboard.press("Shift+Tab")
    expect(text_of(page)).to_be_focused()
    page.keyboard.press("Shift+Tab")
    assert focused(page) == "Fet"
    assert words(page) == "punkt"


def test_undo_takes_back_only_ones_own(page: Page, new_context: NewContext, server: PortalServer, pair: Pair) -> None:
    other = come_in(new_context, server.url, pair.chief)
    text_of(page).press_sequentially("mitt")
    expect(text_of(other)).to_contain_text("mitt")
    text_of(other).press_sequentially("ditt")
    expect(text_of(page)).to_contain_text("ditt")
    text_of(page).focus()
    page.keyboard.press("Control+z")
    wait_until(lambda: words(page) == "ditt", "only the other's words are left")
    page.keyboard.press("Control+y")
    wait_until(lambda: "mitt" in words(page), "they are back")


def test_commenting_and_agreeing_by_keyboard(page: Page, pair: Pair) -> None:
    text_of(page).focus()
    page.keyboard.type("Skolan först")
    page.keyboard.press("Shift+Control+ArrowLeft")
    page.keyboard.press("Control+Alt+m")
    page.keyboard.type("Varför först?")
    page.keyboard.press("Tab")
    assert focused(page).strip() == "Skicka kommentaren"
    page.keyboard.press("Enter")
    thread = section_of(page).locator("[data-thread]")
    expect(thread).to_contain_text("Varför först?")
    expect(text_of(page).locator(".commented")).to_have_text("först")
    expect_saved(page)
    # What is agreed on is the text as it is now: the button follows it.
    expect_known(page, pair.document)
    tab_to(page, f"Jag är överens: {FOCUS}", key="Shift+Tab")
    page.keyboard.press("Enter")
    expect(section_of(page)).to_contain_text("Åsa Lind är överens")


# Selects the last word and presses the shortcut before the browser has told anybody of the selection.
SELECT_AND_PRESS = """editor => {
  const text = editor.querySelector("p").firstChild;
  document.getSelection().setBaseAndExtent(text, text.length, text, text.length - 5);
  editor.dispatchEvent(new KeyboardEvent("keydown", {key: "m", ctrlKey: true, altKey: true, bubbles: true}));
}"""


def test_a_shortcut_means_what_is_selected_on_the_screen(page: Page) -> None:
    text_of(page).focus()
    page.keyboard.type("Skolan först")
    expect(text_of(page)).to_have_text("Skolan först")
    text_of(page).evaluate(SELECT_AND_PRESS)
    expect(section_of(page).locator("[data-quote]").last).to_have_text("först")


def test_the_list_of_meetings_by_keyboard(page: Page, pair: Pair) -> None:
    add = section_of(page, MEETINGS).get_by_role("button", name="Lägg till ett möte")
    for name in ("Budget", "Veckomöte"):
        add.focus()
        page.keyboard.press("Enter")
        page.keyboard.type(name)
    rows = section_of(page, MEETINGS).get_by_role("group", name=re.compile("^Rad "))
    tab_to(page, "Flytta upp")
    page.keyboard.press("Enter")
    expect(rows.first.get_by_role("textbox", name="Möte eller kontakt")).to_have_value("Veckomöte")
    expect(rows.first.get_by_role("button", name="Flytta upp")).to_be_focused()
    rows.first.get_by_role("combobox", name="Hur ofta").select_option("weekly")
    rows.last.get_by_role("button", name="Ta bort").focus()
    page.keyboard.press("Enter")
    expect(rows).to_have_count(1)
    expect_saved(page)
    content, _seq = current_content(pair.document)
    (meeting,) = next(section.meetings for section in content.sections if section.meetings)
    assert (meeting.what, meeting.how_often) == ("Veckomöte", "weekly")


def test_pasted_text_keeps_only_what_a_section_may_hold(page: Page) -> None:
    html = (
        '<style>p {color: red}</style><h2 style="color:red" onclick="alert(1)">Rubrik</h2>'
        '<p><span style="font-weight:700">fet</span> <b style="font-weight:normal">inte</b>'
        ' <a href="javascript:alert(1)">lömsk</a> <a href="https://skr.se">länk</a></p>'
        '<script>document.title = "x"</script><img src="https://example.com/x.png">'
    )
    text_of(page).click()
    text_of(page).evaluate(
        "(editor, html) => { const data = new DataTransfer(); data.setData('text/html', html);"
        " editor.dispatchEvent(new ClipboardEvent('paste', {clipboardData: data, bubbles: true, cancelable: true})); }",
        html,
    )
    expect(text_of(page).locator("strong")).to_have_text("fet")
    expect(text_of(page).get_by_role("link")).to_have_text("länk")
    tags = text_of(page).evaluate("editor => [...editor.querySelectorAll('*')].map(element => element.tagName)")
    assert set(tags) == {"A", "P", "STRONG"}
