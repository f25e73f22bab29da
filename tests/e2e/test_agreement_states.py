"""The editor in states that few see, and in forced colours: a reader's, stopped, silent, locked; and its names."""

from __future__ import annotations

from playwright.sync_api import Page, WebSocketRoute, expect

from agreements.actions import silence
from tests.agreements.builders import Pair
from tests.agreements.test_agreeing import approve_both
from tests.agreements.test_members import invite
from tests.e2e.room import (
    AWAY,
    FOCUS,
    MEETINGS,
    NewContext,
    PortalServer,
    come_in,
    expect_saved,
    log_in,
    open_room,
    save_state,
    section_of,
    text_of,
)
from tests.e2e.visitor import DESKTOP, PHONE
from tests.services.browser import axe_violations

TOO_WIDE = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
# What is said when the server closes the line with each of its codes.
STOPS = {
    4001: "Du är utloggad",
    4002: "kunde inte läsas",
    4003: "Du har inte längre tillgång",
    4009: "Texten är godkänd och låst",
    4010: "för stort för att sparas",
    4011: "Texten har ersatts av en nyare",
}


class Line:
    """The wire between the page and the server, to be cut or closed at will."""

    def __init__(self, page: Page) -> None:
        self.sockets: list[WebSocketRoute] = []
        self.is_dead = False
        page.route_web_socket("**/ws/**", self._carry)

    def _carry(self, socket: WebSocketRoute) -> None:
        self.sockets.append(socket)
        server = socket.connect_to_server()
        socket.on_message(lambda message: None if self.is_dead else server.send(message))
        server.on_message(lambda message: None if self.is_dead else socket.send(message))

    def close(self, code: int) -> None:
        self.sockets[-1].close(code=code)


def assert_good(page: Page, state: str) -> None:
    """Nothing for axe to say: light on a phone, dark at a desk."""
    for size, scheme in ((PHONE, "light"), (DESKTOP, "dark")):
        page.set_viewport_size(size)  # type: ignore[arg-type]  # two integers
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]  # words it knows
        assert complaints(page) == [], f"{state}, {scheme}"
        assert page.evaluate(TOO_WIDE) <= 0, state
    page.emulate_media(color_scheme="light")


def assert_good_in_forced_colours(page: Page) -> None:
    page.emulate_media(forced_colors="active")
    # The browser paints other colours then than the ones it tells axe of.
    assert [line for line in complaints(page) if not line.startswith("color-contrast")] == []
    page.emulate_media(forced_colors="none")


def complaints(page: Page) -> list[str]:
    # The banner of a developer's machine, which stands on every page of this server, has no landmark.
    return [line for line in axe_violations(page) if ".demo-banner" not in line]


def test_axe_has_nothing_to_say_when_the_line_was_closed_or_went_silent(
    new_context: NewContext, server: PortalServer, pair: Pair
) -> None:
    page = log_in(new_context(viewport=PHONE, reduced_motion="reduce"), server.url, pair.chair)
    # A text that was replaced is fetched anew, once: this page has just been.
    page.add_init_script("sessionStorage.setItem('agreement-reloaded-at', String(Date.now()))")
    line = Line(page)
    for code, said in STOPS.items():
        open_room(page, server.url, pair.agreement)
        expect_saved(page)
        line.close(code)
        expect(save_state(page)).to_contain_text(said)
        assert_good(page, str(code))

    open_room(page, server.url, pair.agreement)
    expect_saved(page)
    line.is_dead = True
    text_of(page).press_sequentially("Ingen svarar.")
    expect(save_state(page)).to_have_text(AWAY, timeout=30_000)
    assert_good(page, "silent")


def test_a_reader_reads_comments_and_can_write_nothing(
    new_context: NewContext, server: PortalServer, pair: Pair
) -> None:
    pair.write(pair.chief, "fokus", "Tre mål till 2030.")
    page = come_in(new_context, server.url, invite(pair), viewport=DESKTOP, reduced_motion="reduce")

    expect(text_of(page)).to_have_attribute("aria-readonly", "true")
    expect(page.get_by_role("toolbar")).to_have_count(0)
    expect(page.get_by_role("button", name="Lägg till ett möte")).to_have_count(0)
    expect(page.get_by_role("button", name="Jag är överens")).to_have_count(0)
    expect(section_of(page).get_by_text(f"Kommentera {FOCUS}")).to_be_visible()
    assert_good(page, "a reader's page")
    assert_good_in_forced_colours(page)


