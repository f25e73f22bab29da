"""All that the workspace of one cohort shows. The number of queries is the same for 25 people as for 500."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.core.paginator import Page, Paginator
from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from portal.core.models import OutgoingMail
from portal.core.states import MailState
from programs.models import (
    Application,
    Attendance,
    Cohort,
    EvaluationReceipt,
    InterestRegistration,
    Occasion,
    Place,
)
from programs.queries.composition import body_of
from programs.queries.search import find_people, find_registrations
from programs.states import COMES, HOLDS_A_PLACE, NOT_COUNTED, PlaceState

# In the order in which staff works: what waits for an answer of ours comes first, what is settled last.
SHOWN_STATES = (
    PlaceState.APPLIED,
    PlaceState.OFFERED,
    PlaceState.ACCEPTED,
    PlaceState.PARTICIPANT,
    PlaceState.INVITED,
    PlaceState.COMPLETED,
    PlaceState.DECLINED,
    PlaceState.LAPSED,
    PlaceState.NOT_ADMITTED,
    PlaceState.INTERRUPTED,
    PlaceState.WITHDRAWN,
)
# Two from one body are worth pointing out as long as something can be done about it.
WORTH_COMPARING = (*HOLDS_A_PLACE, PlaceState.APPLIED, PlaceState.WAITING)
# Mails that did not arrive, as far as we know.
NOT_ARRIVED = (MailState.FAILED, MailState.UNCERTAIN, MailState.STOPPED)
# How the keys of mails begin that carried a letter to whoever wrote it.
TRIED_OUT = "letter_tested:"
INTERESTED_PER_PAGE = 25


@dataclass(frozen=True)
class MailFact:
    """What became of one mail about a person."""

    pk: int
    subject: str
    state: MailState
    about_id: str

    @property
    def arrived(self) -> bool:
        return self.state not in NOT_ARRIVED


@dataclass(frozen=True)
class PersonRow:
    """One person in the list, with what staff needs to see before a click."""

    place: Place
    # The newest mail to this person.
    mail: MailFact | None
    # Others from the same municipality or region who have a place or may get one.
    from_same: tuple[str, ...]
    # 1 for the first on the waiting list.
    rank: int | None = None


@dataclass(frozen=True)
class StateGroup:
    state: PlaceState
    rows: tuple[PersonRow, ...]


@dataclass(frozen=True)
class Numbers:
    """The numbers that matter, at the top of the page."""

    capacity: int | None
    held: int
    accepted: int
    unanswered: int
    applied: int
    waiting: int
    invited: int
    mails_not_arrived: int

    @property
    def free(self) -> int | None:
        return None if self.capacity is None else max(0, self.capacity - self.held)


@dataclass(frozen=True)
class People:
    """Everybody in the cohort whom staff may see, read once."""

    places: tuple[Place, ...]
    mails: tuple[MailFact, ...]
    sent: Mapping[str, datetime]

    def in_state(self, *states: PlaceState) -> list[Place]:
        return [place for place in self.places if place.state in states]

    @property
    def waiting(self) -> list[Place]:
        """The waiting list, first in line first."""
        return sorted(self.in_state(PlaceState.WAITING), key=lambda place: place.waiting_position or 0)

    @property
    def not_arrived(self) -> list[tuple[MailFact, Place]]:
        """Mails that did not arrive and were not followed by one that did, with whom they were for."""
        by_id = {str(place.pk): place for place in self.places}
        return [(mail, by_id[mail.about_id]) for mail in self.newest_mails().values() if not mail.arrived]

    def newest_mails(self) -> dict[str, MailFact]:
        """The newest mail to each person, by the place's id."""
        return {mail.about_id: mail for mail in self.mails}


def people_of(cohort: Cohort) -> People:
    """Three queries: the people, when they applied, and what became of their mails."""
    places = tuple(Place.objects.filter(cohort=cohort).sent().select_related("organisation").order_by("created_at"))
    applied = Application.objects.filter(place__cohort=cohort, sent_at__isnull=False)
    sent = {str(pk): sent_at for pk, sent_at in applied.values_list("place_id", "sent_at") if sent_at}
    return People(places, tuple(_mails(places)), sent)


def _mails(places: Sequence[Place]) -> Iterable[MailFact]:
    """Every mail to these people, oldest first, without its text. A letter tried out went to staff, not to them."""
    about = OutgoingMail.objects.filter(about_type=Place._meta.label_lower, about_id__in=[str(p.pk) for p in places])
    about = about.exclude(key__startswith=TRIED_OUT)
    for pk, subject, state, about_id in about.order_by("pk").values_list("pk", "subject", "state", "about_id"):
        yield MailFact(pk, subject, MailState(state), about_id)


def numbers_of(cohort: Cohort, people: People) -> Numbers:
    count = Counter(place.state for place in people.places)
    return Numbers(
        capacity=cohort.capacity,
        held=sum(count[state] for state in HOLDS_A_PLACE),
        accepted=sum(count[state] for state in COMES),
        unanswered=count[PlaceState.OFFERED],
        applied=count[PlaceState.APPLIED],
        waiting=count[PlaceState.WAITING],
        invited=count[PlaceState.INVITED],
        mails_not_arrived=len(people.not_arrived),
    )


