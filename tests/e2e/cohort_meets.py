"""The second half of a cohort's year: dates that move, an occasion from the question to the evaluation, diplomas."""

from __future__ import annotations

from functools import partial
from io import BytesIO

import httpx
from openpyxl import load_workbook
from playwright.sync_api import expect
from pypdf import PdfReader

from programs.models import Attendance
from tests.accounts.people import CODE
from tests.e2e.clock import PATIENCE
from tests.e2e.cohort_year import (
    COHORT,
    Somebody,
    Year,
    events_in,
    events_of,
    fill,
    fill_in_and_send,
    link_in,
    some_at_once,
)
from tests.services.processes import wait_until

ASKED, MOVED, EVALUATED = "Kommer du? Tema 1", "Ändrat: Tema 1", "Vad tyckte du? Tema 1"
WELCOME, COMPLETED = f"Välkommen till {COHORT}", f"Du har gått klart {COHORT}"
COMPLETE = "Markera att personen har gått klart"
# Who of the 25 sleeps over (the first ones), comes, and stays at home (the last ones).
SLEEP, COME = 20, 23
FOOD, ACCESS = "Vegetariskt, utan nötter", "Hörslinga"


# --- Dates and letters -----------------------------------------------------------------------------------------------
def the_date_moves(
    year: Year, people: list[Somebody], days: tuple[str, str], words: tuple[str, str], time: int
) -> None:
    """Staff moves the first occasion; everybody reads from what to what, and their calendar takes the later entry."""
    known = events_in(year.post.last_to(people[0], f"Du har en plats i {COHORT}"))[0]
    page = year.work.open()
    page.get_by_role("link", name="Flytta: Tema 1").click()
    fill(page, starts_on=days[0], ends_on=days[1])
    page.get_by_role("button", name="Visa vad som händer").click()
    expect(page.locator(".occasion-changes")).to_contain_text(" → ".join(words))
    page.get_by_role("button", name=f"Ändra och skicka {len(people)} mejl").click()
    expect(page.locator(".messagelist")).to_contain_text("Tillfället är ändrat")
    for mail in year.post.expect((people, MOVED)):
        assert f"Datum: {words[0]} → {words[1]}" in mail.text
        (event,) = events_in(mail)
        assert (event.uid, event.sequence) == (known.uid, time)
        assert event.start.isoformat().startswith(f"{days[0]}T10:00")
    the_feed_follows(year, people[0], time)


def the_feed_follows(year: Year, who: Somebody, time: int) -> None:
    """The address in the mail, fetched as a calendar program does."""
    content = httpx.get(link_in(year.post.last_to(who), "program/kalender/"), timeout=PATIENCE).content
    assert [event.sequence for event in events_of(content)] == [time, 0]


def staff_welcomes(year: Year, people: list[Somebody]) -> None:
    """A letter in staff's own words, from the template; its progress is followed to the last mailbox."""
    page = year.work.page
    page.goto(f"{year.work.address}brev/")
    page.get_by_label("Vad för brev?").select_option(label="Välkomstbrev med praktiska uppgifter")
    page.get_by_role("button", name="Börja skriva").click()
    page.get_by_role("button", name="Spara och välj mottagare").click()
    page.get_by_role("button", name="Granska utskicket").click()
    page.get_by_role("button", name=f"Skicka ({len(people)})").click()
    for who, mail in zip(people, year.post.expect((people, WELCOME)), strict=True):
        assert f"Hej {who.name}!" in mail.text
        assert "19–20 april 2027" in mail.text

    def all_are_there() -> bool:
        page.reload()
        return page.get_by_text("25 av 25 är mottagna av e-postservern").is_visible()

    wait_until(all_are_there, "the progress of the letter is complete", timeout=PATIENCE)


# --- One occasion ----------------------------------------------------------------------------------------------------
def occasion_link(year: Year, subject: str, who: Somebody) -> str:
    return link_in(year.post.last_to(who, subject), "program/tillfalle/")


def all_answer(year: Year, people: list[Somebody]) -> None:
    """Beat asks two weeks before; one answers on a telephone."""
    year.post.expect((people, ASKED))
    page = year.phone()
    page.goto(occasion_link(year, ASKED, people[0]))
    page.locator("[name=comes][value=ja]").check()
    page.locator("[name=sleeps_over][value=ja]").check()
    fill(page, food=FOOD, access=ACCESS)
    page.get_by_role("button", name="Spara svaret").click()
    expect(page.get_by_text("Tack, svaret är sparat")).to_be_visible()
    page.context.close()
    some_at_once(list(enumerate(people))[1:], partial(answer, year))


def answer(year: Year, numbered: tuple[int, Somebody]) -> None:
    number, who = numbered
    said = {"comes": "ja" if number < COME else "nej", "sleeps_over": "ja" if number < SLEEP else "nej"}
    link = occasion_link(year, ASKED, who)
    assert fill_in_and_send(who, link, {**said, "food": "", "access": ""}).endswith("?sparat=1")


