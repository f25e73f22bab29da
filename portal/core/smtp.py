"""The dialogue with the mail server, step by step, so that we know how far it came when it breaks (RFC 5321)."""

from __future__ import annotations

import smtplib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.utils import parseaddr
from enum import Enum
from typing import cast

from django.core.mail import EmailMultiAlternatives
from django.core.mail.backends.smtp import EmailBackend
from django.core.mail.message import SafeMIMEMultipart, SafeMIMEText, sanitize_address

from portal.core.models import OutgoingMail


class Verdict(Enum):
    """What the server made of it."""

    ACCEPTED = "accepted"
    REFUSED = "refused"  # for good: no such mailbox, message not wanted
    LATER = "later"  # nothing was handed over; try again
    NO_ANSWER = "no_answer"  # handed over, but the receipt never came


@dataclass(frozen=True)
class Outcome:
    verdict: Verdict
    reply: str


class _SaidNo(Exception):  # noqa: N818
    """The server answered one step with a code other than 2xx."""

    def __init__(self, code: int, reply: bytes, *, final: bool) -> None:
        super().__init__(code)
        self.text = f"{code} {reply.decode(errors='replace')}"
        self.verdict = Verdict.REFUSED if final and 500 <= code < 600 else Verdict.LATER


def message(mail: OutgoingMail) -> EmailMultiAlternatives:
    """The mail as it goes over the wire: text and HTML, one To, our Message-ID, marked as a machine's (RFC 3834)."""
    headers = {"Message-ID": mail.message_id, "Auto-Submitted": "auto-generated"}
    reply_to = [mail.reply_to] if mail.reply_to else None
    email = EmailMultiAlternatives(
        mail.subject, mail.text_body, mail.from_email, [mail.to_email], headers=headers, reply_to=reply_to
    )
    email.attach_alternative(mail.html_body, "text/html")
    if mail.calendar:
        email.attach(_calendar_file(mail.calendar))
    return email


def _calendar_file(calendar: str) -> SafeMIMEText:
    """The method stands in the header too, or calendar programs take the file for any attachment (RFC 6047, 2.4)."""
    part = SafeMIMEText(calendar, "calendar", "utf-8")
    method = next((line[7:] for line in calendar.splitlines() if line.startswith("METHOD:")), "PUBLISH")
    part.set_param("method", method)
    part.add_header("Content-Disposition", "attachment", filename="kalender.ics")
    return part


def on_the_wire(mail: OutgoingMail) -> bytes:
    """The message's bytes with the line ends of SMTP; smtplib leaves those of bytes as they are."""
    return cast("SafeMIMEMultipart", message(mail).message()).as_bytes(linesep="\r\n")


def _open(backend: EmailBackend) -> smtplib.SMTP:
    """The open connection, greeted and logged in as the settings say."""
    backend.open()
    if backend.connection is None:
        raise smtplib.SMTPServerDisconnected("no connection")
    return backend.connection


def _expect(step: tuple[int, bytes], *, final: bool = False) -> None:
    code, reply = step
    if not 200 <= code < 300:
        raise _SaidNo(code, reply, final=final)


@dataclass(frozen=True)
class _Written:
    """All that is said to the server."""

    sender: str
    recipient: str
    payload: bytes


def _written(mail: OutgoingMail) -> _Written:
    """Raises ValueError for an address or a header that no mail can have."""
    return _Written(
        sender=parseaddr(sanitize_address(mail.from_email, "utf-8"))[1],
        recipient=parseaddr(sanitize_address(mail.to_email, "utf-8"))[1],
        payload=on_the_wire(mail),
    )


def _envelope(connection: smtplib.SMTP, written: _Written) -> None:
    connection.ehlo_or_helo_if_needed()
    # A 5xx to our own sender address is a fault of ours that somebody will mend, not a verdict on the mail.
    _expect(connection.mail(written.sender))
    _expect(connection.rcpt(written.recipient), final=True)


def _content(connection: smtplib.SMTP, payload: bytes) -> Outcome:
    try:
        code, reply = connection.data(payload)
    except smtplib.SMTPDataError as error:
        raise _SaidNo(error.smtp_code, _as_bytes(error.smtp_error), final=True) from error
    except (smtplib.SMTPException, OSError) as error:
        return Outcome(Verdict.NO_ANSWER, type(error).__name__)
    _expect((code, reply), final=True)
    return Outcome(Verdict.ACCEPTED, f"{code} {reply.decode(errors='replace')}")


def _as_bytes(reply: bytes | str) -> bytes:
    return reply.encode() if isinstance(reply, str) else reply


@contextmanager
def line() -> Iterator[EmailBackend]:
    """A line to the mail server, opened when it is needed.

    It is hung up at the end of the block. Who notes inside it what the server said leaves no goodbye, and so less time
    to be killed in, between the server's receipt and the note.
    """
    backend = EmailBackend()
    try:
        yield backend
    finally:
        _hang_up(backend)


def hand_over(mail: OutgoingMail, backend: EmailBackend, *, before_data: Callable[[], bool]) -> Outcome:
    """Talk to the server; `before_data` is asked at the point after which the mail may arrive, and may say no."""
    try:
        written = _written(mail)
    except ValueError as error:
        # Our forms let no such address in, and trying again would not mend it.
        return Outcome(Verdict.REFUSED, f"cannot be written as a mail: {type(error).__name__}")
    return _talk(written, backend, before_data)


def _talk(written: _Written, backend: EmailBackend, before_data: Callable[[], bool]) -> Outcome:
    try:
        connection = _open(backend)
        _envelope(connection, written)
        if not before_data():
            return Outcome(Verdict.LATER, "lease lost")
        return _content(connection, written.payload)
    except _SaidNo as no:
        return Outcome(no.verdict, no.text)
    except (smtplib.SMTPException, OSError) as error:
        return Outcome(Verdict.LATER, f"{type(error).__name__}: {error}")


def _hang_up(backend: EmailBackend) -> None:
    """Say goodbye, but never let that change what was already decided."""
    connection, backend.connection = backend.connection, None
    if connection is None:
        return
    try:
        connection.quit()
    except (smtplib.SMTPException, OSError):
        connection.close()
