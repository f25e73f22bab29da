"""Take back what a section once said. It is a new change: nothing in the log is undone or lost."""

from __future__ import annotations

from django.db import transaction

from agreements.actions.agreeing import NotAllowed
from agreements.collaboration import hints
from agreements.collaboration.document import replace_section
from agreements.collaboration.writing import Frozen, append
from agreements.models import Agreement, Document, Member
from agreements.permissions import may_write
from agreements.queries.documents import read_log
from agreements.queries.history import Point
from portal.core import audit


@transaction.atomic
def restore_section(agreement: Agreement, key: str, point: Point, *, by: Member) -> None:
    """Let the section say what it said at that point. Raises `NotAllowed` when the text is not being written."""
    document = Document.objects.select_for_update().get(agreement=agreement, owner__isnull=True)
    row = Agreement.objects.get(pk=agreement.pk)
    me = Member.objects.inside().filter(pk=by.pk, agreement=row).first()
    found = [section for section in point.content.sections if section.key == key]
    if me is None or not may_write(row, me) or key in row.silent_keys or not found:
        raise NotAllowed
    update = replace_section(read_log(document.pk).updates, found[0])
    head = append(document.pk, by.pk, [update])
    if isinstance(head, Frozen):
        raise NotAllowed
    hints.written(document.epoch, head, [update])
    audit.record("agreements.section_restored", row, by=audit.PERSON, member=by.pk, section=key, point=point.name)
