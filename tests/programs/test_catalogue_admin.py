"""Staff edits facts in admin; states are moved by buttons, through the action and its audit."""

from __future__ import annotations

import pytest
from django.contrib import admin
from django.contrib.messages.middleware import MessageMiddleware
from django.contrib.sessions.middleware import SessionMiddleware
from django.forms import ModelChoiceField
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.test import RequestFactory
from django.urls import resolve

from portal.accounts.models import User
from portal.core.models import AuditEvent
from programs.admin.catalogue import MOVES, CohortAdmin
from programs.models import Cohort, InterestRound, Programme
from programs.states import CohortState
from tests.programs.builders import make_cohort, make_programme, make_theme

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff() -> User:
    return User.objects.create_superuser("redaktor@skr.example")


@pytest.fixture
def cohort_admin() -> CohortAdmin:
    found = admin.site.get_model_admin(Cohort)
    assert isinstance(found, CohortAdmin)
    return found


def request_of(user: User, data: dict[str, str] | None = None) -> HttpRequest:
    """A request as admin sees it, past the log-in that is tested elsewhere."""
    request = RequestFactory().post("/admin/", data or {})
    request.user = user
    SessionMiddleware(lambda _request: HttpResponse()).process_request(request)
    MessageMiddleware(lambda _request: HttpResponse()).process_request(request)
    request.__dict__["_dont_enforce_csrf_checks"] = True
    return request


def form_data(cohort: Cohort, **changes: str) -> dict[str, str]:
    """What the cohort's form posts when staff changes one field or presses a button."""
    return {
        "programme": str(cohort.programme_id),
        "year": str(cohort.year),
        "number": str(cohort.number),
        "answer_days": "10",
        "promotion": "by_staff",
        "occasions-TOTAL_FORMS": "0",
        "occasions-INITIAL_FORMS": "0",
        **changes,
    }


def test_every_state_has_a_button_text() -> None:
    assert set(MOVES) == set(CohortState)


def test_a_button_saves_the_form_moves_the_cohort_and_audits_who(cohort_admin: CohortAdmin, staff: User) -> None:
    cohort = make_cohort(make_programme(), 2026, CohortState.APPLICATION_OPEN)
    request = request_of(staff, form_data(cohort, fee="24000", _move_closed="Stäng anmälan"))

    response = cohort_admin.changeform_view(request, str(cohort.pk))

    assert response.status_code == 302
    saved = Cohort.objects.get()
    assert (saved.fee, saved.state) == (24000, CohortState.CLOSED)
    event = AuditEvent.objects.about(cohort).get()
    assert (event.event, event.actor_id) == ("programs.cohort_moved", staff.pk)


@pytest.mark.parametrize("button", ["_move_completed", "_move_nonsense", "_move"])
def test_a_move_that_the_table_refuses_does_nothing(cohort_admin: CohortAdmin, staff: User, button: str) -> None:
    cohort = make_cohort(make_programme(), 2026, CohortState.PLANNED)

    response = cohort_admin.changeform_view(request_of(staff, form_data(cohort, **{button: "x"})), str(cohort.pk))

    assert response.status_code == 302
    assert Cohort.objects.get().state == CohortState.PLANNED
    assert not AuditEvent.objects.exists()


def test_a_state_in_the_posted_form_is_ignored(cohort_admin: CohortAdmin, staff: User) -> None:
    cohort = make_cohort(make_programme(), 2026, CohortState.PLANNED)

    cohort_admin.changeform_view(request_of(staff, form_data(cohort, state="started", _save="1")), str(cohort.pk))

    assert Cohort.objects.get().state == CohortState.PLANNED


def test_the_form_offers_the_states_that_may_come_next(cohort_admin: CohortAdmin, staff: User) -> None:
    cohort = make_cohort(make_programme(), 2026, CohortState.CLOSED)
    request = request_of(staff)
    request.method = "GET"

    response = cohort_admin.changeform_view(request, str(cohort.pk))
    assert isinstance(response, TemplateResponse)
    page = response.render().content.decode()

    offered = [state for state in CohortState if f'name="_move_{state.value}"' in page]
    assert offered == [CohortState.APPLICATION_OPEN, CohortState.STARTED, CohortState.CANCELLED]
    assert 'name="state"' not in page


def test_a_list_action_moves_those_that_may_and_leaves_the_rest(cohort_admin: CohortAdmin, staff: User) -> None:
    programme = make_programme()
    may = make_cohort(programme, 2026, CohortState.CLOSED)
    may_not = make_cohort(programme, 2027, CohortState.PLANNED)
    request = request_of(staff, {"confirmed": "1"})
    action = cohort_admin.get_actions(request)["move_to_started"]
    assert action is not None

    action[0](cohort_admin, request, Cohort.objects.all())

    may.refresh_from_db()
    may_not.refresh_from_db()
    assert (may.state, may_not.state) == (CohortState.STARTED, CohortState.PLANNED)


@pytest.mark.parametrize("model", [Programme, Cohort, InterestRound])
def test_rows_that_others_point_at_are_never_deleted(model: type[Programme], staff: User) -> None:
    assert not admin.site.get_model_admin(model).has_delete_permission(request_of(staff))


def test_an_occasion_chooses_among_the_themes_of_its_own_programme(cohort_admin: CohortAdmin, staff: User) -> None:
    programme = make_programme("a")
    own = make_theme(programme, 1)
    make_theme(make_programme("b"), 1)
    cohort = make_cohort(programme, 2026)
    request = request_of(staff)
    request.resolver_match = resolve(f"/admin/programs/cohort/{cohort.pk}/change/")
    (inline,) = cohort_admin.get_inline_instances(request, cohort)

    field = inline.get_formset(request, cohort).form.base_fields["theme"]

    assert isinstance(field, ModelChoiceField)
    assert field.queryset is not None
    assert list(field.queryset) == [own]


def test_a_new_cohort_gets_its_occasions_after_it_is_saved(cohort_admin: CohortAdmin, staff: User) -> None:
    assert cohort_admin.get_inline_instances(request_of(staff)) == []
