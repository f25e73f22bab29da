"""Who gets into admin: staff that has passed a second step in this very session, and nobody else."""

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from bs4 import BeautifulSoup
from django.contrib import admin
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import DjangoAssertNumQueries

from portal.accounts.models import User
from tests.accounts.people import app_code, code_for, log_in, log_in_by_mail, make_staff
from tests.logged_out_page import shown, way_back

pytestmark = pytest.mark.django_db

GATE = "/admin/login/?next=/admin/"


def _pages() -> list[str]:
    lists = [
        reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist") for model in admin.site._registry
    ]
    return ["/admin/", reverse("admin:jsi18n"), reverse("admin:autocomplete"), *lists]


def test_nobody_gets_in_without_an_account(client: Client) -> None:
    assert client.get("/admin/", follow=True).redirect_chain == [(GATE, 302), ("/konto/login/?next=%2Fadmin%2F", 302)]


def test_a_superuser_without_a_second_step_gets_nowhere(client: Client) -> None:
    client.force_login(make_staff(with_app=False))

    answers = {path: client.get(path) for path in _pages()}

    assert {path: answer.status_code for path, answer in answers.items()} == dict.fromkeys(answers, 302)
    assert {answer.headers["Location"].partition("?")[0] for answer in answers.values()} == {"/admin/login/"}
    assert client.get(GATE).headers["Location"] == f"{reverse('mfa_index')}?next=%2Fadmin%2F"
    assert "Välj ett andra steg först" in client.get(reverse("mfa_index")).content.decode()


def test_a_session_that_has_not_shown_the_second_step_is_asked_for_it(client: Client) -> None:
    user = make_staff()
    client.force_login(user)

    asked = client.get(GATE).headers["Location"]
    before = client.get("/admin/").status_code
    passed = client.post(asked, {"code": app_code(user)})

    assert (asked, before) == (f"{reverse('mfa_reauthenticate')}?next=%2Fadmin%2F", 302)
    assert passed.headers["Location"] == "/admin/"
    assert client.get("/admin/").status_code == 200


def test_recovery_codes_alone_are_no_second_step(client: Client) -> None:
    user = make_staff(with_app=False)
    RecoveryCodes.activate(user)
    log_in(client, user)

    assert client.get("/admin/").status_code == 302


def test_a_recovery_code_stands_in_for_the_app(client: Client) -> None:
    user = make_staff()
    codes = RecoveryCodes(
        Authenticator.objects.get(user=user, type=Authenticator.Type.RECOVERY_CODES)
    ).get_unused_codes()

    log_in_by_mail(client, user)
    client.post(reverse("mfa_authenticate"), {"code": codes[0]})

    assert client.get("/admin/").status_code == 200


def test_the_gate_closes_when_the_second_step_is_taken_away(client: Client) -> None:
    user = make_staff()
    log_in(client, user)
    Authenticator.objects.filter(user=user).delete()

    assert client.get("/admin/").status_code == 302


def test_somebody_elses_second_step_does_not_count(client: Client) -> None:
    log_in(client, make_staff("first@skr.example"))
    records = client.session["account_authentication_methods"]
    other = Client()
    other.force_login(make_staff("second@skr.example"))
    session = other.session
    session["account_authentication_methods"] = records
    session["account_authentication_methods_user"] = str(User.objects.get(email="first@skr.example").pk)
    session.save()

    assert other.get("/admin/").status_code == 302


def test_people_who_are_not_staff_are_refused(client: Client) -> None:
    client.force_login(User.objects.create_user("visitor@kommun.example"))

    assert client.get("/admin/login/").status_code == 403


@pytest.mark.parametrize("wanted", ["https://evil.example/", "//evil.example", "/\\evil.example"])
def test_the_gate_never_leads_to_another_site(client: Client, wanted: str) -> None:
    log_in(client, make_staff())

    assert client.get("/admin/login/", {"next": wanted}).headers["Location"] == "/admin/"


def test_log_out_is_a_post_and_ends_the_session(client: Client) -> None:
    log_in(client, make_staff())

    assert client.get(reverse("admin:logout")).status_code == 405
    assert client.post(reverse("admin:logout")).headers["Location"] == reverse("account_login")
    assert client.get("/admin/").status_code == 302


def test_what_staff_typed_on_a_page_that_outlived_the_log_in_comes_back(client: Client) -> None:
    address = reverse("admin:programs_interestround_add")
    typed = {"title": "Den nya sidan", "slug": "ny", "_continue": "Spara och fortsätt", "is_on": "on"}

    page, button = client.post(address, typed), client.post(address, {"_save": "Spara sidan"})

    assert page.status_code == 401
    assert shown(page) == [("Det du skrev", "Den nya sidan")]
    assert way_back(page) == address
    assert (button.status_code, button.headers["Location"]) == (302, f"/admin/login/?next={address}")


