"""Applications and occasions in a real browser: accessible, nothing sideways, by keyboard alone, without script."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
import time_machine
from django.test import Client
from playwright.sync_api import BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from portal.core import audit
from programs.actions.attending import answer_occasion, take_attendance
from programs.actions.occasions import cancel_occasion
from programs.forms_occasions import Answer
from programs.mail_occasions import answer_url, evaluation_url
from programs.mail_places import place_token
from programs.models import Attendance, Cohort, Evaluation, Occasion, Place
from programs.states import CohortState
from tests.accounts.people import log_in, make_staff
from tests.programs.applying import ANSWERS, EMAIL, OPEN, invited, load_some_organisations, open_round
from tests.programs.builders import make_occasion
from tests.programs.meeting import FIRST_DAY, join, make_meeting
from tests.services.browser import axe_violations

pytestmark = pytest.mark.django_db(transaction=True)
NewContext = Callable[..., BrowserContext]
WIDTHS = (1280, 390, 320)
# A folder for pictures of each page, for whoever wants to look at them.
PICTURES = os.environ.get("PICTURES", "")


def inspect(page: Page, name: str, url: str = "") -> list[str]:
    """What is wrong with the page at any width: axe's findings (not at 320) and scrolling sideways."""
    found: list[str] = []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        if url:
            page.goto(url)
        found += [f"{width} {name} {line}" for line in (axe_violations(page) if width > 320 else [])]
        if page.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
            found.append(f"{width} {name} scrolls sideways")
        if PICTURES and width > 320:
            page.screenshot(path=Path(PICTURES) / f"{name}-{width}.png", full_page=True)
    return found


def fill_in(page: Page) -> None:
    """Everything but the choice of an organisation, which works in its own way with script."""
    for name in ("name", "phone", "in_office_since", "challenge", "organisation_number", "reference", "peppol_id"):
        page.locator(f"[name={name}]").fill(str(ANSWERS[name]))
    for name in ("role", "extent", "side", "by"):
        page.locator(f"[name={name}][value={ANSWERS[name]}]").check()


@pytest.fixture
def cohort() -> Cohort:
    load_some_organisations()
    return open_round()


def test_the_application_is_accessible_in_every_state(
    new_context: NewContext, live: LiveServer, cohort: Cohort
) -> None:
    page = new_context().new_page()
    place = invited(cohort)
    personal = f"{live.url}/program/ansokan/{place_token(place)}/"
    found = inspect(page, "open_application", live.url + OPEN)
    page.get_by_role("button", name="Skicka ansökan").click()
    expect(page.locator(".error-summary")).to_be_focused()
    found += inspect(page, "open_application-errors")
    found += inspect(page, "application", personal)
    fill_in(page)
    page.get_by_role("button", name="Spara och fortsätt senare").click()
    found += inspect(page, "application-saved")
    page.get_by_role("button", name="Skicka ansökan").click()
    page.wait_for_url("**?skickat=1")
    found += inspect(page, "application-sent")
    Cohort.objects.update(state=CohortState.CLOSED)
    found += inspect(page, "application_closed", personal)
    assert found == []
    assert Place.objects.get().state == "applied"


def test_without_script_the_open_form_is_sent_and_its_receipt_is_accessible(
    new_context: NewContext, live: LiveServer, cohort: Cohort
) -> None:
    page = new_context(java_script_enabled=False).new_page()
    page.goto(live.url + OPEN)
    fill_in(page)
    page.get_by_label("E-postadress").first.fill(EMAIL)
    page.locator("[name=organisation]").select_option("0180")
    page.get_by_role("button", name="Skicka ansökan").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Tack! Vi har tagit emot din ansökan")
    seeing = new_context().new_page()
    assert inspect(seeing, "application_receipt", page.url) == []
    assert Place.objects.get().state == "applied"


def test_the_application_can_be_sent_by_keyboard_alone(
    new_context: NewContext, live: LiveServer, cohort: Cohort
) -> None:
    page = new_context().new_page()
    page.goto(f"{live.url}/program/ansokan/{place_token(invited(cohort))}/")
    page.locator("[name=name]").focus()
    seen: list[str] = []
    for _step in range(60):
        name = str(page.evaluate("document.activeElement.name || document.activeElement.id"))
        seen.append(name)
        if name == "send":
            break
        answer_by_keyboard(page, name)
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")

    page.wait_for_url("**?skickat=1")
    assert seen.index("role") < seen.index("challenge") < seen.index("organisation_number") < seen.index("send")
    assert Place.objects.get().state == "applied"


def answer_by_keyboard(page: Page, name: str) -> None:
    if name in ("role", "extent", "side", "by"):
        page.keyboard.press("Space")
    elif name in ("in_office_since", "challenge", "organisation_number", "peppol_id"):
        page.keyboard.type(str(ANSWERS[name]))


