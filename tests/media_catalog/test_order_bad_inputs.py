"""The order form against the catalogue of bad inputs that the interest form is held to (tests/data/bad_inputs.yaml)."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest
from bs4 import BeautifulSoup
from django.test import Client

from media_catalog.models import Order
from portal.core.models import OutgoingMail
from portal.core.smtp import on_the_wire
from tests.media_catalog.ordering import BASE, FORM, hidden_fields, load_organisation_rows, make_film
from tests.programs import test_bad_inputs as interest
from tests.programs.interest import errors

if TYPE_CHECKING:
    from tests.media_catalog.ordering import TestResponse

pytestmark = pytest.mark.django_db

# What the interest form has and this one has not; its message may be longer than a purpose.
OTHER_FIELDS = {"phone", "role", "programmes", "message"}
CASES = {
    name: case
    for name, case in interest.CASES.items()
    if not OTHER_FIELDS & {case.get("field"), case.get("error_field")}
}


@pytest.fixture(autouse=True)
def _film() -> None:
    load_organisation_rows()
    make_film(1)


@pytest.fixture
def visitor() -> Client:
    """Tokens against forgery are checked, and errors are shown as pages."""
    return Client(enforce_csrf_checks=True, raise_request_exception=False)


def counts() -> tuple[int, int]:
    return Order.objects.count(), OutgoingMail.objects.count()


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_bad_input(case: dict[str, Any], visitor: Client) -> None:
    sent = interest.as_request(case, {**hidden_fields(visitor), **BASE})
    sent.path = sent.path.replace(interest.URL, FORM)

    response = interest.send(visitor, sent)

    assert response.status_code < 500
    CHECKS[interest.expectation(case)](case, response)
    for mail in OutgoingMail.objects.all():
        head = on_the_wire(mail).split(b"\r\n\r\n", 1)[0]
        assert (head.lower().count(b"\r\nto:"), head.lower().count(b"bcc:")) == (1, 0)


def accepted(case: dict[str, Any], response: TestResponse) -> None:
    assert (response.status_code, counts()) == (303, (1, 1)), errors(response)
    field = case.get("field")
    if field in {"name", "email"}:
        value = interest.changed_value(case)
        assert getattr(Order.objects.get(), field) == interest.composed(case.get("stored", value))


def field_error(case: dict[str, Any], response: TestResponse) -> None:
    assert (response.status_code, counts()) == (422, (0, 0))
    assert list(errors(response)) == [case.get("error_field", case.get("field"))]
    title = BeautifulSoup(response.content, "html.parser").title
    assert title is not None
    assert title.get_text().startswith("Fel:")


def refused(case: dict[str, Any], response: TestResponse) -> None:
    assert (response.status_code in case["status"], counts()) == (True, (0, 0))


def ignored(case: dict[str, Any], response: TestResponse) -> None:
    assert (response.status_code, counts()) == (303, (case.get("rows", 1), case.get("mails", 1)))


CHECKS = {
    "accepted": accepted,
    "normalised": accepted,
    "field_error": field_error,
    "rejected": refused,
    "no_effect": refused,
    "ignored": ignored,
}


def test_most_of_the_catalogue_is_run() -> None:
    kinds = Counter(interest.expectation(case) for case in CASES.values())
    assert (len(CASES) >= 50, set(kinds) <= set(CHECKS)) == (True, True)
