"""A calendar file goes with a mail as it is, over a real connection, and again when the mail is sent again."""

from __future__ import annotations

import pytest

from portal.core import audit, outgoing
from portal.core.models import OutgoingMail
from portal.core.outgoing import Letter
from portal.organisations.models import Organisation
from tests.core.letters import ADDRESS
from tests.services.smtp import SmtpServer

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("letters")]
CALENDAR = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nMETHOD:CANCEL\r\nX-TEST:Långholmens konferens\r\nEND:VCALENDAR\r\n"


def _queued() -> OutgoingMail:
    letter = Letter("tests/hello", ADDRESS, {"name": "Åsa"}, calendar=CALENDAR)
    return outgoing.queue(letter, about=Organisation(code="0180", name="Stockholms stad"), key="calendar")


def test_the_file_arrives_unchanged_with_its_method(smtp_server: SmtpServer) -> None:
    outgoing.deliver(_queued().pk)

    (arrived,) = smtp_server.mails
    (part,) = arrived.message.iter_attachments()
    assert part.get_content_type() == "text/calendar"
    assert (part.get_param("method"), part.get_param("charset")) == ("CANCEL", "utf-8")
    assert part.get_filename() == "kalender.ics"
    assert part.get_payload(decode=True) == CALENDAR.encode()
    assert arrived.text.startswith("Hej Åsa")


def test_the_copy_that_is_sent_again_has_it_too() -> None:
    assert outgoing.resend(_queued(), by=audit.SYSTEM).calendar == CALENDAR
