"""Which state may follow which: one table a thing, looked up by every verb that changes it. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

State = TypeVar("State", bound=str)


class TransitionRefused(Exception):  # noqa: N818 - it is a refusal that callers handle, not a fault
    """The table has no way from the one state to the other."""

    def __init__(self, current: str, wanted: str) -> None:
        super().__init__(f"{current} -> {wanted}")
        self.current = current
        self.wanted = wanted


@dataclass(frozen=True)
class TransitionTable(Generic[State]):
    """The allowed ways: `ways[state]` holds every state that may come right after it."""

    ways: Mapping[State, tuple[State, ...]]

    def allows(self, current: State, wanted: State) -> bool:
        return wanted in self.ways.get(current, ())

    def check(self, current: State, wanted: State) -> None:
        """Raise `TransitionRefused` when the table has no such way."""
        if not self.allows(current, wanted):
            raise TransitionRefused(current, wanted)

    def after(self, current: State) -> tuple[State, ...]:
        return self.ways.get(current, ())


class MailState(TextChoices):
    """What became of a mail, as far as we know it."""

    QUEUED = "queued", _("väntar")
    SENDING = "sending", _("skickas")
    SENT = "sent", _("skickat")
    FAILED = "failed", _("kunde inte skickas")
    UNCERTAIN = "uncertain", _("osäkert")
    STOPPED = "stopped", _("stoppat")


# UNCERTAIN: the text was handed over, but the answer never came. It is tried again with the same Message-ID, so that a
# mailbox that got it the first time can see that it is the same mail.
# STOPPED: it never went, because its address turned out to be the wrong one while it waited.
MAIL_TRANSITIONS: TransitionTable[MailState] = TransitionTable(
    {
        MailState.QUEUED: (MailState.SENDING, MailState.STOPPED),
        MailState.SENDING: (
            MailState.SENT,
            MailState.QUEUED,
            MailState.FAILED,
            MailState.UNCERTAIN,
            MailState.STOPPED,
        ),
        MailState.UNCERTAIN: (MailState.SENDING,),
        MailState.FAILED: (),
        MailState.SENT: (),
        MailState.STOPPED: (),
    }
)
