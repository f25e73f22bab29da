"""One mail from its row to a real mail server: what each answer leads to, and what a dead worker leaves."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from pytest_django import Settings

from portal.core import audit, outgoing, smtp
from portal.core.models import AuditEvent, OutgoingMail
from portal.core.outgoing import MOST_DOUBTS, SecretMailError
from portal.core.schedules import sweep_mail
from portal.core.states import MailState
from tests.core.letters import ADDRESS, held_by_a_dead_worker, make_due, queue
from tests.services.smtp import Behaviour, SmtpServer

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("letters")]

LADDER = [60, 300, 900]


@pytest.fixture(autouse=True)
def _mail_settings(settings: Settings) -> None:
    settings.MAIL_RETRY_LADDER = LADDER
    settings.EMAIL_TIMEOUT = 0.5


def deliver(mail: OutgoingMail) -> OutgoingMail:
    """One delivery, and the row as it is afterwards."""
    outgoing.deliver(mail.pk)
    mail.refresh_from_db()
    return mail


def seconds_until_next_try(mail: OutgoingMail) -> int:
    assert mail.not_before is not None
    return round((mail.not_before - timezone.now()).total_seconds())


# --- The row ---------------------------------------------------------------------------------------------------------
def test_a_queued_mail_is_rendered_and_due_at_once() -> None:
    mail = queue("Åsa <b>", key="hello:1")

    assert (mail.state, mail.subject) == (MailState.QUEUED, "Hej Åsa &lt;b&gt;")
    assert mail.text_body == "Hej Åsa <b>! Läs mer på http://localhost.\n"
    assert mail.html_body == "<p>Hej Åsa &lt;b&gt;!</p>\n"
    assert (mail.about_type, mail.about_id) == ("organisations.organisation", "0180")
    assert OutgoingMail.objects.due(timezone.now()).get() == mail


def test_the_same_fact_never_makes_two_mails() -> None:
    queue(key="hello:1")
    with pytest.raises(IntegrityError), transaction.atomic():
        queue(key="hello:1")
    assert OutgoingMail.objects.count() == 1


def test_the_message_id_belongs_to_the_key_and_tells_nothing_of_it() -> None:
    assert outgoing.message_id("a") == outgoing.message_id("a") != outgoing.message_id("b")
    assert outgoing.message_id("asa.lind").endswith("@localhost>")
    assert "asa.lind" not in outgoing.message_id("asa.lind")


def test_a_subject_is_one_line_whatever_a_name_holds() -> None:
    mail = queue("Åsa\r\nBcc: alla@kommun.example\n\n\tX")
    assert mail.subject == "Hej Åsa Bcc: alla@kommun.example X"


def test_the_database_refuses_a_subject_of_two_lines() -> None:
    mail = queue()
    with pytest.raises(IntegrityError), transaction.atomic():
        OutgoingMail.objects.filter(pk=mail.pk).update(subject="Hej\nBcc: alla@kommun.example")


# --- What the server answers -----------------------------------------------------------------------------------------
def test_accepted_is_sent(smtp_server: SmtpServer) -> None:
    mail = deliver(queue())

    (arrived,) = smtp_server.mails
    assert (arrived.recipients, arrived.message_id) == ((ADDRESS,), mail.message_id)
    assert (mail.state, mail.attempts, mail.server_reply) == (MailState.SENT, 1, "250 2.0.0 OK")
    assert mail.sent_at is not None
    assert (mail.not_before, mail.claimed_until, mail.handed_over_at) == (None, None, None)


def test_a_sent_mail_is_not_sent_again(smtp_server: SmtpServer) -> None:
    mail = deliver(queue())
    assert outgoing.deliver(mail.pk) is None
    assert len(smtp_server.mails) == 1


def test_a_mail_that_is_gone_is_nobodys_concern(smtp_server: SmtpServer) -> None:
    assert outgoing.deliver(4711) is None
    assert smtp_server.mails == []


def test_a_mail_whose_time_has_not_come_waits(smtp_server: SmtpServer) -> None:
    mail = queue()
    OutgoingMail.objects.update(not_before=timezone.now() + timedelta(seconds=60))
    assert outgoing.deliver(mail.pk) is None
    assert smtp_server.mails == []


@pytest.mark.parametrize("behaviour", [Behaviour.REFUSE, Behaviour.REFUSE_RECIPIENT])
def test_refused_for_good_is_failed(smtp_server: SmtpServer, behaviour: Behaviour) -> None:
    smtp_server.behaviour = behaviour
    mail = deliver(queue())
    assert (mail.state, mail.attempts, mail.not_before) == (MailState.FAILED, 1, None)
    assert mail.server_reply.startswith("55")


@pytest.mark.parametrize("behaviour", [Behaviour.LATER, Behaviour.RECIPIENT_LATER])
def test_refused_for_now_waits_longer_each_time_and_then_fails(smtp_server: SmtpServer, behaviour: Behaviour) -> None:
    smtp_server.behaviour = behaviour
    mail = queue()
    for attempt, pause in enumerate(LADDER, start=1):
        deliver(mail)
        assert (mail.state, mail.attempts, mail.handed_over_at) == (MailState.QUEUED, attempt, None)
        assert seconds_until_next_try(mail) == pytest.approx(pause, abs=2)
        make_due(mail)
    deliver(mail)
    assert (mail.state, mail.not_before) == (MailState.FAILED, None)
    assert mail.server_reply.startswith("45")


def test_a_server_that_is_down_waits_and_the_mail_arrives_when_it_is_back(smtp_server: SmtpServer) -> None:
    smtp_server.stop()
    mail = deliver(queue())
    assert (mail.state, mail.attempts) == (MailState.QUEUED, 1)
    assert mail.server_reply.startswith("ConnectionRefusedError")
    assert seconds_until_next_try(mail) == pytest.approx(LADDER[0], abs=2)

    smtp_server.start()
    make_due(mail)
    assert deliver(mail).state == MailState.SENT
    assert len(smtp_server.mails) == 1


@pytest.mark.parametrize(("behaviour", "copies"), [(Behaviour.DROP, 1 + MOST_DOUBTS), (Behaviour.HANG, 0)])
def test_no_answer_is_uncertain_and_tried_a_few_times_with_the_same_id(
    smtp_server: SmtpServer, behaviour: Behaviour, copies: int
) -> None:
    smtp_server.behaviour = behaviour
    mail = queue()
    for doubts in range(MOST_DOUBTS):
        deliver(mail)
        assert (mail.state, mail.doubts) == (MailState.UNCERTAIN, doubts)
        assert mail.not_before is not None
        make_due(mail)
    deliver(mail)
    assert (mail.state, mail.doubts, mail.not_before) == (MailState.UNCERTAIN, MOST_DOUBTS, None)
    assert [arrived.message_id for arrived in smtp_server.mails] == [mail.message_id] * copies


def test_an_uncertain_mail_that_is_accepted_at_last_is_sent(smtp_server: SmtpServer) -> None:
    smtp_server.behaviour = Behaviour.HANG
    mail = deliver(queue())
    smtp_server.behaviour = Behaviour.ACCEPT
    make_due(mail)
    assert deliver(mail).state == MailState.SENT
    assert len(smtp_server.mails) == 1


@pytest.mark.parametrize("address", ["a@b.example\nBcc: alla@kommun.example", "a@b..example"])
def test_what_cannot_be_written_as_a_mail_fails_at_once(smtp_server: SmtpServer, address: str) -> None:
    mail = queue()
    OutgoingMail.objects.update(to_email=address)
    deliver(mail)
    assert (mail.state, mail.not_before) == (MailState.FAILED, None)
    assert smtp_server.mails == []
    assert "kommun.example" not in mail.server_reply


# --- Leases ----------------------------------------------------------------------------------------------------------
def test_what_a_dead_worker_had_not_handed_over_waits_again() -> None:
    mail = queue()
    now = held_by_a_dead_worker(mail, handed_over=False)
    assert outgoing.release_expired(now) == 1
    mail.refresh_from_db()
    assert (mail.state, mail.not_before, mail.claimed_until, mail.doubts) == (MailState.QUEUED, now, None, 0)


def test_what_a_dead_worker_had_handed_over_is_uncertain_and_due() -> None:
    mail = queue()
    now = held_by_a_dead_worker(mail, handed_over=True)
    assert outgoing.release_expired(now) == 1
    mail.refresh_from_db()
    assert (mail.state, mail.not_before, mail.handed_over_at) == (MailState.UNCERTAIN, now, None)


def test_what_was_in_doubt_too_often_waits_for_staff() -> None:
    mail = queue()
    now = held_by_a_dead_worker(mail, handed_over=True, doubts=MOST_DOUBTS)
    assert outgoing.release_expired(now) == 1
    mail.refresh_from_db()
    assert (mail.state, mail.not_before) == (MailState.UNCERTAIN, None)


def test_a_lease_that_runs_is_left_alone() -> None:
    mail = queue()
    assert outgoing.claim(mail.pk, timezone.now()) is not None
    assert outgoing.release_expired(timezone.now()) == 0
    assert outgoing.claim(mail.pk, timezone.now()) is None


def test_who_lost_the_lease_hands_nothing_over(smtp_server: SmtpServer) -> None:
    """A worker that slept through its lease (a paused machine) must not send beside the one that took over."""
    mail = queue()
    held = outgoing.claim(mail.pk, timezone.now())
    assert held is not None
    OutgoingMail.objects.update(claimed_until=timezone.now() + timedelta(seconds=999))
    with smtp.line() as line:
        outcome = smtp.hand_over(held, line, before_data=lambda: outgoing._mark_handed_over(held))
    assert outcome.reply == "lease lost"
    assert smtp_server.mails == []


def test_the_sweep_gives_back_and_hands_on_without_a_broker(caplog: pytest.LogCaptureFixture) -> None:
    """Redis is not running here: what the sweep gave back stays given back when it cannot ring."""
    mail = queue()
    held_by_a_dead_worker(mail, handed_over=False)
    with pytest.raises(Exception, match="refused"):
        sweep_mail()
    mail.refresh_from_db()
    assert mail.state == MailState.QUEUED


# --- Again, by staff -------------------------------------------------------------------------------------------------
def test_resend_is_a_mail_of_its_own(smtp_server: SmtpServer) -> None:
    first = deliver(queue())
    second = deliver(outgoing.resend(first, by=audit.SYSTEM))
    third = outgoing.resend(first, by=audit.SYSTEM)

    assert [mail.message_id for mail in smtp_server.mails] == [first.message_id, second.message_id]
    assert len({first.key, second.key, third.key, first.message_id, second.message_id, third.message_id}) == 6
    assert (second.text_body, second.html_body, second.subject) == (first.text_body, first.html_body, first.subject)
    assert (second.resend_of, second.delete_after) == (first, first.delete_after)
    assert list(AuditEvent.objects.about(first).values_list("event", flat=True)) == ["core.mail_resent"] * 2


# --- Secrets ---------------------------------------------------------------------------------------------------------
def test_a_secret_is_emptied_when_it_is_sent(smtp_server: SmtpServer) -> None:
    mail = deliver(queue("kod 1234", secret=True))
    assert (mail.state, mail.text_body, mail.html_body) == (MailState.SENT, "", "")
    assert "kod 1234" in smtp_server.mails[0].text


def test_a_secret_is_kept_while_it_will_be_tried_again() -> None:
    assert "kod 1234" in deliver(queue("kod 1234", secret=True)).text_body


def test_a_secret_is_emptied_when_it_was_handed_over_by_a_dead_worker_and_is_parked() -> None:
    mail = queue("kod 1234", secret=True)
    outgoing.release_expired(held_by_a_dead_worker(mail, handed_over=True, doubts=MOST_DOUBTS))
    mail.refresh_from_db()
    assert (mail.text_body, mail.html_body) == ("", "")


def test_a_secret_is_not_sent_twice_by_staff() -> None:
    with pytest.raises(SecretMailError):
        outgoing.resend(queue(secret=True), by=audit.SYSTEM)
