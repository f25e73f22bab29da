"""Questions about organisations."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import TypeVar

from django.db.models import Model, Q, QuerySet
from django.utils.translation import gettext as _

from portal.core import search
from portal.core.formats import local_date
from portal.core.microcache import kept
from portal.organisations.kolada import NATIONAL
from portal.organisations.models import KeyFigure, KeyFigureValue, Organisation, OrganisationKind, label_of

Row = TypeVar("Row", bound=Model)


@kept
def active_organisations() -> Mapping[str, Organisation]:
    """The organisations that a form accepts, by code."""
    return MappingProxyType({organisation.code: organisation for organisation in Organisation.objects.active()})


Choices = list[tuple[str, list[tuple[str, str]]]]


def grouped_choices() -> Choices:
    """What a form offers: regions, then municipalities, each in Swedish order, as (heading, [(code, label), …]).

    One query that builds no model objects, since the busiest page of the portal shows all 311.
    """
    groups: dict[str, list[tuple[str, str]]] = {OrganisationKind.REGION: [], OrganisationKind.MUNICIPALITY: []}
    rows = Organisation.objects.active().alphabetical().values_list("kind", "code", "name", "brand_name")
    for kind, code, name, brand_name in rows:
        groups[kind].append((code, label_of(name, brand_name)))
    headings = {OrganisationKind.REGION: _("Regioner"), OrganisationKind.MUNICIPALITY: _("Kommuner")}
    return [(heading, groups[kind]) for kind, heading in headings.items() if groups[kind]]


# --- People by where they come from ----------------------------------------------------------------------------------
NOBODY = Q(pk__in=[])


def find_people(rows: QuerySet[Row], typed: str, *, to: str = "", besides: Q = NOBODY) -> QuerySet[Row]:
    """By the words that stand in the row, by `besides`, and by what its organisation is called elsewhere.

    "Malmö stad" and "Skåne" stand in no row, but lead to one: they are asked for when nobody else was found. `to`
    leads from the row to the person ("place__").
    """
    if not typed.strip():
        return rows
    found, codes = rows.filter(search.has_words(typed, to) | besides), _organisations_by_word(typed)
    # Whether anybody was found may take as long as finding them: it is asked only when the words name an organisation.
    if not any(codes.values()) or found.exists():
        return found
    return rows.filter(_comes_from(codes, to))


def _comes_from(codes: Mapping[str, list[str]], to: str) -> Q:
    """Each word stands in the row or in what its organisation is called."""
    condition = Q()
    for word, named in codes.items():
        condition &= Q(**{f"{to}search_text__contains": word}) | Q(**{f"{to}organisation__in": named})
    return condition


def _organisations_by_word(typed: str) -> dict[str, list[str]]:
    return {word: _organisations(word) for word in search.fold(typed).split()}


def _organisations(word: str) -> list[str]:
    return list(Organisation.objects.filter(search_text__contains=word).order_by().values_list("pk", flat=True))


# --- Key figures -----------------------------------------------------------------------------------------------------
SHOWN_YEARS = 10


@dataclass(frozen=True)
class YearlyValue:
    """One year: the organisation's own value and the country's; None where there is none."""

    year: int
    own: float | None
    national: float | None


@dataclass(frozen=True)
class FigureOverTime:
    """A key figure of one organisation, year by year, with the country beside."""

    figure: KeyFigure
    years: tuple[YearlyValue, ...]
    fetched_on: date
    is_sample: bool


def key_figures_of(organisation: Organisation) -> list[FigureOverTime]:
    """What is known of an organisation, in the order of our list; a figure without a value of its own is left out."""
    figures = KeyFigure.objects.shown_for(organisation.kind)
    areas = [organisation.kolada_id, NATIONAL]
    by_figure: dict[str, list[KeyFigureValue]] = {figure.pk: [] for figure in figures}
    for value in KeyFigureValue.objects.filter(area__in=areas, key_figure__in=list(by_figure)):
        by_figure[value.key_figure_id].append(value)
    found = [_over_time(figure, organisation.kolada_id, by_figure[figure.pk]) for figure in figures]
    return [each for each in found if each is not None]


def _over_time(figure: KeyFigure, area: str, values: Iterable[KeyFigureValue]) -> FigureOverTime | None:
    own = {value.year: value for value in values if value.area == area}
    if not own:
        return None
    # A sample never stands beside a value from Kolada.
    is_sample = any(value.is_sample for value in own.values())
    national = {value.year: value.value for value in values if value.area != area and value.is_sample == is_sample}
    years = sorted({*own, *national})[-SHOWN_YEARS:]
    return FigureOverTime(
        figure=figure,
        years=tuple(YearlyValue(year, own[year].value if year in own else None, national.get(year)) for year in years),
        fetched_on=local_date(max(value.fetched_at for value in own.values())),
        is_sample=is_sample,
    )
