"""The morning's mail to staff."""

from __future__ import annotations

import datetime as dt
from importlib import import_module
from threading import Event, Thread

import pytest
from django.apps import apps
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from portal.core.models import OutgoingMail
from programs.actions.summaries import LETTER, queue_daily_summary
from programs.models import InterestRegistration
from tests.at_once import all_at_once
from tests.programs.interest import BASE, load_reference_rows, open_form, post, register

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_haste")]
OWN, OTHER, THIRD = "nyfiken@gmial.com", "asa@gmail.com", "bo@kommun.example"


@pytest.fixture(autouse=True)
def _two_members_of_staff(settings: Settings) -> None:
    load_reference_rows()
    settings.STAFF_EMAILS = ["ett@skr.example", "tva@skr.example"]


def told() -> list[str]:
    """The references that the summaries to one member of staff told of, in the order of the mails."""
    mails = OutgoingMail.objects.filter(letter=LETTER, to_email="ett@skr.example").order_by("pk")
    lines = [line for mail in mails for line in mail.text_body.splitlines()]
    return [line.split()[0] for line in lines if line.startswith("SAM-")]


def reference(email: str) -> str:
    return InterestRegistration.objects.get(email=email).reference


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


def test_the_first_summary_tells_all_and_the_next_since_when(client: Client) -> None:
    register(client)
    queue_daily_summary()
    register(client, email=OTHER)
    queue_daily_summary()

    first, second = OutgoingMail.objects.filter(letter=LETTER, to_email="ett@skr.example").order_by("pk")
    assert "Det här har tillkommit.\n" in first.text_body
    assert "Det här har tillkommit sedan " in second.text_body
    assert told() == [reference(BASE["email"]), reference(OTHER)]


def test_what_came_while_nobody_was_to_be_told_is_told_as_soon_as_somebody_is(
    client: Client, settings: Settings
) -> None:
    settings.STAFF_EMAILS = []
    register(client)
    assert queue_daily_summary() == 0

    settings.STAFF_EMAILS = ["ett@skr.example"]
    assert queue_daily_summary() == 1
    assert told() == [reference(BASE["email"])]


# --- What becomes a registration late --------------------------------------------------------------------------------
def test_a_repeat_that_is_mended_to_an_address_of_its_own_is_told_the_next_morning(client: Client) -> None:
    register(Client(), email=OTHER)
    form = {**open_form(client), **BASE}
    post(client, {**form, "email": OTHER, "message": "Upprepad"})
    queue_daily_summary()

    post(client, {**form, "email": THIRD, "message": "Rättad"})
    queue_daily_summary()
    queue_daily_summary()

    assert told() == [reference(OTHER), reference(THIRD)]


def test_what_a_mended_mistake_leaves_behind_is_told_the_next_morning(client: Client) -> None:
    mistaken = {**open_form(client), **BASE}
    post(client, {**mistaken, "email": OTHER})
    register(Client(), email=OTHER, message="Ägarens egen")
    queue_daily_summary()

    post(client, {**mistaken, "email": THIRD, "message": "Rättad"})
    queue_daily_summary()
    queue_daily_summary()

    assert told() == [reference(THIRD), reference(OTHER)]


def test_a_form_that_was_told_of_is_not_new_again_when_it_has_been_beside_another(client: Client) -> None:
    register(Client(), email=OTHER)
    form = {**open_form(client), **BASE}
    post(client, {**form, "email": OWN, "message": "Först"})
    queue_daily_summary()

    post(client, {**form, "email": OTHER, "message": "Bredvid"})
    post(client, {**form, "email": THIRD, "message": "Egen igen"})

    assert queue_daily_summary() == 0
    assert sorted(told()) == sorted([reference(OTHER), reference(THIRD)])


def test_what_says_an_earlier_time_than_the_last_summary_is_told_all_the_same(client: Client) -> None:
    register(client)
    queue_daily_summary()
    register(client, email=OTHER)
    InterestRegistration.objects.filter(email=OTHER).update(created_at=timezone.now() - dt.timedelta(days=30))

    assert queue_daily_summary() == 2
    assert told() == [reference(BASE["email"]), reference(OTHER)]


@pytest.mark.django_db(transaction=True)
def test_what_is_committed_after_the_summary_was_made_is_in_the_next(client: Client) -> None:
    if connection.vendor == "sqlite":
        pytest.skip("One writes at a time: the summary waits for whoever is about to commit.")
    register(client)
    written, summed_up = Event(), Event()

    def register_slowly() -> None:
        try:
            with transaction.atomic():
                register(Client(), email=OTHER)
                written.set()
                assert summed_up.wait(30)
        finally:
            connection.close()

    visitor = Thread(target=register_slowly)
    visitor.start()
    assert written.wait(30)
    assert queue_daily_summary() == 2
    summed_up.set()
    visitor.join(30)

    assert queue_daily_summary() == 2
    assert told() == [reference(BASE["email"]), reference(OTHER)]


@pytest.mark.django_db(transaction=True)
def test_whoever_mends_theirs_in_this_moment_is_not_waited_for_and_told_the_next_morning(client: Client) -> None:
    if connection.vendor == "sqlite":
        pytest.skip("One writes at a time: the summary waits for whoever is about to commit.")
    register(client)
    register(Client(), email=OTHER)
    held, summed_up = Event(), Event()

    def mend_slowly() -> None:
        try:
            with transaction.atomic():
                InterestRegistration.objects.select_for_update().get(email=OTHER)
                held.set()
                assert summed_up.wait(30)
        finally:
            connection.close()

    visitor = Thread(target=mend_slowly)
    visitor.start()
    assert held.wait(30)
    assert queue_daily_summary() == 2
    summed_up.set()
    visitor.join(30)

    assert queue_daily_summary() == 2
    assert told() == [reference(BASE["email"]), reference(OTHER)]


@pytest.mark.django_db(transaction=True)
def test_two_that_sum_up_at_once_tell_each_registration_once(client: Client) -> None:
    for number in range(5):
        register(client, email=f"nr{number}@kommun.example")

    all_at_once([queue_daily_summary] * 4)
    queue_daily_summary()

    assert sorted(told()) == sorted(InterestRegistration.objects.values_list("reference", flat=True))


# --- What was told before there were marks ---------------------------------------------------------------------------
def test_what_the_last_summary_told_before_there_were_marks_counts_as_told(client: Client) -> None:
    register(client)
    queue_daily_summary()
    register(client, email=OTHER)
    InterestRegistration.objects.update(told_at=None)

    import_module("programs.migrations.0009_registrations_told_once").mark_what_was_told(apps, None)
    queue_daily_summary()

    assert told() == [reference(BASE["email"]), reference(OTHER)]
