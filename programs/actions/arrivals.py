"""One post of the interest form, and how its content gets into a row."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass, fields
from enum import Enum
from typing import Any

from django.utils import timezone

from portal.core import audit, normalisation
from portal.core.forms import Submitted
from portal.core.normalisation import Address
from portal.core.references import new_reference
from programs import mail
from programs.forms import Interest
from programs.models import InterestRegistration, InterestRound
from programs.models.registrations import InterestDetails, interest_deletion_day


class Came(Enum):
    """Whether this very form had been sent before, and with another content. Never whether the person had."""

    FIRST = "first"
    AGAIN = "again"
    CHANGED = "changed"


@dataclass(frozen=True)
class Receipt:
    """Where the visitor is sent: the id of what was stored, and how the form came."""

    id: uuid.UUID
    came: Came = Came.FIRST


@dataclass(frozen=True)
class Arrival:
    """One valid post of the interest form."""

    interest_round: InterestRound
    address: Address
    interest: Interest
    submitted: Submitted


def details_of(interest: Interest) -> dict[str, Any]:
    """The columns of what the person told of themselves, with a new reference."""
    same = {field.name: getattr(interest, field.name) for field in fields(interest) if field.name != "programmes"}
    return {**same, "phone_e164": normalisation.e164(interest.phone), "reference": new_reference()}


def submission_of(submitted: Submitted) -> dict[str, Any]:
    """The columns of the form itself, with the day on which the row goes."""
    return {**submitted.columns(), "delete_after": interest_deletion_day()}


def programme_names(interest: Interest) -> list[str]:
    """What the mails call the chosen programmes."""
    return [programme.name for programme in interest.programmes]


def take_over(row: InterestDetails, interest: Interest) -> list[str]:
    """Put the content into the row, unsaved but for the programmes; its reference stays. The names of what changed."""
    details = details_of(interest)
    del details["reference"]
    changed = [name for name, value in details.items() if getattr(row, name) != value and name != "phone_e164"]
    for name, value in details.items():
        setattr(row, name, value)
    if set(row.programmes.all()) != set(interest.programmes):
        row.programmes.set(interest.programmes)
        changed.append("programmes")
    return sorted(changed)


def store_change(
    registration: InterestRegistration, change: Callable[[], list[str]], interest: Interest, *, by: audit.Actor
) -> None:
    """Let `change` save the row and say which fields changed; note that and tell the person what holds now."""
    registration.updated_at = timezone.now()
    changed = change()
    line = audit.record("programs.interest_changed", registration, by=by, fields=changed)
    mail.interest_changed(registration, programme_names(interest), line.pk)


def interest_of(row: InterestDetails) -> Interest:
    """What the row says, as a form would."""
    same = {field.name: getattr(row, field.name) for field in fields(Interest) if field.name != "programmes"}
    return Interest(programmes=tuple(row.programmes.all()), **same)
