"""The contact form through HTTP: what it keeps, what it refuses, what a repeat leads to, and which mails go out."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from portal.core import microcache, outgoing, personal_data
from portal.core.models import AuditEvent, CaptchaOutcome, OutgoingMail
from portal.core.states import MailState
from portal.pages.models import ContactMessage
from portal.pages.states import EnquiryState
from tests.pages.visitors import MESSAGE, errors, filled, send, soup
from tests.programs.interest import solve

pytestmark = pytest.mark.usefixtures("pages")


def only() -> ContactMessage:
    return ContactMessage.objects.get()


def events() -> list[str]:
    return list(AuditEvent.objects.about(only()).order_by("pk").values_list("event", flat=True))


def nothing_stored() -> bool:
    return not ContactMessage.objects.exists() and not OutgoingMail.objects.exists()


@time_machine.travel(dt.datetime(2026, 11, 21, 12, tzinfo=dt.UTC), tick=False)
def test_a_message_is_one_row_one_line_and_one_mail(client: Client) -> None:
    response = send(client, "contact")

    row = only()
    assert response.status_code == 303
    assert response.headers["Location"] == reverse("contact_receipt", args=[row.pk])
    assert {name: getattr(row, name) for name in MESSAGE} == MESSAGE
    assert (row.state, row.delete_after) == (EnquiryState.NEW, dt.date(2027, 11, 21))
    assert row.captcha_outcome == CaptchaOutcome.NO_SCRIPT
    assert events() == ["pages.message_sent"]
    mail = OutgoingMail.objects.get()
    assert (mail.to_email, mail.letter, mail.delete_after) == (
        MESSAGE["email"],
        "pages/contact_received",
        row.delete_after,
    )


def test_the_confirmation_has_the_reference_and_nothing_that_was_typed(client: Client) -> None:
    send(client, "contact", name="Köp billigt på spam.example", message="Klicka på https://spam.example nu")

    mail = OutgoingMail.objects.get()
    assert mail.subject == f"Vi har tagit emot ditt meddelande ({only().reference})"
    for part in (mail.text_body, mail.html_body):
        assert only().reference in part
        assert "spam.example" not in part
    assert f"raderas senast den {only().delete_after.day} " in mail.text_body


def test_staff_gets_a_notice_each_with_a_link_and_no_personal_data(client: Client, settings: Settings) -> None:
    settings.STAFF_EMAILS = ["a@skr.example", "b@skr.example"]

    send(client, "contact")

    notices = OutgoingMail.objects.filter(letter="pages/contact_notice").order_by("key")
    assert [mail.to_email for mail in notices] == ["a@skr.example", "b@skr.example"]
    for mail in notices:
        assert f"http://localhost/admin/pages/contactmessage/{only().pk}/change/" in mail.text_body
        for private in MESSAGE.values():
            assert private not in mail.text_body + mail.html_body + mail.subject


def test_the_receipt_shows_the_reference_and_no_personal_data(client: Client) -> None:
    response = client.get(send(client, "contact").headers["Location"])

    text = response.content.decode()
    assert only().reference in text
    assert "Bekräftelsen är på väg" in text
    assert "no-store" in response.headers["Cache-Control"]
    for private in MESSAGE.values():
        assert private not in text


def test_a_made_up_receipt_is_not_found(client: Client) -> None:
    assert client.get(reverse("contact_receipt", args=[uuid.uuid4()])).status_code == 404


def test_the_same_form_sent_again_leads_to_the_same_receipt(client: Client) -> None:
    fields = filled(client, "contact")

    locations = {client.post(reverse("contact"), fields).headers["Location"] for _time in range(3)}

    assert locations == {reverse("contact_receipt", args=[only().pk])}
    assert OutgoingMail.objects.count() == 1
    assert events() == ["pages.message_sent"]


@pytest.mark.parametrize(("mended", "state"), [("bo@kommun.example", MailState.STOPPED), ("", MailState.QUEUED)])
def test_what_waits_for_an_address_that_is_mended_does_not_go(
    client: Client, settings: Settings, mended: str, state: MailState
) -> None:
    settings.STAFF_EMAILS = ["a@skr.example"]
    fields = filled(client, "contact")
    client.post(reverse("contact"), fields)
    client.post(reverse("contact"), {**fields, "email": mended or fields["email"], "message": "Det jag menade."})

    first, *others = OutgoingMail.objects.order_by("pk")
    assert (first.state, {mail.state for mail in others}) == (state, {MailState.QUEUED})


def test_going_back_and_sending_something_else_corrects_the_message(client: Client, settings: Settings) -> None:
    settings.STAFF_EMAILS = ["a@skr.example"]
    fields = filled(client, "contact", email="asa@kommun.exampel")
    client.post(reverse("contact"), fields)
    first = only()
    ContactMessage.objects.update(state=EnquiryState.HANDLED, handled_at=dt.datetime(2026, 1, 1, tzinfo=dt.UTC))

    client.post(reverse("contact"), {**fields, "email": "asa@kommun.example"})

    row = only()
    assert (row.pk, row.reference, row.email, row.corrections) == (first.pk, first.reference, "asa@kommun.example", 1)
    assert (row.state, row.handled_at) == (EnquiryState.NEW, None)
    assert events() == ["pages.message_sent", "pages.message_corrected"]
    sent = OutgoingMail.objects.order_by("pk").values_list("letter", "to_email")
    assert list(sent) == [
        ("pages/contact_received", "asa@kommun.exampel"),
        ("pages/contact_notice", "a@skr.example"),
        ("pages/contact_corrected", "asa@kommun.example"),
        ("pages/contact_notice", "a@skr.example"),
    ]


def test_a_corrected_message_is_found_by_its_new_words(client: Client) -> None:
    fields = filled(client, "contact")
    client.post(reverse("contact"), fields)

    client.post(reverse("contact"), {**fields, "message": "Något om ÅRSMÖTET"})

    assert "årsmötet" in only().search_text
    assert "passar mig" not in only().search_text


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "\u00a0\u200b"}, "name"),
        ({"name": "å" * 201}, "name"),
        ({"email": ""}, "email"),
        ({"email": "asa@localhost"}, "email"),
        ({"email": "asa@kommun.example\r\nBcc: x@evil.example"}, "email"),
        ({"organisation": "Ö" * 201}, "organisation"),
        ({"message": ""}, "message"),
        ({"message": "a\0b"}, "message"),
        ({"message": "å" * 5001}, "message"),
        ({"altcha": ""}, "altcha"),
        ({"altcha": "W10="}, "altcha"),
    ],
)
def test_what_cannot_be_kept_is_shown_again(client: Client, changes: dict[str, Any], field: str) -> None:
    response = send(client, "contact", **changes)

    page = soup(response)
    assert response.status_code == 422
    assert list(errors(response)) == [field]
    assert page.title is not None
    assert page.title.get_text().startswith("Fel:")
    typed = page.select_one("textarea[name=message]")
    assert typed is not None
    assert typed.get_text().strip("\n") == {**MESSAGE, **changes}["message"].strip("\n")
    assert nothing_stored()


def test_what_was_typed_is_escaped_when_it_is_shown_again(client: Client) -> None:
    response = send(client, "contact", name="<script>alert(1)</script>", email="fel")

    assert b"<script>alert(1)" not in response.content
    assert b"&lt;script&gt;alert(1)" in response.content


def test_the_organisation_may_be_left_out(client: Client) -> None:
    assert send(client, "contact", organisation="").status_code == 303
    assert only().organisation == ""


def test_the_query_of_the_address_is_not_echoed(client: Client) -> None:
    response = client.get(reverse("contact"), {"amne": "<b>zebra</b>", "name": "zebra"})

    assert b"zebra" not in response.content


def test_a_robot_sees_a_receipt_and_nothing_is_stored(client: Client) -> None:
    response = send(client, "contact", webbplats="https://spam.example")

    receipt = client.get(response.headers["Location"])
    assert (response.status_code, receipt.status_code) == (303, 200)
    reference = soup(receipt).select_one(".reference")
    assert reference is not None
    assert reference.get_text().startswith("SAM-")
    assert nothing_stored()


def test_a_blank_in_the_robot_field_is_no_robot(client: Client) -> None:
    send(client, "contact", webbplats=" ")

    assert only().name == MESSAGE["name"]


def test_too_many_posts_have_to_wait(client: Client, settings: Settings) -> None:
    settings.FORM_RATE_LIMITS = [(2, 60)]

    statuses = [send(client, "contact").status_code for _time in range(2)]
    refused = send(client, "contact")

    assert statuses == [303, 303]
    assert refused.status_code == 429
    assert 0 < int(refused.headers["Retry-After"]) <= 60
    assert ContactMessage.objects.count() == 2


def test_a_solved_check_counts_once(client: Client) -> None:
    proof = solve("contact")
    send(client, "contact", altcha=proof)

    replayed = send(client, "contact", altcha=proof, message="Något annat")

    assert only().captcha_outcome == CaptchaOutcome.SOLVED
    assert replayed.status_code == 422
    assert list(errors(replayed)) == ["altcha"]


def test_a_check_solved_for_another_form_does_not_count(client: Client) -> None:
    response = send(client, "contact", altcha=solve("interest"))

    assert (response.status_code, list(errors(response))) == (422, ["altcha"])


def test_a_form_that_was_open_too_long_keeps_what_was_typed_and_works_the_second_time(client: Client) -> None:
    response = send(client, "contact", token="gammal")
    again = {str(field["name"]): str(field["value"]) for field in soup(response).select("#form-contact input[value]")}

    assert response.status_code == 422
    assert client.post(reverse("contact"), {**MESSAGE, "token": again["token"]}).status_code == 303


def test_two_values_for_one_field_are_refused(client: Client) -> None:
    assert send(client, "contact", name=["Anna Lind", "Bo Ek"]).status_code == 400
    assert nothing_stored()


@pytest.mark.usefixtures("in_haste")
def test_staff_is_told_what_to_look_at(client: Client) -> None:
    send(client, "contact", email="info@gmial.com", message="Jag heter 19121212-1212 Tolvan")

    assert only().flags == ["captcha_no_script", "haste", "personal_number", "likely_misspelt", "role_address"]


def test_a_message_goes_when_its_last_day_has_passed(client: Client) -> None:
    send(client, "contact")
    last_day = only().delete_after

    personal_data.purge_expired(last_day)
    assert ContactMessage.objects.count() == 1
    personal_data.purge_expired(last_day + dt.timedelta(days=1))
    assert ContactMessage.objects.count() == 0


def test_the_receipt_tells_that_the_mail_server_took_the_mail(client: Client, smtp_server: object) -> None:
    location = send(client, "contact").headers["Location"]
    outgoing.deliver(OutgoingMail.objects.get().pk)

    assert "mottagen av e-postservern" in client.get(location).content.decode()


def test_the_form_tells_the_day_on_which_the_message_is_deleted(client: Client) -> None:
    with time_machine.travel(dt.datetime(2026, 11, 21, 12, tzinfo=dt.UTC), tick=False):
        text = client.get(reverse("contact")).content.decode()

    assert "raderas senast den 21 november 2027" in text


def test_going_back_brings_the_same_form(client: Client) -> None:
    """Browsers may keep the form with its token: a "no-store" form is fetched anew, and then a repeat is a new row."""
    directives = client.get(reverse("contact")).headers["Cache-Control"]

    assert "no-store" not in directives
    assert "no-cache" in directives
    assert "private" in directives


def test_a_page_that_is_kept_for_all_has_a_token_for_each(client: Client, settings: Settings) -> None:
    settings.PAGE_CACHE_SECONDS = 60
    microcache.clear()

    tokens = {filled(client, "contact")["token"] for _visitor in range(3)}

    microcache.clear()
    assert len(tokens) == 3
