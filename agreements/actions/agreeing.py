"""The two agree: section by section, then the whole. The second approval freezes a version that never changes.

Each verb locks the shared document's row, as the writing path does, and reads the text again under that lock: so nobody
marks or approves anything but what was shown, and no update gets into a frozen text.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from functools import partial

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from agreements import mail
from agreements.collaboration import hints
from agreements.collaboration.content import Content, section_hash
from agreements.collaboration.document import genesis, merge, replace_section
from agreements.models import (
    Agreement,
    Approval,
    Document,
    Member,
    SectionMark,
    Snapshot,
    Update,
    Version,
)
from agreements.queries.agreeing import AgreeingState, agreeing_state
from agreements.queries.documents import current_content
from agreements.states import AGREEMENT_TRANSITIONS, AgreementState
from portal.core import audit, doorbell

PDF_TASK = "agreements.tasks.make_pdf"


class NotAllowed(Exception):  # noqa: N818 - refusals that views handle, not faults
    """The person is no writer here, or the agreement is not in the state for this."""


class ContentChanged(Exception):  # noqa: N818
    """The text is no longer the one that was shown."""


class NotAgreedYet(Exception):  # noqa: N818
    """The whole cannot be approved while a section is not marked by both."""


@dataclass(frozen=True)
class _Room:
    """The text as it stands under the lock."""

    agreement: Agreement
    document: Document
    content: Content
    seq: int


def _locked(agreement: Agreement, by: Member, state: AgreementState = AgreementState.WRITING) -> _Room:
    """Lock the text, then the agreement, and read both. Raises `NotAllowed`."""
    document = Document.objects.select_for_update().get(agreement_id=agreement.pk, owner__isnull=True)
    row = Agreement.objects.select_for_update().get(pk=agreement.pk)
    still_inside = Member.objects.inside().pair().filter(pk=by.pk, agreement=row).exists()
    if not still_inside or row.state != state:
        raise NotAllowed
    content, seq = current_content(document)
    return _Room(row, document, content, seq)


@transaction.atomic
def mark_section(agreement: Agreement, key: str, shown_hash: str, *, by: Member) -> None:
    """ "Jag är överens" on a section as it was shown. Raises `ContentChanged` when it has changed since.

    A section that both write alone first has nothing to agree on yet: `NotAllowed`.
    """
    room = _locked(agreement, by)
    if key in room.agreement.silent_keys:
        raise NotAllowed
    _void_stale(room)
    if shown_hash not in {section_hash(section) for section in room.content.sections if section.key == key}:
        raise ContentChanged
    SectionMark.objects.update_or_create(
        member=by, section_key=key, defaults={"content_hash": shown_hash, "at": timezone.now()}
    )
    audit.record("agreements.section_marked", room.agreement, by=audit.PERSON, member=by.pk, section=key)
    hints.changed(agreement.pk, "marks")


@transaction.atomic
def unmark_section(agreement: Agreement, key: str, *, by: Member) -> None:
    """Take a mark back. The person's approval of the whole, if any, falls with it."""
    room = _locked(agreement, by)
    gone, _per_model = SectionMark.objects.filter(member=by, section_key=key).delete()
    if gone:
        audit.record("agreements.section_unmarked", room.agreement, by=audit.PERSON, member=by.pk, section=key)
        _withdraw_approval(room.agreement, by)
        hints.changed(agreement.pk, "marks")


def _withdraw_approval(agreement: Agreement, member: Member) -> None:
    gone, _per_model = Approval.objects.filter(member=member, version__isnull=True).delete()
    if gone:
        audit.record("agreements.approval_voided", agreement, by=audit.SYSTEM, members=[str(member.pk)])


def _void_stale(room: _Room) -> None:
    """Remove marks and approvals that were given for other content, and write down that they fell."""
    state = agreeing_state(room.agreement, room.content)
    now = {(key, section.hash) for key, section in state.sections.items()}
    marks = SectionMark.objects.filter(member__agreement=room.agreement)
    stale = [mark for mark in marks if (mark.section_key, mark.content_hash) not in now]
    if stale:
        marks.filter(pk__in=[mark.pk for mark in stale]).delete()
        keys = sorted({mark.section_key for mark in stale})
        audit.record("agreements.marks_voided", room.agreement, by=audit.SYSTEM, sections=keys)
    pending = Approval.objects.filter(member__agreement=room.agreement, version__isnull=True)
    fallen = pending.exclude(content_hash=state.hash)
    if members := sorted(str(pk) for pk in fallen.values_list("member_id", flat=True)):
        fallen.delete()
        audit.record("agreements.approval_voided", room.agreement, by=audit.SYSTEM, members=members)


