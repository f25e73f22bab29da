"""Interest registrations in admin: found, filtered, exported, and never edited by hand."""

from __future__ import annotations

import datetime as dt
import io
from urllib.parse import quote

import openpyxl
import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import DjangoAssertNumQueries

from portal.core import audit
from portal.core.models import AuditEvent, OutgoingMail
from portal.core.states import MailState
from programs.actions.registrations import adopt_interest_repeat
from programs.models import InterestRegistration, InterestRepeat
from programs.states import InterestState
from tests.accounts.people import log_in, make_staff
from tests.programs.interest import load_reference_rows, register

pytestmark = pytest.mark.django_db
LIST = "/admin/programs/interestregistration/"


@pytest.fixture
def staff_client() -> Client:
    return log_in(Client(), make_staff())


@pytest.fixture(autouse=True)
def _registrations() -> None:
    load_reference_rows()
    visitor = Client()
    register(visitor, name="Åsa Öberg", email="asa@kommun.example")
    register(visitor, name="=HYPERLINK(1)", email="bo@kommun.example", organisation="09", role="rso", message="@SUM(1)")
    register(visitor, name="19121212-1212 Tolvan", email="info@kommun.example", programmes=["mer-information"])


def names(client: Client, query: str) -> list[str]:
    page = BeautifulSoup(client.get(LIST + query).content, "html.parser")
    return sorted(cell.get_text(strip=True) for cell in page.select("#result_list .field-name_shown"))


@pytest.mark.parametrize("query", ["åsa", "ÅSA ÖBERG", "asa@kommun", "stockholm åsa"])
def test_search_finds_whatever_the_case(staff_client: Client, query: str) -> None:
    assert names(staff_client, f"?q={query}") == ["Åsa Öberg"]


@pytest.mark.parametrize("written", ["{0}-{1}-{2}", "{0} {1} {2}", "{0}{1}{2}", "{1} {2}", "{1}{2}", " {1}-{2} "])
def test_search_finds_a_reference_however_it_is_written(staff_client: Client, written: str) -> None:
    row = InterestRegistration.objects.get(name="Åsa Öberg")
    InterestRegistration.objects.filter(pk=row.pk).update(reference="SAM-7K3F-9QXZ")
    assert names(staff_client, f"?q={written.format('sam', '7k3f', '9qxz')}") == ["Åsa Öberg"]


def test_a_word_of_eight_letters_is_no_reference(staff_client: Client) -> None:
    InterestRegistration.objects.filter(name="Åsa Öberg").update(search_text="vera lundgren")
    assert names(staff_client, "?q=lundgren") == ["Åsa Öberg"]


@pytest.mark.parametrize("typed", ["0701740645", "070-174 06 45", "+46701740645", "(+46) 70 174 06 45"])
def test_search_finds_a_telephone_number_however_it_is_written(staff_client: Client, typed: str) -> None:
    register(Client(), name="Cia Ek", email="cia@kommun.example", phone="070-174 06 45")
    register(Client(), name="Dan Ek", email="dan@kommun.example", phone="0701740646")
    assert names(staff_client, f"?q={quote(typed)}") == ["Cia Ek"]


@pytest.mark.parametrize("typed", ["Stockholms stad", "åsa stockholms stad", "asa@kommun stad"])
def test_search_finds_an_organisation_by_its_own_name(staff_client: Client, typed: str) -> None:
    assert "Åsa Öberg" in names(staff_client, f"?q={typed}")
    assert "=HYPERLINK(1)" not in names(staff_client, f"?q={typed}")


def test_search_by_where_somebody_comes_from_finds_nobody_else(staff_client: Client) -> None:
    assert names(staff_client, "?q=malmö stad") == []
    assert names(staff_client, "?q=bo stockholms stad") == []
    assert names(staff_client, "?q=gotlands län") == ["=HYPERLINK(1)"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("?program=toppolitikerprogrammet", ["=HYPERLINK(1)", "Åsa Öberg"]),
        ("?program=mer-information", ["••••••-•••• Tolvan"]),
        ("?role__exact=rso", ["=HYPERLINK(1)"]),
        ("?slag=region", ["=HYPERLINK(1)"]),
        ("?slag=kommun", ["••••••-•••• Tolvan", "Åsa Öberg"]),
        ("?state__exact=withdrawn", []),
        ("?program=toppolitikerprogrammet&slag=kommun", ["Åsa Öberg"]),
    ],
)
def test_filters(staff_client: Client, query: str, found: list[str]) -> None:
    assert names(staff_client, query) == sorted(found)


