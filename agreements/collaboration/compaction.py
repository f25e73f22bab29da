"""Fold the tail of a log into a snapshot, so that opening a document does not replay everything.

It only adds: rows are never deleted here, and a snapshot is written only when it is proved to hold every one of them.
"""

from __future__ import annotations

import logging

from django.db import transaction
from django.db.models import F

from agreements.collaboration.document import covers, fold
from agreements.models import Document, Snapshot
from agreements.queries.documents import LogGapError, read_log

logger = logging.getLogger(__name__)

LONG_TAIL = 200
# What is left beside a snapshot when everybody has gone: one row is replayed as fast as a new snapshot is read.
SHORT_TAIL = 1


def long_texts() -> list[int]:
    """The documents that more than `LONG_TAIL` updates came to since their last snapshot, the longest tail first."""
    tail = F("head_seq") - F("snapshot_seq")
    return list(
        Document.objects.filter(head_seq__gt=F("snapshot_seq") + LONG_TAIL).order_by(-tail).values_list("pk", flat=True)
    )


def compact_if_long(document_id: int, *, tail: int = LONG_TAIL) -> bool:
    """Write a snapshot when more than `tail` updates came since the last one. True when it did."""
    document = Document.objects.filter(pk=document_id).first()
    if document is None or document.head_seq - document.snapshot_seq <= tail:
        return False
    try:
        return _compact(document)
    except (ValueError, LogGapError):
        logger.exception("co-editing: document %s cannot be compacted", document_id)
        return False


def _compact(document: Document) -> bool:
    log = read_log(document.pk)
    state = fold(log.updates)
    if not covers(state, log.updates):
        logger.warning("co-editing: a snapshot of document %s would lose something", document.pk)
        return False
    _keep(document, log.head_seq, state)
    return True


@transaction.atomic
def _keep(document: Document, head_seq: int, state: bytes) -> None:
    """Of two who fold the same text at the same time one has nothing left to do."""
    Snapshot.objects.bulk_create([Snapshot(document=document, upto_seq=head_seq, state=state)], ignore_conflicts=True)
    Document.objects.filter(pk=document.pk, snapshot_seq__lt=head_seq).update(snapshot_seq=head_seq)