def test_a_draft_that_both_have_finished_says_where_it_went(
    new_context: NewContext, server: PortalServer, pair: Pair
) -> None:
    silence.open_silent_start(pair.agreement, by=pair.chair)
    page = log_in(new_context(viewport=PHONE, reduced_motion="reduce"), server.url, pair.chair)
    page.goto(f"{server.url}/overenskommelser/{pair.agreement.pk}/tyst/")
    text_of(page).press_sequentially("Mitt utkast.")
    expect_saved(page)
    for member in (pair.chief, pair.chair):
        silence.finish_silent_draft(pair.agreement, by=member)

    expect(save_state(page)).to_contain_text("Nu är ni båda klara")
    assert_good(page, "a draft that was shown")


def test_axe_has_nothing_to_say_of_a_locked_text_and_of_its_versions(
    new_context: NewContext, server: PortalServer, pair: Pair
) -> None:
    pair.write(pair.chair, "fokus", "Skolan först.")
    page = come_in(new_context, server.url, pair.chief, viewport=PHONE, reduced_motion="reduce")
    expect_saved(page)
    approve_both(pair)
    expect(save_state(page)).to_contain_text(STOPS[4009])
    expect(text_of(page)).to_have_attribute("contenteditable", "false")
    assert_good(page, "locked while it was open")

    page.reload()
    expect(page.get_by_role("heading", name="Ta med texten")).to_be_visible()
    assert_good(page, "locked")
    assert_good_in_forced_colours(page)


def test_open_dialogs_in_the_colours_of_the_person(new_context: NewContext, server: PortalServer, pair: Pair) -> None:
    page = come_in(new_context, server.url, pair.chair, viewport=DESKTOP, reduced_motion="reduce")
    text_of(page).click()
    page.keyboard.press("Control+k")
    expect(page.get_by_role("dialog", name="Länk")).to_be_visible()
    assert_good(page, "asked for a link")
    assert_good_in_forced_colours(page)
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(text_of(page)).to_be_focused()


def test_everything_has_a_name_for_those_who_listen(new_context: NewContext, server: PortalServer, pair: Pair) -> None:
    page = come_in(new_context, server.url, pair.chair, viewport=DESKTOP)
    other = come_in(new_context, server.url, pair.chief)
    text_of(other).click()

    toolbar = page.get_by_role("toolbar", name=f"Verktyg för {FOCUS}", exact=True)
    names = toolbar.get_by_role("button").evaluate_all("all => all.map(one => one.getAttribute('aria-label'))")
    assert names == [
        "Fet",
        "Kursiv",
        "Länk",
        "Punktlista",
        "Numrerad lista",
        "Öka indraget",
        "Minska indraget",
        "Ångra",
        "Gör om",
        "Kommentera",
    ]
    expect(text_of(page)).to_have_accessible_name(FOCUS)
    expect(text_of(page)).to_have_accessible_description(
        "Alt+F10 går till verktygen och Esc tillbaka till texten. Tabb lämnar texten."
    )
    headings = page.get_by_role("region").evaluate_all(
        "all => all.map(one => document.getElementById(one.getAttribute('aria-labelledby'))?.textContent.trim())"
    )
    assert len(set(headings)) == len(headings)
    people = page.get_by_role("list", name="Här nu:")
    expect(people.get_by_role("listitem")).to_have_text(["du", f"Björn Ek i {FOCUS}"])
    expect(page.get_by_role("group", name=f"Lista: {MEETINGS}")).to_be_visible()


