"""A casefolded column to search in, the same on every database.

SQLite's LIKE folds A-Z only: there "åsa" would not find "Åsa". PostgreSQL would. So the text is folded here.
"""

from __future__ import annotations

import unicodedata
from typing import Any, TypeVar

from django.db import models

from portal.core.references import read_reference

Row = TypeVar("Row", bound=models.Model)


def fold(text: str) -> str:
    """Text as it is compared: composed, caseless, single spaces."""
    return " ".join(unicodedata.normalize("NFC", text).casefold().split())


class SearchText(models.Model):
    """A model that is found by the words of `search_fields()`."""

    search_text = models.TextField(default="", editable=False)

    class Meta:
        abstract = True

    def search_fields(self) -> list[str]:
        """The texts that somebody may look for."""
        raise NotImplementedError

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.search_text = fold(" ".join(self.search_fields()))
        if (fields := kwargs.get("update_fields")) is not None:
            kwargs["update_fields"] = {*fields, "search_text"}
        super().save(*args, **kwargs)


def find(rows: models.QuerySet[Row], query: str) -> models.QuerySet[Row]:
    """The rows whose search text has every word of the query."""
    return rows.filter(has_words(query))


def has_words(query: str, to: str = "") -> models.Q:
    """The search text has every word, or the reference that the query is, however it was written.

    The longest is looked for first: fewest have it. `to` leads from the row to the one with the text ("place__").
    """
    text = f"{to}search_text__contains"
    condition = models.Q()
    for word in sorted(fold(query).split(), key=len, reverse=True):
        condition &= models.Q(**{text: word})
    if reference := read_reference(query):
        condition |= models.Q(**{text: fold(reference)})
    return condition
