"""The page of a film, an episode or a publication is whole without script, and says what it is to programs too."""

from __future__ import annotations

import html
import json
import re
from typing import Any

import pytest
from django.test import Client

from media_catalog.captions import Cue
from media_catalog.models import Chapter, MediaItem, Part
from tests.media_catalog.builders import add_person, make_episode, make_film, make_publication, make_theme
from tests.programs.builders import make_programme

pytestmark = pytest.mark.django_db


def page_of(client: Client, item: MediaItem, query: str = "") -> str:
    response = client.get(item.get_absolute_url() + query)
    assert response.status_code == 200
    return response.content.decode()


def data_of(page: str) -> dict[str, Any]:
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
    assert found is not None
    data: dict[str, Any] = json.loads(found[1])
    return data


def test_the_player_has_captions_by_choice_and_never_begins_by_itself(client: Client) -> None:
    film = make_film()
    page = page_of(client, film)

    assert f'<track kind="captions" srclang="sv" label="Svenska" src="{film.captions_url}">' in page
    assert "default" not in page[page.index("<track") : page.index("</video>")]
    assert "autoplay" not in page
    assert f'src="{film.file_url}"' in page


def test_a_second_in_the_address_is_where_it_begins(client: Client) -> None:
    film = make_film()
    page = page_of(client, film, "?t=64")

    assert f'src="{film.file_url}#t=64"' in page
    assert re.findall(r'<li aria-current="true" data-start="([\d.]+)">', page) == ["63.4"]


@pytest.mark.parametrize("query", ["?t=-1", "?t=abc", "?t=", "?t=٣", "?t=1e9", "?t=99999999999", "?t=0"])
def test_a_nonsensical_second_is_the_beginning(client: Client, query: str) -> None:
    film = make_film()

    assert f'src="{film.file_url}"' in page_of(client, film, query)


def test_each_line_of_the_transcript_leads_to_its_second(client: Client) -> None:
    page = page_of(client, make_film())

    assert re.findall(r'href="\?t=(\d+)#spelare" data-seek="([\d.]+)">([\d:]+)</a>', page) == [
        ("0", "0.5", "0:00"),
        ("63", "63.4", "1:03"),
        ("70", "70.0", "1:10"),
    ]
    assert "<strong>Lena Lindgren:</strong>" in page


def test_questions_theme_programme_and_the_long_version(client: Client) -> None:
    make_programme("ledarprogram")
    film = make_film(discussion_questions="Vad?\n\nHur?", programme_slug="ledarprogram", theme=make_theme())
    make_film(slug="lang", short_version=film, on_order=True, duration=1800)

    page = page_of(client, film)

    assert "<li>Vad?</li><li>Hur?</li>" in page
    assert '<a href="/program/ledarprogram/">Programmet ledarprogram</a>' in page
    assert 'href="/film-och-podd/bestall/?film=lang"' in page
    assert "?tema=uppdraget" in page


def test_a_programme_that_visitors_may_not_see_is_not_linked(client: Client) -> None:
    make_programme("hemligt", published=False)

    assert "/program/hemligt/" not in page_of(client, make_film(programme_slug="hemligt"))


def test_a_long_version_is_told_of_on_the_short_ones_page(client: Client) -> None:
    film = make_film()
    long = make_film(slug="lang", short_version=film, on_order=True)

    assert client.get("/film-och-podd/lang/").headers["Location"] == long.get_absolute_url() == film.get_absolute_url()


def test_a_draft_has_no_page(client: Client) -> None:
    assert client.get(make_film(published=False).get_absolute_url()).status_code == 404


def test_a_film_as_schema_org_knows_it(client: Client) -> None:
    film = make_film(title="Filmen", lead="Ingressen.", duration=195)
    add_person(film, "Ann Malmsten", "seniorkonsult", Part.APPEARS)
    Chapter.objects.create(item=film, starts_at=63, title="Att styra")

    data = data_of(page_of(client, film))

    address = f"http://localhost{film.get_absolute_url()}"
    assert data | {"transcript": ""} == {
        "@context": "https://schema.org",
        "@type": "VideoObject",
        "name": "Filmen",
        "description": "Ingressen.",
        "url": address,
        "inLanguage": "sv",
        "publisher": {"@type": "Organization", "name": "Sveriges Kommuner och Regioner"},
        "uploadDate": data["uploadDate"],
        "actor": [{"@type": "Person", "name": "Ann Malmsten", "jobTitle": "seniorkonsult"}],
        "hasPart": [{"@type": "Clip", "name": "Att styra", "startOffset": 63, "url": f"{address}?t=63"}],
        "accessibilityFeature": ["captions", "transcript"],
        "contentUrl": f"http://localhost{film.file_url}",
        "encodingFormat": "video/mp4",
        "duration": "PT0M18S",
        "transcript": "",
    }
    assert "Det är svårt att styra" in data["transcript"]


def test_an_episode_and_a_book_as_schema_org_knows_them(client: Client) -> None:
    episode = data_of(page_of(client, make_episode(episode_number=7)))
    book = data_of(page_of(client, make_publication(isbn="978-91-7164-812-9", pages=92, year=2013)))

    assert (episode["@type"], episode["episodeNumber"]) == ("PodcastEpisode", 7)
    assert episode["partOfSeries"]["webFeed"] == "http://localhost/podd.xml"
    assert episode["associatedMedia"]["encodingFormat"] == "audio/mpeg"
    assert (book["@type"], book["isbn"], book["numberOfPages"], book["datePublished"]) == (
        "Book", "9789171648129", 92, "2013",
    )  # fmt: skip


def test_no_text_can_end_the_data_block(client: Client) -> None:
    evil = "</script><script>alert(1)</script><!-- &"
    page = page_of(client, make_film(title=evil, cues=[Cue(0, 1, evil)]))

    assert "<script>alert" not in page
    assert data_of(page)["name"] == evil


def test_open_graph(client: Client) -> None:
    film = make_film(title='Film med "citat"', lead="Ingressen.")
    page = page_of(client, film)
    found = dict(re.findall(r'<meta property="(og:\w+)" content="([^"]*)">', page))

    assert {name: html.unescape(value) for name, value in found.items()} == {
        "og:site_name": "Samspel",
        "og:locale": "sv_SE",
        "og:type": "video.other",
        "og:title": 'Film med "citat"',
        "og:description": "Ingressen.",
        "og:url": f"http://localhost{film.get_absolute_url()}",
    }
    assert f'<link rel="canonical" href="http://localhost{film.get_absolute_url()}">' in page


def test_demo_says_that_it_is_demo(client: Client) -> None:
    film = make_film()
    assert "Det här är demo" not in page_of(client, film)
    assert film.file is not None
    film.file.demo = True
    film.file.save()

    assert "Det här är demo" in page_of(client, film)
