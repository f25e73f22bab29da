"""Questions about occasions: whom a change concerns, who has answered, who is asked now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import QuerySet
from django.urls import reverse

from portal.core import formats
from portal.core.models import OutgoingMail
from programs.models import Attendance, EvaluationReceipt, Occasion, OccasionAnswer, OccasionNeeds, Place, PlaceQuerySet
from programs.queries.personal_links import PersonalLink, id_in
from programs.states import COMES, PlaceState

# Who plans by the dates: an offer is answered by looking in the calendar.
PLANS_BY_THE_DATES = (PlaceState.OFFERED, PlaceState.ACCEPTED, PlaceState.PARTICIPANT)
# Memory fades, and what comes later changes nothing for the next occasion.
DAYS_OF_EVALUATION = 60

_link = PersonalLink("programs.occasion")


# --- The personal links ----------------------------------------------------------------------------------------------
def occasion_token(place: Place, occasion: Occasion) -> str:
    """What a personal link to an occasion carries."""
    return _link.token(place, f"-{occasion.pk}")


def read_occasion_token(token: str) -> tuple[Place, int] | None:
    """The place and the occasion's id, or None for a token that we did not make."""
    pk = id_in(token)
    place = Place.objects.select_related("cohort__programme").filter(pk=pk).first() if pk else None
    named = token.partition(".")[0].partition("-")[2]
    return (place, int(named)) if place and _link.made(token, place, f"-{named}") else None


def answer_path(place: Place, occasion: Occasion) -> str:
    """Where a participant says whether they come, sleep over, and what they need."""
    return reverse("answer_occasion", args=[occasion_token(place, occasion)])


def evaluation_path(place: Place, occasion: Occasion) -> str:
    """Where a participant says what they thought."""
    return reverse("evaluate_occasion", args=[occasion_token(place, occasion)])


# --- One occasion ----------------------------------------------------------------------------------------------------
def occasion_with_details(pk: int) -> Occasion | None:
    return Occasion.objects.select_related("cohort__programme", "theme").filter(pk=pk).first()


def concerned_by(occasion: Occasion) -> PlaceQuerySet:
    """Whom a change of the occasion's dates or venue is told, in the order of their names."""
    places = Place.objects.filter(cohort=occasion.cohort_id, state__in=PLANS_BY_THE_DATES)
    return places.select_related("cohort__programme").order_by("name", "pk")


def coming_to(occasion: Occasion) -> PlaceQuerySet:
    """Those who belong to the cohort and are expected, in the order of their names."""
    places = Place.objects.filter(cohort=occasion.cohort_id, state__in=COMES)
    return places.select_related("cohort__programme", "organisation").order_by("name", "pk")


def days_of(occasion: Occasion) -> list[date]:
    """Every day of the occasion."""
    length = (occasion.ends_on - occasion.starts_on).days
    return [occasion.starts_on + timedelta(days=number) for number in range(length + 1)]


def venue_line(occasion: Occasion) -> str:
    """Where it is: the occasion's own venue, else the cohort's usual one."""
    own = [part for part in (occasion.venue_name, occasion.venue_address) if part]
    return ", ".join(own) or occasion.cohort.place_line


def hours(occasion: Occasion) -> str:
    """ "10.00 första dagen till 13.00 sista dagen", as far as it is known."""
    if occasion.starts_at is None or occasion.ends_at is None:
        return ""
    start, end = formats.time(occasion.starts_at), formats.time(occasion.ends_at)
    if occasion.starts_on == occasion.ends_on:
        return f"{start}{formats.EN_DASH}{end}"
    return f"{start} första dagen till {end} sista dagen"


def changes_before(occasion: Occasion) -> str:
    """What we changed after the evaluation of the occasion before this one."""
    before = Occasion.objects.filter(cohort=occasion.cohort_id, number__lt=occasion.number).order_by("-number").first()
    return before.changes_text if before else ""


def answer_of(place: Place, occasion: Occasion) -> OccasionAnswer | None:
    return OccasionAnswer.objects.filter(place=place, occasion=occasion).first()


def needs_of(place: Place, occasion: Occasion) -> OccasionNeeds | None:
    return OccasionNeeds.objects.filter(place=place, occasion=occasion).first()


