"""The podcast's feed: RSS 2.0 with the names of iTunes and Podcasting 2.0, after the Podcast Standards Project's PSP-1.

https://github.com/Podcast-Standards-Project/PSP-1-Podcast-RSS-Specification
"""

from __future__ import annotations

import datetime as dt
import re
import uuid
from email.utils import format_datetime
from typing import Final
from xml.etree import ElementTree as ET

from django.conf import settings
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import gettext as _

from media_catalog.exports.structured_data import absolute
from media_catalog.models import Credit, MediaItem, Part
from media_catalog.queries.podcast import AUTHOR, TITLE
from portal.core.formats import STOCKHOLM

ITUNES: Final = "http://www.itunes.com/dtds/podcast-1.0.dtd"
PODCAST: Final = "https://podcastindex.org/namespace/1.0"
ATOM: Final = "http://www.w3.org/2005/Atom"
for prefix, namespace in (("itunes", ITUNES), ("podcast", PODCAST), ("atom", ATOM)):
    ET.register_namespace(prefix, namespace)

# PSP-1: the GUID of a podcast is made in this namespace from the address of its feed.
PODCAST_NAMESPACE: Final = uuid.UUID("ead4c236-bf58-58c6-a2c6-a6b28d128cb6")
MOST_BYTES: Final = 4000
LONGEST_VALUE: Final = 255
# Apps want a square of at least this many pixels.
SMALLEST_PICTURE: Final = 1400
# Characters that no XML may have.
FORBIDDEN: Final = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def podcast_feed(episodes: list[MediaItem], changed_at: dt.datetime | None) -> bytes:
    """The whole feed; the same rows make the same bytes."""
    rss = ET.Element("rss", {"version": "2.0"})
    channel = ET.SubElement(rss, "channel")
    _describe(channel)
    if changed_at:
        _add(channel, "lastBuildDate", format_datetime(changed_at))
    for episode in episodes:
        _add_episode(ET.SubElement(channel, "item"), episode)
    ET.indent(rss)
    content: bytes = ET.tostring(rss, encoding="utf-8", xml_declaration=True)
    return content


def podcast_guid() -> str:
    """Given once and then kept: by the setting when the feed moves, else made from its address."""
    address = absolute(reverse("podcast_feed")).partition("://")[2]
    return settings.PODCAST_GUID or str(uuid.uuid5(PODCAST_NAMESPACE, address.rstrip("/")))


def _add(parent: ET.Element, name: str, text: str = "", /, **attributes: str) -> ET.Element:
    element = ET.SubElement(parent, name, {key: FORBIDDEN.sub("", value) for key, value in attributes.items()})
    if text:
        element.text = FORBIDDEN.sub("", text).strip()
    return element


def _describe(channel: ET.Element) -> None:
    feed = absolute(reverse("podcast_feed"))
    _add(channel, f"{{{ATOM}}}link", href=feed, rel="self", type="application/rss+xml")
    _add(channel, "title", TITLE)
    text = _("Samtal om politiskt ledarskap, med dig som leder politiskt i en kommun eller region i tankarna.")
    _add(channel, "description", text)
    _add(channel, "link", absolute(reverse("podcast_subscribe")))
    _add(channel, "language", "sv")
    _add(channel, "copyright", AUTHOR)
    _add(channel, f"{{{ITUNES}}}category", text="Government")
    _add(channel, f"{{{ITUNES}}}explicit", "false")
    _add(channel, f"{{{ITUNES}}}image", href=_cover())
    _add(channel, f"{{{ITUNES}}}author", AUTHOR)
    _add(channel, f"{{{ITUNES}}}type", "episodic")
    _add(channel, f"{{{PODCAST}}}locked", "yes")
    _add(channel, f"{{{PODCAST}}}guid", podcast_guid())
    _add(channel, f"{{{PODCAST}}}medium", "podcast")


def _cover() -> str:
    return absolute(static("img/podd.png"))


def _add_episode(element: ET.Element, item: MediaItem) -> None:
    _add(element, "title", item.title[:LONGEST_VALUE])
    _add(element, "guid", str(item.guid), isPermaLink="false")
    _add(element, "link", absolute(item.get_absolute_url()))
    _add(element, "description", _cut(_description(item)))
    _add(element, "pubDate", format_datetime(_released(item)))
    _add_file(element, item)
    _add(element, f"{{{ITUNES}}}episode", str(item.episode_number))
    _add(element, f"{{{ITUNES}}}episodeType", "full")
    _add(element, f"{{{ITUNES}}}explicit", "false")
    _add(element, f"{{{ITUNES}}}image", href=_picture(item))
    _add_reading(element, item)
    for credit in item.credits.all():
        _add_person(element, credit)


def _add_file(element: ET.Element, item: MediaItem) -> None:
    file = item.file
    if file is None:
        raise ValueError("An episode without a file is in no feed.")
    _add(element, "enclosure", url=absolute(item.file_url), length=str(file.size), type=file.content_type)
    if seconds := file.duration or item.duration:
        _add(element, f"{{{ITUNES}}}duration", str(round(seconds)))


def _add_reading(element: ET.Element, item: MediaItem) -> None:
    """What is said, as captions and as a page, and the chapters."""
    page = absolute(item.get_absolute_url())
    transcript = f"{{{PODCAST}}}transcript"
    _add(element, transcript, url=absolute(item.captions_url), type="text/vtt", language="sv", rel="captions")
    _add(element, transcript, url=f"{page}#utskrift", type="text/html", language="sv")
    if item.chapters.all():
        chapters = absolute(reverse("media_chapters", args=[item.slug]))
        _add(element, f"{{{PODCAST}}}chapters", url=chapters, type="application/json+chapters")


def _add_person(element: ET.Element, credit: Credit) -> None:
    role = {Part.GUEST: "guest", Part.HOST: "host", Part.AUTHOR: "writer"}.get(Part(credit.part), "guest")
    _add(element, f"{{{PODCAST}}}person", credit.name, role=role)


def _picture(item: MediaItem) -> str:
    """The episode's own picture where it is one that the apps take, else the podcast's cover."""
    picture = item.poster
    if picture and picture.width == picture.height and (picture.width or 0) >= SMALLEST_PICTURE:
        return absolute(item.poster_url)
    return _cover()


def _released(item: MediaItem) -> dt.datetime:
    """Six in the morning of the day when it came; where that is not known, when it was published here."""
    if item.released_on:
        return dt.datetime.combine(item.released_on, dt.time(6), STOCKHOLM)
    if item.published_at:
        return item.published_at.replace(microsecond=0)
    raise ValueError("An episode that is not published is in no feed.")


def _description(item: MediaItem) -> str:
    text = item.text or item.lead or item.title
    return _("Demo, inte SKR:s avsnitt. %(text)s") % {"text": text} if item.demo else text


def _cut(text: str) -> str:
    """No longer than the specification allows, and no half letter at the end."""
    return text.encode()[:MOST_BYTES].decode(errors="ignore")


def chapters(item: MediaItem) -> dict[str, object]:
    """The chapters as apps read them: Podcasting 2.0, JSON chapters 1.2.0."""
    rows = [{"startTime": chapter.starts_at, "title": chapter.title} for chapter in item.chapters.all()]
    return {"version": "1.2.0", "title": item.title, "podcastName": TITLE, "chapters": rows}
