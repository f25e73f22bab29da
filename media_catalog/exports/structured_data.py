"""An item as schema.org describes such things, for search engines (VideoObject, PodcastEpisode, Book).

The block is data: no browser runs it, and our content security policy has nothing to say of it.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from typing import Any, Final

from django.conf import settings
from django.urls import reverse
from django.utils.safestring import SafeString

from media_catalog.models import Kind, MediaItem, Part
from media_catalog.queries.catalogue import ItemPage
from media_catalog.queries.podcast import AUTHOR, TITLE

Facts = dict[str, Any]
# As Django's json_script does: nothing in the text can end the element.
ESCAPES: Final = {ord(">"): "\\u003E", ord("<"): "\\u003C", ord("&"): "\\u0026"}


def structured_data(page: ItemPage) -> SafeString:
    """The content of a script element of the type application/ld+json. What is unknown is left out."""
    item = page.item
    facts = {"@context": "https://schema.org", **_common(item), **_OF_KIND[Kind(item.kind)](page)}
    known = {name: value for name, value in facts.items() if value not in ("", None, [])}
    return SafeString(json.dumps(known, ensure_ascii=False).translate(ESCAPES))


def absolute(path: str) -> str:
    """An address that is right wherever it is read; nothing for nothing."""
    return f"{settings.SITE_URL.rstrip('/')}{path}" if path else ""


def duration(seconds: float) -> str:
    """ISO 8601: PT3M15S."""
    minutes, rest = divmod(round(seconds), 60)
    return f"PT{minutes}M{rest}S"


def _common(item: MediaItem) -> Facts:
    return {
        "name": item.title,
        "description": item.lead or item.title,
        "url": absolute(item.get_absolute_url()),
        "inLanguage": "sv",
        "image": absolute(item.poster_url),
        "publisher": {"@type": "Organization", "name": item.publisher or AUTHOR},
    }


def _persons(page: ItemPage, *parts: Part) -> list[Facts]:
    credits_ = [credit for people in page.people for credit in people.credits if credit.part in parts]
    return [
        {"@type": "Person", "name": credit.name, **({"jobTitle": credit.role_then} if credit.role_then else {})}
        for credit in credits_
    ]


def _media(page: ItemPage) -> Facts:
    item = page.item
    length = item.file.duration if item.file and item.file.duration else item.duration
    return {
        "contentUrl": "" if item.on_order else absolute(item.file_url),
        "encodingFormat": item.file.content_type if item.file else "",
        "duration": duration(length) if length else "",
        "transcript": " ".join(cue.text for cue in page.cues),
    }


def _released(item: MediaItem) -> str:
    """The day of the release; where it is not known, the moment when it was published here."""
    moment: dt.date | None = item.released_on or item.published_at
    return moment.isoformat() if moment else ""


def _film(page: ItemPage) -> Facts:
    item = page.item
    clips = [
        {
            "@type": "Clip",
            "name": chapter.title,
            "startOffset": chapter.starts_at,
            "url": absolute(f"{item.get_absolute_url()}?t={chapter.starts_at}"),
        }
        for chapter in page.chapters
    ]
    return {
        "@type": "VideoObject",
        "thumbnailUrl": absolute(item.poster_url),
        "uploadDate": _released(item),
        "actor": _persons(page, Part.APPEARS, Part.HOST),
        "hasPart": clips,
        "accessibilityFeature": ["captions", "transcript"],
        **_media(page),
    }


def _episode(page: ItemPage) -> Facts:
    media = _media(page)
    return {
        "@type": "PodcastEpisode",
        "episodeNumber": page.item.episode_number,
        "datePublished": _released(page.item),
        "timeRequired": media["duration"],
        "actor": _persons(page, Part.GUEST, Part.HOST),
        "associatedMedia": {"@type": "AudioObject", **{name: value for name, value in media.items() if value}},
        "partOfSeries": {"@type": "PodcastSeries", "name": TITLE, "webFeed": absolute(reverse("podcast_feed"))},
    }


def _publication(page: ItemPage) -> Facts:
    item = page.item
    released = item.released_on.isoformat() if item.released_on else ""
    return {
        "@type": "Book",
        "author": _persons(page, Part.AUTHOR),
        "isbn": item.isbn.replace("-", ""),
        "numberOfPages": item.pages,
        "datePublished": released or (str(item.year) if item.year else ""),
    }


_OF_KIND: Final[dict[Kind, Callable[[ItemPage], Facts]]] = {
    Kind.FILM: _film,
    Kind.EPISODE: _episode,
    Kind.PUBLICATION: _publication,
}
