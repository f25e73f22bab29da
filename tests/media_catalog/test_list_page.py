"""The list: what fits the filters, and the sentence in which the words were said, on both databases."""

from __future__ import annotations

import html
import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from media_catalog.actions.files import attach_transcript
from media_catalog.captions import Cue
from media_catalog.models import MediaItem
from media_catalog.queries.search import hit_in
from portal.core import audit
from tests.media_catalog.builders import add_person, make_episode, make_film, make_publication, make_theme

pytestmark = pytest.mark.django_db
LIST = "/film-och-podd/"


def main_of(client: Client, query: str = "") -> str:
    response = client.get(LIST + query)
    assert response.status_code == 200
    page = response.content.decode()
    return page[page.index("<main") : page.index("</main>")]


def titles(client: Client, **query: str) -> list[str]:
    response = client.get(LIST, query)
    assert response.status_code == 200
    return [entry.item.title for entry in response.context["result"].entries]


def words_of(markup: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", markup)).split())


@pytest.mark.parametrize("query", ["åsa", "ÅSA", "a\u030asa", "styra", "Styra åsa", "svårt styra lindgren"])
def test_what_is_said_is_found_with_its_sentence_and_its_second(client: Client, query: str) -> None:
    film = make_film(slug="om-att-styra", title="Om ledarskap")
    make_film(cues=[Cue(0, 2, "Något helt annat, en påsatt dator.")])

    page = main_of(client, f"?q={query}")

    assert titles(client, q=query) == ["Om ledarskap"]
    assert f'href="{film.get_absolute_url()}?t=63#spelare"' in page
    assert "Det är svårt att styra, sa Åsa." in re.sub(r"</?mark>", "", page)
    assert "1 träff" in words_of(page)


def test_every_word_must_be_there_wherever_it_stands(client: Client) -> None:
    film = make_film(title="Samtal om uppdraget")
    add_person(film, "Ann Malmsten", "seniorkonsult")

    assert titles(client, q="malmsten åsa uppdrag") == ["Samtal om uppdraget"]
    assert titles(client, q="malmsten finnsinte") == []


def test_a_word_in_the_title_alone_shows_no_sentence(client: Client) -> None:
    make_publication(title="Åsa skriver")

    assert "media-entry__hit" not in main_of(client, "?q=åsa")
    assert titles(client, q="åsa") == ["Åsa skriver"]


def test_a_new_transcript_is_found_and_the_old_one_is_not(client: Client) -> None:
    film = make_film(title="Filmen")
    attach_transcript(film, [Cue(0, 1, "Alldeles nya ord.")], source_name="ny.vtt", by=audit.SYSTEM)

    assert titles(client, q="åsa") == []
    assert titles(client, q="alldeles") == ["Filmen"]


@pytest.mark.parametrize(
    "query", ["%", "_", "'", '"', "* OR *", "NEAR(", "a & !b", ":*", "\\", "\x00", "-- ;", "🙂", "x" * 5000]
)
def test_odd_questions_are_no_questions_to_the_database(client: Client, query: str) -> None:
    make_film()

    assert client.get(LIST, {"q": query}).status_code == 200


def test_the_filters_and_their_nonsense(client: Client) -> None:
    theme = make_theme("samspel")
    make_film(title="Kort film", duration=195, theme=theme)
    make_film(title="Lång film", duration=2400)
    make_episode(title="Avsnittet", duration=1200, theme=theme)
    make_publication(title="Boken")

    assert titles(client) == ["Kort film", "Lång film", "Avsnittet", "Boken"]
    assert titles(client, slag="film") == ["Kort film", "Lång film"]
    assert titles(client, slag="podd", langd="mellan") == ["Avsnittet"]
    assert titles(client, langd="kort") == ["Kort film"]
    assert titles(client, langd="lang") == ["Lång film"]
    assert titles(client, tema="samspel") == ["Kort film", "Avsnittet"]
    assert titles(client, tema="samspel", slag="publikation") == []
    assert titles(client, slag="';--", tema="finns-inte", langd="9", sida="hundra") == titles(client)


def test_drafts_and_long_versions_are_not_listed(client: Client) -> None:
    short = make_film(title="Kort")
    make_film(title="Lång", short_version=short, on_order=True)
    make_film(title="Utkast", published=False)

    assert titles(client) == ["Kort"]
    assert titles(client, q="utkast") == []


def test_nothing_found_says_so_and_offers_a_way_back(client: Client) -> None:
    text = words_of(main_of(client, "?q=finnsinte"))

    assert "0 träffar" in text
    assert "Inget passar in på det du har valt" in text


def test_what_is_typed_comes_back_escaped(client: Client) -> None:
    page = main_of(client, '?q="><script>alert(1)</script>')

    assert "<script>" not in page


def test_three_items_cost_as_many_queries_as_one(client: Client) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            client.get(LIST, {"q": "åsa"})
        return len(captured)

    theme = make_theme()
    add_person(make_film(theme=theme), "Ann")
    one = queries()
    for _ in range(2):
        add_person(make_episode(theme=theme), "Ann")

    assert queries() == one


def test_the_sentence_with_most_of_the_words_is_shown() -> None:
    cues = [Cue(1, 2, "Vi vill styra."), Cue(5, 6, "Att styra och leda."), Cue(9, 10, "Styra och leda igen.")]
    hit = hit_in(cues, "leda styra")
    assert hit is not None

    assert hit.cue.start == 5
    assert hit.pieces == (("Att ", False), ("styra", True), (" och ", False), ("leda", True), (".", False))


def test_a_short_version_that_is_away_leaves_the_long_ones_page(client: Client) -> None:
    film = make_film(on_order=True, title="Ensam lång")

    assert titles(client) == ["Ensam lång"]
    assert client.get(film.get_absolute_url()).status_code == 200
    assert "<video" not in client.get(film.get_absolute_url()).content.decode()
    assert MediaItem.objects.orderable().get() == film
