"""Places, applications and invoicing in admin: found and put right, while states are moved by the verbs alone."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from pytest_django.fixtures import DjangoAssertNumQueries

from portal.core import audit
from portal.core.models import AuditEvent
from programs.actions import places as verbs
from programs.models import Application, Cohort, Invoicing, Place
from programs.states import PlaceState
from tests.accounts.people import log_in, make_staff
from tests.programs.workspace_people import fill, make_application, make_full_cohort, make_place

pytestmark = pytest.mark.django_db
PLACES = "/admin/programs/place/"


@pytest.fixture
def staff_client() -> Client:
    return log_in(Client(), make_staff())


@pytest.fixture
def cohort() -> Cohort:
    return make_full_cohort()


def cells(client: Client, path: str, column: str) -> list[str]:
    page = BeautifulSoup(client.get(path).content, "html.parser")
    return sorted(cell.get_text(strip=True) for cell in page.select(f"#result_list .field-{column}"))


def correct(client: Client, place: Place, **changes: str) -> int:
    fields = {
        "name": place.name,
        "email": place.email,
        "phone": place.phone,
        "organisation": place.organisation_id,
        "role": place.role,
        "side": place.side,
        **changes,
    }
    return client.post(f"{PLACES}{place.pk}/change/", fields).status_code


@pytest.mark.parametrize("query", ["?q=åsa", "?q=ÅSA malmö", "?state__exact=applied", "?slag=kommun", "?side=majority"])
def test_places_are_found_and_filtered(staff_client: Client, cohort: Cohort, query: str) -> None:
    make_place(cohort, "Åsa Öberg")
    make_place(cohort, "Bo Ek", PlaceState.OFFERED, organisation="01", side="opposition")
    make_place(cohort, "Åsa Hemlig", PlaceState.STARTED)
    assert cells(staff_client, PLACES + query, "name_shown") == ["Åsa Öberg"]


@pytest.mark.parametrize("query", ["?q=0701740645", "?q=%2B46 701740645", "?q=stockholms stad", "?q=bo stockholms län"])
def test_places_are_found_by_telephone_and_by_where_somebody_comes_from(
    staff_client: Client, cohort: Cohort, query: str
) -> None:
    make_place(cohort, "Åsa Öberg")
    place = make_place(cohort, "Bo Ek", organisation="0180")
    correct(staff_client, place, phone="070-174 06 45")
    assert cells(staff_client, PLACES + query, "name_shown") == ["Bo Ek"]


@pytest.mark.parametrize(
    "query", ["0701740645", "%2B46 701740645", "sam7k3f9qxz", "stockholms stad", "bo stockholms län"]
)
def test_applications_and_invoicing_are_found_as_their_people_are(
    staff_client: Client, cohort: Cohort, query: str
) -> None:
    for name, organisation, reference in (("Åsa Öberg", "1280", "SAM-2222-2222"), ("Bo Ek", "0180", "SAM-7K3F-9QXZ")):
        place = make_place(cohort, name, organisation=organisation)
        Place.objects.filter(pk=place.pk).update(reference=reference)
        place.refresh_from_db()
        correct(staff_client, place, phone="070-174 06 45" if name == "Bo Ek" else "")
        make_application(place)
        Invoicing.objects.create(
            place=place, cohort=cohort, organisation=place.organisation, participant="", delete_after=place.delete_after
        )
    assert cells(staff_client, f"/admin/programs/application/?q={query}", "person_name") == ["Bo Ek"]
    assert cells(staff_client, f"/admin/programs/invoicing/?q={query}", "participant_shown") == ["Bo Ek"]


def test_a_state_in_the_posted_form_is_ignored(staff_client: Client, cohort: Cohort) -> None:
    place = make_place(cohort, "Åsa Öberg")
    assert correct(staff_client, place, state="accepted", name="Åsa Berg") == 302
    place.refresh_from_db()
    assert (place.name, place.state) == ("Åsa Berg", PlaceState.APPLIED)
    assert "åsa berg" in place.search_text
    event = AuditEvent.objects.about(place).get()
    assert (event.event, event.data["fields"]) == ("programs.place_corrected", ["name"])


def test_nothing_is_added_or_deleted_by_hand(staff_client: Client, cohort: Cohort) -> None:
    place = make_place(cohort, "Åsa Öberg")
    assert staff_client.get(f"{PLACES}add/").status_code == 403
    assert staff_client.post(f"{PLACES}{place.pk}/delete/", {"post": "yes"}).status_code == 403


def test_a_corrected_address_takes_the_account_with_it(staff_client: Client, cohort: Cohort) -> None:
    """Whoever owns the mistaken mailbox must not get in."""
    place = make_place(cohort, "Åsa Öberg", email="fel@kommun.example")
    verbs.offer(place, by=audit.SYSTEM)
    verbs.accept(place, by=audit.PERSON)

    assert correct(staff_client, place, email="Ratt@Kommun.example") == 302

    place.refresh_from_db()
    assert (place.email, place.email_key) == ("Ratt@kommun.example", "ratt@kommun.example")
    assert place.user is not None
    assert place.user.email == "ratt@kommun.example"
    assert place.state == PlaceState.ACCEPTED


def test_an_address_that_somebody_else_in_the_cohort_has_is_refused(staff_client: Client, cohort: Cohort) -> None:
    place = make_place(cohort, "Åsa Öberg", email="asa@kommun.example")
    make_place(cohort, "Bo Ek", email="bo@kommun.example")
    assert correct(staff_client, place, email="BO@kommun.example") == 200
    place.refresh_from_db()
    assert place.email == "asa@kommun.example"


def test_the_person_has_all_verbs_on_their_own_page(staff_client: Client, cohort: Cohort) -> None:
    place = make_place(cohort, "Åsa Öberg")
    page = BeautifulSoup(staff_client.get(f"{PLACES}{place.pk}/change/").content, "html.parser")
    assert [str(button["value"]).split(":")[0] for button in page.select("button[name=one]")] == [
        "offer",
        "put_on_waiting_list",
        "not_admit",
        "withdraw",
    ]


def test_an_application_is_read_and_put_right_with_an_event(staff_client: Client, cohort: Cohort) -> None:
    sent = make_application(make_place(cohort, "Åsa Öberg"), challenge="Att styra tillsammans.")
    draft = make_place(cohort, "Bo Ek", PlaceState.INVITED)
    Application.objects.create(place=draft, challenge="Hemligt utkast", delete_after=draft.delete_after)
    base = "/admin/programs/application/"

    assert cells(staff_client, f"{base}?q=öberg", "person_name") == ["Åsa Öberg"]
    assert cells(staff_client, base, "person_name") == ["Åsa Öberg"]
    fields = {"in_office_since": "2022", "challenge": sent.challenge, "extent": "", "message": ""}
    assert staff_client.post(f"{base}{sent.pk}/change/", fields).status_code == 302

    sent.refresh_from_db()
    assert sent.in_office_since == 2022
    event = AuditEvent.objects.about(sent).get()
    assert (event.event, event.data["fields"]) == ("programs.application_corrected", ["in_office_since"])
    assert staff_client.post(f"{base}{sent.pk}/change/", {**fields, "in_office_since": "1066"}).status_code == 200


def test_whom_to_invoice_is_put_right_with_the_checks_of_the_application(staff_client: Client, cohort: Cohort) -> None:
    place = make_place(cohort, "Åsa Öberg")
    row = Invoicing.objects.create(
        place=place, cohort=cohort, organisation=place.organisation, participant="", delete_after=place.delete_after
    )
    base = "/admin/programs/invoicing/"
    right = {"organisation_number": "212000-0142", "by": "post", "address": "Box 1", "reference": "R1"}

    assert cells(staff_client, f"{base}?q=öberg", "participant_shown") == ["Åsa Öberg"]
    assert staff_client.post(f"{base}{row.pk}/change/", {**right, "by": "gln"}).status_code == 200
    assert staff_client.post(f"{base}{row.pk}/change/", right).status_code == 302
    row.refresh_from_db()
    assert (row.by, row.reference, row.organisation_number) == ("post", "R1", "212000-0142")


def test_the_cohort_list_and_form_lead_to_the_workspace_first(staff_client: Client, cohort: Cohort) -> None:
    url = f"/admin/programs/cohort/{cohort.pk}/arbetsyta/"
    rows = BeautifulSoup(staff_client.get("/admin/programs/cohort/").content, "html.parser")
    link = rows.select_one("#result_list tbody tr a")
    assert link is not None
    assert link["href"] == url
    form = BeautifulSoup(staff_client.get(f"/admin/programs/cohort/{cohort.pk}/change/").content, "html.parser")
    tool = form.select_one(".object-tools a")
    assert tool is not None
    assert tool["href"] == url


@pytest.mark.parametrize("path", [PLACES, "/admin/programs/application/", "/admin/programs/cohort/"])
def test_lists_take_as_many_queries_for_thirty_rows_as_for_three(
    staff_client: Client, cohort: Cohort, django_assert_max_num_queries: DjangoAssertNumQueries, path: str
) -> None:
    counted = []
    staff_client.get(path)
    for size in (3, 27):
        fill(cohort, [PlaceState.APPLIED] * size)
        with django_assert_max_num_queries(100) as captured:
            staff_client.get(path)
        counted.append(len(captured))
    assert counted[0] == counted[1] <= 20
