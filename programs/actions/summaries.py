"""The morning's mail to staff: what came in since the last one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

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


def _last_time(now: datetime) -> datetime:
    """When the last summary was made; a week back when there was none."""
    last = OutgoingMail.objects.filter(letter=LETTER, resend_of=None).order_by("-pk").first()
    return last.created_at if last else now - timedelta(days=7)


@transaction.atomic
def queue_daily_summary(now: datetime | None = None) -> int:
    """Queue one summary for each address in `STAFF_EMAILS` if anything came in; how many mails that makes."""
    now = now or timezone.now()
    since = _last_time(now)
    new = InterestRegistration.objects.active().filter(created_at__gt=since, created_at__lte=now)
    rows = list(new.select_related("organisation").order_by("created_at"))
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
