"""A real SMTP server on the port that the settings name, which can be as unkind as they come."""

import asyncio
import logging
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from enum import Enum

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.services.processes import wait_until

# aiosmtpd logs every line of the dialogue.
logging.getLogger("mail.log").setLevel(logging.WARNING)

ACCEPTED = "250 2.0.0 OK"


class Behaviour(Enum):
    """What the server does with a mail."""

    ACCEPT = "accept"
    REFUSE = "554 after the content, for good"
    LATER = "451 after the content, try again"
    REFUSE_RECIPIENT = "550 to RCPT TO, for good"
    RECIPIENT_LATER = "450 to RCPT TO, try again"
    HANG = "never answers after the content"
    DROP = "keeps the mail but hangs up instead of answering"


REPLIES = {Behaviour.REFUSE: "554 5.7.1 Refused", Behaviour.LATER: "451 4.3.0 Try later"}
RECIPIENT_REPLIES = {
    Behaviour.REFUSE_RECIPIENT: "550 5.1.1 No such mailbox",
    Behaviour.RECIPIENT_LATER: "450 4.2.0 Mailbox busy",
}


@dataclass(frozen=True)
class ReceivedMail:
    """What arrived: the envelope and the parsed message."""

    sender: str
    recipients: tuple[str, ...]
    message: EmailMessage
    raw: bytes

    @property
    def message_id(self) -> str:
        return str(self.message["Message-ID"])

    @property
    def subject(self) -> str:
        return str(self.message["Subject"])

    @property
    def text(self) -> str:
        return self._part("plain")

    @property
    def html(self) -> str:
        return self._part("html")

    def _part(self, kind: str) -> str:
        part = self.message.get_body(preferencelist=(kind,))
        return str(part.get_content()).replace("\r\n", "\n") if part is not None else ""


class SmtpServer:
    """Listens from `start` to `stop`; in between connections are refused, as by a server that is down."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.behaviour = Behaviour.ACCEPT
        self.mails: list[ReceivedMail] = []
        self._controller: Controller | None = None

    def start(self) -> None:
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port, ready_timeout=10)
        self._controller.start()

    def stop(self) -> None:
        if self._controller is not None:
            self._controller.stop()
            self._controller = None

    def wait_for(self, count: int, *, timeout: float = 10.0) -> list[ReceivedMail]:
        """All mails, as soon as there are `count` of them."""
        wait_until(lambda: len(self.mails) >= count, f"{count} mails have arrived", timeout=timeout)
        return list(self.mails)

    # aiosmtpd calls these by name, in its own thread.
    async def handle_RCPT(  # noqa: N802
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.behaviour in RECIPIENT_REPLIES:
            return RECIPIENT_REPLIES[self.behaviour]
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(options)
        return ACCEPTED

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        if self.behaviour is Behaviour.HANG:
            await asyncio.Event().wait()
        if self.behaviour in REPLIES:
            return REPLIES[self.behaviour]
        self._keep(envelope)
        if self.behaviour is Behaviour.DROP and isinstance(server.transport, asyncio.Transport):
            server.transport.abort()
        return ACCEPTED

    def _keep(self, envelope: Envelope) -> None:
        raw = envelope.original_content or b""
        message = message_from_bytes(raw, _class=EmailMessage, policy=policy.default)
        self.mails.append(ReceivedMail(envelope.mail_from or "", tuple(envelope.rcpt_tos), message, raw))
