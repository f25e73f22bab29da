"""Every way through log-in ends where the person was going, and each refusal says what is true."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from portal.core.models import OutgoingMail
from tests.accounts.people import app_code, mailed_code, make_staff

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse

pytestmark = pytest.mark.django_db
WAY = "/overenskommelser/?visa=alla"
WRONG = "AAAA-AAAA"


class Visitor:
    """Somebody who only follows links and presses buttons."""

    def __init__(self, client: Client) -> None:
        self.client = client

    def comes(self, address: str = WAY) -> BeautifulSoup:
        return self.follow(self.client.get(reverse("account_login"), {"next": address}))

    def follow(self, response: _MonkeyPatchedWSGIResponse) -> BeautifulSoup:
        """Go where the answer leads, as long as that is a page of log-in."""
        self.place = getattr(response, "url", "") or getattr(self, "place", "")
        while response.status_code == 302 and response.headers["Location"].startswith("/konto/"):
            self.place = response.headers["Location"]
            response = self.client.get(self.place)
        self.place = response.headers.get("Location", self.place)
        self.status, self.headers = response.status_code, response.headers
        return BeautifulSoup(response.content, "html.parser")

    def press(self, page: BeautifulSoup, button: str, **typed: str) -> BeautifulSoup:
        form = next(form for form in page.select("main form") if button in form.get_text())
        pressed = next(one for one in form.select("button") if button in one.get_text())
        fields = {str(field["name"]): str(field.get("value", "")) for field in form.select("input[name]")}
        if name := pressed.get("name"):
            fields[str(name)] = str(pressed["value"])
        return self.follow(self.client.post(str(form["action"]), fields | typed))


@pytest.fixture
def visitor(client: Client) -> Visitor:
    return Visitor(client)


def said(page: BeautifulSoup) -> list[str]:
    """The notices of the page and the errors beside its fields."""
    texts = page.select("main .messages [role=status], main .field__error p")
    return [text.get_text(" ", strip=True).removeprefix("Fel:").strip() for text in texts]


def ask(visitor: Visitor, address: str) -> BeautifulSoup:
    return visitor.press(visitor.comes(), "Skicka kod", login=address)


def enter(visitor: Visitor, page: BeautifulSoup) -> str:
    """Log in with the newest code and say where that leads."""
    visitor.press(page, "Logga in", code=mailed_code())
    return visitor.place


def test_with_another_address_one_still_ends_where_one_was_going(visitor: Visitor) -> None:
    user = make_staff(with_app=False)
    page = visitor.press(ask(visitor, "astid@skr.example"), "Byt e-postadress")

    page = visitor.press(page, "Skicka kod", login=user.email)

    assert enter(visitor, page) == WAY


def test_after_three_wrong_codes_one_still_ends_where_one_was_going(visitor: Visitor) -> None:
    user = make_staff(with_app=False)
    page = ask(visitor, user.email)
    for _ in range(3):
        page = visitor.press(page, "Logga in", code=WRONG)
    assert said(page) == ["Koden skrevs fel för många gånger och gäller inte längre. Be om en ny."]

    page = visitor.press(page, "Skicka kod", login=user.email)

    assert enter(visitor, page) == WAY


def test_a_code_that_comes_too_late_is_told_so_and_one_still_ends_where_one_was_going(visitor: Visitor) -> None:
    user = make_staff(with_app=False)
    page = ask(visitor, user.email)
    with time_machine.travel(timezone.now() + timedelta(minutes=16)):
        page = visitor.press(page, "Logga in", code=mailed_code())
        assert said(page) == ["Inloggningen avbröts eller tog för lång tid. Be om en ny kod."]

        page = visitor.press(page, "Skicka kod", login=user.email)

        assert enter(visitor, page) == WAY


def test_a_new_code_is_told_of_and_counts_as_long_as_its_mail_says(visitor: Visitor) -> None:
    user = make_staff(with_app=False)
    page = ask(visitor, user.email)
    with time_machine.travel(timezone.now() + timedelta(minutes=14)):
        page = visitor.press(page, "Skicka en ny kod")
    assert said(page) == ["Finns kontot är en ny kod på väg. Den förra gäller inte längre."]

    with time_machine.travel(timezone.now() + timedelta(minutes=28)):
        assert enter(visitor, page) == WAY


def test_whoever_cancels_the_second_step_still_ends_where_they_were_going(visitor: Visitor) -> None:
    user = make_staff()
    page = visitor.press(ask(visitor, user.email), "Logga in", code=mailed_code())
    page = visitor.press(page, "Avbryt")
    page = visitor.press(page, "Skicka kod", login=user.email)
    page = visitor.press(page, "Logga in", code=mailed_code())

    visitor.press(page, "Logga in", code=app_code(user))

    assert visitor.place == WAY


def test_a_second_step_that_comes_too_late_still_ends_where_one_was_going(visitor: Visitor) -> None:
    user = make_staff()
    page = visitor.press(ask(visitor, user.email), "Logga in", code=mailed_code())
    with time_machine.travel(timezone.now() + timedelta(hours=1)):
        page = visitor.press(page, "Logga in", code="000000")
        assert said(page) == ["Inloggningen avbröts eller tog för lång tid. Be om en ny kod."]
        page = visitor.press(page, "Skicka kod", login=user.email)
        page = visitor.press(page, "Logga in", code=mailed_code())

        visitor.press(page, "Logga in", code=app_code(user))

    assert visitor.place == WAY


@pytest.mark.parametrize("with_app", [False, True])
def test_the_link_that_was_followed_last_is_where_one_ends(visitor: Visitor, *, with_app: bool) -> None:
    user = make_staff(with_app=with_app)
    page = visitor.press(visitor.comes("/mina-sidor/"), "Skicka kod", login=user.email)
    if with_app:
        visitor.press(page, "Logga in", code=mailed_code())

    page = visitor.comes(WAY)
    visitor.press(page, "Logga in", code=app_code(user) if with_app else mailed_code())

    assert visitor.place == WAY


def test_a_code_sent_twice_by_a_double_press_is_no_late_one(visitor: Visitor) -> None:
    user = make_staff()
    first = ask(visitor, user.email)
    code = mailed_code()
    visitor.press(first, "Logga in", code=code)

    page = visitor.press(first, "Logga in", code=code)

    assert said(page) == []
    assert visitor.place.startswith(reverse("mfa_authenticate"))


def test_another_address_typed_on_the_page_of_before_is_the_one_that_counts(visitor: Visitor) -> None:
    user = make_staff()
    first = visitor.comes()
    visitor.press(first, "Skicka kod", login="astid@skr.example")

    page = visitor.press(first, "Skicka kod", login=user.email)

    assert user.email in page.get_text()
    assert [mail.to_email for mail in OutgoingMail.objects.all()] == [user.email]


def test_the_same_address_sent_twice_gets_one_code(visitor: Visitor) -> None:
    user = make_staff()
    first = visitor.comes()
    for _ in range(2):
        visitor.press(first, "Skicka kod", login=user.email)

    assert OutgoingMail.objects.count() == 1


@pytest.mark.parametrize(
    "wanted", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", "/\\evil.example/"]
)
def test_no_way_through_log_in_leads_to_another_site(visitor: Visitor, wanted: str) -> None:
    user = make_staff(with_app=False)
    page = visitor.press(visitor.comes(wanted), "Skicka kod", login="astid@skr.example")
    page = visitor.press(page, "Byt e-postadress")
    assert visitor.place == reverse("account_login")
    page = visitor.press(page, "Skicka kod", login=user.email)
    for _ in range(3):
        page = visitor.press(page, "Logga in", code=WRONG)
    assert visitor.place == reverse("account_login")
    page = visitor.press(page, "Skicka kod", login=user.email)

    assert enter(visitor, page) == "/admin/"


def test_no_address_on_the_way_tells_who_logs_in(visitor: Visitor) -> None:
    user = make_staff()
    places = []
    page = ask(visitor, user.email)
    places.append(visitor.place)
    page = visitor.press(page, "Byt e-postadress")
    places.append(visitor.place)
    visitor.press(visitor.press(page, "Skicka kod", login=user.email), "Logga in", code=mailed_code())
    places.append(visitor.place)

    assert [place for place in places if "@" in place or "%40" in place] == []


def test_wanting_another_address_keeps_what_was_written_in_the_browser(visitor: Visitor) -> None:
    page = ask(visitor, "astid@skr.example")
    form = next(form for form in page.select("main form") if "Byt e-postadress" in form.get_text())

    response = visitor.client.post(str(form["action"]), {})

    assert "Clear-Site-Data" not in response


@pytest.mark.parametrize("address", ["astrid@skr.example", "nobody@skr.example"])
def test_the_fourth_code_in_a_minute_is_told_of_as_what_it_is(visitor: Visitor, address: str) -> None:
    make_staff("astrid@skr.example")
    for _ in range(3):
        Visitor(Client()).press(visitor.comes(), "Skicka kod", login=address)

    page = ask(visitor, address)

    assert (visitor.status, visitor.headers["Retry-After"]) == (429, "60")
    assert said(page) == [
        "Det har begärts flera koder på kort tid, av dig eller av andra på samma uppkoppling. "
        "Vänta en minut och försök igen."
    ]
    fields = {str(field["name"]): field.get("value") for field in page.select("main form input[name]")}
    assert (fields["login"], fields["next"]) == (address, WAY)


def test_too_many_wrong_codes_of_the_app_are_told_of_as_what_they_are(visitor: Visitor) -> None:
    user = make_staff()
    page = visitor.press(ask(visitor, user.email), "Logga in", code=mailed_code())
    statuses = []
    for number in range(6):
        page = visitor.press(page, "Logga in", code=f"00000{number}")
        statuses.append(visitor.status)

    assert statuses == [422] * 5 + [429]
    assert visitor.headers["Retry-After"] == "300"
    assert said(page) == ["Det har blivit fel för många gånger i rad. Vänta fem minuter och försök igen."]


def test_a_house_that_logs_in_too_often_gets_the_page_that_all_forms_have(visitor: Visitor, settings: Settings) -> None:
    settings.ACCOUNT_RATE_LIMITS = {"login": "1/m/ip"}
    first = visitor.comes()
    for _ in range(2):
        page = visitor.press(first, "Skicka kod", login="astid@skr.example")

    assert (visitor.status, visitor.headers["Retry-After"]) == (429, "60")
    assert "Det kom väldigt många försök på kort tid" in page.get_text()


@pytest.mark.parametrize("credential", ["{}x", "[]", "5", '"x"', '{"id": "x"}', '{"id": "x", "rawId": 5}'])
def test_a_key_that_is_not_known_is_told_of_and_one_still_ends_where_one_was_going(
    visitor: Visitor, credential: str
) -> None:
    user = make_staff(with_app=False)
    visitor.comes()
    response = visitor.client.post(reverse("mfa_login_webauthn"), {"credential": credential, "next": WAY})
    page = visitor.follow(response)
    assert said(page) == ["Passernyckeln gick inte att använda. Försök igen, eller välj ett annat sätt."]

    page = visitor.press(page, "Skicka kod", login=user.email)

    assert enter(visitor, page) == WAY
