"""What the receipt says of a registration and its letters: its one statement is our own, so on both databases."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime

import pytest
import time_machine
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from portal.core import audit
from portal.core.mail_status import Mood
from portal.core.models import OutgoingMail
from portal.core.outgoing import resend
from portal.core.states import MailState
from programs.actions.registrations import withdraw_interest
from programs.models import InterestRegistration, InterestRepeat
from programs.queries.registrations import InterestReceipt, interest_receipt
from tests.programs.interest import load_reference_rows, register

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 20, 13, 32, tzinfo=UTC)


@pytest.fixture
def registration(client: Client) -> InterestRegistration:
    load_reference_rows()
    register(client)
    return InterestRegistration.objects.get()


def receipt_of(row: InterestRegistration | InterestRepeat) -> InterestReceipt:
    found = interest_receipt(row.pk)
    assert found is not None
    return found


def words_of(row: InterestRegistration | InterestRepeat) -> str:
    found = receipt_of(row)
    assert found.mail is not None
    return found.mail.text


def test_it_is_one_statement(
    registration: InterestRegistration, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(1):
        found = receipt_of(registration)
    assert (found.reference, found.likely_domain, found.withdrawn) == (registration.reference, "", False)
    assert found.mail is not None
    assert found.mail.mood is Mood.WAITING


@time_machine.travel(AT, tick=False)
def test_it_says_when_the_letter_was_taken(registration: InterestRegistration) -> None:
    OutgoingMail.objects.update(state=MailState.SENT, sent_at=AT)
    assert "mottagen av e-postservern kl. 14.32" in words_of(registration)


@time_machine.travel(AT, tick=False)
def test_it_says_when_the_letter_is_tried_again(registration: InterestRegistration) -> None:
    OutgoingMail.objects.update(state=MailState.QUEUED, attempts=1, not_before=AT)
    assert "Vi försöker igen kl. 14.32" in words_of(registration)


def test_the_newest_letter_counts_and_what_staff_sent_again_does_not(registration: InterestRegistration) -> None:
    OutgoingMail.objects.update(state=MailState.SENT, sent_at=AT)
    resend(OutgoingMail.objects.get(), by=audit.SYSTEM)
    assert "14.32" in words_of(registration)
    withdraw_interest(registration, by=audit.PERSON)
    assert "på väg till din e-post" in words_of(registration)
    assert receipt_of(registration).withdrawn


def test_a_letter_that_is_gone_leaves_the_receipt(registration: InterestRegistration) -> None:
    OutgoingMail.objects.all().delete()
    assert receipt_of(registration) == InterestReceipt(registration.reference, None)


def test_it_asks_about_an_address_that_looks_misspelt(client: Client) -> None:
    load_reference_rows()
    register(client, email="asa.lind@gmial.com")
    assert receipt_of(InterestRegistration.objects.get()).likely_domain == "gmail.com"


def test_a_later_form_has_a_receipt_of_its_own(registration: InterestRegistration, client: Client) -> None:
    OutgoingMail.objects.update(state=MailState.SENT, sent_at=AT)
    register(client, phone="")
    repeat = InterestRepeat.objects.get()
    assert receipt_of(repeat).reference == repeat.reference
    assert "på väg till din e-post" in words_of(repeat)
    # And says nothing of the first one.
    assert "14.32" in words_of(registration)


def test_nobody_has_a_receipt_that_was_made_up(registration: InterestRegistration) -> None:
    assert interest_receipt(uuid.uuid4()) is None
