"""The mail as it goes over the wire, read back from a real server."""

from __future__ import annotations

import pytest

from portal.core import outgoing, smtp
from portal.core.models import OutgoingMail
from tests.core.letters import queue
from tests.services.smtp import ReceivedMail, SmtpServer

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("letters")]


def sent(smtp_server: SmtpServer, mail: OutgoingMail) -> ReceivedMail:
    outgoing.deliver(mail.pk)
    (arrived,) = smtp_server.mails
    return arrived


def test_text_and_html_to_exactly_one_person(smtp_server: SmtpServer) -> None:
    arrived = sent(smtp_server, queue("Åsa Ö", to="asa@kommun.example"))

    assert (arrived.sender, arrived.recipients) == ("samspel@localhost.localdomain", ("asa@kommun.example",))
    assert arrived.message.get_all("To") == ["asa@kommun.example"]
    assert arrived.message.get_all("Cc") is arrived.message.get_all("Bcc") is None
    assert arrived.message.get_content_type() == "multipart/alternative"
    assert arrived.subject == "Hej Åsa Ö"
    assert (arrived.text, arrived.html) == (
        "Hej Åsa Ö! Läs mer på http://localhost.\n",
        "<p>Hej Åsa Ö!</p>\n",
    )


def test_it_says_that_a_machine_sent_it(smtp_server: SmtpServer) -> None:
    arrived = sent(smtp_server, queue())
    assert arrived.message.get_all("Auto-Submitted") == ["auto-generated"]
    assert len(arrived.message.get_all("Message-ID", [])) == len(arrived.message.get_all("Date", [])) == 1


def test_a_reply_goes_where_the_letter_says(smtp_server: SmtpServer) -> None:
    mail = queue()
    OutgoingMail.objects.update(reply_to="samspel@skr.example")
    assert sent(smtp_server, mail).message.get_all("Reply-To") == ["samspel@skr.example"]


def test_a_domain_with_swedish_letters_is_reached_by_its_ascii_name(smtp_server: SmtpServer) -> None:
    arrived = sent(smtp_server, queue(to="asa@västerås.example"))
    assert arrived.recipients == ("asa@xn--vsters-buam.example",)


@pytest.mark.parametrize(
    "name", ["Åsa\r\nBcc: alla@kommun.example", "Åsa\n\n<script>", "Åsa\x0bBcc: a@b.example", "Å" * 400]
)
def test_no_name_makes_a_header(smtp_server: SmtpServer, name: str) -> None:
    arrived = sent(smtp_server, queue(name))
    assert {header.lower() for header in arrived.message} == {
        "content-type",
        "mime-version",
        "subject",
        "from",
        "to",
        "date",
        "message-id",
        "auto-submitted",
    }
    assert len(arrived.recipients) == 1


def test_a_line_with_a_single_dot_does_not_end_the_mail(smtp_server: SmtpServer) -> None:
    mail = queue()
    OutgoingMail.objects.update(text_body="Före\n.\nQUIT\n..\nEfter\n")
    assert sent(smtp_server, mail).text == "Före\n.\nQUIT\n..\nEfter\n"


def test_nothing_is_handed_over_when_the_caller_says_no(smtp_server: SmtpServer) -> None:
    with smtp.line() as line:
        outcome = smtp.hand_over(queue(), line, before_data=lambda: False)
    assert outcome.verdict is smtp.Verdict.LATER
    assert smtp_server.mails == []
