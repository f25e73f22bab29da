"""The only way a mail leaves the house: a row in the transaction of the fact, then a worker, then the mail server.

States, leases and the retry ladder are explained in docs/adr/0005.
"""

from __future__ import annotations

import hashlib
import logging
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import models, transaction
from django.db.models import Case, CharField, F, Q, Value, When
from django.db.models.functions import Cast, Concat
from django.template.loader import render_to_string
from django.utils import timezone

from portal.core import audit, doorbell, smtp
from portal.core.models import MailQuerySet, OutgoingMail, label_of
from portal.core.people import is_address
from portal.core.states import MAIL_TRANSITIONS, MailState

logger = logging.getLogger(__name__)

# How often a mail that may have arrived is sent again by itself (with the same Message-ID) before staff decides.
MOST_DOUBTS = 3
EMPTY_LINES = re.compile(r"\n{3,}")
# What is left of a secret mail when it will not be sent again.
EMPTIED = {"text_body": "", "html_body": ""}


class SecretMailError(Exception):
    """A secret mail is not sent twice: its text is gone, and what it said (a code) no longer holds."""


class StoppedMailError(Exception):
    """A mail that was stopped is not sent after all: it was to the wrong address, and its links do not hold."""


@dataclass(frozen=True)
class Letter:
    """A letter to one person: `name` is its template ("programs/interest_registered"), `context` what it says.

    `calendar` is the text of a calendar file that goes with it.
    """

    name: str
    to: str
    context: Mapping[str, Any] = field(default_factory=dict)
    reply_to: str = ""
    calendar: str = ""


def message_id(key: str) -> str:
    """The Message-ID that belongs to a key: the same mail sent twice is recognised by it (RFC 5322, 3.6.4)."""
    host = urlsplit(settings.SITE_URL).hostname or "localhost"
    return f"<{hashlib.sha256(key.encode()).hexdigest()[:32]}@{host}>"


def rendered(letter: Letter) -> dict[str, str]:
    """The subject, the text and the HTML as they will go out."""
    context = {**letter.context, "site_url": settings.SITE_URL}
    parts = {part: render_to_string(f"mail/{letter.name}.{part}", context) for part in ("subject.txt", "txt", "html")}
    # One line whatever a name in it held: header injection ends here.
    return {
        "subject": " ".join(parts["subject.txt"].split())[:250],
        "text_body": _tidy(parts["txt"]),
        "html_body": parts["html"],
    }


def _tidy(text: str) -> str:
    """One empty line between paragraphs and none at the ends, whichever parts of a letter are left out."""
    lines = "\n".join(line.rstrip() for line in text.split("\n"))
    return EMPTY_LINES.sub("\n\n", lines).strip("\n") + "\n"


def queue(
    letter: Letter, *, about: models.Model, key: str, delete_after: date | None = None, secret: bool = False
) -> OutgoingMail:
    """Store a mail in the caller's transaction; a worker sends it after the commit.

    `key` names the fact that the mail tells of ("interest_registered:<id>"): a second row with the same key is refused
    by the database. Nothing here waits for Redis or for a mail server. The text of a `secret` mail (a log-in code) is
    emptied as soon as it will not be sent again, and nobody can read it in admin.
    """
    about_type, about_id = label_of(about)
    mail = OutgoingMail.objects.create(
        key=key,
        message_id=message_id(key),
        letter=letter.name,
        to_email=letter.to,
        from_email=settings.DEFAULT_FROM_EMAIL,
        reply_to=letter.reply_to,
        calendar=letter.calendar,
        about_type=about_type,
        about_id=about_id,
        delete_after=delete_after or OutgoingMail.personal_record.delete_after(),
        secret=secret,
        **rendered(letter),
    )
    ring_after_commit(mail)
    return mail


def ring_after_commit(mail: OutgoingMail) -> None:
    transaction.on_commit(lambda: doorbell.ring(mail.pk), robust=True)


@transaction.atomic
def resend(mail: OutgoingMail, *, by: audit.Actor) -> OutgoingMail:
    """Send the same text once more, as a mail of its own with its own Message-ID; the first one stays as it is."""
    if mail.secret:
        raise SecretMailError(mail.pk)
    if OutgoingMail.objects.select_for_update().get(pk=mail.pk).state == MailState.STOPPED:
        raise StoppedMailError(mail.pk)
    number = OutgoingMail.objects.filter(resend_of=mail).count() + 1
    key = f"{mail.key}:resend:{number}"
    copied = (
        "letter",
        "to_email",
        "from_email",
        "reply_to",
        "subject",
        "text_body",
        "html_body",
        "calendar",
        "about_type",
        "about_id",
    )
    copy = OutgoingMail.objects.create(
        key=key,
        message_id=message_id(key),
        resend_of=mail,
        delete_after=mail.delete_after,
        **{name: getattr(mail, name) for name in copied},
    )
    audit.record("core.mail_resent", mail, by=by, copy=copy.pk)
    ring_after_commit(copy)
    return copy


