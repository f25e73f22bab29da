"""What staff does with orders, and the statistics."""

from __future__ import annotations

from datetime import date

import pytest
from bs4 import BeautifulSoup
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse

from media_catalog.actions.orders import withdraw_order
from media_catalog.models import MediaItem, Order, Orderer, OrderTally
from media_catalog.queries.statistics import order_statistics
from media_catalog.states import OrderState
from portal.accounts.actions import ensure_groups
from portal.accounts.permissions import HANDLER
from portal.core import audit
from portal.core.models import AuditEvent, OutgoingMail
from tests.accounts.people import log_in, make_staff
from tests.media_catalog.ordering import (
    BASE,
    hidden_fields,
    link_in,
    load_organisation_rows,
    make_film,
    newest_mail,
    only,
    order,
    ordered,
)

pytestmark = pytest.mark.django_db
LIST = "/admin/media_catalog/order/"
STATISTICS = f"{LIST}statistik/"


@pytest.fixture(autouse=True)
def _film() -> None:
    load_organisation_rows()
    make_film(1)


@pytest.fixture
def staff() -> Client:
    """Somebody in the role, no superuser."""
    user = make_staff(is_superuser=False)
    ensure_groups()
    user.groups.add(Group.objects.get(name=HANDLER))
    return log_in(Client(), user)


def page_of(row: Order) -> str:
    return f"{LIST}{row.pk}/change/"


def verbs(client: Client, row: Order) -> list[str]:
    page = BeautifulSoup(client.get(page_of(row)).content, "html.parser")
    return [str(link["href"]).split("/")[-2] for link in page.select(".object-tools a[href*='/gor/']")]


def test_the_list_has_who_from_where_and_what(client: Client, staff: Client) -> None:
    order(client)
    text = BeautifulSoup(staff.get(LIST).content, "html.parser").select_one("#result_list")
    assert text is not None
    for shown in (BASE["name"], "Stockholm", "Att styra tillsammans 1", "Gäller"):
        assert shown in text.get_text()


@pytest.mark.parametrize("number", [1, 3])
def test_the_list_asks_as_much_for_one_as_for_three(
    client: Client, staff: Client, number: int, django_assert_max_num_queries: object
) -> None:
    for _order in range(number):
        order(client)
    with django_assert_max_num_queries(14):  # type: ignore[operator] # a context manager
        staff.get(LIST)


@pytest.mark.parametrize(("words", "found"), [("åsa", 1), ("STOCKHOLM", 1), ("kommun.example", 1), ("bo", 0)])
def test_the_list_is_searched(client: Client, staff: Client, words: str, found: int) -> None:
    order(client)
    page = BeautifulSoup(staff.get(LIST, {"q": words}).content, "html.parser")
    assert len(page.select("#result_list tbody tr")) == found


@pytest.mark.parametrize(
    "typed", ["+46 70-174 06 45", "0701740645", "sam7k3f9qxz", "7K3F 9QXZ", "region gotland bo", "bo gotlands län"]
)
def test_an_order_is_found_by_number_reference_and_where_it_comes_from(
    client: Client, staff: Client, typed: str
) -> None:
    order(client)
    order(client, name="Bo Ek", organisation="0980")
    row = Order.objects.get(name="Bo Ek")
    row.reference, row.phone = "SAM-7K3F-9QXZ", "(070) 174 06 45"
    row.save()
    page = BeautifulSoup(staff.get(LIST, {"q": typed}).content, "html.parser")
    assert [cell.get_text() for cell in page.select("#result_list .field-name_shown")] == ["Bo Ek"]


@pytest.mark.parametrize(("kind", "found"), [("kommun", 1), ("region", 0), ("annan", 1), ("okand", 1), ("x", 3)])
def test_the_list_is_filtered_by_kind_of_organisation(client: Client, staff: Client, kind: str, found: int) -> None:
    order(client)
    order(client, organisation="", other_organisation="Högskolan Väst")
    order(client, organisation="")
    page = BeautifulSoup(staff.get(LIST, {"slag": kind}).content, "html.parser")
    assert len(page.select("#result_list tbody tr")) == found


def test_staff_sends_a_new_link_after_a_question(client: Client, staff: Client) -> None:
    link = ordered(client)
    assert verbs(staff, only()) == ["skicka-lank", "aterkalla"]
    question = f"{LIST}{only().pk}/gor/skicka-lank/"
    assert staff.get(question).status_code == 200
    assert OutgoingMail.objects.count() == 1
    assert staff.post(question).status_code == 302
    assert (OutgoingMail.objects.count(), newest_mail().to_email) == (2, BASE["email"])
    assert link_in(newest_mail()) != link
    event = AuditEvent.objects.about(only())[0]
    assert (event.event, event.actor_kind) == ("media_catalog.link_renewed", "staff")


def test_staff_withdraws_and_then_nothing_more_can_be_done(client: Client, staff: Client) -> None:
    link = ordered(client)
    address = f"{LIST}{only().pk}/gor/aterkalla/"
    assert staff.get(address).status_code == 200
    assert only().state == OrderState.ACTIVE
    staff.post(address)
    assert (only().state, verbs(staff, only())) == (OrderState.WITHDRAWN, [])
    assert client.get(link).status_code == 410
    again = staff.post(address, follow=True)
    assert "Det går inte längre" in again.content.decode()


