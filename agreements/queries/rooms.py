"""What the pages of a room show."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.db.models import Prefetch

from agreements.models import Agreement, AgreementStart, Member
from portal.core.receipts import decoy_reference, is_decoy


@dataclass(frozen=True)
class StartedReceipt:
    """What the receipt of the start form shows: nothing about the two."""

    reference: str


def started_receipt(receipt: uuid.UUID) -> StartedReceipt | None:
    """The receipt with that id: of a start, or of nothing at all (for robots)."""
    if start := AgreementStart.objects.filter(pk=receipt).first():
        return StartedReceipt(start.reference)
    return StartedReceipt(decoy_reference(receipt)) if is_decoy(receipt) else None


def rooms_of(user: AbstractBaseUser | AnonymousUser) -> list[Agreement]:
    """The person's agreements, newest first, with the pair of each."""
    pair = Prefetch("members", Member.objects.inside().pair(), to_attr="the_pair")
    rooms = Agreement.objects.visible_to(user).select_related("organisation", "template_version__template")
    return list(rooms.prefetch_related(pair))


def people_of(agreement: Agreement) -> list[Member]:
    """Everybody who is in the room now, the pair first."""
    return sorted(
        agreement.members.inside().select_related("user"), key=lambda member: (not member.may_write, member.pk)
    )


def other_of_pair(member: Member) -> Member | None:
    """The one whom the person writes with; None while nobody has come after somebody who left."""
    return member.agreement.members.inside().pair().exclude(pk=member.pk).select_related("user").first()
