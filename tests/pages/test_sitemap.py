"""Search engines get the public pages and nothing else."""

from __future__ import annotations

import re

import pytest
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


def test_robots_are_told_where_the_list_is(client: Client) -> None:
    text = client.get("/robots.txt").content.decode()

    assert text.endswith("\nSitemap: http://localhost/sitemap.xml\n")
    assert "Disallow: /film-och-podd/bestallning/" in text
