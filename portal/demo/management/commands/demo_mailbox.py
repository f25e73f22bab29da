"""`manage.py demo_mailbox`: an SMTP server that keeps every mail for /demo/brevlada/ and sends nothing on."""

from __future__ import annotations

import asyncio
import logging
import signal
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope, Session
from django.conf import settings
from django.core.management.base import BaseCommand

from portal.demo import mailbox


class Keeper:
    """What aiosmtpd asks to take care of a mail."""

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 - its name
        await asyncio.to_thread(mailbox.store, envelope.original_content or b"")
        return "250 2.0.0 OK"


async def serve(host: str, port: int) -> None:
    """Until SIGTERM or Ctrl-C; what is being received then is finished first."""
    loop = asyncio.get_running_loop()
    stopped = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopped.set)
    server = await loop.create_server(lambda: SMTP(Keeper(), enable_SMTPUTF8=True), host, port)
    async with server:
        await stopped.wait()


class Command(BaseCommand):
    help = "Receive the demo's mail on EMAIL_HOST:EMAIL_PORT and keep it for /demo/brevlada/."

    def handle(self, *args: Any, **options: Any) -> None:
        # aiosmtpd logs every line of the dialogue, addresses included.
        logging.getLogger("mail.log").setLevel(logging.WARNING)
        self.stdout.write(f"Demo mailbox on {settings.EMAIL_HOST}:{settings.EMAIL_PORT}")
        asyncio.run(serve(settings.EMAIL_HOST, settings.EMAIL_PORT))
