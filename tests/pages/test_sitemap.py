"""Search engines get the public pages and nothing else."""

from __future__ import annotations

import re

import pytest
from bs4 import BeautifulSoup
from django.test import Client

from tests.media_catalog.builders import make_film, make_publication
from tests.programs.builders import make_programme

pytestmark = pytest.mark.django_db


def paths(client: Client) -> list[str]:
    response = client.get("/sitemap.xml")
    assert (response.status_code, response["Content-Type"]) == (200, "application/xml")
    return re.findall(r"<loc>http://testserver([^<]*)</loc>", response.content.decode())


def test_published_programmes_films_and_books_are_there(client: Client) -> None:
    film = make_film(slug="kort")
    make_film(slug="lang", short_version=film, on_order=True)
    make_film(slug="utkast", published=False)
    make_publication(slug="boken")
    make_programme("ledarprogram")
    make_programme("hemligt", published=False)

    found = paths(client)

    assert {"/", "/program/", "/program/ledarprogram/", "/film-och-podd/", "/film-och-podd/kort/"} <= set(found)
    assert "/film-och-podd/boken/" in found
    assert [path for path in found if "utkast" in path or "lang" in path or "hemligt" in path] == []


@pytest.mark.usefixtures("pages")
def test_each_page_there_is_open_to_anybody_and_wants_to_be_found(client: Client) -> None:
    make_film(slug="kort")
    make_programme("ledarprogram")

    found = paths(client)

    assert len(set(found)) == len(found)
    for path in found:
        response = client.get(path)
        assert (path, response.status_code) == (path, 200)
        assert "X-Robots-Tag" not in response
        assert 'content="noindex' not in response.content.decode()
        assert not is_refused(client, path)


@pytest.mark.usefixtures("pages")
def test_each_open_page_that_a_public_page_leads_to_is_there(client: Client) -> None:
    make_film(slug="kort")
    make_programme("ledarprogram")
    found = paths(client)

    links = {href for path in found for href in hrefs(client, path)} - set(found)
    missing = {link for link in links if is_page_to_find(client, link)}

    assert missing == set()
    assert {
        "/mentorprogram/",
        "/processledning/",
        "/film-och-podd/bestall/",
        "/overenskommelser/ny/",
        "/overenskommelse/kontroll/",
        "/tillganglighet/rapportera/",
    } <= set(found)


def hrefs(client: Client, path: str) -> set[str]:
    """The pages of ours that a page links to."""
    links = BeautifulSoup(client.get(path).content, "html.parser").select("a[href^='/']")
    return {str(link["href"]).partition("#")[0].partition("?")[0] for link in links}


def is_page_to_find(client: Client, path: str) -> bool:
    if "/fil/" in path:  # what a film is made of
        return False
    response = client.get(path)
    is_page = response.status_code == 200 and response["Content-Type"].startswith("text/html")
    return is_page and 'content="noindex' not in response.content.decode() and not is_refused(client, path)


def is_refused(client: Client, path: str) -> bool:
    """As RFC 9309 has it: of the rules that fit, the longest counts."""
    rules = re.findall(r"^(Allow|Disallow): (\S+)$", client.get("/robots.txt").content.decode(), re.MULTILINE)
    fitting = [
        (len(rule), verb) for verb, rule in rules if (path + "$" if rule.endswith("$") else path).startswith(rule)
    ]
    return max(fitting, default=(0, "Allow"))[1] == "Disallow"


def test_robots_may_read_the_form_of_an_agreement_and_nothing_else_of_agreements(client: Client) -> None:
    assert not is_refused(client, "/overenskommelser/ny/")
    assert is_refused(client, "/overenskommelser/ny/kvitto/x/")
    assert is_refused(client, "/overenskommelser/")


def test_robots_are_told_where_the_list_is(client: Client) -> None:
    text = client.get("/robots.txt").content.decode()

    assert text.endswith("\nSitemap: http://localhost/sitemap.xml\n")
    assert "Disallow: /film-och-podd/bestallning/" in text
