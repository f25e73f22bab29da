"""Loading the texts of the package: what is missing comes, what staff wrote stays, once more changes nothing."""

from __future__ import annotations

import datetime as dt
from io import StringIO

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import IntegrityError, transaction

from portal.core.models import AuditEvent
from portal.organisations.models import Organisation
from portal.pages.actions.content import known_pages, load_pages
from portal.pages.models import AccessibilityStatement, Page, PageKey, Responsible
from programs.models import Programme

pytestmark = pytest.mark.django_db


@time_machine.travel(dt.datetime(2026, 11, 21, 12, tzinfo=dt.UTC), tick=False)
def test_a_first_load_publishes_every_page_from_that_day() -> None:
    report = load_pages()

    assert set(report.added) == set(PageKey.values)
    assert set(Page.objects.values_list("key", "published", "published_on", "updated_on")) == {
        (key, True, dt.date(2026, 11, 21), dt.date(2026, 11, 21)) for key in PageKey.values
    }
    assert Responsible.objects.count() == AccessibilityStatement.objects.count() == 1
    assert AuditEvent.objects.filter(event="pages.page_added").count() == len(PageKey)


def test_a_second_load_keeps_what_staff_wrote() -> None:
    load_pages()
    Page.objects.filter(key="mission").update(title="Vår rubrik")
    Page.objects.filter(key="contact").delete()

    report = load_pages()

    assert (report.added, len(report.kept)) == (("contact",), len(PageKey) - 1)
    assert Page.objects.get(key="mission").title == "Vår rubrik"


def test_each_page_of_the_package_has_one_responsible_and_a_lead() -> None:
    pages = known_pages()

    assert [set(page["responsible"]) for page in pages] == [{"name", "title"}] * len(PageKey)
    assert all(page["lead"] for page in pages)


def test_one_command_loads_everything_and_reports_it() -> None:
    first, second = StringIO(), StringIO()

    call_command("load_reference_data", stdout=first)
    call_command("load_reference_data", stdout=second)

    assert "Organisations: 311 added" in first.getvalue()
    assert f"Pages: {len(PageKey)} added, 0 kept." in first.getvalue()
    assert f"Pages: 0 added, {len(PageKey)} kept." in second.getvalue()
    assert (Organisation.objects.count(), Page.objects.count()) == (311, len(PageKey))
    assert Programme.objects.exists()


def _page(**changes: object) -> Page:
    responsible = Responsible.objects.create(name="Någon")
    facts = {"key": "mission", "title": "T", "responsible": responsible, "published": True}
    days = {"published_on": dt.date(2026, 1, 1), "updated_on": dt.date(2026, 1, 1)}
    return Page(**{**facts, **days, **changes})


def test_the_text_is_rendered_when_it_is_saved() -> None:
    page = _page(body="## Hej\n\n<script>x</script>")
    page.save()

    assert page.body_html == "<h2>Hej</h2>\n<p>&lt;script&gt;x&lt;/script&gt;</p>\n"
    assert page.search_text == "t ## hej <script>x</script>"


def test_a_link_that_leads_nowhere_is_refused() -> None:
    with pytest.raises(ValidationError) as refusal:
        _page(body="Se [kartan](/karta/).").full_clean()

    assert refusal.value.message_dict == {"body": ["Länken /karta/ leder ingenstans."]}


@pytest.mark.parametrize("key", ["start", "contact", "accessibility", "privacy"])
def test_the_database_keeps_the_necessary_pages_published(key: str) -> None:
    with pytest.raises(ValidationError, match="kan inte avpubliceras"):
        _page(key=key, published=False).full_clean()
    with pytest.raises(IntegrityError), transaction.atomic():
        _page(key=key, published=False).save()


def test_a_published_page_has_a_day_and_a_responsible() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        _page(published_on=None).save()
    with pytest.raises(IntegrityError), transaction.atomic():
        _page(responsible=None).save()
