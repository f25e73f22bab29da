"""The workspace of a cohort: what it shows, and that it costs as much for 500 people as for 25."""

from __future__ import annotations

import datetime as dt
from itertools import cycle, islice

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.contrib.auth.models import Group
from django.test import Client
from pytest_django.fixtures import DjangoAssertNumQueries

from portal.accounts.actions import ensure_groups
from portal.core import audit
from portal.core.models import AuditEvent, OutgoingMail
from portal.core.outgoing import Letter, queue
from portal.core.states import MailState
from programs.actions import places as verbs
from programs.models import Attendance, Cohort, EvaluationReceipt, Occasion, OccasionAnswer, Place, Promotion
from programs.queries.occasions import count_answers, without_evaluation
from programs.queries.workspace import occasion_facts, people_of
from programs.states import CohortState, PlaceState
from tests.accounts.people import log_in, make_staff
from tests.programs.builders import make_occasion
from tests.programs.workspace_people import TODAY, fill, make_full_cohort, make_interest, make_place

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen")]
NOON = dt.datetime(2026, 11, 21, 12, tzinfo=dt.UTC)


@pytest.fixture
def frozen() -> object:
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def staff_client(frozen: object) -> Client:
    return log_in(Client(), make_staff())


def url(cohort: Cohort, tail: str = "") -> str:
    return f"/admin/programs/cohort/{cohort.pk}/arbetsyta/{tail}"


def soup(client: Client, cohort: Cohort, query: str = "") -> BeautifulSoup:
    response = client.get(url(cohort) + query)
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html.parser")


def words(page: BeautifulSoup, selector: str) -> list[str]:
    return [" ".join(found.get_text(" ", strip=True).split()) for found in page.select(selector)]


# --- Numbers, people, next things ------------------------------------------------------------------------------------
def test_the_numbers_that_matter_stand_at_the_top(staff_client: Client) -> None:
    cohort = make_full_cohort(capacity=5)
    states = "applied applied offered accepted participant waiting declined started"
    fill(cohort, map(PlaceState, states.split()))

    assert words(soup(staff_client, cohort), ".numbers li") == [
        "5 platser",
        "2 har tackat ja",
        "1 obesvarade erbjudanden",
        "2 lediga platser",
        "1 på reservlistan",
        "2 har sökt",
        "0 mejl som inte kom fram",
    ]


def test_an_application_that_is_not_sent_is_its_writers_own(staff_client: Client) -> None:
    cohort = make_full_cohort()
    make_place(cohort, "Hemlig Påbörjad", PlaceState.STARTED)
    assert "Hemlig" not in soup(staff_client, cohort).get_text()


def test_people_stand_in_their_states_with_the_verbs_at_hand(staff_client: Client) -> None:
    cohort = make_full_cohort()
    applied = make_place(cohort, "Åsa Öberg", PlaceState.APPLIED)
    make_place(cohort, "Bo Ek", PlaceState.PARTICIPANT, organisation="0180")

    page = soup(staff_client, cohort)

    assert words(page, ".people h3") == ["Har sökt (1)", "Deltagare (1)"]
    buttons = page.select(f"#plats-{applied.pk} button")
    assert [button["aria-label"] for button in buttons] == [
        "Erbjud plats: Åsa Öberg",
        "Sätt på reservlistan: Åsa Öberg",
    ]


def test_search_narrows_the_people(staff_client: Client) -> None:
    cohort = make_full_cohort()
    make_place(cohort, "Åsa Öberg")
    make_place(cohort, "Bo Ek", organisation="0180")
    assert words(soup(staff_client, cohort, "?q=ÖBERG"), ".people .person__name") == ["Åsa Öberg"]
    assert words(soup(staff_client, cohort, "?q=stockholm"), ".people .person__name") == ["Bo Ek"]


# One and the same person, as staff has heard or read of them.
WAYS_TO_FIND = ["%2B46 70-174 06 45", "0701740645", "sam7k3f9qxz", "7K3F 9QXZ", "stockholms stad", "bo stockholms län"]


