"""The verbs of a cohort's material: added, replaced, removed. The files lie in private storage."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.core.files.base import File
from django.db import transaction

from portal.core import audit
from portal.core.private_files import StoredUnder, delete_after_commit, private_storage
from portal.core.uploads import Facts
from programs.models import Cohort, Material, Occasion

_place_for = StoredUnder("programs/material")


@dataclass(frozen=True)
class Upload:
    """A file that has been judged, with what was found in it."""

    file: File[bytes]
    facts: Facts


@dataclass(frozen=True)
class MaterialDetails:
    """What staff says of a file."""

    cohort: Cohort
    occasion: Occasion | None
    title: str
    visible_from: date | None


@transaction.atomic
def add_material(details: MaterialDetails, upload: Upload, *, by: audit.Actor) -> Material:
    """Store a file and let the participants read it from its day on."""
    material = Material(cohort=details.cohort)
    _describe(material, details)
    _store(material, upload)
    material.save(force_insert=True)
    audit.record("programs.material_added", material, by=by, cohort=details.cohort.pk)
    return material


@transaction.atomic
def change_material(material: Material, details: MaterialDetails, upload: Upload | None, *, by: audit.Actor) -> None:
    """Change what is said of a file, or the file itself; the old file goes."""
    row = Material.objects.select_for_update(of=("self",)).get(pk=material.pk)
    _describe(row, details)
    if upload is not None:
        delete_after_commit(row.storage_name)
        _store(row, upload)
    row.save()
    audit.record("programs.material_changed", row, by=by, replaced=upload is not None)


@transaction.atomic
def remove_material(material: Material, *, by: audit.Actor) -> None:
    """Take a file away, from the page and from the storage."""
    audit.record("programs.material_removed", material, by=by, cohort=material.cohort_id)
    delete_after_commit(material.storage_name)
    material.delete()


def _describe(row: Material, details: MaterialDetails) -> None:
    row.occasion, row.title, row.visible_from = details.occasion, details.title, details.visible_from


def _store(row: Material, upload: Upload) -> None:
    name = upload.file.name or ""
    row.storage_name = private_storage().save(_place_for(row, name), upload.file)
    row.file_name = name[-160:]
    row.content_type, row.size, row.sha256 = upload.facts.content_type, upload.facts.size, upload.facts.sha256
