"""The verbs around one occasion: a participant answers, is noted as there, says what they thought."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone

from portal.core import audit
from portal.core.windows import Seen
from programs.actions.locking import lock_place
from programs.forms_occasions import Answer, Judgement, answer_values
from programs.models import (
    Attendance,
    Evaluation,
    EvaluationReceipt,
    Occasion,
    OccasionAnswer,
    OccasionNeeds,
    Place,
)
from programs.models.meetings import DAYS_OF_NEEDS
from programs.queries.occasions import answer_of, days_of, needs_of


class NoDayOfTheOccasion(ValueError):  # noqa: N818
    """Attendance is taken for the days of the occasion and for no other."""


@transaction.atomic
def answer_occasion(
    place: Place, occasion: Occasion, answer: Answer, *, by: audit.Actor, seen: Seen | None = None
) -> OccasionAnswer:
    """Write down who comes, and sleeps over; needs are kept apart, since they go a month after the occasion.

    Raises `SavedElsewhere`.
    """
    row = lock_place(place)
    if seen:
        seen.check(answer_values(answer_of(row, occasion), needs_of(row, occasion)))
    told = {"comes": answer.comes, "sleeps_over": answer.sleeps_over}
    values = {**told, "answered_at": timezone.now(), "delete_after": row.delete_after}
    found, _made = OccasionAnswer.objects.update_or_create(place=row, occasion=occasion, defaults=values)
    _keep_needs(row, occasion, answer)
    # That there are needs is all that the trail may know of them, and not even that.
    audit.record("programs.occasion_answered", row, by=by, occasion=occasion.pk, **told)
    return found


def _keep_needs(place: Place, occasion: Occasion, answer: Answer) -> None:
    if not (answer.food or answer.access):
        OccasionNeeds.objects.filter(place=place, occasion=occasion).delete()
        return
    last = occasion.ends_on + timedelta(days=DAYS_OF_NEEDS)
    needs = {"food": answer.food, "access": answer.access, "delete_after": last}
    OccasionNeeds.objects.update_or_create(place=place, occasion=occasion, defaults=needs)


@transaction.atomic
def take_attendance(place: Place, occasion: Occasion, day: date, *, present: bool, by: audit.Actor) -> Attendance:
    """Note that somebody is there on a day of the occasion, or is not. Twice is as once; the last tap counts."""
    if day not in days_of(occasion):
        raise NoDayOfTheOccasion(day)
    row = lock_place(place)
    before = Attendance.objects.filter(place=row, occasion=occasion, day=day).first()
    if before is not None and before.present == present:
        return before
    values = {"present": present, "taken_at": timezone.now(), "delete_after": row.delete_after}
    found, _made = Attendance.objects.update_or_create(place=row, occasion=occasion, day=day, defaults=values)
    audit.record("programs.attendance_taken", row, by=by, occasion=occasion.pk, day=day.isoformat(), present=present)
    return found


@transaction.atomic
def evaluate_occasion(place: Place, occasion: Occasion, judgement: Judgement) -> bool:
    """Keep what somebody thought, apart from who they are; False when they have said it before.

    Nothing goes to the trail: its times, beside those of a web server's log, would tell who wrote what.
    """
    _receipt, is_new = EvaluationReceipt.objects.get_or_create(place=place, occasion=occasion)
    if is_new:
        Evaluation.objects.create(occasion=occasion, **asdict(judgement))
    return is_new