@pytest.mark.parametrize("typed", WAYS_TO_FIND)
def test_people_are_found_by_number_reference_and_where_they_come_from(staff_client: Client, typed: str) -> None:
    cohort = make_full_cohort()
    make_place(cohort, "Åsa Öberg")
    place = make_place(cohort, "Bo Ek", organisation="0180", phone="070 174 06 45", phone_e164="+46701740645")
    place.reference = "SAM-7K3F-9QXZ"
    place.save()
    assert words(soup(staff_client, cohort, f"?q={typed}"), ".people .person__name") == ["Bo Ek"]


@pytest.mark.parametrize("typed", WAYS_TO_FIND)
def test_those_interested_are_found_as_all_others(staff_client: Client, typed: str) -> None:
    cohort = make_full_cohort()
    make_interest(cohort, "Åsa Öberg")
    row = make_interest(cohort, "Bo Ek", organisation="0180", phone="070 174 06 45", phone_e164="+46701740645")
    row.reference = "SAM-7K3F-9QXZ"
    row.save()
    assert words(soup(staff_client, cohort, f"?intresse={typed}"), "#intresserade .person__name") == ["Bo Ek"]


def test_two_from_the_same_body_are_pointed_out(staff_client: Client) -> None:
    cohort = make_full_cohort()
    first = make_place(cohort, "Anna Ett", PlaceState.ACCEPTED, organisation="0980")
    second = make_place(cohort, "Bo Två", PlaceState.APPLIED, organisation="09")
    make_place(cohort, "Cia Tre", PlaceState.DECLINED, organisation="09")

    page = soup(staff_client, cohort)

    assert words(page, f"#plats-{first.pk} .person__same") == ["Samma organisation som Bo Två"]
    assert words(page, f"#plats-{second.pk} .person__same") == ["Samma organisation som Anna Ett"]
    assert len(words(page, ".person__same")) == 2


def test_a_mail_that_did_not_arrive_is_named_until_one_does(staff_client: Client) -> None:
    cohort = make_full_cohort()
    place = make_place(cohort, "Åsa Öberg", PlaceState.INVITED)
    mail = _mail(place, "a")
    OutgoingMail.objects.filter(pk=mail.pk).update(state=MailState.FAILED, not_before=None)

    page = soup(staff_client, cohort)
    assert "1 mejl som inte kom fram" in words(page, ".numbers li")
    assert words(page, ".todo__item--negative") == ["Ett mejl kom inte fram."]
    assert words(page, "#mejl li") == [f"Åsa Öberg : {mail.subject} (kunde inte skickas)"]

    _mail(place, "b")
    assert "0 mejl som inte kom fram" in words(soup(staff_client, cohort), ".numbers li")


def _mail(place: Place, key: str) -> OutgoingMail:
    context = {"place": place, "cohort": place.cohort}
    return queue(Letter("programs/place_withdrawn", place.email, context), about=place, key=key)


def test_what_to_do_next(staff_client: Client) -> None:
    cohort = make_full_cohort(capacity=4)
    Cohort.objects.filter(pk=cohort.pk).update(
        state=CohortState.APPLICATION_OPEN,
        application_closes_at=dt.datetime(2026, 11, 25, 22, 59, tzinfo=dt.UTC),
        promotion=Promotion.BY_STAFF,
    )
    make_place(cohort, "A", PlaceState.OFFERED, answer_by=TODAY + dt.timedelta(days=2), organisation="0180")
    make_place(cohort, "B", PlaceState.OFFERED, answer_by=TODAY - dt.timedelta(days=1), organisation="0114")
    make_place(cohort, "C", PlaceState.WAITING)
    make_place(cohort, "D", PlaceState.INVITED)
    participant = make_place(cohort, "E", PlaceState.PARTICIPANT)
    make_occasion(cohort, 1, TODAY - dt.timedelta(days=5))
    coming = make_occasion(cohort, 2, TODAY + dt.timedelta(days=10))

    assert words(soup(staff_client, cohort), ".todo__item") == [
        "Ett erbjudande har gått ut.",
        "Ett erbjudande är obesvarat och går ut 23 november 2026.",
        "En plats är ledig och 1 står på reservlistan.",
        "Ansökan stänger 25 november 2026 klockan 23.59. 1 inbjudna har inte sökt än.",
        "Närvaron vid ”Tema 1” är inte noterad.",
        "En har inte svarat inför ”Tema 2” 1 december 2026.",
        "En utvärdering av ”Tema 1” saknas.",
    ]
    OccasionAnswer.objects.create(occasion=coming, place=participant, comes=True, delete_after=TODAY)
    assert not [line for line in words(soup(staff_client, cohort), ".todo__item") if "svarat inför" in line]


