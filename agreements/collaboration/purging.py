"""What is left of a draft when it has been approved: how it began, and what it said after each session. No keystrokes.

A session is what one person wrote without a long pause, as the history shows it. Its rows become two: an empty one
from when it began, and one with all that it changed. They take the rows' place only when it is proved that nothing
else goes with them.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import F

from agreements.collaboration.content import content_hash
from agreements.collaboration.document import EMPTY_UPDATE, content_of, covers, fold, session
from agreements.models import Document, Snapshot, Update, Version
from agreements.queries.documents import frames_of
from agreements.queries.history import Run, beginning, runs

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class _Draft:
    """The rows of an approved draft: the server's own first update and the sessions, each with what it changed."""

    version: Version
    document: Document
    first: list[bytes]
    start: int
    sessions: list[tuple[Run, bytes]]

    @property
    def rows(self) -> list[bytes]:
        return [bytes(row.data) for run, _change in self.sessions for row in run.rows]

    @property
    def folded(self) -> list[bytes]:
        return [*self.first, *(change for _run, change in self.sessions)]


def purge_all_keystrokes() -> int:
    """Of every version that was approved since the last time; how many there were."""
    shared = {"agreement__documents__owner": None, "agreement__documents__purged_seq__lt": F("upto_seq")}
    due = Version.objects.filter(**shared).order_by("upto_seq").values_list("pk", flat=True)
    return sum(purge_keystrokes(version_id) for version_id in list(due))


@transaction.atomic
def purge_keystrokes(version_id: int) -> bool:
    """Fold the draft behind a version into its sessions. True when that is done; harmless to run again."""
    version = Version.objects.select_related("agreement__template_version").get(pk=version_id)
    documents = Document.objects.select_for_update().select_related("agreement__template_version")
    document = documents.get(agreement_id=version.agreement_id, owner=None)
    if document.purged_seq >= version.upto_seq:
        return False
    draft = _read(version, document)
    if not _is_proved(draft):
        logger.warning("co-editing: version %s keeps its keystrokes, its sessions would say something else", version.pk)
        return False
    _replace(draft)
    return True


def _read(version: Version, document: Document) -> _Draft:
    state, start = beginning(document, version.upto_seq)
    first, sessions = list(state), []
    for run in runs(document, start, version.upto_seq):
        updates = [bytes(row.data) for row in run.rows]
        sessions.append((run, session(state, updates)))
        state = [fold([*state, *updates])]
    return _Draft(version, document, first, start, sessions)


def _is_proved(draft: _Draft) -> bool:
    """After each session the same text as before, in the end the approved one, and nothing missing that was written."""
    frames, old, new = frames_of(draft.document.agreement), draft.first, draft.first
    for run, change in draft.sessions:
        old, new = [fold([*old, *(bytes(row.data) for row in run.rows)])], [fold([*new, change])]
        if content_of(old, frames) != content_of(new, frames):
            return False
    is_approved = content_hash(content_of(draft.folded, frames)) == draft.version.content_hash
    return is_approved and covers(fold(draft.folded), draft.rows)


def _replace(draft: _Draft) -> None:
    kept = _kept_rows(draft.sessions)
    upto = draft.version.upto_seq
    _read_from_a_snapshot(draft)
    rows = Update.objects.filter(document=draft.document, seq__gt=draft.start, seq__lte=upto)
    rows.exclude(pk__in=[row.pk for row in kept]).delete()
    Update.objects.bulk_update(kept, ["data"], batch_size=200)
    Snapshot.objects.filter(document=draft.document, upto_seq__gt=draft.start, upto_seq__lt=upto).delete()
    Document.objects.filter(pk=draft.document.pk).update(purged_seq=upto)


def _kept_rows(sessions: Sequence[tuple[Run, bytes]]) -> list[Update]:
    """The last row of each session, by which the history knows it, and the first, which tells when it began."""
    kept = []
    for run, change in sessions:
        if len(run.rows) > 1:
            run.rows[0].data = EMPTY_UPDATE
            kept.append(run.rows[0])
        run.rows[-1].data = change
        kept.append(run.rows[-1])
    return kept


def _read_from_a_snapshot(draft: _Draft) -> None:
    """The numbers of the log have holes now, so it must never be read through them."""
    document, upto = draft.document, draft.version.upto_seq
    Snapshot.objects.get_or_create(document=document, upto_seq=upto, defaults={"state": fold(draft.folded)})
    Document.objects.filter(pk=document.pk, snapshot_seq__lt=upto).update(snapshot_seq=upto)
