"""Items for tests, with the demo's own files; each builder fills in what its test does not care about."""

from __future__ import annotations

from itertools import count
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile

from media_catalog.actions.files import attach_file, attach_transcript
from media_catalog.actions.publishing import publish
from media_catalog.captions import Cue
from media_catalog.models import Credit, Kind, MediaItem, MediaTheme, Part
from portal.core import audit
from portal.demo.media import FOLDER

FILM = FOLDER / "berattelser-om-mentorskap.mp4"
SOUND = FOLDER / "uppdrag-demokrati.mp3"
CUES = [
    Cue(0.5, 4.0, "Hej och välkommen."),
    Cue(63.4, 66.0, "Det är svårt att styra, sa Åsa.", "Lena Lindgren"),
    Cue(70.0, 75.0, "Vi leder tillsammans."),
]
_numbers = count(1)


def make_item(
    kind: Kind, *, slug: str = "", published: bool = True, cues: list[Cue] | None = None, **facts: Any
) -> MediaItem:
    """A whole item; a film or an episode has its file and its transcript."""
    number = next(_numbers)
    if kind == Kind.EPISODE:
        facts.setdefault("episode_number", number)
    slug = slug or f"{kind}-{number}"
    item = MediaItem(kind=kind, slug=slug, **{"title": f"Titel {slug}", **facts})
    item.full_clean()
    item.save()
    if kind in {Kind.FILM, Kind.EPISODE}:
        complete(item, cues or CUES)
    return publish(item, by=audit.SYSTEM) if published else item


def complete(item: MediaItem, cues: list[Cue]) -> None:
    source = FILM if item.kind == Kind.FILM else SOUND
    attach_file(item, ContentFile(source.read_bytes(), source.name), by=audit.SYSTEM, duration=18)
    attach_transcript(item, cues, source_name="text.vtt", by=audit.SYSTEM)


def make_film(**facts: Any) -> MediaItem:
    return make_item(Kind.FILM, **facts)


def make_episode(**facts: Any) -> MediaItem:
    return make_item(Kind.EPISODE, **facts)


def make_publication(**facts: Any) -> MediaItem:
    return make_item(Kind.PUBLICATION, **facts)


def add_person(item: MediaItem, name: str, role_then: str = "", part: Part = Part.GUEST) -> None:
    Credit.objects.create(item=item, name=name, role_then=role_then, part=part)
    item.save()


def make_theme(slug: str = "uppdraget") -> MediaTheme:
    return MediaTheme.objects.create(slug=slug, name=f"Temat {slug}")


def upload(name: str, content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)
