"""The content pages through HTTP: they answer, carry the furniture, lead nowhere in vain and cost few queries."""

from __future__ import annotations

import datetime as dt
import re

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from portal.pages.models import AccessibilityStatement, Page, PageKey
from programs.models import Programme
from tests.pages.visitors import soup
from tests.programs.builders import make_programme

pytestmark = pytest.mark.usefixtures("pages")

# Pages whose main part belongs to another app.
LISTS = ["programme_list", "media_list"]
FORM_PAGES = ["accessibility_report", "accessibility_report_sent"]


@pytest.mark.parametrize("name", [*PageKey.values, *FORM_PAGES])
def test_the_page_answers_with_one_heading_and_its_own_title(client: Client, name: str) -> None:
    response = client.get(reverse(name))

    page = soup(response)
    assert response.status_code == 200
    assert len(page.select("h1")) == 1
    assert page.title is not None
    assert page.title.get_text().endswith(" – Samspel")
    assert not page.select("[style], style, script:not([src])")


@pytest.mark.parametrize("name", PageKey.values)
@time_machine.travel(dt.datetime(2026, 11, 21, 12, tzinfo=dt.UTC), tick=False)
def test_a_content_page_says_when_it_changed_and_who_answers_for_it(client: Client, name: str) -> None:
    Page.objects.update(published_on=dt.date(2026, 11, 1), updated_on=dt.date(2026, 11, 20))

    page = soup(client.get(reverse(name)))

    meta = {row.dt.text: row.dd.text for row in page.select(".page-meta > div") if row.dt and row.dd}
    assert meta == {
        "Publicerad": "1 november 2026",
        "Uppdaterad": "20 november 2026",
        "Informationsansvarig": "Lena Lindgren, Projektledare",
    }
    assert [crumb.text for crumb in page.select("[aria-current=page]")][:1] or name == "start"
    assert page.select_one("form.feedback input[name=path]") is not None


@pytest.mark.parametrize("name", [*PageKey.values, *FORM_PAGES])
def test_every_link_of_the_page_leads_to_a_page(client: Client, name: str) -> None:
    links = {str(link["href"]) for link in soup(client.get(reverse(name))).select("a[href]")}

    internal = {link.partition("#")[0] for link in links if link.startswith("/")}
    broken = {link: status for link in internal if (status := client.get(link, follow=True).status_code) != 200}
    assert broken == {}
    assert {link for link in links if not link.startswith(("/", "#"))} <= {
        "https://www.digg.se/tdosanmalan",
        "https://www.imy.se/",
    }


def test_the_start_page_says_what_is_true_of_the_programmes_now(client: Client) -> None:
    page = soup(client.get(reverse("start")))

    cards = page.select(".card")
    assert [title.get_text() for title in page.select(".card__title")] == [
        "Toppolitikerprogrammet",
        "Toppolitikerprogrammet – Fortsättning",
    ]
    for text in [card.get_text(" ", strip=True) for card in cards]:
        assert "Anmälan till 2024 är stängd. Anmäl intresse för 2025." in text
    assert [link["href"] for link in page.select(".hero a")] == [
        reverse("register_interest"),
        reverse("programme_list"),
    ]


def test_the_start_page_offers_no_form_when_no_round_is_open(client: Client) -> None:
    Programme.objects.update(published=False)

    page = soup(client.get(reverse("start")))

    assert [link["href"] for link in page.select(".hero a")] == [reverse("programme_list")]
    assert page.select("#programmen, #sa-gor-du") == []


