"""The feed holds what PSP-1 requires and recommends, and a parser that is not ours reads all of it.

https://github.com/Podcast-Standards-Project/PSP-1-Podcast-RSS-Specification
"""

from __future__ import annotations

import datetime as dt
import json
import struct
import time
import uuid
from email.utils import parsedate_to_datetime
from typing import Any
from xml.etree import ElementTree as ET

import feedparser
import pytest
from django.test import Client
from pytest_django import Settings

from dev.steps import ROOT
from media_catalog.actions.publishing import unpublish
from media_catalog.models import Chapter, MediaItem, Part
from portal.core import audit
from tests.media_catalog.builders import SOUND, add_person, make_episode, make_film

pytestmark = pytest.mark.django_db
NAMES = {
    "atom": "http://www.w3.org/2005/Atom",
    "itunes": "http://www.itunes.com/dtds/podcast-1.0.dtd",
    "podcast": "https://podcastindex.org/namespace/1.0",
}
CHANNEL_REQUIRED = (
    "atom:link[@rel='self']",
    "title",
    "description",
    "link",
    "language",
    "itunes:category",
    "itunes:explicit",
    "itunes:image",
)
CHANNEL_RECOMMENDED = ("podcast:locked", "podcast:guid", "itunes:author")
ITEM_REQUIRED = ("title", "enclosure", "guid")
ITEM_RECOMMENDED = (
    "link",
    "pubDate",
    "description",
    "itunes:duration",
    "itunes:image",
    "itunes:explicit",
    "podcast:transcript",
)


@pytest.fixture
def episode() -> MediaItem:
    item = make_episode(
        slug="avsnittet", title="Makt & ansvar", episode_number=1, released_on=dt.date(2018, 5, 17), lead="Två gäster."
    )
    add_person(item, "Åsa Eriksson", "riksdagsledamot")
    add_person(item, "Peter Örn", part=Part.HOST)
    Chapter.objects.create(item=item, starts_at=0, title="Början")
    Chapter.objects.create(item=item, starts_at=12, title="Slutet")
    return item


def feed(client: Client) -> ET.Element:
    response = client.get("/podd.xml")
    assert response.status_code == 200
    channel = ET.fromstring(response.content).find("channel")  # noqa: S314 - our own feed
    assert channel is not None
    return channel


def text(parent: ET.Element, path: str) -> str:
    return parent.findtext(path, default="", namespaces=NAMES)


def attribute(parent: ET.Element, path: str, name: str) -> str:
    found = parent.find(path, NAMES)
    assert found is not None, path
    return found.get(name, "")


@pytest.mark.parametrize("name", [*CHANNEL_REQUIRED, *CHANNEL_RECOMMENDED])
def test_the_channel_has_what_is_required_and_recommended(client: Client, episode: MediaItem, name: str) -> None:
    assert feed(client).find(name, NAMES) is not None


@pytest.mark.parametrize("name", [*ITEM_REQUIRED, *ITEM_RECOMMENDED])
def test_each_episode_has_what_is_required_and_recommended(client: Client, episode: MediaItem, name: str) -> None:
    make_episode()

    for item in feed(client).findall("item"):
        assert item.find(name, NAMES) is not None


def test_what_the_channel_says(client: Client, episode: MediaItem) -> None:
    channel = feed(client)

    assert attribute(channel, "atom:link", "href") == "http://localhost/podd.xml"
    assert attribute(channel, "atom:link", "type") == "application/rss+xml"
    assert attribute(channel, "itunes:category", "text") == "Government"
    assert text(channel, "title") == "Politiskt ledarskap"
    assert text(channel, "language") == "sv"
    assert text(channel, "itunes:explicit") == "false"
    assert text(channel, "podcast:locked") == "yes"
    assert len(text(channel, "description").encode()) <= 4000
    seed = uuid.UUID("ead4c236-bf58-58c6-a2c6-a6b28d128cb6")
    assert text(channel, "podcast:guid") == str(uuid.uuid5(seed, "localhost/podd.xml"))


def test_the_podcast_keeps_an_id_that_it_had_before(client: Client, episode: MediaItem, settings: Settings) -> None:
    settings.PODCAST_GUID = "9b024349-ccf0-5f69-a609-6b82873eab3c"

    assert text(feed(client), "podcast:guid") == settings.PODCAST_GUID


def test_the_cover_is_a_square_that_the_apps_take() -> None:
    header = (ROOT / "static" / "src" / "img" / "podd.png").read_bytes()[:26]
    width, height, _depth, colours = struct.unpack(">IIBB", header[16:26])

    assert header[:8] == b"\x89PNG\r\n\x1a\n"
    assert 1400 <= width == height <= 3000
    assert colours == 2, "RGB, not a palette"


def test_what_an_episode_says(client: Client, episode: MediaItem) -> None:
    item = feed(client).find("item")
    assert item is not None

    assert text(item, "title") == "Makt & ansvar"
    assert text(item, "guid") == str(episode.guid)
    assert attribute(item, "guid", "isPermaLink") == "false"
    assert parsedate_to_datetime(text(item, "pubDate")) == dt.datetime(2018, 5, 17, 4, tzinfo=dt.UTC)
    assert text(item, "itunes:duration") == "18"
    assert text(item, "itunes:episode") == "1"
    assert [(person.text, person.get("role")) for person in item.findall("podcast:person", NAMES)] == [
        ("Åsa Eriksson", "guest"),
        ("Peter Örn", "host"),
    ]
    kinds = [(found.get("type"), found.get("url")) for found in item.findall("podcast:transcript", NAMES)]
    assert kinds == [
        ("text/vtt", "http://localhost/film-och-podd/avsnittet/undertexter.vtt"),
        ("text/html", "http://localhost/film-och-podd/avsnittet/#utskrift"),
    ]


