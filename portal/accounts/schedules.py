"""What beat starts for the accounts."""

from celery import shared_task

from portal.accounts import actions


@shared_task
def review_accounts() -> None:
    """Before the nightly purge: which accounts nobody has a use for any more."""
    actions.review_accounts()
