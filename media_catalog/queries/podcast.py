"""The podcast itself, and which episodes its feed has."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from django.db.models import Max

from media_catalog.models import Kind, MediaItem

TITLE: Final = "Politiskt ledarskap"
AUTHOR: Final = "Sveriges Kommuner och Regioner"


def episodes() -> list[MediaItem]:
    """What a podcast app may fetch, the newest first."""
    items = MediaItem.objects.open().of_kind(Kind.EPISODE).order_by("-episode_number")
    return list(items.select_related("file", "poster").prefetch_related("credits", "chapters"))


def changed_at() -> datetime | None:
    """When anything of any episode was changed; one that was taken away counts too."""
    latest: datetime | None = MediaItem.objects.of_kind(Kind.EPISODE).aggregate(latest=Max("changed_at"))["latest"]
    return latest