def test_the_enclosure_is_the_file(client: Client, episode: MediaItem) -> None:
    item = feed(client).find("item")
    assert item is not None
    address = attribute(item, "enclosure", "url").removeprefix("http://localhost")

    for response in (client.head(address), client.get(address)):
        assert response["Content-Type"] == attribute(item, "enclosure", "type") == "audio/mpeg"
        assert response["Content-Length"] == attribute(item, "enclosure", "length") == str(SOUND.stat().st_size)
        assert b"".join(response) in {b"", SOUND.read_bytes()}


def test_every_address_in_the_feed_leads_somewhere(client: Client, episode: MediaItem) -> None:
    channel = feed(client)
    found = [value for element in channel.iter() for name, value in element.attrib.items() if name in {"url", "href"}]
    found += [text(channel, "link"), *(text(item, "link") for item in channel.findall("item"))]

    for address in {address.partition("#")[0] for address in found if "/static/" not in address}:
        response = client.get(address.removeprefix("http://localhost"))
        assert response.status_code == 200, address
        assert b"".join(response)


def test_the_chapters(client: Client, episode: MediaItem) -> None:
    item = feed(client).find("item")
    assert item is not None
    response = client.get(attribute(item, "podcast:chapters", "url").removeprefix("http://localhost"))

    assert response["Content-Type"] == attribute(item, "podcast:chapters", "type") == "application/json+chapters"
    assert json.loads(response.content) == {
        "version": "1.2.0",
        "title": "Makt & ansvar",
        "podcastName": "Politiskt ledarskap",
        "chapters": [{"startTime": 0, "title": "Början"}, {"startTime": 12, "title": "Slutet"}],
    }


def test_the_id_of_an_episode_survives_a_new_title_and_a_new_address(client: Client, episode: MediaItem) -> None:
    before = [text(item, "guid") for item in feed(client).findall("item")]
    episode.title, episode.slug = "Ny titel", "ny-adress"
    episode.save()

    channel = feed(client)
    assert [text(item, "title") for item in channel.findall("item")] == ["Ny titel"]
    assert [text(item, "guid") for item in channel.findall("item")] == before


def test_only_published_episodes_are_there_the_newest_first(client: Client, episode: MediaItem) -> None:
    make_episode(episode_number=3, title="Tre")
    make_episode(episode_number=2, title="Två", published=False)
    make_film()

    assert [text(item, "title") for item in feed(client).findall("item")] == ["Tre", "Makt & ansvar"]


def test_another_parser_reads_all_of_it(client: Client, episode: MediaItem) -> None:
    read: Any = feedparser.parse(client.get("/podd.xml").content)

    assert not read.bozo
    assert (read.version, read.feed.title, read.feed.language) == ("rss20", "Politiskt ledarskap", "sv")
    assert (read.feed.author, read.feed.image.href) == (
        "Sveriges Kommuner och Regioner",
        "http://localhost/static/img/podd.png",
    )
    assert [tag.term for tag in read.feed.tags] == ["Government"]
    [entry] = read.entries
    assert (entry.title, entry.id, entry.guidislink) == ("Makt & ansvar", str(episode.guid), False)
    assert (entry.summary, entry.itunes_duration, entry.itunes_episode) == ("Två gäster.", "18", "1")
    assert time.strftime("%Y-%m-%d %H:%M", entry.published_parsed) == "2018-05-17 04:00"
    [enclosure] = entry.enclosures
    assert (enclosure.type, enclosure.length) == ("audio/mpeg", str(SOUND.stat().st_size))
    assert entry.podcast_chapters["type"] == "application/json+chapters"


def test_an_unchanged_feed_is_not_sent_again(client: Client, episode: MediaItem) -> None:
    first = client.get("/podd.xml")
    by_tag = client.get("/podd.xml", headers={"If-None-Match": first["ETag"]})
    by_day = client.get("/podd.xml", headers={"If-Modified-Since": first["Last-Modified"]})

    assert (by_tag.status_code, by_tag.content) == (304, b"")
    assert (by_day.status_code, by_day.content) == (304, b"")
    assert client.get("/podd.xml", headers={"If-None-Match": '"another"'}).status_code == 200
    assert client.head("/podd.xml").headers["ETag"] == first["ETag"]
    assert client.get("/podd.xml").content == first.content


def test_a_change_is_sent(client: Client, episode: MediaItem) -> None:
    first = client.get("/podd.xml")
    MediaItem.objects.filter(pk=episode.pk).update(title="Ny titel")
    assert client.get("/podd.xml", headers={"If-None-Match": first["ETag"]}).status_code == 200

    unpublish(episode, by=audit.SYSTEM)
    empty = client.get("/podd.xml", headers={"If-None-Match": first["ETag"]})
    assert (empty.status_code, b"<item>" in empty.content) == (200, False)


def test_a_text_with_what_no_xml_may_have(client: Client) -> None:
    make_episode(title="Fel\x0btecken <b> & så", lead="å" * 5000)
    item = feed(client).find("item")
    assert item is not None

    assert text(item, "title") == "Feltecken <b> & så"
    assert text(item, "description") == "å" * 2000


def test_the_page_that_tells_how_to_subscribe(client: Client, episode: MediaItem) -> None:
    page = client.get("/film-och-podd/prenumerera/").content.decode()

    assert (
        '<link rel="alternate" type="application/rss+xml" title="Politiskt ledarskap" href="http://localhost/podd.xml">'
        in page
    )
    assert '<a href="http://localhost/podd.xml">http://localhost/podd.xml</a>' in page
    assert "Makt &amp; ansvar" in page
