"""What beat starts for the agreements."""

from celery import shared_task
from django.utils import timezone

from agreements.actions.reviews import queue_reminders
from agreements.collaboration.compaction import compact_if_long, long_texts
from agreements.collaboration.purging import purge_all_keystrokes
from agreements.models import Paper
from agreements.queries.papers import versions_to_print
from agreements.tasks import make_pdf


@shared_task
def sweep_papers() -> None:
    """Make the papers that no doorbell announced and those that a dead worker held."""
    now = timezone.now()
    Paper.objects.give_up(now)
    for version_id in versions_to_print(now):
        make_pdf.delay(version_id)


@shared_task
def fold_long_texts() -> None:
    """Give those texts a snapshot that grew long: opening one replays little, however long its room stays open."""
    for document_id in long_texts():
        compact_if_long(document_id)


@shared_task
def remind_pairs() -> None:
    """Mail those whose review is due, whose term of office ends, or whom this quarter's questions wait for."""
    queue_reminders()


@shared_task
def purge_keystrokes() -> None:
    """Keep of what led to an approved version the sessions that its history shows, and no longer each key."""
    purge_all_keystrokes()
