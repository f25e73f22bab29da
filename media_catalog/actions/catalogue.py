"""Load the films, episodes and publications that the package carries, without touching what staff has written."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from importlib import resources
from typing import Any

from django.db import transaction

from media_catalog.actions.publishing import publish
from media_catalog.models import Credit, Kind, MediaItem, MediaTheme
from portal.core import audit


@dataclass(frozen=True)
class MediaReport:
    """What a load did, by slug."""

    added: tuple[str, ...]
    kept: tuple[str, ...]


def known_media() -> dict[str, list[dict[str, Any]]]:
    """What media_catalog/data says, as its README tells: themes and the items of each kind."""
    folder = resources.files("media_catalog").joinpath("data")
    names = ("themes", "films", "episodes", "publications")
    return {name: tomllib.loads(folder.joinpath(f"{name}.toml").read_text("utf-8"))[name] for name in names}


@transaction.atomic
def load_media(media: dict[str, list[dict[str, Any]]] | None = None) -> MediaReport:
    """Add the items that are missing; leave those that exist as they are. Safe to run again."""
    known = known_media() if media is None else media
    for theme in known["themes"]:
        MediaTheme.objects.get_or_create(slug=theme["slug"], defaults=theme)
    existing = set(MediaItem.objects.values_list("slug", flat=True))
    added: list[str] = []
    for name, kind in (("films", Kind.FILM), ("episodes", Kind.EPISODE), ("publications", Kind.PUBLICATION)):
        for facts in known[name]:
            if facts["slug"] not in existing:
                _add(kind, facts)
                added.append(facts["slug"])
    return MediaReport(added=tuple(added), kept=tuple(sorted(existing)))


def _add(kind: Kind, facts: dict[str, Any]) -> None:
    rows = {"people", "theme", "long_version_of", "publish"}
    fields = {name: _stripped(value) for name, value in facts.items() if name not in rows}
    item = MediaItem(kind=kind, **fields)
    if theme := facts.get("theme"):
        item.theme = MediaTheme.objects.get(slug=theme)
    if short := facts.get("long_version_of"):
        item.short_version = MediaItem.objects.get(slug=short)
    item.full_clean()
    item.save()
    for position, person in enumerate(facts.get("people", []), start=1):
        credit = Credit(item=item, position=position, **person)
        credit.full_clean()
        credit.save()
    # The names are part of what one searches in.
    item.save()
    if facts.get("publish"):
        publish(item, by=audit.SYSTEM)


def _stripped(value: Any) -> Any:
    return value.strip() if isinstance(value, str) else value
