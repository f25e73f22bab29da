"""The programme list and the programme page, as a visitor gets them."""

from __future__ import annotations

import datetime as dt
import html
import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from programs.actions.catalogue import load_programmes
from programs.models import Programme
from programs.states import CohortState
from tests.programs.builders import make_cohort, make_occasion, make_programme, make_theme

pytestmark = pytest.mark.django_db
BASIC = "/program/toppolitikerprogrammet/"


def text_of(client: Client, path: str) -> str:
    """The words inside <main>, with single spaces (a no-break space counts as one)."""
    response = client.get(path)
    assert response.status_code == 200
    page = response.content.decode()
    main = page[page.index("<main") : page.index("</main>")]
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", main)).split())


def queries_of(client: Client, path: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert client.get(path).status_code == 200
    return len(captured)


def test_the_page_says_what_is_true_now(client: Client) -> None:
    load_programmes()

    text = text_of(client, BASIC)

    assert "Anmälan till 2024 är stängd. Anmäl intresse för 2025." in text


def test_the_page_leads_to_the_form_with_the_programme_chosen(client: Client) -> None:
    load_programmes()

    page = client.get(BASIC).content.decode()

    assert f'href="{reverse("register_interest")}?program=toppolitikerprogrammet"' in page


def test_a_programme_of_the_past_leads_to_no_form(client: Client) -> None:
    load_programmes()

    page = client.get("/program/fordjupningsprogram-2020/").content.decode()

    assert "Det här är ett tidigare program som inte längre går att anmäla sig till." in page
    assert "?program=" not in page


def test_the_page_tells_prices_without_vat_and_the_misprint_as_published(client: Client) -> None:
    load_programmes()

    text = text_of(client, BASIC)

    assert "24 000 kr per år, exklusive moms" in text
    assert "cirka 2 600 kr per tillfälle, exklusive moms" in text
    assert "6–7 januari 2020 Redaktionens anmärkning: Datumen står så i källan." in text
    assert "Sista anmälningsdag 17 april 2019" in text


def test_what_is_unknown_is_not_mentioned(client: Client) -> None:
    programme = make_programme()
    make_cohort(programme, 2020, CohortState.STARTED)

    text = text_of(client, programme.get_absolute_url())

    silent = (
        " kr",
        "moms",
        "Plats",
        "Avgift",
        "Deltagare",
        "Programledare",
        "None",
        "Praktiska fakta",
        "Källa",
        "Tider",
    )
    assert [word for word in silent if word in text] == []


def test_the_foot_tells_when_it_was_published_and_who_answers_for_it(client: Client) -> None:
    load_programmes()

    text = text_of(client, BASIC)

    assert "Publicerad 29 maj 2024" in text
    assert "Informationsansvarig Lena Lindgren, Projektledare" in text


def test_the_list_shows_current_programmes_and_earlier_ones_apart(client: Client) -> None:
    load_programmes()

    text = text_of(client, "/program/")

    names = [
        "Toppolitikerprogrammet",
        "Toppolitikerprogrammet – Fortsättning",
        "Tidigare program",
        "Fördjupningsprogram i att styra och leda för toppolitiker",
    ]
    assert [text.index(name) for name in names] == sorted(text.index(name) for name in names)
    assert text.count("Anmälan till 2024 är stängd. Anmäl intresse för 2025.") == 2


def test_an_empty_list_says_so(client: Client) -> None:
    assert "Just nu finns inga program att visa." in text_of(client, "/program/")


@pytest.mark.parametrize("slug", ["finns-inte", "opublicerat"])
def test_what_is_not_published_is_not_found(client: Client, slug: str) -> None:
    make_programme("opublicerat", published=False)

    assert client.get(f"/program/{slug}/").status_code == 404


@pytest.mark.parametrize("path", ["/program/", BASIC])
def test_pages_are_read_only(client: Client, path: str) -> None:
    load_programmes()

    assert client.post(path).status_code == 405


def fill(programme: Programme, rows: int) -> None:
    """As many themes, cohorts and occasions as asked for, half of the cohorts ahead."""
    for number in range(1, rows + 1):
        make_theme(programme, number)
        cohort = make_cohort(programme, 2020 + number, CohortState.STARTED)
        for occasion in range(1, rows + 1):
            make_occasion(cohort, occasion, dt.date(2020 + number, occasion, 1))
    make_cohort(programme, 2027, CohortState.INTEREST_OPEN)


def test_the_page_asks_as_many_questions_for_three_rows_as_for_one(client: Client) -> None:
    small, large = make_programme("liten"), make_programme("stor")
    fill(small, 1)
    fill(large, 3)

    counts = [queries_of(client, programme.get_absolute_url()) for programme in (small, large)]

    assert counts == [4, 4]


def test_the_list_asks_as_many_questions_for_three_rows_as_for_one(client: Client) -> None:
    fill(make_programme("a"), 1)
    one = queries_of(client, "/program/")
    fill(make_programme("b"), 3)
    fill(make_programme("c"), 3)

    # The programmes, their rounds, and what staff wrote for the page.
    assert (one, queries_of(client, "/program/")) == (3, 3)