def test_the_list_says_what_became_of_the_mail(staff_client: Client) -> None:
    mail = OutgoingMail.objects.get(to_email="asa@kommun.example")
    OutgoingMail.objects.filter(pk=mail.pk).update(state=MailState.SENT, sent_at=timezone.now())

    page = BeautifulSoup(staff_client.get(f"{LIST}?q=åsa").content, "html.parser")
    assert [cell.get_text(strip=True) for cell in page.select(".field-mail_shown")] == ["skickat"]
    row = InterestRegistration.objects.get(name="Åsa Öberg")
    text = staff_client.get(f"{LIST}{row.pk}/change/").content.decode()
    assert "Mottaget av e-postservern kl." in text
    assert f"about_id={row.pk}" in text
    assert "intresset anmäldes" in text


def test_nothing_is_edited_added_or_deleted_by_hand(staff_client: Client) -> None:
    row = InterestRegistration.objects.get(name="Åsa Öberg")
    page = BeautifulSoup(staff_client.get(f"{LIST}{row.pk}/change/").content, "html.parser")

    assert page.select("#content-main form input:not([type=hidden]):not([type=submit])") == []
    assert staff_client.get(f"{LIST}add/").status_code == 403
    assert staff_client.post(f"{LIST}{row.pk}/delete/", {"post": "yes"}).status_code == 403


def test_the_export_is_text_without_live_formulas(staff_client: Client) -> None:
    chosen = [str(pk) for pk in InterestRegistration.objects.values_list("pk", flat=True)]

    response = staff_client.post(LIST, {"action": "export_selected", "_selected_action": chosen})

    assert response.headers["Content-Type"].endswith("spreadsheetml.sheet")
    sheet = openpyxl.load_workbook(io.BytesIO(response.content)).active
    assert sheet is not None
    head, *rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert head[:2] == ["Referens", "Inkom"]
    by_name = {row[head.index("Namn")]: row for row in rows}
    assert set(by_name) == {"Åsa Öberg", "'=HYPERLINK(1)", "••••••-•••• Tolvan"}
    came = timezone.localtime(InterestRegistration.objects.get(name="Åsa Öberg").created_at)
    assert by_name["Åsa Öberg"][head.index("Inkom")] == came.replace(microsecond=0, tzinfo=None)
    assert by_name["'=HYPERLINK(1)"][head.index("Meddelande")] == "'@SUM(1)"
    assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)


def test_staff_withdraws_for_somebody_who_phoned(staff_client: Client) -> None:
    row = InterestRegistration.objects.get(name="Åsa Öberg")

    question = staff_client.post(LIST, {"action": "withdraw_selected", "_selected_action": [str(row.pk)]})
    row.refresh_from_db()
    assert row.state == InterestState.REGISTERED
    form = BeautifulSoup(question.content, "html.parser").select("#content form input[type=hidden]")
    staff_client.post(LIST, {str(field["name"]): str(field["value"]) for field in form})

    row.refresh_from_db()
    assert row.state == InterestState.WITHDRAWN
    latest = AuditEvent.objects.about(row).first()
    assert latest is not None
    assert (latest.event, latest.actor_kind) == ("programs.interest_withdrawn", "staff")
    assert OutgoingMail.objects.filter(letter="programs/interest_withdrawn", to_email=row.email).count() == 1


def test_nobody_is_withdrawn_by_a_slip_in_the_list(staff_client: Client) -> None:
    rows = InterestRegistration.objects.all()
    choose = {"action": "withdraw_selected", "_selected_action": [str(row.pk) for row in rows], "select_across": "1"}

    page = BeautifulSoup(staff_client.post(LIST, choose).content, "html.parser").get_text(" ", strip=True)

    assert "3 personer får ett mejl om att deras anmälan är tillbakatagen. Det går inte att ångra:" in page
    assert all(row.reference in page for row in rows)
    assert "19121212" not in page
    assert set(rows.values_list("state", flat=True)) == {InterestState.REGISTERED}
    assert not OutgoingMail.objects.filter(letter="programs/interest_withdrawn").exists()


