"""The demo's films and episodes: short files of the portal's own making, marked as demo wherever they are shown."""

from __future__ import annotations

import tomllib
from functools import partial
from pathlib import Path
from typing import Any

from django.core.files.base import File
from django.db import transaction

from media_catalog.actions.files import attach_file, attach_poster, attach_transcript
from media_catalog.actions.publishing import publish
from media_catalog.captions import read_captions
from media_catalog.models import Chapter, Kind, MediaItem
from portal.core import audit

FOLDER = Path(__file__).parent / "data" / "media"
ENDINGS = {Kind.FILM: ".mp4", Kind.EPISODE: ".mp3"}


def ensure_media() -> int:
    """Give each known film and episode that has no file its demo file, and publish it; returns how many that were."""
    scripts = _read("scripts.toml")
    durations = _read("durations.toml")
    known = scripts["films"] | scripts["episodes"]
    waiting = MediaItem.objects.filter(slug__in=known, file__isnull=True).order_by("pk")
    for item in waiting:
        _show(item, known[item.slug], durations[item.slug])
    return len(waiting)


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((FOLDER / name).read_text("utf-8"))


@transaction.atomic
def _show(item: MediaItem, script: dict[str, Any], duration: float) -> None:
    attach = partial(attach_file, item, by=audit.SYSTEM, demo=True, duration=duration)
    with (FOLDER / f"{item.slug}{ENDINGS[Kind(item.kind)]}").open("rb") as file:
        attach(File(file, name=Path(file.name).name))
    if item.kind == Kind.FILM:
        with (FOLDER / "demofilm.png").open("rb") as picture:
            attach_poster(item, File(picture, name="demofilm.png"), by=audit.SYSTEM, demo=True)
    source = f"{item.slug}.vtt"
    cues = read_captions(source, (FOLDER / source).read_bytes())
    attach_transcript(item, cues, source_name=source, by=audit.SYSTEM)
    for line, title in script.get("chapters", []):
        Chapter.objects.create(item=item, starts_at=int(cues[line].start), title=title)
    publish(item, by=audit.SYSTEM)
