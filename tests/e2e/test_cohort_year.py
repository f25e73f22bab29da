"""A cohort from the first interest to the diploma: one journey by which all of it is judged together.

A real browser, the portal, a real worker, a real beat, Redis, a real mail server. Staff works in admin; everybody else
follows the links in the mails they got. The database is only looked at. Time passes by moving the clock of them all
(`tests.e2e.clock`); what falls due then is done by beat and by nobody else.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from playwright.sync_api import expect
from pytest_django import Settings

from portal.core.models import AuditEvent
from programs.actions.letters import load_letters
from programs.models import Cohort, Place
from programs.states import HOLDS_A_PLACE, CohortState, PlaceState
from tests.accounts.people import CODE, app_code, make_staff
from tests.e2e import visitor
from tests.e2e.clock import PATIENCE, Clock
from tests.e2e.cohort_meets import (
    ASKED,
    COME,
    COMPLETED,
    EVALUATED,
    MOVED,
    WELCOME,
    all_answer,
    all_complete,
    attendance_is_taken,
    everybody_gets_a_diploma,
    everybody_is_invoiced_once,
    staff_welcomes,
    the_date_moves,
    the_venue_gets_its_lists,
    those_who_came_evaluate,
)
from tests.e2e.cohort_year import (
    COHORT,
    NewContext,
    Post,
    Somebody,
    Workspace,
    Year,
    apply_by,
    events_in,
    fill,
    link_in,
    own_answers,
    register,
    save,
    say_no,
    say_yes,
    some_at_once,
    subject_of,
)
from tests.e2e.visitor import DESKTOP, expect_receipt, fill_in, send
from tests.services.processes import wait_until
from tests.services.redis import RedisServer
from tests.services.smtp import SmtpServer

TYPED = ("in_office_since", "challenge", "organisation_number", "peppol_id", "reference")
INTEREST = "Vi har tagit emot din intresseanmälan"
INVITED = f"Inbjudan att söka till {COHORT}"
APPLIED = f"Vi har fått din ansökan till {COHORT}"
NO_APPLICATION = f"Tiden för att söka till {COHORT} är slut"
OFFERED = f"Du erbjuds en plats i {COHORT}: svara senast den"
ACCEPTED = f"Du har en plats i {COHORT}"
DECLINED = f"Du har tackat nej till platsen i {COHORT}"
REMINDED = f"Påminnelse: svara senast den 25 februari 2027 om din plats i {COHORT}"
LAPSED = f"Erbjudandet om plats i {COHORT} gäller inte längre"
ADMITTED = f"Välkommen som deltagare i {COHORT}"


@pytest.fixture
def year(
    site: str,
    database_url: str,
    redis_server: RedisServer,
    smtp_server: SmtpServer,
    settings: Settings,
    new_context: NewContext,
    tmp_path: Path,
) -> Iterator[Year]:
    # Each visitor has an address of their own, as behind our proxy; and nobody logs in anew for each month.
    settings.TRUSTED_PROXIES = ["127.0.0.1"]
    settings.SESSION_COOKIE_AGE = 365 * 24 * 3600
    expect.set_options(timeout=PATIENCE * 1000)
    load_letters()
    clock = Clock(database_url, tmp_path, site)
    yield Year(site, clock, Post(smtp_server), new_context, make_staff())
    clock.stop()
    expect.set_options(timeout=visitor.PATIENCE)


def test_a_cohort_from_interest_to_diploma(year: Year) -> None:
    year.clock.move_to("2027-01-12 09:00")
    staff_logs_in(year)
    staff_plans_the_cohort(year)
    year.clock.move_to("2027-01-18 09:01")
    forty_are_interested(year)
    year.clock.move_to("2027-02-01 09:01")
    staff_invites_all(year)
    applicants = thirty_apply(year)
    year.clock.move_to("2027-02-15 17:01")
    the_round_closes(year, applicants)
    offered, waiting = staff_offers_the_places(year, applicants)
    promoted = most_answer(year, offered, waiting)
    year.clock.move_to("2027-02-23 09:00")
    year.post.expect((offered[3:5], REMINDED))
    year.clock.move_to("2027-02-26 00:05")
    participants = the_last_places_go_on(year, offered, waiting, promoted)
    staff_admits(year, participants)
    the_date_moves(year, participants, ("2027-04-14", "2027-04-15"), ("12–13 april 2027", "14–15 april 2027"), 1)
    the_date_moves(year, participants, ("2027-04-19", "2027-04-20"), ("14–15 april 2027", "19–20 april 2027"), 2)
    staff_welcomes(year, participants)
    year.clock.move_to("2027-04-06 08:30")
    all_answer(year, participants)
    the_venue_gets_its_lists(year, participants)
    year.clock.move_to("2027-04-19 10:30", with_worker=False)
    attendance_is_taken(year, participants)
    year.clock.move_to("2027-04-21 08:30")
    those_who_came_evaluate(year, participants)
    year.clock.move_to("2027-05-31 09:00")
    all_complete(year, participants)
    everybody_gets_a_diploma(year, participants)
    everybody_is_invoiced_once(year, participants)
    everybody_got_their_mails(year, offered, waiting)
    never_more_than(25)


# --- Interest and applications ---------------------------------------------------------------------------------------
def staff_logs_in(year: Year) -> None:
    page = year.browser(viewport=DESKTOP)
    page.goto(f"{year.site}/admin/")
    page.get_by_label("E-postadress").fill(year.staff.email)
    page.get_by_role("button", name="Skicka kod").click()
    (mail,) = year.post.take(1)
    code = CODE.search(mail.text)
    assert code is not None
    page.get_by_label("Kod").fill(code.group())
    page.get_by_role("button", name="Logga in").click()
    page.wait_for_url("**/2fa/authenticate/**")
    page.get_by_label("Kod").fill(app_code(year.staff))
    page.get_by_role("button", name="Logga in").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Översikt")
    year.work = Workspace(page, "")


def staff_plans_the_cohort(year: Year) -> None:
    page = year.work.page
    staff_closes_the_year_before(year)
    page.goto(f"{year.site}/admin/programs/cohort/add/")
    page.locator("[name=programme]").select_option(label="Toppolitikerprogrammet")
    fill(page, year="2027", capacity="25", fee="24000", lodging_per_occasion="2600", venue_name="Kursgården")
    fill(page, interest_opens_at_0="2027-01-18", interest_opens_at_1="09:00")
    fill(page, application_opens_at_0="2027-02-01", application_opens_at_1="09:00")
    fill(page, application_closes_at_0="2027-02-15", application_closes_at_1="17:00")
    page.locator("[name=promotion]").select_option(label="Första reserv som passar erbjuds platsen direkt")
    save(page)
    page.get_by_role("row").get_by_role("link", name=COHORT, exact=True).click()
    page.wait_for_url("**/arbetsyta/")
    year.work = Workspace(page, page.url)
    for number, first, last in (("1", "2027-04-12", "2027-04-13"), ("2", "2027-05-17", "2027-05-18")):
        staff_adds_an_occasion(year, number, first, last)
    page.goto(f"{year.site}/program/intresse/")
    expect(page.get_by_role("main")).not_to_contain_text("Toppolitikerprogrammet 2027")
    assert Cohort.objects.get(year=2027).state == CohortState.PLANNED


def staff_closes_the_year_before(year: Year) -> None:
    """The interest of two years is not gathered at once: those that are open are planned again."""
    page = year.work.page
    page.goto(f"{year.site}/admin/programs/cohort/")
    for row in page.get_by_role("row").filter(has_text="Öppen för intresseanmälan").all():
        row.locator("[name=_selected_action]").check()
    page.locator("select[name=action]").select_option(label="Gör till planerad igen")
    page.locator("button[name=index]").click()
    expect(page.locator(".messagelist .success")).to_have_count(2)


def staff_adds_an_occasion(year: Year, number: str, first: str, last: str) -> None:
    page = year.work.open()
    page.get_by_role("link", name="Lägg till ett tillfälle").click()
    fill(page, number=number, starts_on=first, ends_on=last, starts_at="10:00", ends_at="13:00")
    fill(page, theme_name=f"Tema {number}")
    save(page)


def moved_by_the_clock(state: CohortState) -> None:
    """Wait for beat to have moved the cohort; nobody else did."""
    cohort = Cohort.objects.get(year=2027)
    wait_until(lambda: Cohort.objects.filter(pk=cohort.pk, state=state).exists(), f"it is {state}", timeout=PATIENCE)
    line = AuditEvent.objects.about(cohort).filter(event="programs.cohort_moved").latest("pk")
    assert (line.actor_kind, line.data["to_state"]) == (AuditEvent.ActorKind.SYSTEM, state)


def forty_are_interested(year: Year) -> None:
    moved_by_the_clock(CohortState.INTEREST_OPEN)
    for who, page in zip(year.people[:2], (year.phone(), year.browser(viewport=DESKTOP)), strict=True):
        page.goto(f"{year.site}/program/toppolitikerprogrammet/")
        page.get_by_role("link", name="Anmäl intresse för 2027").first.click()
        fill_in(page, email=who.email)
        page.get_by_role("textbox", name="Namn").fill(who.name)
        send(page)
        expect_receipt(page)
        page.context.close()
    some_at_once(year.people[2:], partial(register, year.site))
    year.post.expect((year.people, INTEREST))


def staff_invites_all(year: Year) -> None:
    moved_by_the_clock(CohortState.APPLICATION_OPEN)
    page = year.work.open()
    page.locator("[name=all_interested]").check()
    page.get_by_role("button", name="Granska och bjud in de valda").click()
    expect(page.locator(".review__row")).to_have_count(40)
    year.work.confirm("Bjud in att söka", 40)
    for mail in year.post.expect((year.people, INVITED)):
        assert "Skicka ansökan senast den 15 februari 2027 klockan 17.00." in mail.text
        assert "12–13 april 2027: Tema 1" in mail.text


def application_link(year: Year, who: Somebody) -> str:
    return link_in(year.post.last_to(who, INVITED), "program/ansokan/")


def thirty_apply(year: Year) -> list[Somebody]:
    """The first on a telephone, in two sittings; the second at a desk; the others without script."""
    applicants = year.people[:30]
    link = partial(application_link, year)
    for who, page in zip(applicants, (year.phone(), year.browser(viewport=DESKTOP)), strict=False):
        page.goto(link(who))
        expect(page.locator("[name=name]")).to_have_value(who.name)
        page.locator("[name=challenge]").fill("Halvvägs")
        page.get_by_role("button", name="Spara och fortsätt senare").click()
        page.wait_for_url("**?sparat=1")
        page.goto(link(who))
        expect(page.locator("[name=challenge]")).to_have_value("Halvvägs")
        answers = own_answers(who)
        fill(page, **{name: answers[name] for name in TYPED})
        for name in ("role", "extent", "side", "by"):
            page.locator(f"[name={name}][value={answers[name]}]").check()
        page.get_by_role("button", name="Skicka ansökan").click()
        page.wait_for_url("**?skickat=1")
        page.context.close()
    some_at_once(applicants[2:], partial(apply_by, link))
    year.post.expect((applicants, APPLIED))
    return applicants


def the_round_closes(year: Year, applicants: list[Somebody]) -> None:
    moved_by_the_clock(CohortState.CLOSED)
    year.post.expect((year.people[30:], NO_APPLICATION))
    year.work.open()
    assert year.work.number("har sökt") == "30"


# --- Places ----------------------------------------------------------------------------------------------------------
def staff_offers_the_places(year: Year, applicants: list[Somebody]) -> tuple[list[Somebody], list[Somebody]]:
    """All thirty are chosen, and 25 can be offered a place; the five who are left become reserves."""
    rows = year.work.review("applied", "Erbjud plats")
    expect(rows).to_have_count(25)
    expect(year.work.page.get_by_role("heading", name="5 personer lämnas som de är")).to_be_visible()
    offered = year.called(rows.locator("p strong:first-child").all_inner_texts())
    year.work.confirm("Erbjud plats", 25)
    for mail in year.post.expect((offered, f"{OFFERED} 25 februari 2027")):
        assert "Svara senast den 25 februari 2027. Hela den dagen räknas, till midnatt." in mail.text
    rows = year.work.review("applied", "Sätt på reservlistan")
    waiting = year.called(rows.locator("p strong:first-child").all_inner_texts())
    assert {*offered, *waiting} == set(applicants)
    year.work.confirm("Sätt på reservlistan", 5)
    ranked = [([who], f"Du är reserv nummer {rank} till {COHORT}") for rank, who in enumerate(waiting, start=1)]
    year.post.expect(*ranked)
    assert year.work.names("reservlista") == [who.name for who in waiting]
    assert [year.work.number(what) for what in ("lediga platser", "obesvarade")] == ["0", "25"]
    return offered, waiting


def place_link(year: Year, who: Somebody) -> str:
    return link_in(year.post.last_to(who, OFFERED), "program/plats/")


def most_answer(year: Year, offered: list[Somebody], waiting: list[Somebody]) -> list[Somebody]:
    """Three say no, and each time the first in line is offered the place by itself. Two do not answer."""
    link = partial(place_link, year)
    for number, who in enumerate(offered[:3]):
        if number == 0:
            answer_on_the_phone(year, who, "Tacka nej", "Nej, jag avstår från platsen")
        else:
            say_no(link, who)
        year.post.expect(([who], DECLINED), ([waiting[number]], f"{OFFERED} 25 februari 2027"))
    answer_on_the_phone(year, offered[5], "Tacka ja", "Ja, jag tar platsen")
    some_at_once(offered[6:], partial(say_yes, link))
    some_at_once(waiting[:3], partial(say_yes, link))
    said_yes = [*offered[5:], *waiting[:3]]
    for mail in year.post.expect((said_yes, ACCEPTED)):
        assert [event.sequence for event in events_in(mail)] == [0, 0]
    assert year.work.names("reservlista") == [who.name for who in waiting[3:]]
    return waiting[:3]


def answer_on_the_phone(year: Year, who: Somebody, link: str, button: str) -> None:
    page = year.phone()
    page.goto(place_link(year, who))
    page.get_by_role("link", name=link).click()
    page.get_by_role("button", name=button).click()
    expect(page.get_by_text("Ditt svar är sparat")).to_be_visible()
    page.context.close()


def the_last_places_go_on(
    year: Year, offered: list[Somebody], waiting: list[Somebody], promoted: list[Somebody]
) -> list[Somebody]:
    """Whoever did not answer loses the offer at midnight, by beat; the last two reserves take the places."""
    year.post.expect((offered[3:5], LAPSED), (waiting[3:], f"{OFFERED} 8 mars 2027"))
    some_at_once(waiting[3:], partial(say_yes, partial(place_link, year)))
    year.post.expect((waiting[3:], ACCEPTED))
    year.work.open()
    assert [year.work.number(what) for what in ("tackat ja", "obesvarade", "på reservlistan")] == ["25", "0", "0"]
    return [*offered[5:], *promoted, *waiting[3:]]


def staff_admits(year: Year, participants: list[Somebody]) -> None:
    expect(year.work.review("accepted", "Gör till deltagare")).to_have_count(25)
    year.work.confirm("Gör till deltagare", 25)
    year.post.expect((participants, ADMITTED))


def everybody_got_their_mails(year: Year, offered: list[Somebody], waiting: list[Somebody]) -> None:
    """Mailbox by mailbox, from the first mail to the last: exactly these, in this order."""
    applied = [INTEREST, INVITED, APPLIED]
    took_part = [ACCEPTED, ADMITTED, MOVED, MOVED, WELCOME, ASKED]
    first, late = f"{OFFERED} 25 februari 2027", f"{OFFERED} 8 mars 2027"
    boxes = {who.email: [INTEREST, INVITED, NO_APPLICATION] for who in year.people[30:]}
    boxes |= {who.email: [*applied, first, DECLINED] for who in offered[:3]}
    boxes |= {who.email: [*applied, first, REMINDED, LAPSED] for who in offered[3:5]}
    boxes |= {who.email: [*applied, first, *took_part] for who in offered[5:]}
    for rank, who in enumerate(waiting, start=1):
        reserve = f"Du är reserv nummer {rank} till {COHORT}"
        boxes[who.email] = [*applied, reserve, first if rank <= 3 else late, *took_part]
    participants = [*offered[5:], *waiting]
    for number, who in enumerate(participants):
        boxes[who.email] += [EVALUATED, COMPLETED] if number < COME else [COMPLETED]
    found = {email: [subject_of(mail) for mail in mails] for email, mails in year.post.by_person.items()}
    # Two logged in: staff once, and the first participant for her diploma.
    del found[year.staff.email]
    found[participants[0].email].pop()
    assert found == boxes
    assert year.post.read == len(year.post.server.mails)


def never_more_than(capacity: int) -> None:
    """Walk through the trail from its beginning: at no moment were more places held than there are."""
    held = most = 0
    for line in AuditEvent.objects.filter(subject_type=Place._meta.label_lower).order_by("pk"):
        before, after = line.data.get("from_state"), line.data.get("to_state")
        held += (after in HOLDS_A_PLACE) - (before in HOLDS_A_PLACE)
        most = max(most, held)
    assert (held, most) == (capacity, capacity)
    assert Place.objects.filter(state=PlaceState.COMPLETED).count() == capacity