def the_venue_gets_its_lists(year: Year, people: list[Somebody]) -> None:
    """Names and needs, of those who come and nobody else; nothing else about anybody."""
    page = year.work.open()
    page.get_by_role("link", name="Svar, rum och mat: Tema 1").click()
    says = "23 av 25 kommer, 20 sover över. 2 kommer inte, och 0 har inte svarat."
    expect(page.locator(".occasion-lead")).to_have_text(says)
    names = sorted(who.name for who in people[:SLEEP])
    assert sorted(page.locator(".occasion-page ol > li").all_inner_texts()) == names
    needs = {people[0].name: (FOOD, ACCESS)}
    expected = [
        (who.name, "Ja" if number < SLEEP else "", *needs.get(who.name, ("", "")))
        for number, who in enumerate(people[:COME])
    ]
    assert sorted(sheet(year.work.download("Rum och måltider (Excel)"))[1:]) == sorted(expected)
    text = words_of(year.work.download("Rum och måltider"))
    assert all(part in text for part in (*names, FOOD, ACCESS))
    assert not any(who.email in text for who in people)
    assert not any(who.name in text for who in people[COME:])


def attendance_is_taken(year: Year, people: list[Somebody]) -> None:
    """On a phone, at the door: one tap for each."""
    page = year.phone(storage_state=year.work.page.context.storage_state())
    page.goto(year.work.address)
    page.get_by_role("link", name="Närvaro: Tema 1").click()
    for number, who in enumerate(people):
        button = page.get_by_role("group", name=who.name).get_by_role(
            "button", name="På plats" if number < COME else "Borta"
        )
        button.click()
        expect(button).to_have_attribute("aria-pressed", "true")
    expect(page.locator(".occasion-lead")).to_have_text("23 av 25 är på plats, 2 är borta.")
    page.context.close()
    taken = Attendance.objects.filter(present=True).values_list("place__name", "day")
    assert sorted(name for name, _day in taken) == sorted(who.name for who in people[:COME])
    assert {day.isoformat() for _name, day in taken} == {"2027-04-19"}


def those_who_came_evaluate(year: Year, people: list[Somebody]) -> None:
    came = people[:COME]
    year.post.expect((came, EVALUATED))
    page = year.phone()
    page.goto(occasion_link(year, EVALUATED, came[0]))
    for question in ("usefulness", "challenge", "setting"):
        page.locator(f"[name={question}][value='5']").check()
    page.get_by_role("button", name="Skicka utvärderingen").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Tack för ditt svar")
    page.context.close()
    some_at_once(came[1:], partial(evaluate, year))
    staff = year.work.open()
    staff.get_by_role("link", name="Utvärdering: Tema 1").click()
    expect(staff.locator(".occasion-lead")).to_have_text("23 svar.")
    expect(staff.locator(".occasion-words li")).to_have_count(22)
    said = staff.get_by_role("main").inner_text()
    assert not any(who.name in said for who in people)


def evaluate(year: Year, who: Somebody) -> None:
    marks = {"usefulness": "4", "challenge": "3", "setting": "5", "best": f"Samtal nummer {who.number}", "change": ""}
    fill_in_and_send(who, occasion_link(year, EVALUATED, who), marks)


# --- The end ---------------------------------------------------------------------------------------------------------
def all_complete(year: Year, people: list[Somebody]) -> None:
    expect(year.work.review("participant", COMPLETE)).to_have_count(25)
    year.work.confirm(COMPLETE, 25)
    year.post.expect((people, COMPLETED))


def everybody_gets_a_diploma(year: Year, people: list[Somebody]) -> None:
    """All of them from staff's page; one logs in with a code by mail and takes her own."""
    pages = [squeezed(page.extract_text()) for page in PdfReader(BytesIO(year.work.download("Diplom"))).pages]
    assert len(pages) == len(people)
    for who in people:
        assert sum(squeezed(who.name) in text for text in pages) == 1
    own = squeezed(words_of(my_diploma(year, people[0])))
    assert squeezed(people[0].name) in own
    assert squeezed("19–20 april 2027") in own
    assert not any(squeezed(who.name) in own for who in people[1:])


def my_diploma(year: Year, who: Somebody) -> bytes:
    page = year.phone()
    page.goto(f"{year.site}/mina-sidor/")
    page.get_by_label("E-postadress").fill(who.email)
    page.get_by_role("button", name="Skicka kod").click()
    (mail,) = year.post.take(1)
    code = CODE.search(mail.text)
    assert code is not None
    assert mail.recipients == (who.email,)
    page.get_by_label("Kod").fill(code.group())
    page.get_by_role("button", name="Logga in").click()
    page.get_by_role("main").get_by_role("link", name=COHORT).first.click()
    with page.expect_download() as download:
        page.get_by_role("link", name="Ladda ner ditt diplom (PDF)").click()
    content = download.value.path().read_bytes()
    page.context.close()
    return content


def everybody_is_invoiced_once(year: Year, people: list[Somebody]) -> None:
    """One row for each participant and for nobody else, with the prices of the cohort."""
    headings, *rows = (dict(enumerate(row)) for row in sheet(year.work.download("Faktureringsunderlag (Excel)")))
    column = {str(heading): number for number, heading in headings.items()}
    told = sorted((row[column["Deltagare"]], row[column["Er referens"]]) for row in rows)
    assert told == sorted((who.name, f"REF-{who.number}") for who in people)
    prices = [number for heading, number in column.items() if heading.endswith("kr exkl. moms")]
    assert {tuple(row[number] for number in prices) for row in rows} == {(24_000, 2_600)}
    assert {row[column["Organisationsnummer"]] for row in rows} == {"212000-0142"}


def sheet(content: bytes) -> list[tuple[object, ...]]:
    rows = load_workbook(BytesIO(content)).active.iter_rows(values_only=True)
    return [tuple("" if cell is None else cell for cell in row) for row in rows]


def words_of(content: bytes) -> str:
    return " ".join(" ".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages).split())


def squeezed(text: str) -> str:
    """Without blanks: where a line was broken on paper says nothing."""
    return "".join(text.split())
