"""The pages in admin, as a logged-in member of staff: edit texts, deal with what visitors wrote, read the answers."""

from __future__ import annotations

import datetime as dt
from io import BytesIO
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from portal.accounts import permissions
from portal.accounts.actions import ensure_groups
from portal.core.models import AuditEvent
from portal.pages.models import (
    AccessibilityReport,
    AccessibilityStatement,
    ContactMessage,
    FeedbackAnswer,
    Page,
    PageKey,
)
from portal.pages.states import EnquiryState
from tests.pages.visitors import send, soup

pytestmark = pytest.mark.usefixtures("pages")

MODELS = [ContactMessage, AccessibilityReport, FeedbackAnswer, Page]


def url(model: type[Any], page: str, *args: object) -> str:
    return reverse(f"admin:pages_{model._meta.model_name}_{page}", args=args)


def act(client: Client, name: str, rows: list[Any]) -> Any:
    """Choose rows in their list and press one of its actions."""
    data = {"action": name, "_selected_action": [str(row.pk) for row in rows]}
    return client.post(url(type(rows[0]), "changelist"), data, follow=True)


def make_messages(client: Client, number: int = 1, **changes: str) -> list[ContactMessage]:
    for _number in range(number):
        send(client, "contact", **changes)
    return list(ContactMessage.objects.order_by("created_at"))


def page_fields(page: Page, **changes: str) -> dict[str, str]:
    """What the form of a page posts when staff changes one field."""
    facts = {
        "title": page.title,
        "lead": page.lead,
        "body": page.body,
        "contact_text": page.contact_text,
        "published": "on",
        "published_on": str(page.published_on),
        "updated_on": str(page.updated_on),
        "responsible": str(page.responsible_id),
    }
    return {**facts, **changes}


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_the_list_and_the_page_of_each_kind_answer(client: Client, staff_client: Client, model: type[Any]) -> None:
    send(client, "contact")
    send(client, "accessibility_report")
    client.post(reverse("feedback"), {"path": "/uppdraget/", "helpful": "nej"})

    assert staff_client.get(url(model, "changelist")).status_code == 200
    assert staff_client.get(url(model, "change", model.objects.all()[0].pk)).status_code == 200


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_nothing_is_added_by_hand(staff_client: Client, model: type[Any]) -> None:
    assert staff_client.get(url(model, "add")).status_code == 403


def test_an_edited_page_is_updated_today_and_leaves_a_line(staff_client: Client, client: Client) -> None:
    page = Page.objects.get(key="mission")
    Page.objects.filter(pk=page.pk).update(updated_on=dt.date(2026, 1, 2), published_on=dt.date(2026, 1, 1))
    page.refresh_from_db()

    with time_machine.travel(dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC), tick=False):
        staff_client.post(url(Page, "change", page.pk), page_fields(page, body="## Nytt\n\nÅterkom gärna."))

    page.refresh_from_db()
    assert (page.updated_on, page.body_html) == (dt.date(2026, 11, 22), "<h2>Nytt</h2>\n<p>Återkom gärna.</p>\n")
    event = AuditEvent.objects.about(page).get(event="pages.page_edited")
    assert (event.actor_kind, event.data) == ("staff", {"fields": ["body"]})
    assert b"<h2>Nytt</h2>" in client.get(reverse("mission")).content


def test_a_link_that_leads_nowhere_is_a_field_error(staff_client: Client) -> None:
    page = Page.objects.get(key="mission")

    response = staff_client.post(url(Page, "change", page.pk), page_fields(page, body="[x](/finns-inte/)"))

    assert response.status_code == 200
    assert "Länken /finns-inte/ leder ingenstans." in response.content.decode()


def test_the_assessment_of_the_statement_is_edited_with_its_page(staff_client: Client) -> None:
    page = Page.objects.get(key="accessibility")
    inline = {
        "statement-TOTAL_FORMS": "1",
        "statement-INITIAL_FORMS": "1",
        "statement-0-page": str(page.pk),
        "statement-0-compliance": "full",
        "statement-0-assessed_on": "2026-12-01",
    }

    staff_client.post(url(Page, "change", page.pk), {**page_fields(page), **inline})

    statement = AccessibilityStatement.objects.get()
    assert (statement.compliance, statement.assessed_on) == ("full", dt.date(2026, 12, 1))
    event = AuditEvent.objects.about(page).get(event="pages.statement_edited")
    assert event.data == {"fields": ["compliance", "assessed_on"]}


