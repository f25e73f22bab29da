"""A cohort's workspace in a real browser: by keyboard alone, without JavaScript, accessible in every state."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone
from playwright.sync_api import BrowserContext, Page, expect

from portal.core import audit
from portal.core.models import OutgoingMail
from portal.core.states import MailState
from programs.actions import letters, places
from programs.actions.composition import set_wishes
from programs.models import Cohort, LetterKind, Place
from programs.states import PlaceState
from tests.accounts.people import log_in, make_staff
from tests.e2e.test_accessibility import problems
from tests.e2e.visitor import DESKTOP, PHONE
from tests.programs.builders import make_occasion
from tests.programs.workspace_people import make_application, make_full_cohort, make_interest, make_place

NewContext = Callable[..., BrowserContext]
MOST_STOPS = 80
# Where the focus is, and whether a sighted person sees it: in the window, nothing over it.
STOP = """() => {
    const element = document.activeElement;
    const box = element.getBoundingClientRect();
    const x = Math.min(Math.max(box.left + Math.min(box.width / 2, 20), 0), innerWidth - 1);
    const y = Math.min(Math.max(box.top + Math.min(box.height / 2, 12), 0), innerHeight - 1);
    const top = document.elementFromPoint(x, y);
    const inside = box.width > 0 && box.bottom > 0 && box.top < innerHeight;
    return {
        name: (element.getAttribute("aria-label") || element.labels?.[0]?.textContent || element.value
            || element.textContent || element.tagName).trim(),
        seen: inside && top !== null && (element.contains(top) || top.contains(element)),
        marked: getComputedStyle(element).outlineStyle !== "none",
    };
}"""


@pytest.fixture
def cohort(site: str) -> Cohort:
    """Ten places; some applied, some wait, one is offered, one mail failed, two are interested."""
    cohort = make_full_cohort(capacity=10)
    for number, code in enumerate(("0180", "1280", "0114", "2580"), start=1):
        make_application(make_place(cohort, f"Sökande {number}", organisation=code))
    for number, code in enumerate(("1480", "0380"), start=1):
        make_place(cohort, f"Reserv {number}", PlaceState.WAITING, organisation=code)
    make_place(cohort, "Máret Ánne Sára", PlaceState.ACCEPTED, organisation="2584")
    make_place(cohort, "Erbjuden Erik", PlaceState.OFFERED, organisation="1280", answer_by=timezone.localdate())
    make_place(cohort, "Avböjde Ada", PlaceState.DECLINED)
    for number in (1, 2):
        make_interest(cohort, f"Intresserad {number}")
    make_occasion(cohort, 1, timezone.localdate())
    return cohort


def enter(context: BrowserContext, site: str) -> Page:
    """A page of somebody who is in admin already."""
    session = log_in(Client(), make_staff()).cookies[settings.SESSION_COOKIE_NAME].value
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": site}])
    return context.new_page()


def address(site: str, cohort: Cohort) -> str:
    return f"{site}/admin/programs/cohort/{cohort.pk}/arbetsyta/"


def press_until(page: Page, name: str, key: str = "Tab") -> None:
    """Press the key until what has that text has the focus; every stop on the way is seen."""
    seen: list[str] = []
    for _number in range(MOST_STOPS):
        page.keyboard.press(key)
        stop: dict[str, Any] = page.evaluate(STOP)
        assert stop["seen"], (key, stop)
        assert stop["marked"], (key, stop)
        seen.append(stop["name"])
        if stop["name"].startswith(name):
            return
    raise AssertionError(f"{name} was not reached by {key}: {seen}")


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["390", "1280"])
def test_a_day_of_work_by_keyboard_alone(new_context: NewContext, site: str, cohort: Cohort, size: Any) -> None:
    page = enter(new_context(viewport=size), site)
    page.goto(f"{site}/admin/programs/cohort/?q=")
    press_until(page, str(cohort))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(str(cohort))

    # Two people are ticked, the verb is chosen in the bar, the letters are read, it is confirmed.
    press_until(page, "Välj Sökande 1")
    page.keyboard.press("Space")
    press_until(page, "Välj Sökande 3")
    page.keyboard.press("Space")
    press_until(page, "Med de valda", "Shift+Tab")
    page.keyboard.type("Erbjud")
    press_until(page, "Granska")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Erbjud plats")
    press_until(page, "Erbjud plats (2)")
    press_until(page, "Mejl till")
    page.keyboard.press("Enter")
    expect(page.locator(".review__mail").first).to_be_visible()
    press_until(page, "Erbjud plats (2)", "Shift+Tab")
    page.keyboard.press("Enter")
    expect(page.locator(".messagelist")).to_contain_text("klart för 2 personer")
    assert Place.objects.filter(state=PlaceState.OFFERED, name__startswith="Sökande").count() == 2

    # The waiting list is put in another order.
    press_until(page, "Upp: Reserv 2")
    page.keyboard.press("Enter")
    page.wait_for_url("**/arbetsyta/#plats-*")
    assert list(Place.objects.waiting().values_list("name", flat=True)) == ["Reserv 2", "Reserv 1"]


def test_one_person_is_invited_without_javascript(new_context: NewContext, site: str, cohort: Cohort) -> None:
    page = enter(new_context(viewport=PHONE, java_script_enabled=False), site)
    page.goto(address(site, cohort))
    page.get_by_role("button", name="Bjud in: Intresserad 2").click()
    page.get_by_role("button", name="Bjud in att söka (1)").click()
    expect(page.locator(".messagelist")).to_contain_text("klart för Intresserad 2")
    assert Place.objects.get(state=PlaceState.INVITED).name == "Intresserad 2"

    page.get_by_text("Ändra vad ni önskar").click()
    page.get_by_label("Opposition", exact=True).fill("40")
    page.get_by_role("button", name="Spara önskemålen").click()
    expect(page.locator(".shares")).to_contain_text(["Önskat: 40 % (4)"])


def test_a_suggestion_is_followed_with_one_press(new_context: NewContext, site: str, cohort: Cohort) -> None:
    page = enter(new_context(viewport=DESKTOP), site)
    page.goto(address(site, cohort))
    expect(page.locator(".suggestions__why").first).to_contain_text("Står på reservlistan.")
    page.get_by_role("button", name="Granska erbjudanden").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Erbjud plats")
    expect(page.locator(".review__row").first).to_contain_text("Reserv 1")


def test_every_state_of_the_workspace_is_accessible(new_context: NewContext, site: str, cohort: Cohort) -> None:
    page = enter(new_context(viewport=DESKTOP, reduced_motion="reduce"), site)
    found: dict[str, Any] = {}

    def look(state: str) -> None:
        if wrong := problems(page):
            found[state] = wrong
        page.set_viewport_size(DESKTOP)  # type: ignore[arg-type]

    _spoil(cohort)
    letters.load_letters()
    page.goto(address(site, cohort))
    for fold in page.locator("summary").all():
        fold.click()
    look("workspace")
    page.get_by_role("button", name="Erbjud plats: Sökande 2").click()
    page.locator("summary").first.click()
    look("before the click")
    page.get_by_role("button", name="Erbjud plats (1)").click()
    look("after it")
    page.goto(address(site, cohort) + "bjud-in/")
    page.get_by_role("button", name="Skicka inbjudan").click()
    look("an invitation with errors")
    page.goto(address(site, cohort) + "handelser/")
    look("all that happened")
    letter = letters.draft_letter(cohort, LetterKind.WELCOME, by=audit.SYSTEM)
    for tail in ("", f"{letter.pk}/", f"{letter.pk}/skicka/"):
        page.goto(f"{address(site, cohort)}brev/{tail}")
        look(f"letters {tail[36:]}")
    page.get_by_role("button", name="Granska utskicket").click()
    look("before a letter goes")
    page.get_by_role("button", name="Skicka (1)").click()
    look("how far a letter has come")
    page.goto(f"{site}/admin/programs/place/{Place.objects.filter(cohort=cohort).latest('created_at').pk}/change/")
    look("a person")
    page.goto(f"{site}/admin/programs/cohort/{cohort.pk}/change/")
    look("the cohort's facts")
    page.goto(address(site, Cohort.objects.create(programme=cohort.programme, year=2031)))
    look("an empty cohort")

    assert found == {}


def _spoil(cohort: Cohort) -> None:
    """Something for every part of the page to show: a failed mail, wishes, an event."""
    places.put_on_waiting_list(Place.objects.get(name="Sökande 4"), by=audit.SYSTEM)
    OutgoingMail.objects.update(state=MailState.FAILED, not_before=None)
    set_wishes(cohort, {("side", "opposition"): 40, ("kind", "region"): 20}, by=audit.SYSTEM)
