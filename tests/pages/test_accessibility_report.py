"""The report of a barrier through HTTP: anonymous if one wants, kept once, told to staff."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from portal.core import audit, personal_data
from portal.core.models import AuditEvent, OutgoingMail
from portal.pages.actions.enquiries import mark_handled
from portal.pages.models import AccessibilityReport
from portal.pages.states import EnquiryState
from tests.pages.visitors import REPORT, errors, filled, send, soup
from tests.programs.interest import solve

pytestmark = pytest.mark.usefixtures("pages")

FORM = "accessibility_report"


def only() -> AccessibilityReport:
    return AccessibilityReport.objects.get()


@time_machine.travel(dt.datetime(2026, 11, 21, 12, tzinfo=dt.UTC), tick=False)
def test_a_report_without_address_is_kept_and_mailed_to_nobody(client: Client) -> None:
    response = send(client, FORM)

    row = only()
    assert (response.status_code, response.headers["Location"]) == (303, reverse("accessibility_report_sent"))
    assert {name: getattr(row, name) for name in REPORT} == REPORT
    assert row.delete_after == dt.date(2027, 11, 21)
    assert list(AuditEvent.objects.about(row).values_list("event", flat=True)) == ["pages.barrier_reported"]
    assert not OutgoingMail.objects.exists()


def test_a_report_with_address_is_confirmed_without_its_words(client: Client) -> None:
    send(client, FORM, email="asa@kommun.example", where="Köp på spam.example")

    mail = OutgoingMail.objects.get()
    assert (mail.to_email, mail.letter) == ("asa@kommun.example", "pages/accessibility_received")
    assert mail.subject == f"Tack för din tillgänglighetsrapport ({only().reference})"
    assert "spam.example" not in mail.text_body + mail.html_body


def test_a_corrected_report_is_confirmed_as_that_and_staff_is_told_so(client: Client, settings: Settings) -> None:
    settings.STAFF_EMAILS = ["a@skr.example"]
    fields = filled(client, FORM, email="asa@kommun.example")
    client.post(reverse(FORM), fields)
    mark_handled(only(), by=audit.SYSTEM)

    client.post(reverse(FORM), {**fields, "message": "Knappen i foten syns inte heller."})

    reference = only().reference
    assert (only().message, only().state) == ("Knappen i foten syns inte heller.", EnquiryState.NEW)
    assert list(OutgoingMail.objects.order_by("pk").values_list("letter", "subject"))[2:] == [
        ("pages/accessibility_corrected", f"Din tillgänglighetsrapport är ändrad ({reference})"),
        ("pages/accessibility_notice", f"Ändrad tillgänglighetsrapport i Samspel: {reference}"),
    ]
    mail = OutgoingMail.objects.get(letter="pages/accessibility_corrected")
    for text in (mail.text_body, mail.html_body):
        assert "en gång till med nytt innehåll" in text
        assert "Vi har tagit emot din beskrivning" not in text
        assert "foten" not in text


def test_staff_is_told_of_every_report(client: Client, settings: Settings) -> None:
    settings.STAFF_EMAILS = ["a@skr.example", "b@skr.example"]

    send(client, FORM, email="asa@kommun.example")

    notices = OutgoingMail.objects.filter(letter="pages/accessibility_notice").order_by("key")
    assert [mail.to_email for mail in notices] == ["a@skr.example", "b@skr.example"]
    assert f"/admin/pages/accessibilityreport/{only().pk}/change/" in notices[0].text_body
    for private in ("asa@kommun.example", REPORT["message"]):
        assert private not in notices[0].text_body + notices[0].html_body


def test_the_form_asks_for_no_name(client: Client) -> None:
    fields = soup(client.get(reverse(FORM))).select(
        "#form-accessibility-report :is(input, textarea):not([type=hidden])"
    )

    assert {str(field["name"]) for field in fields} == {"message", "where", "email", "webbplats"}


def test_the_same_report_sent_again_is_kept_once(client: Client) -> None:
    fields = filled(client, FORM, email="asa@kommun.example")

    for _time in range(3):
        client.post(reverse(FORM), fields)

    assert AccessibilityReport.objects.count() == OutgoingMail.objects.count() == 1


def test_a_corrected_report_replaces_the_first(client: Client) -> None:
    fields = filled(client, FORM, email="asa@kommun.example")
    client.post(reverse(FORM), fields)

    client.post(reverse(FORM), {**fields, "message": "Det var menyn jag menade."})

    assert (only().message, only().corrections) == ("Det var menyn jag menade.", 1)
    assert AuditEvent.objects.about(only()).filter(event="pages.barrier_report_corrected").count() == 1
    assert OutgoingMail.objects.count() == 2


@pytest.mark.parametrize(
    ("field", "value"), [("message", ""), ("message", "å" * 5001), ("where", "å" * 201), ("email", "fel")]
)
def test_what_cannot_be_kept_is_shown_again(client: Client, field: str, value: str) -> None:
    response = send(client, FORM, **{field: value})

    assert (response.status_code, list(errors(response))) == (422, [field])
    assert not AccessibilityReport.objects.exists()


def test_a_robot_sees_thanks_and_nothing_is_stored(client: Client) -> None:
    response = send(client, FORM, webbplats="x")

    assert response.headers["Location"] == reverse("accessibility_report_sent")
    assert not AccessibilityReport.objects.exists()


def test_a_solved_check_counts_once(client: Client) -> None:
    proof = solve("accessibility-report")
    send(client, FORM, altcha=proof)

    replayed = send(client, FORM, altcha=proof, message="Något annat")

    assert (replayed.status_code, list(errors(replayed))) == (422, ["altcha"])


def test_too_many_reports_have_to_wait(client: Client, settings: Settings) -> None:
    settings.FORM_RATE_LIMITS = [(1, 60)]

    assert [send(client, FORM).status_code for _time in range(2)] == [303, 429]


def test_a_report_goes_when_its_last_day_has_passed(client: Client) -> None:
    send(client, FORM)

    personal_data.purge_expired(only().delete_after + dt.timedelta(days=1))

    assert not AccessibilityReport.objects.exists()
