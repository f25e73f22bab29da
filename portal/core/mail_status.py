"""What became of a mail, in words: for the person who waits for it, and for staff who looks after it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from django.utils import timezone
from django.utils.translation import gettext as _

from portal.core import formats
from portal.core.models import MailQuerySet, OutgoingMail
from portal.core.states import MailState


class Mood(Enum):
    """How good the news is."""

    WAITING = "info"
    GOOD = "success"
    BAD = "warning"


@dataclass(frozen=True)
class MailStatus:
    mood: Mood
    text: str


def clock(moment: datetime) -> str:
    """When it was, or will be: a receipt is also read on another day."""
    return formats.clock(moment, timezone.localdate())


def _waiting(mail: OutgoingMail) -> str:
    if mail.state == MailState.SENDING or not mail.attempts or mail.not_before is None:
        return _("Bekräftelsen är på väg till din e-post. Det brukar ta mindre än en minut.")
    again = clock(mail.not_before)
    return _(
        "E-postservern kunde inte ta emot bekräftelsen än. Vi försöker igen %(again)s. Det du skickade är sparat."
    ) % {"again": again}


def _uncertain(mail: OutgoingMail) -> str:
    text = _("Bekräftelsen är skickad, men e-postservern har inte svarat att den kommit fram.")
    if mail.not_before is None:
        return text
    again = _("För säkerhets skull skickar vi den igen %(again)s.") % {"again": clock(mail.not_before)}
    return f"{text} {again}"


def _stopped() -> str:
    return _("Bekräftelsen gick inte till adressen som stod först, eftersom den är rättad. Det du skickade är sparat.")


# What the words are made of: the letter itself is kilobytes that a receipt never shows.
TOLD = ("state", "attempts", "not_before", "sent_at")


def latest_status(mails: MailQuerySet) -> MailStatus | None:
    """What to tell about the newest of these mails, or None when there is none."""
    mail = mails.only(*TOLD).order_by("-pk").first()
    return status_of(mail) if mail else None


def status_of(mail: OutgoingMail) -> MailStatus:
    """What to tell about the mail now, and what happens next."""
    if mail.state == MailState.SENT and mail.sent_at:
        text = _("Bekräftelsen är skickad och mottagen av e-postservern %(at)s.")
        return MailStatus(Mood.GOOD, text % {"at": clock(mail.sent_at)})
    if mail.state == MailState.FAILED:
        text = _(
            "E-postservern tog inte emot bekräftelsen. Det du skickade är sparat. Är adressen fel? Gå tillbaka till"
            " formuläret, rätta den och skicka igen."
        )
        return MailStatus(Mood.BAD, text)
    if mail.state == MailState.UNCERTAIN:
        return MailStatus(Mood.BAD, _uncertain(mail))
    if mail.state == MailState.STOPPED:
        return MailStatus(Mood.BAD, _stopped())
    return MailStatus(Mood.WAITING, _waiting(mail))


def why_stopped() -> str:
    """What staff reads of a mail that was stopped."""
    return _(
        "Adressen rättades medan mejlet väntade på att skickas. Det stoppades, eftersom det var på väg till fel adress"
        " och länkarna i det inte gäller längre. Den som lämnade en rätt adress har fått ett nytt mejl dit om det som"
        " gäller."
    )


def told_to_staff(mail: OutgoingMail) -> str:
    """What to tell staff about somebody's mail: what became of it, and whether anything is theirs to do."""
    if mail.state == MailState.SENT and mail.sent_at:
        return _("Mottaget av e-postservern %(at)s.") % {"at": clock(mail.sent_at)}
    if mail.state == MailState.FAILED:
        return _(
            "E-postservern tog inte emot det. Serverns svar står på mejlets sida, och där går det att skicka igen."
        )
    if mail.state == MailState.STOPPED:
        return why_stopped()
    again = clock(mail.not_before) if mail.not_before and mail.attempts else ""
    if mail.state == MailState.UNCERTAIN:
        text = _("Skickat, men e-postservern har inte svarat att det kommit fram.")
        return f"{text} {_('Det skickas igen %(again)s.') % {'again': again}}" if again else text
    if mail.state == MailState.QUEUED and again:
        return _("E-postservern kunde inte ta emot det än. Det skickas igen %(again)s.") % {"again": again}
    return _("På väg. Det brukar ta mindre än en minut.")