def test_more_than_anybody_reads_are_not_withdrawn_at_once(
    staff_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("portal.core.admin_questions.MOST", 2)
    keys = [str(row.pk) for row in InterestRegistration.objects.all()]
    choose = {"action": "withdraw_selected", "_selected_action": keys, "confirmed": "1"}

    page = staff_client.post(LIST, choose, follow=True).content.decode()

    assert "Du kan göra det med högst 2 åt gången." in page
    assert InterestRegistration.objects.active().count() == 3


def test_the_list_takes_as_many_queries_for_three_rows_as_for_one(
    staff_client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    staff_client.get(LIST)
    with django_assert_max_num_queries(100) as one:
        staff_client.get(f"{LIST}?q=åsa")
    with django_assert_max_num_queries(100) as three:
        staff_client.get(f"{LIST}?q=kommun.example")
    assert len(three) == len(one) <= 20


def test_the_front_page_counts_what_is_new(staff_client: Client) -> None:
    page = BeautifulSoup(staff_client.get("/admin/").content, "html.parser").get_text(" ", strip=True)
    assert "Nya det senaste dygnet 3" in page or "3 Nya det senaste dygnet" in page


def test_what_was_withdrawn_before_is_not_told_as_done(staff_client: Client) -> None:
    row = InterestRegistration.objects.get(name="Åsa Öberg")
    choose = {"action": "withdraw_selected", "_selected_action": [str(row.pk)], "confirmed": "1"}

    first, second = (staff_client.post(LIST, choose, follow=True).content.decode() for _time in range(2))

    assert "1 anmälan är tillbakatagen." in first
    assert "0 anmälningar är tillbakatagna." in second


def test_the_numbers_of_the_front_page_lead_to_as_many_rows(staff_client: Client) -> None:
    old = InterestRegistration.objects.get(name="Åsa Öberg")
    InterestRegistration.objects.filter(pk=old.pk).update(created_at=timezone.now() - dt.timedelta(days=3))
    front = BeautifulSoup(staff_client.get("/admin/").content, "html.parser")

    rows = {
        row.select_one(".panel__label").text: (row.select_one(".panel__number").text, str(row["href"]))  # type: ignore[union-attr]
        for row in front.select(".panel__row a")
    }

    for label in ("Nya det senaste dygnet", "Alla som gäller", "Att titta på"):
        number, link = rows[label]
        shown = BeautifulSoup(staff_client.get(link).content, "html.parser").select("#result_list tbody tr")
        assert (label, len(shown)) == (label, int(number))


def test_a_later_forms_reference_finds_the_registration_and_its_page_tells_of_it(staff_client: Client) -> None:
    register(Client(), name="Åsa Öberg", email="asa@kommun.example", message="Nytt nummer")
    later = InterestRepeat.objects.get()
    row = InterestRegistration.objects.get(name="Åsa Öberg")

    assert names(staff_client, f"?q={later.reference.lower()}") == ["Åsa Öberg"]
    before = shown(staff_client, row, "repeats_told")
    adopt_interest_repeat(later, by=audit.PERSON)
    after = shown(staff_client, row, "repeats_told")

    assert before.startswith(later.reference)
    assert before.endswith("Personen har inte valt dem.")
    assert "Personen valde dem" in after
    # What was not chosen by the owner of the mailbox is nobody's word yet.
    assert "Nytt nummer" not in before


def shown(client: Client, row: InterestRegistration, field: str) -> str:
    page = BeautifulSoup(client.get(f"{LIST}{row.pk}/change/").content, "html.parser")
    cell = page.select_one(f".field-{field} .readonly")
    assert cell is not None
    return cell.get_text(" ", strip=True)


def test_staff_writes_and_phones_with_one_press(staff_client: Client) -> None:
    row = InterestRegistration.objects.get(name="Åsa Öberg")
    page = BeautifulSoup(staff_client.get(f"{LIST}{row.pk}/change/").content, "html.parser")

    links = [str(link["href"]) for link in page.select(".readonly a[href^='mailto:'], .readonly a[href^='tel:']")]

    assert links == [f"mailto:asa@kommun.example?subject={row.reference}", "tel:+46701740605"]


def test_an_address_with_odd_signs_stays_one_address(staff_client: Client) -> None:
    register(Client(), name="Bo?cc=x", email="bo?cc=x@kommun.example")
    row = InterestRegistration.objects.get(name="Bo?cc=x")
    page = staff_client.get(f"{LIST}{row.pk}/change/").content.decode()

    assert f'href="mailto:bo%3Fcc%3Dx@kommun.example?subject={row.reference}"' in page
