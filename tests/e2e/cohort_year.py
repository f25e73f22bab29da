"""The people of a cohort's year, the mailboxes that they read, and what both staff and they do on the pages."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from typing import Any, TypeVar

import httpx
from bs4 import BeautifulSoup
from icalendar import Calendar, Event
from playwright.sync_api import BrowserContext, Locator, Page, expect

from portal.accounts.models import User
from portal.organisations.actions import listed_organisations
from tests.e2e.clock import PATIENCE, Clock
from tests.e2e.visitor import PHONE
from tests.programs.applying import ANSWERS
from tests.programs.interest import BASE
from tests.services.processes import wait_until
from tests.services.smtp import ReceivedMail, SmtpServer

FIRST_NAMES = ("Anna", "Bo", "Cecilia", "Daud", "Eeva", "Frida", "Göran", "Hjördís", "Ingrid", "Johan")
LAST_NAMES = ("Åkerö", "Lind-Öberg", "Al-Hassan", "Sára")
COHORT = "Toppolitikerprogrammet 2027"
OneOf = TypeVar("OneOf")
NewContext = Callable[..., BrowserContext]


@dataclass(frozen=True)
class Somebody:
    """One of the forty; `number` gives them a network address of their own."""

    number: int
    name: str
    email: str
    organisation: str


def forty() -> list[Somebody]:
    """Forty people from as many municipalities; the first two are from the same one."""
    codes = [row.code for row in listed_organisations() if len(row.code) == 4 and row.code != "1280"]
    names = [f"{first} {last}" for last in LAST_NAMES for first in FIRST_NAMES]
    return [
        Somebody(number, name, f"person-{number:02d}@kommun.example", "1280" if number <= 2 else codes[7 * number])
        for number, name in enumerate(names, start=1)
    ]


# --- Mailboxes -------------------------------------------------------------------------------------------------------
@dataclass
class Post:
    """What has come to the mail server: read in the order of the journey, each mail accounted for exactly once."""

    server: SmtpServer
    read: int = 0
    by_person: dict[str, list[ReceivedMail]] = field(default_factory=dict)

    def expect(self, *wanted: tuple[Iterable[Somebody], str]) -> list[ReceivedMail]:
        """Wait for these mails, one to each of the people, and find that no other came. In the order of the people."""
        expected = [(who.email, subject) for people, subject in wanted for who in people]
        found = self.take(len(expected))
        by_key = {(mail.recipients[0], subject_of(mail)): mail for mail in found}
        wrong = f"missing: {set(expected) - by_key.keys()}, more: {by_key.keys() - set(expected)}"
        assert (len(found), sorted(by_key)) == (len(expected), sorted(expected)), wrong
        return [by_key[key] for key in expected]

    def take(self, count: int) -> list[ReceivedMail]:
        """The next mails, each to one person, whose name alone stands on it."""
        wait_until(lambda: len(self.server.mails) >= self.read + count, f"{count} more mails", timeout=PATIENCE)
        found = self.server.mails[self.read :]
        self.read += len(found)
        for mail in found:
            assert len(mail.recipients) == 1
            assert (mail.message["To"], mail.message["Cc"], mail.message["Bcc"]) == (mail.recipients[0], None, None)
            self.by_person.setdefault(mail.recipients[0], []).append(mail)
        return found

    def last_to(self, who: Somebody, subject: str = "") -> ReceivedMail:
        return [mail for mail in self.by_person[who.email] if subject_of(mail).startswith(subject)][-1]


def subject_of(mail: ReceivedMail) -> str:
    """Without the blank that is left where the header was folded before its first word."""
    return mail.subject.strip()


def link_in(mail: ReceivedMail, part: str) -> str:
    """The address in the mail that leads to such a page."""
    found = re.search(rf"http://localhost:\d+(/{part}\S*)", mail.text)
    assert found is not None, mail.text
    return found[0]


def events_in(mail: ReceivedMail) -> list[Event]:
    """The calendar entries of the file that goes with the mail."""
    (attached,) = [part for part in mail.message.walk() if part.get_content_type() == "text/calendar"]
    content = attached.get_payload(decode=True)
    assert isinstance(content, bytes)
    return events_of(content)


def events_of(content: bytes) -> list[Event]:
    return [event for event in Calendar.from_ical(content).walk("VEVENT") if isinstance(event, Event)]


# --- What people do --------------------------------------------------------------------------------------------------
def fill_in_and_send(who: Somebody, address: str, answers: dict[str, Any]) -> str:
    """As a browser without script: fetch the page, keep its hidden fields, post the form. Returns where it leads."""
    with httpx.Client(headers={"X-Forwarded-For": f"10.9.0.{who.number}"}, timeout=PATIENCE) as client:
        page = client.get(address)
        assert page.status_code == 200, address
        hidden = BeautifulSoup(page.text, "html.parser").select("main form[method=post] input[type=hidden]")
        kept = {str(field["name"]): str(field.get("value", "")) for field in hidden}
        answer = client.post(address, data={**kept, **answers})
        assert answer.status_code == 303, BeautifulSoup(answer.text, "html.parser").get_text(" ", strip=True)
        return str(answer.headers["Location"])


def some_at_once(people: Sequence[OneOf], do: Callable[[OneOf], object]) -> None:
    """Three people at a time, as they come on a busy day."""
    with ThreadPoolExecutor(3) as pool:
        list(pool.map(do, people))


def register(site: str, who: Somebody) -> None:
    """An interest registration."""
    own = {"name": who.name, "email": who.email, "organisation": who.organisation}
    assert "/kvitto/" in fill_in_and_send(who, f"{site}/program/intresse/", {**BASE, **own})


def own_answers(who: Somebody) -> dict[str, str]:
    """What somebody writes in the application form; the majority for every second one."""
    side = "majority" if who.number % 2 else "opposition"
    own = {"name": who.name, "organisation": who.organisation, "side": side, "reference": f"REF-{who.number}"}
    return {**ANSWERS, **own}


def apply_by(link: Callable[[Somebody], str], who: Somebody) -> None:
    assert fill_in_and_send(who, link(who), {**own_answers(who), "send": "Skicka ansökan"}).endswith("?skickat=1")


def answer_offer(page: str, link: Callable[[Somebody], str], who: Somebody) -> None:
    """Press the button that stands on a page of its own: "ja" or "nej"."""
    assert fill_in_and_send(who, f"{link(who)}{page}/", {}).endswith("?svarat=1")


say_yes, say_no = partial(answer_offer, "ja"), partial(answer_offer, "nej")


# --- What staff does in admin ----------------------------------------------------------------------------------------
def save(page: Page) -> None:
    page.locator("input[name=_save]").first.click()
    expect(page.locator(".messagelist .success")).to_be_visible()


def fill(page: Page, **values: str) -> None:
    for name, value in values.items():
        page.locator(f"[name={name}]").fill(value)


@dataclass(frozen=True)
class Workspace:
    """The cohort's page in admin, as staff uses it."""

    page: Page
    address: str

    def open(self) -> Page:
        self.page.goto(self.address)
        return self.page

    def number(self, what: str) -> str:
        """One of the numbers at the top."""
        row = self.page.locator(".numbers li").filter(has_text=what)
        return row.locator(".numbers__number").inner_text()

    def review(self, state: str, verb: str) -> Locator:
        """Tick all in a state, choose the verb, and look at what would happen: the rows of those it would happen to."""
        self.open().locator(f"input[name=group][value={state}]").check()
        self.page.get_by_label("Med de valda", exact=True).select_option(label=verb)
        self.page.get_by_role("button", name="Granska", exact=True).click()
        expect(self.page.get_by_role("heading", level=1)).to_have_text(verb)
        return self.page.locator(".review__row")

    def confirm(self, verb: str, count: int) -> None:
        """Press the button that does it, and be told that it was done."""
        self.page.get_by_role("button", name=f"{verb} ({count})").click()
        expect(self.page.locator(".messagelist")).to_contain_text(f"{verb}: klart för {count} personer")

    def names(self, heading: str) -> list[str]:
        """Who stands under a heading."""
        section = self.open().locator(".people").filter(has=self.page.locator(f"#{heading}"))
        return section.locator(".person__name").all_inner_texts()

    def download(self, label: str) -> bytes:
        """One of the papers."""
        with self.open().expect_download() as download:
            self.page.locator("#papper").get_by_role("link", name=label, exact=True).click()
        return download.value.path().read_bytes()


@dataclass
class Year:
    """What everybody in the journey shares."""

    site: str
    clock: Clock
    post: Post
    new_context: NewContext
    staff: User
    work: Workspace = field(init=False)
    people: list[Somebody] = field(default_factory=forty)

    def browser(self, **options: object) -> Page:
        page = self.new_context(**options).new_page()
        page.set_default_timeout(PATIENCE * 1000)
        return page

    def phone(self, **options: object) -> Page:
        return self.browser(viewport=PHONE, has_touch=True, is_mobile=True, **options)

    def called(self, names: list[str]) -> list[Somebody]:
        by_name = {who.name: who for who in self.people}
        return [by_name[name] for name in names]
