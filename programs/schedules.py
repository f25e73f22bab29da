"""What beat starts for the programmes."""

from celery import shared_task

from programs.actions import deadlines
from programs.actions.summaries import queue_daily_summary


@shared_task
def send_daily_summary() -> None:
    """Tell staff each morning what came in since the last time."""
    queue_daily_summary()


@shared_task
def act_on_deadlines() -> None:
    """Open and close rounds, let offers run out, remind people: whatever is due now."""
    deadlines.act_on_deadlines()
