"""Public pages are kept for some seconds: each visitor still has tokens of their own, and staff sees what is true."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings
from pytest_django.fixtures import DjangoAssertNumQueries

from portal.accounts.models import User
from portal.core import microcache
from programs.models import InterestRegistration, Programme
from tests.programs.interest import BASE, load_reference_rows, open_form, post

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _kept_pages(settings: Settings) -> Iterator[None]:
    load_reference_rows()
    settings.PAGE_CACHE_SECONDS = 60
    microcache.clear()
    yield
    microcache.clear()


def test_a_kept_page_asks_the_database_nothing(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for name in ("register_interest", "programme_list"):
        client.get(reverse(name))
        with django_assert_num_queries(0):
            client.get(reverse(name))


def test_two_visitors_get_tokens_of_their_own_that_work() -> None:
    visitors = [Client(enforce_csrf_checks=True) for _ in range(2)]
    forms = [open_form(visitor) for visitor in visitors]

    assert forms[0]["token"] != forms[1]["token"]
    assert forms[0]["csrfmiddlewaretoken"] != forms[1]["csrfmiddlewaretoken"]
    for number, (visitor, form) in enumerate(zip(visitors, forms, strict=True)):
        assert post(visitor, {**form, **BASE, "email": f"a{number}@kommun.example"}).status_code == 303
    assert InterestRegistration.objects.count() == 2


def test_a_kept_page_says_the_same_as_a_fresh_one(client: Client, settings: Settings) -> None:
    def page() -> str:
        client.cookies.clear()
        response = client.get(reverse("programme_list"))
        token = response.cookies["csrf"].value
        assert token
        return response.content.decode().split("csrfmiddlewaretoken")[0]

    kept, again = page(), page()
    settings.PAGE_CACHE_SECONDS = 0
    assert kept == again == page()


def test_the_chosen_programme_has_a_page_of_its_own(client: Client) -> None:
    address = reverse("register_interest")
    chosen = client.get(address, {"program": "toppolitikerprogrammet"}).content.decode()
    nothing = client.get(address).content.decode()
    odd = client.get(address, {"program": "<script>"}).content.decode()

    assert chosen.count(" checked") == 1
    assert " checked" not in nothing
    assert "<script>alert" not in odd
    assert len(odd) == len(nothing)


def test_who_is_logged_in_sees_what_was_just_saved(client: Client) -> None:
    address = reverse("programme", args=["toppolitikerprogrammet"])
    client.get(address)
    Programme.objects.filter(slug="toppolitikerprogrammet").update(lead="En helt ny ingress.")
    staff = Client()
    staff.force_login(User.objects.create_user("kansli@samspel.example", is_staff=True))

    assert "En helt ny ingress." in staff.get(address).content.decode()
    assert "En helt ny ingress." not in client.get(address).content.decode()


def test_a_kept_page_goes_when_its_time_is_over(client: Client, settings: Settings) -> None:
    settings.PAGE_CACHE_SECONDS = 1e-9
    address = reverse("programme", args=["toppolitikerprogrammet"])
    client.get(address)
    Programme.objects.filter(slug="toppolitikerprogrammet").update(lead="En helt ny ingress.")

    assert "En helt ny ingress." in client.get(address).content.decode()


def test_what_is_not_found_is_not_kept(client: Client) -> None:
    address = reverse("programme", args=["finns-inte-an"])
    assert client.get(address).status_code == 404
    Programme.objects.create(slug="finns-inte-an", name="Ny", kind="basic", lead="Ny.", published=True)

    assert client.get(address).status_code == 200
