"""What time does by itself: rounds open and close, offers and invitations run out, people are reminded.

Beat asks every minute. Each thing is looked at again under the lock before anything happens to it, so that two beats,
or a beat and a person who answers in the same moment, do it once.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

from django.db import transaction
from django.utils import timezone

from portal.core import audit
from programs import mail_places
from programs.actions.cohorts import move_cohort
from programs.actions.locking import lock_cohort, lock_place
from programs.actions.places import lapse
from programs.models import Cohort, Place, PlaceQuerySet
from programs.queries import deadlines as queries

logger = logging.getLogger(__name__)

Thing = TypeVar("Thing", Cohort, Place)


def act_on_deadlines() -> int:
    """Do what is due now; how many things happened. Safe to run at any time, and by several at once."""
    done = _each(queries.cohorts_to_move(timezone.now()), move_by_time)
    for due in (queries.offers_run_out, queries.invitations_run_out):
        done += _each(due(), partial(lapse_if_due, due=due))
    if queries.is_time_to_remind():
        for reminder in REMINDERS:
            done += _each(queries.not_reminded(reminder.due(), reminder.key_of), partial(remind, reminder=reminder))
    return done


def _each(things: Iterable[Thing], act: Callable[[Thing], bool]) -> int:
    done = 0
    for thing in things:
        try:
            done += act(thing)
        except Exception:
            logger.exception("deadline of %s %s", thing._meta.label_lower, thing.pk)
    return done


@transaction.atomic
def move_by_time(cohort: Cohort) -> bool:
    """Open or close the cohort's rounds whose time has come; several steps when we were away for long."""
    has_moved = False
    now = timezone.now()
    while to := queries.state_by_time(lock_cohort(cohort.pk), now):
        move_cohort(cohort, to, by=audit.SYSTEM)
        has_moved = True
    return has_moved


@transaction.atomic
def lapse_if_due(place: Place, due: Callable[[], PlaceQuerySet]) -> bool:
    """Let it lapse unless it was answered or prolonged meanwhile. A place that falls free goes on to the next."""
    row = lock_place(place)
    if not due().filter(pk=row.pk).exists():
        return False
    lapse(row, by=audit.SYSTEM)
    return True


@dataclass(frozen=True)
class Reminder:
    """What people are reminded of: who is due, and the key by which each is reminded once."""

    name: str
    due: Callable[[], PlaceQuerySet]
    key_of: Callable[[Place], str]


REMINDERS = (
    Reminder("place_reminded", queries.offers_to_remind, queries.offer_reminder),
    Reminder("application_reminded", queries.applications_to_remind, queries.application_reminder),
)


@transaction.atomic
def remind(place: Place, reminder: Reminder) -> bool:
    """Remind somebody unless they answered, or were reminded, in the meantime."""
    row = lock_place(place)
    if not queries.not_reminded(reminder.due().filter(pk=row.pk), reminder.key_of):
        return False
    audit.record(f"programs.{reminder.name}", row, by=audit.SYSTEM, cohort=row.cohort_id)
    mail_places.remind(reminder.name, row, reminder.key_of(row))
    return True