def test_the_pages_of_a_participant_are_accessible(new_context: NewContext, live: LiveServer) -> None:
    occasion = make_meeting()
    Occasion.objects.update(bullets="Samtal\nGrupparbete", changes_text="Längre raster.")
    place = join(occasion.cohort, "Åsa Lind-Öberg")
    second = make_occasion(occasion.cohort, 2, FIRST_DAY)
    page = new_context().new_page()
    found = inspect(page, "answer_occasion", answer_url(place, second))
    page.get_by_role("button", name="Spara svaret").click()
    found += inspect(page, "answer_occasion-errors")
    page.locator("[name=comes][value=ja]").check()
    page.locator("[name=sleeps_over][value=nej]").check()
    page.get_by_role("button", name="Spara svaret").click()
    page.get_by_role("heading", name="Tack, svaret är sparat").wait_for()
    found += inspect(page, "answer_occasion-saved")
    found += inspect(page, "occasion_closed-evaluation", evaluation_url(place, occasion))
    with time_machine.travel("2026-12-28", tick=True):
        found += inspect(page, "evaluate_occasion", evaluation_url(place, occasion))
        for question in ("usefulness", "challenge", "setting"):
            page.locator(f"[name={question}][value='4']").check()
        page.get_by_role("button", name="Skicka utvärderingen").click()
        page.get_by_role("heading", name="Tack för ditt svar").wait_for()
        found += inspect(page, "evaluation_thanks")
    cancel_occasion(occasion, by=audit.SYSTEM)
    found += inspect(page, "occasion_closed", answer_url(place, occasion))
    assert found == []
    assert Evaluation.objects.count() == 1


def staff_page(new_context: NewContext, live: LiveServer, **options: object) -> Page:
    client = log_in(Client(), make_staff())
    context = new_context(color_scheme="light", **options)
    context.add_cookies([{"name": "session", "value": client.cookies["session"].value, "url": live.url}])
    return context.new_page()


def fill_the_occasion(occasion: Occasion) -> list[Place]:
    people = [join(occasion.cohort, name) for name in ("Åsa Lind-Öberg", "Bo Ek", "Cecilia Dahl", "Dan Al-Hassan")]
    needs = Answer(comes=True, sleeps_over=True, food="Vegetariskt", access="Hörslinga")
    answer_occasion(people[0], occasion, needs, by=audit.PERSON)
    away = Answer(comes=False, sleeps_over=False, food="", access="")
    answer_occasion(people[1], occasion, away, by=audit.PERSON)
    take_attendance(people[0], occasion, occasion.starts_on, present=True, by=audit.SYSTEM)
    take_attendance(people[1], occasion, occasion.starts_on, present=False, by=audit.SYSTEM)
    for mark in (5, 4, 4, 2):
        marks = {"usefulness": mark, "challenge": mark, "setting": 5}
        Evaluation.objects.create(occasion=occasion, **marks, best="Samtalen.", change="Längre raster.")
    return people


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_staffs_pages_of_an_occasion_are_accessible(new_context: NewContext, live: LiveServer, scheme: str) -> None:
    occasion = make_meeting()
    fill_the_occasion(occasion)
    page = staff_page(new_context, live)
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    own = f"{live.url}/admin/programs/occasion/{occasion.pk}/"

    found = inspect(page, f"list-{scheme}", f"{live.url}/admin/programs/occasion/")
    for part in ("change", "flytta", "stall-in", "narvaro", "svar", "utvardering"):
        found += inspect(page, f"{part}-{scheme}", f"{own}{part}/")
    page.goto(f"{own}flytta/")
    page.locator("[name=venue_name]").fill("Slottet")
    page.get_by_role("button", name="Visa vad som händer").click()
    found += inspect(page, f"flytta-visat-{scheme}")
    found += inspect(page, f"material-{scheme}", f"{live.url}/admin/programs/material/add/")
    assert found == []


def test_attendance_is_taken_with_a_thumb_and_without_script(new_context: NewContext, live: LiveServer) -> None:
    occasion = make_meeting()
    people = [join(occasion.cohort, name) for name in ("Åsa Lind-Öberg", "Bo Ek")]
    page = staff_page(new_context, live, java_script_enabled=False, viewport={"width": 390, "height": 844})
    page.goto(f"{live.url}/admin/programs/occasion/{occasion.pk}/narvaro/")

    buttons = page.locator(".attendance__buttons button")
    boxes = [box for box in (button.bounding_box() for button in buttons.all()) if box]
    assert min(min(box["width"], box["height"]) for box in boxes) >= 44
    for person in people:
        page.get_by_role("group", name=person.name).get_by_role("button", name="På plats").click()

    assert Attendance.objects.filter(present=True).count() == len(people)
    assert page.locator("[aria-pressed=true]").count() == len(people)
