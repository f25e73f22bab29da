"""Posts and presses at the same moment: one order, one mail, one new link, and a tally that adds up."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import connections
from django.test import Client
from django.utils import timezone

from media_catalog.models import Order, OrderLink
from portal.core.models import AuditEvent, OutgoingMail
from tests.media_catalog.ordering import BASE, FORM, hidden_fields, load_organisation_rows, make_film, only, ordered
from tests.media_catalog.test_orders import tallied

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(number: int, act: Callable[[int], Any]) -> list[Any]:
    def closing(one: int) -> Any:
        try:
            return act(one)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(number) as pool:
        return list(pool.map(closing, range(number)))


@pytest.fixture(autouse=True)
def _film() -> None:
    load_organisation_rows()
    make_film(1)


def test_ten_posts_of_one_form_make_one_order() -> None:
    fields = {**hidden_fields(Client()), **BASE}
    answers = at_once(10, lambda _one: Client().post(FORM, fields).headers["Location"].split("?")[0])
    assert set(answers) == {f"/film-och-podd/bestall/kvitto/{only().pk}/"}
    assert (OutgoingMail.objects.count(), OrderLink.objects.count()) == (1, 1)
    assert AuditEvent.objects.about(only()).count() == 1
    assert tallied() == {("film-1", "kommun"): 1}


def test_orders_of_ten_people_are_all_counted() -> None:
    forms = [{**hidden_fields(Client()), **BASE, "email": f"a{number}@kommun.example"} for number in range(10)]
    statuses = at_once(10, lambda one: Client().post(FORM, forms[one]).status_code)
    assert (set(statuses), Order.objects.count(), tallied()) == ({303}, 10, {("film-1", "kommun"): 10})


def test_ten_presses_make_one_new_link() -> None:
    link = ordered(Client())
    OrderLink.objects.update(created_at=timezone.now() - timedelta(days=31), expires_at=timezone.now())
    at_once(10, lambda _one: Client().post(f"{link}fornya/").status_code)
    assert (OrderLink.objects.count(), OutgoingMail.objects.count()) == (2, 2)
