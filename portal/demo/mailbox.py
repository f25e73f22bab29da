"""The demo's mailbox: each mail that arrives is one file in VAR_DIR/mailbox, named so that the newest sorts last."""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from django.conf import settings

SUFFIX = ".eml"


def folder() -> Path:
    return Path(settings.VAR_DIR) / "mailbox"


def store(content: bytes) -> str:
    """Keep a mail; its name is complete before the file has it, so that nobody reads half a mail."""
    folder().mkdir(parents=True, exist_ok=True)
    name = f"{time.time_ns():020d}-{secrets.token_hex(4)}"
    unfinished = folder() / f"{name}.part"
    unfinished.write_bytes(content)
    unfinished.rename(folder() / f"{name}{SUFFIX}")
    return name


def names() -> list[str]:
    """The names of all mails, the newest first."""
    return sorted((path.stem for path in folder().glob(f"*{SUFFIX}")), reverse=True)


@dataclass(frozen=True)
class DemoMail:
    name: str
    arrived_at: datetime
    message: EmailMessage

    @property
    def subject(self) -> str:
        return str(self.message["Subject"] or "")

    @property
    def recipient(self) -> str:
        return str(self.message["To"] or "")

    @property
    def sender(self) -> str:
        return str(self.message["From"] or "")

    @property
    def message_id(self) -> str:
        return str(self.message["Message-ID"] or "")

    @property
    def text(self) -> str:
        return self._part("plain")

    @property
    def html(self) -> str:
        return self._part("html")

    def _part(self, kind: str) -> str:
        body = self.message.get_body((kind,))
        return str(body.get_content()).replace("\r\n", "\n") if body is not None else ""


def read(name: str) -> DemoMail | None:
    """The mail with that name, or None. The name must be one of ours: it never leads out of the folder."""
    if name not in names():
        return None
    content = (folder() / f"{name}{SUFFIX}").read_bytes()
    arrived_at = datetime.fromtimestamp(int(name.partition("-")[0]) / 1e9, tz=UTC)
    return DemoMail(name, arrived_at, message_from_bytes(content, _class=EmailMessage, policy=policy.default))
