"""The receipt of the form that begins an agreement."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agreements.models import PAIR, AgreementStart, Member, MemberRole
from agreements.queries.starts import invitations
from portal.core.mail_status import MailStatus, Mood, clock
from portal.core.models import OutgoingMail
from portal.core.receipts import decoy_reference, is_decoy
from portal.core.states import MailState

TO_WHOM = {MemberRole.CHAIR: gettext_lazy("ordföranden"), MemberRole.CHIEF: gettext_lazy("direktören")}


@dataclass(frozen=True)
class StartedReceipt:
    """What the receipt of the start form shows: what became of the two mails, and nothing about the two."""

    reference: str
    mood: Mood
    mails: tuple[str, ...]


def started_receipt(receipt: uuid.UUID) -> StartedReceipt | None:
    """The receipt with that id: of a start, or of nothing at all (for robots)."""
    if start := AgreementStart.objects.filter(pk=receipt).first():
        return _started(start.reference, _invitations(start))
    return _started(decoy_reference(receipt), {}) if is_decoy(receipt) else None


def _invitations(start: AgreementStart) -> dict[str, OutgoingMail]:
    """The newest mail by which the form lets each of the two in, by role."""
    first_two = Member.objects.pair().filter(agreement_id=start.agreement_id).order_by("pk")[: len(PAIR)]
    newest = {member.role: invitations(member).order_by("-pk").first() for member in first_two}
    return {role: mail for role, mail in newest.items() if mail is not None}


def _started(reference: str, mails: dict[str, OutgoingMail]) -> StartedReceipt:
    told = [invitation_status(MemberRole(role), mails.get(role)) for role in PAIR]
    moods = {status.mood for status in told}
    mood = next(one for one in (Mood.BAD, Mood.WAITING, Mood.GOOD) if one in moods)
    return StartedReceipt(reference, mood, tuple(status.text for status in told))


def invitation_status(role: MemberRole, mail: OutgoingMail | None) -> MailStatus:
    """What to tell about the mail that lets one of the two in."""
    words = {"whom": TO_WHOM[role]}
    if mail is not None and mail.state == MailState.SENT and mail.sent_at:
        text = _("Mejlet till %(whom)s är mottaget av e-postservern %(at)s.")
        return MailStatus(Mood.GOOD, text % {**words, "at": clock(mail.sent_at)})
    if mail is not None and mail.state == MailState.FAILED:
        text = _("E-postservern tog inte emot mejlet till %(whom)s. Kontrollera adressen och skriv till oss.")
        return MailStatus(Mood.BAD, text % words)
    if mail is not None and mail.state == MailState.UNCERTAIN:
        text = _("Mejlet till %(whom)s är skickat, men e-postservern har inte svarat att det kommit fram.")
        return MailStatus(Mood.BAD, text % words)
    if mail is not None and mail.attempts and mail.state == MailState.QUEUED and mail.not_before:
        text = _("E-postservern kunde inte ta emot mejlet till %(whom)s än. Vi försöker igen %(again)s.")
        return MailStatus(Mood.WAITING, text % {**words, "again": clock(mail.not_before)})
    return MailStatus(Mood.WAITING, _("Mejlet till %(whom)s är på väg. Det brukar ta mindre än en minut.") % words)
