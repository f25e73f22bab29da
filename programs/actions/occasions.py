"""The verbs of an occasion: move it, cancel it, word it anew.

Each raises the number by which calendar programs see that an entry is a later one, writes one line in the trail, and
tells those concerned exactly what changed.
"""

from __future__ import annotations

import uuid
from dataclasses import asdict, dataclass
from datetime import date, time, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from portal.core import audit, formats
from programs import mail_occasions
from programs.actions.keeping import renew_deletion_days
from programs.actions.locking import lock_cohort, lock_place
from programs.models import Occasion, OccasionNeeds, Place
from programs.models.meetings import DAYS_OF_NEEDS
from programs.queries import occasions as queries

NOT_SAID = _("inte bestämt")


@dataclass(frozen=True)
class OccasionPlan:
    """When and where an occasion is to be."""

    starts_on: date
    ends_on: date
    starts_at: time | None
    ends_at: time | None
    venue_name: str
    venue_address: str


@dataclass(frozen=True)
class Change:
    """One thing that is not as it was, in words for those who come."""

    what: str | Promise
    old: str | Promise
    new: str | Promise


class OccasionIsCancelled(Exception):  # noqa: N818 - an answer to the caller
    """It is cancelled already."""


def plan_of(occasion: Occasion) -> OccasionPlan:
    """As it stands."""
    return OccasionPlan(
        occasion.starts_on,
        occasion.ends_on,
        occasion.starts_at,
        occasion.ends_at,
        occasion.venue_name,
        occasion.venue_address,
    )


def changes_to(occasion: Occasion, plan: OccasionPlan) -> list[Change]:
    """What the plan changes, as those who come will read it. The occasion is left as it is."""
    planned = Occasion(**asdict(plan), cohort=occasion.cohort)
    pairs = (
        (_("Status"), _("Inställt") if occasion.cancelled_at else _("Blir av"), _("Blir av")),
        (_("Datum"), _dates(occasion), _dates(planned)),
        (_("Tid"), queries.hours(occasion) or NOT_SAID, queries.hours(planned) or NOT_SAID),
        (_("Plats"), queries.venue_line(occasion) or NOT_SAID, queries.venue_line(planned) or NOT_SAID),
    )
    return [Change(what, old, new) for what, old, new in pairs if str(old) != str(new)]


def _dates(occasion: Occasion) -> str:
    return formats.date_range(occasion.starts_on, occasion.ends_on)


def to_be_told(occasion: Occasion, plan: OccasionPlan | None = None) -> list[Place]:
    """Who gets a mail when it is moved so, or cancelled. When all of it is over only the record changes."""
    last = max(occasion.ends_on, plan.ends_on) if plan else occasion.ends_on
    return [] if last < timezone.localdate() else list(queries.concerned_by(occasion))


@transaction.atomic
def add_occasion(occasion: Occasion, *, by: audit.Actor) -> Occasion:
    """Plan one more. Calendars get it by themselves; nobody gets a mail before it is asked who comes."""
    cohort = lock_cohort(occasion.cohort_id)
    occasion.save(force_insert=True)
    renew_deletion_days(cohort)
    audit.record("programs.occasion_added", occasion, by=by, cohort=cohort.pk)
    return occasion


@transaction.atomic
def move_occasion(occasion: Occasion, plan: OccasionPlan, *, by: audit.Actor) -> list[Change]:
    """Let the occasion be at another time or place, also one that was cancelled; returns what changed.

    Whoever is concerned gets one mail with the old and the new. Nothing changed: nothing happens.
    """
    row = _locked(occasion)
    changes = changes_to(row, plan)
    if not changes and plan == plan_of(row):
        return []
    told = to_be_told(row, plan)
    fields = [name for name, value in asdict(plan).items() if getattr(row, name) != value]
    was_cancelled = row.cancelled_at is not None
    for name, value in asdict(plan).items():
        setattr(row, name, value)
    row.cancelled_at = None
    _save_as_later(row)
    _keep_needs_until_after(row)
    line = audit.record("programs.occasion_moved", row, by=by, fields=fields, was_cancelled=was_cancelled)
    for place in told if changes else []:
        mail_occasions.occasion_moved(place, row, changes, line.pk)
    return changes


@transaction.atomic
def cancel_occasion(occasion: Occasion, *, by: audit.Actor) -> None:
    """Cancel it and tell those concerned; the entry in their calendars goes. Raises `OccasionIsCancelled`."""
    row = _locked(occasion)
    if row.cancelled_at is not None:
        raise OccasionIsCancelled
    told = to_be_told(row)
    row.cancelled_at = timezone.now()
    _save_as_later(row)
    line = audit.record("programs.occasion_cancelled", row, by=by, told=len(told))
    for place in told:
        mail_occasions.occasion_cancelled(place, row, line.pk)


@transaction.atomic
def reword_occasion(occasion: Occasion, changed: list[str], *, by: audit.Actor) -> None:
    """Save what is written about the occasion. Calendars get the new words by and by; nobody gets a mail."""
    row = _locked(occasion)
    for name in changed:
        setattr(row, name, getattr(occasion, name))
    _save_as_later(row)
    occasion.calendar_sequence, occasion.calendar_changed_at = row.calendar_sequence, row.calendar_changed_at
    audit.record("programs.occasion_reworded", row, by=by, fields=sorted(changed))


@transaction.atomic
def replace_calendar_key(place: Place, *, by: audit.Actor) -> Place:
    """Give the calendar feed a new address; the old one, which somebody else may know, leads nowhere from now on."""
    row = lock_place(place)
    row.calendar_key = uuid.uuid4()
    row.save(update_fields=["calendar_key"])
    audit.record("programs.calendar_key_replaced", row, by=by)
    return row


def _locked(occasion: Occasion) -> Occasion:
    """The occasion as it now is, after its cohort: the same order as for places."""
    cohort = lock_cohort(occasion.cohort_id)
    row = Occasion.objects.select_for_update(of=("self",)).select_related("theme").get(pk=occasion.pk)
    row.cohort = cohort
    return row


def _save_as_later(row: Occasion) -> None:
    row.calendar_sequence += 1
    row.calendar_changed_at = timezone.now()
    row.save()
    renew_deletion_days(row.cohort)


def _keep_needs_until_after(row: Occasion) -> None:
    """Needs are kept until the occasion has been, wherever it is moved, and a month more."""
    OccasionNeeds.objects.filter(occasion=row).update(delete_after=row.ends_on + timedelta(days=DAYS_OF_NEEDS))
