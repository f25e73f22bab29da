"""`catalogue`: films, episodes, publications; `files`: their files and words; `orders`: what visitors order."""

from media_catalog.captions import Cue
from media_catalog.models.catalogue import (
    FILE_KINDS,
    OF_KIND,
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
from media_catalog.models.orders import Order, Orderer, OrderKind, OrderLink, OrderTally

__all__ = [
    "FILE_KINDS",
    "OF_KIND",
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
    "Order",
    "OrderKind",
    "OrderLink",
    "OrderTally",
    "Orderer",
    "Part",
    "Publication",
    "Transcript",
]
