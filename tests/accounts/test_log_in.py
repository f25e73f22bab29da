"""Log-in by a code in a mail: no passwords, no sign-up, and nothing that tells who has an account."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.urls import reverse

from portal.accounts.actions import account_for
from portal.accounts.models import User
from portal.core import audit, outgoing
from portal.core.models import OutgoingMail
from portal.core.states import MailState
from tests.accounts.people import app_code, code_for, log_in, log_in_by_mail, mailed_code, make_staff
from tests.services.smtp import SmtpServer

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse

pytestmark = pytest.mark.django_db


def test_the_code_of_the_mail_and_the_code_of_the_app_open_admin(client: Client) -> None:
    user = make_staff()

    log_in_by_mail(client, user, "/admin/")
    response = client.post(reverse("mfa_authenticate"), {"code": app_code(user)})

    assert response.status_code == 302
    assert client.get("/admin/").status_code == 200


def test_a_known_and_an_unknown_address_get_the_same_answer_and_only_the_known_one_gets_a_mail() -> None:
    make_staff("astrid@skr.example")
    known, unknown = Client(), Client()

    answers = [
        visitor.post(reverse("account_login"), {"login": address})
        for visitor, address in ((known, "astrid@skr.example"), (unknown, "nobody@skr.example"))
    ]
    pages = [visitor.get(reverse("account_confirm_login_code")) for visitor in (known, unknown)]

    assert [(answer.status_code, answer.headers["Location"]) for answer in answers] == [
        (302, reverse("account_confirm_login_code"))
    ] * 2
    texts = [_without_what_differs(page.content.decode()) for page in pages]
    assert texts[0] == texts[1]
    assert [mail.to_email for mail in OutgoingMail.objects.all()] == ["astrid@skr.example"]


def _without_what_differs(page: str) -> str:
    """The page without the address that the visitor typed and without the token of the session."""
    return re.sub(r'(astrid|nobody)@skr\.example|name="csrfmiddlewaretoken" value="\w+"', "", page)


@pytest.mark.parametrize("made", ["Asa.Lind@Kommun.example", "ASA.LIND@KOMMUN.EXAMPLE", "asa.lind@kommun.example"])
@pytest.mark.parametrize("typed", ["asa.lind@kommun.example", "Asa.Lind@kommun.example"])
def test_capital_letters_in_an_address_keep_nobody_out(client: Client, made: str, typed: str) -> None:
    user = account_for(made, "Åsa Lind", by=audit.SYSTEM)
    client.post(reverse("account_login"), {"login": typed})
    response = client.post(reverse("account_confirm_login_code"), {"code": mailed_code()})

    assert response.status_code == 302
    assert client.session["_auth_user_id"] == str(user.pk)


def test_three_wrong_codes_end_the_attempt(client: Client) -> None:
    user = make_staff()
    client.post(reverse("account_login"), {"login": user.email})
    code = mailed_code()
    for _ in range(3):
        client.post(reverse("account_confirm_login_code"), {"code": "AAAA-AAAA"})

    client.post(reverse("account_confirm_login_code"), {"code": code})

    assert client.get("/admin/").headers["Location"] == "/admin/login/?next=/admin/"


def test_the_third_code_in_a_minute_is_the_last() -> None:
    user = make_staff()

    for _ in range(5):
        Client().post(reverse("account_login"), {"login": user.email})

    assert OutgoingMail.objects.count() == 3


@pytest.mark.parametrize("typed", ["", "inte en adress", "a@", "asa@kommun..se"])
def test_an_address_that_is_none_is_refused_beside_the_field(client: Client, typed: str) -> None:
    response = client.post(reverse("account_login"), {"login": typed})

    assert response.status_code == 422
    assert refused(response, "login") == typed
    assert OutgoingMail.objects.count() == 0


def test_a_wrong_code_is_refused_beside_the_field(client: Client) -> None:
    user = make_staff()
    client.post(reverse("account_login"), {"login": user.email})
    wrong = client.post(reverse("account_confirm_login_code"), {"code": "AAAA-AAAA"})
    client.post(reverse("account_confirm_login_code"), {"code": mailed_code()})
    second = client.post(reverse("mfa_authenticate"), {"code": "000000"})

    assert [wrong.status_code, second.status_code] == [422, 422]
    assert (refused(wrong, "code"), refused(second, "code")) == ("AAAA-AAAA", "000000")


def refused(response: _MonkeyPatchedWSGIResponse, name: str) -> str:
    """Hold that the field is marked and described by a text; what was typed stands there."""
    page = BeautifulSoup(response.content, "html.parser")
    field = page.select_one(f"main input[name={name}]")
    assert field is not None
    assert field["aria-invalid"] == "true"
    texts = [page.select_one(f"#{place}") for place in str(field["aria-describedby"]).split()]
    assert any(text is not None and text.get_text(strip=True) for text in texts)
    return str(field.get("value", ""))


@pytest.mark.parametrize(
    "path",
    [
        "/konto/signup/",
        "/konto/email/",
        "/konto/password/reset/",
        "/konto/password/change/",
        "/konto/password/set/",
        "/konto/confirm-email/",
        "/konto/confirm-email/key/",
    ],
)
def test_there_is_no_door_for_passwords_sign_up_or_changes_of_address(client: Client, path: str) -> None:
    assert client.get(path).status_code == 404
    assert client.post(path, {"email": "x@skr.example"}).status_code == 404


def test_the_bare_address_of_accounts_leads_to_what_is_ones_own(client: Client) -> None:
    stranger = client.get("/konto/", follow=True).redirect_chain[-1]
    client.force_login(User.objects.create_user("asa@kommun.example"))
    participant = client.get("/konto/", follow=True)
    staff = Client()
    log_in(staff, make_staff())

    assert stranger == (reverse("account_login"), 302)
    assert (participant.status_code, participant.redirect_chain[-1]) == (200, (reverse("my_pages"), 302))
    assert staff.get("/konto/", follow=True).redirect_chain[-1] == (reverse("admin:index"), 302)


def test_a_closed_account_does_not_open(client: Client) -> None:
    user = make_staff(with_app=False)
    client.post(reverse("account_login"), {"login": user.email})
    User.objects.update(is_active=False)

    client.post(reverse("account_confirm_login_code"), {"code": mailed_code()})

    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize("wanted", ["https://evil.example/", "//evil.example/", "javascript:alert(1)"])
def test_the_way_after_log_in_never_leads_to_another_site(client: Client, wanted: str) -> None:
    user = make_staff(with_app=False)

    client.post(f"{reverse('account_login')}?next={wanted}", {"login": user.email})
    response = client.post(f"{reverse('account_confirm_login_code')}?next={wanted}", {"code": mailed_code()})

    assert response.headers["Location"] == "/admin/"


@pytest.mark.django_db(transaction=True)
def test_the_code_is_gone_from_the_database_when_the_mail_is_sent(client: Client, smtp_server: SmtpServer) -> None:
    user = make_staff()
    client.post(reverse("account_login"), {"login": user.email})
    code = mailed_code()

    mail = OutgoingMail.objects.get()
    outgoing.deliver(mail.pk)

    [received] = smtp_server.wait_for(1)
    mail.refresh_from_db()
    assert code in received.text
    assert code in received.html
    assert code not in received.subject
    assert (mail.state, mail.secret, mail.text_body, mail.html_body) == (MailState.SENT, True, "", "")


def test_a_user_has_no_password_that_could_be_used() -> None:
    assert not User.objects.create_superuser("a@skr.example", "hemligt").has_usable_password()


def test_no_browser_keeps_the_pages_of_the_second_step(client: Client) -> None:
    """Whoever has the computer next sees neither the secret of the app nor the recovery codes by pressing "back"."""
    log_in_by_mail(client, make_staff(with_app=False))
    pages = [client.get(reverse("mfa_activate_totp"))]
    client.post(reverse("mfa_activate_totp"), {"code": code_for(client.session["mfa.totp.secret"])})
    names = ("view_recovery_codes", "download_recovery_codes", "generate_recovery_codes", "index", "list_webauthn")
    pages += [client.get(reverse(f"mfa_{name}")) for name in names]

    assert [page.status_code for page in pages] == [200] * 6
    assert ["no-store" in page.headers.get("Cache-Control", "") for page in pages] == [True] * 6
