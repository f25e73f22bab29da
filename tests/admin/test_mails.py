"""Mails and the trail in admin: read exactly what went out, find it, send it once more."""

from __future__ import annotations

import base64
import hashlib
import re

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from portal.accounts.models import User
from portal.core import audit
from portal.core.admin_site import Panel, Row, site
from portal.core.models import AuditEvent, OutgoingMail
from portal.core.states import MailState
from tests.accounts.people import log_in, make_staff

pytestmark = pytest.mark.django_db
LIST = "/admin/core/outgoingmail/"
HTML = "<html><head><style>p { color: red; }</style></head><body><p>Hej Åsa</p></body></html>"


@pytest.fixture
def staff() -> User:
    return make_staff()


@pytest.fixture
def admin(client: Client, staff: User) -> Client:
    return log_in(client, staff)


def make_mail(key: str = "k1", **fields: object) -> OutgoingMail:
    values = {
        "key": key,
        "message_id": f"<{key}@localhost>",
        "letter": "programs/interest_registered",
        "to_email": "asa@kommun.example",
        "from_email": "Samspel <samspel@skr.example>",
        "subject": "Tack, Åsa",
        "text_body": "Hej Åsa",
        "html_body": HTML,
        "delete_after": timezone.localdate(),
        **fields,
    }
    return OutgoingMail.objects.create(**values)


def test_the_page_of_a_mail_shows_what_went_out_and_cannot_be_edited(admin: Client) -> None:
    mail = make_mail(server_reply="250 2.0.0 OK", state=MailState.SENT, sent_at=timezone.now())

    response = admin.get(f"{LIST}{mail.pk}/change/")

    page = response.content.decode()
    for shown in ("Hej Åsa", "250 2.0.0 OK", "&lt;k1@localhost&gt;", "asa@kommun.example", "skickat", "Tack, Åsa"):
        assert shown in page
    assert "frame-src 'self';" in f"{response.headers['Content-Security-Policy']};"
    assert admin.post(f"{LIST}{mail.pk}/change/", {"subject": "x"}).status_code == 403
    assert admin.get(f"{LIST}add/").status_code == 403
    assert admin.get(f"{LIST}{mail.pk}/delete/").status_code == 403


def test_the_frame_runs_nothing_and_knows_the_mails_own_style_only(admin: Client) -> None:
    mail = make_mail()

    response = admin.get(f"{LIST}{mail.pk}/html/")

    digest = base64.b64encode(hashlib.sha256(b"p { color: red; }").digest()).decode()
    policy = response.headers["Content-Security-Policy"]
    assert response.content.decode() == HTML
    assert policy.startswith(
        f"default-src 'none'; img-src 'none'; style-src 'sha256-{digest}'; frame-ancestors 'self';"
    )
    assert "unsafe" not in policy
    assert response.headers["X-Frame-Options"] == "SAMEORIGIN"


def test_a_secret_mail_is_shown_to_nobody_and_not_sent_again(admin: Client) -> None:
    mail = make_mail(secret=True, text_body="KODX-KODX", html_body="<p>KODX-KODX</p>")

    page = admin.get(f"{LIST}{mail.pk}/change/").content.decode()

    assert "KODX-KODX" not in page
    assert admin.get(f"{LIST}{mail.pk}/html/").status_code == 404
    assert admin.post(f"{LIST}{mail.pk}/skicka-igen/").status_code == 404
    admin.post(LIST, {"action": "send_again", "_selected_action": [mail.pk], "confirmed": "1"})
    assert OutgoingMail.objects.count() == 1


def test_sending_again_asks_first_and_leaves_a_trace(admin: Client, staff: User) -> None:
    mail = make_mail()

    asked = admin.get(f"{LIST}{mail.pk}/skicka-igen/")
    before = OutgoingMail.objects.count()
    admin.post(f"{LIST}{mail.pk}/skicka-igen/")

    copy = OutgoingMail.objects.exclude(pk=mail.pk).get()
    event = AuditEvent.objects.about(mail).get()
    assert (asked.status_code, before) == (200, 1)
    assert (copy.resend_of, copy.state, copy.text_body) == (mail, MailState.QUEUED, "Hej Åsa")
    assert (event.event, event.actor, event.data) == ("core.mail_resent", staff, {"copy": copy.pk})


