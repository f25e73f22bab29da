"""How long a place is kept after each step, and that all that belongs to it goes on the same day."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from portal.core import audit, formats
from portal.core.models import OutgoingMail
from portal.core.personal_data import purge_expired
from programs.actions import letters, places
from programs.actions.keeping import FOLLOWERS, renew_deletion_days
from programs.models import Application, Attendance, ChallengeNote, Cohort, LetterKind, OccasionAnswer, Place
from programs.queries.places import STAYS_WITH_THE_PROGRAMME, UNSETTLED, deletion_day, kept_until, place_token
from programs.states import PlaceState
from tests.programs.builders import make_occasion
from tests.programs.places import make_place, make_round

pytestmark = pytest.mark.django_db

TODAY = dt.datetime(2027, 3, 1, 12, tzinfo=ZoneInfo("Europe/Stockholm"))
# The last of the two days of the last occasion, and two years more.
END = dt.date(2027, 11, 11)
WITH_THE_PROGRAMME = END + dt.timedelta(days=730)
KEPT_UNTIL = {
    PlaceState.STARTED: dt.date(2027, 5, 30),
    # Nothing is settled before the programme starts on the tenth of May: a year from then.
    PlaceState.INVITED: dt.date(2028, 5, 9),
    PlaceState.APPLIED: dt.date(2028, 5, 9),
    PlaceState.WAITING: dt.date(2028, 5, 9),
    PlaceState.OFFERED: dt.date(2028, 5, 9),
    PlaceState.DECLINED: dt.date(2028, 2, 29),
    PlaceState.LAPSED: dt.date(2028, 2, 29),
    PlaceState.NOT_ADMITTED: dt.date(2028, 2, 29),
    PlaceState.ACCEPTED: WITH_THE_PROGRAMME,
    PlaceState.PARTICIPANT: WITH_THE_PROGRAMME,
    PlaceState.COMPLETED: WITH_THE_PROGRAMME,
    PlaceState.INTERRUPTED: WITH_THE_PROGRAMME,
    PlaceState.WITHDRAWN: dt.date(2027, 3, 31),
}


@pytest.fixture
def cohort() -> Cohort:
    cohort = make_round(capacity=30)
    make_occasion(cohort, 1, dt.date(2027, 5, 10))
    make_occasion(cohort, 2, dt.date(2027, 11, 10))
    return cohort


def with_everything(place: Place) -> Place:
    """Something of each kind that belongs to a place, with a day that is certainly wrong."""
    wrong = dt.date(2026, 1, 1)
    occasion = place.cohort.occasions.get(number=1)
    Application.objects.create(place=place, delete_after=wrong)
    ChallengeNote.objects.create(place=place, step=1, delete_after=wrong)
    OccasionAnswer.objects.create(place=place, occasion=occasion, comes=True, delete_after=wrong)
    Attendance.objects.create(
        place=place, occasion=occasion, day=dt.date(2027, 5, 10), present=True, delete_after=wrong
    )
    return place


def days_of_all(place: Place) -> set[dt.date]:
    """The last days of the place and of all that follows it."""
    days = {model._default_manager.get(place=place).delete_after for model in FOLLOWERS}
    return {*days, *OutgoingMail.objects.about(place).values_list("delete_after", flat=True), place.delete_after}


@pytest.mark.parametrize("state", PlaceState)
@time_machine.travel(TODAY, tick=False)
def test_each_state_has_its_last_day(cohort: Cohort, state: PlaceState) -> None:
    assert make_place(cohort, state).delete_after == deletion_day(cohort, state) == KEPT_UNTIL[state]


@time_machine.travel(TODAY, tick=False)
def test_all_that_belongs_to_a_place_follows_it_at_each_step(cohort: Cohort) -> None:
    place = with_everything(make_place(cohort, PlaceState.OFFERED))

    place = places.accept(place, by=audit.PERSON)
    assert days_of_all(place) == {WITH_THE_PROGRAMME}

    place = places.withdraw(place, by=audit.PERSON)
    assert days_of_all(place) == {dt.date(2027, 3, 31)}


@time_machine.travel(TODAY, tick=False)
def test_new_dates_move_the_days_of_those_who_take_part(cohort: Cohort) -> None:
    participant = with_everything(make_place(cohort, PlaceState.PARTICIPANT))
    waiting = make_place(cohort, PlaceState.WAITING)
    last = cohort.occasions.get(number=2)
    last.starts_on, last.ends_on = dt.date(2028, 1, 10), dt.date(2028, 1, 11)
    last.save()

    assert (renew_deletion_days(cohort), renew_deletion_days(cohort)) == (1, 0)

    participant.refresh_from_db()
    assert days_of_all(participant) == {dt.date(2028, 1, 11) + dt.timedelta(days=730)}
    assert waiting.delete_after == KEPT_UNTIL[PlaceState.WAITING]


@time_machine.travel(TODAY, tick=False)
def test_a_cohort_without_dates_ends_with_its_year() -> None:
    place = make_place(make_round(), PlaceState.PARTICIPANT)
    assert place.delete_after == dt.date(2027, 12, 31) + dt.timedelta(days=730)


def test_who_withdrew_is_gone_after_a_month(cohort: Cohort) -> None:
    with time_machine.travel(TODAY, tick=False):
        gone = with_everything(places.withdraw(make_place(cohort, PlaceState.PARTICIPANT), by=audit.PERSON))
        stays = make_place(cohort, PlaceState.PARTICIPANT)
    purge_expired(dt.date(2027, 3, 31))
    assert Place.objects.filter(pk=gone.pk).exists()

    purge_expired(dt.date(2027, 4, 1))

    assert list(Place.objects.all()) == [stays]
    assert not OutgoingMail.objects.about(gone).exists()
    assert not any(model._default_manager.exists() for model in FOLLOWERS)


@pytest.mark.parametrize("state", PlaceState)
@time_machine.travel(TODAY, tick=False)
def test_the_person_is_told_what_is_certain_and_what_would_change_it(cohort: Cohort, state: PlaceState) -> None:
    """Only what nothing but the person's own wish can move is promised as the last day."""
    place = make_place(cohort, state)
    told = kept_until(place)
    assert formats.date(KEPT_UNTIL[state]) in told
    settled = {PlaceState.DECLINED, PlaceState.LAPSED, PlaceState.NOT_ADMITTED, PlaceState.WITHDRAWN}
    assert ("raderas senast" in told) == (state in settled)
    assert ("två år efter programmets sista dag" in told) == (state in STAYS_WITH_THE_PROGRAMME)
    assert ("Får du en plats sparas de" in told) == (state in UNSETTLED)
    assert ("fakturan" in told) == (state in (*STAYS_WITH_THE_PROGRAMME, *UNSETTLED))