def answer(occasion: Occasion, place: Place, *, comes: bool = True) -> None:
    OccasionAnswer.objects.create(occasion=occasion, place=place, comes=comes, delete_after=TODAY)


def note(occasion: Occasion, place: Place, *, present: bool) -> None:
    Attendance.objects.create(
        occasion=occasion, place=place, day=occasion.starts_on, present=present, delete_after=TODAY
    )


def test_those_who_have_said_yes_are_asked_before_an_occasion_and_counted_with_the_others(staff_client: Client) -> None:
    cohort = make_full_cohort()
    occasion = make_occasion(cohort, 1, TODAY + dt.timedelta(days=10))
    answer(occasion, make_place(cohort, "A", PlaceState.ACCEPTED))
    answer(occasion, make_place(cohort, "B", PlaceState.PARTICIPANT), comes=False)
    answer(occasion, make_place(cohort, "C", PlaceState.INTERRUPTED))
    make_place(cohort, "D", PlaceState.ACCEPTED)
    make_place(cohort, "E", PlaceState.OFFERED)

    page = soup(staff_client, cohort)

    told = words(page, ".occasions .quiet")
    assert told == ["1 kommer, 2 av 3 har svarat, 0 på plats, 0 utvärderingar"]
    assert "En har inte svarat inför ”Tema 1” 1 december 2026." in words(page, ".todo__item")


def test_whoever_was_away_is_not_on_the_spot_and_is_missed_in_no_evaluation(staff_client: Client) -> None:
    cohort = make_full_cohort()
    occasion = make_occasion(cohort, 1, TODAY - dt.timedelta(days=5))
    there = make_place(cohort, "A", PlaceState.PARTICIPANT)
    note(occasion, there, present=True)
    note(occasion, make_place(cohort, "B", PlaceState.PARTICIPANT), present=False)

    page = soup(staff_client, cohort)
    assert words(page, ".occasions .quiet") == ["0 kommer, 0 av 2 har svarat, 1 på plats, 0 utvärderingar"]
    assert "En utvärdering av ”Tema 1” saknas." in words(page, ".todo__item")

    EvaluationReceipt.objects.create(occasion=occasion, place=there)
    assert not [line for line in words(soup(staff_client, cohort), ".todo__item") if "Tema 1" in line]


@pytest.mark.parametrize("is_noted", [False, True])
def test_the_workspace_counts_the_same_people_as_the_pages_of_the_occasion(*, is_noted: bool) -> None:
    """Somebody in each state and of each sort, so that whoever counts others than those who are asked is found out."""
    cohort = make_full_cohort(capacity=None)
    occasion, other = (make_occasion(cohort, number, TODAY + dt.timedelta(days=9)) for number in (1, 2))
    for number, state in enumerate(list(PlaceState) * 6):
        place = make_place(cohort, f"Person {number}", state)
        sort = number // len(PlaceState)
        if sort < 4:
            answer(occasion, place, comes=sort < 3)
        if is_noted and sort != 3:
            note(occasion, place, present=sort % 2 == 0)
        if sort in (0, 1):
            EvaluationReceipt.objects.create(occasion=occasion, place=place)

    told, empty = occasion_facts(cohort, people_of(cohort))

    counted = count_answers(occasion)
    assert (told.asked, told.answers, told.coming) == (counted.asked, counted.comes + counted.stays_away, counted.comes)
    assert (told.unanswered, told.unevaluated) == (counted.missing, without_evaluation(occasion).count())
    assert told.is_attendance_taken == is_noted
    assert (empty.occasion, empty.asked, empty.unanswered) == (other, told.asked, told.asked)
    assert empty.unevaluated == without_evaluation(other).count()


