"""The verbs on the workspace: shown before they are done, done one by one, each refusal told by itself."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.contrib.messages import get_messages
from django.http import HttpResponse
from django.test import Client

from portal.core.models import AuditEvent, OutgoingMail
from programs.admin.workspace_verbs import AT_HAND, BY_CODE, INVITE, OFFER, VERBS
from programs.models import Cohort, Place, Promotion
from programs.states import PLACE_TRANSITIONS, PlaceState
from tests.accounts.people import log_in, make_staff
from tests.programs.workspace_people import TODAY, make_full_cohort, make_interest, make_place

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff_client() -> Iterator[Client]:
    with time_machine.travel(dt.datetime(2026, 11, 21, 12, tzinfo=dt.UTC), tick=False):
        yield log_in(Client(), make_staff())


def choose(client: Client, cohort: Cohort, **fields: object) -> HttpResponse:
    return _response(client.post(f"/admin/programs/cohort/{cohort.pk}/arbetsyta/gor/", fields))


def _response(answer: object) -> HttpResponse:
    """The test client dresses its answers up; what is read of them here is an ordinary response."""
    assert isinstance(answer, HttpResponse)
    return answer


def confirm(client: Client, cohort: Cohort, shown: HttpResponse) -> HttpResponse:
    """Press the button of the page that was shown, with all that it carries."""
    form = BeautifulSoup(shown.content, "html.parser").select_one(".review form")
    assert form is not None
    fields: dict[str, list[str]] = {}
    for control in form.select("input[name]:not([name=again])"):
        fields.setdefault(str(control["name"]), []).append(str(control["value"]))
    return choose(client, cohort, **fields)


def told(response: HttpResponse) -> list[str]:
    return [str(message) for message in get_messages(response.wsgi_request)]  # type: ignore[attr-defined]


def texts(response: HttpResponse, selector: str) -> list[str]:
    page = BeautifulSoup(response.content, "html.parser")
    return [" ".join(found.get_text(" ", strip=True).split()) for found in page.select(selector)]


def counts() -> tuple[int, int]:
    return AuditEvent.objects.count(), OutgoingMail.objects.count()


# --- The table -------------------------------------------------------------------------------------------------------
def test_every_verb_goes_only_ways_that_the_table_knows() -> None:
    wrong = [
        (verb.code, source)
        for verb in VERBS
        for source in verb.sources
        if not PLACE_TRANSITIONS.allows(source, verb.target)
    ]
    assert wrong == []
    assert [
        (state, code) for state, codes in AT_HAND.items() for code in codes if state not in BY_CODE[code].sources
    ] == []


def test_staff_can_take_every_way_that_is_theirs() -> None:
    """What is left is the person's own (to send an application) or beat's (to let something lapse)."""
    ways = {(state, after) for state in PlaceState for after in PLACE_TRANSITIONS.after(state)}
    covered = {(source, verb.target) for verb in VERBS for source in verb.sources}
    S = PlaceState  # noqa: N806 - a table of states
    assert ways - covered == {
        (S.STARTED, S.APPLIED),
        (S.STARTED, S.WITHDRAWN),
        (S.INVITED, S.APPLIED),
        (S.INVITED, S.LAPSED),
        (S.OFFERED, S.LAPSED),
        # Its sender gave the address of somebody who has a place.
        (S.APPLIED, S.STARTED),
    }


# --- Before the click ------------------------------------------------------------------------------------------------
def test_before_the_click_names_letters_and_consequences_are_shown_and_nothing_is_done(staff_client: Client) -> None:
    cohort = make_full_cohort()
    place = make_place(cohort, "Åsa Öberg", email="asa@kommun.example")
    before = counts()

    shown = choose(staff_client, cohort, verb=OFFER, place=[place.pk])

    assert shown.status_code == 200
    assert texts(shown, ".review__row > p") == ["Åsa Öberg , Malmö: har sökt → erbjuden plats"]
    (summary,) = texts(shown, ".review__row summary")
    assert summary.startswith("Mejl till asa@kommun.example: ")
    (mail,) = texts(shown, ".review__mail")
    assert "Åsa Öberg" in mail
    assert "1 december 2026" in mail
    place.refresh_from_db()
    assert (place.state, counts()) == (PlaceState.APPLIED, before)


def test_another_last_day_is_shown_in_the_letter_and_then_holds(staff_client: Client) -> None:
    cohort = make_full_cohort()
    place = make_place(cohort, "Åsa Öberg")

    shown = choose(staff_client, cohort, verb=OFFER, place=[place.pk], answer_by="2026-12-24", again="x")
    assert "24 december 2026" in texts(shown, ".review__mail")[0]
    confirm(staff_client, cohort, shown)

    place.refresh_from_db()
    assert (place.state, place.answer_by) == (PlaceState.OFFERED, dt.date(2026, 12, 24))


@pytest.mark.parametrize("day", ["2026-13-45", "i morgon", ""])
def test_a_day_that_is_none_becomes_the_usual_one(staff_client: Client, day: str) -> None:
    cohort = make_full_cohort()
    place = make_place(cohort, "Åsa Öberg")
    shown = choose(staff_client, cohort, verb=OFFER, place=[place.pk], answer_by=day)
    assert "1 december 2026" in texts(shown, ".review__mail")[0]


def test_who_is_promoted_by_it_is_shown_too(staff_client: Client) -> None:
    cohort = make_full_cohort(capacity=1)
    Cohort.objects.filter(pk=cohort.pk).update(promotion=Promotion.BY_ITSELF)
    place = make_place(cohort, "Åsa Öberg", PlaceState.ACCEPTED)
    make_place(cohort, "Bo Ek", PlaceState.WAITING, email="bo@kommun.example", organisation="0180")

    shown = choose(staff_client, cohort, verb="withdraw", place=[place.pk])

    assert [text.split(":")[0] for text in texts(shown, ".review__row summary")] == [
        f"Mejl till {place.email}",
        "Mejl till bo@kommun.example",
    ]


# --- One and many ----------------------------------------------------------------------------------------------------
def test_many_are_done_one_by_one_with_one_event_and_one_mail_each(staff_client: Client) -> None:
    cohort = make_full_cohort()
    places = [make_place(cohort, f"Person {number}") for number in range(3)]

    shown = choose(staff_client, cohort, verb="put_on_waiting_list", place=[place.pk for place in places])
    before = counts()
    done = confirm(staff_client, cohort, shown)

    assert done.status_code == 302
    assert told(done) == ["Sätt på reservlistan: klart för 3 personer. Mejlen är på väg."]
    assert Place.objects.waiting().count() == 3
    assert [after - then for after, then in zip(counts(), before, strict=True)] == [3, 3]


def test_all_of_a_state_are_chosen_with_one_tick(staff_client: Client) -> None:
    cohort = make_full_cohort()
    for number in range(3):
        make_place(cohort, f"Person {number}")
    make_place(cohort, "Deltagare", PlaceState.PARTICIPANT)
    shown = choose(staff_client, cohort, verb=OFFER, group=["applied"])
    assert len(texts(shown, ".review__row")) == 3


def test_the_last_place_goes_to_whoever_stood_first_on_the_page(staff_client: Client) -> None:
    cohort = make_full_cohort(capacity=1)
    first, second = make_place(cohort, "Åsa Öberg"), make_place(cohort, "Bo Ek", PlaceState.WAITING)
    for order in ([first, second], [second, first]):
        shown = choose(staff_client, cohort, verb=OFFER, place=[place.pk for place in order])
        assert texts(shown, ".review__row > p")[0].startswith(order[0].name)


def test_the_button_at_a_row_is_for_that_person_alone(staff_client: Client) -> None:
    cohort = make_full_cohort()
    wanted, ticked = make_place(cohort, "Åsa Öberg"), make_place(cohort, "Bo Ek")
    shown = choose(staff_client, cohort, one=f"offer:{wanted.pk}", verb="not_admit", place=[ticked.pk])
    assert [text.split(" ,")[0] for text in texts(shown, ".review__row > p")] == ["Åsa Öberg"]


def test_who_cannot_is_told_before_and_after(staff_client: Client) -> None:
    cohort = make_full_cohort(capacity=1)
    first, second = make_place(cohort, "Åsa Öberg"), make_place(cohort, "Bo Ek")
    third = make_place(cohort, "Cia Lund", PlaceState.DECLINED)

    shown = choose(staff_client, cohort, verb=OFFER, place=[first.pk, second.pk, third.pk])
    refusals = texts(shown, ".review > ul li")
    assert len(texts(shown, ".review__row")) == 1
    assert len(refusals) == 2
    assert "Cia Lund : Läget är ”Har tackat nej” och kan inte bli ”Erbjuden plats”." in refusals
    assert any(refusal.endswith(": Det finns ingen ledig plats.") for refusal in refusals)

    # Somebody else takes the last place while the page stands open.
    taken = make_place(cohort, "Dan Vik", PlaceState.ACCEPTED)
    done = confirm(staff_client, cohort, shown)
    assert [text.split(": ", 1)[1] for text in told(done)] == ["Det finns ingen ledig plats."]
    assert Place.objects.filter(cohort=cohort).holding().get() == taken


def test_whoever_moved_meanwhile_is_left_alone(staff_client: Client) -> None:
    cohort = make_full_cohort()
    place = make_place(cohort, "Åsa Öberg", PlaceState.OFFERED)
    shown = choose(staff_client, cohort, verb="withdraw", place=[place.pk])
    Place.objects.filter(pk=place.pk).update(state=PlaceState.ACCEPTED, answer_by=None)

    done = confirm(staff_client, cohort, shown)

    assert told(done) == ["Åsa Öberg: Läget har ändrats till ”Har tackat ja” sedan du valde."]
    place.refresh_from_db()
    assert place.state == PlaceState.ACCEPTED


def test_pressing_twice_does_it_once(staff_client: Client) -> None:
    cohort = make_full_cohort()
    place = make_place(cohort, "Åsa Öberg")
    shown = choose(staff_client, cohort, verb=OFFER, place=[place.pk])
    confirm(staff_client, cohort, shown)
    again = confirm(staff_client, cohort, shown)
    assert told(again)[-1] == "Åsa Öberg: Läget har ändrats till ”Erbjuden plats” sedan du valde."
    assert OutgoingMail.objects.about(place).count() == 1


@pytest.mark.parametrize(
    ("fields", "answer"),
    [
        ({"verb": OFFER}, "Välj minst en person."),
        ({"verb": "", "group": "applied"}, "Välj vad du vill göra med de valda."),
        ({"verb": "eat", "group": "applied"}, "Välj vad du vill göra med de valda."),
        ({"one": "offer:nobody"}, "Välj minst en person."),
        ({"verb": OFFER, "place": "nobody", "seen": "x"}, "Välj minst en person."),
        ({"verb": INVITE, "interest": "nobody"}, "Välj minst en person."),
    ],
)
def test_a_choice_of_nothing_says_what_is_missing(staff_client: Client, fields: dict[str, str], answer: str) -> None:
    cohort = make_full_cohort()
    make_place(cohort, "Åsa Öberg")
    response = choose(staff_client, cohort, **fields)
    assert (response.status_code, told(response)) == (302, [answer])


def test_people_of_another_cohort_are_out_of_reach(staff_client: Client) -> None:
    cohort = make_full_cohort()
    other = Cohort.objects.create(programme=cohort.programme, year=2030, capacity=5)
    stranger = make_place(other, "Någon Annan")
    assert told(choose(staff_client, cohort, verb=OFFER, place=[stranger.pk])) == ["Välj minst en person."]


# --- Invitations -----------------------------------------------------------------------------------------------------
def test_everybody_interested_is_invited_with_one_tick(staff_client: Client) -> None:
    cohort = make_full_cohort()
    interests = [make_interest(cohort, f"Intresserad {number}") for number in range(30)]

    shown = choose(staff_client, cohort, verb=INVITE, all_interested="1")
    assert len(texts(shown, ".review__row")) == 30
    assert not Place.objects.exists()
    confirm(staff_client, cohort, shown)

    places = Place.objects.filter(cohort=cohort, state=PlaceState.INVITED)
    assert set(places.values_list("interest", flat=True)) == {interest.pk for interest in interests}
    assert OutgoingMail.objects.filter(letter="programs/place_invited").count() == 30


def test_somebody_else_is_invited_by_a_form(staff_client: Client) -> None:
    cohort = make_full_cohort()
    url = f"/admin/programs/cohort/{cohort.pk}/arbetsyta/bjud-in/"
    answers = {"name": "Åsa Öberg", "email": "asa@kommun.example", "organisation": "1280", "role": "kso", "side": ""}

    wrong = _response(staff_client.post(url, {**answers, "email": "asa"}))
    assert wrong.status_code == 422
    assert texts(wrong, ".errornote a") != []
    assert staff_client.post(url, answers).status_code == 302
    again = staff_client.post(url, answers)

    assert again.status_code == 422
    assert "Personen finns redan i kullen." in again.content.decode()
    assert Place.objects.get().state == PlaceState.INVITED


# --- Waiting list ----------------------------------------------------------------------------------------------------
def test_up_and_down_the_waiting_list(staff_client: Client) -> None:
    cohort = make_full_cohort()
    a, b, c = (make_place(cohort, name, PlaceState.WAITING) for name in "ABC")
    url = f"/admin/programs/cohort/{cohort.pk}/arbetsyta/reservlista/"

    response = staff_client.post(url, {"move": f"up:{c.pk}"})
    assert response.headers["Location"].endswith(f"#plats-{c.pk}")
    assert list(Place.objects.filter(cohort=cohort).waiting()) == [a, c, b]
    staff_client.post(url, {"move": f"down:{a.pk}"})
    assert list(Place.objects.filter(cohort=cohort).waiting()) == [c, a, b]
    staff_client.post(url, {"move": f"up:{c.pk}"})
    staff_client.post(url, {"move": f"sideways:{c.pk}"})
    assert list(Place.objects.filter(cohort=cohort).waiting()) == [c, a, b]
    assert staff_client.post(url, {"move": "up:nobody"}).status_code == 404


# --- Wishes ----------------------------------------------------------------------------------------------------------
def test_wishes_are_set_on_the_page_and_audited_once(staff_client: Client) -> None:
    cohort = make_full_cohort()
    url = f"/admin/programs/cohort/{cohort.pk}/arbetsyta/onskemal/"

    for _time in range(2):
        staff_client.post(url, {"wish-side-opposition": "40", "wish-county-12": "10", "wish-side-majority": ""})

    assert sorted(cohort.wishes.values_list("dimension", "value", "percent")) == [
        ("county", "12", 10),
        ("side", "opposition", 40),
    ]
    assert AuditEvent.objects.filter(event="programs.wishes_set").count() == 1
    staff_client.post(url, {})
    assert not cohort.wishes.exists()


@pytest.mark.parametrize(
    "fields",
    [
        {"wish-side-opposition": "60", "wish-side-majority": "50"},
        {"wish-side-opposition": "101"},
        {"wish-side-opposition": "-1"},
        {"wish-side-opposition": "många"},
    ],
)
def test_wishes_that_cannot_be_are_refused_with_what_was_typed(staff_client: Client, fields: dict[str, str]) -> None:
    cohort = make_full_cohort()
    response = staff_client.post(f"/admin/programs/cohort/{cohort.pk}/arbetsyta/onskemal/", fields)
    assert response.status_code == 422
    page = BeautifulSoup(response.content, "html.parser")
    control = page.select_one("input[name=wish-side-opposition]")
    assert control is not None
    assert control["value"] == fields["wish-side-opposition"]
    assert page.select(".errornote li") != []
    assert not cohort.wishes.exists()


def test_the_day_is_counted_from_today(staff_client: Client) -> None:
    """An offer whose last day is over is refused in words."""
    cohort = make_full_cohort()
    place = make_place(cohort, "Åsa Öberg")
    yesterday = (TODAY - dt.timedelta(days=1)).isoformat()
    shown = choose(staff_client, cohort, verb=OFFER, place=[place.pk], answer_by=yesterday)
    assert texts(shown, ".review > ul li") == ["Åsa Öberg : Sista dagen att svara har redan varit."]
