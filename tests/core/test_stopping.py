"""A mail whose address turned out to be the wrong one while it waited: it does not go, and staff sees why."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.utils import timezone

from portal.core import audit, outgoing, smtp
from portal.core.models import OutgoingMail
from portal.core.outgoing import StoppedMailError
from portal.core.schedules import sweep_mail
from portal.core.states import MailState
from tests.accounts.people import log_in, make_staff
from tests.at_once import all_at_once
from tests.core.letters import ADDRESS, held_by_a_dead_worker, queue
from tests.services.smtp import SmtpServer

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("letters")]
OTHER = "other@kommun.example"
LIST = "/admin/core/outgoingmail/"


def stop(key: str = ADDRESS) -> None:
    with transaction.atomic():
        outgoing.stop(OutgoingMail.objects.all(), key)


def put(mail: OutgoingMail, **columns: Any) -> OutgoingMail:
    OutgoingMail.objects.filter(pk=mail.pk).update(**columns)
    return mail


def stands(mail: OutgoingMail) -> tuple[str, object]:
    mail.refresh_from_db()
    return mail.state, mail.not_before


def test_what_waits_is_stopped_for_good_and_stays_in_the_list(smtp_server: SmtpServer) -> None:
    fresh, tried = queue("Åsa"), put(queue("Bo"), attempts=3, not_before=timezone.now() + timedelta(hours=1))

    stop()
    sweep_mail()

    assert [stands(mail) for mail in (fresh, tried)] == [(MailState.STOPPED, None)] * 2
    assert outgoing.deliver(fresh.pk) is None
    assert outgoing.release_expired(timezone.now() + timedelta(days=9)) == 0
    assert smtp_server.mails == []
    assert fresh.text_body.startswith("Hej Åsa!")


@pytest.mark.parametrize("state", [MailState.SENT, MailState.FAILED])
def test_what_is_settled_stays_as_it_is(state: MailState) -> None:
    mail = put(queue(), state=state, sent_at=timezone.now(), not_before=None)
    stop()
    assert stands(mail) == (state, None)


def test_what_may_have_arrived_is_not_said_to_have_been_stopped_and_not_tried_again() -> None:
    doubtful, held = put(queue(), state=MailState.UNCERTAIN), queue()
    held_by_a_dead_worker(held, handed_over=True)

    stop()

    assert [stands(mail) for mail in (doubtful, held)] == [(MailState.UNCERTAIN, None)] * 2
    assert outgoing.release_expired(timezone.now() + timedelta(days=9)) == 0


def test_a_worker_that_has_it_in_hand_hands_nothing_over(smtp_server: SmtpServer) -> None:
    mail = queue()
    claimed = outgoing.claim(mail.pk, timezone.now())
    assert claimed is not None
    stop()

    with smtp.line() as line:
        outcome = smtp.hand_over(claimed, line, before_data=partial(outgoing._mark_handed_over, claimed))
    outgoing._write_down(claimed, outcome)

    assert smtp_server.mails == []
    assert stands(mail) == (MailState.STOPPED, None)


@pytest.mark.django_db(transaction=True)
def test_a_mail_that_is_stopped_and_claimed_at_once_is_one_or_the_other(smtp_server: SmtpServer) -> None:
    for number in range(8):
        mail = queue(key=f"tests:{number}")
        actions: list[Callable[[], object]] = [stop, partial(outgoing.deliver, mail.pk)]
        all_at_once(actions * 2)
        state, _again = stands(mail)
        went = mail.message_id in [one.message_id for one in smtp_server.mails]
        assert state in ((MailState.SENT, MailState.UNCERTAIN) if went else (MailState.STOPPED,))


def test_other_mailboxes_keep_theirs() -> None:
    mail, same = queue(to=OTHER), queue(to=ADDRESS.upper())
    stop()
    assert (stands(mail)[0], stands(same)[0]) == (MailState.QUEUED, MailState.STOPPED)


def test_the_text_of_a_secret_one_goes_at_once() -> None:
    mails = [queue(secret=True), put(queue(secret=True), state=MailState.UNCERTAIN)]
    stop()
    assert list(OutgoingMail.objects.values_list("text_body", "html_body")) == [("", "")] * len(mails)


def test_what_was_stopped_told_nobody_so_its_fact_can_still_be_told() -> None:
    first = queue(key="hello:1")
    stop()
    again = queue(to=OTHER, key="hello:1")
    first.refresh_from_db()
    assert (again.key, first.key) == ("hello:1", f"hello:1:stopped:{first.pk}")


# --- What staff sees -------------------------------------------------------------------------------------------------
def test_staff_reads_why_and_sends_it_to_nobody_again() -> None:
    mail = queue()
    stop()
    admin = log_in(Client(), make_staff())

    page = admin.get(f"{LIST}{mail.pk}/change/").content.decode()

    assert "stoppat" in admin.get(LIST, {"state__exact": "stopped"}).content.decode()
    assert "Adressen rättades medan mejlet väntade på att skickas." in page
    assert ("Det som inte gick ut" in page, "Det som gick ut" in page) == (True, False)
    assert f"{mail.pk}/skicka-igen/" not in page
    with pytest.raises(StoppedMailError):
        outgoing.resend(mail, by=audit.SYSTEM)
    for answer in (
        admin.get(f"{LIST}{mail.pk}/skicka-igen/", follow=True),
        admin.post(f"{LIST}{mail.pk}/skicka-igen/", follow=True),
        admin.post(LIST, {"action": "send_again", "_selected_action": [mail.pk]}, follow=True),
    ):
        assert "Mejlet stoppades för att adressen var fel, och skickas inte igen." in answer.content.decode()
    assert OutgoingMail.objects.count() == 1


def test_among_several_the_others_are_sent_again() -> None:
    stopped = queue()
    stop()
    other = put(queue(to=OTHER), state=MailState.FAILED, not_before=None)
    admin = log_in(Client(), make_staff())
    chosen = {"action": "send_again", "_selected_action": [stopped.pk, other.pk]}

    asked = admin.post(LIST, chosen).content.decode()
    told = admin.post(LIST, {**chosen, "confirmed": "1"}, follow=True).content.decode()

    assert asked.count("(stoppat, skickas inte igen)") == 1
    assert ("Mejlet skickas igen." in told, "Mejlet stoppades" in told) == (True, True)
    assert OutgoingMail.objects.get(resend_of__isnull=False).to_email == OTHER


def test_a_mail_that_was_not_stopped_says_nothing_of_it() -> None:
    mail = queue()
    page = log_in(Client(), make_staff()).get(f"{LIST}{mail.pk}/change/").content.decode()
    assert ("varför det stoppades" in page.lower(), f"{mail.pk}/skicka-igen/" in page) == (False, True)