@transaction.atomic
def approve(agreement: Agreement, shown_hash: str, *, by: Member) -> Version | None:
    """Approve the whole exactly as it was shown. The second of two makes the version, which is returned.

    Raises `ContentChanged` when the text has changed since, `NotAgreedYet` when a section is not marked by both.
    """
    room = _locked(agreement, by)
    _void_stale(room)
    state = agreeing_state(room.agreement, room.content)
    if state.hash != shown_hash:
        raise ContentChanged
    if not state.may_be_approved:
        raise NotAgreedYet
    approval, is_new = Approval.objects.get_or_create(member=by, version=None, defaults={"content_hash": state.hash})
    if is_new:
        audit.record("agreements.approval_given", room.agreement, by=audit.PERSON, member=by.pk, hash=state.hash)
    hints.changed(agreement.pk, "approvals")
    others = [member for member in state.approved_by if member.pk != by.pk]
    if others:
        return _freeze(room, state, (by, others[0]))
    if is_new:
        _ask_the_other(approval, room.agreement, by)
    return None


def _ask_the_other(approval: Approval, agreement: Agreement, by: Member) -> None:
    for other in agreement.members.inside().pair().exclude(pk=by.pk):
        mail.approval_awaited(other, by, approval.pk)


def _freeze(room: _Room, state: AgreeingState, pair: tuple[Member, Member]) -> Version:
    agreement = room.agreement
    AGREEMENT_TRANSITIONS.check(AgreementState(agreement.state), AgreementState.APPROVED)
    last = agreement.versions.aggregate(last=Max("number"))["last"] or 0
    version = Version.objects.create(
        agreement=agreement,
        number=last + 1,
        content=room.content.to_json(),
        content_hash=state.hash,
        upto_seq=room.seq,
    )
    Approval.objects.filter(member__in=pair, version__isnull=True).update(version=version)
    Document.objects.filter(pk=room.document.pk).update(frozen_version=version)
    agreement.state, agreement.approved_at = AgreementState.APPROVED, version.frozen_at
    agreement.save(update_fields=["state", "approved_at"])
    audit.record("agreements.agreement_approved", agreement, by=audit.PERSON, version=version.number, hash=state.hash)
    for member in agreement.members.inside():
        mail.agreement_approved(member, version.number)
    transaction.on_commit(partial(doorbell.ring, version.pk, PDF_TASK), robust=True)
    return version


@transaction.atomic
def start_revision(agreement: Agreement, *, by: Member) -> Agreement:
    """Begin a new draft that says what the approved version says. What was approved stays as it is.

    The draft is a new epoch: browsers drop what they kept of the old one, so nothing that came too late for the version
    turns up in the draft by itself.
    """
    room = _locked(agreement, by, AgreementState.APPROVED)
    AGREEMENT_TRANSITIONS.check(AgreementState.APPROVED, AgreementState.WRITING)
    head = room.document.head_seq + 1
    first = _first_update(room.content)
    Update.objects.create(document=room.document, seq=head, data=first)
    Snapshot.objects.create(document=room.document, upto_seq=head, state=first)
    Document.objects.filter(pk=room.document.pk).update(
        frozen_version=None, epoch=uuid.uuid4(), head_seq=head, snapshot_seq=head
    )
    room.agreement.state = AgreementState.WRITING
    room.agreement.save(update_fields=["state"])
    audit.record("agreements.revision_started", room.agreement, by=audit.PERSON, member=by.pk)
    hints.membership_changed(agreement.pk)
    return room.agreement


def _first_update(content: Content) -> bytes:
    """One update that makes an empty document say all of this."""
    updates = [genesis([section.key for section in content.sections])]
    for section in content.sections:
        if not section.is_empty:
            updates.append(replace_section(updates, section))
    return merge(updates)