def may_be_evaluated(occasion: Occasion, today: date) -> bool:
    """From the last day on, when people still sit in the room."""
    last = occasion.ends_on + timedelta(days=DAYS_OF_EVALUATION)
    return occasion.cancelled_at is None and occasion.ends_on <= today <= last


def has_evaluated(place: Place, occasion: Occasion) -> bool:
    return EvaluationReceipt.objects.filter(place=place, occasion=occasion).exists()


# --- Who is asked ----------------------------------------------------------------------------------------------------
def starting_within(days: int, today: date) -> QuerySet[Occasion]:
    """The occasions that begin after today and within so many days."""
    ahead = Occasion.objects.filter(cancelled_at=None, starts_on__gt=today, starts_on__lte=today + timedelta(days=days))
    return ahead.select_related("cohort__programme", "theme").order_by("starts_on", "pk")


def ended_within(days: int, today: date) -> QuerySet[Occasion]:
    """The occasions whose last day was before today, but not longer ago than so many days."""
    over = Occasion.objects.filter(cancelled_at=None, ends_on__lt=today, ends_on__gte=today - timedelta(days=days))
    return over.select_related("cohort__programme", "theme").order_by("ends_on", "pk")


def without_answer(occasion: Occasion) -> PlaceQuerySet:
    return coming_to(occasion).exclude(answers__occasion=occasion)


def without_evaluation(occasion: Occasion) -> PlaceQuerySet:
    """Who was there, as far as attendance was taken, and has not said yet what they thought."""
    places = coming_to(occasion).exclude(evaluation_receipts__occasion=occasion)
    taken = Attendance.objects.filter(occasion=occasion)
    if not taken.exists():
        return places
    return places.filter(pk__in=taken.filter(present=True).values("place"))


def sent_keys(prefix: str) -> set[str]:
    """The keys of the mails of one kind about one occasion that are made already."""
    return set(OutgoingMail.objects.filter(key__startswith=f"{prefix}:").values_list("key", flat=True))


# --- What the venue needs --------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class RoomLine:
    """Somebody who sleeps over. A name, and nothing else of the person."""

    name: str


@dataclass(frozen=True)
class MealLine:
    """What somebody eats, or does not. A name and food, and nothing else of the person."""

    name: str
    food: str


@dataclass(frozen=True)
class AccessLine:
    """What somebody needs to take part. A name and the need, and nothing else of the person."""

    name: str
    access: str


def rooming_list(occasion: Occasion) -> list[RoomLine]:
    """Who sleeps over, for the venue."""
    return [RoomLine(place.name_for_lists) for place in sleeping_over(occasion)]


def meal_list(occasion: Occasion) -> list[MealLine]:
    """Everybody who comes, for the kitchen, with what they have told of food."""
    food = dict(OccasionNeeds.objects.filter(occasion=occasion).values_list("place", "food"))
    return [MealLine(place.name_for_lists, food.get(place.pk, "")) for place in who_comes(occasion)]


def access_list(occasion: Occasion) -> list[AccessLine]:
    """Who of those that come has told of access needs."""
    told = dict(OccasionNeeds.objects.filter(occasion=occasion).exclude(access="").values_list("place", "access"))
    return [AccessLine(place.name_for_lists, told[place.pk]) for place in who_comes(occasion) if place.pk in told]


def sleeping_over(occasion: Occasion) -> PlaceQuerySet:
    """Those who have said that they come and stay the night, in the order of their names."""
    return coming_to(occasion).filter(answers__occasion=occasion, answers__sleeps_over=True)


def who_comes(occasion: Occasion) -> PlaceQuerySet:
    """Those who have said that they come, in the order of their names."""
    return coming_to(occasion).filter(answers__occasion=occasion, answers__comes=True)


@dataclass(frozen=True)
class AnswerCount:
    """How the question before an occasion was answered."""

    asked: int
    comes: int
    stays_away: int
    sleeps_over: int

    @property
    def missing(self) -> int:
        return self.asked - self.comes - self.stays_away


def count_answers(occasion: Occasion) -> AnswerCount:
    expected = coming_to(occasion)
    answers = OccasionAnswer.objects.filter(occasion=occasion, place__in=expected.order_by())
    told = list(answers.values_list("comes", "sleeps_over"))
    comes = sum(came for came, _slept in told)
    return AnswerCount(expected.count(), comes, len(told) - comes, sum(slept for _came, slept in told))
