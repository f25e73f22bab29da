"""The participant's own pages: only one's own, only what is for them, and nobody's private notes."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from portal.accounts.models import User
from portal.core import audit
from portal.core.models import AuditEvent, OutgoingMail
from portal.organisations.actions import load_key_figures
from portal.organisations.models import KeyFigureValue
from programs.actions import asking, learning
from programs.models import ChallengeNote, EvaluationReceipt, Material, OccasionAnswer, Place, Step
from programs.queries import my_pages as queries
from programs.queries.occasions import answer_path, evaluation_path
from programs.queries.places import place_token
from programs.states import PlaceState
from tests.accounts.people import log_in, make_staff
from tests.programs.builders import make_occasion
from tests.programs.places import make_place, make_round

pytestmark = pytest.mark.django_db
PAGES = ("my_place", "my_challenge", "my_cohort", "my_key_figures")
SECRET = "Mellan mig och min kudde"


@pytest.fixture
def place() -> Place:
    """A participant of a cohort with room for more."""
    return make_place(make_round(10), PlaceState.PARTICIPANT, email="deltagare@kommun.example")


@pytest.fixture
def me(place: Place, client: Client) -> Client:
    client.force_login(place.user or pytest.fail("no account"))
    return client


def text(client: Client, name: str, *arguments: object) -> str:
    response = client.get(reverse(name, args=arguments))
    assert response.status_code == 200, name
    return re.sub(r"\s+", " ", response.content.decode())


def day(days: int) -> dt.date:
    return timezone.localdate() + dt.timedelta(days=days)


@pytest.mark.parametrize(("ago", "asked"), [(-1, False), (0, True), (31, True), (60, True), (61, False)])
def test_an_evaluation_is_within_reach_exactly_as_long_as_it_is_open(
    me: Client, place: Place, ago: int, asked: bool
) -> None:
    occasion = make_occasion(place.cohort, 1, day(-ago - 1))
    address = evaluation_path(place, occasion)

    form = BeautifulSoup(me.get(address).content, "html.parser").select_one("main form textarea")

    assert (form is not None) == asked
    assert (address in text(me, "my_place", place.pk)) == asked


# --- Who may see what ------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("name", PAGES)
def test_whoever_is_not_logged_in_is_asked_to(client: Client, place: Place, name: str) -> None:
    response = client.get(reverse(name, args=[place.pk]))
    assert (response.status_code, response["Location"].partition("?")[0]) == (302, reverse("account_login"))


@pytest.mark.parametrize("name", PAGES)
def test_somebody_elses_place_does_not_exist_for_staff_either(client: Client, place: Place, name: str) -> None:
    learning.write_challenge_note(place, Step.PLATFORM, SECRET, "", by=audit.PERSON)
    log_in(client, make_staff())
    assert client.get(reverse(name, args=[place.pk])).status_code == 404
    assert client.post(reverse("my_challenge_step", args=[place.pk, 1]), {"private_text": "x"}).status_code == 404
    assert ChallengeNote.objects.get().private_text == SECRET


@pytest.mark.parametrize("name", PAGES)
def test_no_page_is_kept_by_the_browser(me: Client, place: Place, name: str) -> None:
    assert "no-store" in me.get(reverse(name, args=[place.pk]))["Cache-Control"]


@pytest.mark.parametrize(
    ("state", "statuses"),
    [
        (PlaceState.OFFERED, [200, 404, 404, 404]),
        (PlaceState.ACCEPTED, [200, 200, 404, 200]),
        (PlaceState.PARTICIPANT, [200, 200, 200, 200]),
        (PlaceState.COMPLETED, [200, 200, 200, 200]),
        (PlaceState.INTERRUPTED, [200, 404, 404, 404]),
        (PlaceState.WITHDRAWN, [404, 404, 404, 404]),
    ],
)
def test_how_far_one_has_come_decides_what_there_is(client: Client, state: PlaceState, statuses: list[int]) -> None:
    place = make_place(make_round(10), state)
    client.force_login(User.objects.get_or_create(email=place.email)[0])
    assert [client.get(reverse(name, args=[place.pk])).status_code for name in PAGES] == statuses


def test_a_place_is_bound_to_whoever_proves_its_address(client: Client) -> None:
    place = make_place(make_round(2), PlaceState.APPLIED, email="Sokande@Kommun.example")
    client.force_login(User.objects.create_user("sokande@kommun.example"))
    assert str(place.cohort) in text(client, "my_pages")
    assert Place.objects.get().user == User.objects.get(email="sokande@kommun.example")


def test_somebody_who_has_nothing_is_told_so(client: Client) -> None:
    client.force_login(User.objects.create_user("ny@kommun.example"))
    assert "Här finns inget ännu" in text(client, "my_pages")


# --- What is asked of me now -----------------------------------------------------------------------------------------
def test_an_offer_asks_for_an_answer_with_its_last_day(client: Client) -> None:
    place = make_place(make_round(2), PlaceState.OFFERED)
    [ask] = queries.asks_of(place)
    assert (ask.until, ask.url) == (place.answer_by, queries.link("manage_place", place_token(place)))


def test_an_unsent_application_is_asked_for() -> None:
    [ask] = queries.asks_of(make_place(make_round(2), PlaceState.INVITED))
    assert "Fortsätt" in ask.action
    assert "/program/ansokan/" in ask.url


def test_before_and_after_an_occasion_its_forms_are_asked_for_until_they_are_answered(place: Place) -> None:
    over, soon = make_occasion(place.cohort, 1, day(-5)), make_occasion(place.cohort, 2, day(10))
    make_occasion(place.cohort, 3, day(200))
    cancelled = make_occasion(place.cohort, 4, day(5))
    cancelled.cancelled_at = timezone.now()
    cancelled.save()
    assert [ask.action for ask in queries.asks_of(place)] == ["Svara inför tillfället", "Utvärdera tillfället"]

    OccasionAnswer.objects.create(occasion=soon, place=place, comes=True, delete_after=day(9))
    EvaluationReceipt.objects.create(occasion=over, place=place)
    assert queries.asks_of(place) == []


@pytest.mark.parametrize("state", [each for each in PlaceState if each != PlaceState.STARTED])
def test_whoever_a_mail_asks_about_occasions_finds_the_same_questions_on_the_page(state: PlaceState) -> None:
    place = make_place(make_round(10), state)
    over, soon = make_occasion(place.cohort, 1, day(-5)), make_occasion(place.cohort, 2, day(10))
    asking.ask_before_occasions()
    asking.ask_after_occasions()
    letters = {"programs/occasion_asked", "programs/evaluation_asked"}
    mails = set(OutgoingMail.objects.filter(letter__in=letters).values_list("letter", flat=True))

    addresses = {ask.url for ask in queries.asks_of(place)} & {answer_path(place, soon), evaluation_path(place, over)}

    assert len(addresses) == len(mails)
    assert (state == PlaceState.ACCEPTED) <= (mails == letters)


# --- Occasions and materials -----------------------------------------------------------------------------------------
def add_material(place: Place, title: str, **facts: object) -> None:
    kept = {"file_name": "a.pdf", "storage_name": title, "content_type": "application/pdf", "size": 1, "sha256": "0"}
    Material.objects.create(cohort=place.cohort, title=title, **kept, **facts)


def test_the_page_tells_when_where_and_what_there_is_to_read(me: Client, place: Place) -> None:
    occasion = make_occasion(place.cohort, 1, dt.date(2027, 3, 8))
    occasion.venue_name = "Den påhittade gården"
    occasion.save()
    add_material(place, "Inför första träffen", occasion=occasion)
    add_material(place, "Till alla träffar")
    add_material(place, "Senare", visible_from=day(1))
    shown = text(me, "my_place", place.pk)
    for expected in ("8–9 mars 2027", "Den påhittade gården", "Inför första träffen", "Till alla träffar"):
        assert expected in shown
    assert "Senare" not in shown


@pytest.mark.parametrize("state", [PlaceState.OFFERED, PlaceState.INTERRUPTED])
def test_materials_are_for_those_who_come(client: Client, state: PlaceState) -> None:
    place = make_place(make_round(2), state)
    add_material(place, "Bara för deltagare")
    client.force_login(User.objects.get_or_create(email=place.email)[0])
    assert "Bara för deltagare" not in text(client, "my_place", place.pk)


def test_the_calendar_gets_a_new_address_by_a_post_alone(me: Client, place: Place) -> None:
    address = reverse("renew_my_calendar", args=[place.pk])
    assert me.get(address).status_code == 405
    assert me.post(address).status_code == 303
    assert Place.objects.get().calendar_key != place.calendar_key


# --- The challenge ---------------------------------------------------------------------------------------------------
def test_notes_are_kept_step_by_step_and_the_trail_says_nothing_of_them(me: Client, place: Place) -> None:
    address = reverse("my_challenge_step", args=[place.pk, Step.PRACTICE])
    me.post(address, {"private_text": SECRET, "shared_text": "Vi prövar nya möten"})
    me.post(address, {"private_text": SECRET, "shared_text": ""})
    note = ChallengeNote.objects.get()
    assert (note.private_text, note.shared_text, note.delete_after) == (SECRET, "", place.delete_after)
    assert SECRET in text(me, "my_challenge", place.pk)
    trail = AuditEvent.objects.filter(event="programs.challenge_note_written").order_by("pk")
    assert [event.data for event in trail] == [{"step": 3, "shared": True}, {"step": 3, "shared": False}]


def test_too_long_a_note_is_shown_again_with_all_of_it(me: Client, place: Place) -> None:
    response = me.post(reverse("my_challenge_step", args=[place.pk, 1]), {"private_text": "å" * 10_001})
    assert response.status_code == 422
    assert "å" * 10_001 in response.content.decode()
    assert not ChallengeNote.objects.exists()


@pytest.mark.parametrize("step", [0, 5])
def test_there_are_four_steps(me: Client, place: Place, step: int) -> None:
    assert me.get(reverse("my_challenge_step", args=[place.pk, step])).status_code == 404


# --- The others ------------------------------------------------------------------------------------------------------
def test_only_those_who_want_to_be_seen_are_seen_and_never_their_own_notes(me: Client, place: Place) -> None:
    seen, hidden = (make_place(place.cohort, PlaceState.PARTICIPANT) for _ in range(2))
    Place.objects.filter(pk=seen.pk).update(name="Syns Gärna", is_listed=True)
    Place.objects.filter(pk=hidden.pk).update(name="Syns Inte")
    for other in (seen, hidden):
        learning.write_challenge_note(other, Step.PLATFORM, SECRET, f"Delat av {other.reference}", by=audit.PERSON)
    shown = text(me, "my_cohort", place.pk)
    assert "Syns Gärna" in shown
    assert "En deltagare till har inte valt att visas" in shown
    assert all(f"Delat av {other.reference}" in shown for other in (seen, hidden))
    assert "Syns Inte" not in shown
    assert SECRET not in shown


def test_those_of_another_cohort_and_those_who_left_are_not_there(me: Client, place: Place) -> None:
    for other in (
        make_place(make_round(3), PlaceState.PARTICIPANT),
        make_place(place.cohort, PlaceState.INTERRUPTED),
        make_place(place.cohort, PlaceState.ACCEPTED),
    ):
        Place.objects.filter(pk=other.pk).update(name="Inte här", is_listed=True)
    assert "Inte här" not in text(me, "my_cohort", place.pk)


def test_one_decides_oneself_whether_one_is_seen(me: Client, place: Place) -> None:
    for said, listed in (("ja", True), ("ja", True), ("nej", False)):
        me.post(reverse("my_cohort", args=[place.pk]), {"visas": said})
        assert Place.objects.get(pk=place.pk).is_listed is listed
    assert AuditEvent.objects.filter(event="programs.place_shown_to_cohort").count() == 2


# --- Key figures -----------------------------------------------------------------------------------------------------
def value(kpi: str, area: str, year: int, number: float, *, is_sample: bool = False) -> None:
    KeyFigureValue.objects.create(key_figure_id=kpi, area=area, year=year, value=number, is_sample=is_sample)


def test_key_figures_stand_with_their_source_and_date(me: Client, place: Place) -> None:
    load_key_figures()
    for year in (2024, 2025):
        value("N03920", place.organisation.kolada_id, year, 5.1)
        value("N03920", "0000", year, 6.2)
    shown = text(me, "my_key_figures", place.pk)
    assert "Källa: Kolada" in shown
    assert "Arbetslösa av befolkningen" in shown
    assert "<svg" in shown
    assert "Riket" in shown
    assert "Exempeldata" not in shown


def test_a_sample_is_called_one_and_never_kolada(me: Client, place: Place) -> None:
    load_key_figures()
    value("N03920", place.organisation.kolada_id, 2025, 5.1, is_sample=True)
    shown = text(me, "my_key_figures", place.pk)
    assert "Exempeldata" in shown
    assert "Kolada" not in shown


def test_without_any_figures_the_page_says_so(me: Client, place: Place) -> None:
    assert "inte hämtade" in text(me, "my_key_figures", place.pk)


# --- How much it costs -----------------------------------------------------------------------------------------------
def test_the_pages_ask_as_much_for_one_as_for_many(
    me: Client, place: Place, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    make_occasion(place.cohort, 1, day(10))
    counts = []
    for number in range(2):
        with django_assert_max_num_queries(40) as asked:
            text(me, "my_place", place.pk)
        with django_assert_max_num_queries(40) as asked_too:
            text(me, "my_cohort", place.pk)
        counts.append((len(asked), len(asked_too)))
        for other in range(3):
            make_occasion(place.cohort, 2 + other + 3 * number, day(20 + other))
            fellow = make_place(place.cohort, PlaceState.PARTICIPANT)
            Place.objects.filter(pk=fellow.pk).update(is_listed=True)
            learning.write_challenge_note(fellow, Step.PLATFORM, "", "Delat", by=audit.PERSON)
    assert counts[0] == counts[1]
