"""The letters about agreements, each function named as the letter it sends. None carries what a pair has written."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.urls import reverse

from agreements.models import Agreement, Member
from agreements.queries.starts import invitations
from portal.core.models import OutgoingMail
from portal.core.outgoing import Letter, queue
from portal.core.states import MailState


@dataclass(frozen=True)
class Planned:
    """A reminder that may have gone out already: `key` tells."""

    name: str
    member: Member
    fact: str
    more: dict[str, Any]

    @property
    def key(self) -> str:
        return f"{self.name}:{self.fact}"


def room_url(agreement: Agreement, name: str = "agreement") -> str:
    """A link that leads through log-in: fetched by anybody, or anything, it shows nothing and changes nothing."""
    wanted = urlencode({"next": reverse(name, args=[agreement.pk])})
    return f"{settings.SITE_URL}{reverse('account_login')}?{wanted}"


def _send(name: str, member: Member, key: str, **more: Any) -> OutgoingMail:
    agreement = member.agreement
    context = {
        "member": member,
        "agreement": agreement,
        "template_name": agreement.template_version.template.name,
        "room_url": room_url(agreement),
        "address": member.user.email,
        **more,
    }
    return queue(Letter(f"agreements/{name}", member.user.email, context), about=agreement, key=f"{name}:{key}")


def agreement_started(member: Member, other: Member) -> OutgoingMail:
    return _send("agreement_started", member, str(member.pk), other=other)


def agreement_start_corrected(member: Member, other: Member, change: int) -> OutgoingMail:
    return _send("agreement_start_corrected", member, f"{member.pk}:{change}", other=other)


def take_back(member: Member) -> None:
    """Stop what has not gone out of the invitations. One that may have gone is not tried again.

    A worker that holds one loses its lease, and asks for it before it hands the text over.
    """
    waiting = invitations(member).filter(state__in=[MailState.QUEUED, MailState.SENDING])
    waiting.filter(handed_over_at__isnull=True).delete()
    doubtful = invitations(member).filter(state__in=[MailState.SENDING, MailState.UNCERTAIN])
    doubtful.update(state=MailState.UNCERTAIN, not_before=None, claimed_until=None, handed_over_at=None)


def reader_invited(member: Member, inviter: Member) -> OutgoingMail:
    return _send("reader_invited", member, str(member.pk), inviter=inviter)


def member_handed_over(newcomer: Member, predecessor: Member, other: Member | None) -> OutgoingMail:
    return _send("member_handed_over", newcomer, str(newcomer.pk), predecessor=predecessor, other=other)


def partner_changed(member: Member, newcomer: Member, predecessor: Member) -> OutgoingMail:
    key = f"{member.pk}:{newcomer.pk}"
    return _send("partner_changed", member, key, newcomer=newcomer, predecessor=predecessor)


def approval_awaited(member: Member, other: Member, approval_id: int) -> OutgoingMail:
    key = f"{member.pk}:{approval_id}"
    url = room_url(member.agreement, "agreement_approve")
    return _send("approval_awaited", member, key, other=other, approve_url=url)


def agreement_approved(member: Member, number: int) -> OutgoingMail:
    return _send("agreement_approved", member, f"{member.pk}:{number}", number=number)


def agreement_ended(member: Member, ended_by: Member) -> OutgoingMail:
    return _send("agreement_ended", member, str(member.pk), ended_by=ended_by)


def review_due_letter(member: Member) -> Planned:
    url = room_url(member.agreement, "agreement_review")
    return Planned("review_due", member, f"{member.pk}:{member.agreement.review_on}", {"review_url": url})


def term_ends_letter(member: Member) -> Planned:
    url = room_url(member.agreement, "agreement_members")
    return Planned("term_ends", member, f"{member.pk}:{member.agreement.term_ends_on}", {"members_url": url})


def pulse_wanted_letter(member: Member, quarter: date) -> Planned:
    url = room_url(member.agreement, "agreement_pulse")
    return Planned("pulse_wanted", member, f"{member.pk}:{quarter}", {"pulse_url": url})


def send(planned: Planned) -> OutgoingMail:
    return _send(planned.name, planned.member, planned.fact, **planned.more)
