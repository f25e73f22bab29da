"""What beat starts for the programmes."""

from celery import shared_task

from programs.actions.summaries import queue_daily_summary


@shared_task
def send_daily_summary() -> None:
    """Tell staff each morning what came in since the last time."""
    queue_daily_summary()
