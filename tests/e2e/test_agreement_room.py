"""The editor in real browsers: two people in one paragraph, tunnels, dead lines, blocked sockets, keys, lists."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from agreements.queries.documents import current_content
from tests.agreements.builders import Pair
from tests.e2e.room import (
    AWAY,
    FOCUS,
    NewContext,
    PortalServer,
    come_in,
    expect_equal,
    expect_saved,
    log_in,
    open_room,
    save_state,
    section_of,
    text_of,
    words,
)
from tests.e2e.visitor import DESKTOP, PHONE
from tests.services.browser import BrowserWatch
from tests.services.processes import wait_until


@pytest.fixture
def chair(new_context: NewContext, server: PortalServer, pair: Pair) -> Page:
    return come_in(new_context, server.url, pair.chair, viewport=DESKTOP)


@pytest.fixture
def chief(new_context: NewContext, server: PortalServer, pair: Pair) -> Page:
    return come_in(new_context, server.url, pair.chief, viewport=PHONE, has_touch=True)


def stored(pair: Pair, heading: str = FOCUS) -> str:
    """What the server has committed in a section."""
    content, _seq = current_content(pair.document)
    section = next(section for section in content.sections if section.heading == heading)
    return "\n".join(getattr(block, "text", "") for block in section.blocks)


# --- Together --------------------------------------------------------------------------------------------------------
def test_two_type_in_the_same_paragraph_at_the_same_moment(chair: Page, chief: Page, pair: Pair) -> None:
    text_of(chair).click()
    text_of(chief).click()
    for letter in "samspelåäö":
        chair.keyboard.type(letter.upper())
        chief.keyboard.type(letter)

    expect_saved(chair)
    expect_saved(chief)
    said = expect_equal(chair, chief)
    assert sorted(said) == sorted("samspelåäöSAMSPELÅÄÖ")
    assert stored(pair) == said


def test_each_sees_who_else_is_here_and_where(chair: Page, chief: Page) -> None:
    text_of(chief).click()
    expect(chair.locator("[data-people]")).to_have_text(f"duBjörn Ek i {FOCUS}")
    expect(chair.locator(".caret__name")).to_have_text("Björn Ek")
    expect(chair.get_by_role("status").filter(has_text="Björn Ek")).to_have_count(1)

    chief.context.close()
    expect(chair.locator("[data-people]")).to_have_text("du")
    expect(chair.locator(".caret")).to_have_count(0)


def test_two_who_begin_the_same_empty_paragraph_double_no_letter(chair: Page, chief: Page, pair: Pair) -> None:
    """The same moment, stretched and twice: neither hears of the other before both have typed."""
    type_apart(chair, chief, "abc", "XYZ")
    type_apart(chair, chief, "d", "Q")
    chief.keyboard.press("Control+End")
    chief.keyboard.press("Enter")
    type_apart(chair, chief, "abc", "XYZ")
    said = type_apart(chair, chief, "d", "Q")
    assert sorted(said) == sorted("abcdXYZQ" * 2)
    assert sorted(stored(pair).replace("\n", "")) == sorted(said)


def type_apart(chair: Page, chief: Page, one: str, other: str) -> str:
    """Both type at the end of the text while one is offline; what both see afterwards."""
    expect_equal(chair, chief)
    chair.context.set_offline(True)
    expect(save_state(chair)).to_have_text(AWAY, timeout=3_000)
    for page, letters in ((chair, one), (chief, other)):
        text_of(page).focus()
        page.keyboard.press("Control+End")
        page.keyboard.type(letters)
    expect_saved(chief)
    chair.context.set_offline(False)
    return expect_equal(chair, chief)


# --- Poor lines ------------------------------------------------------------------------------------------------------
def test_a_tunnel_loses_nothing(chair: Page, chief: Page, pair: Pair) -> None:
    text_of(chair).click()
    chair.keyboard.type("Före. ")
    expect_saved(chair)

    chair.context.set_offline(True)
    expect(save_state(chair)).to_have_text(AWAY, timeout=3_000)
    text_of(chair).press_sequentially("I tunneln. ")
    text_of(chief).press_sequentially("Under tiden. ")
    expect(save_state(chair)).to_have_text(AWAY)
    assert "tunneln" not in stored(pair)

    chair.context.set_offline(False)
    expect_saved(chair)
    said = expect_equal(chair, chief)
    assert stored(pair) == said.rstrip() or stored(pair) == said
    assert all(said.count(part) == 1 for part in ("Före. ", "I tunneln. ", "Under tiden. "))


# The updates in the browser's own database; each letter that was typed is one.
KEPT = """async () => {
  const names = (await indexedDB.databases()).map(({ name }) => name).filter(name => !name.endsWith("?"));
  const counts = names.map(name => new Promise((resolve, reject) => {
    const opening = indexedDB.open(name);
    opening.onerror = () => reject(opening.error);
    opening.onsuccess = () => {
      const counting = opening.result.transaction("updates").objectStore("updates").count();
      counting.onerror = () => reject(counting.error);
      counting.onsuccess = () => { opening.result.close(); resolve(counting.result); };
    };
  }));
  return (await Promise.all(counts)).reduce((sum, count) => sum + count, 0);
}"""


def letters_kept(page: Page) -> int:
    return int(page.evaluate(KEPT))


def test_what_was_typed_offline_survives_a_closed_page(chair: Page, server: PortalServer, pair: Pair) -> None:
    expect_saved(chair)
    chair.context.set_offline(True)
    expect(save_state(chair)).to_have_text(AWAY, timeout=3_000)
    text_of(chair).press_sequentially("Kvar i webbläsaren.")
    wait_until(lambda: letters_kept(chair) >= len("Kvar i webbläsaren."), "the browser's own database has them")
    chair.close(run_before_unload=False)

    again = chair.context.new_page()
    chair.context.set_offline(False)
    open_room(again, server.url, pair.agreement)
    expect(text_of(again)).to_have_text("Kvar i webbläsaren.")
    expect_saved(again)
    assert stored(pair) == "Kvar i webbläsaren."


def test_a_killed_server_is_told_of_within_three_seconds_and_nothing_is_lost(
    chair: Page, chief: Page, server: PortalServer, pair: Pair, browser_watch: BrowserWatch
) -> None:
    text_of(chair).press_sequentially("Ett. ")
    expect_saved(chair)
    server.kill()
    expect(save_state(chair)).to_have_text(AWAY, timeout=3_000)
    text_of(chair).press_sequentially("Två. ")
    server.start()
    expect(save_state(chair)).to_have_text(re.compile("Sparat"), timeout=25_000)
    wait_until(lambda: words(chief) == "Ett. Två. ", "the other sees it", timeout=25)
    assert stored(pair).strip() == "Ett. Två."


def test_where_sockets_are_blocked_plain_http_does_it(
    new_context: NewContext, server: PortalServer, pair: Pair, chief: Page
) -> None:
    context = new_context(viewport=DESKTOP)
    # As a proxy that knows no sockets: the handshake never becomes one.
    context.add_init_script(
        "window.WebSocket = class { constructor() { setTimeout(() => this.onclose?.({code: 1006}), 20); }"
        " send() {} close() {} };"
    )
    chair = come_in(lambda **_options: context, server.url, pair.chair)
    text_of(chair).press_sequentially("Utan socket. ")
    expect(save_state(chair)).to_have_text(re.compile("Sparat"))
    expect(text_of(chief)).to_contain_text("Utan socket.")
    text_of(chief).press_sequentially("Svar. ")
    expect(text_of(chair)).to_contain_text("Svar.")
    expect_equal(chair, chief)


def test_without_script_the_text_can_be_read(new_context: NewContext, server: PortalServer, pair: Pair) -> None:
    pair.write(pair.chief, "fokus", "Tre mål till 2030.")
    page = log_in(new_context(java_script_enabled=False), server.url, pair.chair)
    page.goto(f"{server.url}/overenskommelser/{pair.agreement.pk}/")
    expect(section_of(page)).to_contain_text("Tre mål till 2030.")
    expect(page.get_by_role("toolbar")).to_have_count(0)


def test_a_refusal_stands_while_the_other_goes_on(chair: Page, chief: Page, pair: Pair) -> None:
    text_of(chair).click()
    chair.keyboard.press("Control+Alt+m")
    section_of(chair).get_by_role("button", name="Skicka kommentaren").click()
    expect(section_of(chair).locator(".field__error")).to_be_visible()

    elsewhere = "Uppdraget – det gemensamma"
    section_of(chief, elsewhere).get_by_text(f"Kommentera {elsewhere}").click()
    section_of(chief, elsewhere).get_by_role("textbox", name="Din kommentar").fill("Hinner vi detta?")
    section_of(chief, elsewhere).get_by_role("button", name="Skicka kommentaren").click()
    expect(section_of(chair, elsewhere).locator("[data-thread]")).to_contain_text("Hinner vi detta?")
    expect(section_of(chair).locator(".field__error")).to_be_visible()
