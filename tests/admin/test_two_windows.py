"""Two members of staff with the same row open in admin: what was saved first does not go away unseen."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.contrib.admin.utils import flatten_fieldsets
from django.contrib.auth.models import Group
from django.db.models import Model
from django.http import HttpRequest
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from portal.accounts.actions import ensure_groups
from portal.accounts.models import User
from portal.core.admin_site import site
from portal.core.admin_windows import SeenAdmin, SeenModelForm
from portal.core.models import AuditEvent
from portal.pages.actions.content import load_pages
from portal.pages.models import AccessibilityStatement, Page
from programs.models import Cohort, Occasion, Place, Programme, Theme
from programs.states import CohortState, PlaceState
from tests.accounts.people import log_in, make_staff
from tests.at_once import all_at_once
from tests.programs.builders import make_cohort, make_programme, make_theme
from tests.programs.meeting import make_meeting
from tests.programs.places import make_place, make_round
from tests.two_windows import fields

pytestmark = pytest.mark.django_db


class AdminWindow:
    """The page of one row, as a member of staff has it in front of them."""

    def __init__(self, client: Client, row: Model) -> None:
        meta = row._meta
        self._client, self._form = client, f"form#{meta.model_name}_form"
        self._path = reverse(f"admin:{meta.app_label}_{meta.model_name}_change", args=[row.pk])
        self._read(client.get(self._path).content)

    def _read(self, page: bytes) -> None:
        self.page = BeautifulSoup(page, "html.parser")
        found = fields(page, self._form)
        self.fields = {name: value for name, value in found.items() if not self._is_button(name)}

    def _is_button(self, name: str) -> bool:
        return bool(self.page.select(f"input[type=submit][name={name}]"))

    def save(self, button: str = "_save", **typed: Any) -> bool:
        """Press the button; whether it was saved. A refusal is the page that stands there from now on."""
        answer = self._client.post(self._path, {**self.fields, **typed, button: "Spara"})
        if answer.status_code == 302:
            return True
        assert answer.status_code == 200
        self._read(answer.content)
        return False

    @property
    def refused(self) -> dict[str, str]:
        """The words beside each box; "" is the top of the form."""
        found = self.page.select("ul.errorlist")
        return {
            str(each.get("id", "")).removeprefix("id_").removesuffix("_error"): " ".join(each.get_text(" ").split())
            for each in found
        }


@pytest.fixture
def staff_client() -> Client:
    return log_in(Client(), make_staff())


def two(client: Client, row: Model) -> tuple[AdminWindow, AdminWindow]:
    return AdminWindow(client, row), AdminWindow(client, row)


# --- Everything that is changed here ---------------------------------------------------------------------------------
def superuser_request() -> HttpRequest:
    request = RequestFactory().get("/")
    request.user = make_staff("alla@skr.example")
    return request


def test_every_row_that_somebody_changes_in_admin_is_guarded() -> None:
    request = superuser_request()
    changed = [its for its in site._registry.values() if its.has_change_permission(request)]

    assert [type(its).__name__ for its in changed if not isinstance(its, SeenAdmin)] == []
    assert len(changed) >= 12
    for its in changed:
        form = its.get_form(request, its.model(), change=True)
        assert issubclass(form, SeenModelForm)
        # The guard is no field of its own, and takes none away.
        assert set(form.base_fields) == set(its.get_form(request, its.model()).base_fields)
        assert set(form.base_fields) <= set(flatten_fieldsets(its.get_fieldsets(request, its.model())))


def test_a_new_row_needs_no_guard(staff_client: Client) -> None:
    page = staff_client.get(reverse("admin:programs_programme_add")).content.decode()
    assert "_seen" not in page


# --- What is refused -------------------------------------------------------------------------------------------------
def test_what_a_colleague_saved_is_named_shown_and_replaced_only_knowingly(staff_client: Client) -> None:
    programme = make_programme()
    mine, theirs = two(staff_client, programme)
    assert theirs.save(lead="Kollegans ingress", position="7")

    assert not mine.save(lead="Min ingress", aim="Mitt syfte")

    programme.refresh_from_db()
    assert (programme.lead, programme.position, programme.aim) == ("Kollegans ingress", 7, "")
    assert set(mine.refused) == {"", "lead", "position"}
    assert "har ändrats sedan du öppnade sidan" in mine.refused[""]
    assert "”Ingress” och ”Ordning”" in mine.refused[""] or "”Ordning” och ”Ingress”" in mine.refused[""]
    assert (mine.refused["lead"], mine.refused["position"]) == ("Sparat nu: Kollegans ingress", "Sparat nu: 7")
    assert (mine.fields["lead"], mine.fields["aim"]) == ("Min ingress", "Mitt syfte")

    assert mine.save()
    programme.refresh_from_db()
    assert (programme.lead, programme.aim) == ("Min ingress", "Mitt syfte")


def test_when_it_changes_yet_again_it_is_told_yet_again(staff_client: Client) -> None:
    programme = make_programme()
    mine, theirs = two(staff_client, programme)
    assert theirs.save(lead="Ett")
    assert not mine.save(lead="Mitt")
    Programme.objects.update(lead="Två")

    assert not mine.save()

    assert mine.refused["lead"] == "Sparat nu: Två"
    assert mine.save()
    assert Programme.objects.get().lead == "Mitt"


def test_these_are_no_conflict(staff_client: Client) -> None:
    programme = make_programme()
    mine, theirs = two(staff_client, programme)
    assert theirs.save(lead="Rad ett\r\nRad två", published_on="2026-11-20")
    # The same words, pressed twice, and once more in the other window.
    assert theirs.save(lead="Rad ett\r\nRad två", published_on="2026-11-20")
    assert mine.save(lead="Rad ett\r\nRad två", published_on="2026-11-20")
    # One after the other, each having seen what the one before saved.
    assert [AdminWindow(staff_client, programme).save(aim=text) for text in ("Ett", "Två", "")] == [True] * 3


def test_what_the_form_does_not_hold_is_no_conflict(staff_client: Client) -> None:
    cohort = make_cohort(make_programme(), 2027, CohortState.PLANNED)
    mine = AdminWindow(staff_client, cohort)
    Cohort.objects.update(state=CohortState.CLOSED)

    assert mine.save(leaders="Lena")

    cohort.refresh_from_db()
    assert (cohort.state, cohort.leaders) == (CohortState.CLOSED, "Lena")


def test_a_page_from_before_there_were_marks_is_believed(staff_client: Client) -> None:
    programme = make_programme()
    mine, theirs = two(staff_client, programme)
    assert theirs.save(lead="Kollegans")

    assert mine.save(lead="Mitt", _seen="")


def test_a_page_stays_good_while_the_key_is_changed(staff_client: Client, settings: Settings) -> None:
    programme = make_programme()
    mine, theirs = two(staff_client, programme)
    assert theirs.save(lead="Kollegans")
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "another"
    client = log_in(Client(), User.objects.get())
    mine._client = client

    assert not mine.save(lead="Mitt")
    assert set(mine.refused) == {"", "lead"}


def test_a_long_text_is_folded_and_nothing_in_it_is_markup(staff_client: Client) -> None:
    programme = make_programme()
    mine = AdminWindow(staff_client, programme)
    Programme.objects.update(lead="<b>fet</b> " * 100, aim="Kort,\nmen på <i>två</i> rader")

    assert not mine.save(lead="Mitt")

    folded, shown = (mine.page.select_one(f"#id_{name}_error details") for name in ("lead", "aim"))
    assert folded is not None
    assert shown is not None
    assert (folded.has_attr("open"), shown.has_attr("open")) == (False, True)
    assert mine.page.select(".saved-now:not([tabindex='0'])") == []
    assert mine.page.select("ul.errorlist b, ul.errorlist i") == []
    assert "<i>två</i> rader" in shown.get_text()


# --- Each sort of box ------------------------------------------------------------------------------------------------
def test_choices_days_and_yes_or_no_are_told_in_words(staff_client: Client) -> None:
    cohort = make_cohort(make_programme(), 2027, CohortState.PLANNED, round_year=2027)
    mine, theirs = two(staff_client, cohort)
    assert theirs.save(
        application_closes_at_0="2027-03-01",
        application_closes_at_1="12:30",
        fee_is_per_year=[] if mine.fields.get("fee_is_per_year") else "on",
        promotion="by_itself" if mine.fields["promotion"] == "by_staff" else "by_staff",
        interest_round="",
    )

    assert not mine.save(leaders="Lena")

    assert mine.refused["application_closes_at"] == "Sparat nu: 1 mars 2027 klockan 12.30"
    assert mine.refused["fee_is_per_year"] in ("Sparat nu: Ja", "Sparat nu: Nej")
    assert "by_" not in mine.refused["promotion"]
    assert mine.refused["interest_round"] == "Sparat nu: Inget är ifyllt."


def test_the_roles_of_an_account(staff_client: Client) -> None:
    ensure_groups()
    user = make_staff("bo@skr.example", is_superuser=False)
    mine, theirs = two(staff_client, user)
    group = Group.objects.first()
    assert group is not None
    assert theirs.save(groups=[str(group.pk)])

    assert not mine.save(name="Bo Ek")

    assert (set(mine.refused), mine.refused["groups"]) == ({"", "groups"}, f"Sparat nu: {group}")
    assert mine.save()
    assert not user.groups.exists()


def test_a_persons_details_also_when_they_changed_them_themselves(staff_client: Client) -> None:
    place = make_place(make_round(10), PlaceState.APPLIED)
    mine = AdminWindow(staff_client, place)
    Place.objects.filter(pk=place.pk).update(name="Åsa Lind", email="asa@kommun.example")

    assert not mine.save(phone="08-123 456 78")

    assert set(mine.refused) == {"", "name", "email"}
    assert mine.refused["email"] == "Sparat nu: asa@kommun.example"
    assert mine.save(name="Åsa Lind", email="asa@kommun.example")
    place.refresh_from_db()
    assert (place.name, place.email, place.phone) == ("Åsa Lind", "asa@kommun.example", "08-123 456 78")
    assert AuditEvent.objects.about(place).latest("pk").event == "programs.place_corrected"


def test_an_occasions_words(staff_client: Client) -> None:
    occasion = make_meeting()
    mine, theirs = two(staff_client, occasion)
    assert theirs.save(purpose="Kollegans syfte")

    assert not mine.save(editors_note="Min notering")

    assert set(mine.refused) == {"", "purpose"}
    assert mine.save(purpose="Kollegans syfte")
    occasion.refresh_from_db()
    assert (occasion.purpose, occasion.editors_note) == ("Kollegans syfte", "Min notering")


# --- Other buttons, and what stands below the form -------------------------------------------------------------------
def test_a_button_that_saves_first_does_nothing_when_nothing_was_saved(staff_client: Client) -> None:
    cohort = make_cohort(make_programme(), 2027, CohortState.PLANNED)
    mine, theirs = two(staff_client, cohort)
    assert theirs.save(leaders="Kollegan")

    assert not mine.save("_move_cancelled", leaders="Jag")
    assert Cohort.objects.get().state == CohortState.PLANNED

    assert mine.save("_move_cancelled")
    assert (Cohort.objects.get().state, Cohort.objects.get().leaders) == (CohortState.PLANNED, "Jag")
    staff_client.post(reverse("admin:programs_cohort_move", args=[cohort.pk, "cancelled"]), {"confirmed": "1"})
    assert (Cohort.objects.get().state, Cohort.objects.get().leaders) == (CohortState.CANCELLED, "Jag")


def test_rows_below_the_form_are_saved_as_before(staff_client: Client) -> None:
    programme = make_programme()
    theme = make_theme(programme, 1)
    window = AdminWindow(staff_client, programme)

    assert window.save(**{"themes-0-name": "Nytt namn"})

    assert Theme.objects.get(pk=theme.pk).name == "Nytt namn"


def test_a_page_with_its_statement(staff_client: Client) -> None:
    load_pages()
    page = Page.objects.get(key="accessibility")
    mine, theirs = two(staff_client, page)
    assert theirs.save(lead="Kollegans ingress")

    assert not mine.save(lead="Min ingress", **{"statement-0-tested_by": "Vi"})

    assert "lead" in mine.refused
    assert mine.save()
    assert Page.objects.get(pk=page.pk).lead == "Min ingress"
    assert AccessibilityStatement.objects.count() == 1


# --- What saving sets by itself --------------------------------------------------------------------------------------
def old_page() -> Page:
    load_pages()
    Page.objects.filter(key="start").update(updated_on=date(2024, 1, 2))
    return Page.objects.get(key="start")


def test_a_page_sent_twice_is_saved_twice_and_keeps_its_day(staff_client: Client) -> None:
    page = old_page()
    mine = AdminWindow(staff_client, page)

    assert [mine.save(lead="Ny ingress"), mine.save(lead="Ny ingress")] == [True, True]

    page.refresh_from_db()
    assert (page.lead, page.updated_on) == ("Ny ingress", timezone.localdate())


def test_replacing_what_a_colleague_wrote_does_not_turn_back_the_day(staff_client: Client) -> None:
    page = old_page()
    mine, theirs = two(staff_client, page)
    assert theirs.save(lead="Kollegans ingress")

    assert not mine.save(lead="Min ingress")
    assert set(mine.refused) == {"", "lead"}
    assert mine.save()

    page.refresh_from_db()
    assert (page.lead, page.updated_on) == ("Min ingress", timezone.localdate())


def test_a_day_that_staff_chooses_holds(staff_client: Client) -> None:
    page = old_page()
    mine, theirs = two(staff_client, page)
    assert theirs.save(lead="Kollegans ingress")

    assert not mine.save(updated_on="2025-03-04")
    assert set(mine.refused) == {"", "lead", "updated_on"}
    assert mine.save()

    page.refresh_from_db()
    assert page.updated_on == date(2025, 3, 4)


# --- At the same moment ----------------------------------------------------------------------------------------------
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("kind", ["programme", "place", "occasion"])
def test_of_several_who_save_in_the_same_moment_one_saves_and_the_others_are_told(kind: str) -> None:
    row, name = _of_kind(kind)
    member = make_staff()
    windows = [AdminWindow(log_in(Client(), member), row) for _ in range(4)]

    done = all_at_once([partial(window.save, **{name: f"Nr {n}"}) for n, window in enumerate(windows)])

    assert sorted(done, key=str) == [False, False, False, True]
    row.refresh_from_db()
    assert getattr(row, name) == f"Nr {done.index(True)}"


def _of_kind(kind: str) -> tuple[Model, str]:
    if kind == "programme":
        return make_programme(), "lead"
    if kind == "place":
        return make_place(make_round(10), PlaceState.APPLIED), "name"
    return Occasion.objects.get(pk=make_meeting().pk), "purpose"