def test_search_finds_a_message_in_any_case(client: Client, staff_client: Client) -> None:
    make_messages(client, name="Åsa Ek")
    make_messages(client, name="Bo Lind")

    page = soup(staff_client.get(url(ContactMessage, "changelist"), {"q": "åsa"}))

    assert [cell.get_text() for cell in page.select("td.field-name_shown")] == ["Åsa Ek"]


def test_search_finds_a_message_by_its_reference_however_it_is_written(client: Client, staff_client: Client) -> None:
    make_messages(client, name="Åsa Ek")
    make_messages(client, name="Bo Lind")
    reference = ContactMessage.objects.get(name="Åsa Ek").reference

    page = soup(staff_client.get(url(ContactMessage, "changelist"), {"q": reference.replace("-", " ").lower()}))

    assert [cell.get_text() for cell in page.select("td.field-name_shown")] == ["Åsa Ek"]


def test_search_finds_a_page_by_a_word_of_its_text(staff_client: Client) -> None:
    page = soup(staff_client.get(url(Page, "changelist"), {"q": "ordförandestudien"}))

    assert [cell.get_text() for cell in page.select("th.field-title")] == ["Uppdraget som ledande förtroendevalda"]


def test_messages_are_marked_as_handled_and_back(client: Client, staff_client: Client) -> None:
    rows = make_messages(client, 2)

    act(staff_client, "mark_handled", rows)
    assert set(ContactMessage.objects.values_list("state", flat=True)) == {EnquiryState.HANDLED}
    act(staff_client, "mark_not_handled", rows[:1])

    rows[0].refresh_from_db()
    assert (rows[0].state, rows[0].handled_at) == (EnquiryState.NEW, None)
    trail = AuditEvent.objects.about(rows[0]).order_by("pk").values_list("event", "actor_kind")
    assert list(trail) == [
        ("pages.message_sent", "person"),
        ("pages.enquiry_handled", "staff"),
        ("pages.enquiry_not_handled", "staff"),
    ]


def test_marking_twice_counts_once(client: Client, staff_client: Client) -> None:
    rows = make_messages(client)
    act(staff_client, "mark_handled", rows)

    second = act(staff_client, "mark_handled", rows)

    assert "0 markerade som hanterade." in second.content.decode()
    assert AuditEvent.objects.filter(event="pages.enquiry_handled").count() == 1


def test_a_report_is_marked_as_handled(client: Client, staff_client: Client) -> None:
    send(client, "accessibility_report")

    act(staff_client, "mark_handled", list(AccessibilityReport.objects.all()))

    assert AccessibilityReport.objects.get().state == EnquiryState.HANDLED


def test_the_export_neutralises_formulas_and_hides_personal_numbers(client: Client, staff_client: Client) -> None:
    rows = make_messages(client, name="=1+1", message="Jag är 19121212-1212")

    response = act(staff_client, "export_selected", rows)

    sheet = load_workbook(BytesIO(response.content)).active
    assert sheet is not None
    headings, values = sheet.iter_rows(values_only=True)
    row = dict(zip(headings, values, strict=True))
    assert (row["Namn"], row["Meddelande"], row["Referens"]) == ("'=1+1", "Jag är ••••••-••••", rows[0].reference)
    assert row["Att titta på"].startswith("Skickad utan JavaScript")


def test_the_list_masks_personal_numbers(client: Client, staff_client: Client) -> None:
    make_messages(client, name="19121212-1212 Tolvan", message="Mitt nummer är 19121212-1212")

    text = soup(staff_client.get(url(ContactMessage, "changelist"))).select_one("#result_list")

    assert text is not None
    assert "1212" not in text.get_text()


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_asks_as_much_for_three_messages_as_for_one(
    client: Client, staff_client: Client, rows: int, django_assert_max_num_queries: Any
) -> None:
    make_messages(client, rows)
    staff_client.get(url(ContactMessage, "changelist"))

    with django_assert_max_num_queries(9):
        staff_client.get(url(ContactMessage, "changelist"))