def stop(mails: MailQuerySet, key: str) -> None:
    """Let none of these go any more to the address with that key: it was the wrong one.

    In the caller's transaction, which tells the right address what holds. The rows stay and say what became of them. A
    worker that holds one loses its lease, and asks for it before it hands the text over; what was handed over may have
    arrived, and is not tried again. What was stopped told nobody, so the key that names its fact is free for the mail
    that does.
    """
    waiting = mails.under_way().filter(is_address("to_email", key)).select_for_update().order_by("pk")
    held = OutgoingMail.objects.filter(pk__in=list(waiting.values_list("pk", flat=True)))
    no_more = {"claimed_until": None, "handed_over_at": None, "not_before": None}
    held.filter(secret=True).update(**EMPTIED)
    may_have_gone = Q(state=MailState.UNCERTAIN) | Q(handed_over_at__isnull=False)
    freed = Concat(F("key"), Value(":stopped:"), Cast("pk", CharField()), output_field=CharField())
    held.filter(~may_have_gone).update(state=MailState.STOPPED, key=freed, **no_more)
    held.filter(may_have_gone).update(state=MailState.UNCERTAIN, **no_more)


def claim(mail_id: int, now: datetime) -> OutgoingMail | None:
    """Take the mail for this worker, or None when somebody else has it or its time has not come. One UPDATE decides."""
    won = (
        OutgoingMail.objects.due(now)
        .filter(pk=mail_id)
        .update(
            state=MailState.SENDING,
            claimed_until=now + timedelta(seconds=settings.MAIL_LEASE_SECONDS),
            attempts=F("attempts") + 1,
            doubts=F("doubts") + Case(When(state=MailState.UNCERTAIN, then=1), default=0),
        )
    )
    return OutgoingMail.objects.get(pk=mail_id) if won else None


def deliver(mail_id: int) -> MailState | None:
    """Send the mail if it is due and nobody else has it; write down what became of it. Never raises for the network."""
    mail = claim(mail_id, timezone.now())
    if mail is None:
        return None
    with smtp.line() as line:
        outcome = smtp.hand_over(mail, line, before_data=lambda: _mark_handed_over(mail))
        return _write_down(mail, outcome)


def _write_down(mail: OutgoingMail, outcome: smtp.Outcome) -> MailState:
    changes = _after(mail, outcome, timezone.now())
    if mail.secret and changes["not_before"] is None:
        changes |= EMPTIED
    MAIL_TRANSITIONS.check(MailState.SENDING, changes["state"])
    # Only the holder of the lease writes: if it ran out, the one who took over says what happened.
    held = OutgoingMail.objects.filter(pk=mail.pk, state=MailState.SENDING, claimed_until=mail.claimed_until)
    held.update(claimed_until=None, handed_over_at=None, server_reply=outcome.reply[:500], **changes)
    logger.info("mail %s %s: %s", mail.pk, mail.letter, changes["state"])
    return MailState(changes["state"])


def release_expired(now: datetime) -> int:
    """Give back what a dead worker held: what it had not handed over waits again, what it had is uncertain."""
    expired = OutgoingMail.objects.filter(state=MailState.SENDING, claimed_until__lt=now)
    handed_over = Q(handed_over_at__isnull=False)
    free = {"claimed_until": None, "handed_over_at": None, "not_before": now}
    doubtful = expired.filter(handed_over, doubts__lt=MOST_DOUBTS).update(state=MailState.UNCERTAIN, **free)
    expired.filter(handed_over, secret=True).update(**EMPTIED)
    parked = expired.filter(handed_over).update(state=MailState.UNCERTAIN, **{**free, "not_before": None})
    waiting = expired.filter(~handed_over).update(state=MailState.QUEUED, **free)
    return doubtful + parked + waiting


def _mark_handed_over(mail: OutgoingMail) -> bool:
    """Write down that the text is about to go; False when the lease is no longer ours and it must not."""
    held = OutgoingMail.objects.filter(pk=mail.pk, claimed_until=mail.claimed_until)
    return held.update(handed_over_at=timezone.now()) == 1


def _after(mail: OutgoingMail, outcome: smtp.Outcome, now: datetime) -> dict[str, Any]:
    """The columns that follow from what the mail server did."""
    if outcome.verdict is smtp.Verdict.ACCEPTED:
        return {"state": MailState.SENT, "sent_at": now, "not_before": None}
    if outcome.verdict is smtp.Verdict.REFUSED:
        return {"state": MailState.FAILED, "not_before": None}
    ladder: list[int] = settings.MAIL_RETRY_LADDER
    again = now + timedelta(seconds=ladder[min(mail.attempts, len(ladder)) - 1])
    if outcome.verdict is smtp.Verdict.NO_ANSWER:
        return {"state": MailState.UNCERTAIN, "not_before": again if mail.doubts < MOST_DOUBTS else None}
    if mail.attempts > len(ladder):
        return {"state": MailState.FAILED, "not_before": None}
    return {"state": MailState.QUEUED, "not_before": again}