def test_several_mails_are_sent_again_after_one_question(admin: Client) -> None:
    mails = [make_mail(f"k{number}") for number in range(3)]
    chosen = {"action": "send_again", "_selected_action": [mails[0].pk, mails[1].pk]}

    admin.post(LIST, chosen)
    before = OutgoingMail.objects.count()
    admin.post(LIST, {**chosen, "confirmed": "1"})

    assert (before, OutgoingMail.objects.count()) == (3, 5)


@pytest.mark.parametrize("query", ["åsa", "Åsa", "ÅSA", "asa@kommun", "tack åsa"])
def test_the_search_finds_people_however_they_are_written(admin: Client, query: str) -> None:
    make_mail("k1")
    make_mail("k2", subject="Något annat", to_email="b@kommun.example")

    response = admin.get(LIST, {"q": query})

    assert [mail.key for mail in response.context["cl"].result_list] == ["k1"]


@pytest.mark.parametrize("query", ["sam7k3f9qxz", "7K3F 9QXZ", "SAM-7K3F-9QXZ"])
def test_the_search_finds_a_reference_however_it_is_written(admin: Client, query: str) -> None:
    make_mail("k1", subject="Vi har tagit emot ditt meddelande (SAM-7K3F-9QXZ)")
    make_mail("k2")

    response = admin.get(LIST, {"q": query})

    assert [mail.key for mail in response.context["cl"].result_list] == ["k1"]


def test_the_list_needs_as_many_queries_for_three_mails_as_for_one(
    admin: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    make_mail("k1")
    admin.get(LIST)
    with django_assert_num_queries(7):
        admin.get(LIST)
    make_mail("k2")
    make_mail("k3")
    with django_assert_num_queries(7):
        admin.get(LIST)


def test_the_front_page_tells_what_is_wrong_with_the_mail(admin: Client) -> None:
    make_mail("k1", state=MailState.FAILED)
    make_mail("k2", state=MailState.FAILED)

    page = admin.get("/admin/").content.decode()

    row = r'panel__row--alarming">\s*<a href="/admin/core/outgoingmail/\?state__exact=failed">'
    assert re.search(row + r'<span class="panel__number">2</span> <span class="panel__label">Kunde inte skickas', page)


def test_an_app_can_add_a_panel_of_its_own(admin: Client) -> None:
    @site.register_panel
    def panel(_request: object) -> Panel:
        return Panel("Provpanel", [Row("Provrad", 7, "/admin/")])

    try:
        page = admin.get("/admin/").content.decode()
    finally:
        site._panels.remove(panel)
    assert "Provpanel" in page
    assert "Provrad" in page


def test_the_trail_names_events_and_people_and_cannot_be_edited(admin: Client, staff: User) -> None:
    event = audit.record("core.mail_resent", make_mail(), by=audit.staff(staff), copy=7)
    other = audit.record("core.mail_resent", staff, by=audit.SYSTEM)

    about = {"subject_type": "core.outgoingmail", "subject_id": event.subject_id}
    response = admin.get("/admin/core/auditevent/", about)

    page = response.content.decode()
    assert list(response.context["cl"].result_list) == [event]
    for shown in ("mejlet skickades igen", "Astrid Åkerö", "copy: 7"):
        assert shown in page
    assert admin.get(f"/admin/core/auditevent/{other.pk}/change/").status_code == 200
    assert admin.post(f"/admin/core/auditevent/{other.pk}/delete/", {"post": "yes"}).status_code == 403


def test_an_account_shows_its_mails_and_its_trail(admin: Client, staff: User) -> None:
    make_mail(about_type="accounts.user", about_id=str(staff.pk))
    audit.record("accounts.user_changed", staff, by=audit.SYSTEM)

    page = admin.get(reverse("admin:accounts_user_change", args=[staff.pk])).content.decode()

    assert "Mejl (1)" in page
    assert "kontot ändrades" in page
    history = admin.get(reverse("admin:accounts_user_history", args=[staff.pk]))
    assert history.headers["Location"] == f"/admin/core/auditevent/?subject_type=accounts.user&subject_id={staff.pk}"
