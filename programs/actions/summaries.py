"""The morning's mail to staff: every registration that no such mail has told of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise

from portal.core.models import OutgoingMail
from programs import mail
from programs.models import InterestRegistration, Role

LETTER = "programs/interest_summary"


@dataclass(frozen=True)
class SummaryLine:
    """One registration, without the name: a mailbox is no register."""

    reference: str
    organisation: str
    role: str | Promise
    flagged: bool


def _line(registration: InterestRegistration) -> SummaryLine:
    role = Role(registration.role).label
    return SummaryLine(registration.reference, str(registration.organisation), role, bool(registration.flags))


def _last_time() -> datetime | None:
    """When the last summary was made."""
    last = OutgoingMail.objects.filter(letter=LETTER, resend_of=None).order_by("-pk").first()
    return last.created_at if last else None


def _take_untold(now: datetime) -> list[InterestRegistration]:
    """Those that nobody has been told of, marked as told.

    Whoever is mending theirs in this very moment is not waited for: what is not taken is told tomorrow.
    """
    untold = InterestRegistration.objects.untold().select_for_update(of=("self",), skip_locked=True, no_key=True)
    rows = list(untold.select_related("organisation").order_by("created_at", "pk"))
    InterestRegistration.objects.filter(pk__in=[row.pk for row in rows]).update(told_at=now)
    return rows


@transaction.atomic
def queue_daily_summary(now: datetime | None = None) -> int:
    """Queue one summary for each address in `STAFF_EMAILS` if there is anything to tell; how many mails that makes.

    Each registration is in exactly one, also one that became its own, or was committed, after the last was made.
    """
    now = now or timezone.now()
    since = _last_time()
    # As long as there is nobody to tell, nothing counts as told.
    rows = _take_untold(now) if settings.STAFF_EMAILS else []
    if not rows:
        return 0
    context = {
        "since": since,
        "total": len(rows),
        "lines": [_line(row) for row in rows],
        "admin_url": settings.SITE_URL + reverse("admin:programs_interestregistration_changelist"),
    }
    for number, address in enumerate(settings.STAFF_EMAILS):
        mail.interest_summary(address, context, rows[-1], f"{now.isoformat()}:{number}")
    return len(settings.STAFF_EMAILS)
