"""Ten identical posts at the same moment, as an impatient finger or a retrying proxy makes them."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections
from django.test import Client
from django.urls import reverse

from portal.core.models import AuditEvent, OutgoingMail
from portal.pages.actions.content import load_pages
from portal.pages.models import ContactMessage
from tests.pages.visitors import filled


@pytest.mark.django_db(transaction=True)
def test_ten_posts_of_one_form_make_one_message() -> None:
    load_pages()
    fields = filled(Client(), "contact")

    def post(_number: int) -> tuple[int, str]:
        try:
            response = Client().post(reverse("contact"), fields)
            return response.status_code, response.headers.get("Location", "")
        finally:
            connections.close_all()

    with ThreadPoolExecutor(10) as pool:
        answers = set(pool.map(post, range(10)))

    message = ContactMessage.objects.get()
    assert answers == {(303, reverse("contact_receipt", args=[message.pk]))}
    assert OutgoingMail.objects.count() == 1
    assert AuditEvent.objects.about(message).count() == 1
