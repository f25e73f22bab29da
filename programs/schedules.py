"""What beat starts for the programmes."""

from celery import shared_task

from programs.actions import asking, deadlines
from programs.actions.summaries import queue_daily_summary


@shared_task
def send_daily_summary() -> None:
    """Tell staff each morning what came in since the last time."""
    queue_daily_summary()


@shared_task
def act_on_deadlines() -> None:
    """Open and close rounds, let offers run out, remind people: whatever is due now."""
    deadlines.act_on_deadlines()


@shared_task
def ask_about_occasions() -> None:
    """Ask before each occasion who comes, remind once, and ask the day after what they thought."""
    asking.ask_before_occasions()
    asking.remind_before_occasions()
    asking.ask_after_occasions()
