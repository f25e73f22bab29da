"""Read the log of a document: its newest snapshot and the updates after it."""

from __future__ import annotations

from dataclasses import dataclass

from agreements.collaboration.content import Content, Frame
from agreements.collaboration.document import content_of
from agreements.models import Agreement, Document, SectionKind, Snapshot, Update


@dataclass(frozen=True, slots=True)
class Log:
    """All that was committed up to a number, as updates to replay in turn."""

    updates: tuple[bytes, ...]
    head_seq: int


class LogGapError(Exception):
    """Numbers are missing between the snapshot and the head. Nothing may be shown, or stored, from such a log."""


def read_log(document_id: int) -> Log:
    """Everything committed. Raises LogGapError rather than give a part of it for the whole."""
    snapshot = Snapshot.objects.filter(document_id=document_id).order_by("-upto_seq").first()
    start = snapshot.upto_seq if snapshot else 0
    rows = rows_after(document_id, start)
    if [seq for seq, _ in rows] != list(range(start + 1, start + 1 + len(rows))):
        raise LogGapError(f"Document {document_id} after {start}")
    first = (bytes(snapshot.state),) if snapshot else ()
    return Log((*first, *(data for _, data in rows)), start + len(rows))


def rows_after(document_id: int, seq: int) -> list[tuple[int, bytes]]:
    """The updates after a number, with theirs."""
    rows = Update.objects.filter(document_id=document_id, seq__gt=seq).order_by("seq").values_list("seq", "data")
    return [(number, bytes(data)) for number, data in rows]


def frames_of(agreement: Agreement) -> list[Frame]:
    """The headings of the template version that the agreement began with."""
    sections = agreement.template_version.sections.order_by("position")
    return [Frame(one.key, one.heading, one.kind == SectionKind.MEETINGS) for one in sections]


def current_content(document: Document) -> tuple[Content, int]:
    """What the document says and the number of the update up to which it was read."""
    log = read_log(document.pk)
    return content_of(log.updates, frames_of(document.agreement)), log.head_seq
