"""The morning's mail to staff."""

from __future__ import annotations

import pytest
from django.test import Client
from pytest_django import Settings

from portal.core.models import OutgoingMail
from programs.actions.summaries import LETTER, queue_daily_summary
from programs.models import InterestRegistration
from tests.programs.interest import BASE, load_reference_rows, register

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _two_members_of_staff(settings: Settings) -> None:
    load_reference_rows()
    settings.STAFF_EMAILS = ["ett@skr.example", "tva@skr.example"]


def test_each_member_of_staff_hears_of_each_registration_once(client: Client) -> None:
    register(client)
    register(client, email="b@kommun.example")

    assert queue_daily_summary() == 2
    assert queue_daily_summary() == 0

    mails = OutgoingMail.objects.filter(letter=LETTER).order_by("pk")
    assert [mail.to_email for mail in mails] == ["ett@skr.example", "tva@skr.example"]
    assert mails[0].subject == "2 nya intresseanmälningar"
    for row in InterestRegistration.objects.all():
        assert row.reference in mails[0].text_body
        assert row.reference in mails[0].html_body


def test_the_summary_names_nobody(client: Client) -> None:
    register(client)
    queue_daily_summary()

    mail = OutgoingMail.objects.filter(letter=LETTER).first()
    assert mail is not None
    for private in (BASE["name"], BASE["email"], BASE["phone"], BASE["message"]):
        assert private not in mail.text_body + mail.html_body + mail.subject


def test_a_quiet_day_has_no_mail() -> None:
    assert queue_daily_summary() == 0
    assert not OutgoingMail.objects.exists()
