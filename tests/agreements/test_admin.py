"""What SKR's staff sees of agreements: that they exist and what state they and their papers are in; never who wrote.

The letters of a pair are in the list of mails, so that one that could not be sent is seen: without name, address, text.
"""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from agreements.models import Paper
from agreements.states import PaperState
from portal.accounts.actions import ensure_groups
from portal.core.models import OutgoingMail
from portal.core.states import MailState
from tests.accounts.people import log_in, make_staff
from tests.agreements.builders import Pair, make_pair
from tests.agreements.test_agreeing import approve_both

pytestmark = pytest.mark.django_db
LIST = "/admin/core/outgoingmail/"
PEOPLE = ("Åsa", "Lind", "Björn", "Ek<", "Ek ", "asa@", "bjorn@", "bjorn.ek")


@pytest.fixture
def pair() -> Pair:
    return make_pair()


@pytest.fixture(params=[True, False], ids=["superuser", "handler"])
def staff(request: pytest.FixtureRequest, client: Client) -> Client:
    user = make_staff(is_superuser=request.param)
    if not request.param:
        user.groups.add(ensure_groups())
    return log_in(client, user)


def refused(mail: OutgoingMail) -> None:
    """As when a mail server repeats whom it does not know."""
    reply = f"550 5.1.1 <{mail.to_email}>: bjorn.ek unknown"
    OutgoingMail.objects.filter(pk=mail.pk).update(state=MailState.FAILED, not_before=None, server_reply=reply)


def people_in(page: str) -> list[str]:
    return [one for one in PEOPLE if one in page]


def test_the_letters_of_a_pair_name_nobody_to_staff(pair: Pair, staff: Client) -> None:
    mail = OutgoingMail.objects.get(to_email=pair.chief.user.email)
    refused(mail)

    listed = staff.get(LIST).content.decode()
    shown = staff.get(f"{LIST}{mail.pk}/change/").content.decode()
    asked = staff.get(f"{LIST}{mail.pk}/skicka-igen/").content.decode()

    assert [people_in(page) for page in (listed, shown, asked)] == [[], [], []]
    assert "•••@kommun.example" in listed
    assert "Inbjudan till en överenskommelse" in listed
    assert "550 5.1.1" in shown
    assert "Bara den som fick det kan läsa det" in shown
    assert staff.get(f"{LIST}{mail.pk}/html/").status_code == 404


def test_staff_cannot_find_a_pair_by_searching_or_asking(pair: Pair, staff: Client) -> None:
    assert list(staff.get(LIST, {"q": "bjorn@kommun.example"}).context["cl"].result_list) == []
    assert list(staff.get(LIST, {"q": "påbörjad"}).context["cl"].result_list) == []
    for lookup in ("to_email", "to_email__startswith", "text_body__icontains", "subject__icontains"):
        assert staff.get(LIST, {lookup: "b"}).status_code == 400


def test_a_letter_that_failed_is_sent_again_unread(pair: Pair, staff: Client) -> None:
    mail = OutgoingMail.objects.get(to_email=pair.chief.user.email)
    refused(mail)

    staff.post(f"{LIST}{mail.pk}/skicka-igen/")

    copy = OutgoingMail.objects.get(resend_of=mail)
    assert (copy.to_email, copy.text_body) == (mail.to_email, mail.text_body)
    assert people_in(staff.get(f"{LIST}{copy.pk}/change/").content.decode()) == []


def test_staff_sees_how_far_the_papers_have_come(pair: Pair, staff: Client) -> None:
    pair.write(pair.chair, "fokus", "Hemligheten i texten")
    version = approve_both(pair)
    page = reverse("admin:agreements_agreement_change", args=[pair.agreement.pk])
    before = staff.get(page).content.decode()
    Paper.objects.create(version=version, state=PaperState.FAILED, attempts=5)

    after = staff.get(page).content.decode()
    front = staff.get("/admin/").content.decode()
    failed = staff.get(reverse("admin:agreements_agreement_changelist"), {"pdf": "failed"})
    done = staff.get(reverse("admin:agreements_agreement_changelist"), {"pdf": "done"})

    assert "Står i kö" in before
    assert "Kunde inte göras" in after
    assert "PDF-filer som inte kunde göras" in front
    assert [list(found.context["cl"].result_list) for found in (failed, done)] == [[pair.agreement], []]
    assert people_in(after) + people_in(failed.content.decode()) == []
    assert "Hemligheten" not in after
    assert version.content_hash not in after
    assert timezone.localdate(version.frozen_at).strftime("%Y") in after


@pytest.mark.parametrize(("typed", "found"), [("stockholms stad", 1), ("0180", 1), ("gotland", 0), ("asa", 0)])
def test_an_agreement_is_found_by_every_name_of_its_organisation(
    pair: Pair, staff: Client, typed: str, found: int
) -> None:
    page = staff.get(reverse("admin:agreements_agreement_changelist"), {"q": typed})
    assert len(page.context["cl"].result_list) == found
