"""Which pages search engines may know of, for /sitemap.xml."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.contrib.sitemaps import Sitemap
from django.urls import reverse

from media_catalog.models import MediaItem
from programs.models import Programme

PAGES = (
    "start",
    "mission",
    "programme_list",
    "register_interest",
    "agreement_about",
    "agreement_start",
    "agreement_check",
    "media_list",
    "podcast_subscribe",
    "order_films",
    "request_process_leading",
    "request_mentor",
    "contact",
    "accessibility",
    "accessibility_report",
    "privacy",
)


class PageSitemap(Sitemap[str]):
    """The pages that are always there."""

    def items(self) -> Iterable[str]:
        return PAGES

    def location(self, item: str) -> str:
        return reverse(item)


class ProgrammeSitemap(Sitemap[Programme]):
    def items(self) -> Iterable[Programme]:
        return Programme.objects.published().order_by("pk")

    def lastmod(self, item: Programme) -> dt.date | None:
        return item.updated_on or item.published_on


class MediaSitemap(Sitemap[MediaItem]):
    def items(self) -> Iterable[MediaItem]:
        items: Iterable[MediaItem] = MediaItem.objects.listed().order_by("pk")
        return items

    def lastmod(self, item: MediaItem) -> dt.datetime:
        return item.changed_at


SITEMAPS: dict[str, type[Sitemap[Any]]] = {"pages": PageSitemap, "programmes": ProgrammeSitemap, "media": MediaSitemap}
