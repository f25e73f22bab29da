"""When a pair looks at its agreement again, and what each then said."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from agreements.models import PAIR, Agreement, Member, MemberRole, PulseAnswer, ReviewAnswer, Version
from agreements.queries.rooms import other_of_pair
from agreements.states import AgreementState
from portal.core.models import OutgoingMail

# How long before the term's end the pair is asked whether somebody leaves.
DAYS_BEFORE_TERM_END = 60


@dataclass(frozen=True)
class SectionReview:
    """What both said about one section."""

    key: str
    heading: str
    answers: tuple[ReviewAnswer, ...]


def newest_agreed(agreement: Agreement) -> Version | None:
    return agreement.versions.order_by("-number").first()


def answers_of(version: Version, member: Member) -> dict[str, ReviewAnswer]:
    return {answer.section_key: answer for answer in version.review_answers.filter(member=member)}


def planned_review(agreement: Agreement) -> dict[str, date]:
    """When it is to be looked at again, by the name of the form's field for a date of one's own."""
    return {"own": agreement.review_on} if agreement.review_on else {}


def both_answers(version: Version, member: Member) -> list[SectionReview]:
    """Both persons' answers, once both have answered; before that nothing of the other's."""
    other = other_of_pair(member)
    if other is None:
        return []
    mine, others = answers_of(version, member), answers_of(version, other)
    if not mine or not others:
        return []
    for answer in others.values():
        answer.member = other
    for answer in mine.values():
        answer.member = member
    sections = [(section["key"], section["heading"]) for section in version.content["sections"]]
    return [
        SectionReview(key, heading, tuple(found[key] for found in (mine, others) if key in found))
        for key, heading in sections
    ]


def quarter_of(day: date) -> date:
    """The first day of the quarter."""
    return date(day.year, 3 * ((day.month - 1) // 3) + 1, 1)


def pulse_of(member: Member, quarter: date) -> PulseAnswer | None:
    return PulseAnswer.objects.filter(member=member, quarter=quarter).first()


def pulses(member: Member, running: date) -> list[tuple[date, list[PulseAnswer]]]:
    """The quarters that the person may see, newest first: each with the person's own answers and those of one other.

    A pair's answers are theirs. So a quarter is shown only to somebody who answered in it, beside the other of the
    pair, and only when both had answered while both were in the room. A successor sees nothing that the predecessor
    answered, nor a quarter that was over when they came; and what somebody answered who left before the other had
    answered is shown to nobody. Of the running quarter nothing is shown until the two who are in now have both
    answered; an earlier one stays with those who answered it together, though one of them may have left since. Whoever
    had two such partners in one quarter sees the later one.
    """
    found: dict[date, list[PulseAnswer]] = {}
    mine = {answer.quarter: answer for answer in member.pulse_answers.select_related("member").order_by("-quarter")}
    others = PulseAnswer.objects.filter(agreement=member.agreement_id, member__role__in=PAIR, quarter__in=mine)
    # The later partner comes last, and stays.
    for theirs in others.exclude(member__role=member.role).select_related("member").order_by("member"):
        my = mine[theirs.quarter]
        if _answered_together(my, theirs) and (theirs.quarter != running or theirs.member.left_at is None):
            found[theirs.quarter] = _in_order([my, theirs])
    return [(quarter, found[quarter]) for quarter in mine if quarter in found]


def _answered_together(my: PulseAnswer, theirs: PulseAnswer) -> bool:
    """Whether the other was still in the room when the second of the two answered."""
    left_at = theirs.member.left_at
    return left_at is None or left_at >= max(my.at, theirs.at)


def _in_order(answers: list[PulseAnswer]) -> list[PulseAnswer]:
    """The chair first, as everywhere."""
    return sorted(answers, key=lambda answer: PAIR.index(MemberRole(answer.member.role)))


def _running() -> QuerySet[Agreement]:
    return Agreement.objects.exclude(state=AgreementState.ENDED)


def reviews_due(today: date) -> Iterator[Member]:
    """Those whose agreement is to be reviewed now."""
    return _pair_of(_running().filter(review_on__lte=today))


def terms_ending(today: date) -> Iterator[Member]:
    """Those whose term of office is over soon."""
    for member in _pair_of(_running().filter(term_ends_on__gte=today)):
        day = member.agreement.term_ends_on
        if day is not None and (day - today).days <= DAYS_BEFORE_TERM_END:
            yield member


def pulses_wanted(today: date) -> Iterator[Member]:
    """Those who have agreed on something before this quarter and have not answered in it."""
    quarter = quarter_of(today)
    agreements = _running().filter(approved_at__date__lt=quarter)
    answered = PulseAnswer.objects.filter(quarter=quarter).values_list("member_id", flat=True)
    return _pair_of(agreements, without=answered)


def _pair_of(agreements: QuerySet[Agreement], without: Iterable[int] = ()) -> Iterator[Member]:
    members = Member.objects.inside().pair().filter(agreement__in=agreements).exclude(pk__in=without)
    yield from members.select_related("user", "agreement__organisation", "agreement__template_version__template")


def is_sent(key: str) -> bool:
    return OutgoingMail.objects.filter(key=key).exists()
