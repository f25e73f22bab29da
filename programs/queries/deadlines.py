"""What is due: rounds to open and close, offers and invitations that have run out, people to remind."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone

from portal.core.models import AuditEvent, OutgoingMail
from programs.models import Cohort, Place, PlaceQuerySet
from programs.states import CohortState, PlaceState

REMINDED_DAYS_BEFORE = 3
# Nobody is reminded at night.
REMINDED_FROM_HOUR = 8

BEFORE_APPLICATION = (CohortState.PLANNED, CohortState.INTEREST_OPEN)
# As long as the cohort is in one of these, an invitation may still be used.
STILL_TO_OPEN_OR_OPEN = (*BEFORE_APPLICATION, CohortState.APPLICATION_OPEN)


def cohorts_to_move(now: datetime) -> list[Cohort]:
    """Those whose next time has come. Whether they move is decided by `state_by_time`, under the lock."""
    due = (
        Q(state=CohortState.PLANNED, interest_opens_at__lte=now)
        | Q(state__in=BEFORE_APPLICATION, application_opens_at__lte=now)
        | Q(state=CohortState.APPLICATION_OPEN, application_closes_at__lte=now)
    )
    return list(Cohort.objects.filter(due))


def state_by_time(cohort: Cohort, now: datetime) -> CohortState | None:
    """Where the clock moves the cohort next; None when it stays."""
    ways = (
        (cohort.application_closes_at, (CohortState.APPLICATION_OPEN,), CohortState.CLOSED),
        (cohort.application_opens_at, BEFORE_APPLICATION, CohortState.APPLICATION_OPEN),
        (cohort.interest_opens_at, (CohortState.PLANNED,), CohortState.INTEREST_OPEN),
    )
    for at, before, after in ways:
        if at is not None and at <= now and cohort.state in before and not _moved_by_staff_since(cohort, at):
            return after
    return None


def _moved_by_staff_since(cohort: Cohort, at: datetime) -> bool:
    """Each time acts once: what staff decided after it stands."""
    moves = AuditEvent.objects.about(cohort).filter(event="programs.cohort_moved", at__gte=at)
    return moves.exclude(actor_kind=AuditEvent.ActorKind.SYSTEM).exists()


def offers_run_out() -> PlaceQuerySet:
    """Those whose last day is over; whoever came first first, so that promotion does not hang on chance."""
    run_out = Place.objects.filter(state=PlaceState.OFFERED, answer_by__lt=timezone.localdate())
    return run_out.order_by("answer_by", "created_at", "pk")


def invitations_run_out() -> PlaceQuerySet:
    """Those made before the round closed; whoever staff invites afterwards is not turned away by the clock."""
    closes = F("cohort__application_closes_at")
    closed = Place.objects.filter(cohort__application_closes_at__lte=timezone.now(), state_since__lt=closes)
    return closed.filter(state=PlaceState.INVITED).exclude(cohort__state__in=STILL_TO_OPEN_OR_OPEN)


def offers_to_remind() -> PlaceQuerySet:
    """Those whose last day is three days ahead or nearer, made on an earlier day."""
    today = timezone.localdate()
    last_days = (today, today + timedelta(days=REMINDED_DAYS_BEFORE))
    return Place.objects.filter(state=PlaceState.OFFERED, answer_by__range=last_days, state_since__lt=_midnight())


def applications_to_remind() -> PlaceQuerySet:
    """Those who could still apply, three days before the round closes: invited, or with a draft and nothing else.

    One that was sent is no draft, though it lay beside a place and never came to count.
    """
    until = _midnight() + timedelta(days=REMINDED_DAYS_BEFORE + 1)
    counted = Place.objects.counted().filter(cohort=OuterRef("cohort"), email_key=OuterRef("email_key"))
    newer = Place.objects.filter(
        cohort=OuterRef("cohort"),
        email_key=OuterRef("email_key"),
        state=PlaceState.STARTED,
        created_at__gt=OuterRef("created_at"),
    )
    unsent = Q(state=PlaceState.STARTED, application__sent_at__isnull=True)
    draft = unsent & ~Exists(counted) & ~Exists(newer)
    return Place.objects.filter(
        Q(state=PlaceState.INVITED) | draft,
        cohort__state=CohortState.APPLICATION_OPEN,
        cohort__application_closes_at__gt=timezone.now(),
        cohort__application_closes_at__lt=until,
        state_since__lt=_midnight(),
    )


def _midnight() -> datetime:
    """When the Swedish day began."""
    return timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)


def is_time_to_remind() -> bool:
    return timezone.localtime().hour >= REMINDED_FROM_HOUR


def offer_reminder(place: Place) -> str:
    """The key of the reminder of this offer: a later offer to the same person has another."""
    return f"place_reminded:{place.pk.hex}:{place.answer_by}:{place.state_since:%Y%m%d%H%M%S}"


def application_reminder(place: Place) -> str:
    """The key of the reminder of the day on which the round closes: another day, another reminder."""
    return f"application_reminded:{place.pk.hex}:{place.cohort.application_closes_at:%Y%m%d}"


def not_reminded(places: PlaceQuerySet, key_of: Callable[[Place], str]) -> list[Place]:
    """Those whose reminder is not made yet. Two queries, however many there are."""
    by_key = {key_of(place): place for place in places.select_related("cohort")}
    made = set(OutgoingMail.objects.filter(key__in=by_key).values_list("key", flat=True))
    return [place for key, place in by_key.items() if key not in made]
