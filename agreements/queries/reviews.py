"""When a pair looks at its agreement again, and what each then said."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from django.db.models import QuerySet

from agreements.models import PAIR, Agreement, Member, PulseAnswer, ReviewAnswer, Version
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


def pulses(agreement: Agreement) -> list[tuple[date, list[PulseAnswer]]]:
    """The quarters in which both have answered, newest first. What only one has answered is nobody else's."""
    rows = agreement.pulse_answers.select_related("member").order_by("-quarter", "member")
    quarters = ((quarter, list(answers)) for quarter, answers in groupby(rows, lambda row: row.quarter))
    return [(quarter, answers) for quarter, answers in quarters if _is_of_both(answers)]


def _is_of_both(answers: list[PulseAnswer]) -> bool:
    return {answer.member.role for answer in answers} == set(PAIR)


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
