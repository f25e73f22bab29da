"""One of the two begins; both get a mail; each comes in by a code."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from agreements.models import Agreement, AgreementStart, Document, Member, Update
from portal.accounts.models import User
from portal.core.models import AuditEvent, OutgoingMail
from tests.accounts.people import log_in_by_mail, mailed_code
from tests.agreements.builders import AGREEMENT, load_rows, make_pair

pytestmark = pytest.mark.django_db

FIELDS: dict[str, Any] = {
    "who": "chair",
    "organisation": "0180",
    "template": AGREEMENT,
    "chair_name": "Åsa Lind",
    "chair_title": "",
    "chair_email": "Asa@Kommun.example",
    "chief_name": "Björn Ek",
    "chief_title": "Stadsdirektör",
    "chief_email": "bjorn@kommun.example",
    "term_ends_on": "2030-12-31",
}


def open_form(client: Client) -> dict[str, str]:
    page = BeautifulSoup(client.get(reverse("agreement_start")).content, "html.parser")
    return {str(field["name"]): str(field.get("value", "")) for field in page.select("main input[type=hidden]")}


def start(client: Client, **changes: Any) -> Any:
    return client.post(reverse("agreement_start"), {**open_form(client), **FIELDS, **changes})


def test_the_form_makes_a_room_with_two_people_and_an_empty_text(client: Client) -> None:
    load_rows()

    response = start(client)

    agreement = Agreement.objects.get()
    assert response.status_code == 303
    assert response.headers["Location"] == reverse("agreement_started", args=[AgreementStart.objects.get().pk])
    members = list(agreement.members.values_list("role", "name", "title", "user__email"))
    assert members == [
        ("chair", "Åsa Lind", "Ordförande", "asa@kommun.example"),
        ("chief", "Björn Ek", "Stadsdirektör", "bjorn@kommun.example"),
    ]
    document = Document.objects.get()
    assert (document.owner, document.head_seq, Update.objects.get().seq) == (None, 1, 1)
    assert AuditEvent.objects.about(agreement).get().event == "agreements.agreement_started"
    assert not User.objects.filter(is_staff=True).exists()


def test_the_same_form_again_leads_to_the_same_receipt(client: Client) -> None:
    load_rows()
    fields = {**open_form(client), **FIELDS}

    first, second = (client.post(reverse("agreement_start"), fields) for _ in range(2))

    assert second.headers["Location"] == f"{first.headers['Location']}?igen=1"
    assert (Agreement.objects.count(), OutgoingMail.objects.count()) == (1, 2)
    assert client.get(second.headers["Location"]).status_code == 200


def test_a_robot_gets_a_receipt_and_nothing_is_stored(client: Client) -> None:
    load_rows()

    response = start(client, webbplats="https://example.com")

    assert client.get(response.headers["Location"]).status_code == 200
    assert (Agreement.objects.count(), User.objects.count(), OutgoingMail.objects.count()) == (0, 0, 0)


def test_the_receipt_tells_what_became_of_both_mails_and_names_nobody(client: Client) -> None:
    load_rows()
    receipt = start(client).headers["Location"]
    to_chair, to_chief = OutgoingMail.objects.order_by("pk")

    def told() -> str:
        (status,) = BeautifulSoup(client.get(receipt).content, "html.parser").select("[data-mail-status]")
        return status.get_text(" ")

    assert "Mejlet till ordföranden är på väg" in told()
    OutgoingMail.objects.filter(pk=to_chair.pk).update(state="sent", sent_at=timezone.now())
    assert "Mejlet till ordföranden är mottaget" in told()
    assert "Mejlet till direktören är på väg" in told()
    assert "notice--success" not in client.get(receipt).content.decode()
    OutgoingMail.objects.filter(pk=to_chief.pk).update(state="failed", not_before=None)
    assert "tog inte emot mejlet till direktören" in told()
    OutgoingMail.objects.filter(pk=to_chief.pk).update(state="sent", sent_at=timezone.now())
    page = client.get(receipt).content.decode()
    assert "notice--success" in page
    for hidden in ("Åsa", "Björn", "kommun.example"):
        assert hidden not in page


def test_one_address_for_both_is_refused_at_the_field(client: Client) -> None:
    load_rows()

    response = start(client, chief_email="asa@KOMMUN.example")

    assert response.status_code == 422
    assert "Ni behöver var sin e-postadress" in response.content.decode()
    assert Agreement.objects.count() == 0


def test_an_account_that_exists_is_used_as_it_is(client: Client) -> None:
    load_rows()
    known = User.objects.create_user("ASA@kommun.example", name="Åsa L.")

    start(client)

    assert Member.objects.get(role="chair").user == known
    assert (User.objects.count(), User.objects.get(pk=known.pk).name) == (2, "Åsa L.")


def test_the_link_of_the_mail_changes_nothing_and_leads_through_log_in(client: Client) -> None:
    pair = make_pair()
    mail = OutgoingMail.objects.get(to_email=pair.chief.user.email)
    found = re.search(r"http://\S+next=\S+", mail.text_body)
    assert found is not None
    link = urlsplit(found.group())

    page = client.get(f"{link.path}?{link.query}")

    pair.chief.refresh_from_db()
    assert page.status_code == 200
    assert pair.chief.joined_at is None
    assert "Fokus" not in page.content.decode()


def test_each_comes_in_by_a_code_and_lands_in_the_room(client: Client) -> None:
    pair = make_pair()
    room = reverse("agreement", args=[pair.agreement.pk])

    log_in_by_mail(client, pair.chair.user, room)

    assert client.get(room).status_code == 200
    pair.chair.refresh_from_db()
    assert pair.chair.joined_at is not None
    assert AuditEvent.objects.filter(event="agreements.member_joined").count() == 1


def test_without_a_page_in_mind_members_land_where_their_agreements_are(client: Client) -> None:
    pair = make_pair()
    client.post(reverse("account_login"), {"login": pair.chair.user.email})
    response = client.post(reverse("account_confirm_login_code"), {"code": mailed_code()})

    assert response.headers["Location"] == reverse("my_pages")
    shown = client.get(reverse("my_pages")).content.decode()
    assert all(reverse("agreement", args=[agreement.pk]) in shown for agreement in Agreement.objects.all())
    assert "Åsa Lind och" in client.get(reverse("agreement_list")).content.decode()


def test_the_list_asks_strangers_to_log_in(client: Client) -> None:
    response = client.get(reverse("agreement_list"))
    assert response.headers["Location"].startswith(reverse("account_login"))
