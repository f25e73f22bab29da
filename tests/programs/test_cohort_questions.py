"""Admin asks before a cohort comes to a state from which no button leads straight back."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup
from django.test import Client

from programs.models import Cohort
from programs.states import CohortState, PlaceState
from tests.accounts.people import log_in, make_staff
from tests.programs.builders import make_cohort, make_programme
from tests.programs.places import make_place, make_round
from tests.programs.test_catalogue_admin import form_data

pytestmark = pytest.mark.django_db

COHORTS = "/admin/programs/cohort/"


@pytest.fixture
def staff_client() -> Client:
    return log_in(Client(), make_staff())


def choose(to: CohortState, *cohorts: Cohort) -> dict[str, object]:
    return {"action": f"move_to_{to.value}", "_selected_action": [str(cohort.pk) for cohort in cohorts]}


def pressed(page: bytes) -> dict[str, list[str]]:
    """What the question's own button sends."""
    found: dict[str, list[str]] = {}
    for field in BeautifulSoup(page, "html.parser").select("#content form input[name]"):
        found.setdefault(str(field["name"]), []).append(str(field["value"]))
    return found


def words(content: bytes) -> str:
    return BeautifulSoup(content, "html.parser").get_text(" ", strip=True)


@pytest.mark.parametrize(
    ("before", "to"),
    [
        (CohortState.CLOSED, CohortState.STARTED),
        (CohortState.STARTED, CohortState.COMPLETED),
        (CohortState.APPLICATION_OPEN, CohortState.CANCELLED),
    ],
)
def test_what_has_no_way_straight_back_is_asked_about_in_the_list(
    staff_client: Client, before: CohortState, to: CohortState
) -> None:
    place = make_place(make_round(10), PlaceState.PARTICIPANT)
    cohort, other = place.cohort, make_cohort(make_programme(slug="annat"), 2031, CohortState.PLANNED)
    Cohort.objects.filter(pk=cohort.pk).update(state=before)
    Cohort.objects.filter(pk=other.pk).update(state=CohortState.COMPLETED)

    question = staff_client.post(COHORTS, choose(to, cohort, other))
    cohort.refresh_from_db()

    assert cohort.state == before
    assert f"{cohort}: {before.label.lower()}, 1 person" in words(question.content)
    # One that cannot come there is not asked about; it is told once the others are answered for.
    assert f"{other}:" not in words(question.content)
    answered = staff_client.post(COHORTS, pressed(question.content), follow=True)
    cohort.refresh_from_db()
    assert cohort.state == to
    assert f"{other} har läget ”Genomförd” och kan inte få läget ”{to.label}”." in words(answered.content)


def test_what_has_a_way_straight_back_is_not_asked_about(staff_client: Client) -> None:
    cohort = make_cohort(make_programme(), 2027, CohortState.APPLICATION_OPEN)

    staff_client.post(COHORTS, choose(CohortState.CLOSED, cohort))

    assert Cohort.objects.get().state == CohortState.CLOSED


def test_a_button_of_the_form_saves_and_then_asks(staff_client: Client) -> None:
    cohort = make_cohort(make_programme(), 2027, CohortState.STARTED)
    page = f"{COHORTS}{cohort.pk}/change/"

    asked = staff_client.post(page, form_data(cohort, fee="24000", _move_completed="x"), follow=True)
    saved = Cohort.objects.get()

    assert (saved.fee, saved.state) == (24000, CohortState.STARTED)
    assert "Läget går inte att ändra mer efter det." in words(asked.content)
    assert "Ändringarna är sparade." in words(asked.content)
    done = staff_client.post(asked.redirect_chain[-1][0], pressed(asked.content))
    assert done.headers["Location"] == page
    assert Cohort.objects.get().state == CohortState.COMPLETED


@pytest.mark.parametrize("to", ["closed", "nonsense"])
def test_there_is_no_question_about_anything_else(staff_client: Client, to: str) -> None:
    cohort = make_cohort(make_programme(), 2027, CohortState.APPLICATION_OPEN)

    assert staff_client.post(f"{COHORTS}{cohort.pk}/lage/{to}/", {"confirmed": "1"}).status_code == 404
    assert Cohort.objects.get().state == CohortState.APPLICATION_OPEN


def test_the_question_is_for_those_who_may_move_cohorts() -> None:
    cohort = make_cohort(make_programme(), 2027, CohortState.STARTED)
    reader = log_in(Client(), make_staff("las@skr.example", is_superuser=False))

    answer = reader.post(f"{COHORTS}{cohort.pk}/lage/completed/", {"confirmed": "1"})

    assert answer.status_code == 403
    assert Cohort.objects.get().state == CohortState.STARTED
