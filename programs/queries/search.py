"""Finding a person by what staff happens to have: words, a telephone number, another name of where they come from."""

from __future__ import annotations

import uuid
from typing import TypeVar

from django.db.models import Model, Q, QuerySet

from portal.core import search
from portal.core.normalisation import read_phone
from portal.core.references import read_reference
from portal.organisations import queries as organisations
from portal.organisations.queries import NOBODY
from programs.models import InterestRegistration, InterestRepeat, Invoicing

Row = TypeVar("Row", bound=Model)


def find_people(rows: QuerySet[Row], typed: str, *, to: str = "") -> QuerySet[Row]:
    """Those of the rows that are meant. `to` leads from the row to the person ("place__")."""
    return organisations.find_people(rows, typed, to=to, besides=_has_number(typed, to))


def find_registrations(rows: QuerySet[InterestRegistration], typed: str) -> QuerySet[InterestRegistration]:
    """A whole reference is one registration, or none: also that of a later form, which its sender has a receipt of."""
    if reference := read_reference(typed):
        return rows.filter(pk__in=_behind_reference(reference))
    return find_people(rows, typed)


def find_invoicing(rows: QuerySet[Invoicing], typed: str) -> QuerySet[Invoicing]:
    """It has a reference of its own, and outlives the place: then the name and the organisation are kept in it."""
    if not typed.strip():
        return rows
    own = Q()
    for word in search.fold(typed).split():
        by_place = Q(place__search_text__contains=word) | Q(organisation__search_text__contains=word)
        own &= by_place | Q(participant__icontains=word) | Q(reference__icontains=word)
    return rows.filter(own | search.has_words(typed, "place__") | _has_number(typed, "place__"))


def _has_number(typed: str, to: str) -> Q:
    number = read_phone(typed)
    return Q(**{f"{to}phone_e164": number}) if number else NOBODY


def _behind_reference(reference: str) -> list[uuid.UUID]:
    registrations = InterestRegistration.objects.filter(reference=reference).values_list("pk", flat=True)
    later = InterestRepeat.objects.filter(reference=reference).values_list("registration_id", flat=True)
    return [*registrations, *later]
