"""Verbs about organisations: load the list that the package carries."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields
from importlib import resources

from django.db import transaction

from portal.core import audit
from portal.organisations.models import Organisation


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
    text = resources.files("portal.organisations").joinpath("data/organisations.csv").read_text("utf-8")
    return [OrganisationRow(**line) for line in csv.DictReader(text.splitlines())]


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