def test_the_answers_are_counted_above_their_list(client: Client, staff_client: Client) -> None:
    for word in ("ja", "nej", "nej"):
        client.post(reverse("feedback"), {"path": "/uppdraget/", "helpful": word})

    page = soup(staff_client.get(url(FeedbackAnswer, "changelist")))

    heading = page.select_one("#feedback-counts")
    assert heading is not None
    assert heading.parent is not None
    cells = [cell.get_text() for cell in heading.parent.select("tbody :is(th, td)")]
    assert cells == ["Uppdraget", "1", "2"]


def test_the_front_page_says_what_waits(client: Client, staff_client: Client) -> None:
    make_messages(client, 2)

    text = " ".join(soup(staff_client.get(reverse("admin:index"))).get_text(" ").split())

    assert "Meddelanden att svara på 2" in text or "2 Meddelanden att svara på" in text


def test_visitors_do_not_get_in(client: Client) -> None:
    for model in MODELS:
        assert client.get(url(model, "changelist")).status_code == 302


def test_the_answers_are_filtered_by_page(client: Client, staff_client: Client) -> None:
    for path in ("/uppdraget/", "/program/toppolitikerprogrammet/"):
        client.post(reverse("feedback"), {"path": path, "helpful": "nej"})

    page = soup(staff_client.get(url(FeedbackAnswer, "changelist"), {"sida": "programme:toppolitikerprogrammet"}))

    assert [cell.get_text() for cell in page.select("th.field-page_shown")] == ["Program: toppolitikerprogrammet"]


def test_the_role_of_staff_may_do_what_the_pages_need() -> None:
    ensure_groups()

    names = Permission.objects.filter(group__name=permissions.HANDLER, content_type__app_label="pages")
    assert set(names.values_list("codename", flat=True)) == {
        "view_page",
        "change_page",
        "view_accessibilitystatement",
        "change_accessibilitystatement",
        "view_responsible",
        "add_responsible",
        "change_responsible",
        "view_contactmessage",
        "change_contactmessage",
        "view_accessibilityreport",
        "change_accessibilityreport",
        "view_feedbackanswer",
    }


@pytest.mark.parametrize("page", [key for key in PageKey.values if key != "mission"])
def test_a_page_that_must_stay_is_not_taken_down_and_what_was_written_is_kept(staff_client: Client, page: str) -> None:
    row = Page.objects.get(key=page)
    fields = page_fields(row, title="Ny rubrik")
    del fields["published"]

    answer = staff_client.post(url(Page, "change", row.pk), {**fields, **inline_fields(row)})

    shown = soup(answer)
    assert "Den här sidan kan inte avpubliceras: den måste alltid gå att nå." in shown.text
    title = shown.select_one("input[name=title]")
    assert title is not None
    assert title["value"] == "Ny rubrik"
    assert Page.objects.get(key=page).published


def test_a_page_that_is_taken_down_has_no_way_to_it(staff_client: Client) -> None:
    row = Page.objects.get(key="mission")
    assert soup(staff_client.get(url(Page, "change", row.pk))).select(".viewsitelink")
    Page.objects.filter(pk=row.pk).update(published=False)
    assert not soup(staff_client.get(url(Page, "change", row.pk))).select(".viewsitelink")


def inline_fields(page: Page) -> dict[str, str]:
    """What belongs to the accessibility page's form besides."""
    if not hasattr(page, "statement"):
        return {}
    head = {"TOTAL_FORMS": "1", "INITIAL_FORMS": "1", "MIN_NUM_FORMS": "0", "MAX_NUM_FORMS": "1"}
    statement = page.statement
    row = {"page": str(page.pk), "compliance": statement.compliance, "assessed_on": str(statement.assessed_on)}
    return {
        **{f"statement-{name}": value for name, value in head.items()},
        **{f"statement-0-{name}": value for name, value in row.items()},
    }
