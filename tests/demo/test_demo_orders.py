"""The demo's orders: placed once, by the real verb, when there is something to order."""

from __future__ import annotations

import pytest

from media_catalog.models import Order, OrderTally
from portal.core.models import OutgoingMail
from portal.demo.orders import PEOPLE, ensure_orders
from tests.media_catalog.ordering import load_organisation_rows, make_film

pytestmark = pytest.mark.django_db


def test_without_films_nobody_orders() -> None:
    assert (ensure_orders(), Order.objects.count()) == (0, 0)


def test_a_second_run_changes_nothing() -> None:
    load_organisation_rows()
    make_film(1)
    make_film(2)
    assert (ensure_orders(), ensure_orders()) == (len(PEOPLE), 0)
    assert (Order.objects.count(), OutgoingMail.objects.count()) == (len(PEOPLE), len(PEOPLE))
    assert {mail.to_email.split(".")[-1] for mail in OutgoingMail.objects.all()} == {"example"}
    assert OrderTally.objects.filter(number__gt=0).exists()
