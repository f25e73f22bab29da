"""What beat starts: find what is due and hand it on."""

from celery import shared_task
from django.utils import timezone

from portal.core import outgoing, retention
from portal.core.models import OutgoingMail, RateCounter
from portal.core.tasks import deliver_mail

# One sweep carries at most this many; the next one takes the rest.
SWEEP_BATCH = 500


@shared_task
def sweep_mail() -> None:
    """Send what no doorbell announced, what is due again, and what a dead worker held."""
    now = timezone.now()
    outgoing.release_expired(now)
    due = OutgoingMail.objects.due(now).order_by("not_before", "pk").values_list("pk", flat=True)
    for mail_id in due[:SWEEP_BATCH]:
        deliver_mail.delay(mail_id)


@shared_task
def purge() -> None:
    """Keep the promise of the register of personal fields, and forget old counters."""
    retention.purge()
    RateCounter.objects.filter(expires_at__lt=timezone.now()).delete()