@time_machine.travel(TODAY, tick=False)
def test_who_said_yes_and_then_left_is_told_of_the_invoice_too(cohort: Cohort) -> None:
    place = places.accept(make_place(cohort, PlaceState.OFFERED), by=audit.PERSON)
    page = Client().get(reverse("withdraw_place", args=[place_token(place)])).content.decode()
    assert "utom underlaget för fakturan" in page

    place = places.withdraw(place, by=audit.PERSON)

    assert "Underlaget för fakturan sparas i sju år" in kept_until(place)


@pytest.mark.parametrize(
    "state", [PlaceState.OFFERED, PlaceState.ACCEPTED, PlaceState.PARTICIPANT, PlaceState.DECLINED]
)
@time_machine.travel(TODAY, tick=False)
def test_the_page_and_both_forms_of_the_letter_say_so(cohort: Cohort, state: PlaceState) -> None:
    place = make_place(cohort, state)
    mail = OutgoingMail.objects.about(place).latest("pk")
    page = Client().get(reverse("manage_place", args=[place_token(place)])).content.decode()
    assert all(kept_until(place) in text for text in (mail.text_body, mail.html_body, page))


@time_machine.travel(TODAY, tick=False)
def test_so_does_a_letter_that_staff_words(cohort: Cohort) -> None:
    place = make_place(cohort, PlaceState.PARTICIPANT)
    told = letters.preview(letters.draft_letter(cohort, LetterKind.OTHER, by=audit.SYSTEM), place)
    assert kept_until(place) in told.text
    assert kept_until(place) in told.html
