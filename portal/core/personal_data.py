"""The register of personal fields: what we keep about people, why, and until when.

A model that holds personal data declares it in `personal_record`; the privacy page and the forms read the declarations,
and `purge_expired` keeps the promise. A test holds that no text field of such a model is left out.
"""

from __future__ import annotations

import logging
from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from typing import ClassVar, cast

from django.apps import apps
from django.db import models, transaction
from django.utils import timezone
from django.utils.functional import Promise

logger = logging.getLogger(__name__)

Text = str | Promise


@dataclass(frozen=True)
class PersonalField:
    """One field: its name on the model, what it is in plain Swedish, and what we need it for.

    `is_own`: nobody but the person reads it, staff neither.
    """

    name: str
    what: Text
    purpose: Text
    is_own: bool = False


@dataclass(frozen=True)
class PersonalRecord:
    """All that one model keeps about a person. `days` is how long, counted from the day it came in."""

    title: Text
    purpose: Text
    basis: Text
    kept: Text
    days: int
    fields: tuple[PersonalField, ...]

    def delete_after(self, start: date | None = None) -> date:
        """The last day on which a row that came in on `start` (today, if not given) is kept."""
        return (start or timezone.localdate()) + timedelta(days=self.days)


class HoldsPersonalData(models.Model):
    """A model with personal data: it declares what, and each row knows its last day."""

    personal_record: ClassVar[PersonalRecord]

    class Meta:
        abstract = True


def models_with_personal_data() -> list[type[models.Model]]:
    return [model for model in apps.get_models() if hasattr(model, "personal_record")]


def register() -> list[PersonalRecord]:
    """Every declaration, in the order in which the apps are installed."""
    return [cast("type[HoldsPersonalData]", model).personal_record for model in models_with_personal_data()]


def expired(model: type[models.Model], today: date) -> models.QuerySet[models.Model]:
    """The rows of a model whose last day has passed."""
    return model._default_manager.filter(delete_after__lt=today)


@transaction.atomic
def purge_expired(today: date | None = None) -> dict[str, int]:
    """Delete every row whose last day has passed, with what belongs to it; returns how many went of each model."""
    today = today or timezone.localdate()
    declared = models_with_personal_data()
    gone = Counter({model._meta.label_lower: 0 for model in declared})
    for model in declared:
        _total, per_model = expired(model, today).delete()
        gone.update({label.lower(): number for label, number in per_model.items()})
    logger.info("purge: %s", ", ".join(f"{label} {number}" for label, number in gone.items()))
    return dict(gone)
