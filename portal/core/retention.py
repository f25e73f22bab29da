"""Keeping the promise of the register: what goes when, before it goes; and the log of what went, in numbers only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import cast

from django.db import transaction
from django.db.models import Count
from django.utils import timezone

from portal.core import personal_data
from portal.core.models import Disposal
from portal.core.personal_data import HoldsPersonalData


@dataclass(frozen=True)
class Due:
    """So many rows of one model have the same last day."""

    label: str
    title: str
    last_day: date
    number: int


def due(until: date) -> list[Due]:
    """What will be gone after that day, by model and last day. Nothing is changed: the dry run.

    What belongs to a row, and goes with it, is counted under its own model when it has a last day of its own.
    """
    return [each for model in personal_data.models_with_personal_data() for each in _due_of(model, until)]


def _due_of(model: type, until: date) -> list[Due]:
    record = cast("type[HoldsPersonalData]", model).personal_record
    rows = personal_data.expired(model, until).values("delete_after").annotate(number=Count("pk"))
    return [
        Due(model._meta.label_lower, str(record.title), row["delete_after"], row["number"])  # type: ignore[attr-defined]  # a model
        for row in rows.order_by("delete_after")
    ]


@transaction.atomic
def purge(today: date | None = None) -> Disposal:
    """Delete what is past its last day, and write down how much of each went."""
    gone = personal_data.purge_expired(today or timezone.localdate())
    counts = {label: number for label, number in sorted(gone.items()) if number}
    return Disposal.objects.create(kind=Disposal.Kind.RETENTION, counts=counts)
