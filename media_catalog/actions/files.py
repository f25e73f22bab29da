"""A file, a picture or a transcript comes to an item. What it had before goes away with the commit."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import PurePath

from django.core.files.base import File
from django.db import transaction
from django.utils import timezone

from media_catalog.captions import Cue
from media_catalog.models import FILE_KINDS, OF_KIND, FileKind, Kind, MediaFile, MediaItem, Transcript
from portal.core import audit
from portal.core.private_files import StoredUnder, delete_after_commit, private_storage
from portal.core.uploads import Facts, inspect_upload
from portal.core.uploads import Kind as UploadKind

UPLOAD_KINDS = {
    FileKind.VIDEO: UploadKind.FILM,
    FileKind.AUDIO: UploadKind.SOUND,
    FileKind.PUBLICATION: UploadKind.PUBLICATION,
    FileKind.IMAGE: UploadKind.PICTURE,
}
STORED_UNDER = StoredUnder("media")


def locked(item: MediaItem) -> MediaItem:
    """The row as it is now, held until the transaction ends: a film as Film, so that admin finds its trail."""
    row: MediaItem = OF_KIND[Kind(item.kind)].objects.select_for_update().get(pk=item.pk)
    return row


def attach_file(
    item: MediaItem,
    upload: File[bytes],
    *,
    by: audit.Actor,
    facts: Facts | None = None,
    demo: bool = False,
    duration: float | None = None,
) -> MediaFile:
    """The film, the sound or the publication itself. A file of the wrong kind is refused and nothing is stored.

    `facts` are what a form has read from it already; `duration` is what is known of its length where nothing on this
    machine can read it from the file.
    """
    kind = FILE_KINDS[Kind(item.kind)]
    facts = facts or inspect_upload(upload, UPLOAD_KINDS[kind])
    file = _stored(upload, kind, facts, demo)
    file.duration = facts.duration_seconds or duration
    return _attached(item, "file", file, by)


def attach_poster(item: MediaItem, upload: File[bytes], *, by: audit.Actor, demo: bool = False) -> MediaFile:
    """The picture that stands for it: before a film begins, in a podcast app, beside a link somewhere else."""
    facts = inspect_upload(upload, UploadKind.PICTURE)
    return _attached(item, "poster", _stored(upload, FileKind.IMAGE, facts, demo), by)


def _stored(upload: File[bytes], kind: FileKind, facts: Facts, demo: bool) -> MediaFile:
    """A row, not saved yet, whose file is in the storage."""
    name = PurePath(upload.name or "fil").name
    file = MediaFile(kind=kind, filename=name[-120:], content_type=facts.content_type, size=facts.size, demo=demo)
    file.sha256, file.width, file.height = facts.sha256, facts.width, facts.height
    file.storage_name = private_storage().save(STORED_UNDER(file, name), upload)
    return file


def _attached(item: MediaItem, field: str, file: MediaFile, by: audit.Actor) -> MediaFile:
    try:
        with transaction.atomic():
            row = locked(item)
            before: MediaFile | None = getattr(row, field)
            file.save(force_insert=True)
            setattr(row, field, file)
            row.save(update_fields=[field])
            _removed(before)
            audit.record(f"media_catalog.{field}_attached", row, by=by, kind=file.kind, size=file.size)
    except BaseException:
        private_storage().delete(file.storage_name)
        raise
    setattr(item, field, file)
    return file


def _removed(file: MediaFile | None) -> None:
    if file is not None:
        delete_after_commit(file.storage_name)
        file.delete()


@transaction.atomic
def attach_transcript(item: MediaItem, cues: list[Cue], *, source_name: str, by: audit.Actor) -> Transcript:
    """What is said in it: the captions of the film and the text beside it."""
    row = locked(item)
    transcript = row.transcript or Transcript()
    transcript.cues = [asdict(cue) for cue in cues]
    transcript.source_name = source_name[-120:]
    transcript.updated_at = timezone.now()
    transcript.save()
    row.transcript = transcript
    row.save(update_fields=["transcript"])
    item.transcript = transcript
    audit.record("media_catalog.transcript_attached", row, by=by, lines=len(cues))
    return transcript