def test_what_comes_back_has_the_names_of_its_boxes_and_nothing_is_looked_up(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    address = reverse("admin:programs_programme_change", args=[4711])
    typed = {
        "name": "Nytt",
        "kind": "programme",
        "position": "3",
        "approach": "Först detta.\nSedan detta.",
        "themes-TOTAL_FORMS": "2",
        "themes-0-programme": "4711",
        "themes-1-name": "Samspel",
        "themes-1-text": "Om att lyssna",
        "themes-x-text": "Ingen rad",
        "_save": "Spara",
    }

    with django_assert_num_queries(0):
        page = client.post(address, typed)

    assert page.status_code == 401
    assert shown(page) == [
        ("Namn", "Nytt"),
        ("Arbetssätt", "Först detta.\nSedan detta."),
        ("Tema 2: Namn", "Samspel"),
        ("Tema 2: Text", "Om att lyssna"),
        ("Det du skrev, ruta 5", "Ingen rad"),
    ]


def test_secrets_and_roles_are_not_in_admin() -> None:
    apps = {model._meta.app_label for model in admin.site._registry}

    assert not apps & {"account", "auth", "mfa", "sessions"}


def test_setting_up_an_app_offers_recovery_codes(client: Client) -> None:
    user = make_staff(with_app=False)
    log_in_by_mail(client, user)
    client.get(reverse("mfa_activate_totp"))
    secret = client.session["mfa.totp.secret"]

    response = client.post(reverse("mfa_activate_totp"), {"code": code_for(secret)})

    assert response.headers["Location"] == reverse("mfa_view_recovery_codes")
    assert Authenticator.objects.filter(user=user).count() == 2
    assert client.get(reverse("mfa_view_recovery_codes")).status_code == 200
    assert client.get("/admin/").status_code == 200


def soup(content: bytes) -> BeautifulSoup:
    return BeautifulSoup(content, "html.parser")


def way_on(page: BeautifulSoup) -> str:
    return str(page.select_one("main .button-row a")["href"])  # type: ignore[index]  # a page without it fails loudly


def test_whoever_sets_up_a_second_step_ends_where_they_were_going(client: Client) -> None:
    wanted = f"{reverse('admin:programs_interestround_add')}?year=2027"
    log_in_by_mail(client, make_staff(with_app=False))

    choice = soup(client.get(wanted, follow=True).content)
    links = [str(link["href"]) for link in choice.select("main .button-row a")]
    assert [link.partition("?")[0] for link in links] == [reverse("mfa_activate_totp"), reverse("mfa_add_webauthn")]
    page = soup(client.get(links[0]).content)
    fields = {str(field["name"]): str(field["value"]) for field in page.select("main form input[type=hidden]")}
    code = code_for(client.session["mfa.totp.secret"])
    codes = client.post(reverse("mfa_activate_totp"), {**fields, "code": code}, follow=True)

    assert codes.redirect_chain[0][0].startswith(reverse("mfa_view_recovery_codes"))
    assert way_on(soup(codes.content)) == wanted
    assert client.get(wanted).status_code == 200


@pytest.mark.parametrize("wanted", ["https://evil.example/", "//evil.example", "javascript:alert(1)"])
@pytest.mark.parametrize("name", ["mfa_index", "mfa_view_recovery_codes"])
def test_a_page_of_the_second_step_never_leads_to_another_site(client: Client, name: str, wanted: str) -> None:
    user = make_staff()
    client.force_login(user)
    client.post(reverse("mfa_reauthenticate"), {"code": app_code(user)})

    page = client.get(reverse(name), {"next": wanted}).content

    assert way_on(soup(page)) == reverse("admin:index")
    assert b"evil.example" not in page
    assert b"javascript:" not in page


def test_the_form_of_a_second_step_takes_no_other_site_along(client: Client) -> None:
    log_in_by_mail(client, make_staff(with_app=False))

    page = client.get(reverse("mfa_activate_totp"), {"next": "https://evil.example/"}).content

    assert b"evil.example" not in page


@pytest.mark.parametrize("name", ["mfa_activate_totp", "mfa_add_webauthn", "mfa_index"])
def test_a_second_step_belongs_to_somebody_who_is_logged_in(client: Client, name: str) -> None:
    assert client.get(reverse(name)).headers["Location"].startswith(reverse("account_login"))
