"""A page that could not take the form just now keeps what was typed: its button sends the very same form again."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.db import OperationalError
from django.http import HttpResponse
from django.test import Client, RequestFactory
from pytest_django import Settings

from portal.core.middleware import SayWhenDown
from portal.core.models import OutgoingMail
from programs.actions import registrations as actions
from programs.models import InterestRegistration
from tests.logged_out_page import shown
from tests.programs.interest import BASE, load_reference_rows, open_form, post
from tests.programs.test_interest_scripted import read_only_database

if TYPE_CHECKING:
    from tests.programs.interest import TestResponse

pytestmark = pytest.mark.django_db
OURS, THEIRS = {"Origin": "http://testserver"}, {"Origin": "https://evil.example"}
MESSAGE = "Två rader:\nden andra."


@pytest.fixture(autouse=True)
def _reference_rows() -> None:
    load_reference_rows()


def filled_in(client: Client) -> dict[str, object]:
    return {**open_form(client), **BASE, "message": MESSAGE, "programmes": list(BASE["programmes"])}


def offered(response: TestResponse) -> dict[str, list[str]]:
    """What the button of the page would send."""
    page = BeautifulSoup(response.content, "html.parser")
    found: dict[str, list[str]] = {}
    for field in page.select("main form input"):
        found.setdefault(str(field["name"]), []).append(str(field["value"]))
    return found


def test_too_many_posts_cost_a_pause_and_no_text(settings: Settings) -> None:
    settings.FORM_RATE_LIMITS = [(0, 60)]
    client = Client(enforce_csrf_checks=True)
    fields = filled_in(client)

    with time_machine.travel("2026-11-21T10:00:00+01:00", tick=False) as clock:
        refused = post(client, fields, headers=OURS)
        settings.FORM_RATE_LIMITS = [(1, 60)]
        clock.shift(timedelta(minutes=2))
        sent = post(client, offered(refused), headers=OURS)

    assert (refused.status_code, sent.status_code) == (429, 303)
    assert "finns kvar på den här sidan" in refused.content.decode()
    row = InterestRegistration.objects.get()
    assert (row.name, row.message, row.submission_token.hex) == (BASE["name"], MESSAGE, str(fields["token"])[:32])


@pytest.mark.django_db(transaction=True)
def test_a_database_that_cannot_write_costs_no_text(client: Client) -> None:
    fields = filled_in(client)

    with read_only_database():
        refused = post(client, fields, headers=OURS)
    sent = post(client, offered(refused), headers=OURS)

    assert (refused.status_code, sent.status_code) == (503, 303)
    assert InterestRegistration.objects.get().message == MESSAGE
    assert OutgoingMail.objects.count() == 1


def test_a_fault_of_ours_costs_no_text(monkeypatch: pytest.MonkeyPatch) -> None:
    client = Client(enforce_csrf_checks=True, raise_request_exception=False)
    fields = filled_in(client)

    with monkeypatch.context() as broken:
        broken.setattr(actions, "register_interest", fault)
        # Whoever is impatient finds it broken still, and loses nothing by it.
        refused = post(client, offered(post(client, fields, headers=OURS)), headers=OURS)
    sent = post(client, offered(refused), headers=OURS)

    assert (refused.status_code, refused.headers["Cache-Control"], sent.status_code) == (500, "no-store", 303)
    assert shown(refused) == [("Det du skrev, ruta 1", BASE["name"]), ("Det du skrev, ruta 2", MESSAGE)]
    row = InterestRegistration.objects.get()
    assert (row.name, row.email, row.message) == (BASE["name"], BASE["email"], MESSAGE)
    assert OutgoingMail.objects.count() == 1


def fault(*_arguments: object, **_more: object) -> None:
    raise RuntimeError


def test_another_site_gets_no_text_to_send(client: Client, settings: Settings) -> None:
    settings.FORM_RATE_LIMITS = [(0, 60)]

    for headers in (THEIRS, {}):
        refused = post(client, filled_in(client), headers=headers)
        assert refused.status_code == 429
        assert offered(refused) == {}
        assert "Två rader" not in refused.content.decode()


def test_whoever_only_looks_is_told_the_same_without_a_button() -> None:
    request = RequestFactory().get("/program/")

    response = SayWhenDown(lambda _request: HttpResponse()).process_exception(request, OperationalError())

    assert response is not None
    assert b"<form" not in response.content
    assert "samma formulär räknas bara en gång" in response.content.decode()
