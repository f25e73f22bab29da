"""Celery's deliveries: an id in, the row loaded, the letter out."""

from celery import current_app, shared_task

from portal.core import outgoing


@shared_task(name="portal.core.tasks.deliver_mail")
def deliver_mail(mail_id: int) -> None:
    """Deliver one mail. Harmless to run twice or for a mail that is gone: the claim decides."""
    outgoing.deliver(mail_id)


@shared_task(name="portal.core.tasks.hand_out")
def hand_out(task: str, numbers: list[int]) -> None:
    """Start the task once for each of the numbers that one ring of the doorbell brought."""
    for number in numbers:
        current_app.send_task(task, [number])
