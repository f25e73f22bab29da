"""From a page about somebody to all that we have of them, without their address in an address of ours."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from bs4 import BeautifulSoup
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse

from programs.models import InterestRegistration, Place
from programs.states import PlaceState
from tests.accounts.people import log_in, make_staff
from tests.programs.interest import load_reference_rows, register
from tests.programs.places import make_place, make_round

pytestmark = pytest.mark.django_db
PERSON = "/admin/core/disposal/person/"
ADDRESS = "asa.lind@kommun.example"


def somebody_with_a_place() -> Place:
    return make_place(make_round(10), PlaceState.APPLIED, email=ADDRESS)


def somebody_interested() -> InterestRegistration:
    load_reference_rows()
    register(Client(), email=ADDRESS)
    return InterestRegistration.objects.get()


PEOPLE = pytest.mark.parametrize("make", [somebody_with_a_place, somebody_interested])
Make = Callable[[], Place | InterestRegistration]


def page_of(row: Place | InterestRegistration) -> str:
    return reverse(f"admin:programs_{row._meta.model_name}_change", args=[row.pk])


@PEOPLE
def test_a_button_leads_to_the_person(make: Make) -> None:
    staff = log_in(Client(), make_staff())
    page = BeautifulSoup(staff.get(page_of(make())).content, "html.parser")

    form = page.select_one(f"form[action='{PERSON}'][method=post]")
    assert form is not None
    found = staff.post(PERSON, {str(field["name"]): str(field["value"]) for field in form.select("input")})

    answer = BeautifulSoup(found.content, "html.parser")
    assert [heading.get_text() for heading in answer.select("#content-main h2")] == [ADDRESS]
    assert answer.select_one("input[type=submit][value='Radera personen …']") is not None


@PEOPLE
def test_whoever_may_not_erase_people_sees_no_button(make: Make) -> None:
    row = make()
    user = make_staff("las@skr.example", is_superuser=False)
    user.user_permissions.add(Permission.objects.get(codename=f"view_{row._meta.model_name}"))

    page = log_in(Client(), user).get(page_of(row))

    assert page.status_code == 200
    assert PERSON not in page.content.decode()
