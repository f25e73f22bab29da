"""`catalogue`: films, episodes, publications and who is in them. `files`: their files and what is said in them."""

from media_catalog.captions import Cue
from media_catalog.models.catalogue import (
    FILE_KINDS,
    SPOKEN,
    Chapter,
    Credit,
    Episode,
    Film,
    Kind,
    MediaItem,
    MediaItemQuerySet,
    MediaTheme,
    Part,
    Publication,
)
from media_catalog.models.files import FileKind, MediaFile, Transcript

__all__ = [
    "FILE_KINDS",
    "SPOKEN",
    "Chapter",
    "Credit",
    "Cue",
    "Episode",
    "FileKind",
    "Film",
    "Kind",
    "MediaFile",
    "MediaItem",
    "MediaItemQuerySet",
    "MediaTheme",
    "Part",
    "Publication",
    "Transcript",
]
