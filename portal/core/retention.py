"""Keeping the promise of the register: what goes when, before it goes; and the log of what went, in numbers only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import cast

from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction
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


LAST_DAY = date.max - timedelta(days=1)


def due(until: date) -> list[Due]:
    """What has its last day then or before, by model and last day. Nothing is changed: the dry run.

    What belongs to a row, and goes with it, is counted under its own model when it has a last day of its own.
    """
    return [each for model in personal_data.models_with_personal_data() for each in _due_of(model, until)]


def _due_of(model: type[models.Model], until: date) -> list[Due]:
    record = cast("type[HoldsPersonalData]", model).personal_record
    rows = (
        personal_data.expired(model, min(until, LAST_DAY) + timedelta(days=1))
        .values("delete_after")
        .annotate(number=Count("pk"))
    )
    return [
        Due(model._meta.label_lower, str(record.title), row["delete_after"], row["number"])
        for row in rows.order_by("delete_after")
    ]


@transaction.atomic
def purge(today: date | None = None) -> Disposal:
    """Delete what is past its last day, and write down how much of each went."""
    day = today or timezone.localdate()
    for model in personal_data.models_with_personal_data():
        _unname_in_admins_log(model, day)
    gone = personal_data.purge_expired(day)
    counts = {label: number for label, number in sorted(gone.items()) if number}
    return Disposal.objects.create(kind=Disposal.Kind.RETENTION, counts=counts)


def _unname_in_admins_log(model: type[models.Model], today: date) -> None:
    """Django's own log keeps what a row was called when staff changed it: that goes with the row."""
    lines = LogEntry.objects.filter(content_type=ContentType.objects.get_for_model(model))
    named = [str(pk) for pk in lines.exclude(object_repr="–").values_list("object_id", flat=True).distinct()]
    gone = [str(pk) for pk in personal_data.expired(model, today).filter(pk__in=named).values_list("pk", flat=True)]
    lines.filter(object_id__in=gone).update(object_repr="–", change_message="")
