"""Finding a person by what staff happens to have: words, a telephone number, another name of where they come from."""

from __future__ import annotations

from typing import Any, TypeVar

from django.db.models import Model, Q, QuerySet

from portal.core import search
from portal.core.normalisation import BadPhone, clean_phone, e164
from portal.organisations.models import Organisation

Row = TypeVar("Row", bound=Model)


def find_people(rows: QuerySet[Row], typed: str) -> QuerySet[Row]:
    """By the words that stand in the row, and by the number, however either was written; else by its organisation.

    "Malmö stad" and "Skåne" stand in no row, but lead to one: they are asked for when nobody else was found.
    """
    found = search.find(rows, typed)
    if number := _number(typed):
        found = found | rows.filter(phone_e164=number)
    return found if found.exists() else rows.filter(_comes_from(typed))


def _number(typed: str) -> str:
    try:
        return e164(clean_phone(typed))
    except BadPhone:
        return ""


def _comes_from(typed: str) -> Q:
    """Each word stands in the row or in what its organisation is called; nobody when no organisation is meant."""
    words = search.fold(typed).split()
    codes = {word: _organisations(word) for word in words}
    condition = Q()
    for word in words:
        condition &= Q(search_text__contains=word) | Q(organisation__in=codes[word])
    return condition if any(codes.values()) else Q(pk__in=[])


def _organisations(word: str) -> list[Any]:
    return list(Organisation.objects.filter(search_text__contains=word).order_by().values_list("pk", flat=True))
