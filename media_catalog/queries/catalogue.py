"""The list with its filters, and everything that the page of one item shows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from django.core.paginator import Page, Paginator
from django.db.models import Case, F, FloatField, IntegerField, Q, Value, When
from django.db.models.functions import Coalesce
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from media_catalog.captions import Cue
from media_catalog.models import (
    SPOKEN,
    Chapter,
    Credit,
    Kind,
    MediaItem,
    MediaItemQuerySet,
    MediaTheme,
    Part,
    Transcript,
)
from media_catalog.queries.search import Hit, found, hit_in, words_of
from portal.core.crossings import Link, link_to

PER_PAGE = 24
# Whoever searches reads sentences, and each is looked for in a whole transcript.
HITS_PER_PAGE = 12
LONGEST_QUERY = 200
# What the address says, what people read, and what it means.
KINDS: Final = {
    "film": (_("Filmer"), Kind.FILM),
    "podd": (_("Podden"), Kind.EPISODE),
    "publikation": (_("Publikationer"), Kind.PUBLICATION),
}
LENGTHS: Final = {
    "kort": (_("Högst 10 minuter"), Q(shown_duration__lte=600)),
    "mellan": (_("10 till 30 minuter"), Q(shown_duration__gt=600, shown_duration__lte=1800)),
    "lang": (_("Mer än 30 minuter"), Q(shown_duration__gt=1800)),
}
# As `MediaItem.shown_length`.
SHOWN_DURATION: Final = Coalesce("duration", "file__duration", output_field=FloatField())


@dataclass(frozen=True)
class Filters:
    """What somebody has chosen in the list; empty is everything. What is no choice of ours is as if not chosen."""

    kind: str = ""
    theme: str = ""
    length: str = ""
    query: str = ""

    @classmethod
    def from_address(cls, chosen: Mapping[str, str], themes: Iterable[MediaTheme]) -> Filters:
        slugs = {theme.slug for theme in themes}
        return cls(
            kind=_one_of(chosen.get("slag", ""), KINDS),
            theme=_one_of(chosen.get("tema", ""), slugs),
            length=_one_of(chosen.get("langd", ""), LENGTHS),
            query=chosen.get("q", "").replace("\x00", "")[:LONGEST_QUERY].strip(),
        )

    def __bool__(self) -> bool:
        return any((self.kind, self.theme, self.length, self.query))


def _one_of(value: str, known: Iterable[str]) -> str:
    return value if value in known else ""


@dataclass(frozen=True)
class Entry:
    """An item in the list; with the sentence in which the words were found, if they were said."""

    item: MediaItem
    hit: Hit | None = None


@dataclass(frozen=True)
class MediaPage:
    filters: Filters
    page: Page[MediaItem]
    entries: list[Entry]

    @property
    def total(self) -> int:
        return self.page.paginator.count


def all_themes() -> list[MediaTheme]:
    return list(MediaTheme.objects.filter(items__in=MediaItem.objects.listed()).distinct())


def media_page(filters: Filters, number: str | int) -> MediaPage:
    """The items that fit, films before episodes before publications, the newest first."""
    rows = _ordered(_filtered(filters)).select_related("theme", "file").prefetch_related("credits")
    page = Paginator(rows, HITS_PER_PAGE if words_of(filters.query) else PER_PAGE).get_page(number)
    return MediaPage(filters, page, _entries(list(page), filters.query))


def _filtered(filters: Filters) -> MediaItemQuerySet:
    items = MediaItem.objects.listed().annotate(shown_duration=SHOWN_DURATION)
    if filters.kind:
        items = items.of_kind(KINDS[filters.kind][1])
    if filters.theme:
        items = items.filter(theme__slug=filters.theme)
    if filters.length:
        items = items.filter(LENGTHS[filters.length][1])
    return found(items, filters.query)


def _ordered(items: MediaItemQuerySet) -> MediaItemQuerySet:
    places = [When(kind=kind, then=Value(place)) for place, kind in enumerate(Kind)]
    newest = F("released_on").desc(nulls_last=True)
    year = F("year").desc(nulls_last=True)
    return items.order_by(Case(*places, output_field=IntegerField()), F("episode_number").desc(), year, newest, "title")


def _entries(items: list[MediaItem], query: str) -> list[Entry]:
    if not words_of(query):
        return [Entry(item) for item in items]
    transcripts = Transcript.objects.only("cues").in_bulk([item.transcript_id for item in items if item.transcript_id])
    return [Entry(item, _hit(transcripts.get(item.transcript_id or 0), query)) for item in items]


def _hit(transcript: Transcript | None, query: str) -> Hit | None:
    return hit_in(transcript.lines, query) if transcript else None


@dataclass(frozen=True)
class People:
    """Those who took part in the same way: guests, authors."""

    heading: str | Promise
    credits: list[Credit]


HEADINGS: Final = {
    Part.APPEARS: _("Medverkande"),
    Part.GUEST: _("Gäster"),
    Part.HOST: _("Programledare"),
    Part.AUTHOR: _("Författare"),
}


@dataclass(frozen=True)
class ItemPage:
    """Everything that the page of an item shows. `second` is where the player is to begin."""

    item: MediaItem
    people: list[People]
    chapters: list[Chapter]
    cues: list[Cue]
    long_version: MediaItem | None
    programme: Link | None
    second: int = 0
    siblings: list[MediaItem] = field(default_factory=list)

    @property
    def plays(self) -> bool:
        """Whether anybody may play it here: a film or an episode that is not sent on order."""
        return self.item.kind in SPOKEN and not self.item.on_order and self.item.file is not None

    @property
    def has_reading(self) -> bool:
        """Whether there is anything to read beside the facts."""
        item = self.item
        return any((item.text, item.question_lines, item.visual_description, item.link, self.long_version)) or bool(
            item.kind == Kind.PUBLICATION and item.file
        )

    @property
    def current(self) -> Cue | None:
        """What is said at that second."""
        return next((cue for cue in reversed(self.cues) if self.second and cue.start <= self.second + 1), None)


def item_page(item: MediaItem, second: int = 0) -> ItemPage:
    """`item` is published and not a long version that has a short one."""
    long_version = MediaItem.objects.orderable().filter(short_version=item).first()
    return ItemPage(
        item=item,
        people=_people(list(item.credits.all())),
        chapters=list(item.chapters.all()),
        cues=item.transcript.lines if item.transcript else [],
        long_version=item if item.on_order else long_version,
        programme=link_to("programme", item.programme_slug),
        second=second,
        siblings=_siblings(item),
    )


def _people(people: list[Credit]) -> list[People]:
    by_part = {part: [credit for credit in people if credit.part == part] for part in HEADINGS}
    return [People(HEADINGS[part], found_) for part, found_ in by_part.items() if found_]


def _siblings(item: MediaItem) -> list[MediaItem]:
    """Up to three others of the same theme."""
    if item.theme_id is None:
        return []
    return list(_ordered(MediaItem.objects.listed().filter(theme=item.theme_id).exclude(pk=item.pk))[:3])