def person_rows(people: People, query: str = "") -> list[PersonRow]:
    """The rows of the list; with a query only those of the people whom it finds."""
    found = _found(people, query) if query else people.places
    mails = people.newest_mails()
    ranks = {place.pk: number for number, place in enumerate(people.waiting, start=1)}
    together: dict[str, list[Place]] = {}
    for place in people.in_state(*WORTH_COMPARING):
        together.setdefault(body_of(place.organisation), []).append(place)
    return [
        PersonRow(place, mails.get(str(place.pk)), _others(place, together), ranks.get(place.pk)) for place in found
    ]


def _found(people: People, query: str) -> list[Place]:
    everybody = Place.objects.filter(pk__in=[place.pk for place in people.places])
    found = set(find_people(everybody, query).values_list("pk", flat=True))
    return [place for place in people.places if place.pk in found]


def _others(place: Place, together: Mapping[str, Sequence[Place]]) -> tuple[str, ...]:
    if place.state not in WORTH_COMPARING:
        return ()
    return tuple(other.name_for_lists for other in together[body_of(place.organisation)] if other.pk != place.pk)


def state_groups(rows: Iterable[PersonRow]) -> tuple[StateGroup, ...]:
    """The rows by state, the states without anybody left out. The waiting list is shown by itself."""
    by_state: dict[str, list[PersonRow]] = {}
    for row in rows:
        by_state.setdefault(row.place.state, []).append(row)
    return tuple(StateGroup(state, tuple(by_state[state])) for state in SHOWN_STATES if state in by_state)


def waiting_rows(rows: Iterable[PersonRow]) -> list[PersonRow]:
    return sorted((row for row in rows if row.rank is not None), key=lambda row: row.rank or 0)


def interested(cohort: Cohort) -> QuerySet[InterestRegistration]:
    """Who asked to hear of this programme in the cohort's round and has no place in the cohort yet."""
    placed = Place.objects.filter(cohort=cohort, email_key=OuterRef("email_key")).exclude(state__in=NOT_COUNTED)
    rows = InterestRegistration.objects.active().filter(interest_round=cohort.interest_round_id)
    return (
        rows.filter(programmes=cohort.programme_id)
        .exclude(Exists(placed))
        .select_related("organisation")
        .order_by("created_at", "pk")
    )


def interested_page(cohort: Cohort, query: str, number: str) -> Page[InterestRegistration]:
    rows = find_registrations(interested(cohort), query)
    return Paginator(rows, INTERESTED_PER_PAGE).get_page(number)


@dataclass(frozen=True)
class OccasionFact:
    """One occasion in numbers. `asked` is everybody who is asked before it (`queries.occasions.coming_to`)."""

    occasion: Occasion
    asked: int
    # How many of the asked have answered, and have said that they come.
    answers: int
    coming: int
    # How many were there, and whether anybody has noted so.
    attended: int
    is_attendance_taken: bool
    evaluated: int
    # How many are asked for an evaluation and have given none (`queries.occasions.without_evaluation`).
    unevaluated: int

    @property
    def unanswered(self) -> int:
        return self.asked - self.answers


def occasion_facts(cohort: Cohort, people: People) -> list[OccasionFact]:
    """Counted apart, since several counts in one query multiply each other. Five queries."""
    occasions = cohort.occasions.select_related("theme").order_by("number")
    asked = len(people.in_state(*COMES))
    counts = _occasion_counts(cohort)
    return [_fact(occasion, asked, counts) for occasion in occasions]


def _fact(occasion: Occasion, asked: int, counts: Mapping[str, Counter[int]]) -> OccasionFact:
    number = {name: count[occasion.pk] for name, count in counts.items()}
    noted = number["noted"] > 0
    return OccasionFact(
        occasion=occasion,
        asked=asked,
        answers=number["answered"],
        coming=number["coming"],
        attended=number["attended"],
        is_attendance_taken=noted,
        evaluated=number["evaluated"],
        # Who was there is asked, as far as that is known.
        unevaluated=number["there_and_silent"] if noted else asked - number["evaluated_by_asked"],
    )


def _occasion_counts(cohort: Cohort) -> dict[str, Counter[int]]:
    """By what is counted: how many of it each occasion has."""
    comes, there = Q(answers__comes=True), Q(attendance__present=True)
    return {
        **_counted(
            cohort,
            answered=Count("answers", filter=_of_asked("answers")),
            coming=Count("answers", filter=_of_asked("answers") & comes),
        ),
        **_counted(
            cohort,
            noted=Count("attendance"),
            attended=Count("attendance__place", filter=there, distinct=True),
        ),
        **_counted(
            cohort,
            evaluated=Count("evaluation_receipts"),
            evaluated_by_asked=Count("evaluation_receipts", filter=_of_asked("evaluation_receipts")),
        ),
        "there_and_silent": _there_and_silent(cohort),
    }


def _of_asked(path: str) -> Q:
    return Q(**{f"{path}__place__state__in": COMES})


def _counted(cohort: Cohort, **counts: Count) -> dict[str, Counter[int]]:
    rows = list(Occasion.objects.filter(cohort=cohort).order_by().only("pk").annotate(**counts))
    return {name: Counter({row.pk: getattr(row, name) for row in rows}) for name in counts}


def _there_and_silent(cohort: Cohort) -> Counter[int]:
    """Who of the asked was at each occasion and has not evaluated it."""
    told = EvaluationReceipt.objects.filter(occasion=OuterRef("occasion"), place=OuterRef("place"))
    there = Attendance.objects.filter(occasion__cohort=cohort, present=True, place__state__in=COMES)
    silent = there.exclude(Exists(told)).order_by().values("occasion").annotate(n=Count("place", distinct=True))
    return Counter({row["occasion"]: row["n"] for row in silent})
