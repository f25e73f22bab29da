"""The catalogue of bad inputs against the open application form, where it has the same fields as the interest form."""

from __future__ import annotations

from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.test import Client

from portal.core.models import OutgoingMail
from portal.core.smtp import on_the_wire
from programs.models import Application, Cohort, Place
from tests.programs.applying import FILLED, OPEN, SEND, hidden_fields, load_some_organisations, open_round
from tests.programs.interest import errors
from tests.programs.test_bad_inputs import (
    CASES,
    FLAGS,
    as_request,
    changed_value,
    check_typed_values_are_kept,
    composed,
    expectation,
    send,
)

pytestmark = pytest.mark.django_db
SHARED = {"name", "email", "phone", "organisation", "role", "message"}
# An unanswered question of the interest form's own is another one here.
WANTED = {name: case for name, case in CASES.items() if case.get("field") in SHARED and "req" not in case}
KINDS = {"accepted": 303, "normalised": 303, "field_error": 422}


@pytest.fixture(autouse=True)
def cohort() -> Cohort:
    load_some_organisations()
    return open_round()


@pytest.mark.parametrize("case", WANTED.values(), ids=WANTED.keys())
def test_bad_input(case: dict[str, Any]) -> None:
    visitor = Client(enforce_csrf_checks=True, raise_request_exception=False)
    sent = as_request(case, {**hidden_fields(visitor), **FILLED, **SEND})
    sent.path = OPEN

    response = send(visitor, sent)

    expected = expectation(case)
    assert response.status_code == KINDS.get(expected, response.status_code) < 500, errors(response)
    if expected == "field_error":
        assert list(errors(response)) == [case.get("error_field", case["field"])]
        check_typed_values_are_kept(sent, BeautifulSoup(response.content, "html.parser"), case["field"])
    if response.status_code == 303 and Place.objects.exists():
        check_kept(case)
    else:
        assert (Place.objects.count(), OutgoingMail.objects.count()) == (0, 0)


def check_kept(case: dict[str, Any]) -> None:
    place = Place.objects.get()
    application = Application.objects.get()
    told = application.message if case["field"] == "message" else getattr(place, case["field"])
    value = place.organisation_id if case["field"] == "organisation" else told
    assert value == composed(case.get("stored", changed_value(case)))
    if case.get("flag"):
        assert FLAGS[case["flag"]] in application.flags
    for mail in OutgoingMail.objects.all():
        head = on_the_wire(mail).split(b"\r\n\r\n", 1)[0]
        assert head.count(b"\r\nTo: ") <= 1
        assert "<svg" not in mail.html_body
        assert "<img" not in mail.html_body


def test_enough_of_the_catalogue_is_run() -> None:
    assert len(WANTED) >= 50
