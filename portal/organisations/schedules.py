"""What beat, or staff, starts for the organisations."""

from celery import shared_task

from portal.core import audit
from portal.organisations import actions
from portal.organisations.models import FetchState, KeyFigureFetch


@shared_task(name="portal.organisations.schedules.fetch_key_figures")
def fetch_key_figures(fetch_id: int) -> None:
    """Ask Kolada for all values. Harmless to run twice: what has ended is not begun anew."""
    fetch = KeyFigureFetch.objects.filter(pk=fetch_id, state=FetchState.WAITING).first()
    if fetch is not None:
        with actions.kolada() as service:
            actions.fetch_key_figures(fetch, service)


@shared_task
def fetch_key_figures_monthly() -> None:
    """Once a month: most figures are published once a year, at different times."""
    actions.ask_for_key_figures(by=audit.SYSTEM)
