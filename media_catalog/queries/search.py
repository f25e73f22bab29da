"""Search over titles, people and what is said, and the sentence that was found."""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.db import connection
from django.db.models import Q
from django.db.models.expressions import RawSQL

from media_catalog.captions import Cue
from media_catalog.models import MediaItemQuerySet
from media_catalog.models.files import WORD
from portal.core.search import fold

# Longer questions are nobody's; each word costs a look-up.
MOST_WORDS = 8
# The transcripts that have a word which begins so; the index behind each is made in migration 0002. PostgreSQL is not
# to know the word when it plans: for one that everybody says it would read all transcripts, which takes seconds.
SPOKEN_WORD = {
    "sqlite": (
        "SELECT rowid FROM media_catalog_transcript_words WHERE media_catalog_transcript_words MATCH %s",
        '"{}"*',
    ),
    "postgresql": (
        "SELECT id FROM media_catalog_transcript"
        " WHERE to_tsvector('simple', search_text) @@ (SELECT to_tsquery('simple', %s))",
        "{}:*",
    ),
}


@dataclass(frozen=True)
class Hit:
    """A sentence in which something was found, and the second at which it is said."""

    cue: Cue
    # The sentence in pieces: (text, whether it was searched for).
    pieces: tuple[tuple[str, bool], ...]


def words_of(query: str) -> list[str]:
    """What is searched for, one by one."""
    return WORD.findall(fold(query))[:MOST_WORDS]


def found(items: MediaItemQuerySet, query: str) -> MediaItemQuerySet:
    """The items that have every word: anywhere in title, people and text, or where a word that is said begins."""
    statement, pattern = SPOKEN_WORD[connection.vendor]
    for word in words_of(query):
        spoken = RawSQL(statement, [pattern.format(word)])  # noqa: S611 - the word is a parameter
        items = items.filter(Q(search_text__contains=word) | Q(transcript__in=spoken))
    return items


def hit_in(cues: list[Cue], query: str) -> Hit | None:
    """The first sentence with most of the words, or None where they stand in the title and the names alone."""
    words = words_of(query)
    patterns = [_begins_with([word]) for word in words]
    best, most = None, 0
    for cue in cues:
        said = f"{cue.speaker} {cue.text}"
        matches = sum(pattern.search(said) is not None for pattern in patterns)
        if matches > most:
            best, most = cue, matches
        if most == len(words):
            break
    return Hit(best, _pieces(best.text, words)) if best else None


def _begins_with(words: list[str]) -> re.Pattern[str]:
    return re.compile(r"(?<![^\W_])(?:" + "|".join(map(re.escape, words)) + r")[^\W_]*", re.IGNORECASE)


def _pieces(text: str, words: list[str]) -> tuple[tuple[str, bool], ...]:
    pieces: list[tuple[str, bool]] = []
    end = 0
    for match in _begins_with(words).finditer(text):
        pieces += [(text[end : match.start()], False), (match.group(), True)]
        end = match.end()
    pieces.append((text[end:], False))
    return tuple(piece for piece in pieces if piece[0])
