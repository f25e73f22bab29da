"""Writing alone first: each in a draft of their own, and both see both when both are ready.

Until then no byte of one's draft goes to the other: it is another document, which only its owner can open.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone

from agreements.actions.agreeing import NotAllowed
from agreements.actions.opening import open_document
from agreements.collaboration import hints
from agreements.collaboration.content import Block, Meeting, Paragraph, Run, Section
from agreements.collaboration.document import replace_section
from agreements.collaboration.writing import Frozen, append
from agreements.models import PAIR, Agreement, Document, Member
from agreements.queries.documents import current_content, read_log
from agreements.queries.templates import section_keys
from agreements.states import AgreementState
from portal.core import audit


def _locked(agreement: Agreement, by: Member) -> tuple[Agreement, Document, list[Document]]:
    """The agreement, its shared text and the drafts, locked. Raises `NotAllowed`."""
    documents = list(Document.objects.select_for_update().filter(agreement_id=agreement.pk).order_by("pk"))
    row = Agreement.objects.select_for_update().get(pk=agreement.pk)
    inside = Member.objects.inside().pair().filter(pk=by.pk, agreement=row).exists()
    if not inside or row.state != AgreementState.WRITING:
        raise NotAllowed
    shared = next(document for document in documents if document.owner_id is None)
    return row, shared, [document for document in documents if document.owner_id is not None]


@transaction.atomic
def open_silent_start(agreement: Agreement, keys: Sequence[str] = (), *, by: Member) -> None:
    """Give each of the two a draft of their own for these sections, or for all. Twice is as once."""
    row, _shared, drafts = _locked(agreement, by)
    if row.writes_silently:
        return
    row.silent_keys = [key for key in section_keys(row.template_version) if not keys or key in keys]
    if not row.silent_keys:
        raise NotAllowed
    row.save(update_fields=["silent_keys"])
    pair = row.members.inside().pair()
    pair.update(silent_ready_at=None)
    for member in pair.exclude(pk__in=[draft.owner_id for draft in drafts]):
        open_document(row, row.template_version, owner=member, keys=row.silent_keys)
    audit.record("agreements.silent_start_opened", row, by=audit.PERSON, member=by.pk, sections=row.silent_keys)
    hints.membership_changed(row.pk)
    hints.changed(row.pk, "members")


@transaction.atomic
def finish_silent_draft(agreement: Agreement, *, by: Member) -> bool:
    """Say that one's own draft is ready. When both are, both drafts move into the shared text; then True."""
    row, shared, drafts = _locked(agreement, by)
    if not row.writes_silently:
        return False
    ready = row.members.inside().pair().filter(pk=by.pk, silent_ready_at__isnull=True)
    if ready.update(silent_ready_at=timezone.now()):
        audit.record("agreements.silent_draft_ready", row, by=audit.PERSON, member=by.pk)
        hints.changed(row.pk, "members")
    if row.members.inside().pair().filter(silent_ready_at__isnull=False).count() < len(PAIR):
        return False
    _reveal(row, shared, drafts)
    return True


def _reveal(agreement: Agreement, shared: Document, drafts: list[Document]) -> None:
    """Both drafts into the shared text, each below its author's name and as that author's change."""
    members = {member.pk: member for member in agreement.members.inside().pair()}
    for draft in drafts:
        if author := members.get(draft.owner_id or 0):
            content, _seq = current_content(draft)
            _add_to(shared, [section for section in content.sections if section.key in agreement.silent_keys], author)
        draft.delete()
    agreement.silent_keys = []
    agreement.save(update_fields=["silent_keys"])
    audit.record("agreements.silent_start_revealed", agreement, by=audit.SYSTEM)
    hints.membership_changed(agreement.pk)
    hints.changed(agreement.pk, "members")


def _add_to(shared: Document, draft: Sequence[Section], author: Member) -> None:
    present, _seq = current_content(shared)
    written = [section for section in draft if not section.is_empty]
    for section in written:
        log = read_log(shared.pk)
        update = replace_section(log.updates, _joined(present.section(section.key), section, author))
        head = append(shared.pk, author.pk, [update])
        if isinstance(head, Frozen):
            raise NotAllowed
        hints.written(shared.epoch, head, [update])


def _joined(present: Section, draft: Section, author: Member) -> Section:
    name = Paragraph((Run(f"{author.name}:", bold=True),))
    blocks: tuple[Block, ...] = (*present.blocks, *((name, *draft.blocks) if draft.blocks else ()))
    meetings: tuple[Meeting, ...] | None = None
    if present.meetings is not None:
        meetings = (*present.meetings, *(draft.meetings or ()))
    return Section(present.key, present.heading, blocks, meetings)