def test_a_section_that_both_write_alone_is_locked_in_open_pages_until_both_are_ready(
    new_context: NewContext, server: PortalServer, pair: Pair
) -> None:
    chair = come_in(new_context, server.url, pair.chair, viewport=DESKTOP, reduced_motion="reduce")
    chief = come_in(new_context, server.url, pair.chief, viewport=PHONE, reduced_motion="reduce")
    chair.get_by_role("link", name="Skriv var för sig först").click()
    boxes = chair.get_by_role("checkbox")
    # The page may be there and not all of it yet: a box that is not seen stays checked, and its section is locked too.
    expect(boxes).to_have_count(8)
    for box in boxes.all()[2:]:
        box.uncheck()
    assert_good(chair, "choosing sections")
    chair.get_by_role("button", name="Börja skriva var för sig").click()

    expect(text_of(chief)).to_have_attribute("contenteditable", "false")
    expect(text_of(chief, MEETINGS)).to_have_attribute("contenteditable", "true")
    assert_good(chief, "a section that is written alone")

    text_of(chair).press_sequentially("Ordförandens tanke.")
    expect_saved(chair)
    assert "Ordförandens tanke" not in chief.content()
    section_of(chief).get_by_role("link", name="Till ditt eget utkast").click()
    text_of(chief).press_sequentially("Direktörens tanke.")
    expect_saved(chief)
    assert "Ordförandens tanke" not in chief.content()
    for page in (chair, chief):
        page.get_by_role("button", name="Jag är klar med mitt utkast").click()

    expect(text_of(chief)).to_contain_text("Ordförandens tanke.")
    expect(text_of(chief)).to_contain_text("Direktörens tanke.")
    expect(text_of(chief)).to_have_attribute("contenteditable", "true")


def test_the_focus_stays_when_what_stands_beside_the_text_is_fetched_anew(
    new_context: NewContext, server: PortalServer, pair: Pair
) -> None:
    chair = come_in(new_context, server.url, pair.chair, viewport=DESKTOP)
    chief = come_in(new_context, server.url, pair.chief, viewport=DESKTOP)
    button = chair.get_by_role("button", name=f"Jag är överens: {FOCUS}")
    button.focus()

    chief.get_by_role("button", name=f"Jag är överens: {FOCUS}").click()

    expect(section_of(chair)).to_contain_text("Björn Ek är överens")
    expect(button).to_be_focused()


def test_a_note_of_ones_own_is_saved_without_leaving_the_page(
    new_context: NewContext, server: PortalServer, pair: Pair
) -> None:
    chair = come_in(new_context, server.url, pair.chair, viewport=PHONE, reduced_motion="reduce")
    chief = come_in(new_context, server.url, pair.chief, viewport=DESKTOP)
    section_of(chair).get_by_text(f"Anteckna för dig själv om {FOCUS}").click()
    section_of(chair).get_by_role("textbox", name="Din anteckning").fill("Bara för mig.")
    assert_good(chair, "a note")
    section_of(chair).get_by_role("button", name="Spara anteckningen").click()

    expect(section_of(chair).get_by_text(f"Din anteckning om {FOCUS}")).to_be_visible()
    expect(chair.get_by_role("status").filter(has_text="Din anteckning är sparad.")).to_have_count(1)
    assert "Bara för mig" not in chief.content()


def test_a_note_that_was_saved_in_another_window_is_shown_beside_what_was_typed(
    new_context: NewContext, server: PortalServer, pair: Pair
) -> None:
    phone = come_in(new_context, server.url, pair.chair, viewport=PHONE, reduced_motion="reduce")
    desk = come_in(new_context, server.url, pair.chair, viewport=DESKTOP)
    for page, text in ((phone, "Från telefonen"), (desk, "Från datorn")):
        section_of(page).get_by_text(f"Anteckna för dig själv om {FOCUS}").click()
        section_of(page).get_by_role("textbox", name="Din anteckning").fill(text)
    save = "Spara anteckningen"
    section_of(desk).get_by_role("button", name=save).click()
    expect(desk.get_by_role("status").filter(has_text="Din anteckning är sparad.")).to_have_count(1)

    section_of(phone).get_by_role("button", name=save).click()

    expect(phone.get_by_role("status").filter(has_text="Det här har ändrats")).to_have_count(1)
    expect(section_of(phone).locator(".field__saved")).to_have_text("Från datorn")
    note = section_of(phone).get_by_role("textbox", name="Din anteckning")
    expect(note).to_have_value("Från telefonen")
    assert_good(phone, "a note that was saved in another window")

    section_of(phone).get_by_role("button", name=save).click()

    expect(section_of(phone).locator(".field__saved")).to_have_count(0)
    expect(note).to_have_value("Från telefonen")
