"""A room that stays open while its person logs out, and perhaps somebody else in, in another tab of the browser."""

from __future__ import annotations

import pytest
from django.conf import settings
from playwright.sync_api import Locator, Page, expect

from agreements.actions import members, silence
from agreements.models import Comment, Member, PrivateNote, SectionMark
from portal.core.normalisation import clean_address
from tests.agreements.builders import Pair, logged_in
from tests.agreements.test_members import invite
from tests.e2e.room import (
    AWAY,
    FOCUS,
    MEETINGS,
    NewContext,
    PortalServer,
    agree,
    come_in,
    expect_marked,
    expect_saved,
    log_in,
    open_room,
    save_state,
    section_of,
    text_of,
)
from tests.e2e.test_agreement_posts import write_comment
from tests.e2e.test_agreement_room import letters_kept, stored
from tests.e2e.visitor import DESKTOP, PHONE
from tests.services.processes import wait_until

AWAY_UNKEPT = "Du är frånkopplad. Stäng inte sidan: det du skriver finns bara här tills du är tillbaka"
NO_SOCKETS = (
    "window.WebSocket = class { constructor() { setTimeout(() => this.onclose?.({code: 1006}), 20); }"
    " send() {} close() {} };"
)

# The room's own; whether there can be one at all is tried with another, whose name ends in a question mark.
DATABASE_NEVER_OPENS = (
    "const open = IDBFactory.prototype.open;"
    " IDBFactory.prototype.open = function (name) { return name.endsWith('?') ? open.call(this, name) : {}; };"
)


@pytest.fixture
def chair(new_context: NewContext, server: PortalServer, pair: Pair) -> Page:
    page = come_in(new_context, server.url, pair.chair, viewport=DESKTOP)
    expect_saved(page)
    return page


def log_out(page: Page, site: str) -> None:
    """In another tab, by the button: the answer tells the browser to forget what it kept."""
    tab = page.context.new_page()
    tab.goto(f"{site}/konto/logout/")
    with tab.expect_response(lambda response: response.request.method == "POST") as answered:
        tab.get_by_role("main").get_by_role("button", name="Logga ut").click()
    assert answered.value.header_value("Clear-Site-Data") == '"storage"'
    tab.wait_for_load_state()
    tab.close()
    expect(save_state(page)).to_contain_text("Du är utloggad.")


def log_in_elsewhere(page: Page, site: str, member: Member) -> None:
    """In another tab. As every log-in does, this one ends the tokens of before."""
    page.context.clear_cookies(name=settings.CSRF_COOKIE_NAME)
    session = logged_in(member).cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": site}])
    tab = page.context.new_page()
    tab.goto(f"{site}/overenskommelser/")
    tab.close()


def reconnect(page: Page) -> None:
    page.get_by_role("button", name="Anslut igen").click()


def comment_form(page: Page) -> Locator:
    """The form below a section, unfolded."""
    form = section_of(page).locator("form[data-comment-form]")
    if not form.is_visible():
        section_of(page).get_by_text(f"Kommentera {FOCUS}").click()
    return form


def expect_answer(page: Page, text: str) -> None:
    expect(section_of(page).locator("[data-answer]")).to_contain_text(text)


# --- What is kept in the browser -------------------------------------------------------------------------------------
def test_after_a_log_out_nothing_is_promised_that_is_not_kept_and_nothing_written_is_lost(
    chair: Page, server: PortalServer, pair: Pair
) -> None:
    text_of(chair).press_sequentially("Före. ")
    expect_saved(chair)
    assert letters_kept(chair) > 0

    log_out(chair, server.url)
    expect(save_state(chair)).to_have_text(
        "Du är utloggad. Det du har skrivit är sparat. Logga in i en annan flik och välj sedan Anslut igen."
    )
    text_of(chair).press_sequentially("Efter. ")
    expect(save_state(chair)).to_contain_text("Stäng inte sidan: det du skrev sist finns bara här.")
    assert letters_kept(chair) == 0

    log_in_elsewhere(chair, server.url, pair.chair)
    reconnect(chair)
    expect_saved(chair)
    assert stored(pair).strip() == "Före. Efter."
    wait_until(lambda: letters_kept(chair) > 0, "it is kept again")

    chair.context.set_offline(True)
    expect(save_state(chair)).to_have_text(AWAY)
    text_of(chair).press_sequentially("I tunneln.")
    wait_until(lambda: letters_kept(chair) > len("I tunneln."), "what was written offline is kept")
    chair.close(run_before_unload=False)
    again = chair.context.new_page()
    chair.context.set_offline(False)
    open_room(again, server.url, pair.agreement)
    expect(text_of(again)).to_have_text("Före. Efter. I tunneln.")
    expect_saved(again)
    assert stored(pair) == "Före. Efter. I tunneln."