def test_a_cancelled_occasion_asks_for_nothing(staff_client: Client) -> None:
    cohort = make_full_cohort()
    make_place(cohort, "E", PlaceState.PARTICIPANT)
    make_occasion(cohort, 1, TODAY + dt.timedelta(days=10))
    Occasion.objects.update(cancelled_at=NOON)
    assert words(soup(staff_client, cohort), "#att-gora ~ .quiet") == ["Ingenting väntar på dig just nu."]


# --- Who is interested -----------------------------------------------------------------------------------------------
def test_those_interested_without_a_place_can_be_invited(staff_client: Client) -> None:
    cohort = make_full_cohort()
    make_interest(cohort, "Åsa Öberg")
    make_interest(cohort, "Har Plats", email="har@kommun.example")
    make_place(cohort, "Har Plats", PlaceState.INVITED, email="har@kommun.example")
    make_interest(cohort, "Drog Sig Ur", email="ur@kommun.example")
    make_place(cohort, "Drog Sig Ur", PlaceState.WITHDRAWN, email="ur@kommun.example")

    assert set(words(soup(staff_client, cohort), "#intresserade .person__name")) == {"Åsa Öberg", "Drog Sig Ur"}


# --- Timeline --------------------------------------------------------------------------------------------------------
def test_the_timeline_tells_in_plain_swedish_who_did_what(staff_client: Client) -> None:
    cohort = make_full_cohort()
    place = make_place(cohort, "Åsa Öberg")
    verbs.offer(place, TODAY + dt.timedelta(days=9), by=audit.SYSTEM)
    verbs.accept(place, by=audit.PERSON)
    other = make_full_cohort_of_another_year(cohort)
    verbs.put_on_waiting_list(make_place(other, "Någon Annan"), by=audit.SYSTEM)

    assert words(soup(staff_client, cohort), ".timeline li") == [
        "21 november 2026 klockan 13.00 Åsa Öberg tackade ja (personen själv)",
        "21 november 2026 klockan 13.00 Åsa Öberg erbjöds en plats, svar senast 30 november 2026 (systemet)",
    ]
    page = BeautifulSoup(staff_client.get(url(cohort, "handelser/")).content, "html.parser")
    assert len(words(page, ".timeline li")) == 2


def make_full_cohort_of_another_year(cohort: Cohort) -> Cohort:
    return Cohort.objects.create(programme=cohort.programme, year=2030, capacity=25)


# --- Who may ---------------------------------------------------------------------------------------------------------
def test_a_handler_may_do_all_of_it_and_staff_without_the_role_nothing() -> None:
    cohort = make_full_cohort()
    make_place(cohort, "Åsa Öberg")
    handler = make_staff("handlaggare@skr.example", is_superuser=False)
    ensure_groups()
    stranger = log_in(Client(), make_staff("annan@skr.example", is_superuser=False))
    handler.groups.set(Group.objects.all())
    client = log_in(Client(), handler)

    assert words(soup(client, cohort), ".bar select") != []
    assert words(soup(client, cohort), ".wishes legend") != []
    assert stranger.get(url(cohort)).status_code == 403
    assert stranger.post(url(cohort, "gor/"), {"verb": "offer"}).status_code == 403
    assert Client().get(url(cohort)).status_code == 302


@pytest.mark.parametrize("tail", ["gor/", "reservlista/", "onskemal/"])
def test_what_changes_something_is_posted(staff_client: Client, tail: str) -> None:
    assert staff_client.get(url(make_full_cohort(), tail)).status_code == 405


# --- Cost ------------------------------------------------------------------------------------------------------------
def test_500_people_cost_as_many_queries_as_25(
    staff_client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    cohort = make_full_cohort()
    states = [state for state in PlaceState if state != PlaceState.STARTED]
    staff_client.get(url(cohort))
    counted = []
    for size in (25, 475):
        for place in fill(cohort, islice(cycle(states), size)):
            audit.record("programs.place_applied", place, by=audit.PERSON)
        _mail(Place.objects.filter(cohort=cohort).latest("created_at"), f"mail-{size}")
        make_interest(cohort, f"Intresserad {size}")
        with django_assert_max_num_queries(100) as captured:
            page = soup(staff_client, cohort)
        counted.append(len(captured))
        assert len(page.select("#personer .person")) == Place.objects.filter(cohort=cohort).count()
    assert counted[0] == counted[1] <= 35
    assert AuditEvent.objects.count() == 500
