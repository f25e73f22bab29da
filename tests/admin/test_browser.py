"""Admin and log-in in a real browser: accessible at phone and desk width, no sideways scroll, and with a passkey."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import BrowserContext, Page
from pytest_django.live_server_helper import LiveServer

from portal.accounts import actions
from portal.accounts.models import User
from portal.core import audit
from portal.core.models import OutgoingMail
from portal.core.states import MailState
from portal.organisations.actions import load_organisations
from tests.accounts.people import app_code, log_in, mailed_code, make_staff
from tests.admin.test_mails import make_mail
from tests.services.browser import axe_violations

pytestmark = pytest.mark.django_db(transaction=True)
WIDTHS = (1280, 390, 320)

NewContext = Callable[..., BrowserContext]


def inspect(page: Page, url: str) -> list[str]:
    """What is wrong with the page at any width: axe's findings (not at 320) and scrolling sideways."""
    found: list[str] = []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        page.goto(url)
        found += [f"{width} {url} {line}" for line in (axe_violations(page) if width > 320 else [])]
        if page.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
            found.append(f"{width} {url} scrolls sideways")
    return found


@pytest.fixture
def staff() -> User:
    return make_staff()


@pytest.fixture
def page(new_context: NewContext, live: LiveServer, client: Client, staff: User) -> Page:
    """A page of somebody who is in admin already."""
    log_in(client, staff)
    context = new_context(color_scheme="light")
    context.add_cookies([{"name": "session", "value": client.cookies["session"].value, "url": live.url}])
    return context.new_page()


def _things(staff: User) -> dict[str, str]:
    """One of each kind of page, with rows, filters and actions on the lists."""
    load_organisations()
    actions.ensure_groups()
    mail = make_mail(
        "k1", state=MailState.SENT, sent_at=timezone.now(), about_type="accounts.user", about_id=str(staff.pk)
    )
    make_mail("k2", state=MailState.FAILED)
    audit.record("accounts.user_changed", staff, by=audit.staff(staff), fields=["name"])
    return {
        "front page": "/admin/",
        "list with filters, search and actions": "/admin/core/outgoingmail/?state__exact=sent&q=tack",
        "read-only page": f"/admin/core/outgoingmail/{mail.pk}/change/",
        "question": f"/admin/core/outgoingmail/{mail.pk}/skicka-igen/",
        "trail": f"/admin/core/auditevent/?subject_type=accounts.user&subject_id={staff.pk}",
        "list": "/admin/accounts/user/",
        "form": f"/admin/accounts/user/{staff.pk}/change/",
        "empty form": "/admin/accounts/user/add/",
        "long list": "/admin/organisations/organisation/",
        "app": "/admin/core/",
    }


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_admin_is_accessible(page: Page, live: LiveServer, staff: User, scheme: str) -> None:
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")

    found = [line for path in _things(staff).values() for line in inspect(page, live.url + path)]

    assert found == []


def test_the_pages_of_the_account_are_accessible(page: Page, live: LiveServer) -> None:
    names = [
        "mfa_index",
        "mfa_view_recovery_codes",
        "mfa_generate_recovery_codes",
        "mfa_deactivate_totp",
        "mfa_list_webauthn",
        "mfa_add_webauthn",
        "account_logout",
    ]

    found = [line for name in names for line in inspect(page, live.url + reverse(name))]

    assert found == []


def test_the_preview_shows_the_mail_in_its_own_style(page: Page, live: LiveServer) -> None:
    mail = make_mail()

    page.goto(f"{live.url}/admin/core/outgoingmail/{mail.pk}/change/")

    paragraph = page.frame_locator("iframe").locator("p")
    assert paragraph.inner_text() == "Hej Åsa"
    assert paragraph.evaluate("element => getComputedStyle(element).color") == "rgb(255, 0, 0)"


def test_log_in_by_mail_and_app(new_context: NewContext, live: LiveServer, staff: User) -> None:
    page = new_context().new_page()
    found = inspect(page, f"{live.url}/admin/")
    page.get_by_label("E-postadress").fill(staff.email)
    page.get_by_role("button", name="Skicka kod").click()
    found += inspect(page, page.url)
    page.get_by_label("Kod").fill(mailed_code())
    page.get_by_role("button", name="Logga in").click()
    found += inspect(page, page.url)
    page.get_by_label("Kod").fill(app_code(staff))
    page.get_by_role("button", name="Logga in").click()

    assert page.get_by_role("heading", level=1).inner_text() == "Översikt"
    assert found == []


def test_a_passkey_opens_admin_by_itself(new_context: NewContext, live: LiveServer) -> None:
    user = make_staff(with_app=False)
    context = new_context()
    page = context.new_page()
    devtools = context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
    options |= {"isUserVerified": True, "automaticPresenceSimulation": True}
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": options})

    page.goto(f"{live.url}/admin/")
    page.get_by_label("E-postadress").fill(user.email)
    page.get_by_role("button", name="Skicka kod").click()
    page.get_by_label("Kod").fill(mailed_code())
    page.get_by_role("button", name="Logga in").click()
    page.get_by_role("link", name="Lägg till en passernyckel").click()
    page.get_by_role("button", name="Lägg till").click()
    page.get_by_role("heading", name="Dina reservkoder").wait_for()
    page.goto(f"{live.url}/konto/logout/")
    page.get_by_role("button", name="Logga ut").click()
    page.goto(f"{live.url}/admin/")
    page.get_by_role("button", name="Logga in med passernyckel").click()

    page.get_by_role("heading", name="Översikt").wait_for()
    assert OutgoingMail.objects.filter(letter="accounts/login_code").count() == 1


def test_what_is_heaped_on_one_row_is_not_painted_over_the_next(page: Page, live: LiveServer) -> None:
    make_mail("k1", subject="Zacharias")
    odd = make_mail("k2", subject="Z")

    def second_row() -> bytes:
        page.goto(f"{live.url}/admin/core/outgoingmail/")
        return page.locator("#result_list tbody tr").nth(1).screenshot()

    plain = second_row()
    OutgoingMail.objects.filter(pk=odd.pk).update(subject="Z" + "\u0334\u0322\u0353" * 60)
    assert second_row() == plain


def test_the_longest_address_pushes_no_column_of_the_mails_out_of_sight(page: Page, live: LiveServer) -> None:
    make_mail(to_email=f"{'a' * 64}@{'b' * 63}.example", sent_at=timezone.now(), state=MailState.SENT)
    page.set_viewport_size({"width": 1280, "height": 900})

    page.goto(f"{live.url}/admin/core/outgoingmail/")

    region = page.locator("#changelist-form .results")
    assert region.evaluate("element => element.scrollWidth <= element.clientWidth")
