"""The pages of an agreement without JavaScript: everything works by forms, axe is silent, nothing is cut off."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.conf import settings
from django.urls import reverse
from playwright.sync_api import BrowserContext, Page, expect

from agreements.actions import agreeing, comments, reviews, silence
from agreements.actions.templates import load_templates
from agreements.models import Comment, Member
from tests.agreements.builders import Pair, logged_in, make_pair
from tests.agreements.test_agreeing import approve_both, mark_all
from tests.agreements.test_members import invite
from tests.e2e.test_accessibility import Problems, problems
from tests.e2e.visitor import DESKTOP

NewContext = Callable[..., BrowserContext]


@pytest.fixture
def pair(site: str) -> Pair:
    load_templates()
    return make_pair()


@pytest.fixture
def open_as(new_context: NewContext, site: str) -> Callable[..., Page]:
    def open_for(member: Member, *, scripts: bool = False) -> Page:
        context = new_context(viewport=DESKTOP, java_script_enabled=scripts, reduced_motion="reduce")
        # axe needs scripts to run at all; what our own would add is looked at in the tests of the editor.
        context.route("**/*.js", lambda route: route.abort())
        session = logged_in(member).cookies[settings.SESSION_COOKIE_NAME].value
        context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": site}])
        return context.new_page()

    return open_for


def wrong_with(page: Page, site: str, pair: Pair, *names: str) -> dict[str, Problems]:
    found: dict[str, Problems] = {}
    for name in names:
        args = [] if name in {"agreement_list", "agreement_start"} else [pair.agreement.pk]
        response = page.goto(site + reverse(name, args=args))
        assert response is not None
        assert response.status == 200, name
        if wrong := problems(page):
            found[name] = wrong
    return found


def test_while_the_text_is_written(pair: Pair, site: str, open_as: Callable[..., Page]) -> None:
    pair.write(pair.chair, "fokus", "Skolan först, och vägarna sedan.")
    comments.add_comment(pair.agreement, "fokus", "Varför vägarna?", by=pair.chief, quote="vägarna")
    invite(pair)
    page = open_as(pair.chair, scripts=True)

    pages = ("agreement", "agreement_members", "agreement_history", "agreement_approve", "agreement_end")
    assert wrong_with(page, site, pair, "agreement_list", "agreement_start", *pages) == {}
    page.goto(f"{site}{reverse('agreement_hand_over', args=[pair.agreement.pk, pair.chair.pk])}")
    assert problems(page) == {}
    page.goto(f"{site}{reverse('agreement_difference', args=[pair.agreement.pk])}?fran=u1")
    assert problems(page) == {}
    silence.open_silent_start(pair.agreement, by=pair.chair)
    assert wrong_with(page, site, pair, "agreement", "agreement_silent") == {}


def test_when_it_is_approved(pair: Pair, site: str, open_as: Callable[..., Page]) -> None:
    pair.write(pair.chair, "fokus", "Skolan först.")
    approve_both(pair)
    for member in (pair.chair, pair.chief):
        reviews.answer_pulse(pair.agreement, reviews.Pulse(3, 4, 5), by=member)
    page = open_as(pair.chief, scripts=True)

    pages = ("agreement", "agreement_review", "agreement_review_plan", "agreement_pulse", "agreement_revise")
    assert wrong_with(page, site, pair, *pages, "agreement_history") == {}
    page.goto(site + reverse("agreement_version", args=[pair.agreement.pk, 1]))
    assert problems(page) == {}


def test_a_comment_that_comes_after_a_log_out_comes_back_to_be_copied(
    pair: Pair, site: str, open_as: Callable[..., Page]
) -> None:
    text = "Det här är viktigast.\nOch det här näst viktigast.\n" + "mycketlångtord" * 30
    room = site + reverse("agreement", args=[pair.agreement.pk])
    page = open_as(pair.chair, scripts=True)
    page.goto(room)
    page.get_by_text("Kommentera Fokus på de närmaste åren").click()
    page.locator("#text-fokus").fill(text)
    page.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    page.locator("#write-fokus").get_by_role("button", name="Skicka kommentaren").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Du är utloggad")
    expect(page.get_by_label("Kommentar")).to_have_value(text)
    assert problems(page) == {}
    with page.expect_popup() as opened:
        page.get_by_role("link", name="Logga in (öppnas i en ny flik)").click()
    expect(opened.value.get_by_role("heading", level=1)).to_have_text("Logga in")
    expect(page.get_by_label("Kommentar")).to_have_value(text)
    assert not Comment.objects.exists()


def test_the_two_mark_comment_and_approve_by_forms_alone(pair: Pair, site: str, open_as: Callable[..., Page]) -> None:
    pair.write(pair.chair, "fokus", "Skolan först.")
    mark_all(pair)
    agreeing.unmark_section(pair.agreement, "fokus", by=pair.chair)
    chair, chief = open_as(pair.chair), open_as(pair.chief)
    room = f"{site}{reverse('agreement', args=[pair.agreement.pk])}"

    chair.goto(room)
    chair.get_by_text("Kommentera Fokus på de närmaste åren").click()
    chair.locator("#text-fokus").fill("Det här är viktigast.")
    chair.locator("#write-fokus").get_by_role("button", name="Skicka kommentaren").click()
    expect(chair.get_by_text("Det här är viktigast.")).to_be_visible()
    chair.get_by_role("button", name="Jag är överens: Fokus på de närmaste åren").click()
    for page in (chair, chief):
        page.goto(room)
        page.get_by_role("link", name="Läs igenom och godkänn").click()
        page.get_by_role("button", name="Jag godkänner").click()

    expect(chief.get_by_text("Ni har nu båda godkänt.")).to_be_visible()
    expect(chief.get_by_text("Skolan först.")).to_be_visible()
