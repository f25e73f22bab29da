"""Who is in the room: coming in, inviting a reader, leaving, handing over, ending."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone

from agreements import mail
from agreements.actions.agreeing import NotAllowed
from agreements.actions.opening import open_document
from agreements.collaboration import hints
from agreements.models import AGREEMENT_RECORD, Agreement, Approval, Document, Member, MemberRole, SectionMark
from agreements.permissions import may_invite
from agreements.queries.rooms import other_of_pair
from agreements.states import AGREEMENT_TRANSITIONS, AgreementState
from portal.accounts.actions import account_for
from portal.core import audit
from portal.core.normalisation import Address


class AlreadyInside(Exception):  # noqa: N818 - the view says so at the field
    """Whoever has that address is in the room already."""


def locked_for_one_of_the_pair(agreement: Agreement, by: Member) -> Agreement:
    """The agreement as it is now, locked. Raises `NotAllowed` for everybody but its two."""
    row = Agreement.objects.select_for_update().get(pk=agreement.pk)
    me = Member.objects.inside().filter(pk=by.pk, agreement=row).first()
    if me is None or not may_invite(row, me):
        raise NotAllowed
    return row


def _locked_with_text(agreement: Agreement, by: Member) -> Agreement:
    """Lock in the same order as the verbs of agreeing: the text, then the agreement."""
    Document.objects.select_for_update().get(agreement_id=agreement.pk, owner__isnull=True)
    return locked_for_one_of_the_pair(agreement, by)


@transaction.atomic
def invite_reader(agreement: Agreement, address: Address, name: str, title: str, until: date, *, by: Member) -> Member:
    """Let somebody read until a day, and tell them by mail. Raises `AlreadyInside`."""
    row = _locked_with_text(agreement, by)
    reader = _add(row, address, name, title, role=MemberRole.READER, access_until=until)
    audit.record(
        "agreements.reader_invited", row, by=audit.PERSON, member=by.pk, reader=reader.pk, until=until.isoformat()
    )
    mail.reader_invited(reader, by)
    hints.membership_changed(row.pk)
    return reader


def _add(agreement: Agreement, address: Address, name: str, title: str, **facts: Any) -> Member:
    user = account_for(address.typed, name, by=audit.PERSON)
    known = Member.objects.filter(agreement=agreement, user=user, left_at__isnull=True).first()
    if known is not None:
        _make_room_for(known)
    return Member.objects.create(agreement=agreement, user=user, name=name, title=title, **facts)


def _make_room_for(known: Member) -> None:
    """A reader may come back in another role or for another time; one of the two is in the room already."""
    if known.may_write:
        raise AlreadyInside
    known.left_at = timezone.now()
    known.save(update_fields=["left_at"])


@transaction.atomic
def remove_reader(reader: Member, *, by: Member) -> None:
    """Close the room to a reader, at once in open pages too. Twice is as once."""
    row = _locked_with_text(by.agreement, by)
    found = row.members.filter(pk=reader.pk, role=MemberRole.READER, left_at__isnull=True).update(
        left_at=timezone.now()
    )
    if found:
        reader.notes.all().delete()
        audit.record("agreements.reader_removed", row, by=audit.PERSON, member=by.pk, reader=reader.pk)
        hints.membership_changed(row.pk)


@transaction.atomic
def hand_over(leaving: Member, address: Address, name: str, title: str, *, by: Member) -> Member:
    """Give the place of one of the two to a successor, who gets a membership of their own.

    Nothing personal is inherited: not the draft that the predecessor wrote alone, no note, no mark, no approval.
    Raises `AlreadyInside`.
    """
    row = _locked_with_text(leaving.agreement, by)
    leaver = row.members.pair().filter(pk=leaving.pk, left_at__isnull=True).first()
    if leaver is None:
        raise NotAllowed
    leaver.left_at = timezone.now()
    leaver.save(update_fields=["left_at"])
    newcomer = _add(row, address, name, title, role=leaver.role)
    SectionMark.objects.filter(member=leaver).delete()
    Approval.objects.filter(member=leaver, version__isnull=True).delete()
    Document.objects.filter(owner=leaver).delete()
    leaver.notes.all().delete()
    if row.writes_silently:
        open_document(row, row.template_version, owner=newcomer, keys=row.silent_keys)
    audit.record("agreements.member_handed_over", row, by=audit.PERSON, member=leaver.pk, newcomer=newcomer.pk)
    _tell_of_change(newcomer, leaver)
    hints.membership_changed(row.pk)
    return newcomer


def _tell_of_change(newcomer: Member, leaver: Member) -> None:
    other = other_of_pair(newcomer)
    mail.member_handed_over(newcomer, leaver, other)
    if other is not None:
        mail.partner_changed(other, newcomer, leaver)


@transaction.atomic
def end_agreement(agreement: Agreement, *, by: Member) -> None:
    """End it: nothing can be written any more, and all of it is deleted when the time that was promised is over."""
    row = _locked_with_text(agreement, by)
    AGREEMENT_TRANSITIONS.check(AgreementState(row.state), AgreementState.ENDED)
    row.state, row.ended_at = AgreementState.ENDED, timezone.now()
    row.delete_after = AGREEMENT_RECORD.delete_after()
    row.save(update_fields=["state", "ended_at", "delete_after"])
    audit.record("agreements.agreement_ended", row, by=audit.PERSON, member=by.pk)
    for member in row.members.inside().pair():
        mail.agreement_ended(member, by)
    hints.membership_changed(row.pk)
