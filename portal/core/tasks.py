"""Celery's deliveries: an id in, the row loaded, the letter out."""

from celery import shared_task

from portal.core import outgoing


@shared_task(name="portal.core.tasks.deliver_mail")
def deliver_mail(mail_id: int) -> None:
    """Deliver one mail. Harmless to run twice or for a mail that is gone: the claim decides."""
    outgoing.deliver(mail_id)
