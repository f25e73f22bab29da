"""Verbs about organisations: load the lists that the package carries, and fetch key figures from Kolada."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, fields
from importlib import resources

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from portal.core import audit, doorbell
from portal.organisations.kolada import NATIONAL, Figure, Kolada, KoladaError, batches
from portal.organisations.models import (
    FetchState,
    KeyFigure,
    KeyFigureFetch,
    KeyFigureValue,
    Organisation,
    OrganisationKind,
)


@dataclass(frozen=True)
class OrganisationRow:
    """One line of the list, as published."""

    code: str
    kind: str
    name: str
    short_name: str
    brand_name: str
    county_code: str
    county_name: str
    kolada_id: str


@dataclass(frozen=True)
class Change:
    """One column of one organisation that the list had another value for."""

    code: str
    field: str
    before: str
    after: str


@dataclass(frozen=True)
class OrganisationsReport:
    """What a load did: codes of the rows, and each changed column."""

    added: tuple[str, ...]
    changed: tuple[Change, ...]
    unchanged: tuple[str, ...]
    deactivated: tuple[str, ...]
    reactivated: tuple[str, ...]


# The list decides these; `brand_name` belongs to staff once the row exists.
LISTED_FIELDS = tuple(field.name for field in fields(OrganisationRow) if field.name not in {"code", "brand_name"})


def listed_organisations() -> list[OrganisationRow]:
    """The list in this package: 290 municipalities and 21 regions (see data/README.md for its origin)."""
    return [OrganisationRow(**line) for line in _data("organisations.csv")]


def _data(name: str) -> list[dict[str, str]]:
    text = resources.files("portal.organisations").joinpath(f"data/{name}").read_text("utf-8")
    return list(csv.DictReader(text.splitlines()))


@transaction.atomic
def load_organisations(
    rows: Iterable[OrganisationRow] | None = None, *, by: audit.Actor = audit.SYSTEM
) -> OrganisationsReport:
    """Make the table say what the list says. Run again it changes nothing; it never deletes a row.

    An organisation that the list no longer has becomes inactive: registrations may point at it.
    """
    known = {row.code: row for row in Organisation.objects.select_for_update()}
    listed = {row.code: row for row in (listed_organisations() if rows is None else rows)}
    added = [_add(row) for code, row in listed.items() if code not in known]
    changes = {code: _update(known[code], row, by=by) for code, row in listed.items() if code in known}
    reactivated = [_set_active(known[code], active=True, by=by) for code in changes if not known[code].active]
    gone = [_set_active(row, active=False, by=by) for code, row in known.items() if code not in listed and row.active]
    return OrganisationsReport(
        added=tuple(added),
        changed=tuple(change for found in changes.values() for change in found),
        unchanged=tuple(code for code, found in changes.items() if not found and code not in reactivated),
        deactivated=tuple(gone),
        reactivated=tuple(reactivated),
    )


def _add(row: OrganisationRow) -> str:
    Organisation.objects.create(**asdict(row))
    return row.code


def _update(organisation: Organisation, row: OrganisationRow, *, by: audit.Actor) -> list[Change]:
    changes = [
        Change(row.code, field, getattr(organisation, field), getattr(row, field))
        for field in LISTED_FIELDS
        if getattr(organisation, field) != getattr(row, field)
    ]
    if changes:
        for change in changes:
            setattr(organisation, change.field, change.after)
        organisation.save()
        audit.record(
            "organisations.organisation_changed", organisation, by=by, fields=[change.field for change in changes]
        )
    return changes


def _set_active(organisation: Organisation, *, active: bool, by: audit.Actor) -> str:
    organisation.active = active
    organisation.save(update_fields=["active"])
    event = "organisations.organisation_reactivated" if active else "organisations.organisation_deactivated"
    audit.record(event, organisation, by=by)
    return organisation.code


# --- Key figures -----------------------------------------------------------------------------------------------------
# As many years as the page shows.
YEARS = 10
FETCH_TASK = "portal.organisations.schedules.fetch_key_figures"


@transaction.atomic
def load_key_figures() -> int:
    """Make the table of key figures say what the package's list says; returns how many there are.

    A key figure that the list no longer has goes, with its values.
    """
    rows = _data("key_figures.csv")
    KeyFigure.objects.exclude(kpi__in=[row["kpi"] for row in rows]).delete()
    for position, row in enumerate(rows):
        KeyFigure.objects.update_or_create(kpi=row.pop("kpi"), defaults={**row, "position": position})
    return len(rows)


@transaction.atomic
def ask_for_key_figures(*, by: audit.Actor) -> KeyFigureFetch:
    """Have a worker fetch all values from Kolada."""
    fetch = KeyFigureFetch.objects.create()
    audit.record("organisations.key_figures_asked", fetch, by=by)
    transaction.on_commit(lambda: doorbell.ring(fetch.pk, FETCH_TASK), robust=True)
    return fetch


def fetch_key_figures(fetch: KeyFigureFetch, kolada: Kolada) -> KeyFigureFetch:
    """Replace the values by those that Kolada has now, some places at a time; what it says goes into `fetch`.

    When Kolada does not answer, what was fetched before stays: the page shows it with its date.
    """
    this_year = timezone.localdate().year
    years = range(this_year - YEARS, this_year + 1)
    areas = [NATIONAL, *Organisation.objects.active().values_list("kolada_id", flat=True)]
    kpis = list(KeyFigure.objects.values_list("kpi", flat=True))
    try:
        for some in batches(areas):
            fetch.count += _replace(kpis, some, list(kolada.values(kpis, some, years)))
        fetch.state = FetchState.DONE
    except KoladaError as error:
        fetch.state, fetch.reason = FetchState.FAILED, error.reason
    fetch.ended_at = timezone.now()
    fetch.save()
    audit.record("organisations.key_figures_fetched", fetch, by=audit.SYSTEM, state=fetch.state, count=fetch.count)
    return fetch


@transaction.atomic
def _replace(kpis: Sequence[str], areas: Sequence[str], figures: Sequence[Figure]) -> int:
    """An answer without a single value is no news but a fault: what we have stays."""
    if not figures:
        raise KoladaError("empty")
    KeyFigureValue.objects.filter(key_figure__in=kpis, area__in=areas).delete()
    now = timezone.now()
    asked = {(kpi, area) for kpi in kpis for area in areas}
    rows = {
        (figure.kpi, figure.area, figure.year): KeyFigureValue(
            key_figure_id=figure.kpi, area=figure.area, year=figure.year, value=figure.value, fetched_at=now
        )
        for figure in figures
        if (figure.kpi, figure.area) in asked
    }
    KeyFigureValue.objects.bulk_create(rows.values(), batch_size=500)
    return len(rows)


def kolada() -> Kolada:
    """Kolada as the settings name it."""
    return Kolada(settings.KOLADA_URL)


@transaction.atomic
def load_sample_key_figures(organisation: Organisation) -> int:
    """Made-up values for the demo, marked as a sample; nothing where there is a value from Kolada already."""
    found = 0
    for area in (NATIONAL, organisation.kolada_id):
        if not KeyFigureValue.objects.filter(area=area).exists():
            found += len(KeyFigureValue.objects.bulk_create(_sample(area, organisation.kind)))
    return found


def _sample(area: str, kind: str) -> list[KeyFigureValue]:
    known = dict(KeyFigure.objects.values_list("kpi", "shown_for"))
    column = "national" if area == NATIONAL else "place"
    other = OrganisationKind.REGION if kind == OrganisationKind.MUNICIPALITY else OrganisationKind.MUNICIPALITY
    return [
        KeyFigureValue(
            key_figure_id=row["kpi"], area=area, year=int(row["year"]), value=float(row[column]), is_sample=True
        )
        for row in _data("key_figures_sample.csv")
        if row["kpi"] in known and row[column] and (area == NATIONAL or known[row["kpi"]] != other)
    ]