DELETE_ALL = """async () => {
  for (const { name } of await indexedDB.databases()) {
    await new Promise(done => { indexedDB.deleteDatabase(name).onsuccess = done; });
  }
}"""


def test_a_copy_that_was_taken_away_while_the_page_is_connected_is_made_again_at_the_next_connection(
    chair: Page, pair: Pair
) -> None:
    text_of(chair).press_sequentially("Före. ")
    expect_saved(chair)
    chair.evaluate(DELETE_ALL)

    chair.context.set_offline(True)
    expect(save_state(chair)).to_have_text(AWAY_UNKEPT)
    text_of(chair).press_sequentially("Utan kopia. ")
    chair.context.set_offline(False)
    expect_saved(chair)
    assert stored(pair).strip() == "Före. Utan kopia."
    wait_until(lambda: letters_kept(chair) > 0, "it is kept again")
    chair.context.set_offline(True)
    expect(save_state(chair)).to_have_text(AWAY)
    chair.context.set_offline(False)
    expect_saved(chair)


def test_where_sockets_are_blocked_the_page_goes_on_after_a_log_in_too(
    new_context: NewContext, server: PortalServer, pair: Pair
) -> None:
    context = new_context(viewport=DESKTOP)
    context.add_init_script(NO_SOCKETS)
    chair = come_in(lambda **_options: context, server.url, pair.chair)
    text_of(chair).press_sequentially("Före. ")
    expect_saved(chair)

    log_out(chair, server.url)
    text_of(chair).press_sequentially("Efter. ")
    log_in_elsewhere(chair, server.url, pair.chair)
    reconnect(chair)
    expect_saved(chair)
    wait_until(lambda: stored(pair).strip() == "Före. Efter.", "the server has it")


def test_a_browser_whose_database_does_not_open_promises_nothing(
    new_context: NewContext, server: PortalServer, pair: Pair
) -> None:
    context = new_context(viewport=DESKTOP)
    context.add_init_script(DATABASE_NEVER_OPENS)
    chair = come_in(lambda **_options: context, server.url, pair.chair)
    expect_saved(chair)

    context.set_offline(True)

    expect(save_state(chair)).to_have_text(AWAY_UNKEPT)


# --- What is posted beside the text ----------------------------------------------------------------------------------
def test_a_comment_under_way_says_that_one_is_logged_out_and_is_sent_after_the_log_in(
    chair: Page, server: PortalServer, pair: Pair
) -> None:
    form = comment_form(chair)
    form.get_by_role("textbox").fill("Vad menar vi här?")
    log_out(chair, server.url)

    form.get_by_role("button", name="Skicka kommentaren").click()
    expect_answer(chair, "Du är utloggad. Det du har skrivit finns kvar här. Logga in i en annan flik")
    expect(comment_form(chair).get_by_role("textbox")).to_have_value("Vad menar vi här?")
    agree(chair, MEETINGS).click()
    expect(section_of(chair, MEETINGS).locator("[data-answer]")).to_contain_text("Du är utloggad.")
    assert not Comment.objects.exists()

    log_in_elsewhere(chair, server.url, pair.chair)
    comment_form(chair).get_by_role("button", name="Skicka kommentaren").click()
    expect(section_of(chair).locator("[data-thread]")).to_contain_text("Vad menar vi här?")
    expect(section_of(chair).locator("[data-answer]")).to_have_count(0)
    agree(chair, MEETINGS).click()
    expect_marked(chair, heading=MEETINGS)
    said = Comment.objects.get()
    assert (said.member, said.text) == (pair.chair, "Vad menar vi här?")


def test_who_has_no_access_any_more_is_told_that(new_context: NewContext, server: PortalServer, pair: Pair) -> None:
    reader = invite(pair)
    page = come_in(new_context, server.url, reader, viewport=DESKTOP)
    form = comment_form(page)
    members.remove_reader(reader, by=pair.chair)

    write_comment(form, "Hinner jag?")
    expect_answer(page, "Du har inte längre tillgång till den här överenskommelsen. Inget är skickat.")
    expect(comment_form(page).get_by_role("textbox")).to_have_value("Hinner jag?")
    assert not Comment.objects.exists()


