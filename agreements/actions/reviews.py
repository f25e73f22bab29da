"""Looking at the agreement again: the date, the answers, the quarterly pulse, and the reminders of beat."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date

from django.db import transaction
from django.utils import timezone

from agreements import mail
from agreements.actions.members import locked_for_one_of_the_pair
from agreements.forms_reviews import review_values
from agreements.models import Agreement, Member, PulseAnswer, ReviewAnswer, Verdict, Version
from agreements.queries import reviews as queries
from portal.core import audit
from portal.core.windows import Seen


@dataclass(frozen=True)
class SectionAnswer:
    verdict: Verdict
    note: str


@dataclass(frozen=True)
class Pulse:
    """The three answers, 1 to 5."""

    direction: int
    cooperation: int
    support: int


@transaction.atomic
def plan_review(agreement: Agreement, day: date, *, by: Member, seen: Seen | None = None) -> None:
    """Decide when to look at it again. Answers that both gave for an earlier date are done with.

    Raises `SavedElsewhere` when the other has decided meanwhile.
    """
    row = locked_for_one_of_the_pair(agreement, by)
    if seen:
        seen.check(queries.planned_review(row))
    row.review_on = day
    row.save(update_fields=["review_on"])
    version = queries.newest_agreed(row)
    if version is not None and queries.both_answers(version, by):
        version.review_answers.all().delete()
    audit.record("agreements.review_planned", row, by=audit.PERSON, member=by.pk, on=day.isoformat())


@transaction.atomic
def answer_review(
    version: Version, answers: Mapping[str, SectionAnswer], *, by: Member, seen: Seen | None = None
) -> None:
    """Say of each section whether to keep, change or drop it. An answer may be changed until the next review.

    Raises `SavedElsewhere`.
    """
    row = locked_for_one_of_the_pair(version.agreement, by)
    if seen:
        seen.check(review_values(queries.answers_of(version, by)))
    for key, answer in answers.items():
        facts = {"verdict": answer.verdict, "note": answer.note, "at": timezone.now()}
        ReviewAnswer.objects.update_or_create(version=version, member=by, section_key=key, defaults=facts)
    audit.record("agreements.review_answered", row, by=audit.PERSON, member=by.pk, version=version.number)


@transaction.atomic
def answer_pulse(agreement: Agreement, pulse: Pulse, *, by: Member) -> bool:
    """Answer the three questions of this quarter. Once given, an answer stays: the other's must not colour it.

    False when another answer had been given before.
    """
    row = locked_for_one_of_the_pair(agreement, by)
    quarter = queries.quarter_of(timezone.localdate())
    facts = {"agreement": row, **asdict(pulse)}
    answer, is_new = PulseAnswer.objects.get_or_create(member=by, quarter=quarter, defaults=facts)
    if is_new:
        audit.record("agreements.pulse_answered", row, by=audit.PERSON, member=by.pk, quarter=quarter.isoformat())
    return Pulse(answer.direction, answer.cooperation, answer.support) == pulse


@transaction.atomic
def queue_reminders(today: date | None = None) -> int:
    """Mail those whose review is due, whose term ends, or whom this quarter's questions wait for. Each once."""
    today = today or timezone.localdate()
    letters = [
        *(mail.review_due_letter(member) for member in queries.reviews_due(today)),
        *(mail.term_ends_letter(member) for member in queries.terms_ending(today)),
        *(mail.pulse_wanted_letter(member, queries.quarter_of(today)) for member in queries.pulses_wanted(today)),
    ]
    new = [letter for letter in letters if not queries.is_sent(letter.key)]
    for letter in new:
        mail.send(letter)
    return len(new)