def test_a_colleague_was_there_before(client: Client, staff: Client) -> None:
    ordered(client)
    address = f"{LIST}{only().pk}/gor/skicka-lank/"
    withdraw_order(only(), by=audit.SYSTEM)
    assert "Det går inte längre" in staff.post(address, follow=True).content.decode()
    assert OutgoingMail.objects.count() == 1


def test_a_request_is_marked_as_handled_and_back(client: Client, staff: Client) -> None:
    fields = {**hidden_fields(client, "/mentorprogram/"), **BASE}
    client.post("/mentorprogram/", fields)
    for verb, state in (("hanterad", OrderState.HANDLED), ("inte-hanterad", OrderState.ACTIVE)):
        assert verb in verbs(staff, only())
        staff.post(f"{LIST}{only().pk}/gor/{verb}/")
        assert only().state == state
    assert (only().handled_at, "skicka-lank" in verbs(staff, only())) == (None, False)


def test_an_unknown_verb_does_nothing(client: Client, staff: Client) -> None:
    ordered(client)
    assert staff.post(f"{LIST}{only().pk}/gor/radera/").status_code == 302
    assert only().state == OrderState.ACTIVE


def test_who_may_only_look_changes_nothing(client: Client) -> None:
    ordered(client)
    nobody = log_in(Client(), make_staff("ny@skr.example", is_superuser=False))
    address = f"{LIST}{only().pk}/gor/aterkalla/"
    assert [nobody.get(LIST).status_code, nobody.post(address).status_code, nobody.get(STATISTICS).status_code] == [
        403,
        403,
        403,
    ]
    assert client.get(STATISTICS).status_code == 302


def test_what_a_mail_said_is_not_shown_to_staff(client: Client, staff: Client) -> None:
    link = ordered(client)
    page = staff.get(reverse("admin:core_outgoingmail_change", args=[newest_mail().pk])).content.decode()
    assert "personlig länk" in page
    assert link not in page


def test_the_front_page_tells_what_waits(client: Client, staff: Client) -> None:
    ordered(client)
    response = client.post("/processledning/", {**hidden_fields(client, "/processledning/"), **BASE})
    assert response.status_code == 303
    text = " ".join(BeautifulSoup(staff.get("/admin/").content, "html.parser").get_text(" ").split())
    assert "1 Filmer beställda den senaste veckan" in text
    assert "1 Förfrågningar att svara på" in text


# --- Statistics ------------------------------------------------------------------------------------------------------
def tally(film: MediaItem, month: date, orderer: Orderer, number: int) -> None:
    OrderTally.objects.create(film=film, month=month, orderer=orderer, number=number)


@pytest.fixture
def counted() -> None:
    first, second = make_film(2), make_film(3)
    tally(first, date(2026, 11, 1), Orderer.MUNICIPALITY, 5)
    tally(first, date(2026, 10, 1), Orderer.REGION, 2)
    tally(second, date(2026, 11, 1), Orderer.UNKNOWN, 1)
    tally(second, date(2024, 2, 1), Orderer.OTHER, 9)


@pytest.mark.usefixtures("counted")
def test_the_last_twelve_months() -> None:
    found = order_statistics(date(2026, 11, 21))
    films, months, kinds = found.plots
    assert (found.total, found.first) == (8, date(2026, 10, 1))
    assert films.rows == (("Att styra tillsammans 2", "7"), ("Att styra tillsammans 3", "1"))
    assert (len(months.rows), months.rows[0][0]) == (12, "dec 2025")
    assert months.rows[-2:] == (("okt 2026", "2", "0"), ("nov 2026", "5", "1"))
    assert kinds.rows == (("Kommun", "5"), ("Region", "2"), ("Annan organisation", "0"), ("Ingen uppgift", "1"))


@pytest.mark.usefixtures("counted")
def test_all_that_was_counted() -> None:
    found = order_statistics(date(2026, 11, 21), all_time=True)
    assert (found.total, found.plots[1].rows[0][0], len(found.plots[1].rows)) == (17, "feb 2024", 34)


def test_more_films_than_lines_share_the_last_one() -> None:
    for number in range(2, 9):
        tally(make_film(number), date(2026, 11, 1), Orderer.OTHER, number)
    months = order_statistics(date(2026, 11, 21)).plots[1]
    assert months.headings[1:] == (
        "Att styra tillsammans 8",
        "Att styra tillsammans 7",
        "Att styra tillsammans 6",
        "Övriga",
    )
    assert months.rows[-1] == ("nov 2026", "8", "7", "6", "14")


@pytest.mark.usefixtures("counted")
def test_the_page_has_the_plots_with_their_tables(staff: Client) -> None:
    page = BeautifulSoup(staff.get(STATISTICS, {"period": "allt"}).content, "html.parser")
    assert len(page.select("figure.plot svg[role=img]")) == 3
    assert len(page.select("figure.plot table")) == 3


def test_nothing_ordered_yet(staff: Client) -> None:
    assert staff.get(STATISTICS).content.decode().count("Det finns inga siffror än.") == 3