# --- Somebody else ---------------------------------------------------------------------------------------------------
def test_nothing_of_one_person_is_sent_as_another_who_logs_in_in_the_same_browser(
    chair: Page, server: PortalServer, pair: Pair
) -> None:
    PrivateNote.objects.create(
        agreement=pair.agreement, member=pair.chief, section_key="fokus", text="Bara för mig", at=pair.chair.invited_at
    )
    comment_form(chair).get_by_role("textbox").fill("Ordförandens fråga")
    log_out(chair, server.url)
    text_of(chair).press_sequentially("Ordförandens ord.")
    log_in_elsewhere(chair, server.url, pair.chief)

    reconnect(chair)
    expect(save_state(chair)).to_contain_text("Någon annan är inloggad i den här webbläsaren. Stäng inte sidan")
    comment_form(chair).get_by_role("button", name="Skicka kommentaren").click()
    expect_answer(chair, "Någon annan är inloggad i den här webbläsaren. Inget är skickat")
    agree(chair, MEETINGS).click()
    expect(section_of(chair, MEETINGS).locator("[data-answer]")).to_contain_text("Inget är skickat")
    assert stored(pair) == ""
    assert not Comment.objects.exists()
    assert not SectionMark.objects.exists()
    assert "Bara för mig" not in chair.content()

    log_in_elsewhere(chair, server.url, pair.chair)
    reconnect(chair)
    expect_saved(chair)
    comment_form(chair).get_by_role("button", name="Skicka kommentaren").click()
    expect(section_of(chair).locator("[data-thread]")).to_contain_text("Ordförandens fråga")
    assert stored(pair) == "Ordförandens ord."
    assert Comment.objects.get().member == pair.chair


# --- Ways in ---------------------------------------------------------------------------------------------------------
def test_a_draft_says_what_holds_for_who_was_ready_first_and_when_both_are(
    new_context: NewContext, server: PortalServer, pair: Pair
) -> None:
    silence.open_silent_start(pair.agreement, by=pair.chair)
    page = log_in(new_context(viewport=PHONE), server.url, pair.chair)
    page.goto(f"{server.url}/overenskommelser/{pair.agreement.pk}/tyst/")
    text_of(page).press_sequentially("Mitt utkast.")
    expect_saved(page)
    status, link = page.locator("[data-part=status]"), page.get_by_role("main").get_by_role("link", name="Till överens")

    page.get_by_role("button", name="Jag är klar med mitt utkast").click()
    expect(status).to_contain_text("Björn Ek skriver fortfarande.")
    expect(status).to_contain_text("Du har sagt att du är klar.")
    expect_saved(page)
    expect(link).to_have_count(0)

    silence.finish_silent_draft(pair.agreement, by=pair.chief)
    expect(save_state(page)).to_have_text("Nu är ni båda klara. Gå till överenskommelsen för att se bådas texter.")
    expect(status).to_be_hidden()
    link.click()
    expect(text_of(page)).to_contain_text("Mitt utkast.")


def test_a_draft_that_ends_otherwise_never_says_that_both_are_ready(
    new_context: NewContext, server: PortalServer, pair: Pair
) -> None:
    silence.open_silent_start(pair.agreement, by=pair.chair)
    drafts = []
    for member in (pair.chair, pair.chief):
        page = log_in(new_context(viewport=DESKTOP), server.url, member)
        page.goto(f"{server.url}/overenskommelser/{pair.agreement.pk}/tyst/")
        expect_saved(page)
        drafts.append(page)
    chair, chief = drafts

    members.hand_over(pair.chair, clean_address("ny@kommun.example"), "Nils Ny", "", by=pair.chair)
    expect(save_state(chair)).to_have_text("Du har inte längre tillgång till den här överenskommelsen.")
    expect_saved(chief)
    members.end_agreement(pair.agreement, by=pair.chief)
    expect(save_state(chief)).to_contain_text("Överenskommelsen är avslutad")
    expect(text_of(chief)).to_have_attribute("contenteditable", "false")


@pytest.mark.parametrize("where", ["", "tyst/"])
def test_without_script_it_is_said_that_writing_needs_it(
    new_context: NewContext, server: PortalServer, pair: Pair, where: str
) -> None:
    silence.open_silent_start(pair.agreement, by=pair.chair)
    address = f"{server.url}/overenskommelser/{pair.agreement.pk}/{where}"
    said = "Du behöver JavaScript för att skriva"
    without = log_in(new_context(java_script_enabled=False, viewport=PHONE), server.url, pair.chair)
    without.goto(address)
    expect(without.get_by_role("heading", name=said)).to_be_visible()

    scripted = log_in(new_context(viewport=PHONE), server.url, pair.chair)
    scripted.goto(address)
    expect_saved(scripted)
    expect(scripted.get_by_role("heading", name=said)).to_have_count(0)