@pytest.mark.parametrize("rows", [1, 3])
def test_the_start_page_asks_as_much_for_three_programmes_as_for_one(
    client: Client, rows: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    Programme.objects.update(published=False)
    for number in range(rows):
        make_programme(f"p{number}")

    with django_assert_num_queries(3):
        response = client.get(reverse("start"))

    assert len(soup(response).select(".card")) == rows


@pytest.mark.parametrize("name", [key for key in PageKey.values if key not in {"start", *LISTS}])
def test_the_other_pages_need_one_query(
    client: Client, name: str, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(1):
        client.get(reverse(name))


@pytest.mark.parametrize("name", LISTS)
def test_a_list_needs_one_query_for_its_own_texts(client: Client, name: str) -> None:
    with CaptureQueriesContext(connection) as asked:
        client.get(reverse(name))

    assert len([query for query in asked if '"pages_page"' in query["sql"]]) == 1
    assert len(asked) <= 10


@pytest.mark.parametrize("name", LISTS)
def test_a_list_shows_what_staff_wrote(client: Client, name: str) -> None:
    Page.objects.filter(key=name).update(
        title="Vår rubrik", lead="Vår ingress.", body_html="<p>Vår text.</p>", contact_text="Ring oss gärna."
    )

    page = soup(client.get(reverse(name)))

    assert page.h1 is not None
    assert page.h1.text == "Vår rubrik"
    for text in ("Vår ingress.", "Vår text.", "Ring oss gärna."):
        assert text in page.get_text()


@pytest.mark.parametrize("name", LISTS)
def test_a_list_is_there_before_any_text_is_loaded(client: Client, name: str) -> None:
    before = soup(client.get(reverse(name)))
    Page.objects.all().delete()

    page = soup(client.get(reverse(name)))

    assert (page.h1, page.select_one(".lead")) == (before.h1, before.select_one(".lead"))
    assert page.select(".page-meta") == []


def test_a_page_that_is_not_published_is_not_found(client: Client) -> None:
    Page.objects.filter(key="mission").update(published=False)

    assert client.get(reverse("mission")).status_code == 404


def test_the_pages_never_use_the_name_of_the_managers_programme(client: Client) -> None:
    for name in PageKey.values:
        assert "toppledarprogrammet" not in client.get(reverse(name)).content.decode().lower()


def test_the_statement_has_the_eleven_parts_that_digg_asks_for(client: Client) -> None:
    Page.objects.filter(key="accessibility").update(updated_on=dt.date(2026, 11, 22))
    AccessibilityStatement.objects.update(assessed_on=dt.date(2026, 11, 21))

    page = soup(client.get(reverse("accessibility")))

    facts = {row.dt.text: row.dd.get_text(" ", strip=True) for row in page.select(".facts__row") if row.dt and row.dd}
    assert facts == {
        "Ansvarig aktör": "Sveriges Kommuner och Regioner, SKR",
        "Webbplats": "Samspel",
        "Bedömning": "Webbplatsen är delvis förenlig med lagen (2018:1937)"
        " om tillgänglighet till digital offentlig service.",
        "Senast bedömd": "21 november 2026",
        "Redogörelsen uppdaterad": "22 november 2026",
    }
    assert [heading.get_text() for heading in page.select("main .page:not(.page-foot) h2")] == [
        "Redogörelsen i korthet",
        "Berätta när något inte fungerar",
        "Så har vi prövat webbplatsen",
        "Det som inte är prövat eller inte når hela vägen",
        "Oskäligt betungande anpassning",
        "Innehåll som inte omfattas av lagen",
        "Om du inte är nöjd med vårt svar",
    ]
    assert page.select_one(f'main a[href="{reverse("accessibility_report")}"]') is not None
    assert page.select_one('main a[href="https://www.digg.se/tdosanmalan"]') is not None


def test_the_footer_of_each_page_leads_to_accessibility_and_privacy(client: Client) -> None:
    for name in PageKey.values:
        links = [link["href"] for link in soup(client.get(reverse(name))).select(".site-footer a")]
        assert {reverse("accessibility"), reverse("privacy")} <= set(links)


def test_no_page_asks_for_a_party(client: Client) -> None:
    for name in ("contact", "accessibility_report"):
        names = [
            str(field.get("name")) for field in soup(client.get(reverse(name))).select("main :is(input, textarea)")
        ]
        assert not [field for field in names if re.search("parti|party", field)]


def test_the_page_about_agreements_leads_on_whatever_staff_writes(client: Client) -> None:
    """The way into the pair's room and what an agreement never is stand beside the text that staff owns."""
    Page.objects.filter(key=PageKey.AGREEMENT).update(body_html="<p>Vår egen text.</p>")

    page = client.get(reverse("agreement_about")).content.decode()

    assert "Vår egen text." in page
    for name in ("agreement_start", "agreement_list", "agreement_sample", "agreement_check"):
        assert f'href="{reverse(name)}"' in page
    assert "flyttar ingen beslutanderätt" in page
