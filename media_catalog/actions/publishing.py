"""An item is written, made public, or taken away again."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from media_catalog.actions.files import locked
from media_catalog.models import MediaItem
from portal.core import audit


@transaction.atomic
def publish(item: MediaItem, *, by: audit.Actor) -> MediaItem:
    """Visitors see it from now on. What lacks captions and transcript is refused with a ValidationError."""
    row = locked(item)
    if missing := row.missing_to_publish():
        raise ValidationError(missing)
    if not row.published:
        row.published = True
        # The day of a first publication stays: a podcast app would take a new one for a new episode.
        row.published_at = row.published_at or timezone.now()
        row.save(update_fields=["published", "published_at"])
        audit.record("media_catalog.published", row, by=by)
    return row


@transaction.atomic
def unpublish(item: MediaItem, *, by: audit.Actor) -> MediaItem:
    """Visitors no longer see it; its file, its transcript and its fixed id stay."""
    row = locked(item)
    if row.published:
        row.published = False
        row.save(update_fields=["published"])
        audit.record("media_catalog.unpublished", row, by=by)
    return row


@transaction.atomic
def edit_item(item: MediaItem, changed: list[str], *, by: audit.Actor) -> None:
    """Keep what staff typed in a form. `changed` are the names of the fields, for the trail."""
    item.save()
    if changed:
        audit.record("media_catalog.edited", item, by=by, fields=changed)
