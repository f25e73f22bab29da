"""Dates in admin's forms are the browser's own fields, in inlines too."""

import datetime as dt
from io import StringIO

import pytest
from django import forms
from django.contrib import admin
from django.contrib.admin.utils import display_for_value
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from programs.models import Cohort
from tests.accounts.people import log_in, make_staff

pytestmark = pytest.mark.django_db


def test_no_form_asks_for_a_date_as_text(client: Client) -> None:
    call_command("load_programmes", stdout=StringIO())
    log_in(client, make_staff())
    cohort = Cohort.objects.filter(occasions__isnull=False).first()
    assert cohort is not None

    page = client.get(reverse("admin:programs_cohort_change", args=[cohort.pk])).content.decode()

    assert 'type="date"' in page
    assert "vDateField" not in page


def test_django_writes_times_as_our_own_pages_do() -> None:
    moment = dt.datetime(2026, 11, 23, 2, 33, tzinfo=dt.UTC)
    assert display_for_value(moment, "-") == "23 november 2026 03.33"
    assert display_for_value(dt.time(10, 0), "-") == "10.00"
    # What is typed is read as before.
    assert parsed("10:00") == parsed("10:00:00") == dt.time(10, 0)


def parsed(typed: str) -> dt.time:
    time = forms.TimeField().clean(typed)
    assert isinstance(time, dt.time)
    return time


def test_the_site_is_ours() -> None:
    assert type(admin.site._wrapped).__name__ == "SamspelAdminSite"  # type: ignore[attr-defined]  # a lazy object's own


@pytest.mark.parametrize("day", ["9999-12-31", "9999-12-30", "0001-01-01"])
def test_what_is_deleted_next_can_be_asked_for_any_day(client: Client, day: str) -> None:
    assert log_in(client, make_staff()).get(reverse("admin:core_disposal_upcoming"), {"till": day}).status_code == 200
