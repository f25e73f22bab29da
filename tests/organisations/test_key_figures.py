"""Key figures in the database: fetched from Kolada, kept with their date, shown with the country beside."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import timedelta
from importlib import resources

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from dev.services import free_port
from portal.core import audit
from portal.core.models import AuditEvent
from portal.organisations import actions
from portal.organisations.actions import load_key_figures, load_organisations, load_sample_key_figures
from portal.organisations.kolada import NATIONAL, Kolada, Patience
from portal.organisations.models import FetchState, KeyFigure, KeyFigureFetch, KeyFigureValue, Organisation
from portal.organisations.queries import YearlyValue, key_figures_of
from portal.organisations.schedules import fetch_key_figures, fetch_key_figures_monthly
from tests.accounts.people import log_in, make_staff
from tests.organisations.kolada_server import KoladaServer, kolada_server

pytestmark = pytest.mark.django_db
QUICK = Patience(per_second=1000, connect=1, read=2, tries=0)
LAST_YEAR = timezone.localdate().year - 1


@pytest.fixture(autouse=True)
def lists() -> None:
    load_organisations()
    load_key_figures()


@pytest.fixture
def server() -> Iterator[KoladaServer]:
    """A Kolada that knows the population of every place."""
    with kolada_server() as server:
        for area in [NATIONAL, *Organisation.objects.values_list("kolada_id", flat=True)]:
            server.add("N01951", area, LAST_YEAR, 100.0)
        yield server


def fetch(address: str) -> KeyFigureFetch:
    with Kolada(address, QUICK) as kolada:
        return actions.fetch_key_figures(actions.ask_for_key_figures(by=audit.SYSTEM), kolada)


def test_the_list_is_a_choice_of_the_published_one_and_can_be_loaded_again() -> None:
    text = resources.files("portal.organisations").joinpath("data/key_figures.csv").read_text("utf-8")
    rows = list(csv.DictReader(text.splitlines()))
    assert load_key_figures() == len(rows) == KeyFigure.objects.count()
    assert [KeyFigure.objects.shown_for(kind).count() for kind in ("kommun", "region")] == [12, 12]


def test_every_place_and_the_country_are_fetched_and_kept_with_their_date(server: KoladaServer) -> None:
    done = fetch(f"{server.address}/v3")
    assert (done.state, done.count) == (FetchState.DONE, 312)
    assert KeyFigureValue.objects.filter(is_sample=False, fetched_at__lte=timezone.now()).count() == 312
    [event] = AuditEvent.objects.filter(event="organisations.key_figures_fetched")
    assert event.data == {"state": "done", "count": 312}


def test_a_revised_value_replaces_the_old_one_and_a_removed_one_goes(server: KoladaServer) -> None:
    place = Organisation.objects.get(code="0180")
    KeyFigureValue.objects.create(key_figure_id="N01951", area="0180", year=LAST_YEAR, value=1)
    KeyFigureValue.objects.create(key_figure_id="N00901", area="0180", year=LAST_YEAR, value=1)
    fetch(f"{server.address}/v3")
    [shown] = key_figures_of(place)
    assert shown.years == (YearlyValue(LAST_YEAR, 100.0, 100.0),)


def test_what_we_have_stays_when_kolada_is_away() -> None:
    KeyFigureValue.objects.create(key_figure_id="N01951", area="0180", year=LAST_YEAR, value=1)
    failed = fetch(f"http://127.0.0.1:{free_port()}")
    assert (failed.state, failed.reason, failed.count) == (FetchState.FAILED, "no_answer", 0)
    assert KeyFigureValue.objects.count() == 1


def test_an_empty_answer_is_no_news(server: KoladaServer) -> None:
    KeyFigureValue.objects.create(key_figure_id="N01951", area="0180", year=LAST_YEAR, value=1)
    server.rows = []
    assert fetch(f"{server.address}/v3").reason == "empty"
    assert KeyFigureValue.objects.count() == 1


def test_values_that_nobody_asked_for_are_left(server: KoladaServer) -> None:
    server.instead = [
        (
            200,
            {},
            b'{"values": [{"kpi": "X1", "municipality": "0180", "period": 2024, "values": '
            b'[{"gender": "T", "value": 1}]}]}',
        )
    ]
    fetch(f"{server.address}/v3")
    assert not KeyFigureValue.objects.filter(key_figure_id="X1").exists()


def test_the_task_fetches_once(server: KoladaServer, settings: Settings) -> None:
    settings.KOLADA_URL = f"{server.address}/v3"
    fetch_key_figures_monthly()
    asked = KeyFigureFetch.objects.get()
    fetch_key_figures(asked.pk)
    requests = len(server.asked)
    fetch_key_figures(asked.pk)
    fetch_key_figures(4711)
    assert (KeyFigureFetch.objects.get().state, len(server.asked)) == (FetchState.DONE, requests)


# --- What a page shows -----------------------------------------------------------------------------------------------
def test_ten_years_are_shown_with_gaps_where_nothing_is_known() -> None:
    place = Organisation.objects.get(code="0180")
    for year in range(LAST_YEAR - 14, LAST_YEAR + 1, 2):
        KeyFigureValue.objects.create(key_figure_id="N01951", area="0180", year=year, value=year)
    for year in range(LAST_YEAR - 14, LAST_YEAR + 1):
        KeyFigureValue.objects.create(key_figure_id="N01951", area=NATIONAL, year=year, value=-year)
    [shown] = key_figures_of(place)
    assert [each.year for each in shown.years] == list(range(LAST_YEAR - 9, LAST_YEAR + 1))
    assert shown.years[-2:] == (
        YearlyValue(LAST_YEAR - 1, None, 1.0 - LAST_YEAR),
        YearlyValue(LAST_YEAR, LAST_YEAR, -LAST_YEAR),
    )


def test_a_region_sees_its_own_figures() -> None:
    for kpi in ("N60918", "N00901"):
        KeyFigureValue.objects.create(key_figure_id=kpi, area="0001", year=LAST_YEAR, value=1)
    shown = key_figures_of(Organisation.objects.get(code="01"))
    assert [each.figure.pk for each in shown] == ["N60918"]


def test_the_date_is_that_of_the_fetching() -> None:
    before = timezone.now() - timedelta(days=40)
    KeyFigureValue.objects.create(key_figure_id="N01951", area="0180", year=LAST_YEAR, value=1, fetched_at=before)
    [shown] = key_figures_of(Organisation.objects.get(code="0180"))
    assert shown.fetched_on == timezone.localtime(before).date()


# --- The sample of the demo ------------------------------------------------------------------------------------------
def test_a_sample_is_marked_and_covers_each_figure_of_the_place() -> None:
    for code in ("0180", "01"):
        load_sample_key_figures(Organisation.objects.get(code=code))
        shown = key_figures_of(Organisation.objects.get(code=code))
        assert len(shown) == 12
        assert all(each.is_sample and len(each.years) == 10 for each in shown)


def test_a_sample_never_stands_beside_or_over_a_real_value(server: KoladaServer) -> None:
    place = Organisation.objects.get(code="0180")
    load_sample_key_figures(place)
    fetch(f"{server.address}/v3")
    assert load_sample_key_figures(place) == 0
    assert not KeyFigureValue.objects.filter(is_sample=True).exists()


def test_a_sample_of_the_country_is_not_shown_beside_a_real_place() -> None:
    load_sample_key_figures(Organisation.objects.get(code="0180"))
    KeyFigureValue.objects.filter(area="0180").delete()
    KeyFigureValue.objects.create(key_figure_id="N01951", area="0180", year=LAST_YEAR, value=1)
    [shown] = key_figures_of(Organisation.objects.get(code="0180"))
    assert shown.years == (YearlyValue(LAST_YEAR, 1.0, None),)


# --- Admin -----------------------------------------------------------------------------------------------------------
def test_staff_asks_for_them_in_admin(client: Client) -> None:
    log_in(client, make_staff())
    listing = reverse("admin:organisations_keyfigurefetch_changelist")
    fetch_url = reverse("admin:organisations_keyfigurefetch_fetch")
    assert client.get(fetch_url).status_code == 405
    assert client.post(fetch_url).url == listing  # type: ignore[attr-defined]  # a redirect
    assert KeyFigureFetch.objects.get().state == FetchState.WAITING
    assert "Hämta nyckeltal nu" in client.get(listing).content.decode()


def test_nobody_else_asks(client: Client) -> None:
    assert client.post(reverse("admin:organisations_keyfigurefetch_fetch")).status_code == 302
    assert not KeyFigureFetch.objects.exists()
